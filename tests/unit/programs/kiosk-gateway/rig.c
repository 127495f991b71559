#include "rig.h"
#include "base/file.h"
#include "formats/json.h"
#include "trust/bundle.h"
#include <signal.h>
#include <string.h>

#define PATIENCE_S 60
#define DAY_MS     (G_GINT64_CONSTANT (24) * 3600 * 1000)

static Postgres *server; /* of all rigs; made with the first */

gboolean
rig_is_on_postgresql (void)
{
  return g_strcmp0 (g_getenv ("RIG_DATABASE"), "postgresql") == 0;
}

void
rig_server_end (void)
{
  g_clear_pointer (&server, postgres_free);
}

int
rig_test_run (void)
{
  if (rig_is_on_postgresql () && !postgres_is_installed ())
    {
      g_print ("1..0 # SKIP PostgreSQL's server is not installed (package postgresql)\n");
      return 0;
    }
  int status = g_test_run ();
  rig_server_end ();
  return status;
}

Postgres *
rig_server (void)
{
  if (server == NULL)
    server = postgres_new (g_getenv ("RIG_DURABLE") != NULL);
  return server;
}

char *
rig_ask (Rig *self, const char *sql)
{
  if (rig_is_on_postgresql ())
    return postgres_ask (self->database, sql);
  /* A gateway that runs may be writing. */
  const char *const sqlite[]
    = { "sqlite3", "-cmd", ".timeout 5000", self->database + strlen ("sqlite:"), sql, NULL };
  return rig_run (sqlite);
}

static void
signer_copy (const KioskSigner *from, KioskSigner *to)
{
  X509_up_ref (from->cert);
  EVP_PKEY_up_ref (from->key);
  *to = *from;
}

char *
rig_file (Rig *self, gconstpointer data, gsize size)
{
  Rig *owner = self->twin_of != NULL ? self->twin_of : self;
  char *path
    = g_strdup_printf ("%s/file-%u", self->folder, (guint)g_atomic_int_add (&owner->files, 1));
  g_autoptr (GError) error = NULL;
  g_file_set_contents (path, data, (gssize)size, &error);
  g_assert_no_error (error);
  return path;
}

void
rig_publish (Rig *self, const char *name, guint64 serial, JsonObject *body)
{
  const KioskSigner signers[2] = { self->keys->first, self->keys->second };
  gint64 now_ms = kiosk_clock_wall_ms (self->clock);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) cms
    = kiosk_bundle_sign (name, serial, now_ms, now_ms + 30 * DAY_MS, body, signers, &error);
  g_assert_no_error (error);
  g_autofree char *path = g_strdup_printf ("%s/gateway/bundles/%s.p7", self->folder, name);
  kiosk_file_write (path, cms, 0644, &error);
  g_assert_no_error (error);
}

void
rig_start (Rig *self)
{
  g_autofree char *pki = g_build_filename (self->folder, "gateway", NULL);
  const char *const argv[] = { g_getenv ("KIOSK_GATEWAY"),
                               "--database",
                               self->database,
                               "--pki",
                               pki,
                               self->iam != NULL ? "--iam" : NULL,
                               self->iam,
                               NULL };
  g_autoptr (GError) error = NULL;
  const char *name = self->twin_of != NULL ? "kiosk-gateway-twin" : "kiosk-gateway";
  self->gateway = stage_process_start (name, argv, NULL, self->folder, &error);
  g_assert_no_error (error);
  stage_process_wait_ready (self->gateway, PATIENCE_S, &error);
  g_assert_no_error (error);
  self->port = (guint)g_ascii_strtoull (stage_process_value (self->gateway, "port"), NULL, 10);
}

static Rig *
rig_prepare (void)
{
  g_autoptr (GError) error = NULL;
  Rig *self = g_new0 (Rig, 1);
  self->clock = kiosk_clock_new_system ();
  self->random = kiosk_random_new_system ();
  self->folder = g_dir_make_tmp ("gateway-XXXXXX", &error);
  g_assert_no_error (error);
  self->database = rig_is_on_postgresql () ? postgres_database_new (rig_server ())
                                           : g_strdup_printf ("sqlite:%s/gateway.db", self->folder);
  return self;
}

