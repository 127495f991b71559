#include "programs/kiosk-sandbox/iam-core.h"
#include "programs/kiosk-sandbox/iam-private.h"
#include <openssl/x509.h>
#include <string.h>

#define CALLBACK_KEY_MS 60000

static const struct
{
  KioskIamsmartPath path;
  KioskIamHandler handle;
} handlers[] = {
  { KIOSK_IAMSMART_GET_TOKEN, kiosk_iam_get_token },
  { KIOSK_IAMSMART_PROFILE, kiosk_iam_profile },
  { KIOSK_IAMSMART_FORM_FILLING, kiosk_iam_form },
  { KIOSK_IAMSMART_STEP_UP, kiosk_iam_step_up },
  { KIOSK_IAMSMART_SIGNING, kiosk_iam_sign },
  { KIOSK_IAMSMART_SIGNING_ACKNOWLEDGE, kiosk_iam_acknowledge },
  { KIOSK_IAMSMART_PDF_SIGNING, kiosk_iam_pdf },
  { KIOSK_IAMSMART_ANONYMOUS_FORM_FILLING, kiosk_iam_form_anonymous },
  { KIOSK_IAMSMART_ANONYMOUS_FORM_FILLING_RESULT, kiosk_iam_result },
  { KIOSK_IAMSMART_ANONYMOUS_SIGNING, kiosk_iam_sign_anonymous },
  { KIOSK_IAMSMART_ANONYMOUS_SIGNING_RESULT, kiosk_iam_result },
  { KIOSK_IAMSMART_ANONYMOUS_PDF_SIGNING, kiosk_iam_pdf_anonymous },
  { KIOSK_IAMSMART_ANONYMOUS_PDF_SIGNING_RESULT, kiosk_iam_result },
};

static guint
code_of (const GError *error)
{
  switch (error->code)
    {
    case KIOSK_IAMSMART_ERROR_SIGNATURE:
      return KIOSK_IAM_SIGNATURE;
    case KIOSK_IAMSMART_ERROR_CLOCK:
      return KIOSK_IAM_CLOCK;
    case KIOSK_IAMSMART_ERROR_REPLAY:
    case KIOSK_IAMSMART_ERROR_RETRY:
      return KIOSK_IAM_REPLAY;
    default:
      return KIOSK_IAM_WRONG;
    }
}

/* Who asks, and whether it was asked before. */
static guint
check (KioskIamCore *core, const KioskIamsmartHeaders *headers, const char *body, gsize length)
{
  g_autoptr (GError) error = NULL;
  gint64 now_ms = kiosk_iam_now (core);

  if (kiosk_iam_faults_take (&core->faults, KIOSK_IAM_FAULT_REFUSED_SIGNATURE))
    return KIOSK_IAM_SIGNATURE;
  if (kiosk_iam_faults_take (&core->faults, KIOSK_IAM_FAULT_REPLAYED_NONCE))
    return KIOSK_IAM_REPLAY;
  if (kiosk_iam_faults_take (&core->faults, KIOSK_IAM_FAULT_CLOCK_SKEW))
    now_ms += 2 * core->profile->window_ms;
  if (kiosk_iamsmart_guard_check (core->guard, headers, body, length, now_ms, &error))
    return KIOSK_IAM_OK;
  if (g_error_matches (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_REPLAY))
    core->replays++;
  return code_of (error);
}

static void
key_make (KioskIamCore *core)
{
  g_autoptr (KioskSecret) bytes = kiosk_secret_new (KIOSK_IAMSMART_KEY_LENGTH);

  kiosk_random_fill (core->random, kiosk_secret_data (bytes), KIOSK_IAMSMART_KEY_LENGTH);
  g_clear_pointer (&core->keys[1], kiosk_iamsmart_key_free);
  core->keys[1] = core->keys[0];
  core->keys[0] = kiosk_iamsmart_key_new (core->profile, bytes, kiosk_iam_now (core), core->key_ms);
}

static void
keys_forget (KioskIamCore *core)
{
  for (gsize i = 0; i < G_N_ELEMENTS (core->keys); i++)
    g_clear_pointer (&core->keys[i], kiosk_iamsmart_key_free);
}

/* Processes of one client share the key: it stays the same until it is due. The one before it goes
 * on to open what is under way. */
static JsonObject *
key_give (KioskIamCore *core)
{
  KioskIamsmartProfile profile = *core->profile;

  if (core->keys[0] == NULL || kiosk_iamsmart_key_is_due (core->keys[0], kiosk_iam_now (core)))
    key_make (core);
  if (kiosk_iam_faults_take (&core->faults, KIOSK_IAM_FAULT_WRONG_PADDING))
    profile.padding
      = profile.padding == KIOSK_IAMSMART_PKCS1 ? KIOSK_IAMSMART_OAEP_SHA256 : KIOSK_IAMSMART_PKCS1;
  return kiosk_iamsmart_key_print (&profile, core->keys[0], core->client.kek, NULL);
}

