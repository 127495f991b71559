/* What is brought to a kiosk when it is installed: bundles, and its name. */
#include "programs/kioskd/control-private.h"

#define CODE_MAX     64
#define NAME_MAX_LEN 32

static void
install (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const KioskControlCall *call = data;
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
  KioskControlCall *call = data;
  g_autoptr (GError) error = NULL;
  gssize serial = g_task_propagate_int (G_TASK (result), &error);

  if (error != NULL)
    kiosk_control_refuse (call->invocation, error);
  else
    kiosk_bus_control1_complete_install_bundle (call->control->skeleton, call->invocation,
                                                (guint64)serial);
}

gboolean
kiosk_control_handle_install_bundle (KioskBusControl1 *skeleton, GDBusMethodInvocation *invocation,
                                     const char *name, GVariant *bytes, gpointer data)
{
  g_autoptr (GBytes) cms = g_variant_get_data_as_bytes (bytes);

  if (g_bytes_get_size (cms) > KIOSK_BUNDLE_MAX)
    g_dbus_method_invocation_return_dbus_error (invocation, "hk.kiosk.Error.Failed",
                                                "the bundle is larger than any may be");
  else if (!kiosk_control_is_too_long (invocation, name, NAME_MAX_LEN)
           && kiosk_control_needs_vault (data, invocation))
    kiosk_control_run_errand (data, invocation, name, cms, install, installed);
  return TRUE;
}

static void
enrolled (GObject *source, GAsyncResult *result, gpointer data)
{
  KioskControlCall *call = data;
  KioskControl *self = call->control;
  g_autoptr (GError) error = NULL;

  if (kiosk_sync_enrol_finish (self->house->sync, result, &error))
    {
      g_autofree char *id = kiosk_sync_kiosk_id (self->house->sync);

      kiosk_bus_control1_complete_enrol (self->skeleton, call->invocation, id);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    kiosk_control_refuse (call->invocation, error);
  kiosk_control_call_free (call);
}

gboolean
kiosk_control_handle_enrol (KioskBusControl1 *skeleton, GDBusMethodInvocation *invocation,
                            const char *code, gpointer data)
{
  KioskControl *self = data;
  KioskControlCall *call;

  if (kiosk_control_is_too_long (invocation, code, CODE_MAX)
      || !kiosk_control_needs_vault (self, invocation))
    return TRUE;
  call = g_new0 (KioskControlCall, 1);
  call->control = self;
  call->invocation = g_object_ref (invocation);
  kiosk_sync_enrol_async (self->house->sync, code, self->cancellable, enrolled, call);
  return TRUE;
}