Rig *
rig_new (void)
{
  g_autoptr (GError) error = NULL;
  Rig *self = rig_prepare ();
  /* Long ago, so that there can be kiosks whose certificates have run out. */
  self->keys = kiosk_sandbox_keys_new (kiosk_clock_wall_ms (self->clock) - 100 * DAY_MS, &error);
  g_assert_no_error (error);
  kiosk_sandbox_keys_save (self->keys, self->folder, &error);
  g_assert_no_error (error);
  g_autoptr (JsonObject) body = json_object_new ();
  rig_publish (self, "trust", 7, body);
  rig_start (self);
  return self;
}

Rig *
rig_twin (Rig *first)
{
  Rig *self = g_new0 (Rig, 1);
  self->twin_of = first;
  self->clock = kiosk_clock_ref (first->clock);
  self->random = kiosk_random_ref (first->random);
  self->folder = g_strdup (first->folder);
  self->database = g_strdup (first->database);
  self->keys = first->keys;
  rig_start (self);
  return self;
}

static void
signer_load (Rig *self, const char *stem, KioskSigner *ret_signer)
{
  g_autofree char *cert = g_strdup_printf ("%s/%s.pem", self->folder, stem);
  g_autofree char *key = g_strdup_printf ("%s/%s.key", self->folder, stem);
  g_autoptr (GError) error = NULL;
  ret_signer->cert = kiosk_pki_cert_load (cert, &error);
  g_assert_no_error (error);
  ret_signer->key = kiosk_pki_key_load (key, &error);
  g_assert_no_error (error);
}

static KioskSandboxKeys *
keys_load (Rig *self)
{
  KioskSandboxKeys *keys = g_new0 (KioskSandboxKeys, 1);
  signer_load (self, "authority/gateway-ca", &keys->gateway_ca);
  signer_load (self, "authority/signer-one", &keys->first);
  signer_load (self, "authority/signer-two", &keys->second);
  signer_load (self, "gateway/server", &keys->server);
  signer_load (self, "gateway/kiosk-ca", &keys->kiosk_ca);
  signer_load (self, "gateway/receipt", &keys->receipt);
  signer_load (self, "department/td/td", &keys->department);
  signer_load (self, "department/td/recipient", &keys->recipient);
  signer_load (self, "recovery/recovery", &keys->recovery);
  return keys;
}

