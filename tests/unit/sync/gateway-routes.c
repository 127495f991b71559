/* What the double answers, by route. */
#include <string.h>

#include "base/file.h"
#include "formats/json.h"
#include "gateway-private.h"
#include "sync/sync.h"

static GatewayAnswer
answer_text (guint status, const char *text)
{
  return (GatewayAnswer){ .status = status, .body = g_bytes_new (text, strlen (text)) };
}

static GatewayAnswer
answer_json (guint status, JsonObject *object)
{
  return (GatewayAnswer){ .status = status, .body = kiosk_json_print (object) };
}

static GatewayAnswer
enrol (Gateway *self, const GatewayRequest *request)
{
  g_autoptr (JsonObject) asked = kiosk_json_parse (g_bytes_get_data (request->body, NULL),
                                                   g_bytes_get_size (request->body), 65536, NULL);
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (EVP_PKEY) key
    = kiosk_pki_csr_check (json_object_get_string_member (asked, "csr"), NULL);
  gboolean renewed = g_str_has_suffix (request->line, "/renew");
  KioskCertTemplate template
    = { .role = KIOSK_CERT_KIOSK,
        .common_name = "k-test",
        .not_before_ms
        = renewed ? WORLD_NOW - 3600000 : WORLD_NOW - G_GINT64_CONSTANT (31557600000),
        .not_after_ms = WORLD_NOW + 90 * G_GINT64_CONSTANT (86400000) };
  g_autoptr (X509) cert
    = kiosk_pki_issue (&template, key, self->world->kiosk_ca.cert, self->world->kiosk_ca.key, NULL);
  g_autofree char *pem = kiosk_pki_cert_to_pem (cert);
  g_autofree char *chain = kiosk_pki_cert_to_pem (self->world->kiosk_ca.cert);

  if (json_object_has_member (asked, "code")
      && strcmp (json_object_get_string_member (asked, "code"), "GOOD-CODE") != 0)
    return answer_text (403, "{\"code\":\"enrolment-code\"}");
  json_object_set_string_member (object, "kiosk", "k-test");
  json_object_set_string_member (object, "certificate", pem);
  json_object_set_string_member (object, "chain", chain);
  return answer_json (201, object);
}

static GBytes *
sign_receipt (Gateway *self, const char *txid, const guint8 digest[32])
{
  KioskGatewayReceipt receipt = { .kiosk = (char *)"k-test",
                                  .txid = (char *)txid,
                                  .index = g_hash_table_size (self->transactions),
                                  .accepted_ms = self->time_ms,
                                  .epoch = self->epoch };
  g_autoptr (GBytes) json = NULL;

  memcpy (receipt.digest, digest, 32);
  json = kiosk_gateway_receipt_print (&receipt);
  return kiosk_cms_sign (json, &self->world->receipt, 1, FALSE, NULL);
}

static GatewayAnswer
put_transaction (Gateway *self, const GatewayRequest *request)
{
  const char *txid = request->line + strlen ("PUT /v1/transactions/k-test/");
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, request->body);
  g_autoptr (GBytes) raw = kiosk_hex_decode (digest);
  g_autofree char *base64 = g_base64_encode (g_bytes_get_data (raw, NULL), 32);
  g_autofree char *expected = g_strdup_printf ("Content-Digest: sha-256=:%s:\r\n", base64);
  GatewayTransaction *there = g_hash_table_lookup (self->transactions, txid);

  if (g_strcmp0 (request->peer, "k-test") != 0)
    return answer_text (403, "{\"code\":\"certificate\"}");
  if (strstr (request->head, expected) == NULL)
    return answer_text (400, "{\"code\":\"content-digest\"}");
  if (there != NULL && strcmp (there->digest, digest) != 0)
    return answer_text (409, "{\"code\":\"digest-mismatch\"}");
  if (there != NULL)
    return (GatewayAnswer){ .status = 200, .body = g_bytes_ref (there->receipt) };
  there = g_new0 (GatewayTransaction, 1);
  there->digest = g_strdup (digest);
  there->receipt = sign_receipt (self, txid, g_bytes_get_data (raw, NULL));
  g_hash_table_insert (self->transactions, g_strdup (txid), there);
  return (GatewayAnswer){ .status = 201, .body = g_bytes_ref (there->receipt) };
}

static GatewayAnswer
list_outcomes (Gateway *self, const GatewayRequest *request)
{
  guint64 after = g_ascii_strtoull (request->line + strlen ("GET /v1/outcomes?after="), NULL, 10);
  g_autoptr (JsonObject) object = json_object_new ();
  JsonArray *outcomes = json_array_new ();
  guint64 last = after;

  for (guint64 i = after; i < self->outcomes->len && i < after + 3; i++)
    {
      GBytes *cms = g_ptr_array_index (self->outcomes, i);
      JsonObject *item = json_object_new ();
      g_autofree char *text
        = g_base64_encode (g_bytes_get_data (cms, NULL), g_bytes_get_size (cms));

      last = i + 1;
      json_object_set_int_member (item, "seq", (gint64)last);
      json_object_set_string_member (item, "cms", text);
      json_array_add_object_element (outcomes, item);
    }
  json_object_set_array_member (object, "outcomes", outcomes);
  json_object_set_int_member (object, "next", (gint64)last);
  return answer_json (200, object);
}

static GatewayAnswer
get_bundle (Gateway *self, const GatewayRequest *request)
{
  GatewayBundle *stored
    = g_hash_table_lookup (self->bundles, request->line + strlen ("GET /v1/bundles/"));
  g_autofree char *same = NULL;

  if (stored == NULL)
    return answer_text (404, "{\"code\":\"bundle\"}");
  same = g_strdup_printf ("If-None-Match: \"%" G_GUINT64_FORMAT "\"\r\n", stored->serial);
  if (strstr (request->head, same) != NULL)
    return (GatewayAnswer){ .status = 304, .body = g_bytes_new (NULL, 0) };
  return (GatewayAnswer){ .status = 200, .body = g_bytes_ref (stored->cms) };
}

static GatewayAnswer
heartbeat (Gateway *self)
{
  g_autofree char *json = g_strdup_printf ("{\"time_ms\":%" G_GINT64_FORMAT ",\"epoch\":\"%s\"}",
                                           self->time_ms, self->epoch);

  return (GatewayAnswer){ .status = 200, .body = world_sign (json, &self->world->receipt) };
}

GatewayAnswer
gateway_route (Gateway *self, const GatewayRequest *request)
{
  if (g_str_has_prefix (request->line, "POST /v1/kiosks"))
    return enrol (self, request);
  if (g_str_has_prefix (request->line, "PUT /v1/transactions/k-test/"))
    return put_transaction (self, request);
  if (g_str_has_prefix (request->line, "GET /v1/outcomes?after="))
    return list_outcomes (self, request);
  if (g_str_has_prefix (request->line, "GET /v1/bundles/"))
    return get_bundle (self, request);
  if (g_str_has_prefix (request->line, "POST /v1/heartbeat"))
    return heartbeat (self);
  if (strstr (request->line, " /v1/iam/sessions") != NULL)
    return gateway_route_iam (self, request);
  return answer_text (404, "{\"code\":\"path\"}");
}
