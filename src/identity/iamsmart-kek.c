#include "identity/iamsmart-kek.h"

#include "formats/base64.h"
#include "trust/cleanup.h"
#include "trust/pki.h"

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <string.h>

#define BITS_MIN    2048
#define BITS_MAX    8192
#define TEXT_LENGTH 44 /* Base64 of 32 bytes, its padding included */

struct _KioskIamsmartKek
{
  const KioskIamsmartProfile *profile;
  EVP_PKEY *key;
  KioskRandom *random;
};

/* For OAEP, in the order of KioskIamsmartPadding: its digest and its mask's. */
static const char *const digests[][2]
  = { { NULL, NULL }, { "SHA1", "SHA1" }, { "SHA256", "SHA256" }, { "SHA256", "SHA1" } };

KioskIamsmartKek *
kiosk_iamsmart_kek_new (const KioskIamsmartProfile *profile, EVP_PKEY *key, KioskRandom *random,
                        GError **error)
{
  KioskIamsmartKek *self = NULL;

  if (EVP_PKEY_get_base_id (key) != EVP_PKEY_RSA || EVP_PKEY_get_bits (key) < BITS_MIN
      || EVP_PKEY_get_bits (key) > BITS_MAX || EVP_PKEY_get_bits (key) % 8 != 0)
    {
      g_set_error_literal (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_OPERATOR,
                           "the key encryption key must be RSA of 2048 to 8192 bits");
      return NULL;
    }
  self = g_new0 (KioskIamsmartKek, 1);
  self->profile = profile;
  EVP_PKEY_up_ref (key);
  self->key = key;
  self->random = kiosk_random_ref (random);
  return self;
}

void
kiosk_iamsmart_kek_free (KioskIamsmartKek *self)
{
  if (self == NULL)
    return;
  EVP_PKEY_free (self->key);
  kiosk_random_unref (self->random);
  g_free (self);
}

EVP_PKEY *
kiosk_iamsmart_kek_key (const KioskIamsmartKek *self)
{
  return self->key;
}

const KioskIamsmartProfile *
kiosk_iamsmart_kek_profile (const KioskIamsmartKek *self)
{
  return self->profile;
}

static gboolean
set_padding (EVP_PKEY_CTX *context, KioskIamsmartPadding padding)
{
  if (padding == KIOSK_IAMSMART_PKCS1)
    return EVP_PKEY_CTX_set_rsa_padding (context, RSA_PKCS1_PADDING) > 0;
  return EVP_PKEY_CTX_set_rsa_padding (context, RSA_PKCS1_OAEP_PADDING) > 0
         && EVP_PKEY_CTX_set_rsa_oaep_md_name (context, digests[padding][0], NULL) > 0
         && EVP_PKEY_CTX_set_rsa_mgf1_md_name (context, digests[padding][1], NULL) > 0;
}

/* Below, masks of all ones for "yes" and zero for "no", without a branch on what is secret. */

static guint32
is_zero (guint32 value)
{
  return 0U - (((value | (0U - value)) >> 31) ^ 1U);
}

static guint32
is_equal (guint32 a, guint32 b)
{
  return is_zero (a ^ b);
}

/* For values below 2³¹. */
static guint32
is_within (guint32 value, guint32 low, guint32 high)
{
  return 0U - (((low - 1U - value) & (value - high - 1U)) >> 31);
}

static guint32
base64_value (guint32 c, guint32 *ok)
{
  guint32 upper = is_within (c, 'A', 'Z');
  guint32 lower = is_within (c, 'a', 'z');
  guint32 digit = is_within (c, '0', '9');
  guint32 plus = is_equal (c, '+');
  guint32 slash = is_equal (c, '/');

  *ok &= upper | lower | digit | plus | slash;
  return (upper & (c - 'A')) | (lower & (c - 'a' + 26)) | (digit & (c - '0' + 52)) | (plus & 62U)
         | (slash & 63U);
}

static guint32
decode_text (const guint8 text[TEXT_LENGTH], guint8 ret_key[KIOSK_IAMSMART_KEY_LENGTH])
{
  guint32 ok = is_equal (text[TEXT_LENGTH - 1], '=');
  guint32 bits = 0;
  guint n_bits = 0;
  gsize at = 0;

  for (gsize i = 0; i < TEXT_LENGTH - 1; i++)
    {
      bits = bits << 6 | base64_value (text[i], &ok);
      n_bits += 6;
      if (n_bits >= 8)
        {
          n_bits -= 8;
          ret_key[at++] = (guint8)(bits >> n_bits & 0xff);
        }
    }
  return ok & is_zero (bits & 3U);
}

/* EM = 00 02 PS 00 M, PS without a zero (RFC 8017, 7.2.2), M of exactly @length bytes. */
static guint32
is_padded (const guint8 *em, gsize em_length, gsize length)
{
  gsize separator = em_length - length - 1;
  guint32 ok = is_zero (em[0]) & is_equal (em[1], 2) & is_zero (em[separator]);

  for (gsize i = 2; i < separator; i++)
    ok &= ~is_zero (em[i]);
  return ok;
}

