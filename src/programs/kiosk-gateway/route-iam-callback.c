/* What iAM Smart's core brings to the hub. Nothing of it is signed as far as is public, so it is
 * judged by what it knows: a state or a business number of 128 random bits that only the core was
 * told. Whatever is late, comes twice or names nothing here is answered like any other, and moves
 * nothing. */
#include "formats/json.h"
#include "programs/kiosk-gateway/iam-answer.h"
#include "programs/kiosk-gateway/iam-errand.h"
#include "programs/kiosk-gateway/iam.h"
#include "programs/kiosk-gateway/routes.h"
#include "programs/kiosk-gateway/server.h"
#include <libsoup/soup.h>
#include <string.h>

#define STATE_MAX    36
#define CODE_MAX     512
#define ANSWER_MS    (45 * 1000) /* from the code to the token, retries and queue included */
#define BUSINESS_MAX 36

typedef struct
{
  char *key;    /* state or business number */
  char *code;   /* of a login */
  char *reason; /* of a failure; NULL: it is none */
  JsonObject *content;
  gboolean sign;
} Callback;

static void
callback_free (gpointer data)
{
  Callback *self = data;
  kiosk_wipe_string (self->key);
  kiosk_wipe_string (self->code);
  g_free (self->reason);
  g_clear_pointer (&self->content, json_object_unref);
  g_free (self);
}

static gboolean
taken (KioskGatewayCall *call, const KioskGatewayContext *context)
{
  const KioskGatewayIamSettings *settings = kiosk_gateway_iam_settings (context->iam);
  JsonObject *answer = json_object_new ();
  json_object_set_string_member (answer, "code", settings->profile->success);
  json_object_set_string_member (answer, "message", "taken");
  kiosk_gateway_call_answer_json (call, SOUP_STATUS_OK, answer);
  return TRUE;
}

static gboolean
dropped (KioskGatewayCall *call, const KioskGatewayContext *context)
{
  call->count = KIOSK_GATEWAY_COUNT_IAM_DROPPED;
  return taken (call, context);
}

/* A member of the query that is 1 … @maximum printable characters; NULL else. */
static const char *
query_text (KioskGatewayCall *call, const char *name, gsize maximum)
{
  const char *text = call->query != NULL ? g_hash_table_lookup (call->query, name) : NULL;
  if (text == NULL || *text == '\0' || strlen (text) > maximum)
    return NULL;
  for (const char *at = text; *at != '\0'; at++)
    if (!g_ascii_isgraph (*at))
      return NULL;
  return text;
}

gboolean
kiosk_gateway_iam_redirect_prepare (KioskGatewayCall *call, const KioskGatewayContext *context)
{
  if (!kiosk_gateway_iam_is_on (call, context))
    return FALSE;
  const char *state = query_text (call, "state", STATE_MAX);
  const char *code = query_text (call, "code", CODE_MAX);
  const char *failure = query_text (call, "error_code", 16);
  if (state == NULL || (code == NULL) == (failure == NULL))
    return kiosk_gateway_call_problem (call, SOUP_STATUS_BAD_REQUEST, "malformed",
                                       "It must hold state and one of code and error_code.");
  Callback *callback = g_new0 (Callback, 1);
  callback->key = g_strdup (state);
  callback->code = g_strdup (code);
  if (failure != NULL)
    {
      const KioskIamsmartProfile *profile = kiosk_gateway_iam_settings (context->iam)->profile;
      g_autoptr (GError) error = NULL;
      kiosk_iamsmart_profile_check_code (profile, failure, &error);
      callback->reason = g_strdup (kiosk_gateway_iam_reason (profile, failure, error));
    }
  call->prepared = callback;
  call->prepared_free = callback_free;
  return TRUE;
}

/* Main thread: the core has its answer, and the hub goes on by itself. */
static void
after_code (KioskGatewayCall *call, KioskGatewayContext *context)
{
  KioskGatewayIamErrand *errand = g_steal_pointer (&call->next);
  kiosk_gateway_server_answer (call, context);
  kiosk_gateway_iam_after_errand (kiosk_gateway_iam_errand_call (errand), context);
}

/* What is to be asked next, once this is committed. */
static gboolean
errand_prepare (KioskGatewayCall *call, KioskGatewayContext *context,
                const KioskGatewayIamSession *session, KioskGatewayIamErrandKind kind,
                const char *code, GError **error)
{
  const KioskGatewayIamSettings *settings = kiosk_gateway_iam_settings (context->iam);
  g_auto (KioskGatewayIamHeld) held = { 0 };
  if (!kiosk_gateway_iam_recall (settings, session->id, session->held, &held, error))
    return FALSE;
  KioskGatewayIamErrand *errand = kiosk_gateway_iam_errand_new (kind, session->id);
  errand->business = g_steal_pointer (&held.business);
  errand->ticket = g_steal_pointer (&held.ticket);
  errand->code = g_strdup (code);
  errand->language = g_strdup ("zh-HK"); /* of no window: the person has approved */
  g_clear_pointer (&call->next, call->next_free);
  call->next = errand;
  call->next_free = kiosk_gateway_iam_errand_free;
  call->after = after_code;
  return TRUE;
}

