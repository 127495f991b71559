#include "iam-bench.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "base/file.h"

#define PATIENCE_S 20
#define SCOPES     "eidapi_auth%20eidapi_profiles%20eidapi_formFilling%20eidapi_sign%20eidapi_fr"

char *
iam_bench_path (const IamBench *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

static void
write_text (const IamBench *self, const char *name, const char *text)
{
  g_autofree char *path = iam_bench_path (self, name);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError) error = NULL;

  kiosk_folder_make (folder, 0700, &error);
  g_assert_no_error (error);
  kiosk_file_write (path, bytes, 0600, &error);
  g_assert_no_error (error);
}

static char *
read_text (const IamBench *self, const char *name)
{
  g_autofree char *path = iam_bench_path (self, name);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static void
write_people (const IamBench *self)
{
  write_text (self, "cards/" IAM_ADA "/card.ini",
              "[person]\nname=CHAN, ADA\nname-chinese=陳愛達\nnumber=A1234563\nsex=F\n"
              "birth=1990-01-31\n");
  write_text (self, "cards/" IAM_EVE "/card.ini",
              "[person]\nname=WONG, EVE\nname-chinese=黃伊娃\nnumber=CA1823611\nsex=F\n"
              "birth=1980-12-01\n");
  write_text (self, "cards/" IAM_BOB "/card.ini",
              "[person]\nname=LAM, BOB\nname-chinese=林保\nnumber=P1032651\nsex=M\n"
              "birth=1970-06-15\n");
}

static void
write_csca (const IamBench *self)
{
  const KioskCertTemplate template = {
    .role = KIOSK_CERT_CSCA,
    .common_name = "CSCA",
    .country = "HK",
    .not_before_ms = iam_bench_now () - 3600000,
    .not_after_ms = iam_bench_now () + 3600000,
  };
  g_autoptr (EVP_PKEY) key = kiosk_pki_key_new (NULL);
  g_autoptr (X509) cert = kiosk_pki_issue (&template, key, NULL, key, NULL);
  g_autofree char *pem = kiosk_pki_cert_to_pem (cert);

  write_text (self, "csca.pem", pem);
}

static void
set_up_government (const IamBench *self)
{
  g_autofree char *services = g_build_filename (g_getenv ("KIOSK_SOURCE"), "data/services", NULL);
  g_autofree char *out = iam_bench_path (self, "gov");
  g_autofree char *csca = iam_bench_path (self, "csca.pem");
  g_autofree char *ada = g_strdup_printf ("%s/cards/" IAM_ADA "/card.ini:sign", self->folder);
  g_autofree char *eve = g_strdup_printf ("%s/cards/" IAM_EVE "/card.ini:sign", self->folder);
  g_autofree char *bob = g_strdup_printf ("%s/cards/" IAM_BOB "/card.ini:basic", self->folder);
  const char *const argv[] = { g_getenv ("KIOSK_SANDBOX"),
                               "setup",
                               out,
                               "--csca",
                               csca,
                               "--services",
                               services,
                               "--iam-user",
                               ada,
                               "--iam-user",
                               eve,
                               "--iam-user",
                               bob,
                               NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *said = stage_run (argv, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (said, ==, "");
}

/* Both sides read the same wire. */
static void
agree_on (const IamBench *self, const char *padding)
{
  static const char *const files[]
    = { "gov/iamsmart/iamsmart.ini", "gov/gateway/iamsmart/iamsmart.ini" };
  g_autofree char *line = g_strdup_printf ("padding=%s", padding);

  for (gsize i = 0; padding != NULL && i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *text = read_text (self, files[i]);
      g_autoptr (GString) wire = g_string_new (text);

      g_assert_cmpuint (g_string_replace (wire, "padding=pkcs1", line, 1), ==, 1);
      write_text (self, files[i], wire->str);
    }
}

static void
start_core (IamBench *self)
{
  g_autofree char *folder = iam_bench_path (self, "gov/iamsmart");
  g_autofree char *ca = iam_bench_path (self, "gov/kiosk/gateway-ca.pem");
  const char *const argv[]
    = { g_getenv ("KIOSK_SANDBOX"), "iamsmart", "--folder", folder, "--gateway-ca", ca, NULL };
  g_autoptr (GError) error = NULL;

  self->core = stage_process_start ("iamsmart", argv, NULL, self->folder, &error);
  g_assert_no_error (error);
  stage_process_wait_ready (self->core, PATIENCE_S, &error);
  g_assert_no_error (error);
  self->base = g_strdup_printf ("https://localhost:%s", stage_process_value (self->core, "port"));
}

/* What a hub is given, and nothing else of the core's. */
static void
become_party (IamBench *self)
{
  g_autofree char *folder = iam_bench_path (self, "gov/gateway/iamsmart");
  g_autofree char *key_path = iam_bench_path (self, "gov/gateway/iamsmart/kek.key");
  g_autofree char *ini_path = iam_bench_path (self, "gov/gateway/iamsmart/iam.ini");
  g_autofree char *ca_path = iam_bench_path (self, "gov/gateway/iamsmart/ca.pem");
  g_autoptr (GKeyFile) ini = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (EVP_PKEY) key = kiosk_pki_key_load (key_path, &error);
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (ca_path, NULL);

  g_assert_no_error (error);
  g_assert_true (g_key_file_load_from_file (ini, ini_path, G_KEY_FILE_NONE, NULL));
  self->client = g_key_file_get_string (ini, "iamsmart", "client", NULL);
  self->secret = kiosk_secret_new_take (read_text (self, "gov/gateway/iamsmart/secret"));
  self->profile = kiosk_iamsmart_profile_load (folder, &error);
  g_assert_no_error (error);
  self->signer
    = kiosk_iamsmart_signer_new (self->profile, self->client, self->secret, self->random, 0);
  self->kek = kiosk_iamsmart_kek_new (self->profile, key, self->random, &error);
  g_assert_no_error (error);
  self->session
    = soup_session_new_with_options ("tls-database", database, "timeout", PATIENCE_S, NULL);
}

static void
came (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
      gpointer data)
{
  IamBench *self = data;
  IamCallback *callback = g_new0 (IamCallback, 1);
  GUri *uri = soup_server_message_get_uri (message);

  callback->method = g_strdup (soup_server_message_get_method (message));
  callback->path = g_strdup (path);
  callback->query = g_strdup (g_uri_get_query (uri));
  callback->body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  g_queue_push_tail (&self->callbacks, callback);
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
}

static void
listen (IamBench *self)
{
  g_autofree char *cert_path = iam_bench_path (self, "gov/gateway/server.pem");
  g_autofree char *key_path = iam_bench_path (self, "gov/gateway/server.key");
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) cert = g_tls_certificate_new_from_files (cert_path, key_path, &error);
  GSList *uris;

  g_assert_no_error (error);
  self->hub = soup_server_new ("tls-certificate", cert, NULL);
  soup_server_add_handler (self->hub, NULL, came, self, NULL);
  soup_server_listen_local (self->hub, 0, SOUP_SERVER_LISTEN_HTTPS | SOUP_SERVER_LISTEN_IPV4_ONLY,
                            &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->hub);
  self->redirect
    = g_strdup_printf ("https://localhost:%d" IAM_CALLBACK, g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
}

void
iam_bench_init (IamBench *self, const char *padding)
{
  g_autoptr (GError) error = NULL;

  memset (self, 0, sizeof *self);
  g_queue_init (&self->callbacks);
  self->random = kiosk_random_new_system ();
  self->folder = g_dir_make_tmp ("iam-XXXXXX", &error);
  g_assert_no_error (error);
  write_csca (self);
  write_people (self);
  set_up_government (self);
  agree_on (self, padding);
  start_core (self);
  become_party (self);
  listen (self);
  if (padding == NULL)
    g_assert_true (iam_bench_rekey (self, &error));
}

void
iam_bench_clear (IamBench *self)
{
  const char *const remove[] = { "rm", "-r", self->folder, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *said = NULL;

  stage_process_stop (self->core, SIGTERM, &error);
  g_assert_no_error (error);
  stage_process_free (self->core);
  soup_server_disconnect (self->hub);
  g_object_unref (self->hub);
  g_object_unref (self->session);
  g_queue_clear_full (&self->callbacks, (GDestroyNotify)iam_callback_free);
  g_clear_pointer (&self->key, kiosk_iamsmart_key_free);
  kiosk_iamsmart_kek_free (self->kek);
  kiosk_iamsmart_signer_free (self->signer);
  kiosk_iamsmart_profile_free (self->profile);
  kiosk_secret_unref (self->secret);
  kiosk_random_unref (self->random);
  said = stage_run (remove, NULL, &error);
  g_assert_no_error (error);
  g_free (self->client);
  g_free (self->redirect);
  g_free (self->base);
  g_free (self->folder);
}

char *
iam_bench_ask (IamBench *self, const char *line)
{
  g_autoptr (GError) error = NULL;
  char *answer = NULL;

  stage_process_tell (self->core, line, &error);
  g_assert_no_error (error);
  answer = stage_process_read_line (self->core, PATIENCE_S, &error);
  g_assert_no_error (error);
  return answer;
}

void
iam_bench_tell (IamBench *self, const char *line)
{
  g_autofree char *answer = iam_bench_ask (self, line);

  g_assert_cmpstr (answer, ==, "ok");
}

gint64
iam_bench_now (void)
{
  return g_get_real_time () / 1000;
}

static GBytes *
exchange (IamBench *self, SoupMessage *message, guint *ret_status)
{
  g_autoptr (GError) error = NULL;
  GBytes *body = soup_session_send_and_read (self->session, message, NULL, &error);

  *ret_status = body != NULL ? soup_message_get_status (message) : 0;
  return body;
}

GBytes *
iam_bench_send (IamBench *self, const char *path, const KioskIamsmartHeaders *headers,
                const char *body, guint *ret_status)
{
  g_autofree char *uri = g_strconcat (self->base, path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("POST", uri);
  SoupMessageHeaders *out = soup_message_get_request_headers (message);
  g_autoptr (GBytes) bytes = g_bytes_new (body != NULL ? body : "", body ? strlen (body) : 0);

  if (headers != NULL)
    {
      soup_message_headers_append (out, KIOSK_IAMSMART_HEADER_CLIENT, headers->client);
      soup_message_headers_append (out, KIOSK_IAMSMART_HEADER_METHOD, headers->method);
      soup_message_headers_append (out, KIOSK_IAMSMART_HEADER_TIMESTAMP, headers->timestamp);
      soup_message_headers_append (out, KIOSK_IAMSMART_HEADER_NONCE, headers->nonce);
      soup_message_headers_append (out, KIOSK_IAMSMART_HEADER_SIGNATURE, headers->signature);
    }
  soup_message_set_request_body_from_bytes (message, "application/json", bytes);
  return exchange (self, message, ret_status);
}

static char *
seal (IamBench *self, JsonObject *content)
{
  g_autoptr (GBytes) plain = kiosk_json_print (content);
  g_autoptr (GError) error = NULL;
  g_autofree char *sealed = kiosk_iamsmart_content_seal (
    self->profile, self->key, self->random, g_bytes_get_data (plain, NULL),
    g_bytes_get_size (plain), iam_bench_now (), &error);

  g_assert_no_error (error);
  return kiosk_iamsmart_request_print (sealed);
}

KioskIamsmartAnswer *
iam_bench_post (IamBench *self, KioskIamsmartPath path, JsonObject *content)
{
  g_autofree char *body = content != NULL ? seal (self, content) : NULL;
  g_autoptr (KioskIamsmartHeaders) headers
    = kiosk_iamsmart_signer_sign (self->signer, body, iam_bench_now ());
  g_autoptr (GError) error = NULL;
  guint status;
  g_autoptr (GBytes) reply
    = iam_bench_send (self, self->profile->paths[path], headers, body, &status);
  KioskIamsmartAnswer *answer;

  g_assert_cmpuint (status, ==, 200);
  answer = kiosk_iamsmart_answer_parse (self->profile, g_bytes_get_data (reply, NULL),
                                        g_bytes_get_size (reply), &error);
  g_assert_no_error (error);
  return answer;
}

char *
iam_bench_code (IamBench *self, KioskIamsmartPath path, JsonObject *content)
{
  g_autoptr (KioskIamsmartAnswer) answer = iam_bench_post (self, path, content);

  g_assert_true (answer->content == NULL || strcmp (answer->code, self->profile->success) == 0);
  return g_strdup (answer->code);
}

JsonObject *
iam_bench_call (IamBench *self, KioskIamsmartPath path, JsonObject *content)
{
  g_autoptr (KioskIamsmartAnswer) answer = iam_bench_post (self, path, content);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskSecret) plain = kiosk_iamsmart_answer_open (self->profile, answer, self->key,
                                                              self->kek, iam_bench_now (), &error);
  JsonObject *object;

  g_assert_no_error (error);
  object = kiosk_json_parse (kiosk_secret_data (plain), kiosk_secret_length (plain),
                             self->profile->content_most, &error);
  g_assert_no_error (error);
  return object;
}

gboolean
iam_bench_rekey (IamBench *self, GError **error)
{
  g_autoptr (KioskIamsmartAnswer) answer = iam_bench_post (self, KIOSK_IAMSMART_GET_KEY, NULL);

  g_assert_cmpstr (answer->code, ==, "D00000");
  g_assert_nonnull (answer->plain);
  g_clear_pointer (&self->key, kiosk_iamsmart_key_free);
  self->key = kiosk_iamsmart_key_parse (self->kek, answer->plain, iam_bench_now (), error);
  return self->key != NULL;
}

char *
iam_bench_qr_raw (IamBench *self, const char *query, char **ret_link)
{
  g_autofree char *uri
    = g_strconcat (self->base, self->profile->paths[KIOSK_IAMSMART_GET_QR], "?", query, NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", uri);
  guint status;
  g_autoptr (GBytes) body = NULL;

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  body = exchange (self, message, &status);
  *ret_link = NULL;
  if (status == SOUP_STATUS_FOUND)
    {
      *ret_link = g_strdup (
        soup_message_headers_get_one (soup_message_get_response_headers (message), "Location"));
      return NULL;
    }
  g_assert_cmpuint (status, ==, 200);
  return g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
}

char *
iam_bench_qr (IamBench *self, const char *state)
{
  g_autofree char *redirect = g_uri_escape_string (self->redirect, NULL, FALSE);
  g_autofree char *query
    = g_strdup_printf ("clientID=%s&responseType=code&source=App_Link&redirectURI=%s&scope=%s"
                       "&state=%s&lang=zh-HK",
                       self->client, redirect, SCOPES, state);
  char *link = NULL;
  g_autofree char *refusal = iam_bench_qr_raw (self, query, &link);

  g_assert_null (refusal);
  g_assert_true (g_str_has_prefix (link, self->base));
  return link;
}

guint
iam_bench_phone (IamBench *self, const char *name, const char *deed, const char *link,
                 JsonObject **ret_answer)
{
  gboolean opens = strcmp (deed, "open") == 0;
  g_autofree char *uri = g_strconcat (self->base, opens ? "/app/open" : "/app/decide", NULL);
  g_autofree char *token_name = g_strdup_printf ("gov/phone/%s.token", name);
  g_autofree char *token = read_text (self, token_name);
  g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);
  g_autofree char *body = g_strdup_printf ("{\"ticket\":\"%s\",\"decision\":\"%s\"}",
                                           strstr (link, "ticket=") + 7, opens ? "none" : deed);
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  g_autoptr (SoupMessage) message = soup_message_new ("POST", uri);
  g_autoptr (GBytes) reply = NULL;
  guint status;

  soup_message_headers_append (soup_message_get_request_headers (message), "Authorization", bearer);
  soup_message_set_request_body_from_bytes (message, "application/json", bytes);
  reply = exchange (self, message, &status);
  if (ret_answer != NULL)
    *ret_answer
      = kiosk_json_parse (g_bytes_get_data (reply, NULL), g_bytes_get_size (reply), 4096, NULL);
  return status;
}

void
iam_callback_free (IamCallback *self)
{
  g_free (self->method);
  g_free (self->path);
  g_free (self->query);
  g_bytes_unref (self->body);
  g_free (self);
}

static gboolean
give_up (gpointer data)
{
  g_error ("no callback came");
  return G_SOURCE_REMOVE;
}

IamCallback *
iam_bench_callback (IamBench *self)
{
  guint patience = g_timeout_add_seconds (PATIENCE_S, give_up, NULL);

  while (g_queue_is_empty (&self->callbacks))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (patience);
  return g_queue_pop_head (&self->callbacks);
}

/* The core has counted each callback that it began when it answers; those have come here before a
 * login's, which is begun afterwards, is back. */
void
iam_bench_assert_silent (IamBench *self)
{
  g_autofree char *link = iam_bench_qr (self, "silence");
  g_autoptr (IamCallback) callback = NULL;

  g_assert_cmpuint (iam_bench_phone (self, IAM_BOB, "cancel", link, NULL), ==, 200);
  callback = iam_bench_callback (self);
  g_assert_cmpstr (callback->query, ==, "error_code=D40000&state=silence");
  g_assert_true (g_queue_is_empty (&self->callbacks));
}

JsonObject *
iam_bench_open (IamBench *self, const IamCallback *callback, const char *path, const char *code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskIamsmartAnswer) answer
    = kiosk_iamsmart_answer_parse (self->profile, g_bytes_get_data (callback->body, NULL),
                                   g_bytes_get_size (callback->body), &error);
  g_autoptr (KioskSecret) plain = NULL;
  g_autofree char *wanted = g_strconcat (IAM_CALLBACK "/", path, NULL);
  JsonObject *object;

  g_assert_no_error (error);
  g_assert_cmpstr (callback->method, ==, "POST");
  g_assert_cmpstr (callback->path, ==, wanted);
  g_assert_cmpstr (answer->code, ==, code);
  plain = kiosk_iamsmart_callback_open (self->profile, answer, self->kek, &error);
  g_assert_no_error (error);
  object = kiosk_json_parse (kiosk_secret_data (plain), kiosk_secret_length (plain),
                             self->profile->content_most, &error);
  g_assert_no_error (error);
  return object;
}

JsonObject *
iam_bench_request (IamBench *self)
{
  g_autofree char *business = g_strdup_printf ("b-%u", self->business++);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "businessID", business);
  json_object_set_string_member (object, "state", business);
  json_object_set_string_member (object, "source", "App_Link");
  json_object_set_string_member (object, "redirectURI", self->redirect);
  json_object_set_string_member (object, "lang", "en-US");
  return object;
}

JsonObject *
iam_bench_sign_request (IamBench *self, const char *text, const char *number)
{
  JsonObject *object = iam_bench_request (self);
  g_autofree char *hkic_hash = kiosk_iamsmart_hkic_hash (number);
  g_autofree char *hash = kiosk_iamsmart_hkic_hash (text); /* Base64 of SHA-256 of any text */

  json_object_set_string_member (object, "hashCode", hash);
  json_object_set_string_member (object, "sigAlgo", "SHA256withRSA");
  json_object_set_string_member (object, "HKICHash", hkic_hash);
  json_object_set_string_member (object, "department", "Transport Department");
  json_object_set_string_member (object, "serviceName", "Vehicle licence");
  json_object_set_string_member (object, "documentName", "Declaration of TD558");
  return object;
}

JsonObject *
iam_bench_login (IamBench *self, const char *name)
{
  g_autofree char *link = iam_bench_qr (self, "login");
  g_autoptr (IamCallback) callback = NULL;
  g_autoptr (JsonObject) request = json_object_new ();
  g_auto (GStrv) parts = NULL;

  g_assert_cmpuint (iam_bench_phone (self, name, "approve", link, NULL), ==, 200);
  callback = iam_bench_callback (self);
  g_assert_true (g_str_has_prefix (callback->query, "code="));
  g_assert_true (g_str_has_suffix (callback->query, "&state=login"));
  parts = g_strsplit_set (callback->query, "=&", -1);
  json_object_set_string_member (request, "code", parts[1]);
  json_object_set_string_member (request, "grantType", "authorization_code");
  return iam_bench_call (self, KIOSK_IAMSMART_GET_TOKEN, request);
}

JsonObject *
iam_bench_account_request (IamBench *self, JsonObject *token)
{
  JsonObject *request = iam_bench_request (self);

  json_object_set_string_member (request, "accessToken",
                                 json_object_get_string_member (token, "accessToken"));
  json_object_set_string_member (request, "openID",
                                 json_object_get_string_member (token, "openID"));
  return request;
}

char *
iam_bench_shell (const char *script, const char *first, const char *second)
{
  const char *const argv[] = { "sh", "-euc", script, first, second, NULL };
  g_autoptr (GError) error = NULL;
  char *said = stage_run (argv, NULL, &error);

  g_assert_no_error (error);
  return said;
}
