/* Records and the audit log, as a technician asks for them. */
#include "programs/kioskd/control-models.h"
#include "programs/kioskd/control-private.h"

#define OUTBOX_MOST 1000
#define KEY_MAX     64

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
  const KioskControlCall *call = data;
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
  KioskControlCall *call = data;
  g_autoptr (GError) error = NULL;
  KioskAuditReport *report = g_task_propagate_pointer (G_TASK (result), &error);

  if (report == NULL)
    {
      kiosk_control_refuse (call->invocation, error);
      return;
    }
  kiosk_bus_control1_complete_audit_verify (call->control->skeleton, call->invocation,
                                            report->verified, report->leaves, report->checkpoints,
                                            report->problem == NULL ? "" : report->problem);
  report_free (report);
}

gboolean
kiosk_control_handle_audit_verify (KioskBusControl1 *skeleton, GDBusMethodInvocation *invocation,
                                   gpointer data)
{
  if (kiosk_control_needs_vault (data, invocation))
    kiosk_control_run_errand (data, invocation, NULL, NULL, verify, verified);
  return TRUE;
}

/* Records */

static void
list_unsettled (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const KioskControlCall *call = data;
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
  KioskControlCall *call = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = g_task_propagate_pointer (G_TASK (result), &error);

  if (records == NULL)
    kiosk_control_refuse (call->invocation, error);
  else
    kiosk_bus_control1_complete_outbox (call->control->skeleton, call->invocation,
                                        kiosk_control_records (records));
}

gboolean
kiosk_control_handle_outbox (KioskBusControl1 *skeleton, GDBusMethodInvocation *invocation,
                             gpointer data)
{
  if (kiosk_control_needs_vault (data, invocation))
    kiosk_control_run_errand (data, invocation, NULL, NULL, list_unsettled, unsettled_listed);
  return TRUE;
}

static void
find (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const KioskControlCall *call = data;
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
  KioskControlCall *call = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskRecord) record = g_task_propagate_pointer (G_TASK (result), &error);

  if (record == NULL)
    kiosk_control_refuse (call->invocation, error);
  else
    kiosk_bus_control1_complete_find (call->control->skeleton, call->invocation,
                                      kiosk_control_record (record));
}

gboolean
kiosk_control_handle_find (KioskBusControl1 *skeleton, GDBusMethodInvocation *invocation,
                           const char *key, gpointer data)
{
  if (!kiosk_control_is_too_long (invocation, key, KEY_MAX)
      && kiosk_control_needs_vault (data, invocation))
    kiosk_control_run_errand (data, invocation, key, NULL, find, found);
  return TRUE;
}
