#include "identity/phone-binding.h"

#include "trust/binding-verify.h"

#include <string.h>

G_DEFINE_QUARK (kiosk_binding_error, kiosk_binding_error)

static const char *const names[] = {
  [KIOSK_BINDING_ERROR_FORGED] = "forged",   [KIOSK_BINDING_ERROR_OTHER_KIOSK] = "other-kiosk",
  [KIOSK_BINDING_ERROR_USED] = "used",       [KIOSK_BINDING_ERROR_OTHER_TICKET] = "other-ticket",
  [KIOSK_BINDING_ERROR_EXPIRED] = "expired", [KIOSK_BINDING_ERROR_CLOCK] = "clock",
};

const char *
kiosk_binding_error_name (KioskBindingError code)
{
  return names[(guint)code < G_N_ELEMENTS (names) ? code : KIOSK_BINDING_ERROR_FORGED];
}

KioskTicket *
kiosk_phone_ticket_new (const char *kiosk, KioskClock *clock, KioskRandom *random)
{
  KioskTicket *ticket = g_new0 (KioskTicket, 1);

  ticket->issuer = g_strdup (kiosk);
  ticket->purpose = g_strdup (KIOSK_PHONE_TICKET_PURPOSE);
  ticket->expires_ms = kiosk_clock_wall_ms (clock) + KIOSK_PHONE_TICKET_AGE_MS;
  kiosk_random_fill (random, ticket->secret, sizeof ticket->secret);
  return ticket;
}

static gboolean
refuse (GError **error, KioskBindingError code, const char *why)
{
  g_set_error (error, KIOSK_BINDING_ERROR, (int)code, "binding of a phone: %s", why);
  return FALSE;
}

static gboolean
is_used (const KioskBindingJudge *self, const KioskBinding *binding)
{
  for (gsize i = 0; i < self->n_used; i++)
    if (memcmp (self->used[i], binding->nonce, sizeof binding->nonce) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
require_ticket (const KioskBindingJudge *self, const KioskBinding *binding, GError **error)
{
  gint64 now_ms = kiosk_clock_wall_ms (self->clock);

  if (is_used (self, binding))
    return refuse (error, KIOSK_BINDING_ERROR_USED, "its ticket was used before");
  if (memcmp (self->ticket->secret, binding->nonce, sizeof binding->nonce) != 0)
    return refuse (error, KIOSK_BINDING_ERROR_OTHER_TICKET, "made for another ticket");
  if (now_ms > self->ticket->expires_ms)
    return refuse (error, KIOSK_BINDING_ERROR_EXPIRED, "its ticket has run out");
  /* It was made after the ticket, by a phone whose clock agrees with ours. */
  return (binding->issued_ms
            >= self->ticket->expires_ms - KIOSK_PHONE_TICKET_AGE_MS - KIOSK_PHONE_CLOCK_SKEW_MS
          && binding->issued_ms <= now_ms + KIOSK_PHONE_CLOCK_SKEW_MS)
         || refuse (error, KIOSK_BINDING_ERROR_CLOCK, "the phone's clock is off");
}

gboolean
kiosk_binding_judge (const KioskBindingJudge *self, const KioskCode *code, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (!kiosk_code_expect (code, KIOSK_CODE_BINDING, NULL, error))
    return FALSE;
  if (!kiosk_binding_check (code->binding, &problem))
    return refuse (error, KIOSK_BINDING_ERROR_FORGED, problem->message);
  if (!g_str_equal (code->binding->audience, self->kiosk))
    return refuse (error, KIOSK_BINDING_ERROR_OTHER_KIOSK, "made for another kiosk");
  return require_ticket (self, code->binding, error);
}
