#include "devices/card/card-reading-private.h"

#include <string.h>

#define RECOVERIES_MAX 3
#define LOOK_AGAIN_US  150000 /* the hand that moves the card is slower than the reader */
#define RANDOM_UID     0x08   /* ISO/IEC 14443-3: first byte of a UID that changes each time */

typedef KioskCardReading Reading;

static gboolean
fail (GError **error, KioskCardError code, const char *what)
{
  g_set_error_literal (error, KIOSK_CARD_ERROR, (int)code, what);
  return FALSE;
}

/* Before BAC; PACE comes first and card-open.c selects then. */
static gboolean
select_application (Reading *self, GError **error)
{
  guint16 sw;

  if (!kiosk_card_session_select_application (&self->session, &sw, error))
    return FALSE;
  return sw == KIOSK_SW_OK
         || fail (error, KIOSK_CARD_ERROR_OTHER_CARD, "no travel document application any more");
}

static gboolean
is_recoverable (const GError *error)
{
  return g_error_matches (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_LOST)
         || g_error_matches (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_RF)
         || g_error_matches (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_SM_BROKEN);
}

static gboolean
has_fixed_uid (const KioskCardTarget *target)
{
  return !target->is_type_b && target->uid_length > 0
         && (target->uid_length != 4 || target->uid[0] != RANDOM_UID);
}

/* A UID that does not change says which card it is; one that does says nothing. */
static gboolean
is_other_card (const KioskCardTarget *before, const KioskCardTarget *now)
{
  if (before->is_type_b != now->is_type_b || has_fixed_uid (before) != has_fixed_uid (now))
    return TRUE;
  return has_fixed_uid (before)
         && (before->uid_length != now->uid_length
             || memcmp (before->uid, now->uid, before->uid_length) != 0);
}

/* Without a fixed UID: the chip opened with the same key, and DG1 is what it was; before DG1 there
 * is too little to go by, and it begins anew. */
static gboolean
prove_same (Reading *self, GError **error)
{
  g_autoptr (GBytes) again = NULL;

  if (has_fixed_uid (self->target))
    return TRUE;
  if (self->groups[0] == NULL)
    {
      kiosk_card_file_clear (&self->file);
      return TRUE;
    }
  if (!kiosk_card_session_read_file (&self->session, KIOSK_LDS_EF_DG (1),
                                     g_bytes_get_size (self->groups[0]), NULL, NULL, &again, error))
    return FALSE;
  return (again != NULL && g_bytes_equal (again, self->groups[0]))
         || fail (error, KIOSK_CARD_ERROR_OTHER_CARD, "DG1 is another");
}

/* The field off and on, the same card, the same key, which is known to be right. */
static gboolean
open_again (Reading *self, GError **error)
{
  KioskCardChannel *channel = self->reader->channel;
  KioskCardTarget now;
  int tries_left;

  if (self->session.tick != NULL)
    self->session.tick (self->session.tick_data);
  switch (channel->reactivate (channel, &now, error))
    {
    case KIOSK_CARD_PRESENCE_FAILED:
      return FALSE;
    case KIOSK_CARD_PRESENCE_EMPTY:
      g_usleep (LOOK_AGAIN_US);
      return fail (error, KIOSK_CARD_ERROR_LOST, "the card is gone");
    default:
      break;
    }
  if (is_other_card (self->target, &now))
    return fail (error, KIOSK_CARD_ERROR_OTHER_CARD, "another card lies there now");
  kiosk_card_session_restart (&self->session);
  if (!self->offers_pace && !select_application (self, error))
    return FALSE;
  kiosk_card_opening_clear (&self->opening);
  if (!kiosk_card_open (&self->session, self->profile, self->card_access, self->kind, self->key,
                        &tries_left, &self->opening, error))
    {
      if (!g_error_matches (*error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_ACCESS_DENIED))
        return FALSE;
      g_clear_error (error);
      return fail (error, KIOSK_CARD_ERROR_OTHER_CARD, "the key opens it no more");
    }
  return prove_same (self, error);
}

gboolean
kiosk_card_reading_probe (Reading *self, KioskCardStep step, GError **error)
{
  KioskCardChannel *channel = self->reader->channel;
  g_autoptr (GError) failure = NULL;
  KioskCardTarget now;

  if (step (self, &failure))
    return TRUE;
  if (!is_recoverable (failure) || !self->session.extended || channel->reactivate == NULL
      || channel->reactivate (channel, &now, NULL) != KIOSK_CARD_PRESENCE_FOUND
      || is_other_card (self->target, &now))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  kiosk_card_session_restart (&self->session);
  kiosk_card_session_lower (&self->session);
  return step (self, error);
}

gboolean
kiosk_card_reading_step (Reading *self, KioskCardStep step, GError **error)
{
  gboolean is_open = TRUE;

  for (;;)
    {
      g_autoptr (GError) failure = NULL;

      if (!is_open)
        is_open = open_again (self, &failure);
      if (is_open && step (self, &failure))
        return TRUE;
      if (!is_recoverable (failure) || self->reader->channel->reactivate == NULL
          || self->recoveries == RECOVERIES_MAX)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      self->recoveries++;
      /* The chip may have choked on the length. After an error of secure messaging no shorter one
       * can be tried in the same session. */
      if (is_open
          && (g_error_matches (failure, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_SM_BROKEN)
              || self->recoveries == RECOVERIES_MAX))
        kiosk_card_session_lower (&self->session);
      is_open = FALSE;
    }
}
