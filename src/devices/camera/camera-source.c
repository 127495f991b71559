#include "devices/camera/camera-source.h"

#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <gst/video/video.h>
#include <string.h>

#define PREVIEW_US 60000 /* between two pictures of the preview: some 16 a second */

struct _KioskCameraSource
{
  const char *kind;
  gboolean reads_files;
  GstElement *pipeline;
  GstAppSink *frames;
  GstBus *bus;
  KioskPreview *preview;
  gint64 preview_us;   /* when the last picture went there; its branch's thread alone */
  GMutex preview_lock; /* of what follows, and of writing there */
  gboolean is_still;
};

G_DEFINE_QUARK (kiosk_camera_source_error, kiosk_camera_source_error)

/* Which file of GStreamer has an element. Whatever is not here cannot be named in a description,
 * and no other file is ever loaded: no scan at the start, nothing of what is merely installed. */
static const struct
{
  const char *element;
  const char *file;
  const char *kind; /* of a source */
} elements[] = {
  { "v4l2src", "video4linux2", "v4l2" },
  { "libcamerasrc", "libcamera", "libcamera" },
  { "pipewiresrc", "pipewire", "pipewire" },
  { "multifilesrc", "multifile", "files" },
  { "filesrc", "coreelements", "files" },
  { "videotestsrc", "videotestsrc", "test" },
  { "jpegdec", "jpeg", NULL },
  { "pngdec", "png", NULL },
  { "rawvideoparse", "rawparse", NULL },
  { "imagefreeze", "imagefreeze", NULL },
  { "videorate", "videorate", NULL },
  { "videoflip", "videofilter", NULL },
  { "videobalance", "videofilter", NULL },
  { "videocrop", "videocrop", NULL },
  { "aspectratiocrop", "videocrop", NULL },
  { "bayer2rgb", "bayer", NULL },
};
static const char *const always[] = { "coreelements", "app", "videoconvertscale" };

void
kiosk_camera_source_init (void)
{
  gst_init (NULL, NULL);
}

static gboolean
load (const char *file, GError **error)
{
  g_autofree char *name = g_strdup_printf ("libgst%s.so", file);
  g_autofree char *path = g_build_filename (KIOSK_GSTREAMER_PLUGINS, name, NULL);
  g_autoptr (GError) problem = NULL;
  g_autoptr (GstPlugin) plugin = gst_plugin_load_file (path, &problem);

  if (plugin != NULL)
    return TRUE;
  g_set_error (error, KIOSK_CAMERA_SOURCE_ERROR, KIOSK_CAMERA_SOURCE_ERROR_DESCRIPTION,
               "%s: install the GStreamer package that has it", problem->message);
  return FALSE;
}

/* Loads what @description names; the first source named is what it is. */
static gboolean
load_named (KioskCameraSource *self, const char *description, GError **error)
{
  g_auto (GStrv) words = g_strsplit_set (description, " !\t\n", -1);

  for (guint i = 0; i < G_N_ELEMENTS (always); i++)
    if (!load (always[i], error))
      return FALSE;
  for (guint w = 0; words[w] != NULL; w++)
    for (guint i = 0; i < G_N_ELEMENTS (elements); i++)
      {
        if (strcmp (words[w], elements[i].element) != 0)
          continue;
        if (!load (elements[i].file, error))
          return FALSE;
        if (self->kind == NULL)
          self->kind = elements[i].kind;
      }
  if (self->kind != NULL)
    return TRUE;
  g_set_error_literal (error, KIOSK_CAMERA_SOURCE_ERROR, KIOSK_CAMERA_SOURCE_ERROR_DESCRIPTION,
                       "the description of the camera names no source that is known");
  return FALSE;
}

/* Latest frame only, on both branches: what comes while a frame is looked at replaces what waits.
 */
#define LATEST "queue leaky=downstream max-size-buffers=1 max-size-bytes=0 max-size-time=0"
#define SINK   "appsink drop=true max-buffers=1 sync=false name="

