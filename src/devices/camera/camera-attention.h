/* What is worth telling of what frame after frame shows: a code once, an advice when it has held
 * for a while, a covered lens. No clock, no device. Private to the room and kiosk-scanner. */
#pragma once

#include "devices/camera/camera-port.h"
#include "devices/camera/decode.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean is_ready;    /* READY was the last that was said of the lens */
  gboolean is_covered;  /* COVERED was */
  gint64 dull_since_us; /* frames show nothing at all since; 0: they do show something */
  KioskCameraGuidance told, next;
  gboolean has_told;    /* an advice stands */
  gint64 next_since_us; /* @next is seen since */
  GBytes *code;         /* the last told */
  gint64 code_us;       /* when it was last seen */
} KioskCameraAttention;

void kiosk_camera_attention_clear (KioskCameraAttention *self);

/**
 * kiosk_camera_attention_note:
 * @now_us: microseconds that only grow
 * @frame, @seen, @sighting: a frame and what the decoder made of it
 * @watch: told what is worth telling, from inside this call
 */
void
kiosk_camera_attention_note (KioskCameraAttention *self, gint64 now_us, const KioskGreyFrame *frame,
                             KioskSeen seen, const KioskSighting *sighting, KioskCameraWatch watch,
                             gpointer data);

/* The two halves of it, for whoever looks for something else than codes: whether the lens is
 * free, and an advice that has held for a while. TRUE: something can be seen. */
gboolean
kiosk_camera_attention_lens (KioskCameraAttention *self, gint64 now_us, const KioskGreyFrame *frame,
                             KioskCameraWatch watch, gpointer data);
void
kiosk_camera_attention_advise (KioskCameraAttention *self, gint64 now_us,
                               KioskCameraGuidance advice, KioskCameraWatch watch, gpointer data);

/* TRUE: black, or one shade all over. A lens that something lies on sees that, and so does one in a
 * room without light. */
gboolean kiosk_camera_frame_is_dull (const KioskGreyFrame *frame);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KioskCameraAttention, kiosk_camera_attention_clear)

G_END_DECLS
