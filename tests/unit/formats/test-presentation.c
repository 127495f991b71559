#include "../assert-bytes.h"
#include "altered.h"
#include "base/file.h"
#include "token-maker.h"

/* RFC 8747, 3.2: a CWT bound to a key by its value. */
#define EXAMPLE_X "d7cc072de2205bdc1537a543d53c60a6acb62eccd890c7fa27c9e354089bbe13"
#define EXAMPLE_Y "f95e1d4b851a2cc80fff87d8e23f22afb725d535e515d020731e79a3b4e47120"
#define ISSUED_MS G_GINT64_CONSTANT (1780272000000)

static const guint8 nonce[KIOSK_PRESENTATION_NONCE] = "0123456789abcdef";
static const guint8 zeros[64];

static cbor_item_t *
bytes_item (const char *hex)
{
  g_autoptr (GBytes) bytes = kiosk_hex_decode (hex);

  return kiosk_cbor_new_bytes (bytes);
}

/* As the RFC prints it, with a claim 169 beside it. */
static cbor_item_t *
example_key (void)
{
  cbor_item_t *key = cbor_new_definite_map (5);

  kiosk_cbor_map_put (key, 1, kiosk_cbor_new_integer (2));
  kiosk_cbor_map_put (key, -1, kiosk_cbor_new_integer (1));
  kiosk_cbor_map_put (key, -2, bytes_item (EXAMPLE_X));
  kiosk_cbor_map_put (key, -3, bytes_item (EXAMPLE_Y));
  return key;
}

/* @key: (transfer full) (nullable): the COSE_Key. Returns: the zlib stream of a credential */
static GBytes *
credential (cbor_item_t *key)
{
  cbor_item_t *claims = cbor_new_definite_map (2);
  cbor_item_t *identity = cbor_new_definite_map (1);
  cbor_item_t *cnf = cbor_new_definite_map (1);
  g_autofree char *text = NULL;

  if (key != NULL)
    kiosk_cbor_map_put (cnf, 1, key);
  kiosk_cbor_map_put (identity, 4, kiosk_cbor_new_text ("CHAN TAI MAN"));
  kiosk_cbor_map_put (claims, 8, cnf);
  kiosk_cbor_map_put (claims, 169, identity);
  text = token_text (claims, "");
  return kiosk_base45_decode (text, strlen (text), 4096);
}

static char *
text_of (GBytes *header, GBytes *payload)
{
  g_autoptr (GBytes) signature = g_bytes_new_static (zeros, sizeof zeros);

  return kiosk_presentation_text (header, payload, signature);
}

static char *
example_text (void)
{
  g_autoptr (GBytes) packed = credential (example_key ());
  g_autoptr (GBytes) header = kiosk_presentation_header (KIOSK_PRESENTATION_ES256, packed);
  g_autoptr (GBytes) payload = kiosk_presentation_payload ("k-0042", ISSUED_MS + 999, nonce);

  return text_of (header, payload);
}

static void
test_reads (void)
{
  g_autofree char *text = example_text ();
  g_autofree char *point = g_strconcat ("04", EXAMPLE_X, EXAMPLE_Y, NULL);
  g_autoptr (GBytes) wanted = kiosk_hex_decode (point);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskCode) code = kiosk_code_parse ((const guint8 *)text, strlen (text), &error);
  const KioskPresentation *shown = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (code->kind, ==, KIOSK_CODE_PRESENTATION);
  shown = code->presentation;
  g_assert_cmpstr (shown->audience, ==, "k-0042");
  g_assert_cmpint (shown->issued_ms, ==, ISSUED_MS);
  g_assert_cmpint (memcmp (shown->nonce, nonce, sizeof nonce), ==, 0);
  g_assert_cmpint (shown->algorithm, ==, KIOSK_PRESENTATION_ES256);
  g_assert_cmpstr (shown->credential->full_name, ==, "CHAN TAI MAN");
  g_assert_true (g_bytes_equal (shown->credential->holder_key, wanted));
}

