/* What every call on the control socket needs. */
#include "programs/kioskd/control-private.h"

#include <string.h>

void
kiosk_control_call_free (KioskControlCall *call)
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

void
kiosk_control_refuse (GDBusMethodInvocation *invocation, const GError *error)
{
  g_dbus_method_invocation_return_dbus_error (invocation, error_name (error), error->message);
}

gboolean
kiosk_control_needs_vault (KioskControl *self, GDBusMethodInvocation *invocation)
{
  if (self->house->vault != NULL)
    return TRUE;
  g_dbus_method_invocation_return_dbus_error (
    invocation, "hk.kiosk.Error.Failed",
    "the vault could not be opened; kioskd said why when it started");
  return FALSE;
}

void
kiosk_control_run_errand (KioskControl *self, GDBusMethodInvocation *invocation, const char *name,
                          GBytes *cms, GTaskThreadFunc errand, GAsyncReadyCallback answer)
{
  KioskControlCall *call = g_new0 (KioskControlCall, 1);
  GTask *task = g_task_new (NULL, self->cancellable, answer, call);

  call->control = self;
  call->invocation = g_object_ref (invocation);
  call->name = g_strdup (name);
  call->cms = cms == NULL ? NULL : g_bytes_ref (cms);
  g_task_set_source_tag (task, kiosk_control_run_errand);
  g_task_set_task_data (task, call, (GDestroyNotify)kiosk_control_call_free);
  g_task_set_check_cancellable (task, FALSE);
  kiosk_errands_push (self->house->errands, task, errand);
}

gboolean
kiosk_control_is_too_long (GDBusMethodInvocation *invocation, const char *text, gsize most)
{
  if (strnlen (text, most + 1) <= most && *text != '\0')
    return FALSE;
  g_dbus_method_invocation_return_dbus_error (invocation, "hk.kiosk.Error.Failed",
                                              "an argument is empty or too long");
  return TRUE;
}
