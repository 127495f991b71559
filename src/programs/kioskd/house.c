#include "programs/kioskd/house.h"

#include "base/events.h"
#include "base/file.h"
#include "devices/camera/camera-worker.h"
#include "devices/card/card-worker.h"
#include "programs/kioskd/camera-turns.h"
#include "programs/kioskd/control.h"
#include "programs/kioskd/doorkeeper.h"
#include "programs/kioskd/front.h"
#include "programs/kioskd/ledger.h"
#include "programs/kioskd/phone.h"
#include "programs/kioskd/settings.h"

#define CHECKPOINT_MS (15 * 60 * 1000)
#define HOUR_MS       G_GINT64_CONSTANT (3600000)
#define CLOSED        "closed" /* the vault's item: out of service by staff */
#define MEGABYTE      (G_GINT64_CONSTANT (1024) * 1024)

static const char *
text_of (const KioskHouse *self, const char *group, const char *key)
{
  return kiosk_settings_string (self->settings, group, key);
}

static gint64
number_of (const KioskHouse *self, const char *group, const char *key)
{
  return kiosk_settings_integer (self->settings, group, key);
}

/* The doors */

static const char *
why_closed (KioskHouse *self)
{
  KioskSyncStatus status;

  if (self->vault == NULL)
    return "vault";
  kiosk_sync_status (self->sync, &status);
  if (!status.enrolled)
    return "not-enrolled";
  if (self->rules->catalogue == NULL || self->rules->trust == NULL)
    return "no-catalogue";
  return self->closed ? "closed" : NULL;
}

static void
set_doors (KioskHouse *self)
{
  const char *why = why_closed (self);

  if (why == self->withheld)
    return;
  self->withheld = why;
  kiosk_journey_withhold (self->journey, why);
}

/* Rules */

static void
load_rules (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const KioskHouse *self = data;

  g_task_return_pointer (task, kiosk_rules_load (self->sync), (GDestroyNotify)kiosk_rules_unref);
}

static void
take_rules (KioskHouse *self, KioskRules *rules)
{
  kiosk_rules_unref (self->rules);
  self->rules = rules;
  kiosk_ledger_set_rules (self->ledger, rules);
  kiosk_doorkeeper_set_rules (self->door, rules);
  kiosk_card_worker_set_csca (self->card, rules->csca);
  kiosk_card_worker_set_crls (self->card, rules->crls);
  set_doors (self);
  kiosk_turns_citizen_page (self->turns); /* staff may come in, or may not any more */
  kiosk_ledger_changed (self->ledger);
}

static void
rules_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  take_rules (data, g_task_propagate_pointer (G_TASK (result), NULL));
}

static void
reload_rules (KioskHouse *self)
{
  GTask *task = g_task_new (NULL, NULL, rules_loaded, self);

  g_task_set_source_tag (task, reload_rules);
  g_task_set_task_data (task, self, NULL);
  kiosk_errands_push (self->errands, task, load_rules);
}

/* What the others tell */

static void
hear_sync (gpointer data, KioskSyncChange change, const char *what)
{
  KioskHouse *self = data;

  switch (change)
    {
    case KIOSK_SYNC_CHANGED_STATUS:
      set_doors (self);
      kiosk_control_tell_status (self->control);
      kiosk_ledger_changed (self->ledger);
      break;
    case KIOSK_SYNC_CHANGED_RECORD:
      kiosk_control_tell_record (self->control, what);
      kiosk_ledger_changed (self->ledger);
      break;
    case KIOSK_SYNC_CHANGED_BUNDLE:
      reload_rules (self);
      break;
    }
}

static void
hear_sealed (gpointer data, const char *txid)
{
  KioskHouse *self = data;

  kiosk_event_record_sealed (kiosk_event_record (txid));
  kiosk_sync_nudge (self->sync);
  kiosk_control_tell_record (self->control, txid);
}

static void
face_page (gpointer data, guint serial, const char *page, GVariant *model,
           const char *const *actions)
{
  kiosk_turns_citizen_page (((KioskHouse *)data)->turns);
}

static void
face_idle (gpointer data, guint seconds)
{
  kiosk_turns_citizen_idle (((KioskHouse *)data)->turns, seconds);
}

static void
staff_page (gpointer data, guint serial, const char *page, GVariant *model,
            const char *const *actions)
{
  kiosk_turns_staff_page (((KioskHouse *)data)->turns);
}

static void
staff_idle (gpointer data, guint seconds)
{
  kiosk_turns_staff_idle (((KioskHouse *)data)->turns, seconds);
}

static void
staff_over (gpointer data)
{
  kiosk_turns_staff_over (((KioskHouse *)data)->turns);
}