/* (transfer full) (nullable): what the content says, with the key that opened it. */
static guint
content_open (KioskIamCore *core, const char *body, gsize length, const KioskIamsmartKey **ret_key,
              JsonObject **ret_content)
{
  gint64 now_ms = kiosk_iam_now (core);
  g_autofree char *sealed = kiosk_iamsmart_request_parse (core->profile, body, length, NULL);
  g_autoptr (KioskSecret) plain = NULL;

  if (sealed == NULL)
    return KIOSK_IAM_WRONG;
  if (kiosk_iam_faults_take (&core->faults, KIOSK_IAM_FAULT_REKEY_NOW))
    {
      keys_forget (core);
      key_make (core);
    }
  if (kiosk_iam_faults_take (&core->faults, KIOSK_IAM_FAULT_EXPIRED_KEY) || core->keys[0] == NULL
      || !kiosk_iamsmart_key_check (core->keys[0], now_ms, NULL))
    return KIOSK_IAM_KEY_OVER;
  for (gsize i = 0; plain == NULL && i < G_N_ELEMENTS (core->keys); i++)
    if (core->keys[i] != NULL)
      {
        *ret_key = core->keys[i];
        plain = kiosk_iamsmart_content_open (core->profile, core->keys[i], sealed, now_ms, NULL);
      }
  if (plain == NULL)
    return KIOSK_IAM_KEY_OTHER;
  *ret_content = kiosk_json_parse (kiosk_secret_data (plain), kiosk_secret_length (plain),
                                   core->profile->content_most, NULL);
  return *ret_content != NULL ? KIOSK_IAM_OK : KIOSK_IAM_WRONG;
}

/* Always JSON of the shape that kiosk_iamsmart_answer_parse() reads. */
static char *
answer (KioskIamCore *core, guint code, const KioskIamsmartKey *key, JsonObject *content,
        JsonObject *plain)
{
  g_autoptr (KioskIamsmartAnswer) self = g_new0 (KioskIamsmartAnswer, 1);
  g_autofree char *id = kiosk_random_id (core->random);

  self->tx_id = g_strdup_printf ("<T=%s>", id);
  self->code = kiosk_iam_code (core, code);
  self->plain = plain != NULL ? json_object_ref (plain) : NULL;
  if (code == KIOSK_IAM_OK && content != NULL)
    {
      GBytes *text = kiosk_json_print (content);
      gsize length;
      gconstpointer data = g_bytes_get_data (text, &length);

      self->content = kiosk_iamsmart_content_seal (core->profile, key, core->random, data, length,
                                                   kiosk_iam_now (core), NULL);
      kiosk_wipe_bytes (text);
    }
  return kiosk_iamsmart_answer_print (self, code == KIOSK_IAM_OK ? "SUCCESS" : "FAILED");
}

static char *
sealed_post (KioskIamCore *core, KioskIamHandler handle, const char *body, gsize length)
{
  const KioskIamsmartKey *key = NULL;
  g_autoptr (JsonObject) content = NULL;
  g_autoptr (JsonObject) result = NULL;
  guint code = content_open (core, body, length, &key, &content);

  if (code == KIOSK_IAM_OK)
    code = handle (core, content, &result);
  return answer (core, code, key, result, NULL);
}

static char *
key_post (KioskIamCore *core, gboolean revoke)
{
  g_autoptr (JsonObject) plain = NULL;

  if (revoke)
    keys_forget (core);
  else
    plain = key_give (core);
  return answer (core, KIOSK_IAM_OK, NULL, NULL, plain);
}

char *
kiosk_iam_core_post (KioskIamCore *self, const char *path, const KioskIamsmartHeaders *headers,
                     const char *body, gsize length)
{
  char **paths = self->profile->paths;
  gboolean is_key = strcmp (path, paths[KIOSK_IAMSMART_GET_KEY]) == 0;
  gboolean is_revoke = strcmp (path, paths[KIOSK_IAMSMART_REVOKE_KEY]) == 0;
  KioskIamHandler handle = NULL;
  guint code;

  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    if (strcmp (path, paths[handlers[i].path]) == 0)
      handle = handlers[i].handle;
  if (!is_key && !is_revoke && handle == NULL)
    return NULL;
  self->requests++;
  code = check (self, headers, body, length);
  if (code != KIOSK_IAM_OK)
    return answer (self, code, NULL, NULL, NULL);
  return handle != NULL ? sealed_post (self, handle, body, length) : key_post (self, is_revoke);
}

/* Any RSA key but the client's. */
static EVP_PKEY *
foreign_key (void)
{
  return EVP_RSA_gen (2048);
}

GBytes *
kiosk_iam_callback_print (KioskIamCore *core, guint code, JsonObject *content, GError **error)
{
  g_autoptr (KioskIamsmartAnswer) self = g_new0 (KioskIamsmartAnswer, 1);
  g_autoptr (KioskSecret) bytes = kiosk_secret_new (KIOSK_IAMSMART_KEY_LENGTH);
  g_autoptr (KioskIamsmartKey) key = NULL;
  g_autofree char *id = kiosk_random_id (core->random);
  gint64 now_ms = kiosk_iam_now (core);
  gboolean foreign = kiosk_iam_faults_take (&core->faults, KIOSK_IAM_FAULT_FOREIGN_KEY);
  g_autoptr (EVP_PKEY) stranger = foreign ? foreign_key () : NULL;
  GBytes *plain = kiosk_json_print (content);
  char *text = NULL;

  kiosk_random_fill (core->random, kiosk_secret_data (bytes), KIOSK_IAMSMART_KEY_LENGTH);
  key = kiosk_iamsmart_key_new (core->profile, bytes, now_ms, CALLBACK_KEY_MS);
  core->text_turn = core->profile->text_inside && !core->text_turn;
  self->tx_id = g_strdup_printf ("<T=%s>", id);
  self->code = kiosk_iam_code (core, code);
  self->secret_key = kiosk_iamsmart_wrap (core->profile, foreign ? stranger : core->client.kek,
                                          bytes, core->text_turn, error);
  self->content
    = kiosk_iamsmart_content_seal (core->profile, key, core->random, g_bytes_get_data (plain, NULL),
                                   g_bytes_get_size (plain), now_ms, NULL);
  kiosk_wipe_bytes (plain);
  if (self->secret_key == NULL)
    return NULL;
  text = kiosk_iamsmart_answer_print (self, code == KIOSK_IAM_OK ? "SUCCESS" : "FAILED");
  return g_bytes_new_take (text, strlen (text));
}
