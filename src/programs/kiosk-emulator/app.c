#include "app.h"

#include <libsoup/soup.h>
#include <string.h>

#include "base/file.h"
#include "base/secret.h"
#include "card.h"
#include "formats/json.h"

#define TIMEOUT_S  10
#define ANSWER_MAX 4096
#define TOKEN_MAX  256
#define TICKET_MAX 36
#define VALUE_MAX  300
#define LINK_PATH  "/app?ticket="

struct _KioskEmuApp
{
  char *folder;
  char *core; /* (nullable) */
};

static gboolean
refuse (GError **error, const char *format, const char *what)
{
  g_autofree char *message = g_strdup_printf ("%s%s", format, what);

  g_set_error_literal (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_COMMAND, message);
  return FALSE;
}

KioskEmuApp *
kiosk_emu_app_new (const char *folder, const char *core, GError **error)
{
  KioskEmuApp *self;

  if (core != NULL && !g_str_has_prefix (core, "https://"))
    {
      refuse (error, "--core: give it as https://HOST:PORT, not ", core);
      return NULL;
    }
  self = g_new0 (KioskEmuApp, 1);
  self->folder = g_canonicalize_filename (folder, NULL);
  self->core = g_strdup (core);
  return self;
}

void
kiosk_emu_app_free (KioskEmuApp *self)
{
  if (self == NULL)
    return;
  g_free (self->folder);
  g_free (self->core);
  g_free (self);
}

/* "https://HOST:PORT/app?ticket=ID" in its two parts, which is all that such a code may say. */
static gboolean
link_parse (const KioskEmuApp *self, const char *seen, char **ret_base, char **ret_ticket,
            GError **error)
{
  const char *path = seen != NULL ? strstr (seen, LINK_PATH) : NULL;
  const char *ticket = path != NULL ? path + strlen (LINK_PATH) : NULL;
  g_autofree char *base = path != NULL ? g_strndup (seen, (gsize)(path - seen)) : NULL;
  g_autoptr (GUri) uri = base != NULL ? g_uri_parse (base, G_URI_FLAGS_NONE, NULL) : NULL;

  if (uri == NULL || !g_str_has_prefix (base, "https://") || *g_uri_get_path (uri) != '\0'
      || strlen (ticket) < 1 || strlen (ticket) > TICKET_MAX
      || strspn (ticket, "abcdefghijklmnopqrstuvwxyz0123456789") != strlen (ticket))
    return refuse (error, "the phone's camera has not read a code of iAM Smart: phone look PNG",
                   "");
  if (self->core != NULL && strcmp (self->core, base) != 0)
    return refuse (error, "the code is another address's than ", self->core);
  *ret_base = g_steal_pointer (&base);
  *ret_ticket = g_strdup (ticket);
  return TRUE;
}

/* A name is a file's, so it must not climb out. (transfer full) (nullable) */
static KioskSecret *
token_load (const KioskEmuApp *self, const char *name, GError **error)
{
  g_autofree char *file = NULL;
  g_autofree char *path = NULL;
  GBytes *bytes = NULL;
  KioskSecret *token = NULL;

  if (name == NULL || *name == '\0' || *name == '.' || strchr (name, '/') != NULL)
    {
      refuse (error, "whose phone is it? phone app open|approve|refuse|cancel NAME", "");
      return NULL;
    }
  file = g_strconcat (name, ".token", NULL);
  path = g_build_filename (self->folder, file, NULL);
  bytes = kiosk_file_read (path, TOKEN_MAX, error);
  if (bytes == NULL)
    return NULL;
  token = kiosk_secret_new_copy (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  kiosk_wipe_bytes (bytes);
  return token;
}

static GBytes *
request_body (const char *ticket, const char *decision)
{
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_string_member (object, "ticket", ticket);
  if (decision != NULL)
    json_object_set_string_member (object, "decision", decision);
  return kiosk_json_print (object);
}

static SoupMessage *
message_new (const char *base, const char *path, KioskSecret *token, GBytes *body, GError **error)
{
  g_autofree char *uri = g_strconcat (base, path, NULL);
  SoupMessage *message = soup_message_new ("POST", uri);
  char *bearer = NULL;

  if (message == NULL)
    {
      refuse (error, "no address: ", base);
      return NULL;
    }
  bearer = g_strconcat ("Bearer ", kiosk_secret_text (token), NULL);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                bearer);
  kiosk_wipe_string (bearer);
  soup_message_set_request_body_from_bytes (message, "application/json", body);
  return message;
}

