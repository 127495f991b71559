/* A phone before the kiosk "k-0042" at NOW_MS. What remembers used codes is a list here; with the
 * vault in its place the promise is tested by tests/unit/journey/test-personal-code.c. */
#include "code-maker.h"
#include "formats/base45.h"
#include "identity/personal-code.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <string.h>

#define KIOSK "k-0042"

typedef struct
{
  Identity *issuer;
  EVP_PKEY *phone;
  GHashTable *spent;
  GError *trouble; /* what the port says instead */
  KioskBundle trust;
  KioskPersonalCodeJudge judge;
} World;

static gboolean
spend (gpointer data, const guint8 digest[32], gint64 expires_ms, GError **error)
{
  World *world = data;
  g_autoptr (GBytes) key = g_bytes_new (digest, 32);

  if (world->trouble != NULL)
    {
      g_propagate_error (error, g_error_copy (world->trouble));
      return FALSE;
    }
  if (g_hash_table_add (world->spent, g_steal_pointer (&key)))
    return TRUE;
  g_set_error_literal (error, KIOSK_PERSONAL_CODE_ERROR, KIOSK_PERSONAL_CODE_ERROR_USED, "used");
  return FALSE;
}

static void
world_set_up (World *world, gconstpointer data)
{
  world->issuer = identity_new (KIOSK_CERT_SIGNER, "Identity issuer", NULL);
  world->phone = phone_new ("EC");
  world->spent
    = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
  world->trust.name = (char *)"trust";
  world->trust.body = maker_trust (world->issuer->cert);
  world->judge = (KioskPersonalCodeJudge){ .kiosk = KIOSK,
                                           .trust = &world->trust,
                                           .clock = kiosk_clock_new_manual (NOW_MS),
                                           .spend = spend,
                                           .spend_data = world };
}

static void
world_tear_down (World *world, gconstpointer data)
{
  identity_free (world->issuer);
  EVP_PKEY_free (world->phone);
  g_hash_table_unref (world->spent);
  g_clear_error (&world->trouble);
  json_object_unref (world->trust.body);
  kiosk_clock_unref (world->judge.clock);
}

static KioskHolder *
judge (World *world, const char *text, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (KioskCode) code = kiosk_code_parse ((const guint8 *)text, strlen (text), &problem);

  g_assert_no_error (problem);
  return kiosk_personal_code_judge (&world->judge, code, error);
}

static void
assert_holder (World *world, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskHolder) holder = judge (world, text, &error);

  g_assert_no_error (error);
  g_assert_nonnull (holder);
}

/* No message names anything of the person, and nothing refused is remembered as used. */
static void
assert_refused (World *world, const char *text, KioskPersonalCodeError code)
{
  g_autoptr (GError) error = NULL;
  guint spent = g_hash_table_size (world->spent);

  g_assert_null (judge (world, text, &error));
  g_assert_error (error, KIOSK_PERSONAL_CODE_ERROR, (int)code);
  g_assert_null (strstr (error->message, "CHAN"));
  g_assert_null (strstr (error->message, "1234"));
  g_assert_cmpuint (g_hash_table_size (world->spent), ==, spent);
}

/* What @phone shows to this kiosk now of what the issuer said. */
static char *
shown_by (World *world, const Said *said, EVP_PKEY *phone)
{
  g_autoptr (GBytes) credential = maker_credential (said, world->issuer->key);

  return maker_show (credential, phone, KIOSK, NOW_MS, 1);
}

/* @made_ms: when, by the phone's clock. */
static char *
usual (World *world, const char *audience, gint64 made_ms)
{
  Said said = said_usual (world->phone);
  g_autoptr (GBytes) credential = maker_credential (&said, world->issuer->key);

  return maker_show (credential, world->phone, audience, made_ms, 1);
}

static void
test_holder (World *world, gconstpointer data)
{
  g_autofree char *text = usual (world, KIOSK, NOW_MS);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskHolder) holder = judge (world, text, &error);
  g_autoptr (KioskSecret) pepper = kiosk_secret_new_copy ("pepper", 6);
  guint8 tag[32];

  g_assert_no_error (error);
  g_assert_cmpint (holder->assurance, ==, KIOSK_ASSURANCE_PERSONAL_CODE);
  g_assert_cmpstr (holder->number, ==, "A1234563");
  g_assert_true (holder->number_is_hkid);
  g_assert_cmpstr (holder->name_latin, ==, "CHAN, TAI MAN");
  g_assert_cmpstr (holder->name_chinese, ==, "陳大文");
  g_assert_cmpstr (holder->birth_date, ==, "1985-02-28");
  g_assert_cmpstr (holder->sex, ==, "M");
  g_assert_null (holder->expiry_date);
  g_assert_null (holder->symbols);
  g_assert_false (kiosk_evidence_is_proved (holder->evidence));
  g_assert_cmpuint (strlen (text), <, 700); /* a QR code of version 17 or so */
  /* The same person as the card's: tests/unit/identity/test-holder.c. */
  kiosk_holder_tag (holder, pepper, tag);
  g_assert_cmphex (((guint64)tag[0] << 24) | ((guint64)tag[1] << 16) | ((guint64)tag[2] << 8)
                     | tag[3],
                   ==, 0x65da744e);
}

