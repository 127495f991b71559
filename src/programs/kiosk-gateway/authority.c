#include "programs/kiosk-gateway/authority.h"

#define DAY_MS           (G_GINT64_CONSTANT (24) * 3600 * 1000)
#define CERTIFICATE_DAYS 90
#define RENEWAL_GRACE    (30 * DAY_MS)
#define BACKDATE_MS      (5 * 60 * 1000) /* a kiosk's clock may be a little behind ours */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ASN1_TIME, ASN1_TIME_free)

struct _KioskGatewayAuthority
{
  KioskSigner receipt;
  KioskSigner ca;
  char *chain;
  GPtrArray *kiosk_anchors; /* of X509 */
  GHashTable *departments;  /* id → GPtrArray of X509 */
};

static gboolean
signer_load (const char *folder, const char *name, KioskSigner *ret_signer, GError **error)
{
  g_autofree char *cert_name = g_strconcat (name, ".pem", NULL);
  g_autofree char *key_name = g_strconcat (name, ".key", NULL);
  g_autofree char *cert_path = g_build_filename (folder, cert_name, NULL);
  g_autofree char *key_path = g_build_filename (folder, key_name, NULL);
  return kiosk_signer_load (cert_path, key_path, ret_signer, error);
}

static void
department_add (KioskGatewayAuthority *self, X509 *cert)
{
  g_autofree char *id = kiosk_pki_cert_common_name (cert);
  if (id == NULL)
    return;
  GPtrArray *certs = g_hash_table_lookup (self->departments, id);
  if (certs == NULL)
    {
      certs = g_ptr_array_new_with_free_func ((GDestroyNotify)X509_free);
      g_hash_table_insert (self->departments, g_steal_pointer (&id), certs);
    }
  X509_up_ref (cert);
  g_ptr_array_add (certs, cert);
}

static gboolean
departments_load (KioskGatewayAuthority *self, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "departments.pem", NULL);
  g_autoptr (GPtrArray) certs = kiosk_pki_certs_load (path, error);
  if (certs == NULL)
    return FALSE;
  for (guint i = 0; i < certs->len; i++)
    department_add (self, g_ptr_array_index (certs, i));
  return TRUE;
}

KioskGatewayAuthority *
kiosk_gateway_authority_load (const char *pki_folder, GError **error)
{
  g_autoptr (KioskGatewayAuthority) self = g_new0 (KioskGatewayAuthority, 1);
  self->kiosk_anchors = g_ptr_array_new_with_free_func ((GDestroyNotify)X509_free);
  self->departments
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  if (!signer_load (pki_folder, "receipt", &self->receipt, error)
      || !signer_load (pki_folder, "kiosk-ca", &self->ca, error)
      || !departments_load (self, pki_folder, error))
    return NULL;
  self->chain = kiosk_pki_cert_to_pem (self->ca.cert);
  X509_up_ref (self->ca.cert);
  g_ptr_array_add (self->kiosk_anchors, self->ca.cert);
  return g_steal_pointer (&self);
}

void
kiosk_gateway_authority_free (KioskGatewayAuthority *self)
{
  if (self == NULL)
    return;
  kiosk_signer_clear (&self->receipt);
  kiosk_signer_clear (&self->ca);
  g_ptr_array_unref (self->kiosk_anchors);
  g_hash_table_unref (self->departments);
  g_free (self->chain);
  g_free (self);
}

const KioskSigner *
kiosk_gateway_authority_receipt (const KioskGatewayAuthority *self)
{
  return &self->receipt;
}

GPtrArray *
kiosk_gateway_authority_kiosk_anchors (const KioskGatewayAuthority *self)
{
  return self->kiosk_anchors;
}

GPtrArray *
kiosk_gateway_authority_department (const KioskGatewayAuthority *self, const char *department)
{
  return g_hash_table_lookup (self->departments, department);
}

char *
kiosk_gateway_authority_issue (const KioskGatewayAuthority *self, const char *kiosk, EVP_PKEY *key,
                               gint64 now_ms, GError **error)
{
  const KioskCertTemplate template = {
    .role = KIOSK_CERT_KIOSK,
    .common_name = kiosk,
    .not_before_ms = now_ms - BACKDATE_MS,
    .not_after_ms = now_ms + CERTIFICATE_DAYS * DAY_MS,
  };
  g_autoptr (X509) cert = kiosk_pki_issue (&template, key, self->ca.cert, self->ca.key, error);
  return cert != NULL ? kiosk_pki_cert_to_pem (cert) : NULL;
}

const char *
kiosk_gateway_authority_chain (const KioskGatewayAuthority *self)
{
  return self->chain;
}

/* The very certificate we were given for that department, and today. */
static gboolean
is_department (const KioskGatewayAuthority *self, X509 *cert, const char *id, gint64 now_ms)
{
  GPtrArray *certs = g_hash_table_lookup (self->departments, id);
  time_t now = (time_t)(now_ms / 1000);
  for (guint i = 0; certs != NULL && i < certs->len; i++)
    if (X509_cmp (g_ptr_array_index (certs, i), cert) == 0)
      return X509_cmp_time (X509_get0_notBefore (cert), &now) < 0
             && X509_cmp_time (X509_get0_notAfter (cert), &now) > 0;
  return FALSE;
}

/* When a lapsed certificate was last good; now if it has not lapsed. */
static gint64
last_good_ms (X509 *cert, gint64 now_ms)
{
  time_t now = (time_t)(now_ms / 1000);
  int days, seconds;
  g_autoptr (ASN1_TIME) today = ASN1_TIME_set (NULL, now);
  if (X509_cmp_time (X509_get0_notAfter (cert), &now) > 0 || today == NULL
      || ASN1_TIME_diff (&days, &seconds, X509_get0_notAfter (cert), today) != 1)
    return now_ms;
  return now_ms - days * DAY_MS - (gint64)(seconds + 1) * 1000;
}

KioskGatewayPeer
kiosk_gateway_authority_judge (const KioskGatewayAuthority *self, X509 *cert, gint64 now_ms,
                               char **ret_id)
{
  *ret_id = NULL;
  g_autofree char *id = cert != NULL ? kiosk_pki_cert_common_name (cert) : NULL;
  if (id == NULL)
    return KIOSK_GATEWAY_PEER_NONE;
  KioskGatewayPeer peer = KIOSK_GATEWAY_PEER_NONE;
  if (is_department (self, cert, id, now_ms))
    peer = KIOSK_GATEWAY_PEER_DEPARTMENT;
  else
    {
      gint64 good_ms = last_good_ms (cert, now_ms);
      if (now_ms - good_ms <= RENEWAL_GRACE
          && kiosk_pki_verify (cert, NULL, self->kiosk_anchors, good_ms, NULL))
        peer = good_ms == now_ms ? KIOSK_GATEWAY_PEER_KIOSK : KIOSK_GATEWAY_PEER_KIOSK_LAPSED;
    }
  if (peer != KIOSK_GATEWAY_PEER_NONE)
    *ret_id = g_steal_pointer (&id);
  return peer;
}