static void
show_page (gpointer data, guint serial, const char *page, GVariant *model,
           const char *const *actions)
{
  kiosk_front_tell_page (((KioskHouse *)data)->front, serial, page, model, actions);
}

static void
show_idle (gpointer data, guint seconds)
{
  kiosk_front_tell_idle (((KioskHouse *)data)->front, seconds);
}

static void
hear_denied (gpointer data, const char *deed)
{
  KioskDeed row = KIOSK_DEEDS;

  if (deed != NULL)
    kiosk_deed_from_name (deed, &row);
  kiosk_event_deed_denied ((guint64)row);
}

/* Out of service by staff */

static gboolean
is_closed (gpointer data)
{
  return ((KioskHouse *)data)->closed;
}

static void
keep_closed (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const KioskHouse *self = data;
  g_autoptr (GBytes) value = g_bytes_new_static (self->closed ? "1" : "0", 1);
  g_autoptr (GError) error = NULL;

  if (!kiosk_vault_put (self->vault, CLOSED, value, &error))
    g_printerr ("kioskd: %s; after a restart the terminal is as it was before\n", error->message);
  g_task_return_boolean (task, TRUE);
}

static void
set_closed (gpointer data, gboolean closed)
{
  KioskHouse *self = data;
  GTask *task = g_task_new (NULL, NULL, NULL, NULL);

  self->closed = closed;
  g_task_set_source_tag (task, set_closed);
  g_task_set_task_data (task, self, NULL);
  kiosk_errands_push (self->errands, task, keep_closed);
  set_doors (self);
}

static gboolean
was_closed (KioskHouse *self)
{
  g_autoptr (GBytes) value = self->vault != NULL ? kiosk_vault_get (self->vault, CLOSED) : NULL;

  return value != NULL && g_bytes_get_size (value) == 1
         && *(const char *)g_bytes_get_data (value, NULL) == '1';
}

static void
face_status (gpointer data)
{
  KioskHouse *self = data;

  kiosk_control_tell_status (self->control);
}

static void
give_way (gpointer data)
{
  kiosk_control_leave_camera (((KioskHouse *)data)->control);
}

static KioskCatalogue *
give_catalogue (gpointer data)
{
  const KioskHouse *self = data;

  return self->rules->catalogue == NULL ? NULL : kiosk_catalogue_ref (self->rules->catalogue);
}

static const KioskBundle *
give_lost_cards (gpointer data)
{
  return ((const KioskHouse *)data)->rules->lost_cards;
}

/* The audit log is signed as it stands, network or not. */

static void
sign_checkpoint (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const KioskHouse *self = data;
  const KioskSigner *signer = kiosk_sync_signer (self->sync);
  g_autofree char *kiosk = kiosk_sync_kiosk_id (self->sync);
  g_autoptr (GError) error = NULL;

  if (signer != NULL && !kiosk_vault_checkpoint (self->vault, kiosk, signer, &error))
    g_printerr ("kioskd: %s\n", error->message);
  g_task_return_boolean (task, TRUE);
}

static void
checkpoint_is_due (gpointer data)
{
  KioskHouse *self = data;
  GTask *task = g_task_new (NULL, NULL, NULL, NULL);

  g_task_set_source_tag (task, checkpoint_is_due);
  g_task_set_task_data (task, self, NULL);
  kiosk_errands_push (self->errands, task, sign_checkpoint);
  self->checkpoint_timer
    = kiosk_clock_add_timeout (self->clock, CHECKPOINT_MS, checkpoint_is_due, self);
}

/* Building */

/* A new vault on a kiosk that is not new: the old one was taken away. */
static void
complain_of_loss (KioskHouse *self, const char *vault)
{
  g_autofree char *cert = g_build_filename (text_of (self, "paths", "state"), "kiosk.pem", NULL);

  if (kiosk_vault_audit_size (self->vault) == 0 && g_file_test (cert, G_FILE_TEST_EXISTS))
    g_printerr (
      "kioskd: %s/vault.db: was missing or empty on a kiosk that is enrolled; a fresh one "
      "is in use; find out what became of the records\n",
      vault);
}

