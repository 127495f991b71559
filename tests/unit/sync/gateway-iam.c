/* The double's hub: one session, that does what the test says. */
#include <string.h>

#include "formats/json.h"
#include "gateway-private.h"

#define PATH " /v1/iam/sessions"

static GatewayAnswer
answer_text (guint status, const char *text)
{
  return (GatewayAnswer){ .status = status, .body = g_bytes_new (text, strlen (text)) };
}

static void
end_session (Gateway *self)
{
  self->iam_version = 0;
  g_clear_pointer (&self->iam_state, g_free);
  g_clear_pointer (&self->iam_reason, g_free);
  g_clear_pointer (&self->iam_sealed, g_free);
  g_cond_broadcast (&self->iam_news);
}

void
gateway_iam_clear (Gateway *self)
{
  end_session (self);
  g_clear_pointer (&self->iam_asked, g_free);
  g_cond_clear (&self->iam_news);
}

static char *
session_id (Gateway *self)
{
  return g_strdup_printf ("s-%u", self->iam_sessions);
}

static GatewayAnswer
answer_session (Gateway *self, guint status)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *id = session_id (self);

  json_object_set_string_member (object, "id", id);
  json_object_set_string_member (object, "state", self->iam_state);
  json_object_set_int_member (object, "version", self->iam_version);
  /* As the gateway says it: null where there is none. */
  if (*self->iam_reason != '\0')
    json_object_set_string_member (object, "reason", self->iam_reason);
  else
    json_object_set_null_member (object, "reason");
  json_object_set_string_member (object, "sealed", self->iam_sealed);
  json_object_set_string_member (object, "code", "https://localhost:1/app?ticket=TICKET");
  json_object_set_string_member (object, "identification", "4711");
  json_object_set_int_member (object, "expires_ms", self->time_ms + 18 * 60000);
  return (GatewayAnswer){ .status = status, .body = kiosk_json_print (object) };
}

static void
set_session (Gateway *self, const char *state, const char *reason, GBytes *sealed)
{
  self->iam_version++;
  g_free (self->iam_state);
  self->iam_state = g_strdup (state);
  g_free (self->iam_reason);
  self->iam_reason = g_strdup (reason);
  g_free (self->iam_sealed);
  self->iam_sealed
    = sealed != NULL ? g_base64_encode (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed))
                     : g_strdup ("");
  g_cond_broadcast (&self->iam_news);
}

static GatewayAnswer
open_session (Gateway *self, const GatewayRequest *request)
{
  end_session (self);
  self->iam_sessions++;
  g_free (self->iam_asked);
  self->iam_asked
    = g_strndup (g_bytes_get_data (request->body, NULL), g_bytes_get_size (request->body));
  set_session (self, "waiting", "", NULL);
  return answer_session (self, 201);
}

/* Held until something is new, as the hub does. */
static GatewayAnswer
poll_session (Gateway *self, const GatewayRequest *request)
{
  gint64 after = g_ascii_strtoll (strstr (request->line, "?after=") + strlen ("?after="), NULL, 10);
  g_autofree char *id = session_id (self);
  g_autofree char *prefix = g_strconcat ("GET" PATH "/", id, "?", NULL);
  guint session = self->iam_sessions;

  if (!g_str_has_prefix (request->line, prefix))
    return answer_text (404, "{\"code\":\"iam-session\"}");
  while (session == self->iam_sessions && self->iam_version == after && !self->closing)
    g_cond_wait (&self->iam_news, &self->lock);
  return session == self->iam_sessions && self->iam_version > after
           ? answer_session (self, 200)
           : answer_text (404, "{\"code\":\"iam-session\"}");
}

static GatewayAnswer
close_session (Gateway *self, const GatewayRequest *request)
{
  g_autofree char *id = session_id (self);

  if (g_str_has_suffix (request->line, id))
    end_session (self);
  return (GatewayAnswer){ .status = 204, .body = g_bytes_new (NULL, 0) };
}

GatewayAnswer
gateway_route_iam (Gateway *self, const GatewayRequest *request)
{
  if (g_strcmp0 (request->peer, "k-test") != 0)
    return answer_text (403, "{\"code\":\"certificate\"}");
  if (g_str_has_prefix (request->line, "POST" PATH))
    return open_session (self, request);
  if (g_str_has_prefix (request->line, "GET" PATH "/"))
    return poll_session (self, request);
  return close_session (self, request);
}

void
gateway_iam_tell (Gateway *self, const char *state, const char *reason, GBytes *sealed)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  set_session (self, state, reason, sealed);
}

gboolean
gateway_iam_is_open (Gateway *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->iam_version > 0;
}

char *
gateway_iam_asked (Gateway *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_strdup (self->iam_asked);
}
