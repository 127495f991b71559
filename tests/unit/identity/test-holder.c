#include "base/file.h"
#include "identity/holder.h"

#include <string.h>

#define NOON_MS G_GINT64_CONSTANT (1795492800000) /* 2026-11-24 12:00 in Hong Kong */
#define DAY_MS  G_GINT64_CONSTANT (86400000)
#define SALT    "00112233445566778899aabbccddeeff"

static KioskEvidence *
card (void)
{
  KioskEvidence *evidence = kiosk_evidence_new ();

  evidence->profile = g_strdup ("hkid-simulated");
  evidence->simulated = TRUE;
  kiosk_evidence_state (evidence, KIOSK_CLAIM_ACCESS, "pace-can", 0, KIOSK_PROOF_PASSED, NULL);
  kiosk_evidence_state (evidence, KIOSK_CLAIM_PASSIVE, KIOSK_METHOD_SIGNATURE, 0,
                        KIOSK_PROOF_PASSED, NULL);
  kiosk_evidence_state (evidence, KIOSK_CLAIM_PASSIVE, KIOSK_METHOD_CHAIN, 0, KIOSK_PROOF_PASSED,
                        NULL);
  kiosk_evidence_state (evidence, KIOSK_CLAIM_PASSIVE, KIOSK_METHOD_HASH, 1, KIOSK_PROOF_PASSED,
                        NULL);
  kiosk_evidence_state (evidence, KIOSK_CLAIM_CHIP, "chip-authentication", 0, KIOSK_PROOF_PASSED,
                        NULL);
  evidence->document_type = g_strdup ("I");
  evidence->issuing_state = g_strdup ("CHN");
  evidence->document_number = g_strdup ("Y12345678");
  evidence->national_number = g_strdup ("A1234563");
  evidence->name_latin = g_strdup ("CHAN, TAI MAN");
  evidence->name_chinese = g_strdup ("陳大文");
  evidence->birth_date = g_strdup ("1985-02-28");
  evidence->expiry_date = g_strdup ("2026-11-24");
  evidence->sex = g_strdup ("M");
  evidence->symbols = g_strdup ("AZ");
  return evidence;
}

static KioskEvidence *
passport (void)
{
  KioskEvidence *evidence = card ();

  kiosk_wipe_replace (&evidence->profile, "icao-td3");
  kiosk_wipe_replace (&evidence->document_type, "P");
  kiosk_wipe_replace (&evidence->issuing_state, "GBR");
  kiosk_wipe_replace (&evidence->document_number, "925665416");
  g_clear_pointer (&evidence->national_number, g_free);
  return evidence;
}

static KioskBundle
lost_list (const char *number)
{
  KioskBundle bundle = { .name = (char *)"lost-cards", .body = json_object_new () };
  g_autofree char *digest = kiosk_lost_card_digest (SALT, number);
  JsonArray *documents = json_array_new ();

  json_object_set_string_member (bundle.body, "salt", SALT);
  json_array_add_string_element (documents, digest);
  json_object_set_array_member (bundle.body, "documents", documents);
  return bundle;
}

static void
assert_refused (const KioskEvidence *evidence, const KioskBundle *lost, gint64 now_ms,
                KioskHolderError code, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (kiosk_holder_from_evidence (evidence, lost, now_ms, &error));
  g_assert_error (error, KIOSK_HOLDER_ERROR, (int)code);
  if (message != NULL)
    g_assert_cmpstr (error->message, ==, message);
  g_assert_null (strstr (error->message, "1234"));
  g_assert_null (strstr (error->message, "CHAN"));
}

static void
test_holder (void)
{
  g_autoptr (KioskEvidence) evidence = card ();
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskHolder) holder = kiosk_holder_from_evidence (evidence, NULL, NOON_MS, &error);

  g_assert_no_error (error);
  g_assert_cmpint (holder->assurance, ==, KIOSK_ASSURANCE_DOCUMENT);
  g_assert_cmpstr (holder->number, ==, "A1234563");
  g_assert_true (holder->number_is_hkid);
  g_assert_cmpstr (holder->name_latin, ==, "CHAN, TAI MAN");
  g_assert_cmpstr (holder->name_chinese, ==, "陳大文");
  g_assert_cmpstr (holder->birth_date, ==, "1985-02-28");
  g_assert_cmpstr (holder->expiry_date, ==, "2026-11-24");
  g_assert_cmpstr (holder->sex, ==, "M");
  g_assert_cmpstr (holder->symbols, ==, "AZ");
  g_assert_true (kiosk_evidence_is_proved (holder->evidence));
}

