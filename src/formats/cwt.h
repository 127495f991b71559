/* CBOR Web Tokens (RFC 8392) in a COSE_Sign1 (RFC 9052), as the certificates of others carry them:
 * taken apart, not verified. */
#pragma once

#include <cbor.h>
#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  GBytes *protected_header; /* the bytes that are signed; may be empty */
  GBytes *payload;
  GBytes *signature;
  gint64 algorithm; /* COSE: −7 ES256, −8 EdDSA, −37 PS256 */
  GBytes *key_id;   /* nullable; the protected header's, else the other's */

  /* Claims; times in Unix milliseconds, −1 when not there. */
  char *issuer;  /* nullable */
  char *subject; /* nullable */
  gint64 issued_ms;
  gint64 not_before_ms;
  gint64 expires_ms;
} KioskCwt;

/**
 * kiosk_cwt_read:
 * @text: Base45 of a zlib stream of the token
 * @ret_claims: (out) (transfer full): the whole map; kiosk_cbor_item_wipe() it
 *
 * Errors are of %KIOSK_CODE_ERROR. Returns: (transfer full) (nullable)
 */
KioskCwt *kiosk_cwt_read (const char *text, gsize length, cbor_item_t **ret_claims, GError **error);
/* The same without Base45: @packed is the zlib stream. */
KioskCwt *kiosk_cwt_read_packed (GBytes *packed, cbor_item_t **ret_claims, GError **error);
void kiosk_cwt_free (KioskCwt *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskCwt, kiosk_cwt_free)

G_END_DECLS
