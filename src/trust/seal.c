#include "trust/seal.h"

#include "base/secret.h"
#include "formats/cbor-item.h"
#include "formats/json.h"
#include "trust/cms-private.h"
#include "trust/seal-header.h"

#include <string.h>

#define VERSION       1
#define N_PARTS       4
#define HEADER_MAX    2048
#define SIGNATURE_MAX (16 * 1024)
#define DIGEST        32

typedef struct
{
  GBytes *header;
  GBytes *ciphertext;
  GBytes *signature;
} Parts;

static void
parts_clear (Parts *parts)
{
  g_clear_pointer (&parts->header, g_bytes_unref);
  g_clear_pointer (&parts->ciphertext, g_bytes_unref);
  g_clear_pointer (&parts->signature, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parts, parts_clear)

static void
sha256 (GBytes *bytes, guint8 ret_digest[DIGEST])
{
  gsize length = 0;
  gconstpointer data = g_bytes_get_data (bytes, &length);

  if (EVP_Digest (data, length, ret_digest, NULL, EVP_sha256 (), NULL) != 1)
    g_error ("out of memory");
}

void
kiosk_seal_digest (GBytes *sealed, guint8 ret_digest[32])
{
  sha256 (sealed, ret_digest);
}

/* header ‖ SHA-256(ciphertext) */
static GBytes *
signed_bytes (GBytes *header, GBytes *ciphertext)
{
  GByteArray *bytes = g_byte_array_new ();
  guint8 digest[DIGEST];

  sha256 (ciphertext, digest);
  g_byte_array_append (bytes, g_bytes_get_data (header, NULL), (guint)g_bytes_get_size (header));
  g_byte_array_append (bytes, digest, sizeof digest);
  return g_byte_array_free_to_bytes (bytes);
}

/* {"header":{…},"submission":"base64"}, written straight into wiped memory: a JSON library would
 * leave copies of the submission behind. */
static GBytes *
inner_json (GBytes *header, GBytes *submission)
{
  static const char middle[] = ",\"submission\":\"";
  static const char before[] = "{\"header\":";
  gsize header_length = g_bytes_get_size (header);
  gsize length = g_bytes_get_size (submission);
  gsize capacity = sizeof before + header_length + sizeof middle + (length / 3 + 2) * 4 + 8;
  g_autoptr (KioskSecret) secret = kiosk_secret_new (capacity);
  g_autoptr (GBytes) whole = NULL;
  char *start = (char *)kiosk_secret_data (secret);
  char *at = start;
  int state = 0;
  int save = 0;

  at = mempcpy (at, before, sizeof before - 1);
  at = mempcpy (at, g_bytes_get_data (header, NULL), header_length);
  at = mempcpy (at, middle, sizeof middle - 1);
  at
    += g_base64_encode_step (g_bytes_get_data (submission, NULL), length, FALSE, at, &state, &save);
  at += g_base64_encode_close (FALSE, at, &state, &save);
  at = mempcpy (at, "\"}", 2);
  whole = kiosk_bytes_new_secret (g_steal_pointer (&secret));
  return g_bytes_new_from_bytes (whole, 0, (gsize)(at - start));
}

static GBytes *
pack (const Parts *parts)
{
  g_autoptr (cbor_item_t) array = cbor_new_definite_array (N_PARTS);

  kiosk_cbor_array_push (array, kiosk_cbor_new_integer (VERSION));
  kiosk_cbor_array_push (array, kiosk_cbor_new_bytes (parts->header));
  kiosk_cbor_array_push (array, kiosk_cbor_new_bytes (parts->ciphertext));
  kiosk_cbor_array_push (array, kiosk_cbor_new_bytes (parts->signature));
  return kiosk_cbor_encode (array);
}

static gboolean
check_size (gsize length, GError **error)
{
  if (length <= KIOSK_SEAL_MAX)
    return TRUE;
  g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED,
               "sealed record of more than %d bytes", KIOSK_SEAL_MAX);
  return FALSE;
}

GBytes *
kiosk_seal_create (const KioskSealHeader *header, GBytes *submission, const KioskSigner *kiosk,
                   GPtrArray *recipients, GError **error)
{
  g_auto (Parts) parts = { .header = kiosk_seal_header_to_json (header) };
  g_autoptr (GBytes) json = NULL;
  g_autoptr (GBytes) inner = NULL;
  g_autoptr (GBytes) outer = NULL;
  g_autoptr (GBytes) sealed = NULL;

  if (!check_size (g_bytes_get_size (submission), error))
    return NULL;
  json = inner_json (parts.header, submission);
  inner = kiosk_cms_sign (json, kiosk, 1, FALSE, error);
  if (inner == NULL)
    return NULL;
  parts.ciphertext = kiosk_cms_encrypt (inner, recipients, error);
  if (parts.ciphertext == NULL)
    return NULL;
  outer = signed_bytes (parts.header, parts.ciphertext);
  parts.signature = kiosk_cms_sign (outer, kiosk, 1, TRUE, error);
  if (parts.signature == NULL)
    return NULL;
  sealed = pack (&parts);
  return check_size (g_bytes_get_size (sealed), error) ? g_steal_pointer (&sealed) : NULL;
}

static gboolean
read_parts (const cbor_item_t *array, Parts *parts, GError **error)
{
  parts->header
    = kiosk_cbor_get_bytes (kiosk_cbor_array_get (array, 1), "header", 1, HEADER_MAX, error);
  if (parts->header == NULL)
    return FALSE;
  parts->ciphertext = kiosk_cbor_get_bytes (kiosk_cbor_array_get (array, 2), "ciphertext", 1,
                                            KIOSK_SEAL_MAX, error);
  if (parts->ciphertext == NULL)
    return FALSE;
  parts->signature
    = kiosk_cbor_get_bytes (kiosk_cbor_array_get (array, 3), "signature", 1, SIGNATURE_MAX, error);
  return parts->signature != NULL;
}