static gboolean
open_vault (KioskHouse *self, GError **error)
{
  const KioskVaultLimits limits = {
    .records = (guint)number_of (self, "limits", "records"),
    .age_ms = number_of (self, "limits", "age-hours") * HOUR_MS,
    .bytes = number_of (self, "limits", "megabytes") * MEGABYTE,
  };
  g_autofree char *folder = g_build_filename (text_of (self, "paths", "state"), "vault", NULL);
  g_autofree char *set_aside = NULL;
  g_autoptr (GError) problem = NULL;

  self->vault = kiosk_vault_open (folder, self->clock, &set_aside, &problem);
  if (g_error_matches (problem, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_BUSY))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (set_aside != NULL)
    g_printerr (
      "kioskd: the vault was damaged; it is kept in %s, a fresh one is in use; send it to "
      "whoever can recover its records\n",
      set_aside);
  if (self->vault == NULL)
    g_printerr ("kioskd: %s; nobody is served until that is mended and kioskd started again\n",
                problem->message);
  else
    {
      complain_of_loss (self, folder);
      kiosk_vault_set_limits (self->vault, &limits);
    }
  return TRUE;
}

static gboolean
open_sync (KioskHouse *self, GError **error)
{
  const KioskSyncConfig config = {
    .gateway = text_of (self, "gateway", "url"),
    .gateway_ca = text_of (self, "gateway", "ca"),
    .state_folder = text_of (self, "paths", "state"),
    .bundle_anchors = text_of (self, "gateway", "anchors"),
    .retry_first_ms = number_of (self, "gateway", "retry-first-ms"),
    .retry_most_ms = number_of (self, "gateway", "retry-most-ms"),
    .poll_ms = number_of (self, "gateway", "poll-ms"),
    .check_bundle = kiosk_rules_check,
  };

  if (self->vault == NULL)
    return TRUE;
  self->sync
    = kiosk_sync_new (&config, self->vault, self->clock, self->random, hear_sync, self, error);
  if (self->sync == NULL)
    return FALSE;
  if (number_of (self, "iamsmart", "login") != 0)
    self->phone = kiosk_phone_new (self->sync);
  return TRUE;
}

static gboolean
open_devices (KioskHouse *self, GError **error)
{
  const char *printer = text_of (self, "printer", "uri");
  const char *camera = text_of (self, "camera", "source");

  self->card
    = kiosk_card_worker_new (text_of (self, "paths", "reader"), text_of (self, "nfc", "device"),
                             text_of (self, "paths", "profiles"), self->clock, NULL);
  if (*camera != '\0')
    {
      self->camera
        = kiosk_camera_worker_new (text_of (self, "paths", "scanner"), camera, self->clock);
      self->camera_turn = kiosk_camera_turn_new (self->camera, give_way, self);
    }
  if (*printer == '\0')
    return TRUE;
  self->printer = kiosk_printer_new (printer, error);
  return self->printer != NULL;
}

static void
open_ledger (KioskHouse *self)
{
  const KioskLedgerConfig config = {
    .vault = self->vault,
    .sync = self->sync,
    .clock = self->clock,
    .random = self->random,
    .errands = self->errands,
    .pepper = self->pepper,
    .boot = self->boot,
  };

  self->ledger = kiosk_ledger_new (&config);
  kiosk_ledger_set_sealed (self->ledger, hear_sealed, self);
}

static void
open_turns (KioskHouse *self)
{
  static const KioskTurnsFace face = { show_page, show_idle, hear_denied };

  self->turns = kiosk_turns_new (&face, self);
  self->door = kiosk_doorkeeper_new (self->vault, self->errands, self->clock);
  self->closed = was_closed (self);
}

static void
open_journey (KioskHouse *self)
{
  static const KioskJourneyFace face = { face_page, face_idle, face_status };
  const KioskJourneyPorts ports = {
    .clock = self->clock,
    .card = self->card,
    .camera = self->camera_turn,
    .phone = self->phone,
    .printer = self->printer,
    .ledger = self->ledger,
    .catalogue = give_catalogue,
    .lost_cards = give_lost_cards,
    .random = self->random,
    .data = self,
    .language = text_of (self, "journey", "language"),
    .idle_ms = number_of (self, "journey", "idle-seconds") * 1000,
    .warning_seconds = (guint)number_of (self, "journey", "warning-seconds"),
  };

  self->journey = kiosk_journey_new (&ports, &face, self);
}

static void
open_staff (KioskHouse *self)
{
  static const KioskStaffFace face = { staff_page, staff_idle, staff_over };
  const KioskStaffPorts ports = {
    .clock = self->clock,
    .card = self->card,
    .door = self->door,
    .is_closed = is_closed,
    .set_closed = set_closed,
    .data = self,
    .card_stays = number_of (self, "staff", "card-stays") != 0,
    .language = text_of (self, "journey", "language"),
    .idle_ms = number_of (self, "journey", "idle-seconds") * 1000,
    .warning_seconds = (guint)number_of (self, "journey", "warning-seconds"),
  };

  self->staff = kiosk_staff_journey_new (&ports, &face, self);
  kiosk_turns_set (self->turns, self->journey, self->staff, self->door);
}

