#include "trust/sod.h"

#include "trust/cms-private.h"
#include "trust/pki-private.h"
#include "trust/sod-object.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#define SOD_MAX (64 * 1024)
#define SOD_TAG 0x17 /* EF.SOD is 77: application, constructed, 23 */

struct _KioskSod
{
  KioskSigned *signed_object;
  KioskSodObject object;
};

void
kiosk_sod_free (KioskSod *self)
{
  if (self == NULL)
    return;
  kiosk_signed_free (self->signed_object);
  kiosk_sod_object_clear (&self->object);
  g_free (self);
}

static gboolean
refuse (GError **error, KioskTrustError code, const char *message)
{
  ERR_clear_error ();
  g_set_error_literal (error, KIOSK_TRUST_ERROR, (int)code, message);
  return FALSE;
}

/* Takes the outer tag off: @ret_at and @ret_length are what it holds. */
static gboolean
unwrap (GBytes *der, const guint8 **ret_at, long *ret_length, GError **error)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (der, &size);
  const guint8 *at = data;
  long length = 0;
  int tag = 0;
  int class = 0;

  if (size == 0 || size > SOD_MAX)
    return refuse (error, KIOSK_TRUST_ERROR_MALFORMED, "security object: empty or too big");
  if (ASN1_get_object (&at, &length, &tag, &class, (long)size) != V_ASN1_CONSTRUCTED
      || tag != SOD_TAG || class != V_ASN1_APPLICATION || at + length != data + size)
    return refuse (error, KIOSK_TRUST_ERROR_MALFORMED, "security object: no tag 77 around it all");
  *ret_at = at;
  *ret_length = length;
  return TRUE;
}

KioskSod *
kiosk_sod_parse (GBytes *der, GError **error)
{
  g_autoptr (KioskSod) self = g_new0 (KioskSod, 1);
  const guint8 *at = NULL;
  gsize size;
  long length = 0;

  if (!unwrap (der, &at, &length, error))
    return NULL;
  self->signed_object = kiosk_signed_parse (at, (gsize)length, KIOSK_SIGNED_SECURITY_OBJECT, error);
  if (self->signed_object == NULL)
    return NULL;
  at = kiosk_signed_content (self->signed_object, &size);
  if (!kiosk_sod_object_parse (&self->object, at, size, error))
    return NULL;
  return g_steal_pointer (&self);
}

KioskSigned *
kiosk_sod_signed (KioskSod *self)
{
  return self->signed_object;
}

gboolean
kiosk_sod_lists (const KioskSod *self, guint number)
{
  return number >= 1 && number <= KIOSK_SOD_OBJECT_GROUPS && self->object.hashes[number] != NULL;
}

gboolean
kiosk_sod_check (KioskSod *self, guint number, GBytes *content, GError **error)
{
  guint8 digest[EVP_MAX_MD_SIZE];
  unsigned int digest_length = 0;
  gsize length = 0;
  gconstpointer data = g_bytes_get_data (content, &length);

  if (!kiosk_sod_lists (self, number))
    {
      g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MISMATCH,
                   "data group %u is not listed in the security object", number);
      return FALSE;
    }
  if (EVP_Digest (data, length, digest, &digest_length, self->object.digest, NULL) == 1
      && digest_length == g_bytes_get_size (self->object.hashes[number])
      && memcmp (digest, g_bytes_get_data (self->object.hashes[number], NULL), digest_length) == 0)
    return TRUE;
  g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MISMATCH,
               "data group %u is not what it was when it was signed", number);
  return FALSE;
}

static GBytes *
wrap (GBytes *cms)
{
  gsize length = g_bytes_get_size (cms);
  int size = ASN1_object_size (1, (int)length, SOD_TAG);
  guint8 *data = g_malloc ((gsize)size);
  guint8 *at = data;

  ASN1_put_object (&at, 1, (int)length, SOD_TAG, V_ASN1_APPLICATION);
  memcpy (at, g_bytes_get_data (cms, NULL), length);
  return g_bytes_new_take (data, (gsize)size);
}

GBytes *
kiosk_sod_create (GPtrArray *groups, const KioskSigner *document_signer, GError **error)
{
  g_autoptr (GBytes) lds = kiosk_sod_object_build (groups, error);
  g_autoptr (GBytes) der = NULL;

  if (lds == NULL)
    return NULL;
  der = kiosk_signed_create (lds, KIOSK_SIGNED_SECURITY_OBJECT, document_signer, error);
  return der != NULL ? wrap (der) : NULL;
}
