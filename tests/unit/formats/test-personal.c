/* Strings that the open library claim169 publishes as vectors of the 169 QR Code Specification,
 * with its readings (MIT License, the Claim 169 contributors). */
#include "../assert-bytes.h"
#include "altered.h"
#include "base/secret.h"
#include "formats/personal.h"
#include "token-maker.h"

#define SIGNED_ES256                                                                               \
  "6BF390D20FFWJWG.FKX*4F7B0XKA8FA9DIWENPEJ/5P$DPQE88EB$CBECP9ERZC04E21DDF3/E96007F3ORAO001KL480 " \
  "B9OW5UM8SNA3W5746CP01Y8VS8MA85UA QE$345$CVQEX.D15839CZG0.SN7CP::K1QOD2S*GG4/0UR7X.E5-U-X2-"     \
  "GUPF7I:5SBQGZIY8NTXHRSE.YBIW6CZEAQTX%R08HJWP MPFBNN/KK.9$1C.3"
#define UNSIGNED                                                                                   \
  "6BF.70J30FFWJWG.FKJ05T7B0XKA8FA9DIWENPEJ/5P$DPQE88EB$CBECP9ERZC04E21DDF3/E96007F3ORAO002KL380 " \
  "B9PW5CB8OX8646%86W8E1ECDZC5UA QE$345$CVQEE-DQ+7DRK+/8LJREES212200570RN1TE4"
#define ENCRYPTED                                                                                  \
  "6BFCA0410DFWXQG.FKTK06U0 DKAPKT K33LMEL-PLV9BIQFGWFU2G8 "                                       \
  "N.BGZF1VSIYEV7Q3FLRS3AJNDF.3Z0N+ZE:MD1D8R22LF3WC9*9O-P9VYJ3NGZ%3L9BTN0/5LOP0X2RL0ERSVBHVN "     \
  "EUZUQ2C$Y05CLKYU+9653893EU%2ICEALJ864MHB:QK 2SSTKGY6EPJFFS:R0OBF7O57NDH$12PBS1GOQGKY2BDW0Z02"   \
  "NPQO0SPGZ1REG0GPGV6OCRN0RI$IN751T%2SO2TFI2DSV431V5TYUW5H9 9QJU.JN7M6$95:1FJKF9P84DRF/P:0"

static KioskPersonal *
parse (const char *text, GError **error)
{
  return kiosk_personal_parse (text, strlen (text), error);
}

static void
test_library (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskPersonal) person = parse (SIGNED_ES256, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (person->id, ==, "ID-ECDSA-001");
  g_assert_cmpstr (person->full_name, ==, "ECDSA Test Person");
  g_assert_cmpstr (person->token->issuer, ==, "https://mosip.example.org");
  g_assert_cmpint (person->token->expires_ms, ==, G_GINT64_CONSTANT (1800000000000));
  g_assert_cmpint (person->token->issued_ms, ==, G_GINT64_CONSTANT (1700000000000));
  g_assert_cmpint (person->token->not_before_ms, ==, -1);
  g_assert_cmpint (person->token->algorithm, ==, -7);
  g_assert_cmpint (person->face_format, ==, -1);
}

/* The library publishes this one without a signature, which nobody should take. */
static void
test_unsigned (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (parse (UNSIGNED, &error));
  g_assert_error (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_DAMAGED);
}

static void
test_encrypted (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (parse (ENCRYPTED, &error));
  g_assert_error (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_ENCRYPTED);
}

static cbor_item_t *
person_claims (cbor_item_t *identity)
{
  cbor_item_t *claims = cbor_new_definite_map (2);

  kiosk_cbor_map_put (claims, 1, kiosk_cbor_new_text ("https://example.org"));
  kiosk_cbor_map_put (claims, 169, identity);
  return claims;
}

/* @attribute with one text, beside a name. */
static char *
with_text (gint64 attribute, const char *value)
{
  cbor_item_t *identity = cbor_new_definite_map (2);

  kiosk_cbor_map_put (identity, 4, kiosk_cbor_new_text ("CHAN TAI MAN"));
  kiosk_cbor_map_put (identity, attribute, kiosk_cbor_new_text (value));
  return token_text (person_claims (identity), "");
}

