#include "journey/pages.h"

#define CAPTURED "captured" /* a reason of services that enrol */

/* The sentence for an outcome's or a refusal's code, when the service has one. */
static const char *
reason_of (KioskJourney *self, const KioskRecord *record)
{
  const KioskCatalogue *catalogue = self->session->catalogue;
  const KioskService *service
    = catalogue == NULL ? NULL : kiosk_catalogue_find (catalogue, record->service);
  /* An outcome that gives no reason of its own still has a sentence, and so has an enrolment that
   * nobody has decided on. */
  const char *code
    = record->reason == NULL || record->reason[0] == '\0' ? record->outcome_code : record->reason;

  if (code == NULL && service != NULL && kiosk_service_consent_version (service) > 0
      && record->state != KIOSK_RECORD_QUARANTINED)
    code = CAPTURED;

  return service == NULL || code == NULL ? NULL
                                         : kiosk_service_reason (service, code, self->language);
}

/* What list and receipt both say of a record. */
static void
put_record (KioskJourney *self, const KioskRecord *record, GVariantBuilder *entry)
{
  kiosk_page_put_text (entry, "txid", record->txid);
  kiosk_page_put_text (entry, "reference", record->reference);
  kiosk_page_put_text (entry, "title", kiosk_journey_service_title (self, record->service));
  kiosk_page_put_text (entry, "state", kiosk_record_state_name (record->state));
  kiosk_page_put_text (entry, "outcome", record->outcome_code);
  kiosk_page_put_text (entry, "reason", reason_of (self, record));
  kiosk_page_put_int64 (entry, "sealed_ms", record->sealed_ms);
}

void
kiosk_page_receipt (KioskJourney *self, GVariantBuilder *model)
{
  const KioskRecord *record = kiosk_session_shown (self->session);

  g_return_if_fail (record != NULL);
  put_record (self, record, model);
  kiosk_page_put_int64 (model, "fee_cents", record->fee_cents);
  kiosk_page_put_text (model, "payment", record->fee_cents > 0 ? "due" : "none");
  kiosk_page_put_text (model, "qr", record->receipt);
  kiosk_page_put_text (model, "printer", kiosk_journey_print_state (self));
}

void
kiosk_page_transactions (KioskJourney *self, GVariantBuilder *model)
{
  const GPtrArray *records = self->session->records;
  GVariantBuilder items;

  g_variant_builder_init (&items, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < records->len; i++)
    {
      GVariantBuilder entry;

      g_variant_builder_init (&entry, G_VARIANT_TYPE_VARDICT);
      put_record (self, g_ptr_array_index (records, i), &entry);
      g_variant_builder_add (&items, "a{sv}", &entry);
    }
  g_variant_builder_add (model, "{sv}", "items", g_variant_builder_end (&items));
}
