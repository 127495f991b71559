#include "programs/kiosk-scanner/serve.h"

#include <iconv.h>
#include <unistd.h>

#include "devices/camera/camera-attention.h"
#include "devices/camera/camera-portrait.h"
#include "devices/camera/camera-source.h"
#include "devices/camera/camera-wire.h"
#include "devices/worker/worker-link.h"
#include "devices/worker/worker-sandbox.h"

#define SLICE_MS 100    /* between two looks at the socket */
#define ALIVE_US 250000 /* between two signs of life */
#define AGAIN_MS 400    /* between two attempts to open a camera that is not there */
/* A camera gives 5 frames a second in the dark; the first may take its time. */
#define TAKE_US          1000000 /* what a person is asked to hold still for */
#define STALLED_US       1000000
#define FIRST_STALLED_US 2000000

typedef struct
{
  KioskWorkerPipe *pipe;
  char *description;
  KioskPreview *preview;
  KioskCameraSource *source;
  KioskDecoder *decoder;
  KioskCameraAttention attention;
  guint64 frames;
  gint64 alive_us, frame_us;
  KioskCameraPurpose purpose;
  KioskPortraitEye *eye; /* of portraits */
  gint64 take_us;        /* until then one is wanted; 0: none is */
  gboolean is_taken;
} Scanner;

static void
say_trouble (Scanner *self, KioskCameraTrouble trouble)
{
  kiosk_worker_pipe_say (self->pipe, KIOSK_CAMERA_WIRE_TROUBLE,
                         g_variant_new_string (kiosk_camera_trouble_name (trouble)));
}

/* One line for a technician; the port's word for everybody else. */
static void
say_error (Scanner *self, const GError *error)
{
  gboolean is_missing
    = g_error_matches (error, KIOSK_CAMERA_SOURCE_ERROR, KIOSK_CAMERA_SOURCE_ERROR_MISSING);

  if (!is_missing)
    g_printerr ("kiosk-scanner: %s\n", error->message);
  say_trouble (self, is_missing ? KIOSK_CAMERA_TROUBLE_MISSING : KIOSK_CAMERA_TROUBLE_SOURCE);
}

static void
say_alive (Scanner *self)
{
  self->alive_us = g_get_monotonic_time ();
  kiosk_worker_pipe_say (self->pipe, KIOSK_CAMERA_WIRE_ALIVE, g_variant_new_uint64 (self->frames));
}

/* FALSE: not for kioskd to say now. */
static gboolean
hear (Scanner *self, guint kind)
{
  if (self->purpose != KIOSK_CAMERA_PURPOSE_PORTRAIT)
    return FALSE;
  if (kind == KIOSK_CAMERA_WIRE_TAKE)
    {
      if (!self->is_taken && self->take_us == 0)
        self->take_us = g_get_monotonic_time () + TAKE_US;
      return TRUE;
    }
  if (kind != KIOSK_CAMERA_WIRE_AGAIN)
    return FALSE;
  self->is_taken = FALSE;
  kiosk_camera_source_still (self->source, NULL);
  return TRUE;
}

/* After BEGIN kioskd hangs up in the end, and says what a portrait needs. FALSE: over. */
static gboolean
listen (Scanner *self, int timeout_ms)
{
  guint kind;
  g_autoptr (GVariant) payload = kiosk_worker_pipe_take (self->pipe, timeout_ms, &kind);

  if (payload != NULL && !hear (self, kind))
    self->pipe->is_over = TRUE;
  if (g_get_monotonic_time () - self->alive_us >= ALIVE_US)
    say_alive (self);
  return !self->pipe->is_over;
}

static void
on_event (gpointer data, const KioskCameraEvent *event)
{
  Scanner *self = data;

  switch (event->type)
    {
    case KIOSK_CAMERA_EVENT_READY:
      kiosk_worker_pipe_say (self->pipe, KIOSK_CAMERA_WIRE_READY, NULL);
      break;
    case KIOSK_CAMERA_EVENT_GUIDANCE:
      kiosk_worker_pipe_say (self->pipe, KIOSK_CAMERA_WIRE_GUIDANCE,
                             g_variant_new_string (kiosk_camera_guidance_name (event->guidance)));
      break;
    case KIOSK_CAMERA_EVENT_CODE:
      kiosk_worker_pipe_say (
        self->pipe, KIOSK_CAMERA_WIRE_CODE,
        g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, event->payload, event->length, 1));
      break;
    case KIOSK_CAMERA_EVENT_TROUBLE:
      say_trouble (self, event->trouble);
      break;
    case KIOSK_CAMERA_EVENT_PICTURE:
    case KIOSK_CAMERA_EVENT_NO_PICTURE:
      g_assert_not_reached (); /* not for attention to say */
    }
}

static void
on_frame (gpointer data, const KioskGreyFrame *frame)
{
  Scanner *self = data;
  g_auto (KioskSighting) sighting = { 0 };
  KioskSeen seen = kiosk_decoder_see (self->decoder, frame, &sighting);

  self->frames++;
  self->frame_us = g_get_monotonic_time ();
  kiosk_camera_attention_note (&self->attention, self->frame_us, frame, seen, &sighting, on_event,
                               self);
}

static gboolean
take_picture (Scanner *self, const KioskColourFrame *frame)
{
  GBytes *jpeg = kiosk_portrait_jpeg (frame, KIOSK_CAMERA_PICTURE_MAX);

  if (jpeg == NULL)
    return FALSE;
  self->is_taken = TRUE;
  self->take_us = 0;
  kiosk_camera_source_still (self->source, frame);
  kiosk_worker_pipe_say (self->pipe, KIOSK_CAMERA_WIRE_PICTURE,
                         g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE,
                                                    g_bytes_get_data (jpeg, NULL),
                                                    g_bytes_get_size (jpeg), 1));
  kiosk_wipe_bytes (jpeg);
  return TRUE;
}

