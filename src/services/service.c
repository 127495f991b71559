#include "catalogue-private.h"

const char *
kiosk_service_id (const KioskService *self)
{
  return self->id;
}

const char *
kiosk_service_department (const KioskService *self)
{
  return self->department;
}

const char *
kiosk_service_form (const KioskService *self)
{
  return self->form;
}

gint64
kiosk_service_form_version (const KioskService *self)
{
  return self->form_version;
}

const char *
kiosk_service_title (const KioskService *self, const char *language)
{
  return self->title[kiosk_language_index (language)];
}

const char *
kiosk_service_summary (const KioskService *self, const char *language)
{
  return self->summary[kiosk_language_index (language)];
}

const char *
kiosk_service_department_name (const KioskService *self, const char *language)
{
  return self->department_name[kiosk_language_index (language)];
}

const char *
kiosk_service_declaration (const KioskService *self, const char *language)
{
  return self->declaration[kiosk_language_index (language)];
}

gint64
kiosk_service_consent_version (const KioskService *self)
{
  return self->consent_version;
}

guint
kiosk_service_n_consent (const KioskService *self)
{
  return self->consent == NULL ? 0 : self->consent->len;
}

static const KioskConsentPoint *
consent_point (const KioskService *self, guint index)
{
  g_assert (index < kiosk_service_n_consent (self));
  return g_ptr_array_index (self->consent, index);
}

const char *
kiosk_service_consent_title (const KioskService *self, guint index, const char *language)
{
  return consent_point (self, index)->title[kiosk_language_index (language)];
}

const char *
kiosk_service_consent_text (const KioskService *self, guint index, const char *language)
{
  return consent_point (self, index)->text[kiosk_language_index (language)];
}

const char *
kiosk_service_reason (const KioskService *self, const char *code, const char *language)
{
  char **texts = g_hash_table_lookup (self->reasons, code);

  return texts != NULL ? texts[kiosk_language_index (language)] : NULL;
}
