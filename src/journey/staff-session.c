#include "journey/staff-private.h"

KioskStaffSession *
kiosk_staff_session_new (void)
{
  KioskStaffSession *self = g_new0 (KioskStaffSession, 1);

  self->cancellable = g_cancellable_new ();
  self->problem = self->error = "";
  return self;
}

void
kiosk_staff_session_forget_card (KioskStaffSession *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_clear_pointer (&self->certificate, kiosk_wipe_bytes);
  g_clear_pointer (&self->answer, kiosk_door_answer_free);
  self->wait_until_us = 0;
  self->reading = FALSE;
  self->error = "";
}

void
kiosk_staff_session_free (KioskStaffSession *self)
{
  if (self == NULL)
    return;
  kiosk_staff_session_forget_card (self);
  g_object_unref (self->cancellable);
  kiosk_wipe_string (self->id);
  kiosk_wipe_string (self->name);
  g_free (self->why);
  kiosk_wipe_free (self, sizeof *self);
}
