/* What a kiosk hands in for the service that enrols, judged as the registry judges it. */
#include "../identity/code-maker.h"
#include "sample.h"
#include "services/enrolment.h"

#include <string.h>

#define ENROL     "digital-identity"
#define KIOSK     "k-0042"
#define SEALED_MS G_GINT64_CONSTANT (1795492800000) /* 2026-11-24 12:00 in Hong Kong */

/* A frame header of 300 × 400 pixels between the first and the last marker. */
static const guint8 jpeg[]
  = { 0xff, 0xd8,     0xff,      0xe0,     0,         4, 0, 0,    0xff, 0xc0, 0,   11,
      8,    400 >> 8, 400 & 255, 300 >> 8, 300 & 255, 1, 1, 0x11, 0,    0xff, 0xd9 };

typedef struct
{
  KioskCatalogue *catalogue;
  const KioskService *service;
  EVP_PKEY *phone;
  KioskEnrolment *what;
} World;

static KioskEvidence *
evidence (void)
{
  KioskEvidence *self = kiosk_evidence_new ();

  self->profile = g_strdup ("hkid-simulated");
  self->document_type = g_strdup ("I");
  self->issuing_state = g_strdup ("CHN");
  self->document_number = g_strdup ("A1234563");
  self->national_number = g_strdup ("A1234563");
  self->name_latin = g_strdup ("CHAN, TAI MAN");
  self->name_chinese = g_strdup ("陳大文");
  self->birth_date = g_strdup ("1985-02-28");
  self->sex = g_strdup ("M");
  self->nationality = g_strdup ("CHN");
  self->expiry_date = g_strdup ("2033-01-31");
  self->portrait = g_bytes_new_static (jpeg, sizeof jpeg);
  self->portrait_type = g_strdup ("image/jpeg");
  kiosk_evidence_state (self, KIOSK_CLAIM_ACCESS, "pace-can", 0, KIOSK_PROOF_PASSED, NULL);
  kiosk_evidence_state (self, KIOSK_CLAIM_PASSIVE, KIOSK_METHOD_SIGNATURE, 0, KIOSK_PROOF_PASSED,
                        NULL);
  kiosk_evidence_state (self, KIOSK_CLAIM_PASSIVE, KIOSK_METHOD_CHAIN, 0, KIOSK_PROOF_PASSED, NULL);
  kiosk_evidence_state (self, KIOSK_CLAIM_PASSIVE, KIOSK_METHOD_HASH, 1, KIOSK_PROOF_PASSED, NULL);
  kiosk_evidence_state (self, KIOSK_CLAIM_CHIP, "chip-auth", 0, KIOSK_PROOF_PASSED, NULL);
  return self;
}

static char *
binding_text (EVP_PKEY *phone, const char *audience, gint64 at_ms)
{
  static const guint8 nonce[KIOSK_BINDING_NONCE] = "0123456789abcdef";
  g_autoptr (GBytes) key = maker_public (phone);
  g_autoptr (GBytes) header = kiosk_binding_header (key);
  g_autoptr (GBytes) payload = kiosk_binding_payload (audience, at_ms, nonce, key);
  g_autoptr (GBytes) signature = maker_sign (phone, header, payload);

  return kiosk_binding_text (header, payload, signature);
}

static KioskFacts *
facts_of (const KioskEnrolment *what)
{
  KioskFacts *facts = sample_facts (TODAY);
  g_autoptr (KioskBinding) binding
    = kiosk_binding_parse (what->binding, strlen (what->binding), NULL);
  g_autofree char *digits = kiosk_enrolment_key_digits (binding);

  kiosk_facts_set (facts, "holder.birth", what->evidence->birth_date);
  kiosk_facts_set (facts, "enrol.consent", "1");
  kiosk_facts_set (facts, "enrol.portrait", "2026-11-24 11:58");
  kiosk_facts_set (facts, "enrol.phone", digits);
  return facts;
}

static void
fill_form (World *world)
{
  g_autoptr (KioskFacts) facts = facts_of (world->what);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskForm) form = kiosk_form_new (world->catalogue, world->service, facts, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (kiosk_form_n_questions (form), ==, 0);
  g_clear_pointer (&world->what->form, g_bytes_unref);
  world->what->form = kiosk_form_submission (form, &error);
  g_assert_no_error (error);
}

static void
world_set_up (World *world, gconstpointer data)
{
  world->catalogue = sample_catalogue ();
  world->service = kiosk_catalogue_find (world->catalogue, ENROL);
  g_assert_nonnull (world->service);
  world->phone = phone_new ("EC");
  world->what = g_new0 (KioskEnrolment, 1);
  world->what->evidence = evidence ();
  world->what->portrait = g_bytes_new_static (jpeg, sizeof jpeg);
  world->what->binding = binding_text (world->phone, KIOSK, SEALED_MS - 60000);
  world->what->consent_version = 1;
  world->what->language = g_strdup ("zh_HK");
  fill_form (world);
}

