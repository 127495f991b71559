/* Secure messaging from the card's side: ICAO Doc 9303-11, 9.8. */
#pragma once

#include "apdu.h"
#include "cipher.h"

G_BEGIN_DECLS

typedef struct _KioskEmuMessaging KioskEmuMessaging;

/* The session keys are derived from @secret; @counter is the send sequence counter to start from,
 * a block of it, or NULL for zero. */
KioskEmuMessaging *kiosk_emu_messaging_new (KioskEmuCipher cipher, const guint8 *secret,
                                            gsize length, const guint8 *counter);
/* With ready keys: what the worked examples of the standard give. */
KioskEmuMessaging *kiosk_emu_messaging_new_keys (KioskEmuCipher cipher, const guint8 *encryption,
                                                 const guint8 *mac, const guint8 *counter);
/* Wipes the keys. NULL is ignored. */
void kiosk_emu_messaging_free (KioskEmuMessaging *self);

/**
 * kiosk_emu_messaging_unwrap:
 * @ret_plain: the command inside; its data lies in the session until the next command, and its
 *   expected length never asks for more than fits in an answer to @apdu
 * @ret_status: on failure 6987 (objects are missing) or 6988 (they are wrong): the session is over
 */
gboolean kiosk_emu_messaging_unwrap (KioskEmuMessaging *self, const KioskEmuApdu *apdu,
                                     KioskEmuApdu *ret_plain, guint16 *ret_status);
/* (transfer full): the protected answer, status word and all. @odd: the command's INS was odd. */
GByteArray *kiosk_emu_messaging_wrap (KioskEmuMessaging *self, gboolean odd, const guint8 *data,
                                      gsize length, guint16 status);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuMessaging, kiosk_emu_messaging_free)

G_END_DECLS
