#include "programs/kiosk-gateway/routes.h"
#include "trust/bundle.h"
#include "trust/seal.h"
#include <libsoup/soup.h>
#include <string.h>

#define JSON_MAX     (64 * 1024)
#define OUTCOME_MAX  (64 * 1024)
#define CALLBACK_MAX (256 * 1024)

static gboolean
healthz_execute (KioskGatewayCall *call, KioskGatewayContext *context, GError **error)
{
  if (!kiosk_gateway_store_answers (context->store, error))
    return FALSE;
  JsonObject *health = json_object_new ();
  json_object_set_string_member (health, "status", "ok");
  json_object_set_string_member (health, "epoch", context->epoch);
  kiosk_gateway_call_answer_json (call, SOUP_STATUS_OK, health);
  return TRUE;
}

static gboolean
metrics_prepare (KioskGatewayCall *call, const KioskGatewayContext *context)
{
  char *text
    = kiosk_gateway_metrics_text (context->metrics, (guint)g_atomic_int_get (&context->in_hand),
                                  (guint)g_atomic_int_get (&context->iam_waiting));
  kiosk_gateway_call_answer (call, SOUP_STATUS_OK, "text/plain; version=0.0.4; charset=utf-8",
                             g_bytes_new_take (text, strlen (text)));
  return TRUE;
}

const KioskGatewayRoute kiosk_gateway_routes[] = {
  { "POST", "/v1/kiosks", KIOSK_GATEWAY_NEED_NOTHING, KIOSK_GATEWAY_JSON, JSON_MAX, TRUE,
    kiosk_gateway_enrol_prepare, kiosk_gateway_enrol_execute },
  { "POST", "/v1/kiosks/renew", KIOSK_GATEWAY_NEED_KIOSK_OR_LAPSED, KIOSK_GATEWAY_JSON, JSON_MAX,
    TRUE, kiosk_gateway_renew_prepare, kiosk_gateway_renew_execute },
  { "PUT", "/v1/transactions/{kiosk}/{txid}", KIOSK_GATEWAY_NEED_KIOSK, KIOSK_SEAL_MEDIA_TYPE,
    KIOSK_SEAL_MAX, TRUE, kiosk_gateway_transaction_prepare, kiosk_gateway_transaction_execute },
  { "GET", "/v1/outcomes", KIOSK_GATEWAY_NEED_KIOSK, NULL, 0, FALSE, NULL,
    kiosk_gateway_outcomes_execute },
  { "GET", "/v1/bundles/{name}", KIOSK_GATEWAY_NEED_PEER, NULL, 0, FALSE,
    kiosk_gateway_bundle_prepare, kiosk_gateway_bundle_execute },
  { "POST", "/v1/heartbeat", KIOSK_GATEWAY_NEED_KIOSK, KIOSK_GATEWAY_JSON, JSON_MAX, TRUE,
    kiosk_gateway_heartbeat_prepare, kiosk_gateway_heartbeat_execute },
  { "GET", "/v1/departments/{department}/inbox", KIOSK_GATEWAY_NEED_DEPARTMENT, NULL, 0, FALSE,
    kiosk_gateway_inbox_prepare, kiosk_gateway_inbox_execute },
  { "POST", "/v1/departments/{department}/outcomes", KIOSK_GATEWAY_NEED_DEPARTMENT,
    KIOSK_GATEWAY_CMS, OUTCOME_MAX, TRUE, kiosk_gateway_decision_prepare,
    kiosk_gateway_decision_execute },
  { "POST", "/v1/iam/sessions", KIOSK_GATEWAY_NEED_KIOSK, KIOSK_GATEWAY_JSON, JSON_MAX, TRUE,
    kiosk_gateway_iam_begin_prepare, kiosk_gateway_iam_begin_execute },
  { "GET", "/v1/iam/sessions/{session}", KIOSK_GATEWAY_NEED_KIOSK, NULL, 0, TRUE,
    kiosk_gateway_iam_wait_prepare, kiosk_gateway_iam_wait_execute },
  { "DELETE", "/v1/iam/sessions/{session}", KIOSK_GATEWAY_NEED_KIOSK, NULL, 0, TRUE,
    kiosk_gateway_iam_leave_prepare, kiosk_gateway_iam_leave_execute },
  { "GET", "/v1/iam/callback", KIOSK_GATEWAY_NEED_NOTHING, NULL, 0, TRUE,
    kiosk_gateway_iam_redirect_prepare, kiosk_gateway_iam_redirect_execute },
  { "POST", "/v1/iam/callback/profile", KIOSK_GATEWAY_NEED_NOTHING, KIOSK_GATEWAY_JSON,
    CALLBACK_MAX, TRUE, kiosk_gateway_iam_profile_prepare, kiosk_gateway_iam_result_execute },
  { "POST", "/v1/iam/callback/signing", KIOSK_GATEWAY_NEED_NOTHING, KIOSK_GATEWAY_JSON,
    CALLBACK_MAX, TRUE, kiosk_gateway_iam_signing_prepare, kiosk_gateway_iam_result_execute },
  { "GET", "/healthz", KIOSK_GATEWAY_NEED_NOTHING, NULL, 0, FALSE, NULL, healthz_execute },
  { "GET", "/metrics", KIOSK_GATEWAY_NEED_NOTHING, NULL, 0, FALSE, metrics_prepare, NULL },
};
const gsize kiosk_gateway_n_routes = G_N_ELEMENTS (kiosk_gateway_routes);

/* What may stand in braces: ids and names, nothing that a path or SQL could trip over. */
static gboolean
capture_is_good (const char *text, gsize length)
{
  if (length == 0 || length > KIOSK_GATEWAY_ID_MAX)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_islower (text[i]) && !g_ascii_isdigit (text[i]) && text[i] != '-')
      return FALSE;
  return TRUE;
}

static gboolean
path_matches (const char *pattern, const char *path, char *ret_captures[KIOSK_GATEWAY_CAPTURES])
{
  guint captures = 0;
  while (*pattern == *path && *pattern != '\0')
    {
      pattern++, path++;
      if (*pattern != '{')
        continue;
      gsize length = strcspn (path, "/");
      if (!capture_is_good (path, length))
        return FALSE;
      g_free (ret_captures[captures]);
      ret_captures[captures++] = g_strndup (path, length);
      path += length;
      pattern = strchr (pattern, '}') + 1;
    }
  return *pattern == '\0' && *path == '\0';
}

const KioskGatewayRoute *
kiosk_gateway_route_find (const char *method, const char *path,
                          char *ret_captures[KIOSK_GATEWAY_CAPTURES], char **ret_allow)
{
  g_autoptr (GString) allow = g_string_new (NULL);
  for (gsize i = 0; i < kiosk_gateway_n_routes; i++)
    {
      const KioskGatewayRoute *route = &kiosk_gateway_routes[i];
      if (!path_matches (route->pattern, path, ret_captures))
        continue;
      if (strcmp (route->method, method) == 0)
        return route;
      g_string_append_printf (allow, "%s%s", allow->len > 0 ? ", " : "", route->method);
    }
  *ret_allow = allow->len > 0 ? g_strdup (allow->str) : NULL;
  return NULL;
}
