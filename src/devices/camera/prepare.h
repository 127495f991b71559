/* Pictures as ZBar and the finder like them: shrunk, smoothed, turned to black and white by what
 * lies around each pixel, inverted. Private to the room. */
#pragma once

#include <glib.h>

#include "devices/camera/decode.h"

G_BEGIN_DECLS

/* No side of a picture is longer. */
#define KIOSK_PICTURE_MAX_SIDE 4096

/* Grey, rows without gaps. The pixels belong to the KioskDarkroom it came from. */
typedef struct
{
  guint8 *pixels;
  guint width, height;
} KioskPicture;

/* Working memory for pictures of up to KIOSK_DECODER_MAX_PIXELS. */
typedef struct _KioskDarkroom KioskDarkroom;

KioskDarkroom *kiosk_darkroom_new (void);
void kiosk_darkroom_free (KioskDarkroom *self);
void kiosk_darkroom_wipe (KioskDarkroom *self);

/* Room for a picture of the largest size; its pixels live until kiosk_picture_clear(). */
KioskPicture kiosk_picture_new (void);
void kiosk_picture_clear (KioskPicture *picture);
void kiosk_picture_wipe (KioskPicture *picture);

/* Copies @frame, shrunk until it has at most KIOSK_DECODER_MAX_PIXELS; returns pixels of the frame
 * per pixel of the picture, 1 or more. */
double kiosk_prepare_fit (KioskPicture *out, const KioskGreyFrame *frame);

/* Means of blocks of 2×2 or 3×3 pixels; what is left over at the right and below is dropped. */
void kiosk_prepare_shrink (KioskPicture *out, const KioskPicture *in, guint by);
/* Four pixels for each, and @margin white pixels around; the result must fit. */
void kiosk_prepare_double (KioskPicture *out, const KioskPicture *in, guint margin);
/* 3×3 binomial. */
void kiosk_prepare_smooth (KioskDarkroom *self, KioskPicture *out, const KioskPicture *in);
void kiosk_prepare_invert (KioskPicture *out, const KioskPicture *in);
/* The part of @in from @x, @y; it must lie inside. */
void kiosk_prepare_crop (KioskPicture *out, const KioskPicture *in, guint x, guint y, guint width,
                         guint height);

/* A pixel becomes white (255) when it is brighter than the mean of the (2 × radius + 1)² pixels
 * around it less @bias, else black (0). @radius is at most 120. */
void kiosk_prepare_threshold (KioskDarkroom *self, KioskPicture *out, const KioskPicture *in,
                              guint radius, guint bias);

/* 128 plus what each pixel is above the mean of its window: light that falls unevenly is gone. */
void kiosk_prepare_flatten (KioskDarkroom *self, KioskPicture *out, const KioskPicture *in,
                            guint radius);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskDarkroom, kiosk_darkroom_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KioskPicture, kiosk_picture_clear)

G_END_DECLS