Rig *
rig_new_by_setup (const char *services, const char *lost)
{
  Rig *self = rig_prepare ();
  gint64 now_ms = kiosk_clock_wall_ms (self->clock);
  const KioskCertTemplate template = {
    .role = KIOSK_CERT_CSCA,
    .common_name = "CSCA",
    .country = "HK",
    .not_before_ms = now_ms - DAY_MS,
    .not_after_ms = now_ms + DAY_MS,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (EVP_PKEY) key = kiosk_pki_key_new (&error);
  g_autoptr (X509) csca = kiosk_pki_issue (&template, key, NULL, key, &error);
  g_assert_no_error (error);
  g_autofree char *pem = kiosk_pki_cert_to_pem (csca);
  g_autofree char *csca_file = rig_file (self, pem, strlen (pem));
  const char *const setup[] = { g_getenv ("KIOSK_SANDBOX"),
                                "setup",
                                self->folder,
                                "--csca",
                                csca_file,
                                "--services",
                                services,
                                "--lost",
                                lost,
                                NULL };
  g_free (rig_run (setup));
  self->keys = keys_load (self);
  rig_start (self);
  return self;
}

static void
end_gateway (Rig *self, int number)
{
  g_autoptr (GError) error = NULL;
  stage_process_stop (self->gateway, number, &error);
  g_assert_no_error (error);
  g_clear_pointer (&self->gateway, stage_process_free);
}

void
rig_stop (Rig *self)
{
  end_gateway (self, SIGTERM);
}

void
rig_kill (Rig *self)
{
  end_gateway (self, SIGKILL);
}

void
rig_free (Rig *self)
{
  if (self->gateway != NULL)
    rig_stop (self);
  const char *const remove[] = { "rm", "-rf", self->folder, NULL };
  if (self->twin_of == NULL)
    {
      g_free (rig_run (remove));
      kiosk_sandbox_keys_free (self->keys);
    }
  kiosk_clock_unref (self->clock);
  kiosk_random_unref (self->random);
  g_free (self->folder);
  g_free (self->database);
  g_free (self->iam);
  g_free (self);
}

char *
rig_run (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  char *out = stage_run (argv, NULL, &error);
  g_assert_no_error (error);
  return out;
}

char *
rig_command (Rig *self, const char *word, ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_ptr_array_add (argv, (gpointer)g_getenv ("KIOSK_GATEWAY"));
  g_ptr_array_add (argv, "--database");
  g_ptr_array_add (argv, self->database);
  va_list words;
  va_start (words, word);
  for (; word != NULL; word = va_arg (words, const char *))
    g_ptr_array_add (argv, (gpointer)word);
  va_end (words);
  g_ptr_array_add (argv, NULL);
  return rig_run ((const char *const *)argv->pdata);
}

JsonObject *
rig_report (Rig *self)
{
  g_autofree char *text = rig_command (self, "report", "--json", NULL);
  g_autoptr (GError) error = NULL;
  JsonObject *report = kiosk_json_parse (text, strlen (text), 65536, &error);
  g_assert_no_error (error);
  return report;
}

char *
rig_code (Rig *self)
{
  g_autofree char *out = rig_command (self, "code", NULL);
  g_assert_true (g_str_has_prefix (out, "code="));
  return g_strndup (out + strlen ("code="), 9);
}

static RigPeer *
peer_new (Rig *self, const char *id, X509 *cert, EVP_PKEY *key)
{
  g_autoptr (GError) error = NULL;
  RigPeer *peer = g_new0 (RigPeer, 1);
  KioskSigner signer = { cert, key };
  signer_copy (&signer, &peer->signer);
  peer->id = g_strdup (id);
  g_autofree char *pem = kiosk_pki_cert_to_pem (cert);
  peer->cert_path = rig_file (self, pem, strlen (pem));
  peer->key_path = g_strconcat (peer->cert_path, ".key", NULL);
  kiosk_pki_key_save (key, peer->key_path, &error);
  g_assert_no_error (error);
  return peer;
}

void
rig_peer_free (RigPeer *self)
{
  X509_free (self->signer.cert);
  EVP_PKEY_free (self->signer.key);
  g_free (self->id);
  g_free (self->cert_path);
  g_free (self->key_path);
  g_free (self);
}

RigPeer *
rig_department (Rig *self)
{
  return peer_new (self, "td", self->keys->department.cert, self->keys->department.key);
}

RigPeer *
rig_peer_issued (Rig *self, const char *id, const KioskSigner *issuer, gint64 not_before_ms,
                 gint64 not_after_ms)
{
  const KioskCertTemplate template = {
    .role = KIOSK_CERT_KIOSK,
    .common_name = id,
    .not_before_ms = not_before_ms,
    .not_after_ms = not_after_ms,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (EVP_PKEY) key = kiosk_pki_key_new (&error);
  g_autoptr (X509) cert = kiosk_pki_issue (&template, key, issuer->cert, issuer->key, &error);
  g_assert_no_error (error);
  return peer_new (self, id, cert, key);
}

RigPeer *
rig_enrol (Rig *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EVP_PKEY) key = kiosk_pki_key_new (&error);
  g_autofree char *csr = kiosk_pki_csr_new (key, "new", &error);
  g_assert_no_error (error);
  g_autofree char *code = rig_code (self);
  g_autoptr (JsonObject) json = json_object_new ();
  json_object_set_string_member (json, "code", code);
  json_object_set_string_member (json, "csr", csr);
  g_autoptr (GBytes) bytes = kiosk_json_print (json);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autoptr (RigReply) reply = rig_post_json (self, NULL, "/v1/kiosks", text);
  g_assert_cmpuint (reply->status, ==, 201);
  g_autoptr (X509) cert
    = kiosk_pki_cert_from_pem (json_object_get_string_member (reply->json, "certificate"), &error);
  g_assert_no_error (error);
  return peer_new (self, json_object_get_string_member (reply->json, "kiosk"), cert, key);
}

static void
curl_arguments (Rig *self, GPtrArray *argv, const RigPeer *peer, const char *method,
                const char *const *headers)
{
  const char *const fixed[] = { "curl", "-sS", "--max-time", "60", "--tlsv1.3", "--cacert", NULL };
  for (guint i = 0; fixed[i] != NULL; i++)
    g_ptr_array_add (argv, g_strdup (fixed[i]));
  g_ptr_array_add (argv, g_strdup_printf ("%s/kiosk/gateway-ca.pem", self->folder));
  g_ptr_array_add (argv, g_strdup ("-X"));
  g_ptr_array_add (argv, g_strdup (method));
  if (peer != NULL)
    {
      g_ptr_array_add (argv, g_strdup ("--cert"));
      g_ptr_array_add (argv, g_strdup (peer->cert_path));
      g_ptr_array_add (argv, g_strdup ("--key"));
      g_ptr_array_add (argv, g_strdup (peer->key_path));
    }
  for (guint i = 0; headers != NULL && headers[i] != NULL; i++)
    {
      g_ptr_array_add (argv, g_strdup ("-H"));
      g_ptr_array_add (argv, g_strdup (headers[i]));
    }
}

static void
reply_parse (RigReply *reply)
{
  g_autofree char *type = rig_reply_header (reply, "Content-Type");
  if (type == NULL || strstr (type, "json") == NULL)
    return;
  gsize size;
  gconstpointer data = g_bytes_get_data (reply->body, &size);
  g_autoptr (GError) error = NULL;
  reply->json = kiosk_json_parse (data, size, 64 * 1024 * 1024, &error);
  g_assert_no_error (error);
  if (strcmp (type, "application/problem+json") != 0)
    return;
  reply->code = json_object_get_string_member (reply->json, "code");
  g_test_message ("%u %s: %s", reply->status, reply->code,
                  json_object_get_string_member (reply->json, "detail"));
}

RigReply *
rig_request (Rig *self, const RigPeer *peer, const char *method, const char *path,
             const char *const *headers, GBytes *body)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  curl_arguments (self, argv, peer, method, headers);
  if (body != NULL)
    {
      g_autofree char *file
        = rig_file (self, g_bytes_get_data (body, NULL), g_bytes_get_size (body));
      g_ptr_array_add (argv, g_strdup ("--data-binary"));
      g_ptr_array_add (argv, g_strconcat ("@", file, NULL));
    }
  g_autofree char *headers_file = rig_file (self, "", 0);
  g_autofree char *body_file = rig_file (self, "", 0);
  const char *const last[] = { "-D", headers_file, "-o", body_file, "-w", "%{http_code}", NULL };
  for (guint i = 0; last[i] != NULL; i++)
    g_ptr_array_add (argv, g_strdup (last[i]));
  g_ptr_array_add (argv, g_strdup_printf ("https://localhost:%u%s", self->port, path));
  g_ptr_array_add (argv, NULL);
  g_autofree char *status = rig_run ((const char *const *)argv->pdata);
  RigReply *reply = g_new0 (RigReply, 1);
  gsize size;
  char *content;
  g_assert_true (g_file_get_contents (body_file, &content, &size, NULL));
  g_assert_true (g_file_get_contents (headers_file, &reply->headers, NULL, NULL));
  reply->status = (guint)g_ascii_strtoull (status, NULL, 10);
  reply->body = g_bytes_new_take (content, size);
  reply_parse (reply);
  return reply;
}