/* Whatever an issuer does not say stays empty; what a holder must have is asked for. */
static void
test_fields (World *world, gconstpointer data)
{
  Said said = said_usual (world->phone);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskHolder) holder = NULL;
  g_autofree char *text = NULL;

  said.second_name = NULL;
  said.gender = 0;
  said.country = "PHL";
  said.id = "12-3456789";
  text = shown_by (world, &said, world->phone);
  holder = judge (world, text, &error);
  g_assert_no_error (error);
  g_assert_null (holder->name_chinese);
  g_assert_null (holder->sex);
  g_assert_false (holder->number_is_hkid);
  g_assert_cmpstr (holder->number, ==, "12-3456789");
}

/* An issuer who writes the Chinese name first. */
static void
test_names (World *world, gconstpointer data)
{
  Said said = said_usual (world->phone);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskHolder) holder = NULL;
  g_autofree char *text = NULL;

  said.name = "陳大文";
  said.second_name = "CHAN, TAI MAN";
  text = shown_by (world, &said, world->phone);
  holder = judge (world, text, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (holder->name_latin, ==, "CHAN, TAI MAN");
  g_assert_cmpstr (holder->name_chinese, ==, "陳大文");
}

static void
test_incomplete (World *world, gconstpointer data)
{
  static const struct
  {
    const char *id, *name, *birth, *country;
  } cases[] = {
    { NULL, "CHAN", "19850228", "HK" },       { "A1234564", "CHAN", "19850228", "HK" },
    { "A1234563", NULL, "19850228", "HK" },   { "A1234563", "CHAN", NULL, "HK" },
    { "A1234563", "CHAN", "19850229", "HK" }, { "A1234563", "CHAN", "19850228", NULL },
    { "A 123", "CHAN", "19850228", "PHL" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Said said = said_usual (world->phone);
      g_autofree char *text = NULL;

      said.id = cases[i].id;
      said.name = cases[i].name;
      said.birth = cases[i].birth;
      said.country = cases[i].country;
      text = shown_by (world, &said, world->phone);
      g_test_message ("case %u", i);
      assert_refused (world, text, KIOSK_PERSONAL_CODE_ERROR_INCOMPLETE);
    }
}

static void
test_ed25519 (World *world, gconstpointer data)
{
  g_autoptr (EVP_PKEY) phone = phone_new ("ED25519");
  Said said = said_usual (phone);
  g_autofree char *text = shown_by (world, &said, phone);

  assert_holder (world, text);
}

static void
test_twice (World *world, gconstpointer data)
{
  g_autofree char *text = usual (world, KIOSK, NOW_MS);
  g_autofree char *later = usual (world, KIOSK, NOW_MS + 1000);

  assert_holder (world, text);
  assert_refused (world, text, KIOSK_PERSONAL_CODE_ERROR_USED);
  assert_refused (world, later, KIOSK_PERSONAL_CODE_ERROR_USED); /* the nonce is the same */
}

/* (r, n − s) verifies wherever (r, s) does, and anybody can make it from a picture of the code. */
static void
test_mirrored (World *world, gconstpointer data)
{
  g_autofree char *text = usual (world, KIOSK, NOW_MS);
  g_autofree char *mirrored = NULL;
  g_autoptr (KioskPresentation) shown = kiosk_presentation_parse (text, strlen (text), NULL);
  EC_GROUP *group = EC_GROUP_new_by_curve_name (NID_X9_62_prime256v1);
  guint8 raw[64];
  BIGNUM *s = NULL;
  g_autoptr (GBytes) other = NULL;

  memcpy (raw, g_bytes_get_data (shown->signature, NULL), sizeof raw);
  s = BN_bin2bn (raw + 32, 32, NULL);
  BN_sub (s, EC_GROUP_get0_order (group), s);
  BN_bn2binpad (s, raw + 32, 32);
  BN_free (s);
  EC_GROUP_free (group);
  other = g_bytes_new (raw, sizeof raw);
  mirrored = kiosk_presentation_text (shown->protected_header, shown->payload, other);
  g_assert_cmpstr (mirrored, !=, text);
  assert_holder (world, mirrored);
  assert_refused (world, text, KIOSK_PERSONAL_CODE_ERROR_USED);
}

static void
test_screenshot (World *world, gconstpointer data)
{
  static const struct
  {
    gint64 made_ms;
    KioskPersonalCodeError code;
  } cases[] = { { NOW_MS - DAY_MS, KIOSK_PERSONAL_CODE_ERROR_TOO_OLD },
                { NOW_MS - MINUTE_MS - 1000, KIOSK_PERSONAL_CODE_ERROR_TOO_OLD },
                { NOW_MS + KIOSK_PERSONAL_CODE_SKEW_MS + 1000, KIOSK_PERSONAL_CODE_ERROR_AHEAD },
                { NOW_MS + DAY_MS, KIOSK_PERSONAL_CODE_ERROR_AHEAD } };
  g_autofree char *oldest = usual (world, KIOSK, NOW_MS - MINUTE_MS);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = usual (world, KIOSK, cases[i].made_ms);

      assert_refused (world, text, cases[i].code);
    }
  assert_holder (world, oldest);
}

