/* The list of lost cards is past its date: a person is let in and told that nothing can be handed
 * in today, and why; once a fresh list has come, the same service opens. */
#include "answers.h"
#include "journeys.h"

#include "base/file.h"
#include "trust/bundle.h"

#define DAY_MS     G_GINT64_CONSTANT (86400000)
#define BUNDLE     "lost-cards"
#define BUNDLE_MAX (1 << 20)

static gboolean
load_signer (Stage *stage, const char *name, KioskSigner *ret_signer, GError **error)
{
  g_autofree char *cert_name = g_strconcat ("authorities/authority/", name, ".pem", NULL);
  g_autofree char *key_name = g_strconcat ("authorities/authority/", name, ".key", NULL);
  g_autofree char *cert = stage_passing_path (stage, cert_name);
  g_autofree char *key = stage_passing_path (stage, key_name);

  return kiosk_signer_load (cert, key, ret_signer, error);
}

/* (transfer full): the list of the authorities again, under a new date. */
static GBytes *
date_list (Stage *stage, guint64 serial, gint64 next_update_ms, GError **error)
{
  g_autofree char *path = stage_passing_path (stage, "authorities/kiosk/bundles/" BUNDLE ".p7");
  g_autoptr (GBytes) cms = kiosk_file_read (path, BUNDLE_MAX, error);
  g_autoptr (KioskBundle) bundle
    = cms != NULL ? kiosk_bundle_open_as_anchor (cms, BUNDLE, error) : NULL;
  KioskSigner signers[2] = { 0 };
  GBytes *dated = NULL;

  if (bundle != NULL && load_signer (stage, "signer-one", &signers[0], error)
      && load_signer (stage, "signer-two", &signers[1], error))
    dated = kiosk_bundle_sign (BUNDLE, serial, next_update_ms - DAY_MS, next_update_ms,
                               bundle->body, signers, error);
  kiosk_signer_clear (&signers[0]);
  kiosk_signer_clear (&signers[1]);
  return dated;
}

/* Each list is newer than the one before it; its next update is @days from now. */
static gboolean
install_list (Stage *stage, int days, GError **error)
{
  gint64 now_ms = g_get_real_time () / 1000;
  g_autofree char *path = stage_passing_path (stage, "dated.p7");
  g_autoptr (GBytes) list = date_list (stage, (guint64)now_ms, now_ms + days * DAY_MS, error);
  g_autofree char *said = NULL;

  if (list == NULL || !kiosk_file_write (path, list, 0600, error))
    return FALSE;
  said = stage_ctl (stage, error, "bundle", "install", BUNDLE, path, NULL);
  return said != NULL;
}

gboolean
journey_old_list (Play *play, JsonObject *summary, GError **error)
{
  Stage *stage = play_stage (play);

  return install_list (stage, -1, error) && play_identify (play, "good", error)
         && play_see_text (play,
                           "Closed for now: the rules and lists here are out of date. Please "
                           "use another terminal, or ask staff.",
                           error)
         && play_shoot (play, "services-closed", error)
         && play_leave (play, "Finish and leave", error) && install_list (stage, 1, error)
         && play_identify (play, "good", error)
         && play_press_exactly (play, play_service_title (play, LICENCE_SERVICE), error)
         && play_see (play, "You can use this service", "services-open-again", error)
         && play_leave (play, "Finish and leave", error);
}