static gboolean
open_sockets (KioskHouse *self, GError **error)
{
  const char *folder = text_of (self, "paths", "sockets");

  self->front = kiosk_front_new (folder, number_of (self, "sockets", "front-uid"), error);
  if (self->front == NULL)
    return FALSE;
  self->control
    = kiosk_control_new (self, folder, number_of (self, "sockets", "control-uid"), error);
  return self->control != NULL;
}

static gboolean
open_pepper (KioskHouse *self, GError **error)
{
  const char *state = text_of (self, "paths", "state");
  g_autofree char *path = g_build_filename (state, "pepper", NULL);

  if (!kiosk_folder_make (state, 0700, error))
    return FALSE;
  if (self->vault != NULL && kiosk_vault_audit_size (self->vault) > 0
      && !g_file_test (path, G_FILE_TEST_EXISTS))
    g_printerr ("kioskd: %s: was missing; a new one is in use, and the records of before are not "
                "listed to their owners; restore it from a backup\n",
                path);
  self->pepper = kiosk_ledger_pepper (path, self->random, error);
  return self->pepper != NULL;
}

/* Last: a start that was refused leaves the vault as it was. */
static void
audit_start (KioskHouse *self)
{
  g_autofree char *started = g_strdup_printf ("{\"boot\":\"%s\"}", self->boot);
  g_autoptr (GError) error = NULL;

  if (self->vault != NULL && !kiosk_vault_audit (self->vault, "started", started, &error))
    g_printerr ("kioskd: %s\n", error->message);
}

KioskHouse *
kiosk_house_open (const char *settings_path, GError **error)
{
  g_autoptr (KioskHouse) self = g_new0 (KioskHouse, 1);

  self->settings = kiosk_house_settings_load (settings_path, error);
  if (self->settings == NULL)
    return NULL;
  self->clock = kiosk_clock_new_system ();
  self->random = kiosk_random_new_system ();
  self->boot = kiosk_random_id (self->random);
  self->errands = kiosk_errands_new ();
  self->withheld = "starting";
  /* The vault comes first: its lock says that no other kioskd lives here. */
  if (!open_vault (self, error) || !open_pepper (self, error) || !open_sync (self, error)
      || !open_devices (self, error))
    return NULL;
  open_ledger (self);
  self->rules = self->sync == NULL ? kiosk_rules_none () : kiosk_rules_load (self->sync);
  if (!open_sockets (self, error))
    return NULL;
  audit_start (self);
  open_turns (self);
  open_journey (self);
  open_staff (self);
  kiosk_front_set_turns (self->front, self->turns);
  take_rules (self, kiosk_rules_ref (self->rules));
  if (self->sync != NULL)
    {
      kiosk_sync_start (self->sync);
      checkpoint_is_due (self);
    }
  return g_steal_pointer (&self);
}

void
kiosk_house_close (KioskHouse *self)
{
  if (self == NULL)
    return;
  if (self->clock != NULL)
    kiosk_clock_cancel (self->clock, self->checkpoint_timer);
  /* First whatever still runs on what comes down next. */
  g_clear_pointer (&self->errands, kiosk_errands_free);
  g_clear_pointer (&self->control, kiosk_control_free);
  if (self->front != NULL)
    kiosk_front_set_turns (self->front, NULL);
  if (self->turns != NULL)
    kiosk_turns_set (self->turns, NULL, NULL, NULL);
  g_clear_pointer (&self->staff, kiosk_staff_journey_free);
  g_clear_pointer (&self->journey, kiosk_journey_free);
  g_clear_pointer (&self->turns, kiosk_turns_free);
  g_clear_pointer (&self->door, kiosk_doorkeeper_free);
  g_clear_pointer (&self->front, kiosk_front_free);
  g_clear_pointer (&self->ledger, kiosk_ledger_free);
  if (self->card != NULL)
    self->card->free (self->card);
  if (self->camera_turn != NULL)
    self->camera_turn->free (self->camera_turn);
  if (self->camera != NULL)
    self->camera->free (self->camera);
  if (self->printer != NULL)
    self->printer->free (self->printer);
  if (self->phone != NULL)
    self->phone->free (self->phone);
  g_clear_pointer (&self->rules, kiosk_rules_unref);
  g_clear_pointer (&self->sync, kiosk_sync_free);
  g_clear_pointer (&self->vault, kiosk_vault_close);
  g_clear_pointer (&self->pepper, kiosk_secret_unref);
  g_clear_pointer (&self->random, kiosk_random_unref);
  g_clear_pointer (&self->clock, kiosk_clock_unref);
  g_clear_pointer (&self->settings, kiosk_settings_free);
  g_free (self->boot);
  g_free (self);
}
