#include "devices/camera/decode.h"

#include <string.h>
#include <time.h>

#include "devices/camera/ladder.h"
#include "devices/camera/prepare.h"
#include "devices/camera/reader.h"

struct _KioskDecoder
{
  gint64 budget_us;
  KioskDecoderTime now;
  gpointer user_data;
  KioskReader *reader;
  KioskDarkroom *darkroom;
  KioskPicture frame, prepared, between;
  guint64 frames;
};

static gint64
thread_us (gpointer nothing)
{
  struct timespec t;

  (void)nothing;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
  return (gint64)t.tv_sec * G_USEC_PER_SEC + t.tv_nsec / 1000;
}

KioskDecoder *
kiosk_decoder_new (gint64 budget_us, KioskDecoderTime now, gpointer user_data)
{
  KioskDecoder *self = g_new0 (KioskDecoder, 1);

  self->budget_us = budget_us;
  self->now = now != NULL ? now : thread_us;
  self->user_data = user_data;
  self->reader = kiosk_reader_new ();
  self->darkroom = kiosk_darkroom_new ();
  self->frame = kiosk_picture_new ();
  self->prepared = kiosk_picture_new ();
  self->between = kiosk_picture_new ();
  return self;
}

void
kiosk_decoder_free (KioskDecoder *self)
{
  if (self == NULL)
    return;
  kiosk_reader_free (self->reader);
  kiosk_darkroom_free (self->darkroom);
  kiosk_picture_clear (&self->frame);
  kiosk_picture_clear (&self->prepared);
  kiosk_picture_clear (&self->between);
  g_free (self);
}

void
kiosk_decoder_forget (KioskDecoder *self)
{
  kiosk_darkroom_wipe (self->darkroom);
  kiosk_reader_renew (self->reader);
}

KioskDecoderWork
kiosk_decoder_work (const KioskDecoder *self)
{
  KioskDecoderWork work = { .frames = self->frames };

  kiosk_reader_add_work (self->reader, &work);
  return work;
}

void
kiosk_sighting_clear (KioskSighting *sighting)
{
  g_clear_pointer (&sighting->payload, g_bytes_unref);
  memset (sighting, 0, sizeof *sighting);
}

KioskSeen
kiosk_decoder_see (KioskDecoder *self, const KioskGreyFrame *frame, KioskSighting *ret_sighting)
{
  gint64 end = self->now (self->user_data) + self->budget_us;
  double by, area;
  KioskReading reading = { 0 };
  gboolean read = FALSE;

  memset (ret_sighting, 0, sizeof *ret_sighting);
  self->frames++;
  by = kiosk_prepare_fit (&self->frame, frame);
  area = (double)self->frame.width * self->frame.height / KIOSK_DECODER_MAX_PIXELS;
  for (guint i = 0; i < KIOSK_LADDER_RUNGS && !read && area > 0; i++)
    {
      const KioskRung *rung = &kiosk_ladder[i];

      if (self->now (self->user_data) + (gint64)(rung->cost_us * area) > end)
        continue;
      kiosk_ladder_prepare (rung, self->darkroom, &self->prepared, &self->between, &self->frame);
      read = kiosk_reader_read (self->reader, &self->prepared, &reading);
      by = read ? by * rung->shrink : by;
    }
  ret_sighting->partial = reading.partial;
  if (!read)
    return reading.partial ? KIOSK_SEEN_PART : KIOSK_SEEN_NOTHING;
  ret_sighting->payload = reading.payload;
  ret_sighting->located = reading.located;
  for (guint i = 0; i < G_N_ELEMENTS (reading.corners); i++)
    ret_sighting->corners[i]
      = (KioskFramePoint){ reading.corners[i].x * by, reading.corners[i].y * by };
  return KIOSK_SEEN_CODE;
}
