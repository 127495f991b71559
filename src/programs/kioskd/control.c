#include "programs/kioskd/control.h"

#include <string.h>

#include "bus-control1.h"
#include "programs/kioskd/control-camera.h"
#include "programs/kioskd/control-models.h"
#include "programs/kioskd/socket.h"

#define OBJECT_PATH  "/hk/kiosk/control"
#define OUTBOX_MOST  1000
#define CODE_MAX     64
#define NAME_MAX_LEN 32
#define KEY_MAX      64

struct _KioskControl
{
  KioskHouse *house;
  KioskSocket *socket;
  KioskBusControl1 *skeleton;
  GPtrArray *peers; /* GDBusConnection */
  GCancellable *cancellable;
  KioskControlCamera *camera;
};

/* A call that is answered by an errand. */
typedef struct
{
  KioskControl *control;
  GDBusMethodInvocation *invocation;
  char *name; /* of a bundle, or a record's key */
  GBytes *cms;
} Call;

typedef union
{
  KioskVaultGlance glance;
  KioskAuditReport report;
} Answer;

static void
call_free (Call *call)
{
  g_clear_object (&call->invocation);
  g_clear_pointer (&call->cms, g_bytes_unref);
  g_free (call->name);
  g_free (call);
}

static const char *
error_name (const GError *error)
{
  if (g_error_matches (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_UNKNOWN))
    return "hk.kiosk.Error.Unknown";
  if (g_error_matches (error, KIOSK_SYNC_ERROR, KIOSK_SYNC_ERROR_CODE))
    return "hk.kiosk.Error.Code";
  if (g_error_matches (error, KIOSK_SYNC_ERROR, KIOSK_SYNC_ERROR_UNREACHABLE))
    return "hk.kiosk.Error.Unreachable";
  return "hk.kiosk.Error.Failed";
}

static void
refuse (GDBusMethodInvocation *invocation, const GError *error)
{
  g_dbus_method_invocation_return_dbus_error (invocation, error_name (error), error->message);
}

static gboolean
needs_vault (KioskControl *self, GDBusMethodInvocation *invocation)
{
  if (self->house->vault != NULL)
    return TRUE;
  g_dbus_method_invocation_return_dbus_error (
    invocation, "hk.kiosk.Error.Failed",
    "the vault could not be opened; kioskd said why when it started");
  return FALSE;
}

static void
run_errand (KioskControl *self, GDBusMethodInvocation *invocation, const char *name, GBytes *cms,
            GTaskThreadFunc errand, GAsyncReadyCallback answer)
{
  Call *call = g_new0 (Call, 1);
  GTask *task = g_task_new (NULL, self->cancellable, answer, call);

  call->control = self;
  call->invocation = g_object_ref (invocation);
  call->name = g_strdup (name);
  call->cms = cms == NULL ? NULL : g_bytes_ref (cms);
  g_task_set_source_tag (task, run_errand);
  g_task_set_task_data (task, call, (GDestroyNotify)call_free);
  g_task_set_check_cancellable (task, FALSE);
  kiosk_errands_push (self->house->errands, task, errand);
}

/* Status */

static void
glance (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Call *call = data;
  KioskVault *vault = call->control->house->vault;
  KioskVaultGlance *found = g_new0 (KioskVaultGlance, 1);
  GError *error = NULL;

  if (!kiosk_vault_counts (vault, &found->counts, &error))
    {
      g_free (found);
      g_task_return_error (task, error);
      return;
    }
  found->leaves = kiosk_vault_audit_size (vault);
  g_task_return_pointer (task, found, g_free);
}

static void
glanced (GObject *source, GAsyncResult *result, gpointer data)
{
  Call *call = data;
  g_autoptr (GError) error = NULL;
  g_autofree KioskVaultGlance *found = g_task_propagate_pointer (G_TASK (result), &error);

  if (found == NULL)
    refuse (call->invocation, error);
  else
    kiosk_bus_control1_complete_status (call->control->skeleton, call->invocation,
                                        kiosk_control_status (call->control->house, found));
}

static gboolean
handle_status (KioskBusControl1 *skeleton, GDBusMethodInvocation *invocation, gpointer data)
{
  KioskControl *self = data;

  if (self->house->vault == NULL)
    kiosk_bus_control1_complete_status (skeleton, invocation,
                                        kiosk_control_status (self->house, NULL));
  else
    run_errand (self, invocation, NULL, NULL, glance, glanced);
  return TRUE;
}

/* Audit */

static void
report_free (gpointer data)
{
  kiosk_audit_report_clear (data);
  g_free (data);
}

static void
verify (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Call *call = data;
  KioskHouse *house = call->control->house;
  const KioskSigner *signer = kiosk_sync_signer (house->sync);
  KioskAuditReport *report = g_new0 (KioskAuditReport, 1);
  GError *error = NULL;

  if (kiosk_vault_audit_verify (house->vault, signer == NULL ? NULL : signer->cert, report, &error))
    g_task_return_pointer (task, report, report_free);
  else
    {
      g_free (report);
      g_task_return_error (task, error);
    }
}

