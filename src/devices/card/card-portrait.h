/* The face as a page may show it: whatever the chip held is decoded here, in the sandboxed reader,
 * and written anew (private). */
#pragma once

#include "devices/card/card-port.h"

G_BEGIN_DECLS

/* ICAO Doc 9303-9's size of a portrait, 35 × 45 mm at 300 dots an inch. */
#define KIOSK_CARD_PORTRAIT_WIDTH  413
#define KIOSK_CARD_PORTRAIT_HEIGHT 531

/* RGB, three bytes a pixel, rows without gaps. */
typedef struct
{
  guint width, height;
  guint8 *pixels;
} KioskCardPicture;

void kiosk_card_picture_clear (KioskCardPicture *self);

/**
 * kiosk_card_portrait_make:
 * @encoded: JPEG, JP2 or a JPEG 2000 codestream, as a stranger made it
 * @error: %KIOSK_CARD_ERROR_LDS_MALFORMED, %KIOSK_CARD_ERROR_UNSUPPORTED: show none
 *
 * What leaves is a baseline JPEG of our own making: no metadata, no profile, no other form that a
 * page's decoder would have to be brave for, at most 413 × 531, its shape kept. Pictures beyond
 * 4,096 in a direction, 4 megapixels, 8 bits or three components (JPEG 2000: four, the last unread)
 * are not decoded.
 *
 * Returns: (transfer full)
 */
GBytes *kiosk_card_portrait_make (GBytes *encoded, GError **error);

/* The decoders. FALSE: the error says why, and @ret_picture is untouched. */
gboolean kiosk_card_portrait_decode_jpeg (const guint8 *data, gsize length,
                                          KioskCardPicture *ret_picture, GError **error);
gboolean kiosk_card_portrait_decode_jpeg2000 (const guint8 *data, gsize length,
                                              KioskCardPicture *ret_picture, GError **error);
/* Whether a picture of that size is decoded at all. */
gboolean kiosk_card_portrait_fits (guint64 width, guint64 height, GError **error);
gboolean kiosk_card_portrait_fail (GError **error, KioskCardError code, const char *what);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KioskCardPicture, kiosk_card_picture_clear)

G_END_DECLS
