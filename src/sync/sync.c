/* The worker thread's life, and what others ask of it. */
#include "sync-private.h"

#include <string.h>

#include "base/secret.h"

G_DEFINE_QUARK (kiosk_sync_error, kiosk_sync_error)

struct _KioskMailbox
{
  gatomicrefcount references;
  GMainContext *context; /* of the caller of kiosk_sync_new() */
  KioskSyncWatch watch;
  gpointer data;
  int closed; /* atomic */
};

typedef struct
{
  KioskMailbox *mailbox;
  KioskSyncChange change;
  char *what;
} Letter;

static void
mailbox_unref (KioskMailbox *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_main_context_unref (self->context);
  g_free (self);
}

static void
letter_free (gpointer data)
{
  Letter *letter = data;

  mailbox_unref (letter->mailbox);
  g_free (letter->what);
  g_free (letter);
}

static gboolean
letter_deliver (gpointer data)
{
  Letter *letter = data;

  if (!g_atomic_int_get (&letter->mailbox->closed))
    letter->mailbox->watch (letter->mailbox->data, letter->change, letter->what);
  return G_SOURCE_REMOVE;
}

void
kiosk_sync_tell (KioskSync *self, KioskSyncChange change, const char *what)
{
  g_autoptr (GSource) source = NULL;
  Letter *letter;

  if (self->mailbox->watch == NULL)
    return;
  letter = g_new0 (Letter, 1);
  g_atomic_ref_count_inc (&self->mailbox->references);
  letter->mailbox = self->mailbox;
  letter->change = change;
  letter->what = g_strdup (what);
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, letter_deliver, letter, letter_free);
  g_source_attach (source, self->mailbox->context);
}

void
kiosk_sync_count (KioskSync *self, gsize offset)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  (*(guint64 *)G_STRUCT_MEMBER_P (&self->status, offset))++;
}

void
kiosk_sync_set_reachable (KioskSync *self, gboolean reachable)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->status.reachable = reachable;
  if (reachable)
    self->status.last_contact_ms = kiosk_clock_wall_ms (self->clock);
}

void
kiosk_sync_status (KioskSync *self, KioskSyncStatus *ret_status)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  *ret_status = self->status;
}

