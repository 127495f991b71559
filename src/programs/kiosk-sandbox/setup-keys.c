#include "programs/kiosk-sandbox/setup-keys.h"
#include "base/file.h"
#include <stddef.h>
#include <string.h>

#define DAY_MS      (G_GINT64_CONSTANT (24) * 3600 * 1000)
#define CA_DAYS     3650
#define LEAF_DAYS   730
#define BACKDATE_MS (5 * 60 * 1000)
#define SELF        G_MAXSIZE

/* What each key is, in the order of making: an issuer comes before what it issues. What the trust
 * bundle names one by one signs itself: the bundle vouches for it, no authority between. */
static const struct
{
  gsize offset;
  gsize issuer; /* offset, or SELF */
  KioskCertRole role;
  const char *name;
  int days;
} makes[] = {
  { offsetof (KioskSandboxKeys, gateway_ca), SELF, KIOSK_CERT_CA, "Simulated Gateway CA", CA_DAYS },
  { offsetof (KioskSandboxKeys, server), offsetof (KioskSandboxKeys, gateway_ca), KIOSK_CERT_SERVER,
    "Simulated Gateway", LEAF_DAYS },
  { offsetof (KioskSandboxKeys, kiosk_ca), SELF, KIOSK_CERT_CA, "Simulated Kiosk CA", CA_DAYS },
  { offsetof (KioskSandboxKeys, receipt), SELF, KIOSK_CERT_SIGNER, "Simulated Gateway Receipts",
    LEAF_DAYS },
  { offsetof (KioskSandboxKeys, department), SELF, KIOSK_CERT_DEPARTMENT, "td", LEAF_DAYS },
  { offsetof (KioskSandboxKeys, recipient), SELF, KIOSK_CERT_RECIPIENT, "td", LEAF_DAYS },
  { offsetof (KioskSandboxKeys, registry), SELF, KIOSK_CERT_DEPARTMENT, "idreg", LEAF_DAYS },
  { offsetof (KioskSandboxKeys, registrar), SELF, KIOSK_CERT_RECIPIENT, "idreg", LEAF_DAYS },
  { offsetof (KioskSandboxKeys, recovery), SELF, KIOSK_CERT_RECIPIENT, "Simulated Recovery",
    LEAF_DAYS },
  { offsetof (KioskSandboxKeys, issuer), SELF, KIOSK_CERT_SIGNER, "Simulated Credential Issuer",
    LEAF_DAYS },
  { offsetof (KioskSandboxKeys, first), SELF, KIOSK_CERT_SIGNER, "Simulated Bundle Signer One",
    LEAF_DAYS },
  { offsetof (KioskSandboxKeys, second), SELF, KIOSK_CERT_SIGNER, "Simulated Bundle Signer Two",
    LEAF_DAYS },
  { offsetof (KioskSandboxKeys, iam_ca), SELF, KIOSK_CERT_CA, "Simulated iAM Smart TLS CA",
    CA_DAYS },
  { offsetof (KioskSandboxKeys, iam), offsetof (KioskSandboxKeys, iam_ca), KIOSK_CERT_SERVER,
    "Simulated iAM Smart", LEAF_DAYS },
  { offsetof (KioskSandboxKeys, signing_ca), SELF, KIOSK_CERT_CA, "Simulated Signing CA", CA_DAYS },
};

static const struct
{
  const char *path;
  gsize offset;
  gboolean key; /* the private key, or the certificate */
} files[] = {
  { "authority/gateway-ca.pem", offsetof (KioskSandboxKeys, gateway_ca), FALSE },
  { "authority/gateway-ca.key", offsetof (KioskSandboxKeys, gateway_ca), TRUE },
  { "authority/signer-one.pem", offsetof (KioskSandboxKeys, first), FALSE },
  { "authority/signer-one.key", offsetof (KioskSandboxKeys, first), TRUE },
  { "authority/signer-two.pem", offsetof (KioskSandboxKeys, second), FALSE },
  { "authority/signer-two.key", offsetof (KioskSandboxKeys, second), TRUE },
  { "gateway/server.pem", offsetof (KioskSandboxKeys, server), FALSE },
  { "gateway/server.key", offsetof (KioskSandboxKeys, server), TRUE },
  { "gateway/kiosk-ca.pem", offsetof (KioskSandboxKeys, kiosk_ca), FALSE },
  { "gateway/kiosk-ca.key", offsetof (KioskSandboxKeys, kiosk_ca), TRUE },
  { "gateway/receipt.pem", offsetof (KioskSandboxKeys, receipt), FALSE },
  { "gateway/receipt.key", offsetof (KioskSandboxKeys, receipt), TRUE },
  { "department/td/td.pem", offsetof (KioskSandboxKeys, department), FALSE },
  { "department/td/td.key", offsetof (KioskSandboxKeys, department), TRUE },
  { "department/td/recipient.pem", offsetof (KioskSandboxKeys, recipient), FALSE },
  { "department/td/recipient.key", offsetof (KioskSandboxKeys, recipient), TRUE },
  { "department/td/gateway-ca.pem", offsetof (KioskSandboxKeys, gateway_ca), FALSE },
  { "department/idreg/idreg.pem", offsetof (KioskSandboxKeys, registry), FALSE },
  { "department/idreg/idreg.key", offsetof (KioskSandboxKeys, registry), TRUE },
  { "department/idreg/recipient.pem", offsetof (KioskSandboxKeys, registrar), FALSE },
  { "department/idreg/recipient.key", offsetof (KioskSandboxKeys, registrar), TRUE },
  { "department/idreg/gateway-ca.pem", offsetof (KioskSandboxKeys, gateway_ca), FALSE },
  { "recovery/recovery.pem", offsetof (KioskSandboxKeys, recovery), FALSE },
  { "recovery/recovery.key", offsetof (KioskSandboxKeys, recovery), TRUE },
  { "issuer/issuer.pem", offsetof (KioskSandboxKeys, issuer), FALSE },
  { "issuer/issuer.key", offsetof (KioskSandboxKeys, issuer), TRUE },
  { "kiosk/gateway-ca.pem", offsetof (KioskSandboxKeys, gateway_ca), FALSE },
  { "authority/signing-ca.key", offsetof (KioskSandboxKeys, signing_ca), TRUE },
  { "iamsmart/ca.pem", offsetof (KioskSandboxKeys, signing_ca), FALSE },
  { "iamsmart/tls.pem", offsetof (KioskSandboxKeys, iam), FALSE },
  { "iamsmart/tls.key", offsetof (KioskSandboxKeys, iam), TRUE },
  { "gateway/iamsmart/ca.pem", offsetof (KioskSandboxKeys, iam_ca), FALSE },
  { "phone/core-ca.pem", offsetof (KioskSandboxKeys, iam_ca), FALSE },
};

