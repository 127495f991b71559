#include "programs/kiosk-gateway/iam-client.h"
#include "formats/json.h"
#include "identity/iamsmart-envelope.h"
#include "identity/iamsmart-headers.h"
#include <string.h>

#define TRIES     3
#define PAUSE_MS  250 /* before the second try; twice that before the third */
#define ROUND_MAX 4096
#define TEXT_MAX  512 /* of a code that a phone can still read from a screen */
#define CODE_SIZE 17
#define SCOPE     "eidapi_auth eidapi_profiles"

struct _KioskGatewayIamClient
{
  const KioskGatewayIamSettings *settings;
  KioskClock *clock;
  KioskRandom *random;
  GCancellable *cancellable;
  KioskGatewayIamHttp *http;
  KioskGatewayIamSequence *sequence; /* NULL: may not sign */
  KioskIamsmartSigner *signer;
  KioskIamsmartKek *kek;
  KioskIamsmartKey *key; /* NULL: none yet, or it did not fit */
  gint64 key_serial;     /* of the key above, or of the one that did not fit */
};

KioskGatewayIamClient *
kiosk_gateway_iam_client_new (const KioskGatewayIamSettings *settings, KioskClock *clock,
                              KioskRandom *random, KioskGatewayIamSequence *sequence,
                              GCancellable *cancellable, GError **error)
{
  g_autoptr (KioskGatewayIamClient) self = g_new0 (KioskGatewayIamClient, 1);
  self->settings = settings;
  self->clock = kiosk_clock_ref (clock);
  self->random = kiosk_random_ref (random);
  self->cancellable = g_object_ref (cancellable);
  self->sequence = sequence;
  self->http = kiosk_gateway_iam_http_new (settings->core, settings->authorities, cancellable);
  self->signer
    = kiosk_iamsmart_signer_new (settings->profile, settings->client, settings->secret, random, 0);
  self->kek = kiosk_iamsmart_kek_new (settings->profile, settings->kek, random, error);
  return self->kek != NULL ? g_steal_pointer (&self) : NULL;
}

void
kiosk_gateway_iam_client_free (KioskGatewayIamClient *self)
{
  if (self == NULL)
    return;
  kiosk_gateway_iam_http_free (self->http);
  kiosk_iamsmart_signer_free (self->signer);
  g_clear_pointer (&self->kek, kiosk_iamsmart_kek_free);
  g_clear_pointer (&self->key, kiosk_iamsmart_key_free);
  g_object_unref (self->cancellable);
  kiosk_random_unref (self->random);
  kiosk_clock_unref (self->clock);
  g_free (self);
}

const char *
kiosk_gateway_iam_reason (const KioskIamsmartProfile *profile, const char *code,
                          const GError *error)
{
  const char *word = code != NULL ? kiosk_iamsmart_profile_reason (profile, code) : NULL;
  if (word != NULL)
    return word;
  if (error == NULL || error->domain != KIOSK_IAMSMART_ERROR
      || error->code == KIOSK_IAMSMART_ERROR_RETRY)
    return KIOSK_GATEWAY_IAM_UNAVAILABLE;
  if (error->code == KIOSK_IAMSMART_ERROR_START_OVER)
    return KIOSK_GATEWAY_IAM_EXPIRED;
  return KIOSK_GATEWAY_IAM_FAULT;
}

static void
query_add (GString *query, const char *name, const char *value)
{
  g_autofree char *escaped = g_uri_escape_string (value, NULL, FALSE);
  g_string_append_printf (query, "%c%s=%s", query->len > 0 ? '&' : '?', name, escaped);
}

/* Where a redirect leads, whole; NULL unless it is one to a plain https address. */
static char *
location_of (const KioskGatewayIamReply *reply)
{
  if (reply->status != 302 || reply->location == NULL || strlen (reply->location) > TEXT_MAX)
    return NULL;
  g_autoptr (GUri) uri = g_uri_parse (reply->location, G_URI_FLAGS_NONE, NULL);
  gboolean good = uri != NULL && strcmp (g_uri_get_scheme (uri), "https") == 0
                  && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0';
  return good ? g_strdup (reply->location) : NULL;
}

