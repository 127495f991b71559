/* What a kiosk does with sessions of iAM Smart: begins one, waits on it, leaves it. */
#include "formats/base64.h"
#include "formats/json.h"
#include "programs/kiosk-gateway/iam-errand.h"
#include "programs/kiosk-gateway/iam-poll.h"
#include "programs/kiosk-gateway/iam-seal.h"
#include "programs/kiosk-gateway/iam.h"
#include "programs/kiosk-gateway/routes.h"
#include <libsoup/soup.h>
#include <string.h>

#define TOO_MANY_REQUESTS 429         /* RFC 6585, 4 */
#define OPENING_MS        (30 * 1000) /* for the core to give a code, retries and queue included */
#define FORGOTTEN_MS      (60 * 1000) /* not asked for: it may give way to a new one */
#define SEEN_EVERY_MS     (15 * 1000)
#define DEPARTMENT_MAX    100 /* as iAM Smart bounds them */
#define TITLE_MAX         255
#define HASH_TEXT         44 /* Base64 of 32 bytes */

gboolean
kiosk_gateway_iam_is_on (KioskGatewayCall *call, const KioskGatewayContext *context)
{
  return context->iam != NULL
         || kiosk_gateway_call_problem_later (call, SOUP_STATUS_SERVICE_UNAVAILABLE, "iam-off",
                                              "This gateway does not speak to iAM Smart.", 3600);
}

static const char *
language_of (const char *language)
{
  static const char *const pairs[][2]
    = { { "en", "en-US" }, { "zh_HK", "zh-HK" }, { "zh_CN", "zh-CN" } };
  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    if (strcmp (pairs[i][0], language) == 0)
      return pairs[i][1];
  return NULL;
}

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error_literal (error, KIOSK_JSON_ERROR, KIOSK_JSON_ERROR_MEMBER, what);
  return FALSE;
}

/* (transfer full): Base64 of 32 bytes, strictly. */
static char *
hash_read (JsonObject *json, const char *member, GError **error)
{
  const char *text = kiosk_json_string (json, member, HASH_TEXT, error);
  g_autoptr (GBytes) bytes = text != NULL ? kiosk_base64_decode (text, 32) : NULL;
  if (bytes != NULL && g_bytes_get_size (bytes) == 32)
    return g_strdup (text);
  if (text != NULL)
    refuse (error, "a hash is not Base64 of 32 bytes");
  return NULL;
}

static gboolean
sign_read (KioskGatewayIamErrand *errand, JsonObject *json, GError **error)
{
  errand->digest = hash_read (json, "digest", error);
  errand->hkic_hash = errand->digest != NULL ? hash_read (json, "hkic_hash", error) : NULL;
  if (errand->hkic_hash == NULL)
    return FALSE;
  const char *department = kiosk_json_string (json, "department", DEPARTMENT_MAX, error);
  const char *service
    = department != NULL ? kiosk_json_string (json, "service", TITLE_MAX, error) : NULL;
  const char *document
    = service != NULL ? kiosk_json_string (json, "document", TITLE_MAX, error) : NULL;
  errand->department = g_strdup (department);
  errand->service = g_strdup (service);
  errand->document = g_strdup (document);
  return document != NULL;
}

/* (transfer full) (nullable) */
static KioskGatewayIamErrand *
errand_read (JsonObject *json, const char *session, GError **error)
{
  const char *purpose = kiosk_json_string (json, "purpose", 16, error);
  const char *language = purpose != NULL ? kiosk_json_string (json, "language", 16, error) : NULL;
  if (language == NULL)
    return NULL;
  gboolean sign = strcmp (purpose, "sign") == 0;
  KioskGatewayIamErrand *errand = kiosk_gateway_iam_errand_new (
    sign ? KIOSK_GATEWAY_IAM_START_SIGN : KIOSK_GATEWAY_IAM_START_LOGIN, session);
  errand->language = g_strdup (language_of (language));
  gboolean good = errand->language != NULL && (sign || strcmp (purpose, "login") == 0);
  if (!good)
    refuse (error, "purpose or language is not one this route takes");
  if (good && (!sign || sign_read (errand, json, error)))
    return errand;
  kiosk_gateway_iam_errand_free (errand);
  return NULL;
}

