#include "devices/camera/camera-attention.h"

#include <string.h>

/* A passing hand is not a covered lens. */
#define COVERED_US 1000000
/* Shorter than this an advice is noise, and nobody could follow it. */
#define ADVICE_US 400000
/* Shown again after a pause, the same code is a new wish. */
#define AGAIN_US 1500000

#define GRID 8  /* every 8th pixel of every 8th row is looked at */
#define DARK 24 /* of 255: night, and the noise of a sensor that looks into it */
#define FLAT 12 /* shades between the darkest and the brightest twentieth */

void
kiosk_camera_attention_clear (KioskCameraAttention *self)
{
  g_clear_pointer (&self->code, g_bytes_unref);
  memset (self, 0, sizeof *self);
}

/* The shade that @share of @total samples are not brighter than. */
static guint
shade_at (const guint counts[256], guint total, double share)
{
  guint wanted = (guint)(total * share), so_far = 0;

  for (guint shade = 0; shade < 256; shade++)
    {
      so_far += counts[shade];
      if (so_far > wanted)
        return shade;
    }
  return 255;
}

gboolean
kiosk_camera_frame_is_dull (const KioskGreyFrame *frame)
{
  guint counts[256] = { 0 };
  guint total = 0, low, high;

  for (guint y = 0; y < frame->height; y += GRID)
    for (guint x = 0; x < frame->width; x += GRID, total++)
      counts[frame->pixels[y * frame->stride + x]]++;
  if (total == 0)
    return TRUE;
  low = shade_at (counts, total, 0.05);
  high = shade_at (counts, total, 0.95);
  return high < DARK || high - low < FLAT;
}

static void
note_lens (KioskCameraAttention *self, gint64 now_us, const KioskGreyFrame *frame,
           KioskCameraWatch watch, gpointer data)
{
  if (!kiosk_camera_frame_is_dull (frame))
    {
      self->dull_since_us = 0;
      if (self->is_ready)
        return;
      self->is_ready = TRUE;
      self->is_covered = FALSE;
      watch (data, &(KioskCameraEvent){ .type = KIOSK_CAMERA_EVENT_READY });
      return;
    }
  if (self->dull_since_us == 0)
    self->dull_since_us = now_us;
  if (self->is_covered || now_us - self->dull_since_us < COVERED_US)
    return;
  self->is_covered = TRUE;
  self->is_ready = FALSE;
  self->has_told = FALSE;
  g_clear_pointer (&self->code, g_bytes_unref);
  watch (data, &(KioskCameraEvent){ .type = KIOSK_CAMERA_EVENT_TROUBLE,
                                    .trouble = KIOSK_CAMERA_TROUBLE_COVERED });
}

static void
note_code (KioskCameraAttention *self, gint64 now_us, GBytes *code, KioskCameraWatch watch,
           gpointer data)
{
  KioskCameraEvent event = { .type = KIOSK_CAMERA_EVENT_CODE };
  gboolean is_same
    = self->code != NULL && g_bytes_equal (self->code, code) && now_us - self->code_us < AGAIN_US;

  self->code_us = now_us;
  self->has_told = FALSE;
  self->next_since_us = 0;
  if (is_same)
    return;
  g_clear_pointer (&self->code, g_bytes_unref);
  self->code = g_bytes_ref (code);
  event.payload = g_bytes_get_data (code, &event.length);
  watch (data, &event);
}

void
kiosk_camera_attention_advise (KioskCameraAttention *self, gint64 now_us,
                               KioskCameraGuidance advice, KioskCameraWatch watch, gpointer data)
{
  if (self->next_since_us == 0 || self->next != advice)
    {
      self->next = advice;
      self->next_since_us = now_us;
    }
  if ((self->has_told && self->told == advice) || now_us - self->next_since_us < ADVICE_US)
    return;
  self->has_told = TRUE;
  self->told = advice;
  watch (data, &(KioskCameraEvent){ .type = KIOSK_CAMERA_EVENT_GUIDANCE, .guidance = advice });
}

static KioskCameraGuidance
advice_of (KioskSeen seen)
{
  switch (seen)
    {
    case KIOSK_SEEN_PART:
      return KIOSK_CAMERA_GUIDANCE_PART;
    case KIOSK_SEEN_TOO_FAR:
      return KIOSK_CAMERA_GUIDANCE_TOO_FAR;
    case KIOSK_SEEN_TOO_CLOSE:
      return KIOSK_CAMERA_GUIDANCE_TOO_CLOSE;
    case KIOSK_SEEN_GLARE:
      return KIOSK_CAMERA_GUIDANCE_GLARE;
    case KIOSK_SEEN_HOLD_STILL:
      return KIOSK_CAMERA_GUIDANCE_HOLD_STILL;
    default:
      return KIOSK_CAMERA_GUIDANCE_NOTHING;
    }
}

/* Whole: neither a part of a code, nor empty, nor longer than a code can be. */
static gboolean
is_whole (KioskSeen seen, const KioskSighting *sighting)
{
  return seen == KIOSK_SEEN_CODE && sighting->payload != NULL && !sighting->partial
         && g_bytes_get_size (sighting->payload) > 0
         && g_bytes_get_size (sighting->payload) <= KIOSK_CAMERA_PAYLOAD_MAX;
}

gboolean
kiosk_camera_attention_lens (KioskCameraAttention *self, gint64 now_us, const KioskGreyFrame *frame,
                             KioskCameraWatch watch, gpointer data)
{
  note_lens (self, now_us, frame, watch, data);
  return self->is_ready && self->dull_since_us == 0;
}

void
kiosk_camera_attention_note (KioskCameraAttention *self, gint64 now_us, const KioskGreyFrame *frame,
                             KioskSeen seen, const KioskSighting *sighting, KioskCameraWatch watch,
                             gpointer data)
{
  gboolean sees = kiosk_camera_attention_lens (self, now_us, frame, watch, data);

  if (is_whole (seen, sighting))
    note_code (self, now_us, sighting->payload, watch, data);
  else if (sees)
    kiosk_camera_attention_advise (self, now_us, advice_of (seen), watch, data);
}
