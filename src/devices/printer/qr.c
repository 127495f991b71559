#include "devices/printer/qr.h"

#include "devices/printer/printer-port.h"

#include <qrencode.h>

#define PIXELS_READ_EASILY 4
#define PIXELS_LEAST       2

static KioskQr *
encode_at (const char *text, QRecLevel level)
{
  QRcode *code = QRcode_encodeString (text, 0, level, QR_MODE_8, 1);
  KioskQr *self;

  if (code == NULL)
    return NULL;
  self = g_new0 (KioskQr, 1);
  self->width = code->width;
  self->cells = g_memdup2 (code->data, (gsize)code->width * (gsize)code->width);
  QRcode_free (code);
  return self;
}

KioskQr *
kiosk_qr_encode (const char *text, int space, GError **error)
{
  g_autoptr (KioskQr) strong = encode_at (text, QR_ECLEVEL_M);
  g_autoptr (KioskQr) weak = NULL;

  if (strong != NULL && kiosk_qr_module_pixels (strong, space) >= PIXELS_READ_EASILY)
    return g_steal_pointer (&strong);
  weak = encode_at (text, QR_ECLEVEL_L);
  if (weak == NULL || kiosk_qr_module_pixels (weak, space) < PIXELS_LEAST)
    {
      g_set_error_literal (error, KIOSK_PRINTER_ERROR, KIOSK_PRINTER_ERROR_REFUSED,
                           "the text is too long for a code of this width");
      return NULL;
    }
  return g_steal_pointer (&weak);
}

void
kiosk_qr_free (KioskQr *self)
{
  if (self == NULL)
    return;
  g_free (self->cells);
  g_free (self);
}

int
kiosk_qr_module_pixels (const KioskQr *self, int space)
{
  return space / (self->width + 2 * KIOSK_QR_QUIET);
}

gboolean
kiosk_qr_is_dark (const KioskQr *self, int row, int column)
{
  return (self->cells[row * self->width + column] & 1) != 0;
}
