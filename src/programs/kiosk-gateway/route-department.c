/* What a department fetches and decides. */
#include "base/file.h"
#include "formats/json.h"
#include "programs/kiosk-gateway/routes.h"
#include <libsoup/soup.h>
#include <string.h>

#define ITEMS_A_PAGE 32
#define BYTES_A_PAGE (4 * 1024 * 1024)
#define REASON_MAX   64

/* FALSE: answered. */
static gboolean
department_admit (KioskGatewayCall *call)
{
  if (strcmp (call->peer_id, call->captures[0]) == 0)
    return TRUE;
  return kiosk_gateway_call_problem (call, SOUP_STATUS_FORBIDDEN, "wrong-department",
                                     "The certificate is another department's than the path.");
}

gboolean
kiosk_gateway_inbox_prepare (KioskGatewayCall *call, const KioskGatewayContext *context)
{
  return department_admit (call);
}

gboolean
kiosk_gateway_inbox_execute (KioskGatewayCall *call, KioskGatewayContext *context, GError **error)
{
  g_autoptr (GPtrArray) rows = kiosk_gateway_store_inbox (
    context->store, call->captures[0], call->asked_after, ITEMS_A_PAGE, BYTES_A_PAGE, error);
  if (rows == NULL)
    return FALSE;
  guint64 next = call->asked_after;
  JsonArray *items = json_array_new ();
  for (guint i = 0; i < rows->len; i++)
    {
      const KioskGatewayTransaction *row = g_ptr_array_index (rows, i);
      gsize size;
      gconstpointer data = g_bytes_get_data (row->sealed, &size);
      g_autofree char *sealed = g_base64_encode (data, size);
      JsonObject *item = json_object_new ();
      json_object_set_int_member (item, "seq", (gint64)row->index);
      json_object_set_string_member (item, "kiosk", row->kiosk);
      json_object_set_string_member (item, "txid", row->txid);
      json_object_set_string_member (item, "sealed", sealed);
      json_array_add_object_element (items, item);
      next = row->index;
    }
  JsonObject *answer = json_object_new ();
  json_object_set_array_member (answer, "items", items);
  json_object_set_int_member (answer, "next", (gint64)next);
  json_object_set_string_member (answer, "epoch", context->epoch);
  kiosk_gateway_call_answer_json (call, SOUP_STATUS_OK, answer);
  return TRUE;
}

typedef struct
{
  KioskGatewayOutcome row;
  guint8 digest[32]; /* of the record that was decided on */
} Decision;

static void
decision_free (gpointer data)
{
  Decision *self = data;
  kiosk_gateway_outcome_clear (&self->row);
  g_free (self);
}

static gboolean
outcome_is_known (const char *outcome)
{
  static const char *const known[] = { "granted", "refused", "visit", "superseded", NULL };
  return g_strv_contains (known, outcome);
}

/* The members of a signed outcome, copied; NULL with @error when one is missing or strange. */
static Decision *
decision_parse (GBytes *content, const char *department, GError **error)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (content, &size);
  g_autoptr (JsonObject) json = kiosk_json_parse (data, size, KIOSK_CMS_MAX, error);
  if (json == NULL)
    return NULL;
  const char *kiosk = kiosk_json_string (json, "kiosk", KIOSK_GATEWAY_ID_MAX, error);
  const char *txid = kiosk ? kiosk_json_string (json, "txid", KIOSK_GATEWAY_ID_MAX, error) : NULL;
  const char *hex = txid ? kiosk_json_string (json, "digest", 64, error) : NULL;
  const char *by = hex ? kiosk_json_string (json, "department", KIOSK_GATEWAY_ID_MAX, error) : NULL;
  const char *outcome = by ? kiosk_json_string (json, "outcome", REASON_MAX, error) : NULL;
  gint64 decided_ms;
  if (outcome == NULL
      || !kiosk_json_integer (json, "decided_ms", 0, G_MAXINT64, &decided_ms, error))
    return NULL;
  const char *reason = NULL;
  if (json_object_has_member (json, "reason") && !json_object_get_null_member (json, "reason"))
    {
      reason = kiosk_json_string (json, "reason", REASON_MAX, error);
      if (reason == NULL)
        return NULL;
    }
  g_autoptr (GBytes) digest = kiosk_hex_decode (hex);
  if (digest == NULL || g_bytes_get_size (digest) != 32 || strcmp (by, department) != 0
      || !outcome_is_known (outcome))
    {
      g_set_error (error, KIOSK_JSON_ERROR, KIOSK_JSON_ERROR_MEMBER,
                   "The digest, the department or the outcome is not one this route takes.");
      return NULL;
    }
  Decision *self = g_new0 (Decision, 1);
  memcpy (self->digest, g_bytes_get_data (digest, NULL), sizeof self->digest);
  self->row.kiosk = g_strdup (kiosk);
  self->row.txid = g_strdup (txid);
  self->row.department = g_strdup (department);
  self->row.outcome = g_strdup (outcome);
  self->row.reason = g_strdup (reason);
  return self;
}

