#include "trust/csca.h"

#include "base/file.h"
#include "trust/openssl-private.h"
#include "trust/pki-private.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#define CRL_FILE_MAX (4 * 1024 * 1024)

struct _KioskCsca
{
  gatomicrefcount references;
  GPtrArray *certs; /* of X509 */
  GPtrArray *crls;  /* of X509_CRL */
};

KioskCsca *
kiosk_csca_new (void)
{
  KioskCsca *self = g_new0 (KioskCsca, 1);

  g_atomic_ref_count_init (&self->references);
  self->certs = kiosk_x509_array_new ();
  self->crls = g_ptr_array_new_with_free_func ((GDestroyNotify)X509_CRL_free);
  return self;
}

KioskCsca *
kiosk_csca_ref (KioskCsca *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
kiosk_csca_unref (KioskCsca *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->references))
    return;
  g_ptr_array_unref (self->certs);
  g_ptr_array_unref (self->crls);
  g_free (self);
}

static gboolean
knows (const KioskCsca *self, X509 *cert)
{
  for (guint i = 0; i < self->certs->len; i++)
    if (X509_cmp (g_ptr_array_index (self->certs, i), cert) == 0)
      return TRUE;
  return FALSE;
}

void
kiosk_csca_add (KioskCsca *self, X509 *cert)
{
  if (self->certs->len >= KIOSK_CSCA_MAX || knows (self, cert))
    return;
  X509_up_ref (cert);
  g_ptr_array_add (self->certs, cert);
}

GPtrArray *
kiosk_csca_certs (const KioskCsca *self)
{
  return self->certs;
}

static gboolean
is_called (X509 *cert, const X509_NAME *name)
{
  return X509_NAME_cmp (X509_get_subject_name (cert), name) == 0;
}

/* Its key on a curve of somebody's own choosing could be made to fit any signature. */
static gboolean
signed_by (X509 *cert, X509 *issuer)
{
  EVP_PKEY *key = X509_get0_pubkey (issuer);
  gboolean good = key != NULL && kiosk_pki_key_is_plain (key) && X509_verify (cert, key) == 1;

  ERR_clear_error ();
  return good;
}

/* Whether @issuer was valid at the moment when @cert begins. */
static gboolean
was_valid_then (X509 *issuer, X509 *cert)
{
  const ASN1_TIME *then = X509_get0_notBefore (cert);

  return ASN1_TIME_compare (X509_get0_notBefore (issuer), then) <= 0
         && ASN1_TIME_compare (then, X509_get0_notAfter (issuer)) <= 0;
}

static gboolean
vouches_for (const KioskCsca *self, X509 *link)
{
  if (X509_check_ca (link) != 1 || (X509_get_key_usage (link) & KU_KEY_CERT_SIGN) == 0)
    return FALSE;
  for (guint i = 0; i < self->certs->len; i++)
    {
      X509 *old = g_ptr_array_index (self->certs, i);

      if (is_called (old, X509_get_issuer_name (link)) && was_valid_then (old, link)
          && signed_by (link, old))
        return TRUE;
    }
  return FALSE;
}

guint
kiosk_csca_follow_links (KioskCsca *self, GPtrArray *links)
{
  guint before = self->certs->len, round;

  do
    {
      round = self->certs->len;
      for (guint i = 0; i < links->len; i++)
        if (!knows (self, g_ptr_array_index (links, i))
            && vouches_for (self, g_ptr_array_index (links, i)))
          kiosk_csca_add (self, g_ptr_array_index (links, i));
    }
  while (self->certs->len > round);
  return self->certs->len - before;
}

gboolean
kiosk_csca_add_crl (KioskCsca *self, GBytes *der, GError **error)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (der, &length), *at = data;
  X509_CRL *crl = NULL;

  if (length > 0 && length <= KIOSK_CRL_SIZE_MAX && self->crls->len < KIOSK_CRLS_MAX)
    crl = d2i_X509_CRL (NULL, &at, (long)length);
  ERR_clear_error ();
  if (crl != NULL && at == data + length)
    {
      g_ptr_array_add (self->crls, crl);
      return TRUE;
    }
  X509_CRL_free (crl);
  g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED,
                       "not a list of certificates called back, or too big, or one too many");
  return FALSE;
}

