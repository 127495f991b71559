/* The control socket: a line of hand.h in, a line back. */
#pragma once

#include <gio/gio.h>

#include "hand.h"

G_BEGIN_DECLS

typedef struct _KioskEmuControl KioskEmuControl;

/* @hand: which cards and field; its strings must outlive this. */
KioskEmuControl *
kiosk_emu_control_new (const char *socket, const KioskEmuHand *hand, GError **error);
void kiosk_emu_control_free (KioskEmuControl *self);
/* (transfer full): the answer to one command, without the newline. */
char *kiosk_emu_control_run (KioskEmuControl *self, const char *line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuControl, kiosk_emu_control_free)

G_END_DECLS