#define CODES_CAPS "video/x-raw,format=GRAY8"
#define PORTRAIT_CAPS                                                                              \
  "video/x-raw,format=RGB,width=[1," G_STRINGIFY (                                                 \
    KIOSK_CAMERA_PORTRAIT_WIDTH) "],height=[1," G_STRINGIFY (KIOSK_CAMERA_PORTRAIT_HEIGHT) "],"    \
                                                                                           "pixel" \
                                                                                           "-aspe" \
                                                                                           "ct-"   \
                                                                                           "ratio" \
                                                                                           "=1/1"

static GstElement *
build (const char *description, KioskCameraPurpose purpose, GError **error)
{
  gboolean is_portrait = purpose == KIOSK_CAMERA_PURPOSE_PORTRAIT;
  g_autofree char *text = g_strdup_printf (
    "%s%s ! tee name=kiosk-tee"
    " kiosk-tee. ! " LATEST " ! %svideoconvert n-threads=1 ! %s ! " SINK "kiosk-frames"
    " kiosk-tee. ! " LATEST " name=kiosk-preview-queue ! videoscale n-threads=1"
    " ! videoconvert n-threads=1"
    " ! video/x-raw,format=BGRA,width=[1,%d],height=[1,%d],pixel-aspect-ratio=1/1 ! " SINK
    "kiosk-preview",
    description, is_portrait ? " ! aspectratiocrop aspect-ratio=3/4" : "",
    is_portrait ? "videoscale n-threads=1 ! " : "", is_portrait ? PORTRAIT_CAPS : CODES_CAPS,
    KIOSK_PREVIEW_MAX_WIDTH, KIOSK_PREVIEW_MAX_HEIGHT);
  g_autoptr (GError) problem = NULL;
  GstElement *pipeline = gst_parse_launch_full (text, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &problem);

  if (pipeline != NULL && problem == NULL)
    return pipeline;
  g_set_error (error, KIOSK_CAMERA_SOURCE_ERROR, KIOSK_CAMERA_SOURCE_ERROR_DESCRIPTION,
               "the description of the camera: %s", problem->message);
  g_clear_pointer (&pipeline, gst_object_unref);
  return NULL;
}

/* The preview */

/* Before anything is converted: most frames stop here. */
static GstPadProbeReturn
thin_out (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  KioskCameraSource *self = data;
  gint64 now_us = g_get_monotonic_time ();

  if (self->preview_us != 0 && now_us - self->preview_us < PREVIEW_US)
    return GST_PAD_PROBE_DROP;
  self->preview_us = now_us;
  return GST_PAD_PROBE_OK;
}

static GstFlowReturn
show (GstAppSink *sink, gpointer data)
{
  KioskCameraSource *self = data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  GstVideoInfo info;
  GstVideoFrame frame;

  if (sample == NULL || !gst_video_info_from_caps (&info, gst_sample_get_caps (sample))
      || !gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ))
    return GST_FLOW_OK;
  g_mutex_lock (&self->preview_lock);
  if (!self->is_still)
    kiosk_preview_write (
      self->preview, GST_VIDEO_FRAME_PLANE_DATA (&frame, 0), (guint)GST_VIDEO_FRAME_WIDTH (&frame),
      (guint)GST_VIDEO_FRAME_HEIGHT (&frame), (gsize)GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0));
  g_mutex_unlock (&self->preview_lock);
  gst_video_frame_unmap (&frame);
  return GST_FLOW_OK;
}

static GstPadProbeReturn
drop_all (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  return GST_PAD_PROBE_DROP;
}