gboolean
kiosk_gateway_decision_prepare (KioskGatewayCall *call, const KioskGatewayContext *context)
{
  if (!department_admit (call))
    return FALSE;
  gint64 now_ms = kiosk_clock_wall_ms (context->clock);
  GPtrArray *anchors = kiosk_gateway_authority_department (context->authority, call->peer_id);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) content
    = kiosk_cms_verify (call->body, NULL, anchors, now_ms, 1, NULL, &error);
  Decision *decision = content != NULL ? decision_parse (content, call->captures[0], &error) : NULL;
  if (decision == NULL)
    return kiosk_gateway_call_problem (call, SOUP_STATUS_UNPROCESSABLE_ENTITY, "outcome",
                                       error->message);
  decision->row.cms = g_bytes_ref (call->body);
  decision->row.received_ms = now_ms;
  call->prepared = decision;
  call->prepared_free = decision_free;
  return TRUE;
}

static void
answer_decision (KioskGatewayCall *call, guint status, const KioskGatewayOutcome *row)
{
  JsonObject *answer = json_object_new ();
  json_object_set_string_member (answer, "kiosk", row->kiosk);
  json_object_set_string_member (answer, "txid", row->txid);
  json_object_set_string_member (answer, "outcome", row->outcome);
  if (row->reason != NULL)
    json_object_set_string_member (answer, "reason", row->reason);
  else
    json_object_set_null_member (answer, "reason");
  kiosk_gateway_call_answer_json (call, status, answer);
}

/* FALSE: answered. */
static gboolean
decision_fits (KioskGatewayCall *call, const Decision *decision, gboolean found,
               const KioskGatewayTransaction *transaction)
{
  if (!found)
    return kiosk_gateway_call_problem (call, SOUP_STATUS_NOT_FOUND, "unknown-transaction",
                                       "No such transaction was accepted here.");
  if (strcmp (transaction->department, decision->row.department) != 0)
    return kiosk_gateway_call_problem (call, SOUP_STATUS_FORBIDDEN, "wrong-department",
                                       "The transaction went to another department.");
  if (memcmp (transaction->digest, decision->digest, sizeof decision->digest) != 0)
    return kiosk_gateway_call_problem (call, SOUP_STATUS_CONFLICT, "digest-mismatch",
                                       "The decision is about other bytes than were accepted.");
  return TRUE;
}

/* "visit" is followed by how the visit ended, anything by "superseded". */
static gboolean
gives_way (const KioskGatewayOutcome *stored, const KioskGatewayOutcome *next)
{
  return strcmp (stored->outcome, "visit") == 0 || strcmp (next->outcome, "superseded") == 0;
}

/* Otherwise the first decision stands. A signature differs when a department decides again after a
 * restart, so the words are compared, not the bytes. */
gboolean
kiosk_gateway_decision_execute (KioskGatewayCall *call, KioskGatewayContext *context,
                                GError **error)
{
  Decision *decision = call->prepared;
  KioskGatewayOutcome *row = &decision->row;
  g_auto (KioskGatewayTransaction) transaction = { 0 };
  g_auto (KioskGatewayOutcome) stored = { 0 };
  gboolean found, decided;
  if (!kiosk_gateway_store_find_transaction (context->store, row->kiosk, row->txid, &found,
                                             &transaction, error)
      || !kiosk_gateway_store_find_outcome (context->store, row->kiosk, row->txid, &decided,
                                            &stored, error))
    return FALSE;
  if (!decision_fits (call, decision, found, &transaction))
    return TRUE;
  gboolean same = decided && strcmp (stored.outcome, row->outcome) == 0
                  && g_strcmp0 (stored.reason, row->reason) == 0;
  if (!decided || (!same && gives_way (&stored, row)))
    {
      call->count = KIOSK_GATEWAY_COUNT_OUTCOMES;
      answer_decision (call, SOUP_STATUS_CREATED, row);
      return kiosk_gateway_store_add_outcome (context->store, row, error);
    }
  if (same)
    answer_decision (call, SOUP_STATUS_OK, &stored);
  else
    kiosk_gateway_call_problem (call, SOUP_STATUS_CONFLICT, "outcome-conflict",
                                "It was decided otherwise before; that decision stands.");
  return TRUE;
}
