#include "identity/iamsmart-content.h"

#include "formats/base64.h"
#include "trust/cleanup.h"

#include <openssl/err.h>
#include <string.h>

#define PREFIX   4 /* the IV's length, big-endian */
#define IV       12
#define TAG      16
#define OVERHEAD (PREFIX + IV + TAG)

static const guint8 iv_length[PREFIX] = { 0, 0, 0, IV };

/* @out has room for @length bytes and, when sealing, the tag behind them. */
static gboolean
run (KioskSecret *key, gboolean seal, const guint8 *iv, const guint8 *in, gsize length, guint8 *out,
     guint8 *tag)
{
  g_autoptr (EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new ();
  int written = 0;
  int rest = 0;
  gboolean good
    = EVP_CipherInit_ex (context, EVP_aes_256_gcm (), NULL, kiosk_secret_data (key), iv, seal) == 1
      && (seal || EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_SET_TAG, TAG, tag) == 1)
      && EVP_CipherUpdate (context, out, &written, in, (int)length) == 1
      && EVP_CipherFinal_ex (context, out + written, &rest) == 1
      && (!seal || EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_GET_TAG, TAG, tag) == 1);

  ERR_clear_error ();
  return good;
}

char *
kiosk_iamsmart_content_seal (const KioskIamsmartProfile *profile, const KioskIamsmartKey *key,
                             KioskRandom *random, gconstpointer plain, gsize length, gint64 now_ms,
                             GError **error)
{
  g_autofree guint8 *framed = NULL;

  if (!kiosk_iamsmart_key_check (key, now_ms, error))
    return NULL;
  if (length > profile->content_most)
    {
      g_set_error (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_OPERATOR,
                   "content of %" G_GSIZE_FORMAT " bytes, at most %" G_GSIZE_FORMAT " are sent",
                   length, profile->content_most);
      return NULL;
    }
  framed = g_malloc (OVERHEAD + length);
  memcpy (framed, iv_length, PREFIX);
  kiosk_random_fill (random, framed + PREFIX, IV);
  if (!run (key->bytes, TRUE, framed + PREFIX, plain, length, framed + PREFIX + IV,
            framed + PREFIX + IV + length))
    g_error ("AES-256-GCM is not available");
  return g_base64_encode (framed, OVERHEAD + length);
}

KioskSecret *
kiosk_iamsmart_content_open_with (const KioskIamsmartProfile *profile, KioskSecret *bytes,
                                  const char *content, GError **error)
{
  g_autoptr (GBytes) decoded = kiosk_base64_decode (content, profile->content_most + OVERHEAD);
  g_autoptr (KioskSecret) plain = NULL;
  const guint8 *framed = NULL;
  gsize length = 0;
  guint8 tag[TAG];

  if (decoded != NULL)
    framed = g_bytes_get_data (decoded, &length);
  if (length < OVERHEAD || memcmp (framed, iv_length, PREFIX) != 0)
    {
      g_set_error_literal (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_MALFORMED,
                           "content that is not Base64 of an IV of 12 bytes, ciphertext and tag");
      return NULL;
    }
  length -= OVERHEAD;
  plain = kiosk_secret_new (length);
  memcpy (tag, framed + PREFIX + IV + length, TAG);
  if (run (bytes, FALSE, framed + PREFIX, framed + PREFIX + IV, length, kiosk_secret_data (plain),
           tag))
    return g_steal_pointer (&plain);
  g_set_error_literal (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_REKEY,
                       "content that does not open: another key, or altered");
  return NULL;
}

KioskSecret *
kiosk_iamsmart_content_open (const KioskIamsmartProfile *profile, const KioskIamsmartKey *key,
                             const char *content, gint64 now_ms, GError **error)
{
  if (!kiosk_iamsmart_key_check (key, now_ms, error))
    return NULL;
  return kiosk_iamsmart_content_open_with (profile, key->bytes, content, error);
}

char *
kiosk_iamsmart_hkic_hash (const char *number)
{
  guint8 digest[32];

  if (EVP_Digest (number, strlen (number), digest, NULL, EVP_sha256 (), NULL) != 1)
    g_error ("SHA-256 is not available");
  return g_base64_encode (digest, sizeof digest);
}

char *
kiosk_iamsmart_identification_code (GBytes *digest, GBytes *hkic_hash, const char *client)
{
  g_autoptr (GByteArray) joined = g_byte_array_new ();
  guint8 sha512[64];
  guint8 md5[16];
  char code[5] = { 0 };

  g_byte_array_append (joined, g_bytes_get_data (digest, NULL), (guint)g_bytes_get_size (digest));
  g_byte_array_append (joined, g_bytes_get_data (hkic_hash, NULL),
                       (guint)g_bytes_get_size (hkic_hash));
  g_byte_array_append (joined, (const guint8 *)client, (guint)strlen (client));
  if (EVP_Digest (joined->data, joined->len, sha512, NULL, EVP_sha512 (), NULL) != 1
      || EVP_Digest (sha512, sizeof sha512, md5, NULL, EVP_md5 (), NULL) != 1)
    g_error ("SHA-512 or MD5 is not available");
  for (guint i = 0; i < 4; i++)
    code[i] = (char)('0' + (md5[4 * i] >> 4) % 10);
  return g_strdup (code);
}
