/* POST /v1/kiosks and /v1/kiosks/renew: a one-time code and a signing request become a certificate
 * of 90 days. */
#include "formats/json.h"
#include "programs/kiosk-gateway/routes.h"
#include <libsoup/soup.h>
#include <string.h>

#define TOO_MANY_REQUESTS 429    /* RFC 6585, 4; libsoup has no name for it */
#define CODE_LENGTH       8      /* characters of 5 bits */
#define CODE_ROUNDS       100000 /* tens of milliseconds a guess */
#define CSR_MAX           8192   /* bytes of PEM */
#define WRONG_MAX         20     /* wrong codes a minute, all callers together … */
#define WRONG_WINDOW      60     /* … before everyone waits, in seconds */

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* Crockford's base 32 */

typedef struct
{
  GBytes *code_hash;
  EVP_PKEY *key;
  GBytes *public_key; /* SubjectPublicKeyInfo, DER */
} Enrolment;

static void
enrolment_free (gpointer data)
{
  Enrolment *self = data;
  g_clear_pointer (&self->code_hash, g_bytes_unref);
  EVP_PKEY_free (self->key);
  g_clear_pointer (&self->public_key, g_bytes_unref);
  g_free (self);
}

char *
kiosk_gateway_code_new (KioskRandom *random)
{
  char *text = g_new0 (char, CODE_LENGTH + 2);
  for (guint i = 0; i < CODE_LENGTH; i++)
    text[i < CODE_LENGTH / 2 ? i : i + 1] = alphabet[kiosk_random_below (random, 32)];
  text[CODE_LENGTH / 2] = '-';
  return text;
}

/* As a person may have typed it: small letters, no dash, O for 0, I and L for 1. */
static gboolean
code_normalise (const char *text, char ret_code[CODE_LENGTH])
{
  gsize n = 0;
  for (; *text != '\0'; text++)
    {
      char c = g_ascii_toupper (*text);
      if (c == '-' || c == ' ')
        continue;
      c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
      if (n == CODE_LENGTH || strchr (alphabet, c) == NULL)
        return FALSE;
      ret_code[n++] = c;
    }
  return n == CODE_LENGTH;
}

GBytes *
kiosk_gateway_code_hash (const char *text, const guint8 salt[KIOSK_GATEWAY_SALT])
{
  char code[CODE_LENGTH];
  guint8 hash[32];
  if (!code_normalise (text, code)
      || PKCS5_PBKDF2_HMAC (code, CODE_LENGTH, salt, KIOSK_GATEWAY_SALT, CODE_ROUNDS, EVP_sha256 (),
                            sizeof hash, hash)
           != 1)
    return NULL;
  return g_bytes_new (hash, sizeof hash);
}

/* One window for everybody: a code has 40 bits and an hour, so guessing needs volume. */
static gboolean
guessing_too_fast (const KioskGatewayContext *context)
{
  KioskGatewayGuesses *guesses = context->guesses;
  gint now_s = (gint)(kiosk_clock_steady_us (context->clock) / G_USEC_PER_SEC);
  gint began_s = g_atomic_int_get (&guesses->window_s);
  if (now_s - began_s >= WRONG_WINDOW
      && g_atomic_int_compare_and_exchange (&guesses->window_s, began_s, now_s))
    g_atomic_int_set (&guesses->count, 0);
  return g_atomic_int_get (&guesses->count) >= WRONG_MAX;
}

static gboolean
wrong_code (KioskGatewayCall *call, const KioskGatewayContext *context)
{
  g_atomic_int_inc (&context->guesses->count);
  return kiosk_gateway_call_problem (call, SOUP_STATUS_FORBIDDEN, "enrolment-code",
                                     "The code is wrong, used or old: ask for a new one.");
}

static GBytes *
public_key_der (EVP_PKEY *key)
{
  guint8 *der = NULL;
  int length = i2d_PUBKEY (key, &der);
  GBytes *bytes = length > 0 ? g_bytes_new (der, (gsize)length) : NULL;
  OPENSSL_free (der);
  return bytes;
}

/* The key of the request's "csr". NULL: answered. */
static Enrolment *
enrolment_new (KioskGatewayCall *call, JsonObject *json)
{
  g_autoptr (GError) error = NULL;
  const char *csr = kiosk_json_string (json, "csr", CSR_MAX, &error);
  EVP_PKEY *key = csr != NULL ? kiosk_pki_csr_check (csr, &error) : NULL;
  GBytes *public_key = key != NULL ? public_key_der (key) : NULL;
  if (public_key == NULL)
    {
      EVP_PKEY_free (key);
      kiosk_gateway_call_problem (call, SOUP_STATUS_BAD_REQUEST, "csr",
                                  error != NULL ? error->message : "Its key cannot be read.");
      return NULL;
    }
  Enrolment *self = g_new0 (Enrolment, 1);
  self->key = key;
  self->public_key = public_key;
  call->prepared = self;
  call->prepared_free = enrolment_free;
  return self;
}