/* Up to @ANSWER_MAX bytes; more is no answer of the core's. */
static GBytes *
body_read (GInputStream *stream, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (ANSWER_MAX + 1);
  gsize length;

  if (!g_input_stream_read_all (stream, buffer, ANSWER_MAX + 1, &length, NULL, error))
    return NULL;
  if (length <= ANSWER_MAX)
    return g_bytes_new (buffer, length);
  refuse (error, "the core's answer is too long", "");
  return NULL;
}

static const char *
words_of (guint status)
{
  switch (status)
    {
    case SOUP_STATUS_UNAUTHORIZED:
      return "it does not know this phone";
    case SOUP_STATUS_FORBIDDEN:
      return "the request is another person's";
    case SOUP_STATUS_NOT_FOUND:
      return "there is no such request, or its time is over";
    case SOUP_STATUS_CONFLICT:
      return "it was decided already";
    default:
      return "it cannot say";
    }
}

/* (transfer full) (nullable): what the core says to @message. */
static JsonObject *
ask (const KioskEmuApp *self, SoupMessage *message, GError **error)
{
  g_autofree char *ca = g_build_filename (self->folder, "core-ca.pem", NULL);
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (ca, error);
  g_autoptr (SoupSession) session = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GBytes) body = NULL;

  if (database == NULL)
    return NULL;
  session = soup_session_new_with_options ("tls-database", database, "timeout", TIMEOUT_S, NULL);
  stream = soup_session_send (session, message, NULL, error);
  body = stream != NULL ? body_read (stream, error) : NULL;
  if (body == NULL)
    return NULL;
  if (soup_message_get_status (message) != SOUP_STATUS_OK)
    {
      refuse (error, "the core refuses: ", words_of (soup_message_get_status (message)));
      return NULL;
    }
  return kiosk_json_parse (g_bytes_get_data (body, NULL), g_bytes_get_size (body), ANSWER_MAX,
                           error);
}

static void
tell (JsonObject *reply, const char *member, const char *as, GString *answer)
{
  const char *value = kiosk_json_optional_string (reply, member, VALUE_MAX, NULL);
  g_autofree char *escaped = value != NULL ? g_uri_escape_string (value, NULL, TRUE) : NULL;

  if (escaped != NULL)
    g_string_append_printf (answer, " %s=%s", as, escaped);
}

static gboolean
is_deed (const char *deed)
{
  static const char *const deeds[] = { "open", "approve", "refuse", "cancel", NULL };

  return deed != NULL && g_strv_contains (deeds, deed);
}

gboolean
kiosk_emu_app_run (KioskEmuApp *self, const char *deed, const char *name, const char *seen,
                   GString *answer, GError **error)
{
  gboolean opens = g_strcmp0 (deed, "open") == 0;
  g_autofree char *base = NULL;
  g_autofree char *ticket = NULL;
  g_autoptr (KioskSecret) token = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (JsonObject) reply = NULL;

  if (!is_deed (deed))
    return refuse (error, "phone app open|approve|refuse|cancel NAME", "");
  if (!link_parse (self, seen, &base, &ticket, error))
    return FALSE;
  token = token_load (self, name, error);
  if (token == NULL)
    return FALSE;
  body = request_body (ticket, opens ? NULL : deed);
  message = message_new (base, opens ? "/app/open" : "/app/decide", token, body, error);
  reply = message != NULL ? ask (self, message, error) : NULL;
  if (reply == NULL)
    return FALSE;
  tell (reply, "kind", "kind", answer);
  tell (reply, "identificationCode", "identification", answer);
  tell (reply, "client", "client", answer);
  tell (reply, "service", "service", answer);
  tell (reply, "document", "document", answer);
  tell (reply, "code", "code", answer);
  return TRUE;
}
