#include "journey/pages.h"

void
kiosk_page_consent (KioskJourney *self, GVariantBuilder *model)
{
  const KioskSession *s = self->session;
  GVariantBuilder points;

  g_variant_builder_init (&points, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < kiosk_service_n_consent (s->service); i++)
    {
      GVariantBuilder entry;

      g_variant_builder_init (&entry, G_VARIANT_TYPE_VARDICT);
      kiosk_page_put_text (&entry, "title",
                           kiosk_service_consent_title (s->service, i, self->language));
      kiosk_page_put_text (&entry, "text",
                           kiosk_service_consent_text (s->service, i, self->language));
      g_variant_builder_add (&points, "a{sv}", &entry);
    }
  kiosk_page_put_text (model, "title", kiosk_service_title (s->service, self->language));
  g_variant_builder_add (model, "{sv}", "points", g_variant_builder_end (&points));
  kiosk_page_put_text (model, "printer", kiosk_journey_print_state (self));
}

void
kiosk_page_portrait (KioskJourney *self, GVariantBuilder *model)
{
  const KioskSession *s = self->session;
  const KioskEnrolling *enrolling = &s->enrolling;

  kiosk_page_put_text (model, "camera", s->camera);
  kiosk_page_put_text (model, "guidance", s->guidance);
  kiosk_page_put_text (model, "problem", enrolling->portrait_problem);
  kiosk_page_put_bool (model, "taking", enrolling->is_taking);
  kiosk_page_put_bool (model, "taken", enrolling->portrait != NULL);
  kiosk_page_put_uint (model, "tries", KIOSK_PORTRAIT_TRIES - enrolling->tries);
}

void
kiosk_page_bind (KioskJourney *self, GVariantBuilder *model)
{
  const KioskSession *s = self->session;
  const KioskTicket *ticket = s->enrolling.ticket;
  g_autofree char *code = ticket == NULL ? NULL : kiosk_ticket_text (ticket);

  kiosk_page_put_text (model, "ticket", code);
  kiosk_page_put_int64 (model, "expires_ms", ticket == NULL ? 0 : ticket->expires_ms);
  kiosk_page_put_text (model, "camera", s->camera);
  kiosk_page_put_text (model, "guidance", s->guidance);
  kiosk_page_put_text (model, "problem", s->mistake);
  kiosk_page_put_text (model, "code", s->mistaken);
  kiosk_page_put_uint (model, "seen", s->seen);
  kiosk_page_put_bool (model, "taken", s->taken);
}