static void
world_tear_down (World *world, gconstpointer data)
{
  kiosk_enrolment_free (world->what);
  EVP_PKEY_free (world->phone);
  kiosk_catalogue_unref (world->catalogue);
}

static void
replace_binding (World *world, char *text)
{
  g_free (world->what->binding);
  world->what->binding = text;
}

/* By way of the bytes, as the registry gets them. */
static gboolean
judge (World *world, KioskBinding **ret_binding, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GBytes) bytes = kiosk_enrolment_encode (world->what, &problem);
  g_autoptr (KioskEnrolment) read = NULL;

  g_assert_no_error (problem);
  g_assert_cmpuint (g_bytes_get_size (bytes), <=, KIOSK_ENROLMENT_MAX);
  read = kiosk_enrolment_parse (bytes, &problem);
  g_assert_no_error (problem);
  return kiosk_enrolment_judge (read, world->catalogue, world->service, KIOSK, TODAY, SEALED_MS,
                                ret_binding, error);
}

static void
assert_refused (World *world, KioskEnrolmentError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (judge (world, NULL, &error));
  g_assert_error (error, KIOSK_ENROLMENT_ERROR, (int)code);
  g_assert_nonnull (
    kiosk_service_reason (world->service, kiosk_enrolment_error_reason (code), "en"));
}

static void
test_good (World *world, gconstpointer data)
{
  g_autoptr (KioskBinding) binding = NULL;
  g_autoptr (GBytes) key = maker_public (world->phone);
  g_autoptr (GError) error = NULL;

  judge (world, &binding, &error);
  g_assert_no_error (error);
  g_assert_nonnull (binding);
  g_assert_true (g_bytes_equal (binding->key, key));
}

static void
test_phone (World *world, gconstpointer data)
{
  replace_binding (world, binding_text (world->phone, "k-0043", SEALED_MS));
  assert_refused (world, KIOSK_ENROLMENT_ERROR_PHONE);
  replace_binding (world, binding_text (world->phone, KIOSK, SEALED_MS - 2 * 3600 * 1000));
  assert_refused (world, KIOSK_ENROLMENT_ERROR_PHONE);
  replace_binding (world, g_strdup ("KB1:QED8WEX0"));
  assert_refused (world, KIOSK_ENROLMENT_ERROR_PHONE);
}

/* The key that was declared, not another that proves itself as well. */
static void
test_other_key (World *world, gconstpointer data)
{
  EVP_PKEY *other = phone_new ("EC");

  replace_binding (world, binding_text (other, KIOSK, SEALED_MS));
  EVP_PKEY_free (other);
  assert_refused (world, KIOSK_ENROLMENT_ERROR_DIFFERS);
}

static void
test_other_person (World *world, gconstpointer data)
{
  g_free (world->what->evidence->name_latin);
  world->what->evidence->name_latin = g_strdup ("LEE, SIU MING");
  assert_refused (world, KIOSK_ENROLMENT_ERROR_DIFFERS);
}

static void
test_card (World *world, gconstpointer data)
{
  kiosk_evidence_state (world->what->evidence, KIOSK_CLAIM_CHIP, "chip-auth", 0, KIOSK_PROOF_FAILED,
                        "clone");
  assert_refused (world, KIOSK_ENROLMENT_ERROR_EVIDENCE);
}

static void
test_chip_portrait (World *world, gconstpointer data)
{
  g_clear_pointer (&world->what->evidence->portrait, g_bytes_unref);
  g_clear_pointer (&world->what->evidence->portrait_type, g_free);
  assert_refused (world, KIOSK_ENROLMENT_ERROR_CHIP);
}

static void
test_portrait (World *world, gconstpointer data)
{
  static const guint8 tiny[]
    = { 0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 99, 0, 99, 1, 1, 0x11, 0, 0xff, 0xd9 };

  g_bytes_unref (world->what->portrait);
  world->what->portrait = g_bytes_new_static (tiny, sizeof tiny);
  assert_refused (world, KIOSK_ENROLMENT_ERROR_PORTRAIT);
  g_bytes_unref (world->what->portrait);
  world->what->portrait = g_bytes_new_static ("not a picture", 13);
  assert_refused (world, KIOSK_ENROLMENT_ERROR_PORTRAIT);
}

static void
test_consent (World *world, gconstpointer data)
{
  world->what->consent_version = 2;
  assert_refused (world, KIOSK_ENROLMENT_ERROR_CONSENT);
}

