#include "identity/iamsmart-headers.h"

#include "formats/base64.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#define MAC_LENGTH       32
#define NONCE_MAX        36
#define TIMESTAMP_DIGITS 13

typedef struct
{
  char *text;
  gint64 timestamp_ms;
} Nonce;

struct _KioskIamsmartSigner
{
  const KioskIamsmartProfile *profile;
  char *client;
  KioskSecret *secret;
  KioskRandom *random;
  gint64 last_ms;
};

struct _KioskIamsmartGuard
{
  const KioskIamsmartProfile *profile;
  char *client;
  KioskSecret *secret;
  gint64 floor_ms; /* what an earlier run took last */
  gint64 last_ms;
  GQueue *order;     /* of Nonce, the oldest first: timestamps never run back */
  GHashTable *known; /* of the queue's texts */
};

static void
nonce_free (gpointer data)
{
  Nonce *nonce = data;

  g_free (nonce->text);
  g_free (nonce);
}

void
kiosk_iamsmart_headers_free (KioskIamsmartHeaders *self)
{
  if (self == NULL)
    return;
  g_free (self->client);
  g_free (self->method);
  g_free (self->timestamp);
  g_free (self->nonce);
  g_free (self->signature);
  g_free (self);
}

/* HMAC-SHA256 over the parts as they follow one another. */
static void
authenticate (KioskSecret *secret, const KioskIamsmartHeaders *headers, const char *body,
              gsize length, guint8 ret_mac[MAC_LENGTH])
{
  /* The body may hold what is personal where a flow sends it plain: wiped with the message. */
  gsize head_length = 0;
  g_autofree char *head
    = g_strconcat (headers->client, headers->method, headers->timestamp, headers->nonce, NULL);
  guint8 *message = NULL;
  guint written = MAC_LENGTH;

  head_length = strlen (head);
  message = g_malloc (head_length + length);
  memcpy (message, head, head_length);
  if (length > 0)
    memcpy (message + head_length, body, length);
  if (HMAC (EVP_sha256 (), kiosk_secret_data (secret), (int)kiosk_secret_length (secret), message,
            head_length + length, ret_mac, &written)
      == NULL)
    g_error ("HMAC-SHA256 is not available");
  kiosk_wipe_free (message, head_length + length);
}

/* Capitals in the escapes, as RFC 3986, 2.1 asks and every public client writes. */
static char *
signature_print (const KioskIamsmartProfile *profile, const guint8 mac[MAC_LENGTH])
{
  g_autofree char *text = g_base64_encode (mac, MAC_LENGTH);

  return profile->percent ? g_uri_escape_string (text, NULL, FALSE) : g_steal_pointer (&text);
}

/* NULL unless @text is the one text that stands for its bytes. */
static GBytes *
signature_parse (const KioskIamsmartProfile *profile, const char *text)
{
  g_autofree char *plain = profile->percent ? g_uri_unescape_string (text, NULL) : g_strdup (text);
  g_autoptr (GBytes) mac = plain != NULL ? kiosk_base64_decode (plain, MAC_LENGTH) : NULL;
  g_autofree char *again = NULL;

  if (mac == NULL || g_bytes_get_size (mac) != MAC_LENGTH)
    return NULL;
  again = signature_print (profile, g_bytes_get_data (mac, NULL));
  return strcmp (again, text) == 0 ? g_steal_pointer (&mac) : NULL;
}

KioskIamsmartSigner *
kiosk_iamsmart_signer_new (const KioskIamsmartProfile *profile, const char *client,
                           KioskSecret *secret, KioskRandom *random, gint64 floor_ms)
{
  KioskIamsmartSigner *self = g_new0 (KioskIamsmartSigner, 1);

  self->profile = profile;
  self->client = g_strdup (client);
  self->secret = kiosk_secret_ref (secret);
  self->random = kiosk_random_ref (random);
  self->last_ms = floor_ms;
  return self;
}

void
kiosk_iamsmart_signer_free (KioskIamsmartSigner *self)
{
  if (self == NULL)
    return;
  g_free (self->client);
  kiosk_secret_unref (self->secret);
  kiosk_random_unref (self->random);
  g_free (self);
}

KioskIamsmartHeaders *
kiosk_iamsmart_signer_sign (KioskIamsmartSigner *self, const char *body, gint64 now_ms)
{
  KioskIamsmartHeaders *headers = g_new0 (KioskIamsmartHeaders, 1);
  guint8 mac[MAC_LENGTH];

  self->last_ms = MAX (self->last_ms, now_ms);
  headers->client = g_strdup (self->client);
  headers->method = g_strdup (self->profile->method);
  headers->timestamp = g_strdup_printf ("%013" G_GINT64_FORMAT, self->last_ms);
  headers->nonce = kiosk_random_id (self->random);
  authenticate (self->secret, headers, body, body != NULL ? strlen (body) : 0, mac);
  headers->signature = signature_print (self->profile, mac);
  return headers;
}

