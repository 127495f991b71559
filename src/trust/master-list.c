/* Master lists: one country's signed collection of the country signers it has checked. ICAO Doc
 * 9303-12, 8: CscaMasterList ::= SEQUENCE { version INTEGER, certList SET OF Certificate }. */
#include "formats/tlv.h"
#include "trust/pki-private.h"
#include "trust/signed-private.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#define LIST_MAX                (4 * 1024 * 1024)
#define TAG_SEQUENCE            0x30
#define TAG_SET                 0x31
#define TAG_INTEGER             0x02
#define EKU_MASTER_LIST_SIGNING "2.23.136.1.1.3"

static gboolean
refuse (GError **error, KioskTrustError code, const char *message)
{
  g_set_error (error, KIOSK_TRUST_ERROR, (int)code, "master list: %s", message);
  return FALSE;
}

static gboolean
open_list (KioskTlvCursor cursor, KioskTlvCursor *ret_certs, GError **error)
{
  KioskTlv list, version, certs;

  if (!kiosk_tlv_expect (&cursor, TAG_SEQUENCE, &list, NULL) || cursor.length != 0)
    return refuse (error, KIOSK_TRUST_ERROR_MALFORMED, "no sequence");
  cursor = kiosk_tlv_inside (&list);
  if (!kiosk_tlv_expect (&cursor, TAG_INTEGER, &version, NULL)
      || !kiosk_tlv_expect (&cursor, TAG_SET, &certs, NULL) || cursor.length != 0)
    return refuse (error, KIOSK_TRUST_ERROR_MALFORMED, "no version, or no set of certificates");
  if (version.length != 1 || version.value[0] != 0)
    return refuse (error, KIOSK_TRUST_ERROR_UNSUPPORTED, "of another version");
  *ret_certs = kiosk_tlv_inside (&certs);
  return TRUE;
}

GPtrArray *
kiosk_master_list_certs (const guint8 *der, gsize length, GError **error)
{
  g_autoptr (GPtrArray) certs = kiosk_x509_array_new ();
  KioskTlvCursor cursor = { der, length };
  KioskTlv item;

  if (!open_list (cursor, &cursor, error))
    return NULL;
  while (cursor.length > 0)
    {
      g_autoptr (GBytes) one = NULL;
      X509 *cert;

      if (certs->len == KIOSK_CSCA_MAX || !kiosk_tlv_expect (&cursor, TAG_SEQUENCE, &item, NULL))
        {
          refuse (error, KIOSK_TRUST_ERROR_MALFORMED, "damaged, or too long");
          return NULL;
        }
      one = g_bytes_new_static (item.start, item.size);
      cert = kiosk_pki_cert_from_der (one, NULL);
      if (cert != NULL && X509_check_ca (cert) != 0)
        g_ptr_array_add (certs, cert);
      else
        X509_free (cert);
    }
  return g_steal_pointer (&certs);
}

static gboolean
check_signers (KioskSigned *message, const KioskCsca *csca, gint64 at_ms, GError **error)
{
  if (!kiosk_signed_verify_signature (message, error)
      || !kiosk_signed_verify_chain (message, csca, at_ms, error))
    return FALSE;
  for (guint i = 0; i < kiosk_signed_n_signers (message); i++)
    if (!kiosk_pki_has_usage (kiosk_signed_signer (message, i), EKU_MASTER_LIST_SIGNING))
      return refuse (error, KIOSK_TRUST_ERROR_SIGNATURE, "its signer is not for such lists");
  return kiosk_signed_revocation (message, csca, at_ms) != KIOSK_REVOCATION_REVOKED
         || refuse (error, KIOSK_TRUST_ERROR_SIGNATURE, "its signer was called back");
}

int
kiosk_csca_add_master_list (KioskCsca *self, GBytes *cms, gint64 at_ms, GError **error)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (cms, &length);
  g_autoptr (KioskSigned) message
    = length <= LIST_MAX ? kiosk_signed_parse (data, length, KIOSK_SIGNED_MASTER_LIST, error)
                         : NULL;
  g_autoptr (GPtrArray) certs = NULL;
  guint before = kiosk_csca_certs (self)->len;

  if (message == NULL)
    {
      if (length > LIST_MAX)
        refuse (error, KIOSK_TRUST_ERROR_MALFORMED, "too big");
      return -1;
    }
  if (!check_signers (message, self, at_ms, error))
    return -1;
  data = kiosk_signed_content (message, &length);
  certs = kiosk_master_list_certs (data, length, error);
  if (certs == NULL)
    return -1;
  for (guint i = 0; i < certs->len; i++)
    kiosk_csca_add (self, g_ptr_array_index (certs, i));
  return (int)(kiosk_csca_certs (self)->len - before);
}
