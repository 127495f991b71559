/* Files read with a bound and written whole or not at all; hexadecimal. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * kiosk_file_read:
 * @maximum: bytes; a larger file is refused unread
 * @error: %G_FILE_ERROR, its message naming the file and what is wrong
 *
 * Returns: (transfer full) (nullable): the whole file
 */
GBytes *kiosk_file_read (const char *path, gsize maximum, GError **error);
/* Writes a temporary neighbour with @mode, syncs it, renames it over @path, syncs the folder. */
gboolean kiosk_file_write (const char *path, GBytes *content, int mode, GError **error);
/* Creates the folder and its parents, the last with @mode. */
gboolean kiosk_folder_make (const char *path, int mode, GError **error);

/* (transfer full): lower-case hexadecimal. */
char *kiosk_hex_encode (gconstpointer data, gsize length);
/* (transfer full) (nullable): NULL unless @text is an even number of hexadecimal digits. */
GBytes *kiosk_hex_decode (const char *text);

G_END_DECLS
