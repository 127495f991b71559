#include "journey/pages.h"

void
kiosk_page_phone (KioskJourney *self, GVariantBuilder *model)
{
  const KioskSession *s = self->session;

  kiosk_page_put_text (model, "purpose", "login");
  kiosk_page_put_text (model, "state", s->phone);
  kiosk_page_put_text (model, "code", s->phone_code);
  kiosk_page_put_text (model, "identification", s->phone_digits);
  kiosk_page_put_text (model, "reason", s->phone_reason);
  kiosk_page_put_uint (model, "seconds_left", kiosk_journey_phone_seconds (self));
}
