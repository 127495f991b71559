/* C2SP signed-note and tlog-checkpoint; key type 0x02, ECDSA on P-256. */
#include "trust/merkle.h"

#include "formats/base64.h"
#include "trust/openssl-private.h"

#include <openssl/sha.h>
#include <string.h>

#define NOTE_MAX       8192
#define ORIGIN_MAX     128
#define SIGNATURES_MAX 16
#define KEY_HASH       4
#define DASH           "\xe2\x80\x94 " /* U+2014 and a space */

/* signed-note: a name has no space and no plus, and a line has no control character. */
static gboolean
is_origin (const char *origin)
{
  gsize length = strlen (origin);

  if (length == 0 || length > ORIGIN_MAX || !g_utf8_validate (origin, -1, NULL))
    return FALSE;
  for (const char *at = origin; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);
      if (g_unichar_isspace (c) || g_unichar_iscntrl (c) || c == '+')
        return FALSE;
    }
  return TRUE;
}

/* The first bytes of SHA-256 over the public key as DER SubjectPublicKeyInfo. */
static gboolean
key_hash (X509 *cert, guint8 ret_hash[KEY_HASH])
{
  guint8 *der = NULL;
  int length = i2d_X509_PUBKEY (X509_get_X509_PUBKEY (cert), &der);
  guint8 digest[SHA256_DIGEST_LENGTH];

  if (length <= 0)
    return FALSE;
  SHA256 (der, (gsize)length, digest);
  OPENSSL_free (der);
  memcpy (ret_hash, digest, KEY_HASH);
  return TRUE;
}

static GBytes *
note_text (const char *origin, guint64 size, const guint8 root[KIOSK_MERKLE_HASH])
{
  g_autofree char *root64 = g_base64_encode (root, KIOSK_MERKLE_HASH);
  char *text = g_strdup_printf ("%s\n%" G_GUINT64_FORMAT "\n%s\n", origin, size, root64);

  return g_bytes_new_take (text, strlen (text));
}

char *
kiosk_checkpoint_sign (const char *origin, guint64 size, const guint8 root[KIOSK_MERKLE_HASH],
                       const KioskSigner *signer, GError **error)
{
  g_autoptr (GBytes) text = note_text (origin, size, root);
  g_autoptr (GBytes) der = NULL;
  g_autofree guint8 *line = NULL;
  g_autofree char *line64 = NULL;
  gsize length = 0;

  if (!is_origin (origin))
    {
      g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED,
                           "a checkpoint's origin must have no space, plus or control character");
      return NULL;
    }
  der = kiosk_ecdsa_sign (signer->key, text, error);
  if (der == NULL)
    return NULL;
  length = KEY_HASH + g_bytes_get_size (der);
  line = g_malloc (length);
  if (!key_hash (signer->cert, line))
    {
      kiosk_trust_set_openssl_error (error, KIOSK_TRUST_ERROR_INTERNAL, "signing a checkpoint");
      return NULL;
    }
  memcpy (line + KEY_HASH, g_bytes_get_data (der, NULL), length - KEY_HASH);
  line64 = g_base64_encode (line, length);
  return g_strdup_printf ("%.*s\n" DASH "%s %s\n", (int)g_bytes_get_size (text),
                          (const char *)g_bytes_get_data (text, NULL), origin, line64);
}

static gboolean
read_size (const char *text, guint64 *ret_size)
{
  guint64 size = 0;

  /* tlog-checkpoint: decimal without leading zeros. */
  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &size, NULL)
      || (text[0] == '0' && text[1] != '\0'))
    return FALSE;
  *ret_size = size;
  return TRUE;
}

static gboolean
read_root (const char *text, guint8 ret_root[KIOSK_MERKLE_HASH])
{
  g_autoptr (GBytes) bytes = kiosk_base64_decode (text, KIOSK_MERKLE_HASH);

  if (bytes == NULL || g_bytes_get_size (bytes) != KIOSK_MERKLE_HASH)
    return FALSE;
  memcpy (ret_root, g_bytes_get_data (bytes, NULL), KIOSK_MERKLE_HASH);
  return TRUE;
}

/* (transfer full) (nullable): the signature of a line that @origin's key made; NULL for another's.
 */
static GBytes *
signature_of (const char *line, const char *origin, const guint8 wanted[KEY_HASH])
{
  g_autofree char *prefix = g_strconcat (DASH, origin, " ", NULL);
  g_autoptr (GBytes) bytes = NULL;

  if (!g_str_has_prefix (line, prefix))
    return NULL;
  bytes = kiosk_base64_decode (line + strlen (prefix), 256);
  if (bytes == NULL || g_bytes_get_size (bytes) <= KEY_HASH
      || memcmp (g_bytes_get_data (bytes, NULL), wanted, KEY_HASH) != 0)
    return NULL;
  return g_bytes_new_from_bytes (bytes, KEY_HASH, g_bytes_get_size (bytes) - KEY_HASH);
}

static gboolean
is_signed (const char *const *lines, const char *origin, X509 *signer, GBytes *text)
{
  guint8 wanted[KEY_HASH];
  gboolean found = FALSE;

  if (!kiosk_key_is_p256 (X509_get0_pubkey (signer)) || !key_hash (signer, wanted))
    return FALSE;
  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++)
    {
      g_autoptr (GBytes) der = signature_of (lines[i], origin, wanted);

      if (der == NULL)
        continue;
      if (!kiosk_ecdsa_verify (X509_get0_pubkey (signer), text, der))
        return FALSE;
      found = TRUE;
    }
  return found;
}

/* ORIGIN, SIZE, ROOT, an empty line, 1 … 16 signature lines, and nothing after the last newline. */
static gboolean
has_shape (const char *const *lines)
{
  guint n = g_strv_length ((char **)lines);

  if (n < 6 || n > 5 + SIGNATURES_MAX || lines[3][0] != '\0' || lines[n - 1][0] != '\0')
    return FALSE;
  for (guint i = 4; i < n - 1; i++)
    if (!g_str_has_prefix (lines[i], DASH))
      return FALSE;
  return TRUE;
}

gboolean
kiosk_checkpoint_verify (const char *note, const char *origin, X509 *signer, guint64 *ret_size,
                         guint8 ret_root[KIOSK_MERKLE_HASH], GError **error)
{
  g_auto (GStrv) lines = NULL;
  g_autoptr (GBytes) text = NULL;
  guint8 root[KIOSK_MERKLE_HASH];
  guint64 size = 0;

  if (strnlen (note, NOTE_MAX + 1) <= NOTE_MAX && is_origin (origin))
    lines = g_strsplit (note, "\n", 6 + SIGNATURES_MAX);
  if (lines == NULL || !has_shape ((const char *const *)lines) || !read_size (lines[1], &size)
      || !read_root (lines[2], root))
    {
      g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED,
                           "not a checkpoint");
      return FALSE;
    }
  if (!g_str_equal (lines[0], origin))
    {
      g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MISMATCH,
                           "checkpoint of another log");
      return FALSE;
    }
  text = note_text (origin, size, root);
  if (!is_signed ((const char *const *)lines + 4, origin, signer, text))
    {
      g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_SIGNATURE,
                           "checkpoint not signed by this log's key, or altered");
      return FALSE;
    }
  *ret_size = size;
  memcpy (ret_root, root, sizeof root);
  return TRUE;
}
