/* Bytes that must not outlive their use: locked in memory, left out of cores, wiped when freed. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _KioskSecret KioskSecret;

/* Zero-filled, @length may be 0. */
KioskSecret *kiosk_secret_new (gsize length);
KioskSecret *kiosk_secret_new_copy (gconstpointer data, gsize length);
/* Takes a NUL-terminated string, copies it and wipes and frees the original. NULL gives NULL. */
KioskSecret *kiosk_secret_new_take (char *text);
KioskSecret *kiosk_secret_ref (KioskSecret *self);
void kiosk_secret_unref (KioskSecret *self);

/* The bytes; a NUL always follows them, so a text secret reads as a C string. */
guint8 *kiosk_secret_data (KioskSecret *self);
const char *kiosk_secret_text (const KioskSecret *self);
gsize kiosk_secret_length (const KioskSecret *self);

/* Wipes and frees plain memory that held something personal. NULL is ignored. */
void kiosk_wipe_free (gpointer data, gsize length);
void kiosk_wipe_string (char *text);
/* Drops a reference; the bytes are wiped if nobody else holds one. */
void kiosk_wipe_bytes (GBytes *bytes);
/* Replaces *@slot by a copy of @text, wiping the old one. */
void kiosk_wipe_replace (char **slot, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskSecret, kiosk_secret_unref)

G_END_DECLS
