/* The kiosk's own key and certificate: kiosk.key and kiosk.pem in the state folder. */
#include "sync-private.h"

#include <string.h>
#include <time.h>

void
kiosk_identity_free (gpointer data)
{
  KioskIdentity *identity = data;

  if (identity == NULL)
    return;
  kiosk_signer_clear (&identity->signer);
  g_clear_object (&identity->client);
  g_free (identity->kiosk);
  g_free (identity);
}

static gint64
time_ms (const ASN1_TIME *time)
{
  struct tm broken_down = { 0 };

  return ASN1_TIME_to_tm (time, &broken_down) == 1 ? (gint64)timegm (&broken_down) * 1000 : 0;
}

/* An id is an element of addresses: a plain word. */
static gboolean
is_plain (const char *kiosk)
{
  gsize length = kiosk != NULL ? strlen (kiosk) : 0;

  return length > 0 && length <= 64
         && strspn (kiosk, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
              == length;
}

static gboolean
load_signer (KioskIdentity *identity, const char *cert, const char *key, GError **error)
{
  if (!kiosk_signer_load (cert, key, &identity->signer, error))
    return FALSE;
  identity->kiosk = kiosk_pki_cert_common_name (identity->signer.cert);
  if (is_plain (identity->kiosk))
    return TRUE;
  g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MISMATCH,
               "%s: names no kiosk; put the one there that the gateway gave", cert);
  return FALSE;
}

KioskIdentity *
kiosk_identity_load (const char *folder, GError **error)
{
  KioskIdentity *identity = g_new0 (KioskIdentity, 1);
  g_autofree char *cert = g_build_filename (folder, "kiosk.pem", NULL);
  g_autofree char *key = g_build_filename (folder, "kiosk.key", NULL);

  if (load_signer (identity, cert, key, error))
    identity->client = g_tls_certificate_new_from_files (cert, key, error);
  if (identity->client == NULL)
    {
      kiosk_identity_free (identity);
      return NULL;
    }
  identity->not_before_ms = time_ms (X509_get0_notBefore (identity->signer.cert));
  identity->not_after_ms = time_ms (X509_get0_notAfter (identity->signer.cert));
  return identity;
}

const KioskIdentity *
kiosk_sync_identity (KioskSync *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->identities->len > 0 ? g_ptr_array_index (self->identities, self->identities->len - 1)
                                   : NULL;
}

void
kiosk_sync_take_identity (KioskSync *self, KioskIdentity *identity)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_ptr_array_add (self->identities, identity);
  self->status.enrolled = TRUE;
}

const KioskSigner *
kiosk_sync_signer (KioskSync *self)
{
  const KioskIdentity *identity = kiosk_sync_identity (self);

  return identity != NULL ? &identity->signer : NULL;
}

char *
kiosk_sync_kiosk_id (KioskSync *self)
{
  const KioskIdentity *identity = kiosk_sync_identity (self);

  return identity != NULL ? g_strdup (identity->kiosk) : NULL;
}
