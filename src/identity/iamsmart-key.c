#include "identity/iamsmart-key.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <string.h>

#define WRAPPED_TEXT_MAX 1400 /* Base64 of 8,192 bits */
#define PUBLIC_MAX       2048
#define TIME_MAX_MS      G_GINT64_CONSTANT (9999999999999)

KioskIamsmartKey *
kiosk_iamsmart_key_new (const KioskIamsmartProfile *profile, KioskSecret *bytes, gint64 issued_ms,
                        gint64 lifetime_ms)
{
  KioskIamsmartKey *self = g_new0 (KioskIamsmartKey, 1);

  self->bytes = kiosk_secret_ref (bytes);
  self->issued_ms = issued_ms;
  self->expires_ms = issued_ms + lifetime_ms;
  self->due_ms = self->expires_ms - MIN (profile->rekey_before_ms, lifetime_ms / 3);
  return self;
}

void
kiosk_iamsmart_key_free (KioskIamsmartKey *self)
{
  if (self == NULL)
    return;
  kiosk_secret_unref (self->bytes);
  g_free (self);
}

static GBytes *
public_bytes (EVP_PKEY *key)
{
  unsigned char *der = NULL;
  int length = i2d_PUBKEY (key, &der);
  GBytes *bytes = NULL;

  if (length <= 0)
    g_error ("out of memory");
  bytes = g_bytes_new (der, (gsize)length);
  OPENSSL_free (der);
  return bytes;
}

/* Some answers say to which key they wrapped. */
static gboolean
is_ours (KioskIamsmartKek *kek, JsonObject *content, GError **error)
{
  g_autoptr (GBytes) named = NULL;
  g_autoptr (GBytes) ours = NULL;

  if (!json_object_has_member (content, "pubKey"))
    return TRUE;
  named = kiosk_json_bytes (content, "pubKey", PUBLIC_MAX, NULL);
  ours = public_bytes (kiosk_iamsmart_kek_key (kek));
  if (named != NULL && g_bytes_equal (named, ours))
    return TRUE;
  g_set_error_literal (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_OPERATOR,
                       "the content key is wrapped to another key than ours: register ours");
  return FALSE;
}

static gboolean
take_life (const KioskIamsmartProfile *profile, gint64 issued_ms, gint64 expires, gint64 now_ms,
           gint64 *ret_lifetime_ms, GError **error)
{
  gint64 lifetime_ms = expires >= profile->absolute_from_ms ? expires - issued_ms : expires;

  lifetime_ms = MIN (lifetime_ms, profile->longest_ms);
  if (lifetime_ms <= 0 || issued_ms > now_ms + profile->window_ms
      || issued_ms + lifetime_ms <= now_ms)
    {
      g_set_error_literal (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_CLOCK,
                           "a content key that is over, or not yet issued");
      return FALSE;
    }
  *ret_lifetime_ms = lifetime_ms;
  return TRUE;
}

KioskIamsmartKey *
kiosk_iamsmart_key_parse (KioskIamsmartKek *kek, JsonObject *content, gint64 now_ms, GError **error)
{
  const KioskIamsmartProfile *profile = kiosk_iamsmart_kek_profile (kek);
  const char *wrapped = kiosk_json_string (content, "secretKey", WRAPPED_TEXT_MAX, NULL);
  g_autoptr (KioskSecret) bytes = NULL;
  gint64 issued_ms = 0;
  gint64 expires = 0;
  gint64 lifetime_ms = 0;

  if (wrapped == NULL || !kiosk_json_integer (content, "issueAt", 1, TIME_MAX_MS, &issued_ms, NULL)
      || !kiosk_json_integer (content, "expiresIn", 1, TIME_MAX_MS, &expires, NULL))
    {
      g_set_error_literal (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_MALFORMED,
                           "a key without secretKey, issueAt or expiresIn");
      return NULL;
    }
  if (!take_life (profile, issued_ms, expires, now_ms, &lifetime_ms, error)
      || !is_ours (kek, content, error))
    return NULL;
  bytes = kiosk_iamsmart_kek_unwrap (kek, wrapped, error);
  return bytes != NULL ? kiosk_iamsmart_key_new (profile, bytes, issued_ms, lifetime_ms) : NULL;
}

JsonObject *
kiosk_iamsmart_key_print (const KioskIamsmartProfile *profile, const KioskIamsmartKey *self,
                          EVP_PKEY *public_key, GError **error)
{
  g_autofree char *wrapped = kiosk_iamsmart_wrap (profile, public_key, self->bytes, FALSE, error);
  g_autoptr (GBytes) der = NULL;
  g_autofree char *named = NULL;
  JsonObject *content = NULL;

  if (wrapped == NULL)
    return NULL;
  der = public_bytes (public_key);
  named = g_base64_encode (g_bytes_get_data (der, NULL), g_bytes_get_size (der));
  content = json_object_new ();
  json_object_set_string_member (content, "secretKey", wrapped);
  json_object_set_string_member (content, "pubKey", named);
  json_object_set_int_member (content, "issueAt", self->issued_ms);
  json_object_set_int_member (content, "expiresIn", self->expires_ms - self->issued_ms);
  return content;
}

gboolean
kiosk_iamsmart_key_is_due (const KioskIamsmartKey *self, gint64 now_ms)
{
  return now_ms >= self->due_ms;
}

gboolean
kiosk_iamsmart_key_check (const KioskIamsmartKey *self, gint64 now_ms, GError **error)
{
  if (now_ms < self->expires_ms)
    return TRUE;
  g_set_error_literal (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_REKEY,
                       "the content key has expired");
  return FALSE;
}