static void
verified (GObject *source, GAsyncResult *result, gpointer data)
{
  Call *call = data;
  g_autoptr (GError) error = NULL;
  KioskAuditReport *report = g_task_propagate_pointer (G_TASK (result), &error);

  if (report == NULL)
    {
      refuse (call->invocation, error);
      return;
    }
  kiosk_bus_control1_complete_audit_verify (call->control->skeleton, call->invocation,
                                            report->verified, report->leaves, report->checkpoints,
                                            report->problem == NULL ? "" : report->problem);
  report_free (report);
}

static gboolean
handle_audit_verify (KioskBusControl1 *skeleton, GDBusMethodInvocation *invocation, gpointer data)
{
  if (needs_vault (data, invocation))
    run_errand (data, invocation, NULL, NULL, verify, verified);
  return TRUE;
}

/* Records */

static void
list_unsettled (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Call *call = data;
  GError *error = NULL;
  GPtrArray *records = kiosk_vault_unsettled (call->control->house->vault, OUTBOX_MOST, &error);

  if (records == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, records, (GDestroyNotify)g_ptr_array_unref);
}

static void
unsettled_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  Call *call = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = g_task_propagate_pointer (G_TASK (result), &error);

  if (records == NULL)
    refuse (call->invocation, error);
  else
    kiosk_bus_control1_complete_outbox (call->control->skeleton, call->invocation,
                                        kiosk_control_records (records));
}

static gboolean
handle_outbox (KioskBusControl1 *skeleton, GDBusMethodInvocation *invocation, gpointer data)
{
  if (needs_vault (data, invocation))
    run_errand (data, invocation, NULL, NULL, list_unsettled, unsettled_listed);
  return TRUE;
}

static void
find (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Call *call = data;
  KioskVault *vault = call->control->house->vault;
  g_autoptr (GPtrArray) named = NULL;
  GError *error = NULL;
  KioskRecord *record = NULL;

  named = kiosk_vault_of_reference (vault, call->name, &error);
  if (named != NULL && named->len > 0)
    {
      g_ptr_array_set_free_func (named, NULL);
      record = g_ptr_array_steal_index (named, 0);
      g_ptr_array_set_free_func (named, (GDestroyNotify)kiosk_record_free);
    }
  else if (named != NULL)
    record = kiosk_vault_find (vault, call->name, &error);
  if (record == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, record, (GDestroyNotify)kiosk_record_free);
}

static void
found (GObject *source, GAsyncResult *result, gpointer data)
{
  Call *call = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskRecord) record = g_task_propagate_pointer (G_TASK (result), &error);

  if (record == NULL)
    refuse (call->invocation, error);
  else
    kiosk_bus_control1_complete_find (call->control->skeleton, call->invocation,
                                      kiosk_control_record (record));
}

static gboolean
too_long (GDBusMethodInvocation *invocation, const char *text, gsize most)
{
  if (strnlen (text, most + 1) <= most && *text != '\0')
    return FALSE;
  g_dbus_method_invocation_return_dbus_error (invocation, "hk.kiosk.Error.Failed",
                                              "an argument is empty or too long");
  return TRUE;
}

static gboolean
handle_find (KioskBusControl1 *skeleton, GDBusMethodInvocation *invocation, const char *key,
             gpointer data)
{
  if (!too_long (invocation, key, KEY_MAX) && needs_vault (data, invocation))
    run_errand (data, invocation, key, NULL, find, found);
  return TRUE;
}

/* Installation */

