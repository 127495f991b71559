#include <string.h>

#include "formats/evidence.h"

static KioskEvidence *
make (void)
{
  KioskEvidence *self = kiosk_evidence_new ();

  self->profile = g_strdup ("hkid-simulated");
  self->simulated = TRUE;
  kiosk_evidence_state (self, KIOSK_CLAIM_ACCESS, "pace-can", 0, KIOSK_PROOF_PASSED, NULL);
  kiosk_evidence_state (self, KIOSK_CLAIM_PASSIVE, KIOSK_METHOD_SIGNATURE, 0, KIOSK_PROOF_PASSED,
                        NULL);
  kiosk_evidence_state (self, KIOSK_CLAIM_PASSIVE, KIOSK_METHOD_CHAIN, 0, KIOSK_PROOF_PASSED, NULL);
  kiosk_evidence_state (self, KIOSK_CLAIM_PASSIVE, KIOSK_METHOD_HASH, 1, KIOSK_PROOF_FAILED,
                        "pa-hash");
  self->document_type = g_strdup ("I");
  self->issuing_state = g_strdup ("CHN");
  self->document_number = g_strdup ("HK0000001");
  self->national_number = g_strdup ("A1234563");
  self->name_latin = g_strdup ("CHAN, TAI MAN");
  self->name_chinese = g_strdup ("陳大文");
  self->birth_date = g_strdup ("1990-01-00");
  self->sex = g_strdup ("M");
  self->nationality = g_strdup ("CHN");
  self->expiry_date = g_strdup ("2033-01-31");
  self->symbols = g_strdup ("***AZ");
  self->portrait = g_bytes_new ("\xff\xd8\xff", 3);
  self->portrait_type = g_strdup ("image/jpeg");
  self->groups[0].bytes = 95;
  self->groups[1].bytes = 15021;
  kiosk_evidence_note (self, 2, "unsupported");
  kiosk_evidence_note (self, 12, "access-protocol");
  self->issuing_authority = g_strdup ("SIMULATED AUTHORITY");
  self->issue_date = g_strdup ("2023-01-31");
  self->signature_type = g_strdup ("image/jp2");
  self->apdus = 42;
  self->duration_us = 1234567;
  return self;
}

static void
test_round_trip (void)
{
  g_autoptr (KioskEvidence) first = make ();
  g_autoptr (GVariant) wire = kiosk_evidence_to_variant (first);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskEvidence) second = kiosk_evidence_from_variant (wire, &error);
  g_autoptr (KioskEvidence) third = NULL;
  const KioskStatement *verdict;
  g_autoptr (GVariant) again = NULL;

  g_assert_no_error (error);
  third = kiosk_evidence_copy (second);
  again = kiosk_evidence_to_variant (third);
  g_assert_true (g_variant_equal (wire, again));
  g_assert_cmpstr (third->name_chinese, ==, "陳大文");
  verdict = kiosk_evidence_verdict (third, KIOSK_CLAIM_CHIP);
  g_assert_cmpint (verdict->proof, ==, KIOSK_PROOF_NOT_TRIED);
  verdict = kiosk_evidence_verdict (third, KIOSK_CLAIM_PASSIVE);
  g_assert_cmpstr (verdict->reason, ==, "pa-hash");
  g_assert_cmpuint (verdict->group, ==, 1);
}

static void
test_proved (void)
{
  g_autoptr (KioskEvidence) self = make ();

  g_assert_false (kiosk_evidence_is_proved (self));
  kiosk_evidence_state (self, KIOSK_CLAIM_PASSIVE, KIOSK_METHOD_HASH, 1, KIOSK_PROOF_PASSED, NULL);
  g_assert_false (kiosk_evidence_is_proved (self));
  kiosk_evidence_state (self, KIOSK_CLAIM_CHIP, "chip-authentication", 0, KIOSK_PROOF_NOT_POSSIBLE,
                        "no-key");
  g_assert_false (kiosk_evidence_is_proved (self));
  kiosk_evidence_state (self, KIOSK_CLAIM_CHIP, "active-authentication", 0, KIOSK_PROOF_PASSED,
                        NULL);
  g_assert_true (kiosk_evidence_is_proved (self));
  kiosk_evidence_state (self, KIOSK_CLAIM_CHIP, "chip-authentication", 0, KIOSK_PROOF_FAILED,
                        "clone");
  g_assert_false (kiosk_evidence_is_proved (self));
}

