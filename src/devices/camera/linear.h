/* A few linear equations. Private to the room. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Gauss with pivots. Row i starts at @rows + i * @stride and has @count factors; the last of its
 * @stride numbers is the right side, and becomes the solution. FALSE if there is none. */
gboolean kiosk_linear_solve (double *rows, guint count, guint stride);

G_END_DECLS
