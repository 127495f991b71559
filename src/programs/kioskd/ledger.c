#include "programs/kioskd/ledger.h"

#include "base/file.h"
#include "journey/promise.h"
#include "programs/kioskd/ledger-find.h"

#include <string.h>

#define PEPPER_LENGTH 32

typedef struct
{
  KioskLedgerPort port;
  KioskLedgerConfig config;
  KioskRules *rules;
  KioskLedgerWatch watch;
  gpointer watch_data;
  KioskLedgerSealed sealed;
  gpointer sealed_data;
  int full; /* atomic: the vault takes no new person */
} Ledger;

static void
ledger_watch (KioskLedgerPort *port, KioskLedgerWatch watch, gpointer data)
{
  Ledger *self = (Ledger *)port;

  self->watch = watch;
  self->watch_data = data;
}

static gboolean
ledger_is_online (KioskLedgerPort *port)
{
  Ledger *self = (Ledger *)port;
  KioskSyncStatus status = { 0 };

  if (self->config.sync != NULL)
    kiosk_sync_status (self->config.sync, &status);
  return status.reachable;
}

static const char *
ledger_closed (KioskLedgerPort *port, const KioskService *service)
{
  Ledger *self = (Ledger *)port;
  g_autoptr (GPtrArray) recipients = NULL;

  if (kiosk_rules_are_stale (self->rules, kiosk_clock_wall_ms (self->config.clock)))
    return "stale";
  if (g_atomic_int_get (&self->full))
    return "full";
  recipients = kiosk_rules_recipients (self->rules, kiosk_service_department (service));
  return recipients == NULL || kiosk_sync_signer (self->config.sync) == NULL ? "keys" : NULL;
}

static void
ledger_tag (KioskLedgerPort *port, const KioskHolder *holder, guint8 ret_tag[32])
{
  Ledger *self = (Ledger *)port;

  kiosk_holder_tag (holder, self->config.pepper, ret_tag);
}

/* Sealing */

typedef struct
{
  Ledger *ledger;
  KioskDraft *draft;
  KioskRules *rules; /* in force when the person said yes */
} Sealing;

static void
sealing_free (Sealing *sealing)
{
  kiosk_draft_free (sealing->draft);
  kiosk_rules_unref (sealing->rules);
  g_free (sealing);
}

static void
seal (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Sealing *sealing = data;
  const KioskLedgerConfig *config = &sealing->ledger->config;
  g_autofree char *kiosk = kiosk_sync_kiosk_id (config->sync);
  const KioskPromiser promiser = {
    .vault = config->vault,
    .clock = config->clock,
    .random = config->random,
    .boot = config->boot,
    .kiosk = kiosk,
    .signer = kiosk_sync_signer (config->sync),
  };
  g_autoptr (GPtrArray) recipients
    = kiosk_rules_recipients (sealing->rules, kiosk_service_department (sealing->draft->service));
  GError *error = NULL;
  KioskRecord *record;

  if (recipients == NULL || promiser.signer == NULL)
    {
      g_task_return_new_error (task, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_FILE,
                               "no keys to seal with");
      return;
    }
  record = kiosk_promise_seal (&promiser, sealing->draft, recipients, &error);
  if (record == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, record, (GDestroyNotify)kiosk_record_free);
}

static void
ledger_seal_async (KioskLedgerPort *port, KioskDraft *draft, GAsyncReadyCallback callback,
                   gpointer data)
{
  Ledger *self = (Ledger *)port;
  GTask *task = g_task_new (NULL, NULL, callback, data);
  Sealing *sealing = g_new0 (Sealing, 1);

  sealing->ledger = self;
  sealing->draft = draft;
  sealing->rules = kiosk_rules_ref (self->rules);
  g_task_set_source_tag (task, ledger_seal_async);
  g_task_set_task_data (task, sealing, (GDestroyNotify)sealing_free);
  kiosk_errands_push (self->config.errands, task, seal);
}

static KioskRecord *
ledger_seal_finish (KioskLedgerPort *port, GAsyncResult *result, GError **error)
{
  Ledger *self = (Ledger *)port;
  g_autoptr (GError) problem = NULL;
  KioskRecord *record = g_task_propagate_pointer (G_TASK (result), &problem);

  if (record != NULL)
    self->sealed (self->sealed_data, record->txid);
  else
    {
      g_printerr ("kioskd: nothing was promised: %s\n", problem->message);
      g_propagate_error (error, g_steal_pointer (&problem));
    }
  return record;
}

/* Listing */

