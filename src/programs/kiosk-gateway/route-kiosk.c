/* What an enrolled kiosk sends and fetches. */
#include "base/file.h"
#include "formats/json.h"
#include "programs/kiosk-gateway/routes.h"
#include "sync/sync.h"
#include "trust/bundle.h"
#include "trust/seal.h"
#include <libsoup/soup.h>
#include <string.h>

#define TXID_LENGTH     26
#define OUTCOMES_A_PAGE 64
#define CHECKPOINT_MAX  1024
#define AUDIT_SIZE_MAX  G_MAXINT64

static void
transaction_free (gpointer row)
{
  kiosk_gateway_transaction_free (row);
}

/* RFC 9530: "sha-256=:BASE64:", alone or in a list of other algorithms. */
static gboolean
content_digest_matches (const char *header, const guint8 digest[32])
{
  g_auto (GStrv) members = g_strsplit (header != NULL ? header : "", ",", 8);
  for (guint i = 0; members[i] != NULL; i++)
    {
      const char *member = g_strstrip (members[i]);
      gsize length = strlen (member);
      if (!g_str_has_prefix (member, "sha-256=:") || length < 11 || member[length - 1] != ':')
        continue;
      g_autofree char *encoded = g_strndup (member + 9, length - 10);
      gsize size;
      g_autofree guchar *claimed = g_base64_decode (encoded, &size);
      return size == 32 && memcmp (claimed, digest, 32) == 0;
    }
  return FALSE;
}

/* A kiosk may have sealed with a certificate that lapsed before the line came back, and its clock
 * is evidence, not proof: the seal stands if its certificate is good now, or was when it says it
 * sealed. That the caller is this kiosk today, the line's own certificate has shown. */
static gboolean
signer_was_in_time (X509 *signer, gint64 sealed_ms, gint64 now_ms)
{
  const gint64 moments_ms[] = { now_ms, sealed_ms };
  for (guint i = 0; i < G_N_ELEMENTS (moments_ms); i++)
    {
      time_t moment = (time_t)(moments_ms[i] / 1000);
      if (X509_cmp_time (X509_get0_notBefore (signer), &moment) < 0
          && X509_cmp_time (X509_get0_notAfter (signer), &moment) > 0)
        return TRUE;
    }
  return FALSE;
}

/* FALSE: answered. */
static gboolean
header_admit (KioskGatewayCall *call, const KioskGatewayContext *context,
              const KioskSealHeader *header)
{
  if (strcmp (header->kiosk, call->captures[0]) != 0
      || strcmp (header->txid, call->captures[1]) != 0)
    return kiosk_gateway_call_problem (call, SOUP_STATUS_UNPROCESSABLE_ENTITY, "seal",
                                       "The header's kiosk and id are not those of the path.");
  if (kiosk_gateway_authority_department (context->authority, header->department) == NULL)
    return kiosk_gateway_call_problem (call, SOUP_STATUS_UNPROCESSABLE_ENTITY, "department",
                                       "No such department receives records here.");
  return TRUE;
}

static KioskGatewayTransaction *
transaction_new (const KioskSealHeader *header, GBytes *sealed, const guint8 digest[32],
                 gint64 now_ms)
{
  KioskGatewayTransaction *row = g_new0 (KioskGatewayTransaction, 1);
  row->kiosk = g_strdup (header->kiosk);
  row->txid = g_strdup (header->txid);
  row->department = g_strdup (header->department);
  row->sealed = g_bytes_ref (sealed);
  row->accepted_ms = now_ms;
  memcpy (row->digest, digest, sizeof row->digest);
  return row;
}

/* FALSE: answered. */
static gboolean
path_admit (KioskGatewayCall *call)
{
  if (strcmp (call->peer_id, call->captures[0]) != 0)
    return kiosk_gateway_call_problem (call, SOUP_STATUS_FORBIDDEN, "wrong-kiosk",
                                       "The certificate is another kiosk's than the path.");
  if (strlen (call->captures[1]) != TXID_LENGTH)
    return kiosk_gateway_call_problem (call, SOUP_STATUS_BAD_REQUEST, "malformed",
                                       "A transaction's id has 26 characters.");
  return TRUE;
}

