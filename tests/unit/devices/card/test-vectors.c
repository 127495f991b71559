/* What the standards print and what others recorded of access and of the chip's proofs; each vector
 * with its provenance in vectors/NAME.txt. */
#include <string.h>

#include "base/file.h"
#include "devices/card/card-access.h"
#include "devices/card/card-pace.h"
#include "vectors.h"

static void
assert_bytes (GBytes *bytes, const Vector *vector, const char *key)
{
  g_autoptr (GBytes) wanted = vector_bytes (vector, key);

  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), (int)g_bytes_get_size (bytes),
                   g_bytes_get_data (wanted, NULL), (int)g_bytes_get_size (wanted));
}

static void
test_bac (void)
{
  g_autoptr (Vector) vector = vector_load ("bac-d");
  g_autoptr (KioskCardChannel) channel = vector_channel (vector, 0, 2);
  g_autoptr (KioskSecret) zone = vector_zone_key (vector);
  g_autoptr (GBytes) seed = NULL;
  guint8 challenge[8], key[16], digest[20];
  g_autoptr (GError) error = NULL;
  KioskCardSession session;

  kiosk_card_sha1 (kiosk_secret_data (zone), kiosk_secret_length (zone), digest);
  seed = g_bytes_new (digest, 16);
  assert_bytes (seed, vector, "seed");
  vector_copy (vector, "challenge", challenge, sizeof challenge);
  vector_copy (vector, "key", key, sizeof key);
  kiosk_card_session_init (&session, channel, NULL);
  g_assert_true (kiosk_card_bac_with_nonces (&session, zone, challenge, key, &error));
  g_assert_no_error (error);
  replay_channel_assert_finished (channel);
  vector_assert_sm (vector, "", session.sm);
  kiosk_card_session_clear (&session);
}

static void
test_messaging_3des (void)
{
  static const guint8 com[] = { 0x01, 0x1e };
  const KioskApdu apdus[] = {
    { 0x00, 0xa4, 0x02, 0x0c, com, sizeof com, KIOSK_APDU_NO_LE },
    { 0x00, 0xb0, 0x00, 0x00, NULL, 0, 4 },
    { 0x00, 0xb0, 0x00, 0x04, NULL, 0, 18 },
  };
  static const char *const answers[] = { "answer-1", "answer-2", "answer-3" };
  g_autoptr (Vector) vector = vector_load ("bac-d");
  g_autoptr (KioskCardChannel) channel = vector_channel (vector, 2, 3);
  g_autoptr (GByteArray) data = g_byte_array_new ();
  KioskCardSession session;

  kiosk_card_session_init (&session, channel, NULL);
  kiosk_card_session_secure (&session, vector_sm (vector, "", KIOSK_CIPHER_3DES));
  for (guint i = 0; i < G_N_ELEMENTS (apdus); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) plain = NULL;
      guint16 sw = 0;

      g_assert_true (kiosk_card_session_send (&session, &apdus[i], data, &sw, &error));
      g_assert_no_error (error);
      plain = g_bytes_new (data->data, data->len);
      assert_bytes (plain, vector, answers[i]);
      g_assert_cmphex (sw, ==, KIOSK_SW_OK);
    }
  kiosk_card_session_clear (&session);
}

/* "header,data,Le,protected" */
static void
test_messaging_command (gconstpointer data)
{
  const char *key = data;
  g_autoptr (Vector) vector = vector_load ("messaging-ausweisapp");
  g_auto (GStrv) parts = g_strsplit (vector_text (vector, key), ",", 4);
  g_autoptr (GBytes) header = kiosk_hex_decode (parts[0]);
  g_autoptr (GBytes) plain = kiosk_hex_decode (parts[1]);
  g_autoptr (GBytes) wanted = kiosk_hex_decode (parts[3]);
  g_autoptr (KioskCardSm) sm = vector_sm (vector, "", KIOSK_CIPHER_AES_128);
  const guint8 *h = g_bytes_get_data (header, NULL);
  const KioskApdu apdu = { h[0],
                           h[1],
                           h[2],
                           h[3],
                           g_bytes_get_data (plain, NULL),
                           g_bytes_get_size (plain),
                           (guint)g_ascii_strtoull (parts[2], NULL, 10) };
  g_autoptr (GByteArray) got = kiosk_card_sm_wrap (sm, &apdu, NULL);

  g_assert_nonnull (got);
  g_assert_cmpmem (got->data, (int)got->len, g_bytes_get_data (wanted, NULL),
                   (int)g_bytes_get_size (wanted));
}