static void
test_passport (void)
{
  g_autoptr (KioskEvidence) evidence = passport ();
  g_autoptr (KioskHolder) holder = kiosk_holder_from_evidence (evidence, NULL, NOON_MS, NULL);

  g_assert_nonnull (holder);
  g_assert_cmpstr (holder->number, ==, "925665416");
  g_assert_false (holder->number_is_hkid);
}

static void
test_proof (void)
{
  static const struct
  {
    KioskClaim claim;
    const char *method;
    guint group;
  } statements[] = { { KIOSK_CLAIM_ACCESS, "pace-can", 0 },
                     { KIOSK_CLAIM_PASSIVE, KIOSK_METHOD_SIGNATURE, 0 },
                     { KIOSK_CLAIM_PASSIVE, KIOSK_METHOD_CHAIN, 0 },
                     { KIOSK_CLAIM_PASSIVE, KIOSK_METHOD_HASH, 1 },
                     { KIOSK_CLAIM_PASSIVE, KIOSK_METHOD_HASH, 2 },
                     { KIOSK_CLAIM_CHIP, "chip-authentication", 0 } };
  static const KioskProof proofs[]
    = { KIOSK_PROOF_NOT_TRIED, KIOSK_PROOF_FAILED, KIOSK_PROOF_NOT_POSSIBLE };

  for (gsize i = 0; i < G_N_ELEMENTS (statements); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (proofs); j++)
      {
        g_autoptr (KioskEvidence) evidence = card ();
        g_autofree char *message = g_strdup_printf (
          "%s %s: clone", kiosk_claim_name (statements[i].claim), kiosk_proof_name (proofs[j]));

        kiosk_evidence_state (evidence, statements[i].claim, statements[i].method,
                              statements[i].group, proofs[j], "clone");
        assert_refused (evidence, NULL, NOON_MS, KIOSK_HOLDER_ERROR_NOT_PROVED, message);
      }
}

/* A list that has run out while the network is away is stated, and stops nobody; a document signer
 * on a list stops. */
static void
test_revocation (void)
{
  g_autoptr (KioskEvidence) evidence = card ();
  g_autoptr (KioskHolder) holder = NULL;

  kiosk_evidence_state (evidence, KIOSK_CLAIM_PASSIVE, KIOSK_METHOD_REVOCATION, 0,
                        KIOSK_PROOF_NOT_POSSIBLE, "crl-stale");
  holder = kiosk_holder_from_evidence (evidence, NULL, NOON_MS, NULL);
  g_assert_nonnull (holder);
  kiosk_evidence_state (evidence, KIOSK_CLAIM_PASSIVE, KIOSK_METHOD_REVOCATION, 0,
                        KIOSK_PROOF_FAILED, "pa-revoked");
  assert_refused (evidence, NULL, NOON_MS, KIOSK_HOLDER_ERROR_NOT_PROVED,
                  "passive failed: pa-revoked");
}

/* The vectors of the check digit, each with its last character changed. */
static void
test_number (void)
{
  static const char *const good[] = { "A1234563", "CA1823611", "P1032651", "C6686689", "Z683365A" };
  static const char *const bad[] = { "A1234564", "CA1823612", "P103265A", "C6686680", "Z6833650",
                                     "A123456",  "a1234563",  "A12345 3", "" };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (KioskEvidence) evidence = card ();
      g_autoptr (KioskHolder) holder = NULL;

      kiosk_wipe_replace (&evidence->national_number, good[i]);
      holder = kiosk_holder_from_evidence (evidence, NULL, NOON_MS, NULL);
      g_assert_nonnull (holder);
      g_assert_cmpstr (holder->number, ==, good[i]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (KioskEvidence) evidence = card ();

      kiosk_wipe_replace (&evidence->national_number, bad[i]);
      assert_refused (evidence, NULL, NOON_MS, KIOSK_HOLDER_ERROR_NUMBER, NULL);
    }
}

/* A national number of another card is no HKID number, though its check digit may happen to hold.
 */