gboolean
kiosk_gateway_transaction_prepare (KioskGatewayCall *call, const KioskGatewayContext *context)
{
  if (!path_admit (call))
    return FALSE;
  guint8 digest[32];
  kiosk_seal_digest (call->body, digest);
  if (!content_digest_matches (call->content_digest, digest))
    return kiosk_gateway_call_problem (call, SOUP_STATUS_BAD_REQUEST, "content-digest",
                                       "Content-Digest is missing or not that of the body.");
  g_autoptr (GError) error = NULL;
  g_autoptr (X509) signer = NULL;
  g_autoptr (KioskSealHeader) header = kiosk_seal_peek (
    call->body, kiosk_gateway_authority_kiosk_anchors (context->authority), -1, &signer, &error);
  if (header == NULL)
    return kiosk_gateway_call_problem (call, SOUP_STATUS_UNPROCESSABLE_ENTITY, "seal",
                                       error->message);
  gint64 now_ms = kiosk_clock_wall_ms (context->clock);
  if (!signer_was_in_time (signer, header->sealed_ms, now_ms))
    return kiosk_gateway_call_problem (call, SOUP_STATUS_UNPROCESSABLE_ENTITY, "seal",
                                       "The certificate had lapsed when the record was sealed.");
  if (!header_admit (call, context, header))
    return FALSE;
  call->prepared = transaction_new (header, call->body, digest, now_ms);
  call->prepared_free = transaction_free;
  return TRUE;
}

static GBytes *
receipt_sign (const KioskGatewayContext *context, const KioskGatewayTransaction *row,
              GError **error)
{
  KioskGatewayReceipt receipt = {
    .kiosk = row->kiosk,
    .txid = row->txid,
    .index = row->index,
    .accepted_ms = row->accepted_ms,
    .epoch = context->epoch,
  };
  memcpy (receipt.digest, row->digest, sizeof receipt.digest);
  g_autoptr (GBytes) json = kiosk_gateway_receipt_print (&receipt);
  return kiosk_cms_sign (json, kiosk_gateway_authority_receipt (context->authority), 1, FALSE,
                         error);
}

static gboolean
transaction_accept (KioskGatewayCall *call, KioskGatewayContext *context,
                    KioskGatewayTransaction *row, GError **error)
{
  if (!kiosk_gateway_store_next_index (context->store, &row->index, error))
    return FALSE;
  row->receipt = receipt_sign (context, row, error);
  if (row->receipt == NULL || !kiosk_gateway_store_add_transaction (context->store, row, error))
    return FALSE;
  call->count = KIOSK_GATEWAY_COUNT_ACCEPTED;
  kiosk_gateway_call_answer (call, SOUP_STATUS_CREATED, KIOSK_GATEWAY_CMS,
                             g_bytes_ref (row->receipt));
  return TRUE;
}

gboolean
kiosk_gateway_transaction_execute (KioskGatewayCall *call, KioskGatewayContext *context,
                                   GError **error)
{
  KioskGatewayTransaction *row = call->prepared;
  g_auto (KioskGatewayTransaction) stored = { 0 };
  gboolean found;
  if (!kiosk_gateway_store_find_transaction (context->store, row->kiosk, row->txid, &found, &stored,
                                             error))
    return FALSE;
  if (!found)
    return transaction_accept (call, context, row, error);
  if (memcmp (stored.digest, row->digest, sizeof row->digest) == 0)
    {
      call->count = KIOSK_GATEWAY_COUNT_RESENT;
      kiosk_gateway_call_answer (call, SOUP_STATUS_OK, KIOSK_GATEWAY_CMS,
                                 g_bytes_ref (stored.receipt));
      return kiosk_gateway_store_count_resend (context->store, stored.index, error);
    }
  call->count = KIOSK_GATEWAY_COUNT_QUARANTINED;
  kiosk_gateway_call_problem (call, SOUP_STATUS_CONFLICT, "digest-mismatch",
                              "Other bytes were accepted under this id; these are quarantined.");
  return kiosk_gateway_store_quarantine (context->store, row, error);
}

gboolean
kiosk_gateway_outcomes_execute (KioskGatewayCall *call, KioskGatewayContext *context,
                                GError **error)
{
  g_autoptr (GPtrArray) rows = kiosk_gateway_store_outcomes (
    context->store, call->peer_id, call->asked_after, OUTCOMES_A_PAGE, error);
  if (rows == NULL)
    return FALSE;
  guint64 next = call->asked_after;
  JsonArray *outcomes = json_array_new ();
  for (guint i = 0; i < rows->len; i++)
    {
      const KioskGatewayOutcome *row = g_ptr_array_index (rows, i);
      gsize size;
      gconstpointer data = g_bytes_get_data (row->cms, &size);
      g_autofree char *cms = g_base64_encode (data, size);
      JsonObject *outcome = json_object_new ();
      json_object_set_int_member (outcome, "seq", (gint64)row->seq);
      json_object_set_string_member (outcome, "cms", cms);
      json_array_add_object_element (outcomes, outcome);
      next = row->seq;
    }
  JsonObject *answer = json_object_new ();
  json_object_set_array_member (answer, "outcomes", outcomes);
  json_object_set_int_member (answer, "next", (gint64)next);
  kiosk_gateway_call_answer_json (call, SOUP_STATUS_OK, answer);
  return TRUE;
}

