/* Asks a line-based control socket one thing and tells what it answered. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Connects, sends @line, reads one line, disconnects. */
void kiosk_emu_line_ask_async (const char *socket, const char *line, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data);
/* (transfer full): what follows "ok "; an "error …" comes as %KIOSK_EMU_ERROR_COMMAND. */
char *kiosk_emu_line_ask_finish (GAsyncResult *result, GError **error);

G_END_DECLS