static void
connect_preview (KioskCameraSource *self)
{
  GstAppSinkCallbacks callbacks = { .new_sample = show };
  g_autoptr (GstElement) queue
    = gst_bin_get_by_name (GST_BIN (self->pipeline), "kiosk-preview-queue");
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (self->pipeline), "kiosk-preview");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (queue, "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, self->preview != NULL ? thin_out : drop_all,
                     self, NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, self, NULL);
  /* A pipeline waits for a first buffer at each sink; this one may never have any. */
  g_object_set (sink, "async", FALSE, NULL);
}

/* Opening */

/* The first thing that went wrong, in GStreamer's words. */
static gboolean
tell_missing (KioskCameraSource *self, GError **error)
{
  g_autoptr (GstMessage) message
    = gst_bus_pop_filtered (self->bus, GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
  g_autoptr (GError) problem = NULL;

  if (message != NULL && GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &problem, NULL);
  g_set_error (error, KIOSK_CAMERA_SOURCE_ERROR, KIOSK_CAMERA_SOURCE_ERROR_MISSING,
               "the camera: %s", problem != NULL ? problem->message : "it has ended");
  return FALSE;
}

KioskCameraSource *
kiosk_camera_source_open (const char *description, KioskCameraPurpose purpose,
                          KioskPreview *preview, GError **error)
{
  g_autoptr (KioskCameraSource) self = g_new0 (KioskCameraSource, 1);

  g_mutex_init (&self->preview_lock);

  if (strlen (description) > KIOSK_CAMERA_SOURCE_MAX)
    {
      g_set_error_literal (error, KIOSK_CAMERA_SOURCE_ERROR, KIOSK_CAMERA_SOURCE_ERROR_DESCRIPTION,
                           "the description of the camera is too long");
      return NULL;
    }
  if (!load_named (self, description, error)
      || (purpose == KIOSK_CAMERA_PURPOSE_PORTRAIT && !load ("videocrop", error)))
    return NULL;
  self->reads_files = g_strcmp0 (self->kind, "v4l2") != 0 && g_strcmp0 (self->kind, "test") != 0;
  self->preview = preview;
  self->pipeline = build (description, purpose, error);
  if (self->pipeline == NULL)
    return NULL;
  self->bus = gst_element_get_bus (self->pipeline);
  self->frames = GST_APP_SINK (gst_bin_get_by_name (GST_BIN (self->pipeline), "kiosk-frames"));
  connect_preview (self);
  if (gst_element_set_state (self->pipeline, GST_STATE_READY) == GST_STATE_CHANGE_FAILURE)
    {
      tell_missing (self, error);
      return NULL;
    }
  return g_steal_pointer (&self);
}

const char *
kiosk_camera_source_kind (const KioskCameraSource *self)
{
  return self->kind;
}

gboolean
kiosk_camera_source_reads_files (const KioskCameraSource *self)
{
  return self->reads_files;
}

gboolean
kiosk_camera_source_play (KioskCameraSource *self, GError **error)
{
  return gst_element_set_state (self->pipeline, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE
         || tell_missing (self, error);
}

static void
give (GstSample *sample, KioskCameraSourceFrame frame, gpointer data)
{
  GstVideoInfo info;
  GstVideoFrame video;
  KioskGreyFrame grey;

  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample))
      || !gst_video_frame_map (&video, &info, gst_sample_get_buffer (sample), GST_MAP_READ))
    return;
  grey = (KioskGreyFrame){
    .pixels = GST_VIDEO_FRAME_PLANE_DATA (&video, 0),
    .width = (guint)GST_VIDEO_FRAME_WIDTH (&video),
    .height = (guint)GST_VIDEO_FRAME_HEIGHT (&video),
    .stride = (gsize)GST_VIDEO_FRAME_PLANE_STRIDE (&video, 0),
  };
  frame (data, &grey);
  gst_video_frame_unmap (&video);
}