static KioskGatewayIamErrand *
body_read (KioskGatewayCall *call, const char *session, GError **error)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (call->body, &size);
  g_autoptr (JsonObject) json = kiosk_json_parse (data, size, call->route->body_max, error);
  return json != NULL ? errand_read (json, session, error) : NULL;
}

gboolean
kiosk_gateway_iam_begin_prepare (KioskGatewayCall *call, const KioskGatewayContext *context)
{
  if (!kiosk_gateway_iam_is_on (call, context))
    return FALSE;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = kiosk_random_id (context->random);
  KioskGatewayIamErrand *errand = body_read (call, id, &error);
  if (errand == NULL)
    return kiosk_gateway_call_problem (call, SOUP_STATUS_BAD_REQUEST, "malformed", error->message);
  errand->state = kiosk_random_id (context->random);
  errand->business = kiosk_random_id (context->random);
  call->prepared = errand;
  call->prepared_free = kiosk_gateway_iam_errand_free;
  return TRUE;
}

static gboolean
session_add (KioskGatewayCall *call, KioskGatewayContext *context, gint64 now_ms, GError **error)
{
  const KioskGatewayIamSettings *settings = kiosk_gateway_iam_settings (context->iam);
  const KioskGatewayIamErrand *errand = call->prepared;
  const KioskGatewayIamHeld held = { .business = errand->business, .digest = errand->digest };
  g_auto (KioskGatewayIamSession) row = {
    .id = g_strdup (errand->session),
    .kiosk = g_strdup (call->peer_id),
    .sign = errand->kind == KIOSK_GATEWAY_IAM_START_SIGN,
    .stage = KIOSK_GATEWAY_IAM_OPENING,
    .version = 1,
    .expires_ms = now_ms + KIOSK_GATEWAY_IAM_LIFE_MS,
    .due_ms = now_ms + OPENING_MS,
    .seen_ms = now_ms,
    .certificate = kiosk_pki_cert_to_der (call->peer_cert),
    .held = kiosk_gateway_iam_hold (settings, context->random, errand->session, &held, error),
  };
  kiosk_gateway_iam_session_hash (errand->state, row.state_hash);
  kiosk_gateway_iam_session_hash (errand->business, row.business_hash);
  if (row.held == NULL)
    return FALSE;
  call->after = kiosk_gateway_iam_after_errand;
  return kiosk_gateway_iam_session_add (kiosk_gateway_store_database (context->store), &row, error);
}

gboolean
kiosk_gateway_iam_begin_execute (KioskGatewayCall *call, KioskGatewayContext *context,
                                 GError **error)
{
  KioskGatewayDatabase *database = kiosk_gateway_store_database (context->store);
  gint64 now_ms = kiosk_clock_wall_ms (context->clock);
  gint64 open, all;
  if (!kiosk_gateway_iam_session_count (database, call->peer_id, &open, &all, error))
    return FALSE;
  if (open >= KIOSK_GATEWAY_IAM_OPEN_MAX)
    {
      /* One whose answer the kiosk never got would stand in its way until a ticket's end. */
      if (!kiosk_gateway_iam_session_forget (database, call->peer_id, now_ms - FORGOTTEN_MS, error))
        return FALSE;
      open -= kiosk_gateway_database_changed (database);
    }
  if (open >= KIOSK_GATEWAY_IAM_OPEN_MAX || all >= KIOSK_GATEWAY_IAM_ALL_MAX)
    {
      kiosk_gateway_call_problem_later (call, TOO_MANY_REQUESTS, "iam-many",
                                        "Too many sessions are open: leave one first.", 15);
      return TRUE;
    }
  return session_add (call, context, now_ms, error);
}