static void
test_forms (void)
{
  const struct
  {
    gint64 attribute;
    const char *value;
    gboolean good;
  } cases[] = {
    { 8, "19800229", TRUE },
    { 8, "1980-02-29", FALSE },
    { 9, "2", TRUE },
    { 9, "7", FALSE },
    { 9, "female", FALSE },
    { 10, "Flat 1\nTai Po", TRUE },
    { 10, "Flat\x1b[2J", FALSE },
    { 19, "陳大文", TRUE },
    { 19, "a\nb", FALSE },
    { 62, "no picture", FALSE },
    { 70, "unheard of", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = with_text (cases[i].attribute, cases[i].value);
      g_autoptr (GError) error = NULL;
      g_autoptr (KioskPersonal) person = parse (text, &error);

      g_test_message ("%d %s", (int)cases[i].attribute, cases[i].value);
      g_assert_true ((person != NULL) == cases[i].good);
      if (person == NULL)
        g_assert_error (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_DAMAGED);
    }
}

/* As the specification's example has it, one face; or several, of which the first counts. */
static void
test_face (void)
{
  static const char picture[] = "RIFF....WEBP";

  for (guint several = 0; several < 2; several++)
    {
      cbor_item_t *face = cbor_new_definite_map (3);
      cbor_item_t *identity = cbor_new_definite_map (1);
      g_autoptr (GBytes) data = g_bytes_new_static (picture, strlen (picture));
      g_autofree char *text = NULL;
      g_autoptr (KioskPersonal) person = NULL;

      kiosk_cbor_map_put (face, 0, kiosk_cbor_new_bytes (data));
      kiosk_cbor_map_put (face, 1, kiosk_cbor_new_integer (0));
      kiosk_cbor_map_put (face, 2, kiosk_cbor_new_integer (4));
      if (several)
        {
          cbor_item_t *list = cbor_new_definite_array (1);

          kiosk_cbor_array_push (list, face);
          face = list;
        }
      kiosk_cbor_map_put (identity, 62, face);
      text = token_text (person_claims (identity), "");
      person = parse (text, NULL);
      g_assert_nonnull (person);
      assert_bytes (person->face, picture, strlen (picture));
      g_assert_cmpint (person->face_format, ==, 4);
    }
}

/* What another library wrote, written again from what was read of it. */
static void
test_writes (void)
{
  g_autoptr (KioskPersonal) person = parse (SIGNED_ES256, NULL);
  g_autoptr (GBytes) claims = kiosk_personal_claims (person);

  g_assert_true (g_bytes_equal (claims, person->token->payload));
}

/* Everything that can be said, said and read again. */
static void
test_writes_all (void)
{
  g_autofree guint8 *point = g_malloc (65);
  g_autoptr (KioskPersonal) person = parse (SIGNED_ES256, NULL);
  g_autoptr (GBytes) claims = NULL;
  g_autofree char *text = NULL;
  g_autoptr (KioskPersonal) again = NULL;

  memset (point, 4, 65);
  kiosk_wipe_replace (&person->second_name, "陳大文");
  kiosk_wipe_replace (&person->issuing_country, "HK");
  person->gender = 3;
  person->marital = 2;
  g_clear_pointer (&person->face, g_bytes_unref);
  person->face = g_bytes_new_static ("face", 4);
  person->face_format = 4;
  g_clear_pointer (&person->holder_key, g_bytes_unref);
  person->holder_key = g_bytes_new (point, 65);
  person->token->not_before_ms = 1000;
  claims = kiosk_personal_claims (person);
  text = token_wrap (claims, "");
  again = parse (text, NULL);
  g_assert_nonnull (again);
  g_assert_cmpstr (again->id, ==, person->id);
  g_assert_cmpstr (again->second_name, ==, "陳大文");
  g_assert_cmpint (again->gender, ==, 3);
  g_assert_cmpint (again->marital, ==, 2);
  g_assert_cmpint (again->face_format, ==, 4);
  g_assert_true (g_bytes_equal (again->face, person->face));
  g_assert_true (g_bytes_equal (again->holder_key, person->holder_key));
  g_assert_cmpint (again->token->not_before_ms, ==, 1000);
  g_assert_cmpint (again->token->expires_ms, ==, person->token->expires_ms);
}

static void
test_other_token (void)
{
  cbor_item_t *claims = cbor_new_definite_map (1);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  kiosk_cbor_map_put (claims, 1, kiosk_cbor_new_text ("https://example.org"));
  text = token_text (claims, "");
  g_assert_null (parse (text, &error));
  g_assert_error (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_UNKNOWN);
}

/* The packing has a sum of its own (Adler-32): an altered code is refused, or another spelling of
 * the same packing. */
static void
check_same (const KioskCode *code, gpointer data)
{
  const KioskPersonal *wanted = data;

  if (code == NULL)
    return;
  g_assert_cmpint (code->kind, ==, KIOSK_CODE_PERSONAL);
  g_assert_true (g_bytes_equal (code->personal->token->payload, wanted->token->payload));
  g_assert_true (g_bytes_equal (code->personal->token->signature, wanted->token->signature));
}

static void
test_altered (void)
{
  g_autoptr (KioskPersonal) person = parse (SIGNED_ES256, NULL);

  altered_each (SIGNED_ES256, strlen (SIGNED_ES256), check_same, person);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/personal/reads-the-librarys-vectors", test_library);
  g_test_add_func ("/formats/personal/reads-a-face", test_face);
  g_test_add_func ("/formats/personal/is-refused-unsigned", test_unsigned);
  g_test_add_func ("/formats/personal/says-when-it-is-encrypted", test_encrypted);
  g_test_add_func ("/formats/personal/takes-attributes-in-form-only", test_forms);
  g_test_add_func ("/formats/personal/is-no-other-token", test_other_token);
  g_test_add_func ("/formats/personal/writes-what-the-library-wrote", test_writes);
  g_test_add_func ("/formats/personal/writes-all-that-it-reads", test_writes_all);
  g_test_add_func ("/formats/personal/notices-every-alteration", test_altered);
  return g_test_run ();
}