static gpointer
work (gpointer data)
{
  KioskSync *self = data;

  kiosk_link_open (&self->link, self, g_main_context_new ());
  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  while (g_main_context_iteration (self->context, FALSE))
    ; /* an enrolment that still waits is told that it was cut */
  kiosk_clock_cancel (self->clock, self->timer);
  kiosk_link_close (&self->link);
  g_clear_pointer (&self->trust, kiosk_bundle_free);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static gboolean
read_files (KioskSync *self, const KioskSyncConfig *config, GError **error)
{
  g_autofree char *authorities = g_canonicalize_filename (config->gateway_ca, NULL);
  g_autofree char *certificate = g_build_filename (config->state_folder, "kiosk.pem", NULL);
  g_autoptr (GPtrArray) certs = kiosk_pki_certs_load (authorities, error);
  KioskIdentity *identity;

  /* GnuTLS would take a file of any size, and one without a certificate. */
  if (certs == NULL)
    return FALSE;
  self->authorities = g_tls_file_database_new (authorities, error);
  if (self->authorities == NULL)
    {
      g_prefix_error (error, "%s: ", authorities);
      return FALSE;
    }
  self->anchors = kiosk_pki_certs_load (config->bundle_anchors, error);
  if (self->anchors == NULL)
    return FALSE;
  if (!g_file_test (certificate, G_FILE_TEST_EXISTS))
    return TRUE;
  identity = kiosk_identity_load (config->state_folder, error);
  if (identity == NULL)
    return FALSE;
  kiosk_sync_take_identity (self, identity);
  return TRUE;
}

static KioskMailbox *
mailbox_new (KioskSyncWatch watch, gpointer data)
{
  KioskMailbox *self = g_new0 (KioskMailbox, 1);

  g_atomic_ref_count_init (&self->references);
  self->context = g_main_context_ref_thread_default ();
  self->watch = watch;
  self->data = data;
  return self;
}

KioskSync *
kiosk_sync_new (const KioskSyncConfig *config, KioskVault *vault, KioskClock *clock,
                KioskRandom *random, KioskSyncWatch watch, gpointer data, GError **error)
{
  g_autoptr (KioskSync) self = g_new0 (KioskSync, 1);

  g_mutex_init (&self->lock);
  self->gateway = g_strdup (config->gateway);
  if (g_str_has_suffix (self->gateway, "/"))
    self->gateway[strlen (self->gateway) - 1] = '\0';
  self->state_folder = g_strdup (config->state_folder);
  self->retry_first_ms = config->retry_first_ms;
  self->retry_most_ms = config->retry_most_ms;
  self->poll_ms = config->poll_ms;
  self->check_bundle = config->check_bundle;
  self->vault = vault;
  self->clock = clock;
  self->random = random;
  self->identities = g_ptr_array_new_with_free_func (kiosk_identity_free);
  self->mailbox = mailbox_new (watch, data);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->cancellable = g_cancellable_new ();
  if (!read_files (self, config, error))
    return NULL;
  kiosk_sync_load_time (self);
  self->thread = g_thread_new ("kiosk-sync", work, self);
  return g_steal_pointer (&self);
}

static gboolean
quit_loop (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

static void
stop_thread (KioskSync *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_cancellable_cancel (self->cancellable);
  g_source_set_callback (source, quit_loop, self->loop, NULL);
  g_source_attach (source, self->context);
  g_thread_join (self->thread);
}

void
kiosk_sync_free (KioskSync *self)
{
  if (self == NULL)
    return;
  g_atomic_int_set (&self->mailbox->closed, TRUE);
  if (self->thread != NULL)
    stop_thread (self);
  mailbox_unref (self->mailbox);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_object_unref (self->cancellable);
  g_clear_object (&self->authorities);
  g_clear_pointer (&self->anchors, g_ptr_array_unref);
  g_ptr_array_unref (self->identities);
  g_mutex_clear (&self->lock);
  g_free (self->gateway);
  g_free (self->state_folder);
  g_free (self);
}

void
kiosk_sync_start (KioskSync *self)
{
  g_mutex_lock (&self->lock);
  self->started = TRUE;
  g_mutex_unlock (&self->lock);
  kiosk_sync_queue_round (self);
}

void
kiosk_sync_nudge (KioskSync *self)
{
  g_atomic_int_set (&self->nudged, TRUE);
  kiosk_sync_queue_round (self);
}

static gboolean
run_enrolment (gpointer data)
{
  g_autoptr (GTask) task = g_object_ref (data);
  KioskSync *self = g_object_get_data (G_OBJECT (task), "sync");
  GError *error = NULL;

  if (kiosk_sync_enrol (self, g_task_get_task_data (task), &error))
    {
      g_task_return_boolean (task, TRUE);
      kiosk_sync_queue_round (self);
    }
  else
    {
      g_task_return_error (task, error);
    }
  kiosk_sync_tell (self, KIOSK_SYNC_CHANGED_STATUS, NULL);
  return G_SOURCE_REMOVE;
}

static void
free_code (gpointer code)
{
  kiosk_wipe_string (code);
}

void
kiosk_sync_enrol_async (KioskSync *self, const char *code, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);
  g_autoptr (GSource) source = g_idle_source_new ();

  g_task_set_source_tag (task, kiosk_sync_enrol_async);
  g_task_set_task_data (task, g_strdup (code), free_code);
  g_object_set_data (G_OBJECT (task), "sync", self);
  g_source_set_callback (source, run_enrolment, task, g_object_unref);
  g_source_attach (source, self->context);
}

gboolean
kiosk_sync_enrol_finish (KioskSync *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