/* The mapping alone, where the example prints its steps. */
static void
assert_mapping (const Vector *vector, const KioskSecurityInfo *info)
{
  g_autoptr (KioskCardGroup) group = kiosk_card_group_new_standard (info->id);
  g_autoptr (BIGNUM) wanted = vector_number (vector, "pseudo-random");
  g_autoptr (BIGNUM) modulus = BN_new ();
  g_autoptr (BIGNUM) got = NULL;
  g_autoptr (KioskCardElement) generator = NULL;
  g_autoptr (GBytes) encoded = NULL;
  guint8 s[16], t[16];

  vector_copy (vector, "chip-nonce", s, sizeof s);
  vector_copy (vector, "mapping-nonce", t, sizeof t);
  if (group->curve != NULL)
    g_assert_true (EC_GROUP_get_curve (group->curve, modulus, NULL, NULL, NULL));
  else
    g_assert_nonnull (BN_copy (modulus, group->p));
  got = kiosk_pace_pseudo_random (info->cipher, s, t, modulus);
  g_assert_cmpint (BN_cmp (got, wanted), ==, 0);
  generator = kiosk_pace_map_integrated (group, info->cipher, s, t);
  encoded = kiosk_card_group_encode (group, generator);
  assert_bytes (encoded, vector, "generator");
}

static void
assert_chip (const Vector *vector, const KioskPaceChip *chip)
{
  g_autoptr (GBytes) file = vector_bytes (vector, "card-security");
  g_autoptr (KioskSecurityInfos) infos = kiosk_lds_parse_card_access (file, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) data = NULL;

  g_assert_nonnull (chip);
  g_assert_nonnull (infos);
  g_assert_true (kiosk_pace_chip_check (chip, infos, &error));
  g_assert_no_error (error);
  if (vector_has (vector, "chip-data"))
    {
      data = g_bytes_new (kiosk_secret_data (chip->data), kiosk_secret_length (chip->data));
      assert_bytes (data, vector, "chip-data");
    }
}

static void
test_pace (gconstpointer name)
{
  g_autoptr (Vector) vector = vector_load (name);
  g_autoptr (KioskCardChannel) channel = vector_channel (vector, 0, vector->commands->len);
  g_autoptr (GBytes) file = vector_bytes (vector, "card-access");
  g_autoptr (KioskSecurityInfos) infos = kiosk_lds_parse_card_access (file, NULL);
  const KioskSecurityInfo *info = kiosk_card_pace_choose (infos);
  gboolean by_can = vector_has (vector, "can");
  g_autoptr (KioskSecret) password
    = by_can ? kiosk_secret_new_copy (vector_text (vector, "can"), 6) : vector_zone_key (vector);
  g_autoptr (BIGNUM) mapping
    = vector_has (vector, "mapping-key") ? vector_number (vector, "mapping-key") : NULL;
  g_autoptr (BIGNUM) agreement = vector_number (vector, "agreement-key");
  guint8 nonce[16];
  const KioskPaceChoices choices = { mapping, agreement, nonce };
  g_autoptr (KioskPaceChip) chip = NULL;
  g_autoptr (GError) error = NULL;
  KioskCardSession session;
  int tries;

  g_assert_nonnull (info);
  if (vector_has (vector, "mapping-nonce"))
    {
      vector_copy (vector, "mapping-nonce", nonce, sizeof nonce);
      assert_mapping (vector, info);
    }
  kiosk_card_session_init (&session, channel, NULL);
  g_assert_true (kiosk_card_pace_with_choices (&session, infos, info,
                                               by_can ? KIOSK_PACE_CAN : KIOSK_PACE_MRZ, password,
                                               &choices, &tries, &chip, &error));
  g_assert_no_error (error);
  replay_channel_assert_finished (channel);
  vector_assert_sm (vector, "", session.sm);
  if (vector_has (vector, "card-security"))
    assert_chip (vector, chip);
  else
    g_assert_null (chip);
  kiosk_card_session_clear (&session);
}

static void
test_chip (gconstpointer name)
{
  static const guint8 dg14[] = { 0x01, 0x0e };
  const KioskApdu select = { 0x00, 0xa4, 0x02, 0x0c, dg14, sizeof dg14, KIOSK_APDU_NO_LE };
  g_autoptr (Vector) vector = vector_load (name);
  g_autoptr (KioskCardChannel) channel = vector_channel (vector, 0, vector->commands->len);
  g_autoptr (GBytes) file = vector_bytes (vector, "dg14");
  g_autoptr (KioskSecurityInfos) infos = kiosk_lds_parse_dg14 (file, NULL);
  g_autoptr (BIGNUM) ephemeral = vector_number (vector, "ephemeral-key");
  g_auto (KioskChipChoice) choice = { 0 };
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  KioskCipher before = (KioskCipher)atoi (vector_text (vector, "before-cipher"));
  KioskCardSession session;
  guint16 sw = 0;

  kiosk_card_session_init (&session, channel, NULL);
  kiosk_card_session_secure (&session, vector_sm (vector, "before-", before));
  g_assert_true (kiosk_card_chip_choose (infos, &choice, &error));
  g_assert_true (kiosk_card_chip_authenticate_with_key (&session, &choice, ephemeral, &error));
  g_assert_no_error (error);
  g_assert_true (kiosk_card_session_send (&session, &select, answer, &sw, &error));
  g_assert_no_error (error);
  g_assert_cmpint ((int)session.sm->cipher, ==, atoi (vector_text (vector, "after-cipher")));
  vector_assert_sm (vector, "after-", session.sm);
  kiosk_card_session_clear (&session);
}

