#include "iam-stage.h"
#include "formats/base64.h"
#include "formats/hkid.h"
#include "formats/json.h"
#include "identity/iamsmart-envelope.h"
#include "programs/kiosk-sandbox/setup-iam.h"
#include "trust/cms.h"
#include <openssl/rsa.h>
#include <signal.h>
#include <string.h>

#define PATIENCE_S 60

/* A number that holds, for the nth person. (transfer full) */
static char *
number_of (guint person)
{
  static const char digits[] = "0123456789A";
  for (gsize i = 0; i < strlen (digits); i++)
    {
      g_autofree char *number = g_strdup_printf ("Z%06u%c", 100000 + person, digits[i]);
      if (kiosk_hkid_is_valid (number))
        return g_steal_pointer (&number);
    }
  g_assert_not_reached ();
}

/* (transfer full): "FILE:TYPE" of a card of that person. */
static char *
card_new (IamStage *self, guint person)
{
  g_autofree char *folder = g_strdup_printf ("%s/cards/p%u", self->rig->folder, person);
  g_autofree char *path = g_build_filename (folder, "card.ini", NULL);
  g_autofree char *text
    = g_strdup_printf ("[person]\nname=PERSON %u\nname-chinese=人%u\nnumber=%s\n"
                       "birth=1990-01-31\nsex=F\n",
                       person, person, self->numbers[person]);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return g_strdup_printf ("%s:%s", path, person + 1 == self->people ? "sign" : "basic");
}

static void
sides_set_up (IamStage *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) users = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *wire = g_test_build_filename (G_TEST_DIST, "..", "..", "data", "identity", NULL);
  self->numbers = g_new0 (char *, self->people + 1);
  for (guint person = 0; person < self->people; person++)
    {
      self->numbers[person] = number_of (person);
      g_ptr_array_add (users, card_new (self, person));
    }
  g_ptr_array_add (users, NULL);
  g_autoptr (KioskSandboxIam) iam
    = kiosk_sandbox_iam_new (wire, (const char *const *)users->pdata, &self->rig->keys->signing_ca,
                             self->rig->random, kiosk_clock_wall_ms (self->rig->clock), &error);
  g_assert_no_error (error);
  kiosk_sandbox_iam_save (iam, self->rig->folder, &error);
  g_assert_no_error (error);
}

static void
core_start (IamStage *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_build_filename (self->rig->folder, "iamsmart", NULL);
  g_autofree char *ca = g_build_filename (self->rig->folder, "kiosk/gateway-ca.pem", NULL);
  const char *const argv[]
    = { g_getenv ("KIOSK_SANDBOX"), "iamsmart", "--folder", folder, "--gateway-ca", ca, NULL };
  self->core = stage_process_start ("core", argv, NULL, self->rig->folder, &error);
  g_assert_no_error (error);
  stage_process_wait_ready (self->core, PATIENCE_S, &error);
  g_assert_no_error (error);
  self->core_url
    = g_strdup_printf ("https://localhost:%s", stage_process_value (self->core, "port"));
}

static void
second_start (IamStage *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *pki = g_build_filename (self->rig->folder, "gateway", NULL);
  const char *const argv[] = { g_getenv ("KIOSK_GATEWAY"),
                               "--database",
                               self->rig->database,
                               "--pki",
                               pki,
                               "--iam",
                               self->core_url,
                               NULL };
  self->second = stage_process_start ("second", argv, NULL, self->rig->folder, &error);
  g_assert_no_error (error);
  stage_process_wait_ready (self->second, PATIENCE_S, &error);
  g_assert_no_error (error);
  g_free (self->urls[1]);
  self->urls[1]
    = g_strdup_printf ("https://localhost:%s", stage_process_value (self->second, "port"));
}

static void
first_start (IamStage *self)
{
  rig_start (self->rig);
  g_free (self->urls[0]);
  self->urls[0] = g_strdup_printf ("https://localhost:%u", self->rig->port);
}

static void
second_stop (IamStage *self)
{
  g_autoptr (GError) error = NULL;
  stage_process_stop (self->second, SIGTERM, &error);
  g_assert_no_error (error);
  g_clear_pointer (&self->second, stage_process_free);
}

IamStage *
iam_stage_new (guint people, guint gateways)
{
  IamStage *self = g_new0 (IamStage, 1);
  self->people = people;
  self->rig = rig_new ();
  rig_stop (self->rig);
  sides_set_up (self);
  core_start (self);
  self->rig->iam = g_strdup (self->core_url);
  first_start (self);
  if (gateways > 1)
    second_start (self);
  return self;
}

void
iam_stage_restart (IamStage *self)
{
  rig_stop (self->rig);
  first_start (self);
  if (self->second == NULL)
    return;
  second_stop (self);
  second_start (self);
}