/* 18 today, and tomorrow. */
static void
test_age (World *world, gconstpointer data)
{
  g_free (world->what->evidence->birth_date);
  world->what->evidence->birth_date = g_strdup ("2008-11-24");
  fill_form (world);
  g_assert_true (judge (world, NULL, NULL));
  g_free (world->what->evidence->birth_date);
  world->what->evidence->birth_date = g_strdup ("2008-11-25");
  assert_refused (world, KIOSK_ENROLMENT_ERROR_AGE);
}

static void
test_too_big (World *world, gconstpointer data)
{
  g_autofree guint8 *big = g_malloc0 (KIOSK_ENROLMENT_PORTRAIT_MAX + 1);
  g_autoptr (GError) error = NULL;

  g_bytes_unref (world->what->portrait);
  world->what->portrait = g_bytes_new (big, KIOSK_ENROLMENT_PORTRAIT_MAX + 1);
  g_assert_null (kiosk_enrolment_encode (world->what, &error));
  g_assert_error (error, KIOSK_ENROLMENT_ERROR, KIOSK_ENROLMENT_ERROR_MALFORMED);
}

/* Cut anywhere it is nothing. */
static void
test_cut (World *world, gconstpointer data)
{
  g_autoptr (GBytes) bytes = kiosk_enrolment_encode (world->what, NULL);

  for (gsize length = 0; length < g_bytes_get_size (bytes); length += 7)
    {
      g_autofree guint8 *exact = g_memdup2 (g_bytes_get_data (bytes, NULL), length);
      g_autoptr (GBytes) cut = g_bytes_new (exact, length);
      g_autoptr (GError) error = NULL;

      g_assert_null (kiosk_enrolment_parse (cut, &error));
      g_assert_error (error, KIOSK_ENROLMENT_ERROR, KIOSK_ENROLMENT_ERROR_MALFORMED);
    }
}

/* What people of three ages are told, in each language, before anything is captured. */
static void
test_checks (World *world, gconstpointer data)
{
  static const struct
  {
    const char *birth;
    KioskCheckState state;
    const char *english;
  } cases[] = {
    { "1985-02-28", KIOSK_CHECK_MET, "18 or over" },
    { "2011-03-01", KIOSK_CHECK_UNMET, "parent or guardian" },
    { "2015-11-24", KIOSK_CHECK_UNMET, "parent or guardian" },
    { "2015-11-25", KIOSK_CHECK_UNMET, "under 11" },
    { "1985-00-00", KIOSK_CHECK_UNMET, "under 18" },
    { NULL, KIOSK_CHECK_UNMET, "under 18" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint language = 0; language < 3; language++)
      {
        static const char *const languages[] = { "en", "zh_HK", "zh_CN" };
        g_autoptr (KioskFacts) facts = sample_facts (TODAY);
        g_autoptr (GPtrArray) checks = NULL;
        const KioskCheck *age;

        kiosk_facts_set (facts, "holder.birth", cases[i].birth);
        checks = kiosk_service_checks (world->service, facts, languages[language], NULL);
        age = g_ptr_array_index (checks, 1);
        g_test_message ("%s: %s %s", cases[i].birth, age->text, age->detail);
        g_assert_cmpint (age->state, ==, cases[i].state);
        if (language == 0)
          g_assert_nonnull (strstr (age->text, cases[i].english));
      }
}

static void
test_consent_texts (World *world, gconstpointer data)
{
  g_assert_cmpint (kiosk_service_consent_version (world->service), ==, 1);
  g_assert_cmpuint (kiosk_service_n_consent (world->service), ==, 5);
  g_assert_cmpstr (kiosk_service_consent_title (world->service, 0, "en"), ==, "What is kept");
  g_assert_nonnull (strstr (kiosk_service_consent_text (world->service, 2, "zh_HK"), "30"));
  g_assert_cmpint (kiosk_service_consent_version (kiosk_catalogue_find (world->catalogue, SERVICE)),
                   ==, 0);
}

#define ADD(name, test)                                                                            \
  g_test_add ("/services/enrolment/" name, World, NULL, world_set_up, test, world_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("stands-as-it-was-captured", test_good);
  ADD ("needs-a-phone-that-proved-its-key-here-and-now", test_phone);
  ADD ("is-for-the-key-that-was-declared", test_other_key);
  ADD ("is-for-the-person-on-the-card", test_other_person);
  ADD ("needs-a-card-that-was-proved", test_card);
  ADD ("needs-the-chips-portrait", test_chip_portrait);
  ADD ("needs-a-picture-that-can-be-looked-at", test_portrait);
  ADD ("needs-consent-to-this-wording", test_consent);
  ADD ("needs-the-age-on-the-day", test_age);
  ADD ("is-bounded", test_too_big);
  ADD ("is-nothing-when-cut", test_cut);
  ADD ("says-why-to-each-age", test_checks);
  ADD ("says-what-is-consented-to", test_consent_texts);
  return g_test_run ();
}
