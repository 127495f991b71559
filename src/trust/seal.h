/* The sealed record: what a kiosk promises and a department opens.
 *
 * CBOR array [1, header, ciphertext, signature]:
 *   header     the KioskSealHeader as JSON text
 *   ciphertext CMS AuthEnvelopedData to the department's key and the recovery key, of a CAdES
 *              SignedData by the kiosk over the JSON {"header":{…},"submission":"base64"}
 *   signature  detached CAdES by the kiosk over header ‖ SHA-256(ciphertext)
 * The header is inside and outside; they are compared after decryption. The gateway can check the
 * outer signature and route by the header, and sees nothing else. */
#pragma once

#include "trust/cms.h"

G_BEGIN_DECLS

#define KIOSK_SEAL_MAX        (1024 * 1024) /* bytes of one sealed record */
#define KIOSK_SEAL_MEDIA_TYPE "application/vnd.kiosk.sealed+cbor"

typedef struct
{
  char *txid;       /* 26 characters of kiosk_random_id() */
  char *kiosk;      /* common name of the kiosk's certificate */
  guint64 sequence; /* grows by one a sealed record on this kiosk */
  char *boot;       /* random id of this start of kioskd: order is boot and sequence */
  char *department; /* "td" */
  char *service;    /* "td-vehicle-licence-renewal" */
  char *form;       /* "td558" */
  gint64 form_version;
  gint64 catalogue; /* serial of the catalogue bundle that was in force */
  gint64 sealed_ms; /* the kiosk's clock; evidence, never order */
} KioskSealHeader;

void kiosk_seal_header_free (KioskSealHeader *self);
gboolean kiosk_seal_header_equal (const KioskSealHeader *a, const KioskSealHeader *b);

/* @recipients: (element-type X509): the department's key, the recovery key. */
GBytes *kiosk_seal_create (const KioskSealHeader *header, GBytes *submission,
                           const KioskSigner *kiosk, GPtrArray *recipients, GError **error);

/* Checks the outer signature up to @anchors and that the signer is the header's kiosk.
 * @at_ms: −1 leaves the chain's validity to the caller: a record may be delivered after the kiosk's
 * certificate was replaced. @ret_signer: (out) (optional) (transfer full). */
KioskSealHeader *kiosk_seal_peek (GBytes *sealed, GPtrArray *anchors, gint64 at_ms,
                                  X509 **ret_signer, GError **error);

/* peek, decrypt, check the inner signature, compare the headers. */
GBytes *kiosk_seal_open (GBytes *sealed, GPtrArray *anchors, gint64 at_ms, X509 *cert,
                         EVP_PKEY *key, KioskSealHeader **ret_header, GError **error);

/* SHA-256 of the whole record: what receipts and the wire name it by. */
void kiosk_seal_digest (GBytes *sealed, guint8 ret_digest[32]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskSealHeader, kiosk_seal_header_free)

G_END_DECLS