static void
test_active_session (void)
{
  g_autoptr (Vector) vector = vector_load ("active-gmrtd-rsa");
  g_autoptr (KioskCardChannel) channel = vector_channel (vector, 0, 1);
  g_autoptr (GBytes) dg15 = vector_bytes (vector, "dg15");
  guint8 nonce[KIOSK_ACTIVE_NONCE_BYTES];
  g_autoptr (GError) error = NULL;
  KioskCardSession session;

  vector_copy (vector, "nonce", nonce, sizeof nonce);
  kiosk_card_session_init (&session, channel, NULL);
  kiosk_card_session_secure (&session, vector_sm (vector, "", KIOSK_CIPHER_3DES));
  g_assert_true (kiosk_card_active_authenticate_with_nonce (&session, dg15, KIOSK_LDS_DIGEST_NONE,
                                                            nonce, &error));
  g_assert_no_error (error);
  replay_channel_assert_finished (channel);
  kiosk_card_session_clear (&session);
}

static gboolean
verify (const Vector *vector, guint i, const char *kind, gssize turned, GError **error)
{
  g_autofree char *nonce_key = g_strdup_printf ("nonce-%u", i);
  g_autofree char *signature_key = g_strdup_printf ("%s-%u", kind, i);
  g_autoptr (GBytes) dg15 = vector_bytes (vector, "dg15");
  g_autoptr (GBytes) spki = kiosk_lds_parse_dg15 (dg15, error);
  g_autoptr (GBytes) signature = vector_bytes (vector, signature_key);
  gsize length = g_bytes_get_size (signature);
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (signature, NULL), length);
  const char *digest = vector_text (vector, "digest");
  guint8 nonce[KIOSK_ACTIVE_NONCE_BYTES];

  if (spki == NULL)
    return FALSE;
  vector_copy (vector, nonce_key, nonce, sizeof nonce);
  if (turned >= 0 && turned < (gssize)sizeof nonce)
    nonce[turned] ^= 1;
  else if (turned >= 0)
    bytes[((gsize)turned * 7) % length] ^= 0x10;
  return kiosk_card_active_verify (
    spki, digest != NULL ? (KioskLdsDigest)atoi (digest) : KIOSK_LDS_DIGEST_NONE, nonce, bytes,
    length, error);
}

/* Each answer passes; with a bit of nonce or answer turned it is a copy's. */
static void
assert_answers (const char *name, const char *kind)
{
  g_autoptr (Vector) vector = vector_load (name);
  guint tried = 0;

  for (guint i = 1;; i++)
    {
      g_autofree char *key = g_strdup_printf ("%s-%u", kind, i);
      g_autoptr (GError) error = NULL;

      if (!vector_has (vector, key))
        break;
      g_assert_true (verify (vector, i, kind, -1, &error));
      g_assert_no_error (error);
      for (gssize turned = 0; turned < 24; turned++)
        {
          g_autoptr (GError) refusal = NULL;

          g_assert_false (verify (vector, i, kind, turned, &refusal));
          g_assert_error (refusal, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_CLONE_AA);
        }
      tried++;
    }
  g_assert_cmpuint (tried, >, 0);
}

static void
test_active_answers (gconstpointer name)
{
  assert_answers (name, "signature");
}

static void
test_active_der (void)
{
  assert_answers ("active-rarimo-ecdsa", "der");
}

static void
test_active_trailer (gconstpointer key)
{
  static const guint8 short_of_hash[] = { 0x6a, 0xb2, 0x87, 0xbc };
  g_autoptr (Vector) vector = vector_load ("active-trailers");
  g_autoptr (GBytes) message = vector_bytes (vector, key);
  gsize length = g_bytes_get_size (message);
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (message, NULL), length);
  guint8 nonce[KIOSK_ACTIVE_NONCE_BYTES];
  g_autoptr (GError) error = NULL;

  vector_copy (vector, strcmp (key, "icao-f") == 0 ? "icao-f-nonce" : "nonce", nonce, sizeof nonce);
  g_assert_true (kiosk_card_active_check_representative (bytes, length, nonce, &error));
  g_assert_no_error (error);
  for (gsize i = 0; i < 8 * length; i++)
    {
      bytes[i / 8] ^= (guint8)(1u << i % 8);
      g_assert_false (kiosk_card_active_check_representative (bytes, length, nonce, NULL));
      bytes[i / 8] ^= (guint8)(1u << i % 8);
    }
  g_assert_false (
    kiosk_card_active_check_representative (short_of_hash, sizeof short_of_hash, nonce, NULL));
}

