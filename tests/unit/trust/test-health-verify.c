/* The countries' published certificates, each with the signer's certificate and the clock by which
 * it is to be judged; and what must not pass. */
#include "trust/health-verify.h"

#include "../formats/token-maker.h"
#include "../vectors.h"
#include "base/file.h"
#include "fixture.h"
#include "formats/personal.h"
#include "trust/cose-private.h"
#include "trust/cose.h"
#include "trust/cwt-verify.h"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

typedef struct
{
  guint good;
  guint refused_usage;
  guint timed;
} Tally;

static KioskHealth *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  KioskHealth *health = kiosk_health_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return health;
}

static GPtrArray *
signers_of (JsonObject *context)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *signers = g_ptr_array_new_with_free_func ((GDestroyNotify)X509_free);
  gsize length = 0;
  guint8 *der = g_base64_decode (json_object_get_string_member (context, "CERTIFICATE"), &length);
  g_autoptr (GBytes) bytes = g_bytes_new_take (der, length);

  g_ptr_array_add (signers, kiosk_pki_cert_from_der (bytes, &error));
  g_assert_no_error (error);
  return signers;
}

/* Some leave the zone out, and mean UTC. */
static gint64
clock_of (JsonObject *context)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) moment = g_date_time_new_from_iso8601 (
    json_object_get_string_member (context, "VALIDATIONCLOCK"), utc);

  g_assert_nonnull (moment);
  return g_date_time_to_unix (moment) * 1000;
}

static gboolean
expects (JsonObject *vector, const char *what, gboolean otherwise)
{
  JsonObject *expected = json_object_get_object_member (vector, "EXPECTEDRESULTS");

  return json_object_has_member (expected, what) ? json_object_get_boolean_member (expected, what)
                                                 : otherwise;
}

/* A vector that says nothing of expiry is not judged for time: some were issued after their clock.
 */
static void
check_vector (const char *name, JsonObject *vector, gpointer data)
{
  Tally *tally = data;
  JsonObject *context = json_object_get_object_member (vector, "TESTCTX");
  g_autoptr (KioskHealth) health = parse (json_object_get_string_member (vector, "PREFIX"));
  g_autoptr (GPtrArray) signers = signers_of (context);
  gboolean timed = expects (vector, "EXPECTEDEXPIRATIONCHECK", FALSE);
  gint64 at_ms = timed ? clock_of (context) : -1;
  g_autoptr (GError) error = NULL;
  gboolean good = kiosk_health_verify (health, signers, at_ms, NULL, &error);

  g_test_message ("%s", name);
  g_assert_true (expects (vector, "EXPECTEDVERIFY", FALSE));
  tally->timed += timed ? 1 : 0;
  if (expects (vector, "EXPECTEDKEYUSAGE", TRUE))
    {
      g_assert_no_error (error);
      tally->good += good ? 1 : 0;
    }
  else
    {
      g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_SIGNATURE);
      tally->refused_usage++;
    }
}

static void
test_published (void)
{
  Tally tally = { 0 };

  if (vectors_health (check_vector, &tally) == 0)
    return;
  g_test_message ("%u good, %u refused for their signer's usage, %u judged by their clock",
                  tally.good, tally.refused_usage, tally.timed);
  g_assert_cmpuint (tally.good, >=, 256);
  g_assert_cmpuint (tally.refused_usage, ==, 72);
  g_assert_cmpuint (tally.timed, >=, 306);
}

/* Each with the signer of another: the key id says that it is not his. */
static void
check_stranger (const char *name, JsonObject *vector, gpointer data)
{
  GPtrArray **last = data;
  g_autoptr (KioskHealth) health = parse (json_object_get_string_member (vector, "PREFIX"));
  g_autoptr (GPtrArray) signers = signers_of (json_object_get_object_member (vector, "TESTCTX"));
  g_autoptr (GError) error = NULL;

  if (*last != NULL && X509_cmp ((*last)->pdata[0], signers->pdata[0]) != 0)
    {
      g_assert_false (kiosk_health_verify (health, *last, -1, NULL, &error));
      g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_CHAIN);
      g_clear_error (&error);
      g_assert_false (
        kiosk_cwt_verify (health->token, *last, KIOSK_CWT_ANY_SIGNER, -1, NULL, &error));
      g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_SIGNATURE);
    }
  g_clear_pointer (last, g_ptr_array_unref);
  *last = g_steal_pointer (&signers);
}

