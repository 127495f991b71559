/* Sees QR codes in a camera's grey frames. ZBar reads; this prepares what it is given, finds and
 * straightens what it cannot find by itself, and says what a person can do when nothing was read.
 *
 * One thread owns a decoder. A decoder remembers: where the last code was, which preparation read
 * it, and what it saw of a code that is not readable yet. kiosk_decoder_forget() wipes all of that.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Time for one frame at 30 frames a second. */
#define KIOSK_DECODER_BUDGET_US 33000

/* Frames with more pixels than this are shrunk before anything looks at them. */
#define KIOSK_DECODER_MAX_PIXELS (1280 * 720)

/* 8-bit grey, borrowed; 0 is black. Row y starts at pixels + y * stride. */
typedef struct
{
  const guint8 *pixels;
  guint width, height;
  gsize stride;
} KioskGreyFrame;

typedef struct
{
  double x, y; /* pixels of the frame, from its upper left corner */
} KioskFramePoint;

/* What one frame showed. Everything but CODE is also an advice: what would help. */
typedef enum
{
  KIOSK_SEEN_NOTHING,    /* no trace of a code */
  KIOSK_SEEN_CODE,       /* read: the sighting has the payload */
  KIOSK_SEEN_PART,       /* one part of a code in several parts, or an empty code: never trusted */
  KIOSK_SEEN_TOO_FAR,    /* a code whose modules are too small to tell apart */
  KIOSK_SEEN_TOO_CLOSE,  /* a corner of a code; the rest lies outside of the frame */
  KIOSK_SEEN_GLARE,      /* a code partly under a reflection */
  KIOSK_SEEN_HOLD_STILL, /* a code that is large enough and yet not readable: blurred */
} KioskSeen;

typedef struct
{
  GBytes *payload;            /* the code's bytes, NULs and all, exactly; or NULL */
  gboolean partial;           /* a part of a code that has several (structured append) */
  gboolean located;           /* the corners are known */
  KioskFramePoint corners[4]; /* of the code, without its margin, in order around it */
  /* The evidence behind the advice. */
  guint finders;    /* finder patterns of the likeliest code: 0 to 3 */
  double module_px; /* width of one module in pixels of the frame; 0 if unknown */
  double glare;     /* share of the code's area that is blown out, 0 to 1 */
} KioskSighting;

/* What was done since the decoder was made: bounds are tested on work, not on time. */
typedef struct
{
  guint64 frames;
  guint64 zbar_calls;
  guint64 zbar_pixels;
  guint64 zbar_scanners; /* made so far; a scanner is replaced before it leaks much */
} KioskDecoderWork;

/* Microseconds that only grow. */
typedef gint64 (*KioskDecoderTime) (gpointer user_data);

typedef struct _KioskDecoder KioskDecoder;

/**
 * kiosk_decoder_new:
 * @budget_us: what one frame may take, in microseconds; a last step may run over it a little,
 *   because a call of ZBar cannot be interrupted (it is never handed what would take long)
 * @now: (nullable): what time is measured by; %NULL for the CPU time of the calling thread
 *
 * Returns: (transfer full): free with kiosk_decoder_free()
 */
KioskDecoder *kiosk_decoder_new (gint64 budget_us, KioskDecoderTime now, gpointer user_data);
void kiosk_decoder_free (KioskDecoder *self);

/**
 * kiosk_decoder_see:
 * @frame: borrowed for the call; of any size, an empty frame shows nothing
 * @ret_sighting: always written; clear it with kiosk_sighting_clear()
 *
 * Of several codes the one that is read first is told; the next frame then looks there first, so
 * that the same one is told while it stays.
 */
KioskSeen
kiosk_decoder_see (KioskDecoder *self, const KioskGreyFrame *frame, KioskSighting *ret_sighting);

/* Wipes all that was kept of frames and codes; the end of a person's session. */
void kiosk_decoder_forget (KioskDecoder *self);

KioskDecoderWork kiosk_decoder_work (const KioskDecoder *self);

void kiosk_sighting_clear (KioskSighting *sighting);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskDecoder, kiosk_decoder_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KioskSighting, kiosk_sighting_clear)

G_END_DECLS
