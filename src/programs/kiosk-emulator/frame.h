/* The PN532's HSU frames: bytes on the serial line ↔ commands and replies.
 * Source: PN532 User Manual UM0701-02, 6.2.1. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_EMU_FRAME_MAXIMUM 8192

/* A command's bytes after the D4 that says "to the PN532"; @length 0 is the host's ACK, which
 * aborts what is under way. */
typedef void (*KioskEmuFrameFunc) (gpointer data, const guint8 *command, gsize length);

typedef struct _KioskEmuFramer KioskEmuFramer;

KioskEmuFramer *kiosk_emu_framer_new (KioskEmuFrameFunc function, gpointer data);
void kiosk_emu_framer_free (KioskEmuFramer *self);
/* Takes whatever has arrived; calls the function for each whole frame. Noise between frames (the
 * wake-up preamble is some) is skipped. */
void kiosk_emu_framer_feed (KioskEmuFramer *self, const guint8 *bytes, gsize length);

/* (transfer full): the frame of a reply to @command, whose own code is @command + 1. */
GByteArray *kiosk_emu_frame_reply (guint8 command, const guint8 *data, gsize length);

extern const guint8 kiosk_emu_frame_ack[6];
extern const guint8 kiosk_emu_frame_error[8];

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuFramer, kiosk_emu_framer_free)

G_END_DECLS