static void
test_strangers (void)
{
  GPtrArray *last = NULL;

  vectors_health (check_stranger, &last);
  g_clear_pointer (&last, g_ptr_array_unref);
}

/* One bit of payload, header or signature: no algorithm lets it pass. */
static void
check_altered (const char *name, JsonObject *vector, gpointer data)
{
  g_autoptr (KioskHealth) health = parse (json_object_get_string_member (vector, "PREFIX"));
  g_autoptr (GPtrArray) signers = signers_of (json_object_get_object_member (vector, "TESTCTX"));
  GBytes **parts[]
    = { &health->token->payload, &health->token->protected_header, &health->token->signature };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      GBytes *whole = *parts[i];
      gsize length = 0;
      g_autofree guint8 *copy
        = g_memdup2 (g_bytes_get_data (whole, NULL), g_bytes_get_size (whole));

      length = g_bytes_get_size (whole);
      copy[length / 2] ^= 1;
      *parts[i] = g_bytes_new (copy, length);
      g_assert_false (
        kiosk_cwt_verify (health->token, signers, KIOSK_CWT_ANY_SIGNER, -1, NULL, NULL));
      g_bytes_unref (*parts[i]);
      *parts[i] = whole;
    }
}

static void
test_altered (void)
{
  vectors_health (check_altered, NULL);
}

/* Personal codes that the open library claim169 publishes, with the keys that signed them (MIT
 * License, the Claim 169 contributors). */
static const struct
{
  const char *type, *key, *text;
} personal[] = {
  { "EC",
    "0478e9de939034c9d7fb3c4b988cc897d8bd2bb9397dc6129762d6df431568ea268aa11a62b63867b720f8ca6695a3"
    "e94eaf5e909aa9b13d86dbbec8b8e287ad78",
    "6BF390D20FFWJWG.FKX*4F7B0XKA8FA9DIWENPEJ/5P$DPQE88EB$CBECP9ERZC04E21DDF3/E96007F3ORAO001KL480 "
    "B9OW5UM8SNA3W5746CP01Y8VS8MA85UA QE$345$CVQEX.D15839CZG0.SN7CP::K1QOD2S*GG4/0UR7X.E5-U-X2-GUP"
    "F7I:5SBQGZIY8NTXHRSE.YBIW6CZEAQTX%R08HJWP MPFBNN/KK.9$1C.3" },
  { "ED25519", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "6BF590B20FFWJWG.FKJ05H7B0XKA8FA9DIWENPEJ/5P$DPQE88EB$CBECP9ERZC04E21DDF3/E96007F3ORAO001KL580 "
    "B9%W5*B9C+9%R8646%86HKESED1/DRTC5UA QE$345$CVQEX.DX88WBK0NG8PB4 O/38TL6XDALLKLPQATHO.3ZPJMUAV"
    "QFSB1:+B*21V FWMC6SU439YU774475LJ2U5T02$VBSIMLQ3:6J.E1-1STM$4" },
};

static EVP_PKEY *
public_key (const char *type, const char *hex)
{
  g_autoptr (GBytes) point = kiosk_hex_decode (hex);
  const char *group = g_str_equal (type, "EC") ? "prime256v1" : NULL;
  OSSL_PARAM params[3];
  guint count = 0;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name (NULL, type, NULL);
  EVP_PKEY *key = NULL;

  if (group != NULL)
    params[count++]
      = OSSL_PARAM_construct_utf8_string (OSSL_PKEY_PARAM_GROUP_NAME, (char *)group, 0);
  params[count++] = OSSL_PARAM_construct_octet_string (
    OSSL_PKEY_PARAM_PUB_KEY, (gpointer)g_bytes_get_data (point, NULL), g_bytes_get_size (point));
  params[count] = OSSL_PARAM_construct_end ();
  g_assert_cmpint (EVP_PKEY_fromdata_init (context), ==, 1);
  g_assert_cmpint (EVP_PKEY_fromdata (context, &key, EVP_PKEY_PUBLIC_KEY, params), ==, 1);
  EVP_PKEY_CTX_free (context);
  return key;
}