static void
test_foreign_number (void)
{
  static const char *const profiles[] = { "bir-macao-simulated", "icao-td1", "hkidoff", "" };
  static const char *const numbers[] = { "A1234563", "12345678" };

  for (gsize i = 0; i < G_N_ELEMENTS (profiles) * G_N_ELEMENTS (numbers); i++)
    {
      g_autoptr (KioskEvidence) evidence = card ();
      g_autoptr (KioskHolder) holder = NULL;
      g_autoptr (GError) error = NULL;

      kiosk_wipe_replace (&evidence->profile, profiles[i / G_N_ELEMENTS (numbers)]);
      kiosk_wipe_replace (&evidence->national_number, numbers[i % G_N_ELEMENTS (numbers)]);
      holder = kiosk_holder_from_evidence (evidence, NULL, NOON_MS, &error);
      g_assert_no_error (error);
      g_assert_false (holder->number_is_hkid);
      g_assert_cmpstr (holder->number, ==, "Y12345678");
    }
}

static void
test_number_missing (void)
{
  g_autoptr (KioskEvidence) evidence = card ();
  g_autoptr (KioskEvidence) document = passport ();

  g_clear_pointer (&evidence->national_number, g_free);
  assert_refused (evidence, NULL, NOON_MS, KIOSK_HOLDER_ERROR_NUMBER, NULL);
  g_clear_pointer (&document->document_number, g_free);
  assert_refused (document, NULL, NOON_MS, KIOSK_HOLDER_ERROR_NUMBER, NULL);
}

static void
test_lost (void)
{
  static const struct
  {
    const char *number;
    gboolean lost;
  } cases[] = { { "Y12345678", TRUE }, { "A1234563", TRUE }, { "Y12345679", FALSE } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (KioskEvidence) evidence = card ();
      KioskBundle lost = lost_list (cases[i].number);

      if (cases[i].lost)
        assert_refused (evidence, &lost, NOON_MS, KIOSK_HOLDER_ERROR_LOST, NULL);
      else
        {
          g_autoptr (KioskHolder) holder
            = kiosk_holder_from_evidence (evidence, &lost, NOON_MS, NULL);
          g_assert_nonnull (holder);
        }
      json_object_unref (lost.body);
    }
}

static void
test_lost_shape (void)
{
  static const char *const bodies[] = { "{}",
                                        "{\"salt\":\"00\"}",
                                        "{\"salt\":\"0\",\"documents\":[]}",
                                        "{\"salt\":\"zz\",\"documents\":[]}",
                                        "{\"salt\":\"00\",\"documents\":{}}",
                                        "{\"salt\":\"00\",\"documents\":[1]}",
                                        "{\"salt\":\"00\",\"documents\":[\"Y12345678\"]}" };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (KioskEvidence) evidence = card ();
      g_autoptr (JsonNode) node = json_from_string (bodies[i], NULL);
      KioskBundle lost = { .name = (char *)"lost-cards", .body = json_node_get_object (node) };

      assert_refused (evidence, &lost, NOON_MS, KIOSK_HOLDER_ERROR_NOT_PROVED, NULL);
    }
}

/* printf '\x00\x11…\xffY12345678' | sha256sum */
static void
test_lost_digest (void)
{
  g_autofree char *digest = kiosk_lost_card_digest (SALT, "Y12345678");

  g_assert_cmpstr (digest, ==, "e7ebb6f067d671fb2fe681528043ab26040402ddd641b4068a95900cc118162e");
  g_assert_null (kiosk_lost_card_digest ("0", "Y12345678"));
}

static void
test_expiry (void)
{
  /* The last day, 2026-11-24, ends in Hong Kong at 16:00 UTC. */
  gint64 midnight = NOON_MS + DAY_MS / 2;
  g_autoptr (KioskEvidence) evidence = card ();
  g_autoptr (KioskHolder) last = kiosk_holder_from_evidence (evidence, NULL, midnight - 1, NULL);

  g_assert_nonnull (last);
  assert_refused (evidence, NULL, midnight, KIOSK_HOLDER_ERROR_EXPIRED, NULL);
  g_clear_pointer (&evidence->expiry_date, g_free);
  assert_refused (evidence, NULL, NOON_MS, KIOSK_HOLDER_ERROR_EXPIRED, NULL);
}

