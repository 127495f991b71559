#include "devices/card/card-open.h"

#define CARD_SECURITY_MAX (64 * 1024)

void
kiosk_card_opening_clear (KioskCardOpening *self)
{
  g_clear_pointer (&self->chip, kiosk_pace_chip_free);
  g_clear_pointer (&self->card_security, g_bytes_unref);
}

static gboolean
fail (GError **error, KioskCardError code, const char *what)
{
  g_set_error_literal (error, KIOSK_CARD_ERROR, (int)code, what);
  return FALSE;
}

/* "DOCNO,YYMMDD,YYMMDD" → what the keys are derived from; NULL when out of form. */
static KioskSecret *
access_info (const KioskSecret *key)
{
  char **parts = g_strsplit (kiosk_secret_text (key), ",", 3);
  KioskSecret *info = NULL;

  if (g_strv_length (parts) == 3)
    info = kiosk_secret_new_take (kiosk_mrz_access_info (parts[0], parts[1], parts[2]));
  for (guint i = 0; parts[i] != NULL; i++)
    kiosk_wipe_string (parts[i]);
  g_free (parts);
  return info;
}

static gboolean
select_application (KioskCardSession *session, GError **error)
{
  guint16 sw;

  if (!kiosk_card_session_select_application (session, &sw, error))
    return FALSE;
  return sw == KIOSK_SW_OK
         || fail (error, KIOSK_CARD_ERROR_WRONG_CARD, "no travel document application");
}

/* EF.CardSecurity lies in the master file, so it is read before the application is selected. A chip
 * that does not show it proves nothing by its mapping; it opened all the same. */
static gboolean
read_card_security (KioskCardSession *session, KioskCardOpening *opening, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gboolean no_sfi = session->no_sfi;

  if (!kiosk_card_session_read_file (session, KIOSK_LDS_EF_CARD_SECURITY, CARD_SECURITY_MAX, NULL,
                                     NULL, &opening->card_security, &failure)
      && !g_error_matches (failure, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_ACCESS_PROTOCOL))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  session->no_sfi = no_sfi; /* what holds for the master file need not hold inside */
  return TRUE;
}

static gboolean
open_by_pace (KioskCardSession *session, const KioskSecurityInfos *infos, KioskCardKey kind,
              KioskSecret *password, int *ret_tries_left, KioskCardOpening *opening, GError **error)
{
  const KioskSecurityInfo *info = kiosk_card_pace_choose (infos);

  if (info == NULL)
    return fail (error, KIOSK_CARD_ERROR_UNSUPPORTED, "no PACE that this program knows");
  opening->method = kind == KIOSK_CARD_KEY_CAN ? "pace-can" : "pace-mrz";
  return kiosk_card_pace (session, infos, info,
                          kind == KIOSK_CARD_KEY_CAN ? KIOSK_PACE_CAN : KIOSK_PACE_MRZ, password,
                          ret_tries_left, &opening->chip, error);
}

/* A wrong key is the person's to mend, a lost card is not the protocol's fault. */
static gboolean
may_fall_back (const KioskCardProfile *profile, KioskCardKey kind, const GError *failure)
{
  return profile->bac_after_pace && profile->bac && kind == KIOSK_CARD_KEY_MRZ
         && (g_error_matches (failure, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_ACCESS_PROTOCOL)
             || g_error_matches (failure, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_UNSUPPORTED));
}

static gboolean
open_in_turn (KioskCardSession *session, const KioskCardProfile *profile,
              const KioskSecurityInfos *infos, KioskCardKey kind, KioskSecret *password,
              int *ret_tries_left, KioskCardOpening *opening, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (infos != NULL && infos->pace->len > 0)
    {
      if (open_by_pace (session, infos, kind, password, ret_tries_left, opening, &failure))
        return (opening->chip == NULL || read_card_security (session, opening, error))
               && select_application (session, error);
      if (!may_fall_back (profile, kind, failure))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      opening->method = "bac-after-pace";
      return select_application (session, error) && kiosk_card_bac (session, password, error);
    }
  opening->method = "bac";
  return kiosk_card_bac (session, password, error);
}

gboolean
kiosk_card_open (KioskCardSession *session, const KioskCardProfile *profile,
                 const KioskSecurityInfos *card_access, KioskCardKey kind, KioskSecret *key,
                 int *ret_tries_left, KioskCardOpening *ret_opening, GError **error)
{
  gboolean offers_pace = card_access != NULL && card_access->pace->len > 0;
  g_autoptr (KioskSecret) password = NULL;
  g_auto (KioskCardOpening) opening = { 0 };

  *ret_tries_left = -1;
  if (!kiosk_card_profile_takes (profile, kind) || (kind == KIOSK_CARD_KEY_CAN && !offers_pace))
    return fail (error, KIOSK_CARD_ERROR_ACCESS_DENIED, "a key of another kind");
  password = kind == KIOSK_CARD_KEY_MRZ ? access_info (key) : kiosk_secret_ref (key);
  if (password == NULL)
    return fail (error, KIOSK_CARD_ERROR_ACCESS_DENIED, "the key is out of form");
  if (!open_in_turn (session, profile, card_access, kind, password, ret_tries_left, &opening,
                     error))
    return FALSE;
  *ret_opening = opening;
  opening = (KioskCardOpening){ 0 };
  return TRUE;
}