static void
test_personal (void)
{
  const KioskCertTemplate template = { .role = KIOSK_CERT_SIGNER,
                                       .common_name = "Issuer",
                                       .not_before_ms = NOW_MS - DAY_MS,
                                       .not_after_ms = NOW_MS + DAY_MS };
  g_autoptr (Identity) ca = identity_new (KIOSK_CERT_CA, "CA", NULL);
  g_autoptr (GPtrArray) signers = g_ptr_array_new_with_free_func ((GDestroyNotify)X509_free);

  for (guint i = 0; i < G_N_ELEMENTS (personal); i++)
    {
      g_autoptr (EVP_PKEY) key = public_key (personal[i].type, personal[i].key);
      g_autoptr (GError) error = NULL;
      g_autoptr (KioskPersonal) person
        = kiosk_personal_parse (personal[i].text, strlen (personal[i].text), &error);

      g_assert_no_error (error);
      g_assert_false (
        kiosk_cwt_verify (person->token, signers, KIOSK_CWT_ANY_SIGNER, -1, NULL, NULL));
      g_ptr_array_add (signers, kiosk_pki_issue (&template, key, ca->cert, ca->key, &error));
      g_assert_no_error (error);
      kiosk_cwt_verify (person->token, signers, KIOSK_CWT_ANY_SIGNER, NOW_MS, NULL, &error);
      g_assert_no_error (error);
    }
}

/* A signer made here, so that the rules are tested without the vectors too. */
static X509 *
signer_new (EVP_PKEY *key, const char *usage)
{
  X509 *cert = X509_new ();

  ASN1_INTEGER_set (X509_get_serialNumber (cert), 1);
  X509_gmtime_adj (X509_getm_notBefore (cert), -3600);
  X509_gmtime_adj (X509_getm_notAfter (cert), 3600);
  X509_set_pubkey (cert, key);
  if (usage != NULL)
    {
      X509_EXTENSION *extension = X509V3_EXT_conf_nid (NULL, NULL, NID_ext_key_usage, usage);

      g_assert_nonnull (extension);
      X509_add_ext (cert, extension, -1);
      X509_EXTENSION_free (extension);
    }
  g_assert_cmpint (X509_sign (cert, key, EVP_sha256 ()), >, 0);
  return cert;
}

static GBytes *
sign_pss (EVP_PKEY *key, GBytes *data, int salt)
{
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  EVP_PKEY_CTX *settings = NULL;
  guint8 signature[256];
  gsize length = sizeof signature;

  g_assert_cmpint (EVP_DigestSignInit (context, &settings, EVP_sha256 (), NULL, key), ==, 1);
  g_assert_cmpint (EVP_PKEY_CTX_set_rsa_padding (settings, RSA_PKCS1_PSS_PADDING), ==, 1);
  g_assert_cmpint (EVP_PKEY_CTX_set_rsa_pss_saltlen (settings, salt), ==, 1);
  g_assert_cmpint (EVP_DigestSign (context, signature, &length, g_bytes_get_data (data, NULL),
                                   g_bytes_get_size (data)),
                   ==, 1);
  EVP_MD_CTX_free (context);
  return g_bytes_new (signature, length);
}

