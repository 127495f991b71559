/* The receipt's QR: what a citizen carries away. It names no person. COSE_Sign1 with the kiosk's
 * certificate inside (x5chain, RFC 9360), Base45 (RFC 9285), prefix "KR1:". The claims are a CBOR
 * map with integer keys; trust signs and checks them, this room only knows their shape. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_RECEIPT_ERROR (kiosk_receipt_error_quark ())
GQuark kiosk_receipt_error_quark (void);

typedef enum
{
  KIOSK_RECEIPT_ERROR_OTHER_KIND, /* a code, but not a receipt */
  KIOSK_RECEIPT_ERROR_MALFORMED,
  KIOSK_RECEIPT_ERROR_VERSION, /* of a newer kiosk: update this program */
} KioskReceiptError;

#define KIOSK_RECEIPT_PREFIX   "KR1:"
#define KIOSK_RECEIPT_TEXT_MAX 2048 /* characters, prefix and all */

typedef struct
{
  char *kiosk;       /* 1 (iss) */
  gint64 sealed_ms;  /* 6 (iat), Unix milliseconds */
  char *txid;        /* 7 (cti), 26 characters */
  char *reference;   /* -70001, what a person reads out: "7QK4-M2XD" */
  char *service;     /* -70002, "td-vehicle-licence-renewal" */
  guint8 digest[32]; /* -70003, SHA-256 of the sealed record */
  guint64 leaf;      /* -70004, index in the kiosk's audit log */
  gint64 fee_cents;  /* -70005 */
} KioskReceipt;

void kiosk_receipt_free (KioskReceipt *self);
/* (transfer full): the claims as deterministic CBOR (RFC 8949, 4.2.1). */
GBytes *kiosk_receipt_to_cbor (const KioskReceipt *self);
KioskReceipt *kiosk_receipt_from_cbor (GBytes *cbor, GError **error);
/* COSE bytes ↔ the text in the QR. */
char *kiosk_receipt_text (GBytes *cose);
GBytes *kiosk_receipt_untext (const char *text, gssize length, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskReceipt, kiosk_receipt_free)

G_END_DECLS
