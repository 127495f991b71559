/* The first byte chooses: a list of signers called back, or what a master list says. */
#include "trust/csca.h"

static KioskCsca *csca;
static X509 *any;

static void
make (void)
{
  const KioskCertTemplate template = { .role = KIOSK_CERT_CSCA,
                                       .common_name = "Country",
                                       .not_before_ms = 0,
                                       .not_after_ms = G_GINT64_CONSTANT (4102444800000) };
  g_autoptr (EVP_PKEY) key = kiosk_pki_key_new (NULL);

  any = kiosk_pki_issue (&template, key, NULL, key, NULL);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (GBytes) der = NULL;
  g_autoptr (GPtrArray) certs = NULL;

  if (length == 0)
    return 0;
  if (any == NULL)
    make ();
  csca = kiosk_csca_new ();
  kiosk_csca_add (csca, any);
  der = g_bytes_new (data + 1, length - 1);
  if (data[0] % 2 == 0 && kiosk_csca_add_crl (csca, der, NULL))
    g_assert_cmpint (kiosk_csca_revocation (csca, any, 0), ==, KIOSK_REVOCATION_NO_LIST);
  if (data[0] % 2 == 1)
    certs = kiosk_master_list_certs (data + 1, length - 1, NULL);
  if (certs != NULL)
    {
      g_assert_cmpuint (certs->len, <=, length / 32);
      kiosk_csca_follow_links (csca, certs);
    }
  g_clear_pointer (&csca, kiosk_csca_unref);
  return 0;
}
