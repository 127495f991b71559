/* Pixels to the two formats that documents carry. */
#pragma once

#include <cairo.h>
#include <glib.h>

G_BEGIN_DECLS

/* (transfer full): @surface is of CAIRO_FORMAT_RGB24. */
GBytes *kiosk_emu_picture_jpeg (cairo_surface_t *surface);
/* A JPEG 2000 file (JP2), one part in twenty of the pixels' size. */
GBytes *kiosk_emu_picture_jpeg2000 (cairo_surface_t *surface);

G_END_DECLS