static void
test_skew (World *world, gconstpointer data)
{
  g_autofree char *text = usual (world, KIOSK, NOW_MS + KIOSK_PERSONAL_CODE_SKEW_MS);

  assert_holder (world, text);
}

/* The credential of one, shown by the phone of another: copied, not held. */
static void
test_another_key (World *world, gconstpointer data)
{
  g_autoptr (EVP_PKEY) thief = phone_new ("EC");
  g_autoptr (EVP_PKEY) other_thief = phone_new ("ED25519");
  Said said = said_usual (world->phone);
  g_autofree char *text = shown_by (world, &said, thief);
  g_autofree char *other = shown_by (world, &said, other_thief);

  assert_refused (world, text, KIOSK_PERSONAL_CODE_ERROR_NOT_HOLDER);
  assert_refused (world, other, KIOSK_PERSONAL_CODE_ERROR_NOT_HOLDER);
}

static void
test_unbound (World *world, gconstpointer data)
{
  Said said = said_usual (NULL);
  g_autofree char *text = shown_by (world, &said, world->phone);

  assert_refused (world, text, KIOSK_PERSONAL_CODE_ERROR_UNBOUND);
}

static void
test_another_kiosk (World *world, gconstpointer data)
{
  g_autofree char *text = usual (world, "k-0043", NOW_MS);

  assert_refused (world, text, KIOSK_PERSONAL_CODE_ERROR_OTHER_KIOSK);
}

static void
test_issuer (World *world, gconstpointer data)
{
  g_autoptr (Identity) stranger = identity_new (KIOSK_CERT_SIGNER, "Identity issuer", NULL);
  Said said = said_usual (world->phone);
  g_autoptr (GBytes) credential = maker_credential (&said, stranger->key);
  g_autofree char *text = maker_show (credential, world->phone, KIOSK, NOW_MS, 1);
  g_autofree char *good = usual (world, KIOSK, NOW_MS);

  assert_refused (world, text, KIOSK_PERSONAL_CODE_ERROR_ISSUER);
  json_object_unref (world->trust.body);
  world->trust.body = maker_trust (NULL);
  assert_refused (world, good, KIOSK_PERSONAL_CODE_ERROR_ISSUER);
  json_object_unref (world->trust.body);
  world->trust.body = json_object_new ();
  assert_refused (world, good, KIOSK_PERSONAL_CODE_ERROR_ISSUER);
}

/* The issuer's certificate must have been valid when it signed, and need not be any more. */
static void
test_issuer_time (World *world, gconstpointer data)
{
  g_autoptr (Identity) past = identity_new_valid (KIOSK_CERT_SIGNER, "Identity issuer", NULL,
                                                  NOW_MS - 90 * DAY_MS, NOW_MS - 10 * DAY_MS);
  static const struct
  {
    gint64 days;
    gboolean good;
  } cases[] = { { 30, TRUE }, { 5, FALSE }, { 91, FALSE } };

  json_object_unref (world->trust.body);
  world->trust.body = maker_trust (past->cert);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Said said = said_usual (world->phone);
      g_autoptr (GBytes) credential = NULL;
      g_autofree char *text = NULL;

      said.issued_ms = NOW_MS - cases[i].days * DAY_MS;
      credential = maker_credential (&said, past->key);
      text = maker_show (credential, world->phone, KIOSK, NOW_MS, 1);
      if (cases[i].good)
        assert_holder (world, text);
      else
        assert_refused (world, text, KIOSK_PERSONAL_CODE_ERROR_ISSUER);
    }
}

