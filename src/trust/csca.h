/* Country signers: whom we trust to vouch for document signers, and whom they have called back.
 * ICAO Doc 9303-12. Not shared between threads while it is being filled. */
#pragma once

#include "trust/pki.h"

G_BEGIN_DECLS

#define KIOSK_CSCA_MAX     4096
#define KIOSK_CRLS_MAX     512
#define KIOSK_CRL_SIZE_MAX (256 * 1024)

typedef struct _KioskCsca KioskCsca;

typedef enum
{
  KIOSK_REVOCATION_NO_LIST, /* the country's list is not here */
  KIOSK_REVOCATION_GOOD,    /* not on a list that is up to date */
  KIOSK_REVOCATION_STALE,   /* not on the list, which has run out */
  KIOSK_REVOCATION_REVOKED,
} KioskRevocation;

KioskCsca *kiosk_csca_new (void);
KioskCsca *kiosk_csca_ref (KioskCsca *self);
void kiosk_csca_unref (KioskCsca *self);

/* Trusts @cert. One that is here already, or past the bound, is passed over. */
void kiosk_csca_add (KioskCsca *self, X509 *cert);
/* (transfer none) (element-type X509): everyone who is trusted. */
GPtrArray *kiosk_csca_certs (const KioskCsca *self);

/**
 * kiosk_csca_follow_links:
 * @links: (element-type X509): certificates by which a country's old key vouches for its new one
 *
 * Trusts each that is signed by somebody trusted who was valid when it was issued, and so on until
 * no more follow. A link may carry a new name (9303-12, 7.1.1), which the rules for ordinary chains
 * would refuse for its path length. Returns: how many are trusted now and were not before
 */
guint kiosk_csca_follow_links (KioskCsca *self, GPtrArray *links);

/**
 * kiosk_csca_add_crl:
 * @error: %KIOSK_TRUST_ERROR_MALFORMED
 *
 * Who signed it is judged when it is asked: a list that no trusted country signed is none.
 */
gboolean kiosk_csca_add_crl (KioskCsca *self, GBytes *der, GError **error);

/* (transfer container) (element-type GBytes): the lists of a file, one in DER or any number in PEM,
 * each in DER and sound in its form. %KIOSK_TRUST_ERROR_FILE, %KIOSK_TRUST_ERROR_MALFORMED */
GPtrArray *kiosk_csca_crls_load (const char *path, GError **error);

/**
 * kiosk_csca_add_master_list:
 * @cms: a CscaMasterList in CMS (9303-12, 8; TR-03129), as a country publishes it
 * @at_ms: when its signer must be valid
 *
 * Trusts what it lists when its signer is for such lists (2.23.136.1.1.3) and comes from a country
 * trusted before. A certificate in it that OpenSSL cannot read is passed over: one country's
 * mistake must not lose all others. Returns: how many were added; −1 on error
 */
int kiosk_csca_add_master_list (KioskCsca *self, GBytes *cms, gint64 at_ms, GError **error);

/* (transfer full) (element-type X509): what a master list's content names, without asking who
 * signed it. %KIOSK_TRUST_ERROR_MALFORMED, %KIOSK_TRUST_ERROR_UNSUPPORTED */
GPtrArray *kiosk_master_list_certs (const guint8 *der, gsize length, GError **error);

/**
 * kiosk_csca_verify:
 * @at_ms: when @signer and its country's certificate must be valid
 *
 * Each country signer of the issuer's name is tried, since countries renew keys under one name.
 * Explicit EC parameters pass only when they are a named curve. %KIOSK_TRUST_ERROR_CHAIN: nobody
 * we trust issued it. %KIOSK_TRUST_ERROR_EXPIRED
 */
gboolean kiosk_csca_verify (const KioskCsca *self, X509 *signer, gint64 at_ms, GError **error);
/* By the newest list that a trusted country signer of the issuer's name signed. A signer that was
 * ever called back is not trusted, for whatever reason and from whichever day. */
KioskRevocation kiosk_csca_revocation (const KioskCsca *self, X509 *signer, gint64 at_ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskCsca, kiosk_csca_unref)

G_END_DECLS