/* A lost card that is also past its date is a matter for staff, not for another card. */
static void
test_lost_first (void)
{
  g_autoptr (KioskEvidence) evidence = card ();
  KioskBundle lost = lost_list ("Y12345678");

  assert_refused (evidence, &lost, NOON_MS + 100 * DAY_MS, KIOSK_HOLDER_ERROR_LOST, NULL);
  json_object_unref (lost.body);
}

static char *
tag_of (KioskEvidence *evidence, const char *pepper)
{
  g_autoptr (KioskHolder) holder = kiosk_holder_from_evidence (evidence, NULL, NOON_MS, NULL);
  g_autoptr (KioskSecret) secret = kiosk_secret_new_copy (pepper, strlen (pepper));
  guint8 tag[32];

  g_assert_nonnull (holder);
  kiosk_holder_tag (holder, secret, tag);
  kiosk_evidence_free (evidence);
  return kiosk_hex_encode (tag, sizeof tag);
}

static void
test_tag (void)
{
  g_autofree char *hkid = tag_of (card (), "pepper");
  g_autofree char *other_pepper = tag_of (card (), "Pepper");
  g_autofree char *document = tag_of (passport (), "pepper");
  KioskEvidence *renewed = card ();
  g_autofree char *again = NULL;
  KioskEvidence *foreign = passport ();
  g_autofree char *elsewhere = NULL;

  /* printf 'hkid\0A1234563' | openssl dgst -sha256 -hmac pepper; 'GBR\0925665416' likewise. */
  g_assert_cmpstr (hkid, ==, "65da744e59182913c92392b1aee6ea6742c55f16235f4c13ebdc2b2327f7feb5");
  g_assert_cmpstr (document, ==,
                   "a2bca9ab3bde9cc35362414cf3c8d98f20d6e49edfd3e22f57a861e97939a980");
  g_assert_cmpstr (other_pepper, !=, hkid);
  kiosk_wipe_replace (&renewed->document_number, "Y99999999");
  again = tag_of (renewed, "pepper");
  g_assert_cmpstr (again, ==, hkid);
  kiosk_wipe_replace (&foreign->issuing_state, "FRA");
  elsewhere = tag_of (foreign, "pepper");
  g_assert_cmpstr (elsewhere, !=, document);
}

static KioskPhoneProfile *
phone (void)
{
  KioskPhoneProfile *profile = g_new0 (KioskPhoneProfile, 1);

  profile->number = g_strdup ("A1234563");
  profile->name_latin = g_strdup ("CHAN, TAI MAN");
  profile->name_chinese = g_strdup ("陳大文");
  profile->birth_date = g_strdup ("1985-02-28");
  profile->sex = g_strdup ("M");
  return profile;
}

static void
assert_phone_refused (const KioskPhoneProfile *profile, const KioskBundle *lost,
                      KioskHolderError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (kiosk_holder_from_profile (profile, lost, NOON_MS, &error));
  g_assert_error (error, KIOSK_HOLDER_ERROR, (int)code);
  g_assert_null (strstr (error->message, "1234"));
  g_assert_null (strstr (error->message, "CHAN"));
}

static void
test_phone (void)
{
  g_autoptr (KioskPhoneProfile) profile = phone ();
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskHolder) holder = kiosk_holder_from_profile (profile, NULL, NOON_MS, &error);

  g_assert_no_error (error);
  g_assert_cmpint (holder->assurance, ==, KIOSK_ASSURANCE_IAMSMART);
  g_assert_cmpstr (holder->number, ==, "A1234563");
  g_assert_true (holder->number_is_hkid);
  g_assert_cmpstr (holder->name_latin, ==, "CHAN, TAI MAN");
  g_assert_cmpstr (holder->name_chinese, ==, "陳大文");
  g_assert_cmpstr (holder->birth_date, ==, "1985-02-28");
  g_assert_cmpstr (holder->sex, ==, "M");
  g_assert_null (holder->expiry_date);
  g_assert_cmpstr (kiosk_assurance_name (holder->assurance), ==, "iamsmart");
  g_assert_true (holder->evidence->simulated);
  /* No document was seen: nothing may say that one was proved. */
  g_assert_false (kiosk_evidence_is_proved (holder->evidence));
}

