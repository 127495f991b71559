#include "journey/pages.h"

const char *
kiosk_journey_service_title (const KioskJourney *self, const char *id)
{
  const KioskCatalogue *catalogue = self->session->catalogue;
  const KioskService *service = catalogue == NULL ? NULL : kiosk_catalogue_find (catalogue, id);

  return service == NULL ? id : kiosk_service_title (service, self->language);
}

static void
add_service (KioskJourney *self, const KioskService *service, GVariantBuilder *services)
{
  const char *closed = self->ports.ledger->closed (self->ports.ledger, service);
  GVariantBuilder entry;

  g_variant_builder_init (&entry, G_VARIANT_TYPE_VARDICT);
  kiosk_page_put_text (&entry, "id", kiosk_service_id (service));
  kiosk_page_put_text (&entry, "title", kiosk_service_title (service, self->language));
  kiosk_page_put_text (&entry, "summary", kiosk_service_summary (service, self->language));
  kiosk_page_put_text (&entry, "department",
                       kiosk_service_department_name (service, self->language));
  kiosk_page_put_bool (&entry, "enrols", kiosk_service_consent_version (service) > 0);
  kiosk_page_put_bool (&entry, "open", closed == NULL);
  kiosk_page_put_text (&entry, "why", closed);
  g_variant_builder_add (services, "a{sv}", &entry);
}

void
kiosk_page_services (KioskJourney *self, GVariantBuilder *model)
{
  const KioskSession *s = self->session;
  guint n = s->catalogue == NULL ? 0 : kiosk_catalogue_n_services (s->catalogue);
  GVariantBuilder services;

  g_variant_builder_init (&services, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < n; i++)
    add_service (self, kiosk_catalogue_service (s->catalogue, i), &services);
  kiosk_page_put_text (model, "name", s->holder->name_latin);
  kiosk_page_put_text (model, "name_chinese", s->holder->name_chinese);
  g_variant_builder_add (model, "{sv}", "services", g_variant_builder_end (&services));
  kiosk_page_put_uint (model, "transactions", s->records->len);
  kiosk_page_put_bool (model, "simulated", s->holder->evidence->simulated);
}

void
kiosk_page_eligibility (KioskJourney *self, GVariantBuilder *model)
{
  static const char *const states[] = {
    [KIOSK_CHECK_MET] = "met",
    [KIOSK_CHECK_UNMET] = "unmet",
    [KIOSK_CHECK_TO_ASK] = "ask",
  };
  const KioskSession *s = self->session;
  GVariantBuilder checks;

  g_variant_builder_init (&checks, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; s->checks != NULL && i < s->checks->len; i++)
    {
      const KioskCheck *check = g_ptr_array_index (s->checks, i);
      GVariantBuilder entry;

      g_variant_builder_init (&entry, G_VARIANT_TYPE_VARDICT);
      kiosk_page_put_text (&entry, "text", check->text);
      kiosk_page_put_text (&entry, "detail", check->detail);
      kiosk_page_put_text (&entry, "state", states[check->state]);
      g_variant_builder_add (&checks, "a{sv}", &entry);
    }
  kiosk_page_put_text (model, "title", kiosk_service_title (s->service, self->language));
  kiosk_page_put_text (model, "department",
                       kiosk_service_department_name (s->service, self->language));
  g_variant_builder_add (model, "{sv}", "checks", g_variant_builder_end (&checks));
  kiosk_page_put_bool (model, "eligible", kiosk_journey_is_eligible (self));
}

static GVariant *
options_of (const KioskQuestion *question)
{
  GVariantBuilder options;

  g_variant_builder_init (&options, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; question->options != NULL && i < question->options->len; i++)
    {
      const KioskOption *option = g_ptr_array_index (question->options, i);
      GVariantBuilder entry;

      g_variant_builder_init (&entry, G_VARIANT_TYPE_VARDICT);
      kiosk_page_put_text (&entry, "value", option->value);
      kiosk_page_put_text (&entry, "label", option->label);
      g_variant_builder_add (&options, "a{sv}", &entry);
    }
  return g_variant_builder_end (&options);
}

