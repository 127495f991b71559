/* What the writer does with what a worker brought back, and with what is due. An execution may be
 * taken back and done again: it reads the row anew each time, and changes nothing of its call but
 * the answer. */
#include "programs/kiosk-gateway/iam-answer.h"
#include "programs/kiosk-gateway/iam-errand.h"
#include "programs/kiosk-gateway/iam.h"
#include <libsoup/soup.h>

#define PROFILE_MS (60 * 1000) /* from the promise of a profile to its callback, at most */
#define ASK_MS     (30 * 1000) /* before a ticket's end, the result is asked for */
#define GRACE_MS   (20 * 1000) /* for the answer to that */

static gboolean
nothing (KioskGatewayCall *call, KioskGatewayContext *context, GError **error)
{
  return TRUE;
}

/* Of calls that the gateway makes of itself. */
static const KioskGatewayRoute own_route
  = { .method = "OWN", .pattern = "iam", .writes = TRUE, .execute = nothing };
static const KioskGatewayRoute look_route
  = { .method = "OWN", .pattern = "iam", .writes = FALSE, .execute = nothing };

KioskGatewayCall *
kiosk_gateway_iam_errand_call (KioskGatewayIamErrand *errand)
{
  KioskGatewayCall *call = kiosk_gateway_call_new (&own_route, NULL);
  call->prepared = errand;
  call->prepared_free = kiosk_gateway_iam_errand_free;
  return call;
}

static gint64
keep_until (const KioskGatewayIamSession *session, gint64 now_ms)
{
  return MAX (session->expires_ms, now_ms + KIOSK_GATEWAY_IAM_FETCHED_MS);
}

/* Ends the session with a reason, if it is still open. */
static gboolean
fail (KioskGatewayCall *call, KioskGatewayContext *context, KioskGatewayIamSession *session,
      KioskGatewayIamEvent event, const char *reason, GError **error)
{
  gint64 now_ms = kiosk_clock_wall_ms (context->clock);
  if (!kiosk_gateway_iam_session_move (session, event, reason, keep_until (session, now_ms)))
    return TRUE;
  if (session->stage == KIOSK_GATEWAY_IAM_FAILED)
    call->count = KIOSK_GATEWAY_COUNT_IAM_FAILED;
  return kiosk_gateway_iam_session_save (kiosk_gateway_store_database (context->store), session,
                                         error);
}

gboolean
kiosk_gateway_iam_fail (KioskGatewayCall *call, KioskGatewayContext *context,
                        KioskGatewayIamSession *session, const char *reason, GError **error)
{
  return fail (call, context, session, KIOSK_GATEWAY_IAM_EV_FAIL, reason, error);
}

gboolean
kiosk_gateway_iam_finish (KioskGatewayCall *call, KioskGatewayContext *context,
                          KioskGatewayIamSession *session, JsonObject *content, GError **error)
{
  const KioskGatewayIamSettings *settings = kiosk_gateway_iam_settings (context->iam);
  g_auto (KioskGatewayIamHeld) held = { 0 };
  g_autoptr (GError) own = NULL;
  g_autoptr (JsonObject) answer = NULL;
  KioskGatewayIamStage next;
  if (!kiosk_gateway_iam_follow (session->stage, KIOSK_GATEWAY_IAM_EV_RESULT, &next))
    return TRUE;
  if (kiosk_gateway_iam_recall (settings, session->id, session->held, &held, &own))
    answer = session->sign ? kiosk_gateway_iam_signature_print (content, held.digest, &own)
                           : kiosk_gateway_iam_profile_print (content, held.user_type, &own);
  if (answer == NULL)
    {
      g_printerr ("kiosk-gateway: iAM Smart: %s\n", own->message);
      return kiosk_gateway_iam_fail (call, context, session, KIOSK_GATEWAY_IAM_FAULT, error);
    }
  session->sealed = kiosk_gateway_iam_seal (session->certificate, answer, error);
  if (session->sealed == NULL)
    return FALSE;
  gint64 now_ms = kiosk_clock_wall_ms (context->clock);
  kiosk_gateway_iam_session_move (session, KIOSK_GATEWAY_IAM_EV_RESULT, NULL,
                                  keep_until (session, now_ms));
  call->count = KIOSK_GATEWAY_COUNT_IAM_DONE;
  return kiosk_gateway_iam_session_save (kiosk_gateway_store_database (context->store), session,
                                         error);
}

static void
answer_started (KioskGatewayCall *call, const KioskGatewayIamSession *session,
                const KioskGatewayIamErrand *errand)
{
  JsonObject *answer = json_object_new ();
  json_object_set_string_member (answer, "id", session->id);
  json_object_set_string_member (answer, "state", kiosk_gateway_iam_state (session->stage));
  json_object_set_int_member (answer, "version", session->version);
  json_object_set_string_member (answer, "code", errand->text);
  json_object_set_string_member (answer, "identification",
                                 errand->identification != NULL ? errand->identification : "");
  json_object_set_int_member (answer, "expires_ms", session->expires_ms);
  call->count = KIOSK_GATEWAY_COUNT_IAM_STARTED;
  kiosk_gateway_call_answer_json (call, SOUP_STATUS_CREATED, answer);
}