/* A token of the least that is one, under @algorithm, naming @cert. */
static KioskCwt *
token_new (X509 *cert, gint64 algorithm)
{
  static const guint8 claims[] = "\xa1\x01\x62HK";
  KioskCwt *token = g_new0 (KioskCwt, 1);
  g_autoptr (cbor_item_t) header = cbor_new_definite_map (1);
  guint8 hash[EVP_MAX_MD_SIZE];

  kiosk_cbor_map_put (header, 1, kiosk_cbor_new_integer (algorithm));
  g_assert_cmpint (X509_digest (cert, EVP_sha256 (), hash, NULL), ==, 1);
  token->protected_header = kiosk_cbor_encode (header);
  token->payload = g_bytes_new (claims, sizeof claims - 1);
  token->key_id = g_bytes_new (hash, 8);
  token->algorithm = algorithm;
  token->issued_ms = token->not_before_ms = token->expires_ms = -1;
  return token;
}

static void
test_pss (void)
{
  g_autoptr (EVP_PKEY) key = EVP_RSA_gen (2048);
  g_autoptr (X509) cert = signer_new (key, NULL);
  g_autoptr (GPtrArray) signers = g_ptr_array_new ();
  g_autoptr (KioskCwt) token = token_new (cert, -37);
  g_autoptr (GBytes) data = kiosk_cose_to_be_signed (token->protected_header, token->payload);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (signers, cert);
  token->signature = sign_pss (key, data, 32);
  kiosk_cwt_verify (token, signers, KIOSK_CWT_BY_KEY_ID, -1, NULL, &error);
  g_assert_no_error (error);
  g_bytes_unref (token->signature);
  token->signature = sign_pss (key, data, 20);
  g_assert_false (kiosk_cwt_verify (token, signers, KIOSK_CWT_BY_KEY_ID, -1, NULL, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_SIGNATURE);
  g_clear_error (&error);
  token->algorithm = -7; /* an RSA signature is none of ECDSA */
  g_assert_false (kiosk_cwt_verify (token, signers, KIOSK_CWT_BY_KEY_ID, -1, NULL, NULL));
}

static void
test_usage (void)
{
  const struct
  {
    const char *usage;
    guint kinds;
    gboolean good;
  } cases[] = {
    { NULL, KIOSK_HEALTH_TEST, TRUE },
    { "clientAuth", KIOSK_HEALTH_TEST, TRUE }, /* says nothing of certificates */
    { "1.3.6.1.4.1.1847.2021.1.1", KIOSK_HEALTH_TEST, TRUE },
    { "1.3.6.1.4.1.1847.2021.1.1", KIOSK_HEALTH_VACCINATION, FALSE },
    { "1.3.6.1.4.1.0.1847.2021.1.2", KIOSK_HEALTH_VACCINATION, TRUE },
    { "1.3.6.1.4.1.0.1847.2021.1.2,clientAuth", KIOSK_HEALTH_RECOVERY, FALSE },
    { "1.3.6.1.4.1.1847.2021.1.1,1.3.6.1.4.1.1847.2021.1.3",
      KIOSK_HEALTH_TEST | KIOSK_HEALTH_RECOVERY, TRUE },
    { "1.3.6.1.4.1.1847.2021.1.1,1.3.6.1.4.1.1847.2021.1.3",
      KIOSK_HEALTH_TEST | KIOSK_HEALTH_VACCINATION, FALSE },
  };
  g_autoptr (EVP_PKEY) key = kiosk_pki_key_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (X509) cert = signer_new (key, cases[i].usage);
      g_autoptr (GPtrArray) signers = g_ptr_array_new ();
      g_autoptr (KioskCwt) token = token_new (cert, -7);
      g_autoptr (GBytes) data = kiosk_cose_to_be_signed (token->protected_header, token->payload);
      const KioskHealth health = { .token = token, .kinds = cases[i].kinds };
      g_autoptr (GError) error = NULL;

      g_ptr_array_add (signers, cert);
      token->signature = kiosk_cose_sign (key, data, NULL);
      g_assert_true (kiosk_health_verify (&health, signers, -1, NULL, &error) == cases[i].good);
      if (!cases[i].good)
        g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_SIGNATURE);
    }
}