static gboolean
unpack (GBytes *sealed, Parts *parts, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (cbor_item_t) array = kiosk_cbor_decode (
    g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed), KIOSK_SEAL_MAX, &problem);
  gint64 version = 0;

  if (array == NULL
      || !kiosk_cbor_get_integer (kiosk_cbor_array_get (array, 0), "version", 0, G_MAXINT64,
                                  &version, &problem))
    {
      g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED, "sealed record: %s",
                   problem->message);
      return FALSE;
    }
  if (version != VERSION || cbor_array_size (array) != N_PARTS)
    {
      g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_UNSUPPORTED,
                           "sealed record of a version that this program does not know");
      return FALSE;
    }
  if (read_parts (array, parts, &problem))
    return TRUE;
  g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED, "sealed record: %s",
               problem->message);
  return FALSE;
}

static JsonObject *
parse_json (GBytes *bytes, gsize maximum, GError **error)
{
  g_autoptr (GError) problem = NULL;
  JsonObject *object = kiosk_json_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                         maximum, &problem);

  if (object == NULL)
    g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED, "sealed record: %s",
                 problem->message);
  return object;
}

static KioskSealHeader *
check_outside (const Parts *parts, GPtrArray *anchors, gint64 at_ms, X509 **ret_signer,
               GError **error)
{
  g_autoptr (GBytes) outer = signed_bytes (parts->header, parts->ciphertext);
  g_autoptr (GBytes) content = NULL;
  g_autoptr (X509) signer = NULL;
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (KioskSealHeader) header = NULL;
  g_autofree char *name = NULL;

  content = kiosk_cms_verify (parts->signature, outer, anchors, at_ms, 1, &signer, error);
  if (content == NULL)
    return NULL;
  object = parse_json (parts->header, HEADER_MAX, error);
  header = object != NULL ? kiosk_seal_header_from_json (object, error) : NULL;
  if (header == NULL)
    return NULL;
  name = kiosk_pki_cert_common_name (signer);
  if (g_strcmp0 (name, header->kiosk) != 0)
    {
      g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MISMATCH,
                           "sealed record signed by another kiosk than its header names");
      return NULL;
    }
  *ret_signer = g_steal_pointer (&signer);
  return g_steal_pointer (&header);
}

KioskSealHeader *
kiosk_seal_peek (GBytes *sealed, GPtrArray *anchors, gint64 at_ms, X509 **ret_signer,
                 GError **error)
{
  g_auto (Parts) parts = { 0 };
  g_autoptr (X509) signer = NULL;
  KioskSealHeader *header = NULL;

  if (unpack (sealed, &parts, error))
    header = check_outside (&parts, anchors, at_ms, &signer, error);
  if (header != NULL && ret_signer != NULL)
    *ret_signer = g_steal_pointer (&signer);
  return header;
}

/* The header inside must be the header outside; then the submission. */
static GBytes *
read_inside (GBytes *json, const KioskSealHeader *outside, GError **error)
{
  g_autoptr (JsonObject) object = parse_json (json, KIOSK_SEAL_MAX, error);
  g_autoptr (KioskSealHeader) inside = NULL;
  g_autoptr (GError) problem = NULL;
  JsonObject *member = NULL;
  GBytes *submission = NULL;

  if (object == NULL)
    return NULL;
  member = kiosk_json_object (object, "header", &problem);
  inside = member != NULL ? kiosk_seal_header_from_json (member, &problem) : NULL;
  if (inside != NULL && !kiosk_seal_header_equal (inside, outside))
    {
      g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MISMATCH,
                           "sealed record whose headers inside and outside differ");
      return NULL;
    }
  if (inside != NULL)
    submission = kiosk_json_bytes (object, "submission", KIOSK_SEAL_MAX, &problem);
  if (submission == NULL)
    g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED, "sealed record: %s",
                 problem->message);
  return submission;
}

GBytes *
kiosk_seal_open (GBytes *sealed, GPtrArray *anchors, gint64 at_ms, X509 *cert, EVP_PKEY *key,
                 KioskSealHeader **ret_header, GError **error)
{
  g_auto (Parts) parts = { 0 };
  g_autoptr (X509) outer_signer = NULL;
  g_autoptr (X509) inner_signer = NULL;
  g_autoptr (KioskSealHeader) header = NULL;
  g_autoptr (GBytes) inner = NULL;
  g_autoptr (GBytes) json = NULL;
  GBytes *submission = NULL;

  if (!unpack (sealed, &parts, error))
    return NULL;
  header = check_outside (&parts, anchors, at_ms, &outer_signer, error);
  inner = header != NULL ? kiosk_cms_decrypt (parts.ciphertext, cert, key, error) : NULL;
  json = inner != NULL ? kiosk_cms_verify (inner, NULL, anchors, at_ms, 1, &inner_signer, error)
                       : NULL;
  if (json == NULL)
    return NULL;
  if (X509_cmp (outer_signer, inner_signer) != 0)
    {
      g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MISMATCH,
                           "sealed record signed by one kiosk inside and by another outside");
      return NULL;
    }
  submission = read_inside (json, header, error);
  if (submission != NULL && ret_header != NULL)
    *ret_header = g_steal_pointer (&header);
  return submission;
}
