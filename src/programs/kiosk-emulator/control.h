/* The control socket: what a hand and bad luck do to the reader, one line a command.
 *
 *   place NAME         takes away what lies there and puts NAME down
 *   add NAME           puts NAME down beside what lies there
 *   remove             takes everything away
 *   remove-after N     takes everything away before the N-th command from now is answered; 0: never
 *   fault NAME COUNT   arms a fault (faults.h)
 *   status             cards=A,B selected=yes|no commands=N faults=NAME:COUNT,…
 *   list               the cards that there are
 *   quit               ends the emulator
 *
 * One line answers: "ok …" once it has taken effect, or "error …". */
#pragma once

#include <gio/gio.h>

#include "field.h"

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