/* The first good one of a second; else why the last was none. */
static void
on_portrait (gpointer data, const KioskColourFrame *frame)
{
  Scanner *self = data;
  KioskCameraGuidance guidance = kiosk_portrait_eye_look (self->eye, frame);
  KioskGreyFrame grey = kiosk_portrait_eye_grey (self->eye);
  gboolean sees;

  self->frames++;
  self->frame_us = g_get_monotonic_time ();
  sees = kiosk_camera_attention_lens (&self->attention, self->frame_us, &grey, on_event, self);
  if (self->is_taken)
    return;
  if (sees)
    kiosk_camera_attention_advise (&self->attention, self->frame_us, guidance, on_event, self);
  if (self->take_us == 0 || (guidance == KIOSK_CAMERA_GUIDANCE_GOOD && take_picture (self, frame))
      || self->frame_us < self->take_us)
    return;
  self->take_us = 0;
  kiosk_worker_pipe_say (self->pipe, KIOSK_CAMERA_WIRE_NO_PICTURE,
                         g_variant_new_string (kiosk_camera_guidance_name (guidance)));
}

static int
take_frame (Scanner *self, GError **error)
{
  return self->purpose == KIOSK_CAMERA_PURPOSE_CODES
           ? kiosk_camera_source_take (self->source, SLICE_MS, on_frame, self, error)
           : kiosk_camera_source_take_colour (self->source, SLICE_MS, on_portrait, self, error);
}

/* Until one is there. The lock is open so long: nothing has come from a camera yet. */
static gboolean
open_source (Scanner *self, GError **error)
{
  gboolean is_told = FALSE;

  for (;;)
    {
      g_autoptr (GError) problem = NULL;

      self->source
        = kiosk_camera_source_open (self->description, self->purpose, self->preview, &problem);
      if (self->source != NULL)
        return TRUE;
      if (!g_error_matches (problem, KIOSK_CAMERA_SOURCE_ERROR, KIOSK_CAMERA_SOURCE_ERROR_MISSING))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
      if (!is_told)
        say_error (self, problem);
      is_told = TRUE;
      if (!listen (self, AGAIN_MS))
        return FALSE;
    }
}

static gboolean
is_stalled (Scanner *self)
{
  gint64 patience_us = self->frames == 0 ? FIRST_STALLED_US : STALLED_US;

  return g_get_monotonic_time () - self->frame_us >= patience_us;
}

/* FALSE and no error: kioskd has hung up, or the camera has stalled, which has been said. */
static gboolean
look (Scanner *self, GError **error)
{
  self->frame_us = g_get_monotonic_time ();
  if (!kiosk_camera_source_play (self->source, error))
    return FALSE;
  while (listen (self, 0))
    {
      if (take_frame (self, error) < 0)
        return FALSE;
      if (!is_stalled (self))
        continue;
      say_trouble (self, KIOSK_CAMERA_TROUBLE_STALLED);
      break;
    }
  return FALSE;
}

/* ZBar converts what says in which character set it is (ECI). glibc keeps the tables for that in
 * libraries, which the lock would keep away: they stay loaded while one converter of each is open.
 */
static void
keep_character_sets (void)
{
  static const char *const names[] = { "SJIS", "BIG-5", "CP437" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    iconv_open ("UTF-8", names[i]);
  for (guint i = 1; i <= 16; i++)
    {
      g_autofree char *name = g_strdup_printf ("ISO8859-%u", i);

      iconv_open ("UTF-8", name);
    }
}

static gboolean
run (Scanner *self, GError **error)
{
  KioskWorkerNeeds needs = { .threads = TRUE };

  kiosk_camera_source_init ();
  keep_character_sets ();
  if (!open_source (self, error))
    return FALSE;
  kiosk_worker_pipe_say (self->pipe, KIOSK_CAMERA_WIRE_OPENED,
                         g_variant_new_string (kiosk_camera_source_kind (self->source)));
  needs.read_files = kiosk_camera_source_reads_files (self->source);
  return kiosk_worker_sandbox_close (&needs, error) && look (self, error);
}

static gboolean
hear_begin (Scanner *self)
{
  guint kind;
  g_autoptr (GVariant) payload = kiosk_worker_pipe_take (self->pipe, -1, &kind);

  if (payload != NULL && kind == KIOSK_CAMERA_WIRE_PORTRAIT)
    {
      self->purpose = KIOSK_CAMERA_PURPOSE_PORTRAIT;
      g_clear_pointer (&payload, g_variant_unref);
      payload = kiosk_worker_pipe_take (self->pipe, -1, &kind);
    }
  if (payload == NULL || kind != KIOSK_CAMERA_WIRE_BEGIN)
    return FALSE;
  self->description = g_variant_dup_string (payload, NULL);
  return TRUE;
}

int
serve (KioskWorkerPipe *pipe)
{
  g_autoptr (GError) error = NULL;
  Scanner self = { .pipe = pipe };

  if (!hear_begin (&self))
    return 0;
  say_alive (&self);
  self.preview = kiosk_preview_map (KIOSK_WORKER_LENT_FD, TRUE);
  self.decoder = kiosk_decoder_new (KIOSK_DECODER_BUDGET_US, NULL, NULL);
  self.eye = kiosk_portrait_eye_new ();
  run (&self, &error);
  if (error != NULL)
    say_error (&self, error);
  kiosk_decoder_forget (self.decoder);
  kiosk_portrait_eye_free (self.eye);
  /* Without closing the source: its threads may hang in a device that does, and the kernel closes
   * whatever is open. */
  _exit (0);
}
