/* The catalogue of data/services, and a form filled in. Its signatures are trust's to test. */
#pragma once

#include "services/form.h"

#define SERVICE "td-vehicle-licence-renewal"
#define TODAY   "2026-11-24"

static inline JsonObject *
sample_body (void)
{
  g_autofree char *folder
    = g_test_build_filename (G_TEST_DIST, "..", "..", "data", "services", NULL);
  g_autoptr (GError) error = NULL;
  JsonObject *body = kiosk_catalogue_assemble (folder, &error);

  g_assert_no_error (error);
  return body;
}

static inline KioskCatalogue *
sample_catalogue_of (JsonObject *body, GError **error)
{
  KioskBundle bundle = { .name = (char *)"catalogue", .serial = 7, .body = body };

  return kiosk_catalogue_new (&bundle, error);
}

static inline KioskCatalogue *
sample_catalogue (void)
{
  g_autoptr (JsonObject) body = sample_body ();
  g_autoptr (GError) error = NULL;
  KioskCatalogue *catalogue = sample_catalogue_of (body, &error);

  g_assert_no_error (error);
  return catalogue;
}

static inline KioskFacts *
sample_facts (const char *today)
{
  KioskFacts *facts = kiosk_facts_new ();

  kiosk_facts_set (facts, "today", today);
  kiosk_facts_set (facts, "holder.name", "CHAN, TAI MAN");
  kiosk_facts_set (facts, "holder.name_chinese", "陳大文");
  kiosk_facts_set (facts, "holder.number", "A1234563");
  kiosk_facts_set (facts, "holder.document", "hkid");
  kiosk_facts_set (facts, "holder.assurance", "document");
  return facts;
}

static inline KioskForm *
sample_form (KioskCatalogue *catalogue, const char *today)
{
  g_autoptr (KioskFacts) facts = sample_facts (today);
  g_autoptr (GError) error = NULL;
  KioskForm *form
    = kiosk_form_new (catalogue, kiosk_catalogue_find (catalogue, SERVICE), facts, &error);

  g_assert_no_error (error);
  return form;
}

static inline void
sample_answer (KioskForm *form, const char *ref, const char *value)
{
  g_autoptr (GError) error = NULL;

  kiosk_form_answer (form, ref, value, "en", &error);
  g_assert_no_error (error);
}

/* TRUE when the form takes @value; a refusal must carry a sentence. */
static inline gboolean
sample_accepts (KioskForm *form, const char *ref, const char *value)
{
  g_autoptr (GError) error = NULL;

  if (kiosk_form_answer (form, ref, value, "en", &error))
    return TRUE;
  g_assert_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_CONSTRAINT);
  g_assert_cmpuint (strlen (error->message), >, 20);
  return FALSE;
}

/* A private car of seven years, on TODAY. */
static inline void
sample_fill (KioskForm *form)
{
  sample_answer (form, "/data/vehicle/mark", "AB 1234");
  sample_answer (form, "/data/vehicle/class", "private-car");
  sample_answer (form, "/data/vehicle/engine", "1500");
  sample_answer (form, "/data/vehicle/year", "2019");
  sample_answer (form, "/data/licence/expiry", "2027-01-15");
  sample_answer (form, "/data/licence/months", "12");
  sample_answer (form, "/data/insurance/from", "2026-06-01");
  sample_answer (form, "/data/insurance/to", "2027-05-31");
  sample_answer (form, "/data/examination/date", "2026-11-02");
  sample_answer (form, "/data/contact/phone", "21234567");
}