typedef struct
{
  Ledger *ledger;
  guint8 tag[32];
} Listing;

static void
list (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Listing *listing = data;
  Ledger *self = listing->ledger;
  GError *error = NULL;
  GPtrArray *records = kiosk_vault_of_holder (self->config.vault, listing->tag, &error);

  /* Whoever is listed is about to choose: whether there is room is looked at now. */
  g_atomic_int_set (&self->full, !kiosk_vault_check_room (self->config.vault, NULL));
  if (records == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, records, (GDestroyNotify)g_ptr_array_unref);
}

static void
ledger_list_async (KioskLedgerPort *port, const guint8 tag[32], GCancellable *cancellable,
                   GAsyncReadyCallback callback, gpointer data)
{
  Ledger *self = (Ledger *)port;
  GTask *task = g_task_new (NULL, cancellable, callback, data);
  Listing *listing = g_new0 (Listing, 1);

  listing->ledger = self;
  memcpy (listing->tag, tag, sizeof listing->tag);
  g_task_set_source_tag (task, ledger_list_async);
  g_task_set_task_data (task, listing, g_free);
  kiosk_errands_push (self->config.errands, task, list);
}

static GPtrArray *
ledger_list_finish (KioskLedgerPort *port, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Finding */

typedef struct
{
  Ledger *ledger;
  GBytes *receipt;
  KioskRules *rules; /* in force when it was shown */
  char *kiosk;       /* of another one's receipt */
} Finding;

static void
finding_free (Finding *finding)
{
  kiosk_wipe_bytes (finding->receipt);
  kiosk_rules_unref (finding->rules);
  g_free (finding->kiosk);
  g_free (finding);
}

static void
find (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Finding *finding = data;
  const KioskLedgerConfig *config = &finding->ledger->config;
  g_autofree char *ours = NULL;
  GError *error = NULL;
  KioskRecord *record;

  if (g_task_return_error_if_cancelled (task))
    return;
  ours = kiosk_sync_kiosk_id (config->sync);
  record = kiosk_ledger_find (config->vault, finding->rules->trust, ours, finding->receipt,
                              &finding->kiosk, &error);
  if (record == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, record, (GDestroyNotify)kiosk_record_free);
}

static void
ledger_find_async (KioskLedgerPort *port, GBytes *receipt, GCancellable *cancellable,
                   GAsyncReadyCallback callback, gpointer data)
{
  Ledger *self = (Ledger *)port;
  GTask *task = g_task_new (NULL, cancellable, callback, data);
  Finding *finding = g_new0 (Finding, 1);

  finding->ledger = self;
  finding->receipt = g_bytes_ref (receipt);
  finding->rules = kiosk_rules_ref (self->rules);
  g_task_set_source_tag (task, ledger_find_async);
  g_task_set_task_data (task, finding, (GDestroyNotify)finding_free);
  kiosk_errands_push (self->config.errands, task, find);
}

static KioskRecord *
ledger_find_finish (KioskLedgerPort *port, GAsyncResult *result, char **ret_kiosk, GError **error)
{
  const Finding *finding = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) problem = NULL;
  KioskRecord *record = g_task_propagate_pointer (G_TASK (result), &problem);

  if (g_error_matches (problem, KIOSK_FIND_ERROR, KIOSK_FIND_ERROR_FAULT))
    g_printerr ("kioskd: a receipt could not be looked up: %s\n", problem->message);
  if (ret_kiosk != NULL
      && g_error_matches (problem, KIOSK_FIND_ERROR, KIOSK_FIND_ERROR_OTHER_KIOSK))
    *ret_kiosk = g_strdup (finding->kiosk);
  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  return record;
}

/* Personal codes */

static char *
ledger_kiosk (KioskLedgerPort *port)
{
  return kiosk_sync_kiosk_id (((Ledger *)port)->config.sync);
}

typedef struct
{
  Ledger *ledger;
  KioskCode *code;
  KioskRules *rules; /* in force when it was shown */
} Judging;

static void
judging_free (Judging *judging)
{
  kiosk_code_free (judging->code);
  kiosk_rules_unref (judging->rules);
  g_free (judging);
}

static void
identify (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Judging *judging = data;
  const KioskLedgerConfig *config = &judging->ledger->config;
  g_autofree char *ours = NULL;
  GError *error = NULL;
  KioskHolder *holder;

  if (g_task_return_error_if_cancelled (task))
    return;
  ours = kiosk_sync_kiosk_id (config->sync);
  holder = kiosk_ledger_identify (config->vault, config->clock, judging->rules->trust, ours,
                                  judging->code, &error);
  if (holder == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, holder, (GDestroyNotify)kiosk_holder_free);
}