/* Whoever comes by phone today and by card tomorrow finds the same records. */
static void
test_phone_tag (void)
{
  g_autoptr (KioskPhoneProfile) profile = phone ();
  g_autoptr (KioskEvidence) evidence = card ();
  g_autoptr (KioskHolder) by_phone = kiosk_holder_from_profile (profile, NULL, NOON_MS, NULL);
  g_autoptr (KioskHolder) by_card = kiosk_holder_from_evidence (evidence, NULL, NOON_MS, NULL);
  g_autoptr (KioskSecret) pepper = kiosk_secret_new (32);
  guint8 one[32], other[32];

  kiosk_holder_tag (by_phone, pepper, one);
  kiosk_holder_tag (by_card, pepper, other);
  g_assert_cmpmem (one, 32, other, 32);
}

static void
test_phone_number (void)
{
  g_autoptr (KioskPhoneProfile) profile = phone ();

  kiosk_wipe_replace (&profile->number, "A1234564");
  assert_phone_refused (profile, NULL, KIOSK_HOLDER_ERROR_NUMBER);
  kiosk_wipe_replace (&profile->number, NULL);
  assert_phone_refused (profile, NULL, KIOSK_HOLDER_ERROR_NUMBER);
}

static void
test_phone_lost (void)
{
  g_autoptr (KioskPhoneProfile) profile = phone ();
  KioskBundle lost = lost_list ("A1234563");
  KioskBundle other = lost_list ("CA1823611");
  g_autoptr (KioskHolder) holder = NULL;

  assert_phone_refused (profile, &lost, KIOSK_HOLDER_ERROR_LOST);
  holder = kiosk_holder_from_profile (profile, &other, NOON_MS, NULL);
  g_assert_nonnull (holder);
  json_object_set_string_member (other.body, "salt", "no digits");
  assert_phone_refused (profile, &other, KIOSK_HOLDER_ERROR_NOT_PROVED);
  json_object_unref (lost.body);
  json_object_unref (other.body);
}

static void
test_phone_nobody (void)
{
  static const struct
  {
    const char *name, *birth;
  } wrong[] = {
    { "", "1985-02-28" },          { "CHAN\nTAI MAN", "1985-02-28" },
    { NULL, "1985-02-28" },        { "CHAN, TAI MAN", "2026-11-25" },
    { "CHAN, TAI MAN", NULL },     { "CHAN, TAI MAN", "1895-12-31" },
    { "CHAN, TAI MAN", "1985-2" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (KioskPhoneProfile) profile = phone ();

      kiosk_wipe_replace (&profile->name_latin, wrong[i].name);
      kiosk_wipe_replace (&profile->birth_date, wrong[i].birth);
      assert_phone_refused (profile, NULL, KIOSK_HOLDER_ERROR_PROFILE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/identity/holder/is-made-of-proved-evidence", test_holder);
  g_test_add_func ("/identity/holder/has-the-number-of-a-travel-document", test_passport);
  g_test_add_func ("/identity/holder/needs-each-statement-to-pass", test_proof);
  g_test_add_func ("/identity/holder/a-stale-list-stops-nobody-a-revoked-signer-does",
                   test_revocation);
  g_test_add_func ("/identity/holder/needs-a-right-check-digit", test_number);
  g_test_add_func ("/identity/holder/takes-no-other-card-s-number-for-hkid", test_foreign_number);
  g_test_add_func ("/identity/holder/needs-a-number", test_number_missing);
  g_test_add_func ("/identity/holder/is-not-made-of-a-lost-card", test_lost);
  g_test_add_func ("/identity/holder/is-not-made-when-the-lost-list-is-unreadable",
                   test_lost_shape);
  g_test_add_func ("/identity/holder/lost-digest-is-sha256-of-salt-and-number", test_lost_digest);
  g_test_add_func ("/identity/holder/is-good-until-hong-kongs-midnight", test_expiry);
  g_test_add_func ("/identity/holder/lost-comes-before-expired", test_lost_first);
  g_test_add_func ("/identity/holder/tag-is-keyed-by-person-and-says-nothing", test_tag);
  g_test_add_func ("/identity/holder/is-whom-the-phone-is-of", test_phone);
  g_test_add_func ("/identity/holder/by-phone-and-by-card-are-the-same", test_phone_tag);
  g_test_add_func ("/identity/holder/a-phone-with-a-wrong-check-digit-is-nobody",
                   test_phone_number);
  g_test_add_func ("/identity/holder/a-phone-whose-card-was-lost-is-refused", test_phone_lost);
  g_test_add_func ("/identity/holder/a-phone-of-nobody-is-refused", test_phone_nobody);
  return g_test_run ();
}