/* A certificate of ours, for the clock. */
static void
test_clock (void)
{
  static const guint8 claims[] = "\xa3\x01\x62HK\x04\x1a\x6a\x20\x00\x00\x06\x1a\x6a\x1c\x00\x00";
  const gint64 issued_ms = G_GINT64_CONSTANT (0x6a1c0000) * 1000;
  const gint64 expires_ms = G_GINT64_CONSTANT (0x6a200000) * 1000;
  const struct
  {
    gint64 at_ms;
    gboolean good;
  } cases[] = { { issued_ms - 1, FALSE },
                { issued_ms, TRUE },
                { expires_ms, TRUE },
                { expires_ms + 1, FALSE },
                { -1, TRUE } };
  g_autoptr (Identity) issuer = identity_new (KIOSK_CERT_SIGNER, "Issuer", NULL);
  g_autoptr (GPtrArray) signers = identity_certs (issuer, NULL);
  KioskSigner signer = identity_signer (issuer);
  g_autoptr (GBytes) payload = g_bytes_new_static (claims, sizeof claims - 1);
  g_autoptr (GBytes) cose = kiosk_cose_sign1 (payload, &signer, NULL);
  g_autofree char *text = token_pack (g_bytes_get_data (cose, NULL), g_bytes_get_size (cose), "");
  g_autoptr (cbor_item_t) map = NULL;
  g_autoptr (KioskCwt) token = kiosk_cwt_read (text, strlen (text), &map, NULL);

  g_assert_nonnull (token);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (X509) found = NULL;
      gboolean good
        = kiosk_cwt_verify (token, signers, KIOSK_CWT_ANY_SIGNER, cases[i].at_ms, &found, &error);

      g_assert_true (good == cases[i].good);
      g_assert_true ((found != NULL) == good);
      if (!good)
        g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_EXPIRED);
    }
}

/* A recipient's certificate is not for signing, and its key made no token. */
static void
test_not_for_signing (void)
{
  g_autoptr (Identity) recipient = identity_new (KIOSK_CERT_RECIPIENT, "td", NULL);
  g_autoptr (GPtrArray) signers = identity_certs (recipient, NULL);
  KioskSigner signer = identity_signer (recipient);
  g_autoptr (GBytes) payload = g_bytes_new_static ("\xa1\x01\x62HK", 5);
  g_autoptr (GBytes) cose = kiosk_cose_sign1 (payload, &signer, NULL);
  g_autofree char *text = token_pack (g_bytes_get_data (cose, NULL), g_bytes_get_size (cose), "");
  g_autoptr (cbor_item_t) map = NULL;
  g_autoptr (KioskCwt) token = kiosk_cwt_read (text, strlen (text), &map, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (token);
  g_assert_false (kiosk_cwt_verify (token, signers, KIOSK_CWT_ANY_SIGNER, -1, NULL, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_SIGNATURE);
}

static void
test_algorithm (void)
{
  g_autoptr (GPtrArray) signers = g_ptr_array_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  const KioskCwt token = {
    .protected_header = bytes, .payload = bytes, .signature = bytes, .algorithm = -257
  }; /* RS256 */
  g_autoptr (GError) error = NULL;

  g_assert_false (kiosk_cwt_verify (&token, signers, KIOSK_CWT_ANY_SIGNER, -1, NULL, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_UNSUPPORTED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/trust/health/" name, function)
  ADD ("agrees-with-every-countrys-vectors", test_published);
  ADD ("is-refused-from-another-signer", test_strangers);
  ADD ("notices-alterations-under-every-algorithm", test_altered);
  ADD ("personal-codes-of-others-hold-under-their-keys", test_personal);
  ADD ("rsa-signatures-have-the-salt-of-their-hash", test_pss);
  ADD ("signers-usage-limits-what-it-may-sign", test_usage);
  ADD ("is-judged-by-the-clock-given", test_clock);
  ADD ("is-refused-from-a-certificate-not-for-signing", test_not_for_signing);
  ADD ("is-refused-under-another-algorithm", test_algorithm);
  return g_test_run ();
}
