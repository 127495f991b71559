/* The control socket: a line of hand.h in, a line back. */
#pragma once

#include <gio/gio.h>

#include "hand.h"

G_BEGIN_DECLS

typedef struct _KioskEmuControl KioskEmuControl;

/* @cards: the folder that personalisation made. @quit is called for "quit". */
KioskEmuControl *
kiosk_emu_control_new (const char *socket, const char *cards, KioskEmuField *field,
                       void (*quit) (gpointer data), gpointer data, GError **error);
void kiosk_emu_control_free (KioskEmuControl *self);
/* (transfer full): the answer to one command, without the newline. */
char *kiosk_emu_control_run (KioskEmuControl *self, const char *line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuControl, kiosk_emu_control_free)

G_END_DECLS