char *
kiosk_gateway_iam_client_get_qr (KioskGatewayIamClient *self, const char *language,
                                 const char *state, const char **ret_reason, GError **error)
{
  const KioskGatewayIamSettings *settings = self->settings;
  g_autofree char *callback = g_strconcat (settings->public_base, "/v1/iam/callback", NULL);
  g_autoptr (GString) query = g_string_new (NULL);
  query_add (query, "clientID", settings->client);
  query_add (query, "responseType", "code");
  query_add (query, "source", "App_Link");
  query_add (query, "redirectURI", callback);
  query_add (query, "scope", SCOPE);
  query_add (query, "state", state);
  query_add (query, "lang", language);
  g_autofree char *path
    = g_strconcat (settings->profile->paths[KIOSK_IAMSMART_GET_QR], query->str, NULL);
  g_autoptr (KioskGatewayIamReply) reply
    = kiosk_gateway_iam_http_send (self->http, "GET", path, NULL, 0, NULL, ROUND_MAX, error);
  if (reply == NULL)
    {
      *ret_reason = KIOSK_GATEWAY_IAM_UNAVAILABLE;
      return NULL;
    }
  char *text = location_of (reply);
  if (text != NULL)
    return text;
  gsize size;
  gconstpointer data = g_bytes_get_data (reply->body, &size);
  g_autoptr (KioskIamsmartAnswer) answer
    = kiosk_iamsmart_answer_parse (settings->profile, data, size, error);
  if (answer != NULL && kiosk_iamsmart_profile_check_code (settings->profile, answer->code, error))
    g_set_error_literal (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_MALFORMED,
                         "getQR answered neither a redirect nor a refusal");
  *ret_reason
    = kiosk_gateway_iam_reason (settings->profile, answer != NULL ? answer->code : NULL, *error);
  return NULL;
}

/* Inside a turn: one signed request, its answer parsed and not yet judged. @body: NULL for a key.
 */
static KioskIamsmartAnswer *
exchange (KioskGatewayIamClient *self, KioskIamsmartPath path, const char *body, gint64 stamp_ms,
          GError **error)
{
  const KioskIamsmartProfile *profile = self->settings->profile;
  g_autoptr (KioskIamsmartHeaders) headers
    = kiosk_iamsmart_signer_sign (self->signer, body, stamp_ms);
  const KioskGatewayIamHeader list[] = {
    { KIOSK_IAMSMART_HEADER_CLIENT, headers->client },
    { KIOSK_IAMSMART_HEADER_METHOD, headers->method },
    { KIOSK_IAMSMART_HEADER_TIMESTAMP, headers->timestamp },
    { KIOSK_IAMSMART_HEADER_NONCE, headers->nonce },
    { KIOSK_IAMSMART_HEADER_SIGNATURE, headers->signature },
  };
  g_autoptr (KioskGatewayIamReply) reply
    = kiosk_gateway_iam_http_send (self->http, "POST", profile->paths[path], list,
                                   G_N_ELEMENTS (list), body, 2 * profile->content_most, error);
  if (reply == NULL)
    return NULL;
  gsize size;
  gconstpointer data = g_bytes_get_data (reply->body, &size);
  KioskIamsmartAnswer *answer = kiosk_iamsmart_answer_parse (profile, data, size, error);
  /* A gateway on the way, or a core that is down, answers in its own words. */
  if (answer == NULL && reply->status >= 500)
    {
      g_clear_error (error);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, "the core answered status %u",
                   reply->status);
    }
  return answer;
}

/* The key that another turn of ours, or another process, fetched. */
static gboolean
key_take (KioskGatewayIamClient *self, gint64 serial, GError **error)
{
  g_autofree char *text = kiosk_gateway_iam_sequence_get_key (self->sequence, error);
  g_autoptr (JsonObject) wrapped
    = text != NULL ? kiosk_json_parse (text, strlen (text), ROUND_MAX, error) : NULL;
  if (wrapped == NULL)
    return FALSE;
  self->key_serial = serial;
  self->key
    = kiosk_iamsmart_key_parse (self->kek, wrapped, kiosk_clock_wall_ms (self->clock), error);
  return self->key != NULL;
}

static gboolean
key_fetch (KioskGatewayIamClient *self, gint64 stamp_ms, char ret_code[CODE_SIZE], GError **error)
{
  const KioskIamsmartProfile *profile = self->settings->profile;
  g_autoptr (KioskIamsmartAnswer) answer
    = exchange (self, KIOSK_IAMSMART_GET_KEY, NULL, stamp_ms, error);
  if (answer == NULL)
    return FALSE;
  if (!kiosk_iamsmart_profile_check_code (profile, answer->code, error))
    {
      g_strlcpy (ret_code, answer->code, CODE_SIZE);
      return FALSE;
    }
  if (answer->plain == NULL)
    {
      g_set_error_literal (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_MALFORMED,
                           "getKey answered without a key");
      return FALSE;
    }
  g_autoptr (KioskIamsmartKey) key
    = kiosk_iamsmart_key_parse (self->kek, answer->plain, kiosk_clock_wall_ms (self->clock), error);
  if (key == NULL)
    return FALSE;
  g_autoptr (GBytes) wrapped = kiosk_json_print (answer->plain);
  g_autofree char *text = g_strndup (g_bytes_get_data (wrapped, NULL), g_bytes_get_size (wrapped));
  g_clear_pointer (&self->key, kiosk_iamsmart_key_free);
  self->key = g_steal_pointer (&key);
  return kiosk_gateway_iam_sequence_put_key (self->sequence, text, &self->key_serial, error);
}

/* Inside a turn: a key that is not due, from the database or from the core. @io_stamp_ms is spent
 * on fetching one, and then a later one is put there. */