static JsonObject *
body_parse (KioskGatewayCall *call)
{
  g_autoptr (GError) error = NULL;
  gsize size;
  gconstpointer data = g_bytes_get_data (call->body, &size);
  JsonObject *json = kiosk_json_parse (data, size, call->route->body_max, &error);
  if (json == NULL)
    kiosk_gateway_call_problem (call, SOUP_STATUS_BAD_REQUEST, "malformed", error->message);
  return json;
}

gboolean
kiosk_gateway_enrol_prepare (KioskGatewayCall *call, const KioskGatewayContext *context)
{
  if (guessing_too_fast (context))
    return kiosk_gateway_call_problem_later (call, TOO_MANY_REQUESTS, "enrolment-limit",
                                             "Too many wrong codes: wait.", WRONG_WINDOW);
  g_autoptr (JsonObject) json = body_parse (call);
  if (json == NULL)
    return FALSE;
  g_autoptr (GError) error = NULL;
  const char *code = kiosk_json_string (json, "code", 64, &error);
  if (code == NULL)
    return kiosk_gateway_call_problem (call, SOUP_STATUS_BAD_REQUEST, "malformed", error->message);
  Enrolment *enrolment = enrolment_new (call, json);
  if (enrolment == NULL)
    return FALSE;
  enrolment->code_hash = kiosk_gateway_code_hash (code, context->salt);
  return enrolment->code_hash != NULL || wrong_code (call, context);
}

static void
answer_certificate (KioskGatewayCall *call, const KioskGatewayContext *context, const char *kiosk,
                    const char *certificate)
{
  JsonObject *answer = json_object_new ();
  json_object_set_string_member (answer, "kiosk", kiosk);
  json_object_set_string_member (answer, "certificate", certificate);
  json_object_set_string_member (answer, "chain",
                                 kiosk_gateway_authority_chain (context->authority));
  kiosk_gateway_call_answer_json (call, SOUP_STATUS_CREATED, answer);
}

/* The reply was lost on its way: the same key with the same code earns the same certificate. */
static gboolean
enrol_again (KioskGatewayCall *call, const KioskGatewayContext *context,
             const KioskGatewayCode *code, Enrolment *enrolment, GError **error)
{
  if (code->public_key == NULL || !g_bytes_equal (code->public_key, enrolment->public_key))
    {
      wrong_code (call, context);
      return TRUE;
    }
  g_autoptr (X509) cert = kiosk_pki_cert_from_pem (code->certificate, error);
  g_autofree char *kiosk = cert != NULL ? kiosk_pki_cert_common_name (cert) : NULL;
  if (kiosk == NULL)
    return FALSE;
  answer_certificate (call, context, kiosk, code->certificate);
  return TRUE;
}

gboolean
kiosk_gateway_enrol_execute (KioskGatewayCall *call, KioskGatewayContext *context, GError **error)
{
  Enrolment *enrolment = call->prepared;
  gint64 now_ms = kiosk_clock_wall_ms (context->clock);
  g_auto (KioskGatewayCode) code = { 0 };
  gboolean found;
  if (!kiosk_gateway_store_find_code (context->store, enrolment->code_hash, &found, &code, error))
    return FALSE;
  if (!found || code.expires_ms <= now_ms)
    {
      wrong_code (call, context);
      return TRUE;
    }
  if (code.used)
    return enrol_again (call, context, &code, enrolment, error);
  g_autofree char *random = kiosk_random_id (context->random);
  g_autofree char *kiosk = g_strdup_printf ("k-%.13s", random);
  g_autofree char *certificate
    = kiosk_gateway_authority_issue (context->authority, kiosk, enrolment->key, now_ms, error);
  if (certificate == NULL
      || !kiosk_gateway_store_enrol (context->store, enrolment->code_hash, enrolment->public_key,
                                     kiosk, certificate, now_ms, error))
    return FALSE;
  call->count = KIOSK_GATEWAY_COUNT_ENROLLED;
  answer_certificate (call, context, kiosk, certificate);
  return TRUE;
}

gboolean
kiosk_gateway_renew_prepare (KioskGatewayCall *call, const KioskGatewayContext *context)
{
  g_autoptr (JsonObject) json = body_parse (call);
  return json != NULL && enrolment_new (call, json) != NULL;
}

gboolean
kiosk_gateway_renew_execute (KioskGatewayCall *call, KioskGatewayContext *context, GError **error)
{
  Enrolment *enrolment = call->prepared;
  gint64 now_ms = kiosk_clock_wall_ms (context->clock);
  g_autofree char *certificate = kiosk_gateway_authority_issue (context->authority, call->peer_id,
                                                                enrolment->key, now_ms, error);
  if (certificate == NULL
      || !kiosk_gateway_store_add_certificate (context->store, call->peer_id, certificate, now_ms,
                                               error))
    return FALSE;
  call->count = KIOSK_GATEWAY_COUNT_ENROLLED;
  answer_certificate (call, context, call->peer_id, certificate);
  return TRUE;
}