static void
test_validity (World *world, gconstpointer data)
{
  const struct
  {
    gint64 issued_ms, not_before_ms, expires_ms;
    KioskPersonalCodeError code;
  } cases[] = {
    { NOW_MS - DAY_MS, -1, NOW_MS - 1000, KIOSK_PERSONAL_CODE_ERROR_EXPIRED },
    { NOW_MS - DAY_MS, -1, -1, KIOSK_PERSONAL_CODE_ERROR_EXPIRED },
    { NOW_MS - DAY_MS, NOW_MS + 1000, NOW_MS + DAY_MS, KIOSK_PERSONAL_CODE_ERROR_EXPIRED },
    { NOW_MS + 1000, -1, NOW_MS + DAY_MS, KIOSK_PERSONAL_CODE_ERROR_EXPIRED },
    { -1, -1, NOW_MS + DAY_MS, KIOSK_PERSONAL_CODE_ERROR_ISSUER },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Said said = said_usual (world->phone);
      g_autofree char *text = NULL;

      said.issued_ms = cases[i].issued_ms;
      said.not_before_ms = cases[i].not_before_ms;
      said.expires_ms = cases[i].expires_ms;
      text = shown_by (world, &said, world->phone);
      g_test_message ("case %u", i);
      assert_refused (world, text, cases[i].code);
    }
}

static void
test_bare (World *world, gconstpointer data)
{
  Said said = said_usual (world->phone);
  g_autoptr (GBytes) credential = maker_credential (&said, world->issuer->key);
  g_autofree char *text
    = kiosk_base45_encode (g_bytes_get_data (credential, NULL), g_bytes_get_size (credential));
  g_autoptr (GError) error = NULL;

  assert_refused (world, text, KIOSK_PERSONAL_CODE_ERROR_BARE);
  g_assert_null (judge (world, "https://example.org", &error));
  g_assert_error (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_OTHER_KIND);
}

/* A machine's clock that stands behind what the gateway has signed tells nothing about a minute. */
static void
test_clock_unsure (World *world, gconstpointer data)
{
  g_autofree char *text = usual (world, KIOSK, NOW_MS);

  kiosk_clock_raise_floor (world->judge.clock, NOW_MS);
  kiosk_clock_set_wall (world->judge.clock, NOW_MS - DAY_MS);
  assert_refused (world, text, KIOSK_PERSONAL_CODE_ERROR_CLOCK);
}

static void
test_not_kept (World *world, gconstpointer data)
{
  g_autofree char *text = usual (world, KIOSK, NOW_MS);

  world->trouble = g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_NOSPC, "disk full");
  assert_refused (world, text, KIOSK_PERSONAL_CODE_ERROR_NOT_KEPT);
  g_clear_error (&world->trouble);
  world->trouble = g_error_new_literal (KIOSK_PERSONAL_CODE_ERROR, KIOSK_PERSONAL_CODE_ERROR_CLOCK,
                                        "the clock runs back");
  assert_refused (world, text, KIOSK_PERSONAL_CODE_ERROR_CLOCK);
}

/* A byte of it altered, in its place or in the credential's, makes a holder of nobody. */
static void
test_altered (World *world, gconstpointer data)
{
  static const guint8 flips[] = { 0x01, 0x80 };
  g_autofree char *text = usual (world, KIOSK, NOW_MS);
  const char *base45 = text + strlen (KIOSK_PRESENTATION_PREFIX);
  g_autoptr (GBytes) good = kiosk_base45_decode (base45, strlen (base45), 4096);
  gsize length = g_bytes_get_size (good);
  g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (good, NULL), length);

  for (gsize i = 0; i < length * G_N_ELEMENTS (flips); i++)
    {
      g_autoptr (KioskCode) code = NULL;
      g_autofree char *altered = NULL;
      g_autofree char *shown = NULL;

      copy[i / 2] ^= flips[i % 2];
      altered = kiosk_base45_encode (copy, length);
      shown = g_strconcat (KIOSK_PRESENTATION_PREFIX, altered, NULL);
      copy[i / 2] ^= flips[i % 2];
      code = kiosk_code_parse ((const guint8 *)shown, strlen (shown), NULL);
      if (code != NULL && kiosk_personal_code_judge (&world->judge, code, NULL) != NULL)
        g_error ("byte %" G_GSIZE_FORMAT " may be altered", i / 2);
    }
  g_assert_cmpuint (g_hash_table_size (world->spent), ==, 0);
  assert_holder (world, text);
}