static gboolean
key_ready (KioskGatewayIamClient *self, gint64 *io_stamp_ms, gint64 serial,
           char ret_code[CODE_SIZE], GError **error)
{
  gint64 now_ms = kiosk_clock_wall_ms (self->clock);
  if (serial != self->key_serial)
    {
      g_clear_pointer (&self->key, kiosk_iamsmart_key_free);
      key_take (self, serial, NULL); /* one that is over, or strange, is fetched anew below */
    }
  if (self->key != NULL && !kiosk_iamsmart_key_is_due (self->key, now_ms))
    return TRUE;
  return key_fetch (self, *io_stamp_ms, ret_code, error)
         && kiosk_gateway_iam_sequence_stamp (self->sequence, io_stamp_ms, &serial, error);
}

/* Inside a turn. (transfer full): the plaintext of the answer. */
static KioskSecret *
ask_once (KioskGatewayIamClient *self, KioskIamsmartPath path, GBytes *content,
          char ret_code[CODE_SIZE], GError **error)
{
  const KioskIamsmartProfile *profile = self->settings->profile;
  gint64 stamp_ms, serial;
  if (!kiosk_gateway_iam_sequence_stamp (self->sequence, &stamp_ms, &serial, error)
      || !key_ready (self, &stamp_ms, serial, ret_code, error))
    return NULL;
  gsize size;
  gconstpointer data = g_bytes_get_data (content, &size);
  g_autofree char *sealed = kiosk_iamsmart_content_seal (
    profile, self->key, self->random, data, size, kiosk_clock_wall_ms (self->clock), error);
  if (sealed == NULL)
    return NULL;
  g_autofree char *body = kiosk_iamsmart_request_print (sealed);
  g_autoptr (KioskIamsmartAnswer) answer = exchange (self, path, body, stamp_ms, error);
  if (answer == NULL)
    return NULL;
  g_strlcpy (ret_code, answer->code, CODE_SIZE);
  return kiosk_iamsmart_answer_open (profile, answer, self->key, NULL,
                                     kiosk_clock_wall_ms (self->clock), error);
}

static KioskSecret *
ask_in_turn (KioskGatewayIamClient *self, KioskIamsmartPath path, GBytes *content,
             char ret_code[CODE_SIZE], GError **error)
{
  if (!kiosk_gateway_iam_sequence_enter (self->sequence, error))
    return NULL;
  KioskSecret *plain = ask_once (self, path, content, ret_code, error);
  kiosk_gateway_iam_sequence_leave (self->sequence);
  return plain;
}

/* Waits without holding the turn; cut by the gateway's end. */
static void
pause_for (KioskGatewayIamClient *self, gint ms)
{
  GPollFD fd;
  if (g_cancellable_make_pollfd (self->cancellable, &fd))
    {
      g_poll (&fd, 1, ms);
      g_cancellable_release_fd (self->cancellable);
    }
}

/* Whether the same request may go once more, and what is to be done before. */
static gboolean
may_ask_again (KioskGatewayIamClient *self, guint tries, const GError *error)
{
  if (g_cancellable_is_cancelled (self->cancellable) || tries >= TRIES)
    return FALSE;
  if (g_error_matches (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_REKEY))
    {
      /* Of that serial it did not fit: unless another was put there meanwhile, one is fetched. */
      g_clear_pointer (&self->key, kiosk_iamsmart_key_free);
      return tries == 1;
    }
  if (error->domain == KIOSK_IAMSMART_ERROR && error->code != KIOSK_IAMSMART_ERROR_RETRY)
    return FALSE;
  pause_for (self, PAUSE_MS * (gint)tries);
  return TRUE;
}

JsonObject *
kiosk_gateway_iam_client_ask (KioskGatewayIamClient *self, KioskIamsmartPath path,
                              JsonObject *content, const char **ret_reason, GError **error)
{
  g_assert (self->sequence != NULL);
  GBytes *bytes = kiosk_json_print (content);
  g_autoptr (KioskSecret) plain = NULL;
  g_autoptr (GError) own = NULL;
  char code[CODE_SIZE] = "";
  guint tries = 0;
  do
    {
      g_clear_error (&own);
      code[0] = '\0';
      plain = ask_in_turn (self, path, bytes, code, &own);
      tries++;
    }
  while (plain == NULL && may_ask_again (self, tries, own));
  kiosk_wipe_bytes (bytes);
  JsonObject *answer = NULL;
  if (plain != NULL)
    answer = kiosk_json_parse (kiosk_secret_data (plain), kiosk_secret_length (plain),
                               self->settings->profile->content_most, &own);
  if (answer != NULL)
    return answer;
  if (own->domain == KIOSK_JSON_ERROR)
    *ret_reason = KIOSK_GATEWAY_IAM_FAULT;
  else
    *ret_reason = kiosk_gateway_iam_reason (self->settings->profile, code, own);
  g_propagate_error (error, g_steal_pointer (&own));
  return NULL;
}