static KioskSecret *
unpad_pkcs1 (KioskIamsmartKek *self, KioskSecret *em)
{
  g_autoptr (KioskSecret) from_text = kiosk_secret_new (KIOSK_IAMSMART_KEY_LENGTH);
  KioskSecret *key = kiosk_secret_new (KIOSK_IAMSMART_KEY_LENGTH);
  const guint8 *bytes = kiosk_secret_data (em);
  gsize length = kiosk_secret_length (em);
  const guint8 *plain = bytes + length - KIOSK_IAMSMART_KEY_LENGTH;
  const guint8 *decoded = kiosk_secret_data (from_text);
  guint8 *out = kiosk_secret_data (key);
  guint32 is_plain = is_padded (bytes, length, KIOSK_IAMSMART_KEY_LENGTH);
  guint32 is_text = is_padded (bytes, length, TEXT_LENGTH);

  is_text &= decode_text (bytes + length - TEXT_LENGTH, kiosk_secret_data (from_text));
  is_text &= self->profile->text_inside ? ~0U : 0U;
  kiosk_random_fill (self->random, out, KIOSK_IAMSMART_KEY_LENGTH);
  for (gsize i = 0; i < KIOSK_IAMSMART_KEY_LENGTH; i++)
    out[i]
      = (guint8)((is_plain & plain[i]) | (is_text & decoded[i]) | (~(is_plain | is_text) & out[i]));
  return key;
}

/* A failure of OAEP may be told, as all of them look alike (RFC 8017, 7.1.2). */
static KioskSecret *
take_oaep (KioskIamsmartKek *self, KioskSecret *plain, gsize length)
{
  g_autoptr (KioskSecret) key = NULL;

  if (length == KIOSK_IAMSMART_KEY_LENGTH)
    return kiosk_secret_new_copy (kiosk_secret_data (plain), length);
  if (length != TEXT_LENGTH || !self->profile->text_inside)
    return NULL;
  key = kiosk_secret_new (KIOSK_IAMSMART_KEY_LENGTH);
  return decode_text (kiosk_secret_data (plain), kiosk_secret_data (key)) != 0
           ? g_steal_pointer (&key)
           : NULL;
}

KioskSecret *
kiosk_iamsmart_kek_unwrap (KioskIamsmartKek *self, const char *wrapped, GError **error)
{
  gsize size = (gsize)EVP_PKEY_get_size (self->key);
  g_autoptr (GBytes) bytes = kiosk_base64_decode (wrapped, size);
  g_autoptr (KioskSecret) plain = kiosk_secret_new (size);
  g_autoptr (EVP_PKEY_CTX) context = EVP_PKEY_CTX_new (self->key, NULL);
  gboolean pkcs1 = self->profile->padding == KIOSK_IAMSMART_PKCS1;
  KioskSecret *key = NULL;
  gsize length = size;
  gboolean good = FALSE;

  if (bytes == NULL || g_bytes_get_size (bytes) != size)
    {
      g_set_error_literal (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_MALFORMED,
                           "a wrapped key that is not Base64 of the modulus's length");
      return NULL;
    }
  good = EVP_PKEY_decrypt_init (context) > 0
         && (pkcs1 ? EVP_PKEY_CTX_set_rsa_padding (context, RSA_NO_PADDING) > 0
                   : set_padding (context, self->profile->padding))
         && EVP_PKEY_decrypt (context, kiosk_secret_data (plain), &length,
                              g_bytes_get_data (bytes, NULL), size)
              > 0;
  ERR_clear_error ();
  /* Without a padding only a number above the modulus fails, which anybody can see. */
  if (pkcs1 && good && length == size)
    key = unpad_pkcs1 (self, plain);
  else if (!pkcs1 && good)
    key = take_oaep (self, plain, length);
  if (key == NULL)
    g_set_error_literal (error, KIOSK_IAMSMART_ERROR,
                         pkcs1 ? KIOSK_IAMSMART_ERROR_MALFORMED : KIOSK_IAMSMART_ERROR_REKEY,
                         "a wrapped key that does not open");
  return key;
}

char *
kiosk_iamsmart_wrap (const KioskIamsmartProfile *profile, EVP_PKEY *public_key, KioskSecret *key,
                     gboolean as_text, GError **error)
{
  g_autoptr (EVP_PKEY_CTX) context = EVP_PKEY_CTX_new (public_key, NULL);
  gsize size = (gsize)EVP_PKEY_get_size (public_key);
  g_autofree guint8 *wrapped = g_malloc (size);
  g_autoptr (KioskSecret) text = NULL;
  KioskSecret *inside = key;

  if (as_text)
    {
      text = kiosk_secret_new_take (
        g_base64_encode (kiosk_secret_data (key), kiosk_secret_length (key)));
      inside = text;
    }
  if (EVP_PKEY_encrypt_init (context) <= 0 || !set_padding (context, profile->padding)
      || EVP_PKEY_encrypt (context, wrapped, &size, kiosk_secret_data (inside),
                           kiosk_secret_length (inside))
           <= 0)
    {
      ERR_clear_error ();
      g_set_error_literal (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_OPERATOR,
                           "the key encryption key cannot encrypt");
      return NULL;
    }
  return g_base64_encode (wrapped, size);
}
