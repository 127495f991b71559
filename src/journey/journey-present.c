/* A personal code from a phone: judged by the ledger, which spends it, and then whoever showed it
 * is the person of this session. */
#include "journey/journey-flow.h"
#include "journey/journey-scan.h"

#include "identity/personal-code.h"

#include <string.h>

static KioskSession *
session (gpointer context)
{
  return ((KioskJourney *)context)->session;
}

static void
judged (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KioskAsking) asking = data;
  KioskJourney *self = asking->journey;
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskHolder) holder = NULL;

  if (kiosk_asking_is_over (asking))
    return;
  holder = self->ports.ledger->identify_finish (self->ports.ledger, result, &error);
  if (holder == NULL)
    {
      KioskPersonalCodeError code = error->domain == KIOSK_PERSONAL_CODE_ERROR
                                      ? (KioskPersonalCodeError)error->code
                                      : KIOSK_PERSONAL_CODE_ERROR_NOT_KEPT;

      kiosk_journey_tell_mistake (self, kiosk_personal_code_error_name (code), "", NULL);
      return;
    }
  g_clear_pointer (&self->session->presented, kiosk_holder_free);
  self->session->presented = g_steal_pointer (&holder);
  kiosk_journey_take_code (self);
}

void
kiosk_journey_judge_presentation (KioskJourney *self, KioskCode *code)
{
  KioskAsking *asking = kiosk_asking_new (self);
  KioskLedgerPort *ledger = self->ports.ledger;

  ledger->identify_async (ledger, code, self->session->looking, judged, asking);
}

/* Guards and actions */

gboolean
kiosk_journey_if_wants_presentation (gpointer context, gconstpointer detail)
{
  return kiosk_journey_if_camera (context, NULL)
         && g_strcmp0 (detail, kiosk_code_kind_name (KIOSK_CODE_PRESENTATION)) == 0;
}

gboolean
kiosk_journey_if_presented (gpointer context, gconstpointer detail)
{
  return session (context)->presented != NULL;
}

void
kiosk_journey_do_want_presentation (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;
  g_autofree char *kiosk = self->ports.ledger->kiosk (self->ports.ledger);

  self->session->wanted = KIOSK_CODE_PRESENTATION;
  g_free (self->session->audience);
  self->session->audience = kiosk != NULL ? g_strconcat (KIOSK_AUDIENCE_PREFIX, kiosk, NULL) : NULL;
}

void
kiosk_journey_do_welcome_presented (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;

  self->session->holder = g_steal_pointer (&self->session->presented);
  self->ports.ledger->tag (self->ports.ledger, self->session->holder, self->session->tag);
  kiosk_journey_do_welcome (context, detail);
}
