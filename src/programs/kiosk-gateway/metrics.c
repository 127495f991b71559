#include "programs/kiosk-gateway/metrics.h"

static const struct
{
  const char *name;
  const char *help;
} counts[KIOSK_GATEWAY_N_COUNTS] = {
  [KIOSK_GATEWAY_COUNT_ACCEPTED] = { "accepted", "Transactions accepted for the first time" },
  [KIOSK_GATEWAY_COUNT_RESENT] = { "resent", "Transactions sent again, answered as before" },
  [KIOSK_GATEWAY_COUNT_QUARANTINED] = { "quarantined", "Other bytes under a taken id" },
  [KIOSK_GATEWAY_COUNT_OUTCOMES] = { "outcomes", "Decisions received from departments" },
  [KIOSK_GATEWAY_COUNT_ENROLLED] = { "enrolled", "Certificates given out, renewals too" },
  [KIOSK_GATEWAY_COUNT_COMMITS] = { "commits", "Groups of changes made durable" },
  [KIOSK_GATEWAY_COUNT_STORE_FAILURES]
  = { "store_failures", "Groups or requests the store failed" },
  [KIOSK_GATEWAY_COUNT_AUDIT_SHRUNK] = { "audit_shrunk", "Heartbeats with a shorter audit log" },
  [KIOSK_GATEWAY_COUNT_IAM_STARTED] = { "iam_started", "Sessions of iAM Smart that got a code" },
  [KIOSK_GATEWAY_COUNT_IAM_DONE] = { "iam_done", "Sessions of iAM Smart with an answer" },
  [KIOSK_GATEWAY_COUNT_IAM_FAILED] = { "iam_failed", "Sessions of iAM Smart with a reason" },
  [KIOSK_GATEWAY_COUNT_IAM_DROPPED]
  = { "iam_dropped", "Callbacks late, twice, or of no session here" },
  [KIOSK_GATEWAY_COUNT_IAM_TURNS] = { "iam_turns", "Turns in the order of requests to iAM Smart" },
  [KIOSK_GATEWAY_COUNT_IAM_WAITED_US] = { "iam_waited_us", "Microseconds waited for turns" },
  [KIOSK_GATEWAY_COUNT_IAM_HELD_US] = { "iam_held_us", "Microseconds that turns were held" },
};

struct _KioskGatewayMetrics
{
  GMutex lock;
  guint64 counts[KIOSK_GATEWAY_N_COUNTS];
  GHashTable *requests; /* label text → guint64 */
};

KioskGatewayMetrics *
kiosk_gateway_metrics_new (void)
{
  KioskGatewayMetrics *self = g_new0 (KioskGatewayMetrics, 1);
  g_mutex_init (&self->lock);
  self->requests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
kiosk_gateway_metrics_free (KioskGatewayMetrics *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->requests);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
kiosk_gateway_metrics_add (KioskGatewayMetrics *self, KioskGatewayCount count)
{
  kiosk_gateway_metrics_add_many (self, count, 1);
}

void
kiosk_gateway_metrics_add_many (KioskGatewayMetrics *self, KioskGatewayCount count, guint64 more)
{
  g_mutex_lock (&self->lock);
  self->counts[count] += more;
  g_mutex_unlock (&self->lock);
}

void
kiosk_gateway_metrics_request (KioskGatewayMetrics *self, const char *method, const char *route,
                               guint status)
{
  g_autofree char *labels
    = g_strdup_printf ("method=\"%s\",route=\"%s\",status=\"%u\"", method, route, status);
  g_mutex_lock (&self->lock);
  guint64 *value = g_hash_table_lookup (self->requests, labels);
  if (value == NULL)
    {
      value = g_new0 (guint64, 1);
      g_hash_table_insert (self->requests, g_steal_pointer (&labels), value);
    }
  (*value)++;
  g_mutex_unlock (&self->lock);
}

static void
requests_print (KioskGatewayMetrics *self, GString *text)
{
  g_autoptr (GList) labels
    = g_list_sort (g_hash_table_get_keys (self->requests), (GCompareFunc)g_strcmp0);
  g_string_append (text, "# HELP kiosk_gateway_requests_total Requests answered\n"
                         "# TYPE kiosk_gateway_requests_total counter\n");
  for (GList *item = labels; item != NULL; item = item->next)
    {
      const guint64 *value = g_hash_table_lookup (self->requests, item->data);
      g_string_append_printf (text, "kiosk_gateway_requests_total{%s} %" G_GUINT64_FORMAT "\n",
                              (const char *)item->data, *value);
    }
}

char *
kiosk_gateway_metrics_text (KioskGatewayMetrics *self, guint in_hand, guint waiting)
{
  GString *text = g_string_new (NULL);
  g_string_append_printf (text,
                          "# HELP kiosk_gateway_in_hand Requests being worked on\n"
                          "# TYPE kiosk_gateway_in_hand gauge\nkiosk_gateway_in_hand %u\n"
                          "# HELP kiosk_gateway_iam_waiting Long polls that wait\n"
                          "# TYPE kiosk_gateway_iam_waiting gauge\nkiosk_gateway_iam_waiting %u\n",
                          in_hand, waiting);
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < KIOSK_GATEWAY_N_COUNTS; i++)
    g_string_append_printf (text,
                            "# HELP kiosk_gateway_%s_total %s\n"
                            "# TYPE kiosk_gateway_%s_total counter\n"
                            "kiosk_gateway_%s_total %" G_GUINT64_FORMAT "\n",
                            counts[i].name, counts[i].help, counts[i].name, counts[i].name,
                            self->counts[i]);
  requests_print (self, text);
  g_mutex_unlock (&self->lock);
  return g_string_free (text, FALSE);
}
