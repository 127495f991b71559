/* A card that lives in another program, which speaks vsmartcard's protocol for virtual cards: two
 * bytes of length and a message each way over TCP, a message of one byte being an order.
 * Source: vsmartcard, virtualsmartcard/doc, "vpcd protocol"; behaviour of its vicc 3.3. */
#pragma once

#include "field.h"

G_BEGIN_DECLS

#define KIOSK_EMU_VPCD_CARD "vpcd" /* the name by which the control socket places it */

typedef struct _KioskEmuVpcd KioskEmuVpcd;

/* Listens on the loopback's @port, 0 for any; whoever connects is a card and is put down at once.
 * @field must outlive it. %KIOSK_EMU_ERROR_DEVICE. */
KioskEmuVpcd *kiosk_emu_vpcd_new (guint16 port, KioskEmuField *field, GError **error);
void kiosk_emu_vpcd_free (KioskEmuVpcd *self);
guint16 kiosk_emu_vpcd_port (const KioskEmuVpcd *self);
/* Puts the card down beside what lies there, @changes as kiosk_emu_card_load() takes them.
 * %KIOSK_EMU_ERROR_COMMAND: no program is connected, or the field is full. */
gboolean kiosk_emu_vpcd_place (KioskEmuVpcd *self, const char *const *changes, GError **error);

/* (transfer full) (nullable): the historical bytes of an answer to reset, ISO/IEC 7816-3, 8.2. */
GBytes *kiosk_emu_vpcd_historical (const guint8 *atr, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuVpcd, kiosk_emu_vpcd_free)

G_END_DECLS