void
rig_reply_free (RigReply *self)
{
  g_free (self->headers);
  g_bytes_unref (self->body);
  g_clear_pointer (&self->json, json_object_unref);
  g_free (self);
}

char *
rig_reply_header (const RigReply *self, const char *name)
{
  g_autofree char *pattern = g_strdup_printf ("(?im)^%s: *(.*?)\\r?$", name);
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_NEWLINE_LF, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  return g_regex_match (regex, self->headers, 0, &match) ? g_match_info_fetch (match, 1) : NULL;
}

RigReply *
rig_post_json (Rig *self, const RigPeer *peer, const char *path, const char *json)
{
  const char *const headers[] = { "Content-Type: application/json", NULL };
  g_autoptr (GBytes) body = g_bytes_new (json, strlen (json));
  return rig_request (self, peer, "POST", path, headers, body);
}

KioskSealHeader *
rig_header (Rig *self, const char *kiosk, const char *txid)
{
  KioskSealHeader *header = g_new0 (KioskSealHeader, 1);
  header->txid = g_strdup (txid);
  header->kiosk = g_strdup (kiosk);
  header->sequence = 1;
  header->boot = kiosk_random_id (self->random);
  header->department = g_strdup ("td");
  header->service = g_strdup ("td-vehicle-licence-renewal");
  header->form = g_strdup ("td558");
  header->form_version = 1;
  header->catalogue = 1;
  header->sealed_ms = kiosk_clock_wall_ms (self->clock);
  return header;
}

