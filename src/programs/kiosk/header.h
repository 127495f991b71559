/* Who this is, how far the person is, and how it is shown: language, text size, contrast. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define KIOSK_TYPE_HEADER (kiosk_header_get_type ())
G_DECLARE_FINAL_TYPE (KioskHeader, kiosk_header, KIOSK, HEADER, GtkBox)

/* Signal: "language" (id s). */
void kiosk_header_set_step (KioskHeader *self, guint step);
void kiosk_header_retranslate (KioskHeader *self);
/* The steps stand in the row on a wide screen, below it on a high one. */
void kiosk_header_arrange (KioskHeader *self);

G_END_DECLS