/* A row that says what could not be had, and why. */
static void
test_not_available (gconstpointer why)
{
  g_autofree char *text = g_strconcat ("not available: ", why, NULL);

  g_test_skip (text);
}

static void
add_many (const char *folder, const char *const *names, gsize n, GTestDataFunc function)
{
  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *path = g_strdup_printf ("/vectors/%s/%s", folder, names[i]);

      g_test_add_data_func (path, names[i], function);
    }
}

static void
add_messaging (void)
{
  static const char *const commands[]
    = { "1-chained",          "2-no-data-no-le", "3-no-data-le-8",  "4-no-data-le-256",
        "5-no-data-le-65536", "6-data-le-256",   "7-data-le-65536", "8-extended-by-encryption" };

  g_test_add_func ("/vectors/icao-9303-11/d2-d3-bac", test_bac);
  g_test_add_func ("/vectors/icao-9303-11/d4-secure-messaging-3des", test_messaging_3des);
  add_many ("ausweisapp/secure-messaging-aes", commands, G_N_ELEMENTS (commands),
            test_messaging_command);
}

static void
add_pace (void)
{
  g_test_add_data_func ("/vectors/icao-9303-11/g1-pace-ecdh-generic", "pace-g1-ecdh-gm", test_pace);
  g_test_add_data_func ("/vectors/icao-9303-11/g2-pace-dh-generic", "pace-g2-dh-gm", test_pace);
  g_test_add_data_func ("/vectors/icao-9303-11/h1-pace-ecdh-integrated", "pace-h1-ecdh-im",
                        test_pace);
  g_test_add_data_func ("/vectors/icao-9303-11/h2-pace-dh-integrated", "pace-h2-dh-im", test_pace);
  g_test_add_data_func ("/vectors/icao-9303-11/i-pace-ecdh-chip-authentication", "pace-i-ecdh-cam",
                        test_pace);
  g_test_add_data_func ("/vectors/gmrtd/pace-new-zealand-ecdh-generic-3des", "pace-nz-ecdh-gm-3des",
                        test_pace);
  g_test_add_data_func ("/vectors/gmrtd/pace-germany-ecdh-chip-authentication", "pace-de-ecdh-cam",
                        test_pace);
  g_test_add_data_func (
    "/vectors/gmrtd/verify-evidence",
    "its tests of that name are in no public copy that could be read; the German "
    "session covers the check",
    test_not_available);
  g_test_add_data_func ("/vectors/icao-9303-11/integrated-mapping-3des-aes-192-aes-256",
                        "no example is published; see second-reckoning", test_not_available);
}

static void
add_chip (void)
{
  static const char *const sessions[]
    = { "chip-at-aes", "chip-de-aes", "chip-my-3des", "chip-fr-3des" };
  static const char *const rsa[] = { "active-pymrtd-rsa", "active-bc-rsa" };
  static const char *const trailers[] = { "sha1", "sha224", "sha256", "sha384", "sha512" };

  add_many ("gmrtd", sessions, G_N_ELEMENTS (sessions), test_chip);
  g_test_add_data_func (
    "/vectors/chip-authentication-dh",
    "no recorded session is published; test-chip-keys holds it to OpenSSL's own "
    "derivation",
    test_not_available);
  g_test_add_func ("/vectors/gmrtd/active-rsa-1800-session", test_active_session);
  add_many ("iso-9796-2", rsa, G_N_ELEMENTS (rsa), test_active_answers);
  add_many ("gmrtd/active-rsa-trailer", trailers, G_N_ELEMENTS (trailers), test_active_trailer);
  g_test_add_data_func ("/vectors/icao-9303-11/f-active-authentication-rsa", "icao-f",
                        test_active_trailer);
  g_test_add_data_func ("/vectors/rarimo/active-ecdsa-plain", "active-rarimo-ecdsa",
                        test_active_answers);
  g_test_add_func ("/vectors/rarimo/active-ecdsa-der", test_active_der);
  g_test_add_data_func (
    "/vectors/gmrtd/active-ecdsa-der",
    "gmrtd draws keys in its test and prints no vector; the passport's answer in "
    "DER covers the form",
    test_not_available);
  g_test_add_data_func ("/vectors/bsi-tr-03105", "no complete public scripts", test_not_available);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_messaging ();
  add_pace ();
  add_chip ();
  return g_test_run ();
}
