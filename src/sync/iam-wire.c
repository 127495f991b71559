/* The hub's sessions, one exchange each: bounded, typed. */
#include "iam-private.h"

#include <string.h>

#include "base/secret.h"

#define PATH         "/v1/iam/sessions"
#define ANSWER_MAX   (64 * 1024)
#define SEALED_MAX   (40 * 1024)
#define CODE_MAX     1024
#define ID_MAX       64
#define DIGITS_MAX   16
#define LONGEST_MS   (20 * 60 * G_GINT64_CONSTANT (1000))
#define DIGEST_BYTES 32
#define ID_SIGNS     "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

G_DEFINE_QUARK (kiosk_iam_error, kiosk_iam_error)

static const char *const names[] = {
  [KIOSK_IAM_ERROR_CANCELLED] = "cancelled",
  [KIOSK_IAM_ERROR_REFUSED] = "refused",
  [KIOSK_IAM_ERROR_NO_ANSWER] = "no-answer",
  [KIOSK_IAM_ERROR_EXPIRED] = "expired",
  [KIOSK_IAM_ERROR_NOT_ALLOWED] = "not-allowed",
  [KIOSK_IAM_ERROR_OTHER_CARD] = "other-card",
  [KIOSK_IAM_ERROR_UNAVAILABLE] = "unavailable",
  [KIOSK_IAM_ERROR_MANY] = "many",
  [KIOSK_IAM_ERROR_OFF] = "off",
  [KIOSK_IAM_ERROR_OFFLINE] = "offline",
  [KIOSK_IAM_ERROR_FAULT] = "fault",
};

const char *
kiosk_iam_error_name (KioskIamError code)
{
  return names[(guint)code < G_N_ELEMENTS (names) ? code : KIOSK_IAM_ERROR_FAULT];
}

void
kiosk_iam_session_free (KioskIamSession *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  kiosk_wipe_string (self->code);
  kiosk_wipe_string (self->identification);
  g_clear_pointer (&self->sealed, g_bytes_unref);
  g_free (self);
}

static gboolean
fail (GError **error, KioskIamError code, const char *why)
{
  g_set_error (error, KIOSK_IAM_ERROR, (int)code, "iAM Smart session: %s", why);
  return FALSE;
}

/* What a way there that failed means to a person. */
static gboolean
fail_exchange (GError **error, GError *problem)
{
  g_autoptr (GError) owned = problem;

  if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&owned));
      return FALSE;
    }
  return fail (error,
               g_error_matches (problem, KIOSK_SYNC_ERROR, KIOSK_SYNC_ERROR_PROTOCOL)
                 ? KIOSK_IAM_ERROR_FAULT
                 : KIOSK_IAM_ERROR_OFFLINE,
               problem->message);
}

static KioskIamError
meaning_of (guint status, const char *code)
{
  if (g_str_equal (code, "iam-many"))
    return KIOSK_IAM_ERROR_MANY;
  if (g_str_equal (code, "iam-off"))
    return KIOSK_IAM_ERROR_OFF;
  return status >= 500 ? KIOSK_IAM_ERROR_UNAVAILABLE : KIOSK_IAM_ERROR_FAULT;
}

static gboolean
fail_answer (GError **error, const KioskAnswer *answer)
{
  g_autofree char *code = kiosk_answer_code (answer);

  return fail (error, meaning_of (answer->status, code), code);
}

/* FALSE: no text, or one longer than @maximum. Absent and null are empty. */
static gboolean
read_text (JsonObject *object, const char *member, gsize maximum, const char **ret_text)
{
  JsonNode *node = json_object_get_member (object, member);

  *ret_text = "";
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return FALSE;
  *ret_text = json_node_get_string (node);
  return strlen (*ret_text) <= maximum;
}

