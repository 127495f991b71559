#include "programs/kiosk-gateway/call.h"
#include "formats/json.h"
#include <libsoup/soup.h>

KioskGatewayCall *
kiosk_gateway_call_new (const KioskGatewayRoute *route, GObject *message)
{
  KioskGatewayCall *call = g_new0 (KioskGatewayCall, 1);
  call->route = route;
  call->count = KIOSK_GATEWAY_N_COUNTS;
  call->execute = route->execute;
  call->message = message != NULL ? g_object_ref (message) : NULL;
  return call;
}

void
kiosk_gateway_call_free (KioskGatewayCall *call)
{
  if (call == NULL)
    return;
  for (guint i = 0; i < KIOSK_GATEWAY_CAPTURES; i++)
    g_free (call->captures[i]);
  g_free (call->content_digest);
  g_free (call->if_none_match);
  g_clear_pointer (&call->query, g_hash_table_unref);
  g_clear_pointer (&call->body, g_bytes_unref);
  X509_free (call->peer_cert);
  g_free (call->peer_id);
  if (call->prepared != NULL)
    call->prepared_free (call->prepared);
  if (call->next != NULL)
    call->next_free (call->next);
  g_clear_pointer (&call->reply, g_bytes_unref);
  g_free (call->etag);
  g_clear_object (&call->message);
  g_free (call);
}

void
kiosk_gateway_call_answer (KioskGatewayCall *call, guint status, const char *type, GBytes *reply)
{
  g_clear_pointer (&call->reply, g_bytes_unref);
  call->status = status;
  call->reply_type = type;
  call->reply = reply;
}

void
kiosk_gateway_call_answer_json (KioskGatewayCall *call, guint status, JsonObject *object)
{
  kiosk_gateway_call_answer (call, status, KIOSK_GATEWAY_JSON, kiosk_json_print (object));
  json_object_unref (object);
}

gboolean
kiosk_gateway_call_problem (KioskGatewayCall *call, guint status, const char *code,
                            const char *detail)
{
  g_autofree char *type = g_strconcat ("urn:hk:kiosk:problem:", code, NULL);
  g_autoptr (JsonObject) problem = json_object_new ();
  json_object_set_string_member (problem, "type", type);
  json_object_set_string_member (problem, "title", soup_status_get_phrase (status));
  json_object_set_int_member (problem, "status", status);
  json_object_set_string_member (problem, "detail", detail);
  json_object_set_string_member (problem, "code", code);
  kiosk_gateway_call_answer (call, status, "application/problem+json", kiosk_json_print (problem));
  return FALSE;
}

gboolean
kiosk_gateway_call_problem_later (KioskGatewayCall *call, guint status, const char *code,
                                  const char *detail, guint retry_after_s)
{
  call->retry_after_s = retry_after_s;
  return kiosk_gateway_call_problem (call, status, code, detail);
}