gboolean
kiosk_gateway_iam_wait_prepare (KioskGatewayCall *call, const KioskGatewayContext *context)
{
  if (!kiosk_gateway_iam_is_on (call, context))
    return FALSE;
  KioskGatewayIamWait *wait = g_new0 (KioskGatewayIamWait, 1);
  wait->until_us
    = kiosk_clock_steady_us (context->clock) + KIOSK_GATEWAY_IAM_HOLD_MS * G_GINT64_CONSTANT (1000);
  call->prepared = wait;
  call->prepared_free = g_free;
  return TRUE;
}

/* Nobody tells a kiosk whether another's session is there. */
static gboolean
unknown (KioskGatewayCall *call)
{
  kiosk_gateway_call_problem (call, SOUP_STATUS_NOT_FOUND, "unknown-session",
                              "No such session of this kiosk: begin another.");
  return TRUE;
}

/* An answer that was fetched stays for a while: it may have been lost on its way. */
static gboolean
fetched (KioskGatewayDatabase *database, const KioskGatewayIamSession *session, gint64 now_ms,
         GError **error)
{
  gint64 due_ms = now_ms + KIOSK_GATEWAY_IAM_FETCHED_MS;
  return kiosk_gateway_iam_is_open (session->stage) || session->due_ms <= due_ms
         || kiosk_gateway_database_run (database, error,
                                        "UPDATE iam_sessions SET due_ms = ? WHERE id = ?", "is",
                                        due_ms, session->id);
}

gboolean
kiosk_gateway_iam_wait_execute (KioskGatewayCall *call, KioskGatewayContext *context,
                                GError **error)
{
  KioskGatewayDatabase *database = kiosk_gateway_store_database (context->store);
  KioskGatewayIamWait *wait = call->prepared;
  gint64 now_ms = kiosk_clock_wall_ms (context->clock);
  g_auto (KioskGatewayIamSession) session = { 0 };
  gboolean found;
  wait->looked_us = g_get_monotonic_time ();
  if (!kiosk_gateway_iam_session_find (database, call->captures[0], call->peer_id, &found, &session,
                                       error))
    return FALSE;
  if (!found)
    return unknown (call);
  if (now_ms - session.seen_ms > SEEN_EVERY_MS
      && !kiosk_gateway_iam_session_seen (database, session.id, now_ms, error))
    return FALSE;
  if (session.version <= (gint64)call->asked_after && !wait->last
      && kiosk_gateway_iam_is_open (session.stage))
    {
      call->after = kiosk_gateway_iam_after_park;
      return TRUE;
    }
  kiosk_gateway_call_answer_json (call, SOUP_STATUS_OK, kiosk_gateway_iam_session_print (&session));
  return fetched (database, &session, now_ms, error);
}

gboolean
kiosk_gateway_iam_leave_prepare (KioskGatewayCall *call, const KioskGatewayContext *context)
{
  return kiosk_gateway_iam_is_on (call, context);
}

gboolean
kiosk_gateway_iam_leave_execute (KioskGatewayCall *call, KioskGatewayContext *context,
                                 GError **error)
{
  KioskGatewayDatabase *database = kiosk_gateway_store_database (context->store);
  g_auto (KioskGatewayIamSession) session = { 0 };
  gboolean found;
  if (!kiosk_gateway_iam_session_find (database, call->captures[0], call->peer_id, &found, &session,
                                       error))
    return FALSE;
  kiosk_gateway_call_answer (call, SOUP_STATUS_NO_CONTENT, NULL, NULL);
  return !found || !kiosk_gateway_iam_session_move (&session, KIOSK_GATEWAY_IAM_EV_LEFT, NULL, 0)
         || kiosk_gateway_iam_session_save (database, &session, error);
}