static void
install (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Call *call = data;
  KioskSync *sync = call->control->house->sync;
  GError *error = NULL;
  g_autoptr (KioskBundle) bundle = NULL;

  if (kiosk_sync_install_bundle (sync, call->name, call->cms, &error))
    bundle = kiosk_sync_bundle (sync, call->name, &error);
  if (bundle == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_int (task, (gssize)bundle->serial);
}

static void
installed (GObject *source, GAsyncResult *result, gpointer data)
{
  Call *call = data;
  g_autoptr (GError) error = NULL;
  gssize serial = g_task_propagate_int (G_TASK (result), &error);

  if (error != NULL)
    refuse (call->invocation, error);
  else
    kiosk_bus_control1_complete_install_bundle (call->control->skeleton, call->invocation,
                                                (guint64)serial);
}

static gboolean
handle_install_bundle (KioskBusControl1 *skeleton, GDBusMethodInvocation *invocation,
                       const char *name, GVariant *bytes, gpointer data)
{
  g_autoptr (GBytes) cms = g_variant_get_data_as_bytes (bytes);

  if (g_bytes_get_size (cms) > KIOSK_BUNDLE_MAX)
    g_dbus_method_invocation_return_dbus_error (invocation, "hk.kiosk.Error.Failed",
                                                "the bundle is larger than any may be");
  else if (!too_long (invocation, name, NAME_MAX_LEN) && needs_vault (data, invocation))
    run_errand (data, invocation, name, cms, install, installed);
  return TRUE;
}

static void
enrolled (GObject *source, GAsyncResult *result, gpointer data)
{
  Call *call = data;
  KioskControl *self = call->control;
  g_autoptr (GError) error = NULL;

  if (kiosk_sync_enrol_finish (self->house->sync, result, &error))
    {
      g_autofree char *id = kiosk_sync_kiosk_id (self->house->sync);

      kiosk_bus_control1_complete_enrol (self->skeleton, call->invocation, id);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    refuse (call->invocation, error);
  call_free (call);
}

static gboolean
handle_enrol (KioskBusControl1 *skeleton, GDBusMethodInvocation *invocation, const char *code,
              gpointer data)
{
  KioskControl *self = data;
  Call *call;

  if (too_long (invocation, code, CODE_MAX) || !needs_vault (self, invocation))
    return TRUE;
  call = g_new0 (Call, 1);
  call->control = self;
  call->invocation = g_object_ref (invocation);
  kiosk_sync_enrol_async (self->house->sync, code, self->cancellable, enrolled, call);
  return TRUE;
}

static gboolean
handle_nudge (KioskBusControl1 *skeleton, GDBusMethodInvocation *invocation, gpointer data)
{
  KioskControl *self = data;

  if (!needs_vault (self, invocation))
    return TRUE;
  kiosk_sync_nudge (self->house->sync);
  kiosk_bus_control1_complete_nudge (skeleton, invocation);
  return TRUE;
}

/* Camera */

static void
camera_changed (gpointer data)
{
  kiosk_control_tell_status (data);
}

static gboolean
handle_try_camera (KioskBusControl1 *skeleton, GDBusMethodInvocation *invocation, guint seconds,
                   gpointer data)
{
  KioskControl *self = data;

  kiosk_control_camera_try (self->camera, skeleton, invocation, seconds);
  return TRUE;
}

void
kiosk_control_leave_camera (KioskControl *self)
{
  if (self != NULL)
    kiosk_control_camera_give_up (self->camera, "a person came to show a code; try again");
}

/* Peers */

static void
hear_closed (GDBusConnection *connection, gboolean remote, GError *error, gpointer data)
{
  KioskControl *self = data;

  kiosk_control_camera_left (self->camera, connection);
  g_signal_handlers_disconnect_by_data (connection, self);
  g_dbus_interface_skeleton_unexport_from_connection (G_DBUS_INTERFACE_SKELETON (self->skeleton),
                                                      connection);
  g_ptr_array_remove (self->peers, connection);
}

static gboolean
meet_peer (gpointer data, GDBusConnection *connection)
{
  KioskControl *self = data;

  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton), connection,
                                         OBJECT_PATH, NULL))
    return FALSE;
  g_ptr_array_add (self->peers, g_object_ref (connection));
  g_signal_connect (connection, "closed", G_CALLBACK (hear_closed), self);
  return TRUE;
}

KioskControl *
kiosk_control_new (KioskHouse *house, const char *folder, gint64 uid, GError **error)
{
  const struct
  {
    const char *signal;
    GCallback handler;
  } handlers[] = {
    { "handle-status", G_CALLBACK (handle_status) },
    { "handle-enrol", G_CALLBACK (handle_enrol) },
    { "handle-install-bundle", G_CALLBACK (handle_install_bundle) },
    { "handle-audit-verify", G_CALLBACK (handle_audit_verify) },
    { "handle-outbox", G_CALLBACK (handle_outbox) },
    { "handle-find", G_CALLBACK (handle_find) },
    { "handle-try-camera", G_CALLBACK (handle_try_camera) },
    { "handle-nudge", G_CALLBACK (handle_nudge) },
  };
  KioskControl *self = g_new0 (KioskControl, 1);

  self->house = house;
  self->skeleton = kiosk_bus_control1_skeleton_new ();
  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect (self->skeleton, handlers[i].signal, handlers[i].handler, self);
  self->peers = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
  self->camera = kiosk_control_camera_new (house->camera, house->clock, camera_changed, self);
  self->socket = kiosk_socket_new (folder, "control.sock", uid, meet_peer, self, error);
  if (self->socket == NULL)
    {
      kiosk_control_free (self);
      return NULL;
    }
  return self;
}

void
kiosk_control_free (KioskControl *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  kiosk_control_camera_free (self->camera);
  g_clear_pointer (&self->socket, kiosk_socket_free);
  while (self->peers->len > 0)
    hear_closed (g_ptr_array_index (self->peers, 0), FALSE, NULL, self);
  g_ptr_array_unref (self->peers);
  g_signal_handlers_disconnect_by_data (self->skeleton, self);
  g_object_unref (self->skeleton);
  g_free (self);
}

const char *
kiosk_control_path (const KioskControl *self)
{
  return kiosk_socket_path (self->socket);
}

void
kiosk_control_tell_record (KioskControl *self, const char *txid)
{
  if (self != NULL && self->peers->len > 0)
    kiosk_bus_control1_emit_record_changed (self->skeleton, txid);
}

void
kiosk_control_tell_status (KioskControl *self)
{
  if (self != NULL && self->peers->len > 0)
    kiosk_bus_control1_emit_status_changed (self->skeleton);
}
