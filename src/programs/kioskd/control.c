#include "programs/kioskd/control-models.h"
#include "programs/kioskd/control-private.h"

#define OBJECT_PATH "/hk/kiosk/control"

/* Status */

static void
glance (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const KioskControlCall *call = data;
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
  KioskControlCall *call = data;
  g_autoptr (GError) error = NULL;
  g_autofree KioskVaultGlance *found = g_task_propagate_pointer (G_TASK (result), &error);

  if (found == NULL)
    kiosk_control_refuse (call->invocation, error);
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
    kiosk_control_run_errand (self, invocation, NULL, NULL, glance, glanced);
  return TRUE;
}

static gboolean
handle_nudge (KioskBusControl1 *skeleton, GDBusMethodInvocation *invocation, gpointer data)
{
  KioskControl *self = data;

  if (!kiosk_control_needs_vault (self, invocation))
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

/* Roles: one place for every method, those to come as well; what has no row in the table, nobody
 * may do. */
static gboolean
authorize (GDBusInterfaceSkeleton *skeleton, GDBusMethodInvocation *invocation, gpointer data)
{
  const KioskControl *self = data;
  KioskDeed deed;

  if (kiosk_deed_from_name (g_dbus_method_invocation_get_method_name (invocation), &deed)
      && kiosk_roles_may (self->roles, deed))
    return TRUE;
  g_dbus_method_invocation_return_dbus_error (invocation, "hk.kiosk.Error.Denied",
                                              "not for the role of this socket");
  return FALSE;
}

static KioskRoleSet
role_of (KioskHouse *house)
{
  KioskRole role;

  return kiosk_role_from_name (kiosk_settings_string (house->settings, "sockets", "control-role"),
                               &role)
           ? KIOSK_ROLE_ONLY (role)
           : 0;
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
    { "handle-enrol", G_CALLBACK (kiosk_control_handle_enrol) },
    { "handle-install-bundle", G_CALLBACK (kiosk_control_handle_install_bundle) },
    { "handle-audit-verify", G_CALLBACK (kiosk_control_handle_audit_verify) },
    { "handle-outbox", G_CALLBACK (kiosk_control_handle_outbox) },
    { "handle-find", G_CALLBACK (kiosk_control_handle_find) },
    { "handle-try-camera", G_CALLBACK (handle_try_camera) },
    { "handle-nudge", G_CALLBACK (handle_nudge) },
  };
  KioskControl *self = g_new0 (KioskControl, 1);

  self->house = house;
  self->skeleton = kiosk_bus_control1_skeleton_new ();
  self->roles = role_of (house);
  g_signal_connect (self->skeleton, "g-authorize-method", G_CALLBACK (authorize), self);
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
  g_clear_pointer (&self->socket, kiosk_socket_free);
  while (self->peers->len > 0)
    hear_closed (g_ptr_array_index (self->peers, 0), FALSE, NULL, self);
  kiosk_control_camera_free (self->camera);
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
