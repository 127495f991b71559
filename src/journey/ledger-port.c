#include "journey/ledger-port.h"

G_DEFINE_QUARK (kiosk_find_error, kiosk_find_error)

const char *
kiosk_find_error_name (KioskFindError code)
{
  static const char *const names[] = {
    [KIOSK_FIND_ERROR_NOT_GENUINE] = "not-genuine",
    [KIOSK_FIND_ERROR_OTHER_KIOSK] = "other-kiosk",
    [KIOSK_FIND_ERROR_UNKNOWN] = "unknown",
    [KIOSK_FIND_ERROR_FAULT] = "fault",
  };

  return names[(guint)code < G_N_ELEMENTS (names) ? code : KIOSK_FIND_ERROR_FAULT];
}

void
kiosk_draft_free (KioskDraft *self)
{
  gsize length;

  if (self == NULL)
    return;
  if (self->submission != NULL)
    {
      gpointer bytes = g_bytes_unref_to_data (self->submission, &length);

      kiosk_wipe_free (bytes, length);
    }
  kiosk_catalogue_unref (self->catalogue);
  g_free (self);
}