void
kiosk_page_question (KioskJourney *self, GVariantBuilder *model)
{
  static const char *const types[] = {
    [KIOSK_QUESTION_CHOICE] = "choice",
    [KIOSK_QUESTION_DATE] = "date",
    [KIOSK_QUESTION_INTEGER] = "integer",
    [KIOSK_QUESTION_TEXT] = "text",
  };
  KioskSession *s = self->session;
  KioskForm *form = kiosk_session_form (s);
  g_autoptr (KioskQuestion) question = kiosk_form_question (form, s->question, self->language);
  const char *draft;

  g_return_if_fail (question != NULL);
  draft = kiosk_session_draft (s, question->ref);
  kiosk_page_put_text (model, "title", kiosk_service_title (s->service, self->language));
  kiosk_page_put_text (model, "ref", question->ref);
  kiosk_page_put_text (model, "type", types[question->type]);
  kiosk_page_put_text (model, "label", question->label);
  kiosk_page_put_text (model, "hint", question->hint);
  kiosk_page_put_text (model, "value", draft != NULL ? draft : question->value);
  kiosk_page_put_text (model, "error", s->question_error);
  kiosk_page_put_text (model, "alphabet", question->alphabet);
  kiosk_page_put_uint (model, "length", question->maximum_length);
  g_variant_builder_add (model, "{sv}", "options", options_of (question));
  kiosk_page_put_uint (model, "index", s->question);
  kiosk_page_put_uint (model, "count", kiosk_form_n_questions (form));
}

/* The form knows that a fact was filled in; who told it is the session's to say. */
static const char *
source_of (KioskJourney *self, const KioskReviewRow *row)
{
  gboolean by_phone = self->session->holder->assurance != KIOSK_ASSURANCE_DOCUMENT;

  return by_phone && g_str_equal (row->source, "card") ? "phone" : row->source;
}

void
kiosk_page_review (KioskJourney *self, GVariantBuilder *model)
{
  KioskSession *s = self->session;
  KioskForm *form = kiosk_session_form (s);
  g_autoptr (GPtrArray) review = kiosk_form_review (form, self->language);
  GVariantBuilder rows;

  g_variant_builder_init (&rows, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < review->len; i++)
    {
      const KioskReviewRow *row = g_ptr_array_index (review, i);
      GVariantBuilder entry;

      g_variant_builder_init (&entry, G_VARIANT_TYPE_VARDICT);
      kiosk_page_put_text (&entry, "section", row->section);
      kiosk_page_put_text (&entry, "ref", row->ref);
      kiosk_page_put_text (&entry, "label", row->label);
      kiosk_page_put_text (&entry, "value", row->value);
      kiosk_page_put_text (&entry, "source", source_of (self, row));
      kiosk_page_put_bool (&entry, "change", kiosk_form_index (form, row->ref) >= 0);
      g_variant_builder_add (&rows, "a{sv}", &entry);
    }
  kiosk_page_put_text (model, "title", kiosk_service_title (s->service, self->language));
  g_variant_builder_add (model, "{sv}", "rows", g_variant_builder_end (&rows));
  kiosk_page_put_int64 (model, "fee_cents", kiosk_form_fee_cents (form));
}

void
kiosk_page_declaration (KioskJourney *self, GVariantBuilder *model)
{
  const KioskSession *s = self->session;
  g_auto (GStrv) paragraphs
    = g_strsplit (kiosk_service_declaration (s->service, self->language), "\n", -1);

  kiosk_page_put_text (model, "title", kiosk_service_title (s->service, self->language));
  kiosk_page_put_text (model, "name", s->holder->name_latin);
  g_variant_builder_add (model, "{sv}", "paragraphs",
                         g_variant_new_strv ((const char *const *)paragraphs, -1));
  kiosk_page_put_text (model, "problem", s->seal_problem);
}