/* Of an Ed25519 key x alone; and every way in which a key is none that we could use. */
static void
test_keys (void)
{
  const struct
  {
    gint64 type, curve;
    const char *x, *y;
    gboolean private;
    gsize length;
  } cases[] = {
    { 1, 6, EXAMPLE_X, NULL, FALSE, 32 },          { 2, 1, EXAMPLE_X, EXAMPLE_Y, FALSE, 65 },
    { 2, 1, EXAMPLE_X, EXAMPLE_Y, TRUE, 0 },       { 1, 6, EXAMPLE_X, NULL, TRUE, 0 },
    { 2, 1, EXAMPLE_X, NULL, FALSE, 0 },           { 2, 2, EXAMPLE_X, EXAMPLE_Y, FALSE, 0 },
    { 1, 4, EXAMPLE_X, NULL, FALSE, 0 },           { 4, 1, EXAMPLE_X, EXAMPLE_Y, FALSE, 0 },
    { 2, 1, EXAMPLE_X, "00", FALSE, 0 },           { 2, 1, "00", EXAMPLE_Y, FALSE, 0 },
    { 1, 6, EXAMPLE_X EXAMPLE_Y, NULL, FALSE, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      cbor_item_t *key = cbor_new_definite_map (5);
      g_autoptr (GBytes) packed = NULL;
      g_autoptr (KioskPersonal) person = NULL;

      kiosk_cbor_map_put (key, 1, kiosk_cbor_new_integer (cases[i].type));
      kiosk_cbor_map_put (key, -1, kiosk_cbor_new_integer (cases[i].curve));
      kiosk_cbor_map_put (key, -2, bytes_item (cases[i].x));
      if (cases[i].y != NULL)
        kiosk_cbor_map_put (key, -3, bytes_item (cases[i].y));
      if (cases[i].private)
        kiosk_cbor_map_put (key, -4, bytes_item (EXAMPLE_X));
      packed = credential (key);
      person = kiosk_personal_parse_packed (packed, NULL);
      g_assert_nonnull (person);
      g_test_message ("case %u", i);
      g_assert_cmpuint (person->holder_key != NULL ? g_bytes_get_size (person->holder_key) : 0, ==,
                        cases[i].length);
    }
}

static void
test_unbound (void)
{
  g_autoptr (GBytes) packed = credential (NULL);
  g_autoptr (KioskPersonal) person = kiosk_personal_parse_packed (packed, NULL);

  g_assert_nonnull (person);
  g_assert_null (person->holder_key);
}

static void
assert_refused (GBytes *header, GBytes *payload, KioskCodeError code)
{
  g_autofree char *text = text_of (header, payload);
  g_autoptr (GError) error = NULL;

  g_assert_null (kiosk_presentation_parse (text, strlen (text), &error));
  g_assert_error (error, KIOSK_CODE_ERROR, (int)code);
}

/* Payloads in hexadecimal CBOR: {3: "k", 6: 1, 7: h'…'} and what is not that. */
static void
test_claims (void)
{
  static const struct
  {
    const char *payload;
    KioskCodeError code;
  } cases[] = {
    { "a303616b06010750000102030405060708090a0b0c0d0e", KIOSK_CODE_ERROR_DAMAGED },
    { "a303616b0601074f000102030405060708090a0b0c0d0e", KIOSK_CODE_ERROR_DAMAGED },
    { "a20361610601", KIOSK_CODE_ERROR_DAMAGED },
    { "a303612006010750000102030405060708090a0b0c0d0e0f", KIOSK_CODE_ERROR_DAMAGED },
    { "a303600601075000010203040506070809"
      "0a0b0c0d0e0f",
      KIOSK_CODE_ERROR_DAMAGED },
    { "a303616b06200750000102030405060708090a0b0c0d0e0f", KIOSK_CODE_ERROR_DAMAGED },
    { "a303616b06f90000075000010203040506070809"
      "0a0b0c0d0e0f",
      KIOSK_CODE_ERROR_DAMAGED },
    { "a306010361"
      "6b0750000102030405060708090a0b0c0d0e0f",
      KIOSK_CODE_ERROR_DAMAGED },
    { "a403616b06010750000102030405060708090a0b0c0d0e0f0801", KIOSK_CODE_ERROR_VERSION },
    { "83010203", KIOSK_CODE_ERROR_DAMAGED },
  };
  g_autoptr (GBytes) packed = credential (example_key ());
  g_autoptr (GBytes) header = kiosk_presentation_header (KIOSK_PRESENTATION_ES256, packed);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) payload = kiosk_hex_decode (cases[i].payload);

      g_test_message ("%s", cases[i].payload);
      assert_refused (header, payload, cases[i].code);
    }
}

static void
test_headers (void)
{
  g_autoptr (GBytes) payload = kiosk_presentation_payload ("k-0042", ISSUED_MS, nonce);
  g_autoptr (GBytes) packed = credential (example_key ());
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (packed, 0, g_bytes_get_size (packed) - 1);
  g_autoptr (GBytes) other = kiosk_presentation_header (-37, packed);
  g_autoptr (GBytes) damaged = kiosk_presentation_header (KIOSK_PRESENTATION_ES256, cut);
  g_autoptr (GBytes) alone = g_bytes_new_static ("\xa1\x01\x26", 3);
  g_autofree guint8 *long_one = g_malloc0 (2601);
  g_autoptr (GBytes) too_long = g_bytes_new (long_one, 2601);
  g_autoptr (GBytes) big = kiosk_presentation_header (KIOSK_PRESENTATION_ES256, too_long);

  assert_refused (other, payload, KIOSK_CODE_ERROR_VERSION);
  assert_refused (damaged, payload, KIOSK_CODE_ERROR_DAMAGED);
  assert_refused (alone, payload, KIOSK_CODE_ERROR_DAMAGED);
  assert_refused (big, payload, KIOSK_CODE_ERROR_DAMAGED);
}

/* Nothing has two spellings: what still parses has changed in what is signed, or in the signature.
 */
static void
check_changed (const KioskCode *code, gpointer data)
{
  const KioskPresentation *wanted = data;

  if (code == NULL)
    return;
  g_assert_false (g_bytes_equal (code->presentation->protected_header, wanted->protected_header)
                  && g_bytes_equal (code->presentation->payload, wanted->payload)
                  && g_bytes_equal (code->presentation->signature, wanted->signature));
}

static void
test_altered (void)
{
  g_autofree char *text = example_text ();
  g_autoptr (KioskPresentation) shown = kiosk_presentation_parse (text, strlen (text), NULL);

  altered_each (text, strlen (text), check_changed, shown);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/presentation/holds-credential-audience-time-and-nonce", test_reads);
  g_test_add_func ("/formats/presentation/takes-the-holders-key-or-none", test_keys);
  g_test_add_func ("/formats/presentation/a-credential-may-be-given-to-no-phone", test_unbound);
  g_test_add_func ("/formats/presentation/takes-claims-in-form-only", test_claims);
  g_test_add_func ("/formats/presentation/takes-headers-in-form-only", test_headers);
  g_test_add_func ("/formats/presentation/has-no-second-spelling", test_altered);
  return g_test_run ();
}