static const char *const folders[]
  = { "authority",      "gateway",       "gateway/bundles",  "gateway/iamsmart",
      "department",     "department/td", "department/idreg", "recovery",
      "issuer",         "kiosk",         "kiosk/bundles",    "iamsmart",
      "iamsmart/users", "phone" };

static KioskSigner *
signer_at (KioskSandboxKeys *self, gsize offset)
{
  return (KioskSigner *)((guint8 *)self + offset);
}

static gboolean
make (KioskSandboxKeys *self, gsize i, gint64 now_ms, GError **error)
{
  KioskSigner *signer = signer_at (self, makes[i].offset);
  const KioskSigner *issuer = makes[i].issuer != SELF ? signer_at (self, makes[i].issuer) : NULL;
  const KioskCertTemplate template = {
    .role = makes[i].role,
    .common_name = makes[i].name,
    .organization = "Simulated, for development only",
    .country = "HK",
    .dns_name = makes[i].role == KIOSK_CERT_SERVER ? "localhost" : NULL,
    .not_before_ms = now_ms - BACKDATE_MS,
    .not_after_ms = now_ms + makes[i].days * DAY_MS,
  };
  signer->key = kiosk_pki_key_new (error);
  if (signer->key == NULL)
    return FALSE;
  signer->cert = kiosk_pki_issue (&template, signer->key, issuer != NULL ? issuer->cert : NULL,
                                  issuer != NULL ? issuer->key : signer->key, error);
  return signer->cert != NULL;
}

KioskSandboxKeys *
kiosk_sandbox_keys_new (gint64 now_ms, GError **error)
{
  g_autoptr (KioskSandboxKeys) self = g_new0 (KioskSandboxKeys, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (makes); i++)
    if (!make (self, i, now_ms, error))
      return NULL;
  return g_steal_pointer (&self);
}

void
kiosk_sandbox_keys_free (KioskSandboxKeys *self)
{
  if (self == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (makes); i++)
    {
      KioskSigner *signer = signer_at (self, makes[i].offset);
      X509_free (signer->cert);
      EVP_PKEY_free (signer->key);
    }
  g_free (self);
}

static gboolean
certs_save (const char *folder, const char *name, X509 *first, X509 *second, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *first_pem = kiosk_pki_cert_to_pem (first);
  g_autofree char *second_pem = second != NULL ? kiosk_pki_cert_to_pem (second) : NULL;
  char *pem = g_strconcat (first_pem, second_pem, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_take (pem, strlen (pem));
  return kiosk_file_write (path, bytes, 0644, error);
}

gboolean
kiosk_sandbox_keys_save (const KioskSandboxKeys *self, const char *folder, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (folder, folders[i], NULL);
      if (!kiosk_folder_make (path, 0700, error))
        return FALSE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      const KioskSigner *signer = signer_at ((KioskSandboxKeys *)self, files[i].offset);
      g_autofree char *path = g_build_filename (folder, files[i].path, NULL);
      if (!(files[i].key ? kiosk_pki_key_save (signer->key, path, error)
                         : certs_save (folder, files[i].path, signer->cert, NULL, error)))
        return FALSE;
    }
  return certs_save (folder, "gateway/departments.pem", self->department.cert, self->registry.cert,
                     error)
         && certs_save (folder, "department/td/anchors.pem", self->first.cert, self->second.cert,
                        error)
         && certs_save (folder, "department/idreg/anchors.pem", self->first.cert, self->second.cert,
                        error)
         && certs_save (folder, "kiosk/anchors.pem", self->first.cert, self->second.cert, error);
}
