#include "devices/camera/reader.h"

#include <zbar.h>

/* Debian's 0.23.92 leaks about 260 bytes for each code that it reads. */
#define READS_PER_SCANNER 1000

/* More than any QR code can hold (ISO/IEC 18004, table 7: 7,089 digits). */
#define MAX_PAYLOAD 7089

struct _KioskReader
{
  zbar_image_scanner_t *scanner;
  guint reads; /* by this scanner */
  guint64 calls, pixels, scanners;
};

static void
make_scanner (KioskReader *self)
{
  self->scanner = zbar_image_scanner_create ();
  zbar_image_scanner_set_config (self->scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
  zbar_image_scanner_set_config (self->scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
  /* Without it ZBar guesses a character set, and guesses Chinese wrong. */
  zbar_image_scanner_set_config (self->scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
  zbar_image_scanner_set_config (self->scanner, ZBAR_NONE, ZBAR_CFG_X_DENSITY, 1);
  zbar_image_scanner_set_config (self->scanner, ZBAR_NONE, ZBAR_CFG_Y_DENSITY, 1);
  self->reads = 0;
  self->scanners++;
}

KioskReader *
kiosk_reader_new (void)
{
  KioskReader *self = g_new0 (KioskReader, 1);

  make_scanner (self);
  return self;
}

void
kiosk_reader_free (KioskReader *self)
{
  zbar_image_scanner_destroy (self->scanner);
  g_free (self);
}

void
kiosk_reader_renew (KioskReader *self)
{
  zbar_image_scanner_destroy (self->scanner);
  make_scanner (self);
}

static gboolean
take_symbol (const zbar_symbol_t *symbol, KioskReading *ret_reading)
{
  guint length = zbar_symbol_get_data_length (symbol);
  guint points = zbar_symbol_get_loc_size (symbol);

  if (zbar_symbol_get_type (symbol) == ZBAR_PARTIAL || length == 0 || length > MAX_PAYLOAD)
    {
      ret_reading->partial = TRUE;
      return FALSE;
    }
  if (zbar_symbol_get_type (symbol) != ZBAR_QRCODE)
    return FALSE;
  ret_reading->payload = g_bytes_new (zbar_symbol_get_data (symbol), length);
  ret_reading->partial = FALSE;
  ret_reading->located = points == G_N_ELEMENTS (ret_reading->corners);
  for (guint i = 0; ret_reading->located && i < points; i++)
    ret_reading->corners[i] = (KioskFramePoint){ .x = zbar_symbol_get_loc_x (symbol, i),
                                                 .y = zbar_symbol_get_loc_y (symbol, i) };
  return TRUE;
}

gboolean
kiosk_reader_read (KioskReader *self, const KioskPicture *picture, KioskReading *ret_reading)
{
  gsize pixels = (gsize)picture->width * picture->height;
  zbar_image_t *image;
  gboolean read = FALSE;

  if (pixels == 0)
    return FALSE;
  if (self->reads >= READS_PER_SCANNER)
    kiosk_reader_renew (self);
  image = zbar_image_create ();
  zbar_image_set_format (image, zbar_fourcc ('Y', '8', '0', '0'));
  zbar_image_set_size (image, picture->width, picture->height);
  zbar_image_set_data (image, picture->pixels, pixels, NULL);
  self->calls++;
  self->pixels += pixels;
  if (zbar_scan_image (self->scanner, image) > 0)
    self->reads++;
  for (const zbar_symbol_t *symbol = zbar_image_first_symbol (image); symbol != NULL && !read;
       symbol = zbar_symbol_next (symbol))
    read = take_symbol (symbol, ret_reading);
  zbar_image_destroy (image);
  return read;
}

void
kiosk_reader_add_work (const KioskReader *self, KioskDecoderWork *work)
{
  work->zbar_calls += self->calls;
  work->zbar_pixels += self->pixels;
  work->zbar_scanners += self->scanners;
}