gboolean
kiosk_gateway_iam_redirect_execute (KioskGatewayCall *call, KioskGatewayContext *context,
                                    GError **error)
{
  KioskGatewayDatabase *database = kiosk_gateway_store_database (context->store);
  const Callback *callback = call->prepared;
  g_auto (KioskGatewayIamSession) session = { 0 };
  gboolean found;
  if (!kiosk_gateway_iam_session_find_state (database, callback->key, &found, &session, error))
    return FALSE;
  if (!found || session.stage != KIOSK_GATEWAY_IAM_WAITING)
    return dropped (call, context);
  taken (call, context);
  if (callback->reason != NULL)
    return kiosk_gateway_iam_fail (call, context, &session, callback->reason, error);
  if (session.sign) /* there is no code to exchange: the signature comes by its own way */
    return dropped (call, context);
  gint64 now_ms = kiosk_clock_wall_ms (context->clock);
  return errand_prepare (call, context, &session, KIOSK_GATEWAY_IAM_TOKEN, callback->code, error)
         && kiosk_gateway_iam_session_move (&session, KIOSK_GATEWAY_IAM_EV_APPROVED, NULL,
                                            now_ms + ANSWER_MS)
         && kiosk_gateway_iam_session_save (database, &session, error);
}

/* The content, sealed; of a failure also as it is: there is nothing in it but the number. */
static JsonObject *
content_read (const KioskGatewayContext *context, const KioskIamsmartAnswer *answer,
              gboolean failure, GError **error)
{
  const KioskIamsmartProfile *profile = kiosk_gateway_iam_settings (context->iam)->profile;
  if (failure && answer->content == NULL && answer->plain != NULL)
    return json_object_ref (answer->plain);
  g_autoptr (KioskSecret) plain = kiosk_gateway_iam_open_callback (context->iam, answer, error);
  return plain != NULL ? kiosk_json_parse (kiosk_secret_data (plain), kiosk_secret_length (plain),
                                           profile->content_most, error)
                       : NULL;
}

static Callback *
callback_read (KioskGatewayCall *call, const KioskGatewayContext *context, GError **error)
{
  const KioskIamsmartProfile *profile = kiosk_gateway_iam_settings (context->iam)->profile;
  gsize size;
  gconstpointer data = g_bytes_get_data (call->body, &size);
  g_autoptr (KioskIamsmartAnswer) answer = kiosk_iamsmart_answer_parse (profile, data, size, error);
  if (answer == NULL)
    return NULL;
  g_autoptr (GError) code_error = NULL;
  gboolean failure = !kiosk_iamsmart_profile_check_code (profile, answer->code, &code_error);
  g_autoptr (JsonObject) content = content_read (context, answer, failure, error);
  const char *business
    = content != NULL ? kiosk_json_string (content, "businessID", BUSINESS_MAX, error) : NULL;
  if (business == NULL)
    return NULL;
  Callback *self = g_new0 (Callback, 1);
  self->key = g_strdup (business);
  if (failure)
    self->reason = g_strdup (kiosk_gateway_iam_reason (profile, answer->code, code_error));
  self->content = g_steal_pointer (&content);
  return self;
}

static gboolean
result_prepare (KioskGatewayCall *call, const KioskGatewayContext *context, gboolean sign)
{
  if (!kiosk_gateway_iam_is_on (call, context))
    return FALSE;
  g_autoptr (GError) error = NULL;
  Callback *callback = callback_read (call, context, &error);
  if (callback == NULL)
    return kiosk_gateway_call_problem (call, SOUP_STATUS_BAD_REQUEST, "malformed",
                                       "It is not a callback of iAM Smart to this client.");
  callback->sign = sign;
  call->prepared = callback;
  call->prepared_free = callback_free;
  return TRUE;
}

gboolean
kiosk_gateway_iam_profile_prepare (KioskGatewayCall *call, const KioskGatewayContext *context)
{
  return result_prepare (call, context, FALSE);
}

gboolean
kiosk_gateway_iam_signing_prepare (KioskGatewayCall *call, const KioskGatewayContext *context)
{
  return result_prepare (call, context, TRUE);
}

/* A signature comes while its code is shown, or is being asked about; a profile after its login. */
static gboolean
is_awaited (const KioskGatewayIamSession *session, const Callback *callback)
{
  return session->sign == callback->sign && kiosk_gateway_iam_is_open (session->stage)
         && session->stage
              >= (session->sign ? KIOSK_GATEWAY_IAM_WAITING : KIOSK_GATEWAY_IAM_ASKING);
}

gboolean
kiosk_gateway_iam_result_execute (KioskGatewayCall *call, KioskGatewayContext *context,
                                  GError **error)
{
  const Callback *callback = call->prepared;
  g_auto (KioskGatewayIamSession) session = { 0 };
  gboolean found;
  if (!kiosk_gateway_iam_session_find_business (kiosk_gateway_store_database (context->store),
                                                callback->key, &found, &session, error))
    return FALSE;
  if (!found || !is_awaited (&session, callback))
    return dropped (call, context);
  taken (call, context);
  if (callback->reason != NULL)
    return kiosk_gateway_iam_fail (call, context, &session, callback->reason, error);
  return kiosk_gateway_iam_finish (call, context, &session, callback->content, error)
         && (session.stage != KIOSK_GATEWAY_IAM_DONE || !session.sign
             || errand_prepare (call, context, &session, KIOSK_GATEWAY_IAM_ACKNOWLEDGE, NULL,
                                error));
}