static gboolean
started (KioskGatewayCall *call, KioskGatewayContext *context, KioskGatewayIamSession *session,
         GError **error)
{
  const KioskGatewayIamSettings *settings = kiosk_gateway_iam_settings (context->iam);
  const KioskGatewayIamErrand *errand = call->prepared;
  g_auto (KioskGatewayIamHeld) held = { 0 };
  if (errand->reason != NULL || session->stage != KIOSK_GATEWAY_IAM_OPENING)
    {
      kiosk_gateway_call_problem_later (call, SOUP_STATUS_SERVICE_UNAVAILABLE, "iam-unreachable",
                                        "iAM Smart gave no code: try again, or go another way.", 5);
      return fail (call, context, session, KIOSK_GATEWAY_IAM_EV_FAIL, errand->reason, error);
    }
  gint64 due_ms = session->sign ? session->expires_ms - ASK_MS : session->expires_ms;
  kiosk_gateway_iam_session_move (session, KIOSK_GATEWAY_IAM_EV_CODE, NULL, due_ms);
  if (!kiosk_gateway_iam_recall (settings, session->id, session->held, &held, error))
    return FALSE;
  held.ticket = g_strdup (errand->ticket);
  g_free (session->held);
  session->held = kiosk_gateway_iam_hold (settings, context->random, session->id, &held, error);
  if (session->held == NULL)
    return FALSE;
  answer_started (call, session, errand);
  return kiosk_gateway_iam_session_save (kiosk_gateway_store_database (context->store), session,
                                         error);
}

/* Main thread: the same call goes on with the next errand. */
static void
after_token (KioskGatewayCall *call, KioskGatewayContext *context)
{
  KioskGatewayIamErrand *errand = call->prepared;
  errand->kind = KIOSK_GATEWAY_IAM_PROFILE;
  kiosk_gateway_iam_after_errand (call, context);
}

static void
after_result (KioskGatewayCall *call, KioskGatewayContext *context)
{
  KioskGatewayIamErrand *errand = call->prepared;
  errand->kind = KIOSK_GATEWAY_IAM_ACKNOWLEDGE;
  kiosk_gateway_iam_after_errand (call, context);
}

/* Who the account is was told with the token, and is kept before the profile is asked for: its
 * callback may come before the answer. */
static gboolean
token_came (KioskGatewayCall *call, KioskGatewayContext *context, KioskGatewayIamSession *session,
            GError **error)
{
  const KioskGatewayIamSettings *settings = kiosk_gateway_iam_settings (context->iam);
  const KioskGatewayIamErrand *errand = call->prepared;
  const KioskGatewayIamHeld held = { .business = errand->business, .user_type = errand->user_type };
  if (session->stage != KIOSK_GATEWAY_IAM_ASKING)
    return TRUE;
  g_free (session->held);
  session->held = kiosk_gateway_iam_hold (settings, context->random, session->id, &held, error);
  session->due_ms = kiosk_clock_wall_ms (context->clock) + PROFILE_MS;
  call->after = after_token;
  return session->held != NULL
         && kiosk_gateway_iam_session_save (kiosk_gateway_store_database (context->store), session,
                                            error);
}

static gboolean
profile_promised (KioskGatewayContext *context, KioskGatewayIamSession *session, GError **error)
{
  gint64 due_ms = kiosk_clock_wall_ms (context->clock) + PROFILE_MS;
  return !kiosk_gateway_iam_session_move (session, KIOSK_GATEWAY_IAM_EV_PROMISED, NULL, due_ms)
         || kiosk_gateway_iam_session_save (kiosk_gateway_store_database (context->store), session,
                                            error);
}

/* Without a signature nothing is decided yet: there is still the rest of the ticket's time. */
static gboolean
result_came (KioskGatewayCall *call, KioskGatewayContext *context, KioskGatewayIamSession *session,
             GError **error)
{
  const KioskGatewayIamErrand *errand = call->prepared;
  if (!json_object_has_member (errand->content, "signature"))
    return TRUE;
  if (!kiosk_gateway_iam_finish (call, context, session, errand->content, error))
    return FALSE;
  if (session->stage == KIOSK_GATEWAY_IAM_DONE)
    call->after = after_result;
  return TRUE;
}

