#include "altered.h"
#include "base/file.h"
#include "formats/cbor-item.h"

/* RFC 8747, 3.2: a key that a CWT is bound to by its value. */
#define EXAMPLE_X "d7cc072de2205bdc1537a543d53c60a6acb62eccd890c7fa27c9e354089bbe13"
#define EXAMPLE_Y "f95e1d4b851a2cc80fff87d8e23f22afb725d535e515d020731e79a3b4e47120"
/* The payload written by hand: {3: "k-0042", 6: 1780271104, 7: h'30…66', 8: {1: the key}}. */
#define HEAD       "a403666b2d30303432061a6a1cc80007503031323334353637383961626364656608"
#define EC2_KEY    "a101a401022001215820" EXAMPLE_X "225820" EXAMPLE_Y
#define OKP_KEY    "a101a301012006215820" EXAMPLE_X
#define EXAMPLE_MS G_GINT64_CONSTANT (1780271104000)

static const guint8 zeros[64];

static char *
text_of (const char *header, const char *payload)
{
  g_autoptr (GBytes) head = kiosk_hex_decode (header);
  g_autoptr (GBytes) claims = kiosk_hex_decode (payload);
  g_autoptr (GBytes) signature = g_bytes_new_static (zeros, sizeof zeros);

  g_assert_nonnull (head);
  g_assert_nonnull (claims);
  return kiosk_binding_text (head, claims, signature);
}

static void
assert_reads (const char *header, const char *payload, const char *wanted_key)
{
  g_autofree char *text = text_of (header, payload);
  g_autoptr (GBytes) key = kiosk_hex_decode (wanted_key);
  g_autoptr (GBytes) claims = kiosk_hex_decode (payload);
  g_autoptr (GBytes) made = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskCode) code = kiosk_code_parse ((const guint8 *)text, strlen (text), &error);
  const KioskBinding *shown = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (code->kind, ==, KIOSK_CODE_BINDING);
  shown = code->binding;
  g_assert_cmpstr (shown->audience, ==, "k-0042");
  g_assert_cmpint (shown->issued_ms, ==, EXAMPLE_MS);
  g_assert_cmpint (memcmp (shown->nonce, "0123456789abcdef", sizeof shown->nonce), ==, 0);
  g_assert_true (g_bytes_equal (shown->key, key));
  made = kiosk_binding_payload ("k-0042", EXAMPLE_MS + 999, shown->nonce, key);
  g_assert_true (g_bytes_equal (made, claims));
  g_assert_cmpuint (strlen (text), <, KIOSK_BINDING_TEXT_MAX);
}

static void
test_reads (void)
{
  assert_reads ("a10126", HEAD EC2_KEY, "04" EXAMPLE_X EXAMPLE_Y);
  assert_reads ("a10127", HEAD OKP_KEY, EXAMPLE_X);
}

static void
test_refuses (void)
{
  static const struct
  {
    const char *header, *payload;
    KioskCodeError code;
  } cases[] = {
    /* A key signs in its own way only. */
    { "a10127", HEAD EC2_KEY, KIOSK_CODE_ERROR_VERSION },
    { "a10126", HEAD OKP_KEY, KIOSK_CODE_ERROR_VERSION },
    { "a1013824", HEAD EC2_KEY, KIOSK_CODE_ERROR_VERSION },
    { "a1016126", HEAD EC2_KEY, KIOSK_CODE_ERROR_DAMAGED },
    { "a20126044101", HEAD EC2_KEY, KIOSK_CODE_ERROR_VERSION },
    { "a0", HEAD EC2_KEY, KIOSK_CODE_ERROR_DAMAGED },
    /* Another curve; x alone; a private half beside it; a key id beside it. */
    { "a10126", HEAD "a101a401022002215820" EXAMPLE_X "225820" EXAMPLE_Y,
      KIOSK_CODE_ERROR_VERSION },
    { "a10126", HEAD "a101a301022001215820" EXAMPLE_X, KIOSK_CODE_ERROR_VERSION },
    { "a10127", HEAD "a101a401012006215820" EXAMPLE_X "235820" EXAMPLE_Y,
      KIOSK_CODE_ERROR_VERSION },
    { "a10127", HEAD "a101a401010241002006215820" EXAMPLE_X, KIOSK_CODE_ERROR_VERSION },
    { "a10126", HEAD "a0", KIOSK_CODE_ERROR_DAMAGED },
    { "a10126", HEAD "a201a301012006215820" EXAMPLE_X "0201", KIOSK_CODE_ERROR_VERSION },
    { "a10126", HEAD "01", KIOSK_CODE_ERROR_DAMAGED },
    /* A nonce too short, a name that acts, a time before 1970, none of it. */
    { "a10126", "a403616b0601074f000102030405060708090a0b0c0d0e08" EC2_KEY,
      KIOSK_CODE_ERROR_DAMAGED },
    { "a10126", "a403612006010750000102030405060708090a0b0c0d0e0f08" EC2_KEY,
      KIOSK_CODE_ERROR_DAMAGED },
    { "a10126", "a403616b06200750000102030405060708090a0b0c0d0e0f08" EC2_KEY,
      KIOSK_CODE_ERROR_DAMAGED },
    { "a10126", "83010203", KIOSK_CODE_ERROR_DAMAGED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = text_of (cases[i].header, cases[i].payload);
      g_autoptr (GError) error = NULL;

      g_test_message ("case %u", i);
      g_assert_null (kiosk_binding_parse (text, strlen (text), &error));
      g_assert_error (error, KIOSK_CODE_ERROR, (int)cases[i].code);
    }
}

/* Nothing has two spellings: what still parses has changed in what is signed, or in the signature.
 */
static void
check_changed (const KioskCode *code, gpointer data)
{
  const KioskBinding *wanted = data;

  if (code == NULL || code->kind != KIOSK_CODE_BINDING)
    return;
  g_assert_false (g_bytes_equal (code->binding->protected_header, wanted->protected_header)
                  && g_bytes_equal (code->binding->payload, wanted->payload)
                  && g_bytes_equal (code->binding->signature, wanted->signature));
}

static void
test_altered (void)
{
  g_autofree char *text = text_of ("a10126", HEAD EC2_KEY);
  g_autoptr (KioskBinding) shown = kiosk_binding_parse (text, strlen (text), NULL);

  g_assert_nonnull (shown);
  altered_each (text, strlen (text), check_changed, shown);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/binding/holds-kiosk-time-nonce-and-key", test_reads);
  g_test_add_func ("/formats/binding/takes-keys-and-claims-in-form-only", test_refuses);
  g_test_add_func ("/formats/binding/has-no-second-spelling", test_altered);
  return g_test_run ();
}
