#include "trust/pki.h"

static void
try_cert (X509 *cert)
{
  g_autoptr (GPtrArray) anchors = g_ptr_array_new ();
  g_autofree char *name = kiosk_pki_cert_common_name (cert);

  g_ptr_array_add (anchors, cert);
  kiosk_pki_verify (cert, NULL, anchors, 0, NULL);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (GBytes) der = g_bytes_new (data, length);
  g_autofree char *pem = g_strndup (length > 0 ? (const char *)data : "", length);
  g_autoptr (X509) from_der = kiosk_pki_cert_from_der (der, NULL);
  g_autoptr (X509) from_pem = kiosk_pki_cert_from_pem (pem, NULL);
  g_autoptr (EVP_PKEY) request = kiosk_pki_csr_check (pem, NULL);

  if (from_der != NULL)
    try_cert (from_der);
  if (from_pem != NULL)
    try_cert (from_pem);
  return 0;
}