static void
ledger_identify_async (KioskLedgerPort *port, KioskCode *code, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer data)
{
  Ledger *self = (Ledger *)port;
  GTask *task = g_task_new (NULL, cancellable, callback, data);
  Judging *judging = g_new0 (Judging, 1);

  judging->ledger = self;
  judging->code = code;
  judging->rules = kiosk_rules_ref (self->rules);
  g_task_set_source_tag (task, ledger_identify_async);
  g_task_set_task_data (task, judging, (GDestroyNotify)judging_free);
  kiosk_errands_push (self->config.errands, task, identify);
}

static KioskHolder *
ledger_identify_finish (KioskLedgerPort *port, GAsyncResult *result, GError **error)
{
  g_autoptr (GError) problem = NULL;
  KioskHolder *holder = g_task_propagate_pointer (G_TASK (result), &problem);

  if (g_error_matches (problem, KIOSK_PERSONAL_CODE_ERROR, KIOSK_PERSONAL_CODE_ERROR_NOT_KEPT))
    g_printerr ("kioskd: a personal code could not be marked as used: %s\n", problem->message);
  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  return holder;
}

KioskLedgerPort *
kiosk_ledger_new (const KioskLedgerConfig *config)
{
  Ledger *self = g_new0 (Ledger, 1);

  self->port = (KioskLedgerPort){
    .watch = ledger_watch,
    .is_online = ledger_is_online,
    .closed = ledger_closed,
    .tag = ledger_tag,
    .seal_async = ledger_seal_async,
    .seal_finish = ledger_seal_finish,
    .list_async = ledger_list_async,
    .list_finish = ledger_list_finish,
    .find_async = ledger_find_async,
    .find_finish = ledger_find_finish,
    .kiosk = ledger_kiosk,
    .identify_async = ledger_identify_async,
    .identify_finish = ledger_identify_finish,
  };
  self->config = *config;
  self->rules = kiosk_rules_none ();
  return &self->port;
}

void
kiosk_ledger_free (KioskLedgerPort *port)
{
  Ledger *self = (Ledger *)port;

  if (self == NULL)
    return;
  kiosk_rules_unref (self->rules);
  g_free (self);
}

void
kiosk_ledger_set_rules (KioskLedgerPort *port, KioskRules *rules)
{
  Ledger *self = (Ledger *)port;

  kiosk_rules_ref (rules);
  kiosk_rules_unref (self->rules);
  self->rules = rules;
}

void
kiosk_ledger_changed (KioskLedgerPort *port)
{
  Ledger *self = (Ledger *)port;

  if (self->watch != NULL)
    self->watch (self->watch_data);
}

void
kiosk_ledger_set_sealed (KioskLedgerPort *port, KioskLedgerSealed sealed, gpointer data)
{
  Ledger *self = (Ledger *)port;

  self->sealed = sealed;
  self->sealed_data = data;
}

static gboolean
make_pepper (const char *path, KioskRandom *random, GError **error)
{
  guint8 bytes[PEPPER_LENGTH];
  g_autoptr (GBytes) content = NULL;
  gboolean written;

  kiosk_random_fill (random, bytes, sizeof bytes);
  content = g_bytes_new_static (bytes, sizeof bytes);
  written = kiosk_file_write (path, content, 0600, error);
  explicit_bzero (bytes, sizeof bytes);
  return written;
}

KioskSecret *
kiosk_ledger_pepper (const char *path, KioskRandom *random, GError **error)
{
  g_autoptr (GBytes) content = NULL;
  KioskSecret *pepper;
  gsize length;
  gpointer bytes;

  if (!g_file_test (path, G_FILE_TEST_EXISTS) && !make_pepper (path, random, error))
    return NULL;
  content = kiosk_file_read (path, PEPPER_LENGTH, error);
  if (content == NULL)
    return NULL;
  if (g_bytes_get_size (content) != PEPPER_LENGTH)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                   "%s: not %d bytes long; restore it from a backup, or remove it: the records of "
                   "before are then no longer listed to their owners",
                   path, PEPPER_LENGTH);
      return NULL;
    }
  bytes = g_bytes_unref_to_data (g_steal_pointer (&content), &length);
  pepper = kiosk_secret_new_copy (bytes, length);
  kiosk_wipe_free (bytes, length);
  return pepper;
}