void
iam_stage_free (IamStage *self)
{
  g_autoptr (GError) error = NULL;
  if (self->second != NULL)
    second_stop (self);
  stage_process_stop (self->core, SIGTERM, &error);
  g_assert_no_error (error);
  stage_process_free (self->core);
  rig_free (self->rig);
  g_free (self->core_url);
  g_free (self->urls[0]);
  g_free (self->urls[1]);
  g_strfreev (self->numbers);
  g_free (self);
}

char *
iam_stage_core (IamStage *self, const char *line)
{
  g_autoptr (GError) error = NULL;
  stage_process_tell (self->core, line, &error);
  g_assert_no_error (error);
  char *answer = stage_process_read_line (self->core, PATIENCE_S, &error);
  g_assert_no_error (error);
  g_test_message ("core: %s: %s", line, answer);
  g_assert_true (g_str_has_prefix (answer, "ok"));
  return answer;
}

char *
iam_stage_envelope (IamStage *self, const char *code, const char *content)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_build_filename (self->rig->folder, "gateway/iamsmart", NULL);
  g_autofree char *kek_path = g_build_filename (folder, "kek.key", NULL);
  g_autoptr (KioskIamsmartProfile) profile = kiosk_iamsmart_profile_load (folder, &error);
  g_assert_no_error (error);
  g_autoptr (EVP_PKEY) kek = kiosk_pki_key_load (kek_path, &error);
  g_assert_no_error (error);
  g_autoptr (KioskSecret) bytes = kiosk_secret_new (KIOSK_IAMSMART_KEY_LENGTH);
  kiosk_random_fill (self->rig->random, kiosk_secret_data (bytes), KIOSK_IAMSMART_KEY_LENGTH);
  gint64 now_ms = kiosk_clock_wall_ms (self->rig->clock);
  g_autoptr (KioskIamsmartKey) key = kiosk_iamsmart_key_new (profile, bytes, now_ms, 60000);
  g_autoptr (KioskIamsmartAnswer) answer = g_new0 (KioskIamsmartAnswer, 1);
  answer->code = g_strdup (code);
  answer->secret_key = kiosk_iamsmart_wrap (profile, kek, bytes, FALSE, &error);
  g_assert_no_error (error);
  answer->content = kiosk_iamsmart_content_seal (profile, key, self->rig->random, content,
                                                 strlen (content), now_ms, &error);
  g_assert_no_error (error);
  return kiosk_iamsmart_answer_print (answer, "");
}

static IamClient *
gateway_client (IamStage *self, const RigPeer *peer)
{
  g_autofree char *ca = g_build_filename (self->rig->folder, "kiosk/gateway-ca.pem", NULL);
  return iam_client_new (ca, peer->cert_path, peer->key_path);
}

IamKiosk *
iam_kiosk_new (IamStage *self)
{
  IamKiosk *kiosk = g_new0 (IamKiosk, 1);
  kiosk->peer = rig_enrol (self->rig);
  kiosk->client = gateway_client (self, kiosk->peer);
  return kiosk;
}

void
iam_kiosk_free (IamKiosk *self)
{
  rig_peer_free (self->peer);
  iam_client_free (self->client);
  g_free (self);
}

IamClient *
iam_phone_new (IamStage *self, guint person)
{
  g_autofree char *ca = g_build_filename (self->rig->folder, "phone/core-ca.pem", NULL);
  g_autofree char *path = g_strdup_printf ("%s/phone/p%u.token", self->rig->folder, person);
  IamClient *phone = iam_client_new (ca, NULL, NULL);
  g_assert_true (g_file_get_contents (path, &phone->token, NULL, NULL));
  return phone;
}

char *
iam_url (const IamStage *self, guint which, const char *session, gint64 after)
{
  if (session == NULL)
    return g_strconcat (self->urls[which], "/v1/iam/sessions", NULL);
  return g_strdup_printf ("%s/v1/iam/sessions/%s?after=%" G_GINT64_FORMAT, self->urls[which],
                          session, after);
}

char *
iam_decision (const char *code, const char *decision)
{
  const char *ticket = strstr (code, "ticket=");
  g_assert_nonnull (ticket);
  return g_strdup_printf ("{\"ticket\":\"%s\"%s%s%s}", ticket + strlen ("ticket="),
                          decision != NULL ? ",\"decision\":\"" : "",
                          decision != NULL ? decision : "", decision != NULL ? "\"" : "");
}

IamReply *
iam_phone_decide (IamStage *self, guint person, const char *code, const char *decision)
{
  g_autoptr (IamClient) phone = iam_phone_new (self, person);
  g_autofree char *open_url = g_strconcat (self->core_url, "/app/open", NULL);
  g_autofree char *url = g_strconcat (self->core_url, "/app/decide", NULL);
  g_autofree char *opening = iam_decision (code, NULL);
  g_autofree char *body = iam_decision (code, decision);
  g_autoptr (IamReply) opened = iam_client_ask (phone, "POST", open_url, opening);
  g_assert_cmpuint (opened->status, ==, 200);
  return iam_client_ask (phone, "POST", url, body);
}

