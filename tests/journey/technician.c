#include "technician.h"

#include "bus-control1.h"
#include "caller.h"

#include <string.h>

struct _Technician
{
  Caller caller;
  KioskBusControl1 *control;
  gboolean news;
};

static void
on_record (KioskBusControl1 *control, const char *txid, gpointer data)
{
  ((Technician *)data)->news = TRUE;
}

static void
on_status (KioskBusControl1 *control, gpointer data)
{
  ((Technician *)data)->news = TRUE;
}

Technician *
technician_new (Stage *stage, GError **error)
{
  g_autoptr (Technician) self = g_new0 (Technician, 1);

  if (!caller_connect (&self->caller, stage, "control", error))
    return NULL;
  self->control = kiosk_bus_control1_proxy_new_sync (self->caller.connection,
                                                     G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES,
                                                     NULL, "/hk/kiosk/control", NULL, error);
  if (self->control == NULL)
    return NULL;
  g_signal_connect (self->control, "record-changed", G_CALLBACK (on_record), self);
  g_signal_connect (self->control, "status-changed", G_CALLBACK (on_status), self);
  return g_steal_pointer (&self);
}

void
technician_free (Technician *self)
{
  if (self == NULL)
    return;
  caller_hang_up (&self->caller, self->control, self);
  g_clear_object (&self->control);
  g_free (self);
}

/* Flags and numbers of every width. */
static gint64
number (GVariant *group, const char *key)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (group, key, NULL);

  if (value == NULL)
    return 0;
  switch (g_variant_classify (value))
    {
    case G_VARIANT_CLASS_BOOLEAN:
      return g_variant_get_boolean (value);
    case G_VARIANT_CLASS_UINT32:
      return g_variant_get_uint32 (value);
    case G_VARIANT_CLASS_UINT64:
      return (gint64)g_variant_get_uint64 (value);
    case G_VARIANT_CLASS_INT64:
      return g_variant_get_int64 (value);
    default:
      return 0;
    }
}

/* (transfer full) (nullable) */
static GVariant *
status_group (Technician *self, const char *group, GError **error)
{
  g_autoptr (GVariant) status = NULL;
  GVariant *found;

  if (!kiosk_bus_control1_call_status_sync (self->control, &status, NULL, error))
    return NULL;
  found = g_variant_lookup_value (status, group, G_VARIANT_TYPE_VARDICT);
  if (found == NULL)
    g_set_error (error, STAGE_ERROR, STAGE_ERROR_RUN, "the status has no group %s", group);
  return found;
}

gboolean
technician_status (Technician *self, const char *group, const char *key, gint64 *ret_number,
                   GError **error)
{
  g_autoptr (GVariant) found = status_group (self, group, error);

  if (found == NULL)
    return FALSE;
  *ret_number = number (found, key);
  return TRUE;
}

gboolean
technician_counts (Technician *self, TechnicianCounts *ret_counts, GError **error)
{
  g_autoptr (GVariant) vault = status_group (self, "vault", error);

  if (vault == NULL)
    return FALSE;
  ret_counts->received = number (vault, "received");
  ret_counts->accepted = number (vault, "accepted");
  ret_counts->settled = number (vault, "settled");
  ret_counts->quarantined = number (vault, "quarantined");
  return TRUE;
}

gboolean
technician_nudge (Technician *self, GError **error)
{
  return kiosk_bus_control1_call_nudge_sync (self->control, NULL, error);
}

char *
technician_record (Technician *self, const char *key, const char *member, GError **error)
{
  g_autoptr (GVariant) record = NULL;
  const char *value = "";

  if (!kiosk_bus_control1_call_find_sync (self->control, key, &record, NULL, error))
    return NULL;
  g_variant_lookup (record, member, "&s", &value);
  return g_strdup (value);
}

gboolean
technician_attempts (Technician *self, const char *key, gint64 *ret_attempts, GError **error)
{
  g_autoptr (GVariant) record = NULL;

  if (!kiosk_bus_control1_call_find_sync (self->control, key, &record, NULL, error))
    return FALSE;
  *ret_attempts = number (record, "attempts");
  return TRUE;
}

gboolean
technician_verify_audit (Technician *self, GError **error)
{
  guint64 leaves = 0, checkpoints = 0;
  gboolean verified = FALSE;
  g_autofree char *problem = NULL;

  if (!kiosk_bus_control1_call_audit_verify_sync (self->control, &verified, &leaves, &checkpoints,
                                                  &problem, NULL, error))
    return FALSE;
  if (!verified)
    g_set_error (error, STAGE_ERROR, STAGE_ERROR_RUN, "the audit log does not verify: %s", problem);
  return verified;
}

typedef struct
{
  Technician *self;
  TechnicianTest is_so;
  gpointer data;
} Wait;

static gboolean
has_come (gpointer data)
{
  const Wait *wait = data;

  if (!wait->self->news)
    return FALSE;
  /* Cleared first: what changes while we ask is asked about again. */
  wait->self->news = FALSE;
  return wait->is_so (wait->self, wait->data);
}

gboolean
technician_wait (Technician *self, TechnicianTest is_so, gpointer data, guint seconds,
                 const char *what, GError **error)
{
  Wait wait = { self, is_so, data };

  self->news = TRUE;
  if (caller_wait (&self->caller, has_come, &wait, seconds))
    return TRUE;
  g_set_error (error, STAGE_ERROR, STAGE_ERROR_RUN, "%s: %s", what,
               self->caller.gone ? "kioskd went away" : "not in time");
  return FALSE;
}

typedef struct
{
  const char *txid, *state;
} Wanted;

static int
rank (const char *state)
{
  static const char *const order[] = { "received", "accepted", "settled" };

  for (gsize i = 0; i < G_N_ELEMENTS (order); i++)
    {
      if (g_strcmp0 (order[i], state) == 0)
        return (int)i;
    }
  return -1;
}

static gboolean
is_so_far (Technician *self, gpointer data)
{
  const Wanted *wanted = data;
  g_autofree char *state = technician_record (self, wanted->txid, "state", NULL);

  return rank (state) >= rank (wanted->state);
}

gboolean
technician_wait_record (Technician *self, const char *txid, const char *state, guint seconds,
                        GError **error)
{
  Wanted wanted = { txid, state };
  g_autofree char *what = g_strdup_printf ("%s is to be %s", txid, state);

  return technician_wait (self, is_so_far, &wanted, seconds, what, error);
}

static gboolean
is_drained (Technician *self, gpointer data)
{
  TechnicianCounts counts;

  return technician_counts (self, &counts, NULL) && counts.received == 0;
}

gboolean
technician_wait_drained (Technician *self, guint seconds, GError **error)
{
  return technician_wait (self, is_drained, NULL, seconds, "the outbox is to drain", error);
}
