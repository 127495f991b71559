/* What is done at the desk; each deed leaves who, what and why in the audit log. */
#include "journey/staff-private.h"

#include <string.h>

static const char *const reasons[] = { "end-of-day", "fault", NULL };

static KioskStaffSession *
session (gpointer context)
{
  return ((KioskStaffJourney *)context)->session;
}

void
kiosk_staff_perform (KioskStaffJourney *self, KioskDeed deed, const char *why, const char *second)
{
  self->ports.door->note (self->ports.door, "staff-deed", self->session->id, second,
                          kiosk_deed_name (deed), why);
  if (deed == KIOSK_DEED_CLOSE || deed == KIOSK_DEED_OPEN)
    self->ports.set_closed (self->ports.data, deed == KIOSK_DEED_CLOSE);
}

/* @detail: why, as typed by nobody: a code of the page's */
gboolean
kiosk_staff_if_reasoned (gpointer context, gconstpointer detail)
{
  return detail != NULL && g_strv_contains (reasons, detail);
}

gboolean
kiosk_staff_if_two_needed (gpointer context, gconstpointer detail)
{
  return kiosk_staff_if_reasoned (context, detail) && kiosk_deed_needs_second (KIOSK_DEED_CLOSE);
}

void
kiosk_staff_do_ask_second (gpointer context, gconstpointer detail)
{
  KioskStaffSession *s = session (context);

  kiosk_staff_session_forget_card (s);
  s->second = TRUE;
  s->deed = KIOSK_DEED_CLOSE;
  g_free (s->why);
  s->why = g_strdup (detail);
  /* Another card needs the reader: from here on theirs may go. */
  s->own_card = FALSE;
  s->problem = "";
}

void
kiosk_staff_do_perform_close (gpointer context, gconstpointer detail)
{
  kiosk_staff_perform (context, KIOSK_DEED_CLOSE, detail, NULL);
}

void
kiosk_staff_do_perform_open (gpointer context, gconstpointer detail)
{
  kiosk_staff_perform (context, KIOSK_DEED_OPEN, NULL, NULL);
}