/* Signature and chain without the hash of anything that was read prove nothing. */
static void
test_nothing_hashed (void)
{
  g_autoptr (GPtrArray) statements = kiosk_statements_new ();
  const KioskStatement *verdict;

  kiosk_statements_set (statements, KIOSK_CLAIM_PASSIVE, KIOSK_METHOD_SIGNATURE, 0,
                        KIOSK_PROOF_PASSED, NULL);
  kiosk_statements_set (statements, KIOSK_CLAIM_PASSIVE, KIOSK_METHOD_CHAIN, 0, KIOSK_PROOF_PASSED,
                        NULL);
  verdict = kiosk_statements_settle (statements, KIOSK_CLAIM_PASSIVE);
  g_assert_cmpint (verdict->proof, ==, KIOSK_PROOF_NOT_TRIED);
  kiosk_statements_set (statements, KIOSK_CLAIM_PASSIVE, KIOSK_METHOD_HASH, 2, KIOSK_PROOF_PASSED,
                        NULL);
  verdict = kiosk_statements_settle (statements, KIOSK_CLAIM_PASSIVE);
  g_assert_cmpint (verdict->proof, ==, KIOSK_PROOF_PASSED);
  g_assert_cmpstr (verdict->method, ==, KIOSK_METHOD_CHAIN);
}

/* One entry of good evidence replaced by @value, or left out when it is NULL. */
static void
assert_refused (const char *key, GVariant *value)
{
  g_autoptr (KioskEvidence) good = make ();
  g_autoptr (GVariant) wire = kiosk_evidence_to_variant (good);
  g_autoptr (GVariant) changed = NULL;
  g_autoptr (GError) error = NULL;
  GVariantDict dict;

  g_variant_dict_init (&dict, wire);
  g_variant_dict_remove (&dict, key);
  if (value != NULL)
    g_variant_dict_insert_value (&dict, key, value);
  changed = g_variant_ref_sink (g_variant_dict_end (&dict));
  g_assert_null (kiosk_evidence_from_variant (changed, &error));
  g_assert_error (error, KIOSK_EVIDENCE_ERROR, KIOSK_EVIDENCE_ERROR_MALFORMED);
}

static void
test_refusals (void)
{
  static const char *const groups[] = {
    "[(uint32 0, uint32 1, '')]",
    "[(uint32 17, uint32 1, '')]",
    "[(uint32 1, uint32 0, '')]",
    "[(uint32 1, uint32 262145, '')]",
    "[(uint32 1, uint32 5, ''), (1, 5, '')]",
    "[(uint32 2, uint32 5, 'A NOTE')]",
    "[1, 2]",
  };
  static const char *const statements[] = {
    "[('passive', 'chain', uint32 0, 'perhaps', '')]",
    "[('passive', 'chain', uint32 0, 'failed', 'A REASON')]",
    "[('passive', '', uint32 0, 'failed', '')]",
    "[('person', 'chain', uint32 0, 'failed', '')]",
    "[('passive', 'hash', uint32 17, 'failed', '')]",
    "[('chip', 'x', uint32 0, 'passed', ''), ('chip', 'x', uint32 0, 'failed', '')]",
  };
  g_autofree char *long_name = g_strnfill (65, 'A');
  g_autofree guint8 *big = g_malloc0 (256 * 1024);

  assert_refused ("profile", NULL);
  assert_refused ("statements", NULL);
  assert_refused ("portrait_type", NULL);
  assert_refused ("portrait", NULL);
  assert_refused ("simulated", g_variant_new_string ("yes"));
  assert_refused ("name_latin", g_variant_new_string (long_name));
  assert_refused ("name_latin", g_variant_new_string ("chan"));
  assert_refused ("name_latin", g_variant_new_int32 (1));
  assert_refused ("name_chinese", g_variant_new_string ("陳\n"));
  assert_refused ("birth_date", g_variant_new_string ("1990-13-01"));
  assert_refused ("birth_date", g_variant_new_string ("1990-1-01"));
  assert_refused ("sex", g_variant_new_string ("MF"));
  assert_refused ("statements", g_variant_new_string ("passed"));
  for (guint i = 0; i < G_N_ELEMENTS (statements); i++)
    assert_refused ("statements", g_variant_new_parsed (statements[i]));
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    assert_refused ("groups", g_variant_new_parsed (groups[i]));
  assert_refused ("issue_date", g_variant_new_string ("20230131"));
  assert_refused ("issuing_authority", g_variant_new_string (""));
  assert_refused ("signature_type", g_variant_new_string ("image/png"));
  assert_refused ("portrait", g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, big, 256 * 1024, 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/evidence/crosses-the-socket-whole", test_round_trip);
  g_test_add_func ("/formats/evidence/is-proved-only-by-three-settled-claims", test_proved);
  g_test_add_func ("/formats/evidence/a-signature-over-nothing-read-proves-nothing",
                   test_nothing_hashed);
  g_test_add_func ("/formats/evidence/anything-out-of-form-is-refused", test_refusals);
  return g_test_run ();
}
