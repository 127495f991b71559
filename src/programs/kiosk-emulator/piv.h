/* The card applet of staff cards: NIST SP 800-73-4, part 2, as far as a reader that signs somebody
 * in asks for it: SELECT, GET DATA, GENERAL AUTHENTICATE, chained commands and GET RESPONSE. */
#pragma once

#include "apdu.h"
#include "card.h"

G_BEGIN_DECLS

typedef struct _KioskEmuPiv KioskEmuPiv;

KioskEmuPiv *kiosk_emu_piv_new (KioskEmuCard *card);
void kiosk_emu_piv_free (KioskEmuPiv *self);
/* The field went off: nothing is selected, nothing is half sent. */
void kiosk_emu_piv_reset (KioskEmuPiv *self);
/* One command: appends answer data, returns the status word. */
guint16 kiosk_emu_piv_handle (KioskEmuPiv *self, const KioskEmuApdu *apdu, GByteArray *answer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuPiv, kiosk_emu_piv_free)

G_END_DECLS
