/* A QR code as a grid of modules, sized for a printing head. Private to the room. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_QR_QUIET 4 /* modules of white around it: ISO/IEC 18004 */

typedef struct
{
  int width;     /* modules a side */
  guint8 *cells; /* width × width, bit 0: dark */
} KioskQr;

/* @space: pixels of the square it must fit with its quiet zone. The stronger correction (M) if its
 * modules then are four pixels or more, which cheap cameras read; otherwise the weaker (L). */
KioskQr *kiosk_qr_encode (const char *text, int space, GError **error);
void kiosk_qr_free (KioskQr *self);

/* Whole pixels a module. */
int kiosk_qr_module_pixels (const KioskQr *self, int space);
gboolean kiosk_qr_is_dark (const KioskQr *self, int row, int column);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskQr, kiosk_qr_free)

G_END_DECLS
