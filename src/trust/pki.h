/* Keys, certificates, and the chains between them. P-256 throughout what we issue. */
#pragma once

#include <glib.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)

#define KIOSK_TRUST_ERROR (kiosk_trust_error_quark ())
GQuark kiosk_trust_error_quark (void);

/* One domain for the room; each code means one next action. */
typedef enum
{
  KIOSK_TRUST_ERROR_FILE,        /* a key or certificate file is missing or unreadable */
  KIOSK_TRUST_ERROR_MALFORMED,   /* bytes that are not what they should be: drop them */
  KIOSK_TRUST_ERROR_SIGNATURE,   /* signed by nobody we trust, or altered: refuse, report */
  KIOSK_TRUST_ERROR_CHAIN,       /* no path to an anchor: fetch newer trust lists */
  KIOSK_TRUST_ERROR_EXPIRED,     /* outside its validity: renew, or check the clock */
  KIOSK_TRUST_ERROR_ROLLBACK,    /* an older serial than one already seen: keep the newer */
  KIOSK_TRUST_ERROR_DECRYPT,     /* not for this key, or altered; no plaintext was released */
  KIOSK_TRUST_ERROR_MISMATCH,    /* header inside and outside, or digest and content, differ */
  KIOSK_TRUST_ERROR_UNSUPPORTED, /* an algorithm or version this program does not know */
  KIOSK_TRUST_ERROR_INTERNAL,    /* OpenSSL failed where it must not: restart */
} KioskTrustError;

typedef enum
{
  KIOSK_CERT_CA,
  KIOSK_CERT_SERVER,     /* TLS server; dns_name and loopback addresses as subjectAltName */
  KIOSK_CERT_KIOSK,      /* TLS client and signer of seals, receipts, checkpoints */
  KIOSK_CERT_DEPARTMENT, /* TLS client and signer of outcomes */
  KIOSK_CERT_RECIPIENT,  /* keyAgreement only: a department's or the recovery key */
  KIOSK_CERT_SIGNER,     /* bundles; gateway receipts */
  KIOSK_CERT_CSCA,       /* ICAO 9303-12 country signer */
  KIOSK_CERT_DS,         /* ICAO 9303-12 document signer */
  KIOSK_CERT_STAFF,      /* FIPS 201 card authentication: a staff card's key */
  KIOSK_CERT_CITIZEN,    /* signs documents for a person: nonRepudiation */
  KIOSK_CERT_KEK,        /* RSA: keys are wrapped to it */
} KioskCertRole;

typedef struct
{
  KioskCertRole role;
  const char *common_name;   /* 1 … 64 bytes */
  const char *organization;  /* nullable */
  const char *country;       /* nullable; two letters */
  const char *serial_number; /* nullable: the subject's attribute of that name, 1 … 64 bytes */
  const char *dns_name;      /* server only */
  gint64 not_before_ms;
  gint64 not_after_ms;
} KioskCertTemplate;

EVP_PKEY *kiosk_pki_key_new (GError **error);
/* PEM, PKCS#8, unencrypted, mode 0600; at rest the disk is encrypted (LUKS2, TPM). */
EVP_PKEY *kiosk_pki_key_load (const char *path, GError **error);
gboolean kiosk_pki_key_save (EVP_PKEY *key, const char *path, GError **error);

X509 *kiosk_pki_cert_load (const char *path, GError **error);
/* (element-type X509) (transfer container): every certificate of a PEM file, 1 … 256. */
GPtrArray *kiosk_pki_certs_load (const char *path, GError **error);
X509 *kiosk_pki_cert_from_der (GBytes *der, GError **error);
GBytes *kiosk_pki_cert_to_der (X509 *cert);
X509 *kiosk_pki_cert_from_pem (const char *pem, GError **error);
char *kiosk_pki_cert_to_pem (X509 *cert);
char *kiosk_pki_cert_common_name (X509 *cert);

/* PKCS#10, PEM, signed by @key. */
char *kiosk_pki_csr_new (EVP_PKEY *key, const char *common_name, GError **error);
/* (transfer full): the public key of a CSR whose own signature holds. */
EVP_PKEY *kiosk_pki_csr_check (const char *pem, GError **error);

/**
 * kiosk_pki_issue:
 * @subject: public key, or key pair
 * @issuer: (nullable): NULL for self-signed, with @issuer_key the subject's own
 *
 * Serial numbers are 64 random bits. Returns: (transfer full) (nullable)
 */
X509 *kiosk_pki_issue (const KioskCertTemplate *template, EVP_PKEY *subject, X509 *issuer,
                       EVP_PKEY *issuer_key, GError **error);

/**
 * kiosk_pki_verify:
 * @intermediates: (element-type X509) (nullable)
 * @anchors: (element-type X509)
 * @at_ms: Unix milliseconds at which every certificate must be valid
 *
 * Explicit EC parameters pass only when they are a named curve.
 */
gboolean kiosk_pki_verify (X509 *leaf, GPtrArray *intermediates, GPtrArray *anchors, gint64 at_ms,
                           GError **error);

/* Empties OpenSSL's error queue into one line behind @what. */
void kiosk_trust_set_openssl_error (GError **error, KioskTrustError code, const char *what);

G_END_DECLS