gboolean
kiosk_gateway_iam_errand_execute (KioskGatewayCall *call, KioskGatewayContext *context,
                                  GError **error)
{
  const KioskGatewayIamErrand *errand = call->prepared;
  g_auto (KioskGatewayIamSession) session = { 0 };
  gboolean found;
  if (errand->kind == KIOSK_GATEWAY_IAM_ACKNOWLEDGE)
    return TRUE;
  if (!kiosk_gateway_iam_session_find_id (kiosk_gateway_store_database (context->store),
                                          errand->session, &found, &session, error))
    return FALSE;
  if (!found) /* the person left, or it was due */
    {
      kiosk_gateway_call_problem (call, SOUP_STATUS_NOT_FOUND, "unknown-session",
                                  "The session has ended.");
      return TRUE;
    }
  if (errand->kind <= KIOSK_GATEWAY_IAM_START_SIGN)
    return started (call, context, &session, error);
  if (errand->reason != NULL)
    return kiosk_gateway_iam_fail (call, context, &session, errand->reason, error);
  if (errand->kind == KIOSK_GATEWAY_IAM_TOKEN)
    return token_came (call, context, &session, error);
  if (errand->kind == KIOSK_GATEWAY_IAM_PROFILE)
    return profile_promised (context, &session, error);
  return result_came (call, context, &session, error);
}

/* A signature whose callback never came is asked for once, before the core forgets it. */
static gboolean
result_ask (KioskGatewayCall *call, KioskGatewayContext *context, KioskGatewayIamSession *session,
            GError **error)
{
  const KioskGatewayIamSettings *settings = kiosk_gateway_iam_settings (context->iam);
  g_auto (KioskGatewayIamHeld) held = { 0 };
  if (!kiosk_gateway_iam_recall (settings, session->id, session->held, &held, error))
    return FALSE;
  kiosk_gateway_iam_session_move (session, KIOSK_GATEWAY_IAM_EV_ASK, NULL,
                                  session->expires_ms + GRACE_MS);
  KioskGatewayIamErrand *errand
    = kiosk_gateway_iam_errand_new (KIOSK_GATEWAY_IAM_RESULT, session->id);
  errand->business = g_steal_pointer (&held.business);
  errand->ticket = g_steal_pointer (&held.ticket);
  g_clear_pointer (&call->prepared, kiosk_gateway_iam_errand_free); /* of an execution taken back */
  call->prepared = errand;
  call->prepared_free = kiosk_gateway_iam_errand_free;
  call->after = kiosk_gateway_iam_after_errand;
  return kiosk_gateway_iam_session_save (kiosk_gateway_store_database (context->store), session,
                                         error);
}

static void
after_due (KioskGatewayCall *call, KioskGatewayContext *context)
{
  kiosk_gateway_iam_again (context->iam, call);
}

gboolean
kiosk_gateway_iam_due_execute (KioskGatewayCall *call, KioskGatewayContext *context, GError **error)
{
  g_auto (KioskGatewayIamSession) session = { 0 };
  gint64 now_ms = kiosk_clock_wall_ms (context->clock);
  gboolean found;
  call->count = KIOSK_GATEWAY_N_COUNTS;
  if (!kiosk_gateway_iam_session_find_due (kiosk_gateway_store_database (context->store), now_ms,
                                           &found, &session, error))
    return FALSE;
  if (!found)
    return TRUE;
  if (session.sign && session.stage == KIOSK_GATEWAY_IAM_WAITING && now_ms < session.expires_ms)
    return result_ask (call, context, &session, error);
  call->after = after_due;
  gboolean in_time = session.stage == KIOSK_GATEWAY_IAM_WAITING || session.sign;
  return fail (call, context, &session, KIOSK_GATEWAY_IAM_EV_DUE,
               in_time ? KIOSK_GATEWAY_IAM_EXPIRED : KIOSK_GATEWAY_IAM_UNAVAILABLE, error);
}

/* Main thread: there is something due, and the writer takes it. */
static void
after_look (KioskGatewayCall *call, KioskGatewayContext *context)
{
  KioskGatewayCall *next = kiosk_gateway_call_new (&own_route, NULL);
  next->execute = kiosk_gateway_iam_due_execute;
  kiosk_gateway_iam_again (context->iam, next);
  kiosk_gateway_call_free (call);
}

/* Without the lock that changes take: mostly there is nothing. */
static gboolean
look_execute (KioskGatewayCall *call, KioskGatewayContext *context, GError **error)
{
  gint64 due;
  if (!kiosk_gateway_database_number (kiosk_gateway_store_database (context->store), &due, error,
                                      "SELECT count(*) FROM iam_sessions WHERE due_ms <= ?", "i",
                                      kiosk_clock_wall_ms (context->clock)))
    return FALSE;
  if (due > 0)
    call->after = after_look;
  return TRUE;
}

KioskGatewayCall *
kiosk_gateway_iam_due_call (void)
{
  KioskGatewayCall *call = kiosk_gateway_call_new (&look_route, NULL);
  call->execute = look_execute;
  return call;
}