KioskIamsmartGuard *
kiosk_iamsmart_guard_new (const KioskIamsmartProfile *profile, const char *client,
                          KioskSecret *secret, gint64 floor_ms)
{
  KioskIamsmartGuard *self = g_new0 (KioskIamsmartGuard, 1);

  self->profile = profile;
  self->client = g_strdup (client);
  self->secret = kiosk_secret_ref (secret);
  self->floor_ms = floor_ms;
  self->last_ms = floor_ms;
  self->order = g_queue_new ();
  self->known = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

void
kiosk_iamsmart_guard_free (KioskIamsmartGuard *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->known);
  g_queue_free_full (self->order, nonce_free);
  g_free (self->client);
  kiosk_secret_unref (self->secret);
  g_free (self);
}

gint64
kiosk_iamsmart_guard_last_ms (const KioskIamsmartGuard *self)
{
  return self->last_ms;
}

static gboolean
refuse (GError **error, KioskIamsmartError code, const char *what)
{
  g_set_error_literal (error, KIOSK_IAMSMART_ERROR, code, what);
  return FALSE;
}

/* What can be said of a request before its signature is looked at. */
static gboolean
check_shape (const KioskIamsmartHeaders *headers, const char *body, gsize length, GError **error)
{
  const char *allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

  if (headers->client == NULL || headers->method == NULL || headers->timestamp == NULL
      || headers->nonce == NULL || headers->signature == NULL)
    return refuse (error, KIOSK_IAMSMART_ERROR_MALFORMED, "a header of the signature is missing");
  if (strlen (headers->timestamp) != TIMESTAMP_DIGITS
      || strspn (headers->timestamp, "0123456789") != TIMESTAMP_DIGITS)
    return refuse (error, KIOSK_IAMSMART_ERROR_MALFORMED, "the timestamp is not 13 digits");
  if (*headers->nonce == '\0' || strlen (headers->nonce) > NONCE_MAX
      || strspn (headers->nonce, allowed) != strlen (headers->nonce))
    return refuse (error, KIOSK_IAMSMART_ERROR_MALFORMED,
                   "the nonce is not 1 to 36 letters, digits, _ and -");
  if (length > 0 && body[0] != '{')
    return refuse (error, KIOSK_IAMSMART_ERROR_MALFORMED, "the body is not a JSON object");
  return TRUE;
}

static gboolean
check_signature (KioskIamsmartGuard *self, const KioskIamsmartHeaders *headers, const char *body,
                 gsize length, GError **error)
{
  g_autoptr (GBytes) claimed = signature_parse (self->profile, headers->signature);
  guint8 mac[MAC_LENGTH];

  if (claimed == NULL)
    return refuse (error, KIOSK_IAMSMART_ERROR_MALFORMED, "the signature is not 32 bytes, encoded");
  authenticate (self->secret, headers, body, length, mac);
  if (strcmp (headers->client, self->client) != 0
      || strcmp (headers->method, self->profile->method) != 0
      || CRYPTO_memcmp (mac, g_bytes_get_data (claimed, NULL), MAC_LENGTH) != 0)
    return refuse (error, KIOSK_IAMSMART_ERROR_SIGNATURE, "the signature is another's");
  return TRUE;
}

/* A nonce is needed while a request of its time would still be within the window. Should the clock
 * be set back later, the request that came in between has raised the last time above it. */
static void
forget (KioskIamsmartGuard *self, gint64 now_ms)
{
  Nonce *oldest = g_queue_peek_head (self->order);

  while (oldest != NULL && oldest->timestamp_ms < now_ms - self->profile->window_ms)
    {
      g_hash_table_remove (self->known, oldest->text);
      nonce_free (g_queue_pop_head (self->order));
      oldest = g_queue_peek_head (self->order);
    }
}

gboolean
kiosk_iamsmart_guard_check (KioskIamsmartGuard *self, const KioskIamsmartHeaders *headers,
                            const char *body, gsize length, gint64 now_ms, GError **error)
{
  gint64 timestamp_ms = 0;
  Nonce *nonce = NULL;

  if (!check_shape (headers, body, length, error)
      || !check_signature (self, headers, body, length, error))
    return FALSE;
  timestamp_ms = g_ascii_strtoll (headers->timestamp, NULL, 10);
  if (timestamp_ms < now_ms - self->profile->window_ms
      || timestamp_ms > now_ms + self->profile->window_ms)
    return refuse (error, KIOSK_IAMSMART_ERROR_CLOCK, "the timestamp is outside the window");
  if (timestamp_ms < self->last_ms || timestamp_ms <= self->floor_ms)
    return refuse (error, KIOSK_IAMSMART_ERROR_REPLAY, "the timestamp is below an earlier one");
  forget (self, now_ms);
  if (g_hash_table_contains (self->known, headers->nonce))
    return refuse (error, KIOSK_IAMSMART_ERROR_REPLAY, "the nonce was used before");
  if (g_queue_get_length (self->order) >= self->profile->nonces_most)
    return refuse (error, KIOSK_IAMSMART_ERROR_RETRY, "too many requests within the window");
  nonce = g_new0 (Nonce, 1);
  nonce->text = g_strdup (headers->nonce);
  nonce->timestamp_ms = timestamp_ms;
  g_queue_push_tail (self->order, nonce);
  g_hash_table_add (self->known, nonce->text);
  self->last_ms = timestamp_ms;
  return TRUE;
}