/* Messages that nobody reads would pile up. */
static gboolean
has_failed (KioskCameraSource *self, GError **error)
{
  for (;;)
    {
      g_autoptr (GstMessage) message = gst_bus_pop (self->bus);

      if (message == NULL)
        return FALSE;
      if ((GST_MESSAGE_TYPE (message) & (GST_MESSAGE_ERROR | GST_MESSAGE_EOS)) == 0)
        continue;
      gst_bus_post (self->bus, g_steal_pointer (&message));
      return !tell_missing (self, error);
    }
}

/* (transfer full) (nullable): the newest. *@ret_result as kiosk_camera_source_take() has it. */
static GstSample *
pull (KioskCameraSource *self, int timeout_ms, int *ret_result, GError **error)
{
  g_autoptr (GstSample) sample
    = gst_app_sink_try_pull_sample (self->frames, (GstClockTime)timeout_ms * GST_MSECOND);

  *ret_result = has_failed (self, error) ? -1 : (sample != NULL ? 1 : 0);
  return *ret_result == 1 ? g_steal_pointer (&sample) : NULL;
}

int
kiosk_camera_source_take (KioskCameraSource *self, int timeout_ms, KioskCameraSourceFrame frame,
                          gpointer data, GError **error)
{
  int result = 0;
  g_autoptr (GstSample) sample = pull (self, timeout_ms, &result, error);

  if (sample != NULL)
    give (sample, frame, data);
  return result;
}

int
kiosk_camera_source_take_colour (KioskCameraSource *self, int timeout_ms,
                                 KioskCameraSourceColour frame, gpointer data, GError **error)
{
  int result = 0;
  g_autoptr (GstSample) sample = pull (self, timeout_ms, &result, error);
  GstVideoInfo info;
  GstVideoFrame video;

  if (sample == NULL || !gst_video_info_from_caps (&info, gst_sample_get_caps (sample))
      || !gst_video_frame_map (&video, &info, gst_sample_get_buffer (sample), GST_MAP_READ))
    return result;
  frame (data, &(KioskColourFrame){
                 .pixels = GST_VIDEO_FRAME_PLANE_DATA (&video, 0),
                 .width = (guint)GST_VIDEO_FRAME_WIDTH (&video),
                 .height = (guint)GST_VIDEO_FRAME_HEIGHT (&video),
                 .stride = (gsize)GST_VIDEO_FRAME_PLANE_STRIDE (&video, 0),
               });
  gst_video_frame_unmap (&video);
  return result;
}

/* Smaller by the nearest pixel: a person looks at it for a moment. */
static void
write_still (KioskCameraSource *self, const KioskColourFrame *frame)
{
  guint height = MIN (frame->height, KIOSK_PREVIEW_MAX_HEIGHT);
  guint width = MIN (frame->width * height / frame->height, KIOSK_PREVIEW_MAX_WIDTH);
  g_autofree guint8 *pixels = g_malloc ((gsize)width * height * 4);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        const guint8 *from = frame->pixels + (gsize)(y * frame->height / height) * frame->stride
                             + (gsize)(x * frame->width / width) * 3;
        guint8 *to = pixels + ((gsize)y * width + x) * 4;

        to[0] = from[2];
        to[1] = from[1];
        to[2] = from[0];
        to[3] = 255;
      }
  kiosk_preview_write (self->preview, pixels, width, height, (gsize)width * 4);
  explicit_bzero (pixels, (gsize)width * height * 4);
}

void
kiosk_camera_source_still (KioskCameraSource *self, const KioskColourFrame *frame)
{
  if (self->preview == NULL)
    return;
  g_mutex_lock (&self->preview_lock);
  self->is_still = frame != NULL;
  if (frame != NULL)
    write_still (self, frame);
  g_mutex_unlock (&self->preview_lock);
}

void
kiosk_camera_source_close (KioskCameraSource *self)
{
  if (self == NULL)
    return;
  if (self->pipeline != NULL)
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_clear_object (&self->frames);
  g_clear_object (&self->bus);
  g_clear_object (&self->pipeline);
  g_mutex_clear (&self->preview_lock);
  g_free (self);
}
