#include "journey/pages.h"

void
kiosk_page_scan (KioskJourney *self, GVariantBuilder *model)
{
  const KioskSession *s = self->session;

  kiosk_page_put_text (model, "wanted", kiosk_code_kind_name (s->wanted));
  kiosk_page_put_text (model, "camera", s->camera);
  kiosk_page_put_text (model, "guidance", s->guidance);
  kiosk_page_put_text (model, "problem", s->mistake);
  kiosk_page_put_text (model, "code", s->mistaken);
  kiosk_page_put_text (model, "text", s->code_text);
  kiosk_page_put_uint (model, "seen", s->seen);
  kiosk_page_put_bool (model, "taken", s->taken);
  kiosk_page_put_text (model, "audience",
                       s->wanted == KIOSK_CODE_PRESENTATION ? s->audience : NULL);
}
