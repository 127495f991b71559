/* How everything looks, in one place: the panel's size in real millimetres, the theme, the size of
 * type and whether the screen is wider than high. Main thread only; one display. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define KIOSK_LOOK_DPI_DEFAULT 82 /* a 27-inch panel of 1080 by 1920 */

/* @dpi: of the panel, so that a CSS millimetre is one. */
void kiosk_look_init (GdkDisplay *display, int dpi);
int kiosk_look_dpi (void);
/* Whole pixels. */
int kiosk_look_mm (double millimetres);

void kiosk_look_set_wide (gboolean wide);
gboolean kiosk_look_is_wide (void);
void kiosk_look_set_large (gboolean large);
gboolean kiosk_look_is_large (void);
void kiosk_look_set_contrast (gboolean contrast);
gboolean kiosk_look_is_contrast (void);

/* One place gives a control its accessible name: what it shows. */
void kiosk_look_name (GtkWidget *widget, const char *name);
void kiosk_look_set_class (GtkWidget *widget, const char *style, gboolean on);
/* A label that wraps and starts at the left. */
GtkWidget *kiosk_look_label (const char *text, const char *style);

G_END_DECLS
