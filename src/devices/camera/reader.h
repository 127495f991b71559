/* ZBar with the settings that are right for a kiosk: QR only, bytes untouched. Private to the room.
 */
#pragma once

#include <glib.h>

#include "devices/camera/decode.h"
#include "devices/camera/prepare.h"

G_BEGIN_DECLS

typedef struct _KioskReader KioskReader;

typedef struct
{
  GBytes *payload;
  gboolean partial; /* something was read that must not be trusted: a part, or an empty code */
  gboolean located;
  KioskFramePoint corners[4]; /* pixels of the picture */
} KioskReading;

KioskReader *kiosk_reader_new (void);
void kiosk_reader_free (KioskReader *self);
/* A new scanner, so that nothing of what was read is left in the old one. */
void kiosk_reader_renew (KioskReader *self);

/* TRUE when a whole code was read: @ret_reading then has its payload (transfer full). A part or an
 * empty code is told in @ret_reading->partial, and is not a reading. */
gboolean
kiosk_reader_read (KioskReader *self, const KioskPicture *picture, KioskReading *ret_reading);

void kiosk_reader_add_work (const KioskReader *self, KioskDecoderWork *work);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskReader, kiosk_reader_free)

G_END_DECLS
