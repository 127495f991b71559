/* Secure messaging, ICAO Doc 9303-11, 9.8 (private). */
#pragma once

#include "devices/card/card-apdu.h"
#include "devices/card/card-crypto.h"

G_BEGIN_DECLS

typedef struct
{
  KioskCipher cipher;
  guint8 encryption_key[KIOSK_CARD_KEY_MAX];
  guint8 mac_key[KIOSK_CARD_KEY_MAX];
  guint8 counter[KIOSK_CARD_BLOCK_MAX]; /* the send sequence counter, as many bytes as a block */
} KioskCardSm;

/* Keys from a shared secret, counter zero. */
KioskCardSm *kiosk_card_sm_new (KioskCipher cipher, const guint8 *secret, gsize length);
void kiosk_card_sm_free (KioskCardSm *self); /* wipes */

/* The most data that a READ BINARY may ask for, so that its answer fits libnfc's 263 bytes. */
guint kiosk_card_sm_safe_le (const KioskCardSm *self); /* NULL: without secure messaging */

/* (transfer full): the protected command. NULL: %KIOSK_CARD_ERROR_INTERNAL, it would be too long.
 */
GByteArray *kiosk_card_sm_wrap (KioskCardSm *self, const KioskApdu *apdu, GError **error);
/* @response: all of it, status word last. Appends the plain data to @ret_data.
 * %KIOSK_CARD_ERROR_SM_BROKEN: the session is over. */
gboolean kiosk_card_sm_unwrap (KioskCardSm *self, const guint8 *response, gsize length,
                               GByteArray *ret_data, guint16 *ret_sw, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskCardSm, kiosk_card_sm_free)

G_END_DECLS