static gboolean
read_reason (const char *text, KioskIamError *ret_reason)
{
  static const KioskIamError known[]
    = { KIOSK_IAM_ERROR_CANCELLED,  KIOSK_IAM_ERROR_REFUSED,     KIOSK_IAM_ERROR_NO_ANSWER,
        KIOSK_IAM_ERROR_EXPIRED,    KIOSK_IAM_ERROR_NOT_ALLOWED, KIOSK_IAM_ERROR_OTHER_CARD,
        KIOSK_IAM_ERROR_UNAVAILABLE };

  *ret_reason = KIOSK_IAM_ERROR_FAULT;
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (names[known[i]], text))
      *ret_reason = known[i];
  return *text != '\0';
}

static gboolean
read_state (KioskIamSession *self, JsonObject *object)
{
  const char *state = kiosk_json_string (object, "state", 16, NULL);
  const char *reason;

  if (!read_text (object, "reason", 64, &reason))
    return FALSE;
  if (g_strcmp0 (state, "waiting") == 0)
    self->state = KIOSK_IAM_WAITING;
  else if (g_strcmp0 (state, "opened") == 0)
    self->state = KIOSK_IAM_OPENED;
  else if (g_strcmp0 (state, "done") == 0)
    {
      self->state = KIOSK_IAM_DONE;
      self->sealed = kiosk_json_bytes (object, "sealed", SEALED_MAX, NULL);
      return self->sealed != NULL;
    }
  else if (g_strcmp0 (state, "failed") == 0)
    {
      self->state = KIOSK_IAM_FAILED;
      return read_reason (reason, &self->reason);
    }
  else
    return FALSE;
  return TRUE;
}

static gboolean
is_plain (const char *text, const char *signs)
{
  return text != NULL && strspn (text, signs) == strlen (text);
}

static gboolean
is_printable (const char *text)
{
  for (; *text != '\0'; text++)
    if (!g_ascii_isgraph (*text))
      return FALSE;
  return TRUE;
}

static gboolean
read_opening (KioskIamSession *self, JsonObject *object, gint64 now_ms)
{
  const char *id = kiosk_json_string (object, "id", ID_MAX, NULL);
  const char *code = kiosk_json_string (object, "code", CODE_MAX, NULL);
  const char *digits;

  if (!is_plain (id, ID_SIGNS) || code == NULL || !is_printable (code)
      || !read_text (object, "identification", DIGITS_MAX, &digits)
      || !is_plain (digits, "0123456789")
      || !kiosk_json_integer (object, "version", 1, G_MAXINT32, &self->version, NULL)
      || !kiosk_json_integer (object, "expires_ms", 0, G_MAXINT64 / 2, &self->expires_ms, NULL))
    return FALSE;
  self->id = g_strdup (id);
  self->code = g_strdup (code);
  self->identification = g_strdup (digits);
  /* A clock that is far from ours, or a promise that nobody can wait for. */
  self->expires_ms = MIN (self->expires_ms, now_ms + LONGEST_MS);
  return TRUE;
}

static KioskIamSession *
read_opened (KioskLink *link, const KioskAnswer *answer, GError **error)
{
  g_autoptr (KioskIamSession) self = g_new0 (KioskIamSession, 1);
  g_autoptr (JsonObject) object = kiosk_answer_json (answer, NULL);

  if (object != NULL && read_opening (self, object, kiosk_clock_wall_ms (link->sync->clock))
      && read_state (self, object))
    return g_steal_pointer (&self);
  fail (error, KIOSK_IAM_ERROR_FAULT, "an answer to its opening that is not as the contract says");
  return NULL;
}