/* Each name is another, so that a page can put its own words to it. */
static void
test_error_names (void)
{
  for (int i = 0; i <= KIOSK_PERSONAL_CODE_ERROR_NOT_KEPT; i++)
    for (int j = 0; j < i; j++)
      g_assert_cmpstr (kiosk_personal_code_error_name ((KioskPersonalCodeError)i), !=,
                       kiosk_personal_code_error_name ((KioskPersonalCodeError)j));
}

/* Signed by the openssl command with @key, in @folder; raw as COSE has it. */
static GBytes *
command_sign (const char *folder, EVP_PKEY *key, GBytes *header, GBytes *payload)
{
  g_autoptr (GBytes) data = maker_signed_bytes (header, payload);
  G_GNUC_UNUSED g_autofree char *key_path = folder_write_key (folder, "key.pem", key);
  G_GNUC_UNUSED g_autofree char *data_path = folder_write (folder, "data", data);
  g_autoptr (GBytes) signature = NULL;

  if (!EVP_PKEY_is_a (key, "EC"))
    {
      g_assert_true (
        openssl (folder, "pkeyutl -sign -rawin -inkey key.pem -in data -out signature"));
      return folder_read (folder, "signature");
    }
  g_assert_true (openssl (folder, "dgst -sha256 -sign key.pem -out signature data"));
  signature = folder_read (folder, "signature");
  return maker_raw (g_bytes_get_data (signature, NULL), g_bytes_get_size (signature));
}

/* Both signatures made by the command, over structures written by hand. */
static void
test_other_hands (World *world, gconstpointer data)
{
  static const char *const types[] = { "EC", "ED25519" };
  g_autofree char *folder = folder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (EVP_PKEY) phone = phone_new (types[i]);
      Said said = said_usual (phone);
      const guint8 nonce[KIOSK_PRESENTATION_NONCE] = { 7 };
      g_autoptr (GBytes) issuer_header = g_bytes_new_static ("\xa1\x01\x26", 3);
      g_autoptr (GBytes) claims = maker_claims (&said);
      g_autoptr (GBytes) issued = command_sign (folder, world->issuer->key, issuer_header, claims);
      g_autoptr (GBytes) credential = maker_pack (issuer_header, claims, issued);
      g_autoptr (GBytes) header = kiosk_presentation_header (
        i == 0 ? KIOSK_PRESENTATION_ES256 : KIOSK_PRESENTATION_EDDSA, credential);
      g_autoptr (GBytes) payload = kiosk_presentation_payload (KIOSK, NOW_MS, nonce);
      g_autoptr (GBytes) signature = command_sign (folder, phone, header, payload);
      g_autofree char *text = kiosk_presentation_text (header, payload, signature);

      assert_holder (world, text);
    }
  folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/identity/personal-code/" name, World, NULL, world_set_up, function, world_tear_down)
  ADD ("becomes-a-holder", test_holder);
  ADD ("leaves-empty-what-the-issuer-does-not-say", test_fields);
  ADD ("takes-names-by-their-letters", test_names);
  ADD ("needs-name-birth-date-and-number", test_incomplete);
  ADD ("takes-an-ed25519-phone", test_ed25519);
  ADD ("agrees-with-the-openssl-command", test_other_hands);
  ADD ("is-good-once", test_twice);
  ADD ("is-not-new-with-its-signature-mirrored", test_mirrored);
  ADD ("screenshot-of-yesterdays-is-too-old", test_screenshot);
  ADD ("allows-for-a-phone-a-little-ahead", test_skew);
  ADD ("another-persons-key-is-not-the-holders", test_another_key);
  ADD ("a-credential-given-to-no-phone-has-no-holder", test_unbound);
  ADD ("for-another-kiosk-is-refused", test_another_kiosk);
  ADD ("an-issuer-not-on-the-list-is-refused", test_issuer);
  ADD ("the-issuer-was-valid-when-it-signed", test_issuer_time);
  ADD ("a-credential-past-its-date-is-refused", test_validity);
  ADD ("a-bare-credential-identifies-nobody", test_bare);
  ADD ("a-clock-not-sure-judges-no-minute", test_clock_unsure);
  ADD ("what-cannot-be-remembered-lets-nobody-in", test_not_kept);
  ADD ("notices-every-altered-byte", test_altered);
  g_test_add_func ("/identity/personal-code/every-refusal-has-its-name", test_error_names);
  return g_test_run ();
}
