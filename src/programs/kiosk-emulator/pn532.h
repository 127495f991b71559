/* A PN532 reader's firmware: commands that libnfc sends, answered as the chip's manual says.
 * Source: UM0701-02, chapter 7; behaviour proved against Debian's libnfc 1.8.0. */
#pragma once

#include "base/clock.h"
#include "field.h"
#include "timing.h"

G_BEGIN_DECLS

typedef struct _KioskEmuPn532 KioskEmuPn532;

/* @delay_us: how long after the previous bytes these leave the reader. */
typedef void (*KioskEmuSend) (gpointer data, const guint8 *bytes, gsize length, gint64 delay_us);

/* @field and @clock must outlive it. */
KioskEmuPn532 *kiosk_emu_pn532_new (KioskEmuField *field, KioskClock *clock,
                                    const KioskEmuLink *link, KioskEmuSend send, gpointer data);
void kiosk_emu_pn532_free (KioskEmuPn532 *self);
/* Bytes from the host. */
void kiosk_emu_pn532_feed (KioskEmuPn532 *self, const guint8 *bytes, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuPn532, kiosk_emu_pn532_free)

G_END_DECLS
