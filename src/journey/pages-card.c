#include "journey/pages.h"

void
kiosk_page_identify (KioskJourney *self, GVariantBuilder *model)
{
  kiosk_page_put_text (model, "reader", self->reader);
}

const char *
kiosk_page_key_kind (KeyField field)
{
  static const char *const kinds[] = {
    [KEY_CAN] = "can",
    [KEY_DOCUMENT_NUMBER] = "document-number",
    [KEY_BIRTH_DATE] = "birth-date",
    [KEY_EXPIRY_DATE] = "expiry-date",
  };

  return field < N_KEY_FIELDS ? kinds[field] : "";
}

/* The chip's own count, or how often this kiosk lets one type: whichever ends first. */
static int
tries_left (const KioskSession *s)
{
  int ours = KIOSK_JOURNEY_WRONG_KEYS - (int)s->wrong_keys;

  if (s->wrong_keys == 0)
    return -1;
  return s->tries_left < 0 ? ours : MIN (ours, s->tries_left);
}

void
kiosk_page_access_key (KioskJourney *self, GVariantBuilder *model)
{
  static const char *const errors[] = {
    [KEY_ERROR_NONE] = "",
    [KEY_ERROR_WRONG] = "wrong",
    [KEY_ERROR_FORMAT] = "format",
  };
  const KioskSession *s = self->session;

  kiosk_page_put_text (model, "document", s->profile);
  kiosk_page_put_text (model, "kind", kiosk_page_key_kind (s->key_field));
  kiosk_page_put_text (model, "value",
                       s->key_field < N_KEY_FIELDS ? s->key_values[s->key_field] : NULL);
  kiosk_page_put_text (model, "error", errors[s->key_error]);
  kiosk_page_put_int (model, "tries_left", tries_left (s));
}

void
kiosk_page_reading (KioskJourney *self, GVariantBuilder *model)
{
  g_variant_builder_add (model, "{sv}", "fraction", g_variant_new_double (self->session->fraction));
  kiosk_page_put_text (model, "document", self->session->profile);
  kiosk_page_put_text (model, "name", self->session->reading_name);
}

/* What helps: the same card once more, another document, or a member of staff. */
static const char *
next_step (const char *problem)
{
  static const char *const again[]
    = { "many-cards", "lost", "rf", "timeout", "sm-broken", "reader-fault", "other-card", NULL };
  static const char *const other[] = { "wrong-card", "other-document", "expired", NULL };

  if (g_strv_contains (again, problem))
    return "again";
  return g_strv_contains (other, problem) ? "other" : "staff";
}

void
kiosk_page_card_problem (KioskJourney *self, GVariantBuilder *model)
{
  kiosk_page_put_text (model, "code", self->session->problem);
  kiosk_page_put_text (model, "next", next_step (self->session->problem));
}

void
kiosk_page_help (KioskJourney *self, GVariantBuilder *model)
{
  kiosk_page_put_text (model, "why", self->session->help_why);
}