gboolean
kiosk_gateway_bundle_prepare (KioskGatewayCall *call, const KioskGatewayContext *context)
{
  g_autofree char *file = g_strconcat (call->captures[0], ".p7", NULL);
  g_autofree char *path = g_build_filename (context->bundles_folder, file, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) cms = kiosk_file_read (path, KIOSK_BUNDLE_MAX, &error);
  if (cms == NULL && g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return kiosk_gateway_call_problem (call, SOUP_STATUS_NOT_FOUND, "unknown-bundle",
                                       "No bundle of that name is published here.");
  g_autoptr (KioskBundle) bundle
    = cms != NULL ? kiosk_bundle_open_as_anchor (cms, call->captures[0], &error) : NULL;
  if (bundle == NULL)
    {
      g_printerr ("kiosk-gateway: %s: %s; publish the bundle again\n", path, error->message);
      return kiosk_gateway_call_problem_later (call, SOUP_STATUS_SERVICE_UNAVAILABLE, "bundle",
                                               "The published bundle cannot be read.", 300);
    }
  call->etag = g_strdup_printf ("\"%" G_GUINT64_FORMAT "\"", bundle->serial);
  if (g_strcmp0 (call->if_none_match, call->etag) == 0)
    kiosk_gateway_call_answer (call, SOUP_STATUS_NOT_MODIFIED, NULL, NULL);
  else
    kiosk_gateway_call_answer (call, SOUP_STATUS_OK, KIOSK_GATEWAY_CMS, g_bytes_ref (cms));
  return TRUE;
}

gboolean
kiosk_gateway_bundle_execute (KioskGatewayCall *call, KioskGatewayContext *context, GError **error)
{
  return TRUE; /* answered; the writer has only asked whether the kiosk may still come */
}

/* The counts are the kiosk's own names and numbers; they are kept as they came. */
static gboolean
heartbeat_parse (KioskGatewayCall *call, gint64 *ret_audit_size, GError **error)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (call->body, &size);
  g_autoptr (JsonObject) json = kiosk_json_parse (data, size, call->route->body_max, error);
  if (json == NULL || kiosk_json_object (json, "counts", error) == NULL)
    return FALSE;
  JsonObject *audit = kiosk_json_object (json, "audit", error);
  if (audit == NULL
      || !kiosk_json_integer (audit, "size", 0, AUDIT_SIZE_MAX, ret_audit_size, error))
    return FALSE;
  g_autoptr (GError) own = NULL;
  kiosk_json_optional_string (audit, "checkpoint", CHECKPOINT_MAX, &own);
  if (own == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&own));
  return FALSE;
}

gboolean
kiosk_gateway_heartbeat_prepare (KioskGatewayCall *call, const KioskGatewayContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autofree gint64 *audit_size = g_new0 (gint64, 1);
  if (!heartbeat_parse (call, audit_size, &error))
    return kiosk_gateway_call_problem (call, SOUP_STATUS_BAD_REQUEST, "malformed", error->message);
  g_autoptr (JsonObject) now = json_object_new ();
  json_object_set_int_member (now, "time_ms", kiosk_clock_wall_ms (context->clock));
  json_object_set_string_member (now, "kiosk", call->peer_id);
  json_object_set_string_member (now, "epoch", context->epoch);
  g_autoptr (GBytes) json = kiosk_json_print (now);
  GBytes *cms
    = kiosk_cms_sign (json, kiosk_gateway_authority_receipt (context->authority), 1, FALSE, &error);
  if (cms == NULL)
    {
      g_printerr ("kiosk-gateway: %s\n", error->message);
      return kiosk_gateway_call_problem_later (call, SOUP_STATUS_SERVICE_UNAVAILABLE, "signing",
                                               "The time could not be signed.", 60);
    }
  kiosk_gateway_call_answer (call, SOUP_STATUS_OK, KIOSK_GATEWAY_CMS, cms);
  call->prepared = g_steal_pointer (&audit_size);
  call->prepared_free = g_free;
  return TRUE;
}

gboolean
kiosk_gateway_heartbeat_execute (KioskGatewayCall *call, KioskGatewayContext *context,
                                 GError **error)
{
  const gint64 *audit_size = call->prepared;
  gboolean shrunk;
  if (!kiosk_gateway_store_heartbeat (context->store, call->peer_id,
                                      kiosk_clock_wall_ms (context->clock), (guint64)*audit_size,
                                      call->body, &shrunk, error))
    return FALSE;
  if (shrunk)
    call->count = KIOSK_GATEWAY_COUNT_AUDIT_SHRUNK;
  return TRUE;
}