/* Every block of PEM, whatever it is, or the whole as it is. */
static GPtrArray *
split_crls (GBytes *file)
{
  GPtrArray *crls = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_autoptr (BIO) bio = kiosk_bio_new (file);
  char *name, *header;
  guint8 *data;
  long length;

  while (PEM_read_bio (bio, &name, &header, &data, &length) > 0)
    {
      g_ptr_array_add (crls, g_bytes_new (data, (gsize)length));
      OPENSSL_free (name);
      OPENSSL_free (header);
      OPENSSL_free (data);
    }
  ERR_clear_error ();
  if (crls->len == 0)
    g_ptr_array_add (crls, g_bytes_ref (file));
  return crls;
}

GPtrArray *
kiosk_csca_crls_load (const char *path, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GBytes) file = kiosk_file_read (path, CRL_FILE_MAX, &problem);
  g_autoptr (GPtrArray) crls = NULL;
  g_autoptr (KioskCsca) trial = kiosk_csca_new ();

  if (file == NULL)
    {
      g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_FILE, problem->message);
      return NULL;
    }
  crls = split_crls (file);
  for (guint i = 0; i < crls->len; i++)
    if (!kiosk_csca_add_crl (trial, g_ptr_array_index (crls, i), error))
      {
        g_prefix_error (error, "%s: ", path);
        return NULL;
      }
  return g_steal_pointer (&crls);
}

/* Each of that name is tried by itself: together, OpenSSL takes the first that looks right and does
 * not come back for the next. */
gboolean
kiosk_csca_verify (const KioskCsca *self, X509 *signer, gint64 at_ms, GError **error)
{
  g_autoptr (GError) problem = NULL;

  for (guint i = 0; i < self->certs->len; i++)
    {
      X509 *anchor = g_ptr_array_index (self->certs, i);
      g_autoptr (GPtrArray) one = g_ptr_array_new ();

      if (!is_called (anchor, X509_get_issuer_name (signer)))
        continue;
      g_ptr_array_add (one, anchor);
      /* The key that did sign, out of its time, says more than one that did not. */
      if (!g_error_matches (problem, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_EXPIRED))
        g_clear_error (&problem);
      if (kiosk_pki_chain (signer, NULL, one, MAX (at_ms, 0), KIOSK_CHAIN_DOCUMENT,
                           problem == NULL ? &problem : NULL))
        return TRUE;
    }
  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  else
    g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_CHAIN,
                         "unknown country signer");
  return FALSE;
}

static gboolean
is_signed_list (const KioskCsca *self, X509_CRL *crl)
{
  for (guint i = 0; i < self->certs->len; i++)
    {
      X509 *country = g_ptr_array_index (self->certs, i);
      EVP_PKEY *key = X509_get0_pubkey (country);

      if (is_called (country, X509_CRL_get_issuer (crl)) && key != NULL
          && kiosk_pki_key_is_plain (key) && X509_CRL_verify (crl, key) == 1)
        return TRUE;
    }
  ERR_clear_error ();
  return FALSE;
}

static X509_CRL *
newest_list (const KioskCsca *self, const X509_NAME *issuer)
{
  X509_CRL *newest = NULL;

  for (guint i = 0; i < self->crls->len; i++)
    {
      X509_CRL *crl = g_ptr_array_index (self->crls, i);

      if (X509_NAME_cmp (X509_CRL_get_issuer (crl), issuer) == 0
          && (newest == NULL
              || ASN1_TIME_compare (X509_CRL_get0_lastUpdate (crl),
                                    X509_CRL_get0_lastUpdate (newest))
                   > 0)
          && is_signed_list (self, crl))
        newest = crl;
    }
  return newest;
}

KioskRevocation
kiosk_csca_revocation (const KioskCsca *self, X509 *signer, gint64 at_ms)
{
  X509_CRL *crl = newest_list (self, X509_get_issuer_name (signer));
  X509_REVOKED *entry = NULL;
  time_t now = (time_t)(MAX (at_ms, 0) / 1000);
  const ASN1_TIME *next;

  if (crl == NULL)
    return KIOSK_REVOCATION_NO_LIST;
  if (X509_CRL_get0_by_cert (crl, &entry, signer) != 0)
    return KIOSK_REVOCATION_REVOKED;
  next = X509_CRL_get0_nextUpdate (crl);
  /* 0: OpenSSL could not read the time. */
  return next != NULL && X509_cmp_time (next, &now) > 0 ? KIOSK_REVOCATION_GOOD
                                                        : KIOSK_REVOCATION_STALE;
}