KioskIamSession *
kiosk_iam_session_open (KioskLink *link, GBytes *body, GCancellable *cancellable, GError **error)
{
  const KioskRequest request = { .method = "POST",
                                 .path = PATH,
                                 .body = body,
                                 .content_type = "application/json",
                                 .maximum = ANSWER_MAX };
  GError *problem = NULL;
  g_autoptr (KioskAnswer) answer = kiosk_link_exchange (link, &request, cancellable, &problem);

  if (answer == NULL)
    return fail_exchange (error, problem), NULL;
  if (answer->status == 404) /* a gateway of before these routes */
    return fail (error, KIOSK_IAM_ERROR_OFF, "the gateway does not know of it"), NULL;
  if (answer->status != 201)
    return fail_answer (error, answer), NULL;
  return read_opened (link, answer, error);
}

static gboolean
read_polled (KioskIamSession *self, const KioskAnswer *answer, GError **error)
{
  g_autoptr (JsonObject) object = kiosk_answer_json (answer, NULL);
  const char *id = object != NULL ? kiosk_json_string (object, "id", ID_MAX, NULL) : NULL;
  gint64 version = 0;

  if (id == NULL || g_strcmp0 (id, self->id) != 0
      || !kiosk_json_integer (object, "version", 1, G_MAXINT32, &version, NULL)
      || version < self->version || !read_state (self, object))
    return fail (error, KIOSK_IAM_ERROR_FAULT, "an answer that is not as the contract says");
  self->version = version;
  return TRUE;
}

gboolean
kiosk_iam_session_poll (KioskIamSession *self, KioskLink *link, GCancellable *cancellable,
                        GError **error)
{
  g_autofree char *path
    = g_strdup_printf (PATH "/%s?after=%" G_GINT64_FORMAT, self->id, self->version);
  const KioskRequest request = { .method = "GET", .path = path, .maximum = ANSWER_MAX };
  GError *problem = NULL;
  g_autoptr (KioskAnswer) answer = kiosk_link_exchange (link, &request, cancellable, &problem);

  if (answer == NULL)
    return fail_exchange (error, problem);
  if (answer->status == 404)
    return fail (error, KIOSK_IAM_ERROR_EXPIRED, "the gateway knows it no longer");
  if (answer->status != 200)
    return fail_answer (error, answer);
  return read_polled (self, answer, error);
}

gboolean
kiosk_iam_session_close (KioskLink *link, const char *id, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = g_strconcat (PATH "/", id, NULL);
  const KioskRequest request = { .method = "DELETE", .path = path, .maximum = ANSWER_MAX };
  GError *problem = NULL;
  g_autoptr (KioskAnswer) answer = kiosk_link_exchange (link, &request, cancellable, &problem);

  if (answer == NULL)
    return fail_exchange (error, problem);
  return answer->status == 204 || answer->status == 404 || fail_answer (error, answer);
}

GBytes *
kiosk_iam_request_body (const KioskIamRequest *request)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *digest = NULL;

  json_object_set_string_member (object, "purpose", request->digest != NULL ? "sign" : "login");
  json_object_set_string_member (object, "language", request->language);
  if (request->digest != NULL)
    {
      digest = g_base64_encode (request->digest, DIGEST_BYTES);
      json_object_set_string_member (object, "digest", digest);
      json_object_set_string_member (object, "hkic_hash", request->hkic_hash);
      json_object_set_string_member (object, "service", request->service);
      json_object_set_string_member (object, "document", request->document);
      json_object_set_string_member (object, "department", request->department);
    }
  return kiosk_json_print (object);
}

/* A certificate may have been renewed since the session was opened: the newest first. */
GBytes *
kiosk_iam_session_unseal (const KioskIamSession *self, KioskSync *sync, GError **error)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&sync->lock);
  GBytes *plain = NULL;

  for (guint i = sync->identities->len; plain == NULL && i > 0; i--)
    {
      const KioskIdentity *identity = g_ptr_array_index (sync->identities, i - 1);

      plain = kiosk_cms_decrypt (self->sealed, identity->signer.cert, identity->signer.key, NULL);
    }
  if (plain == NULL)
    fail (error, KIOSK_IAM_ERROR_FAULT, "an answer that this kiosk's key does not open");
  return plain;
}