static GBytes *
unseal (const IamKiosk *self, const IamReply *reply, GError **error)
{
  g_autoptr (GBytes) sealed = kiosk_json_bytes (reply->json, "sealed", 1024 * 1024, error);
  g_assert_nonnull (sealed);
  return kiosk_cms_decrypt (sealed, self->peer->signer.cert, self->peer->signer.key, error);
}

gboolean
iam_kiosk_can_open (const IamKiosk *self, const IamReply *reply)
{
  g_autoptr (GBytes) plain = unseal (self, reply, NULL);
  return plain != NULL;
}

JsonObject *
iam_kiosk_open (const IamKiosk *self, const IamReply *reply)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) plain = unseal (self, reply, &error);
  g_assert_no_error (error);
  JsonObject *json
    = kiosk_json_parse (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain), 65536, &error);
  g_assert_no_error (error);
  return json;
}

IamReply *
iam_kiosk_wait (IamStage *self, IamKiosk *kiosk, const char *session)
{
  gint64 after = 1;
  for (;;)
    {
      g_autofree char *url = iam_url (self, 0, session, after);
      g_autoptr (IamReply) reply = iam_client_ask (kiosk->client, "GET", url, NULL);
      g_assert_cmpuint (reply->status, ==, 200);
      const char *state = json_object_get_string_member (reply->json, "state");
      g_test_message ("state %s", state);
      if (strcmp (state, "done") == 0 || strcmp (state, "failed") == 0)
        return g_steal_pointer (&reply);
      after = json_object_get_int_member (reply->json, "version");
    }
}

static gint64
metric (IamStage *self, guint which, const char *name)
{
  g_autofree char *ca = g_build_filename (self->rig->folder, "kiosk/gateway-ca.pem", NULL);
  g_autofree char *url = g_strconcat (self->urls[which], "/metrics", NULL);
  const char *const argv[] = { "curl", "-sS", "--max-time", "30", "--cacert", ca, url, NULL };
  g_autofree char *text = rig_run (argv);
  g_autofree char *begin = g_strdup_printf ("\nkiosk_gateway_%s ", name);
  const char *found = strstr (text, begin);
  g_assert_nonnull (found);
  return g_ascii_strtoll (found + strlen (begin), NULL, 10);
}

gint64
iam_stage_gauge (IamStage *self, guint which, const char *name)
{
  return metric (self, which, name);
}

gint64
iam_stage_counter (IamStage *self, guint which, const char *name)
{
  g_autofree char *total = g_strconcat (name, "_total", NULL);
  return metric (self, which, total);
}

void
iam_stage_await_counter (IamStage *self, const char *name, gint64 value)
{
  gint64 until_us = g_get_monotonic_time () + PATIENCE_S * G_USEC_PER_SEC;
  while (iam_stage_counter (self, 0, name) < value && g_get_monotonic_time () < until_us)
    continue;
  g_assert_cmpint (iam_stage_counter (self, 0, name), >=, value);
}

static gint64
core_number (IamStage *self, const char *name)
{
  g_autofree char *status = iam_stage_core (self, "status");
  g_autofree char *begin = g_strdup_printf (" %s=", name);
  const char *found = strstr (status, begin);
  g_assert_nonnull (found);
  return g_ascii_strtoll (found + strlen (begin), NULL, 10);
}

void
iam_stage_await (IamStage *self, const char *name, gint64 value)
{
  gint64 until_us = g_get_monotonic_time () + PATIENCE_S * G_USEC_PER_SEC;
  while (core_number (self, name) < value && g_get_monotonic_time () < until_us)
    continue;
  g_assert_cmpint (core_number (self, name), ==, value);
}

GBytes *
iam_base64 (const char *text)
{
  GBytes *bytes = kiosk_base64_decode (text, 65536);
  g_assert_nonnull (bytes);
  return bytes;
}

gboolean
iam_signature_holds (X509 *cert, const char *digest, GBytes *signature)
{
  g_autoptr (GBytes) hash = iam_base64 (digest);
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new (X509_get0_pubkey (cert), NULL);
  gboolean holds
    = EVP_PKEY_verify_init (context) == 1
      && EVP_PKEY_CTX_set_rsa_padding (context, RSA_PKCS1_PADDING) == 1
      && EVP_PKEY_CTX_set_signature_md (context, EVP_sha256 ()) == 1
      && EVP_PKEY_verify (context, g_bytes_get_data (signature, NULL), g_bytes_get_size (signature),
                          g_bytes_get_data (hash, NULL), g_bytes_get_size (hash))
           == 1;
  EVP_PKEY_CTX_free (context);
  return holds;
}