GBytes *
rig_seal_at (Rig *self, const RigPeer *peer, const KioskSealHeader *header, GBytes *submission)
{
  g_autoptr (GPtrArray) recipients = g_ptr_array_new ();
  g_ptr_array_add (recipients, self->keys->recipient.cert);
  g_ptr_array_add (recipients, self->keys->recovery.cert);
  g_autoptr (GError) error = NULL;
  GBytes *sealed = kiosk_seal_create (header, submission, &peer->signer, recipients, &error);
  g_assert_no_error (error);
  return sealed;
}

GBytes *
rig_seal (Rig *self, const RigPeer *peer, const char *txid, gsize size)
{
  g_autoptr (KioskSealHeader) header = rig_header (self, peer->id, txid);
  guint8 *content = g_malloc (size);
  kiosk_random_fill (self->random, content, size);
  g_autoptr (GBytes) submission = g_bytes_new_take (content, size);
  return rig_seal_at (self, peer, header, submission);
}

char *
rig_digest_header (GBytes *bytes)
{
  guint8 digest[32];
  kiosk_seal_digest (bytes, digest);
  g_autofree char *base64 = g_base64_encode (digest, sizeof digest);
  return g_strdup_printf ("Content-Digest: sha-256=:%s:", base64);
}

RigReply *
rig_put (Rig *self, const RigPeer *peer, const char *txid, GBytes *sealed)
{
  g_autofree char *digest = rig_digest_header (sealed);
  g_autofree char *path = g_strdup_printf ("/v1/transactions/%s/%s", peer->id, txid);
  const char *const headers[] = { "Content-Type: " KIOSK_SEAL_MEDIA_TYPE, digest, NULL };
  return rig_request (self, peer, "PUT", path, headers, sealed);
}

GBytes *
rig_outcome (Rig *self, const RigPeer *peer, const char *kiosk, const char *txid, GBytes *sealed,
             const char *outcome, const char *reason)
{
  guint8 digest[32];
  kiosk_seal_digest (sealed, digest);
  g_autofree char *hex = kiosk_hex_encode (digest, sizeof digest);
  g_autoptr (JsonObject) json = json_object_new ();
  json_object_set_string_member (json, "kiosk", kiosk);
  json_object_set_string_member (json, "txid", txid);
  json_object_set_string_member (json, "digest", hex);
  json_object_set_string_member (json, "department", peer->id);
  json_object_set_string_member (json, "outcome", outcome);
  json_object_set_string_member (json, "reason", reason);
  json_object_set_int_member (json, "decided_ms", kiosk_clock_wall_ms (self->clock));
  g_autoptr (GBytes) content = kiosk_json_print (json);
  g_autoptr (GError) error = NULL;
  GBytes *cms = kiosk_cms_sign (content, &peer->signer, 1, FALSE, &error);
  g_assert_no_error (error);
  return cms;
}

RigReply *
rig_post_outcome (Rig *self, const RigPeer *peer, GBytes *cms)
{
  g_autofree char *path = g_strdup_printf ("/v1/departments/%s/outcomes", peer->id);
  const char *const headers[] = { "Content-Type: application/cms", NULL };
  return rig_request (self, peer, "POST", path, headers, cms);
}
