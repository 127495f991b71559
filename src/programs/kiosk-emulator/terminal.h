/* The serial line: a pseudo-terminal whose other end any program opens as it would a real port. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _KioskEmuTerminal KioskEmuTerminal;

typedef void (*KioskEmuTerminalRead) (gpointer data, const guint8 *bytes, gsize length);

/* Reads in the thread-default main context. %KIOSK_EMU_ERROR_DEVICE. */
KioskEmuTerminal *
kiosk_emu_terminal_new (KioskEmuTerminalRead function, gpointer data, GError **error);
void kiosk_emu_terminal_free (KioskEmuTerminal *self);
/* The device's path; another after each plug(). NULL while it is unplugged. */
const char *kiosk_emu_terminal_name (const KioskEmuTerminal *self);
/* The device is gone, for whoever has it open as well, and what was under way is lost. */
void kiosk_emu_terminal_unplug (KioskEmuTerminal *self);
/* A device of another path. %KIOSK_EMU_ERROR_DEVICE */
gboolean kiosk_emu_terminal_plug (KioskEmuTerminal *self, GError **error);
/* Queues @bytes to leave @delay_us microseconds after whatever was queued before them. */
void kiosk_emu_terminal_write (KioskEmuTerminal *self, const guint8 *bytes, gsize length,
                               gint64 delay_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuTerminal, kiosk_emu_terminal_free)

G_END_DECLS
