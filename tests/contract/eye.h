/* What stands before the camera in tests: frames in files or in a pipe that the test feeds, and the
 * camera port of kioskd over the real kiosk-scanner. */
#pragma once

#include "devices/camera/camera-worker.h"

G_BEGIN_DECLS

#define EYE_WIDTH  320
#define EYE_HEIGHT 240
#define EYE_FRAME  (EYE_WIDTH * EYE_HEIGHT)

typedef struct
{
  char *folder, *pipe;
  KioskClock *clock;
  KioskCameraPort *port;
  GString *heard;          /* one word an event */
  GBytes *payload;         /* the last */
  gint64 heard_us;         /* when the last event came */
  guint8 frame[EYE_FRAME]; /* that the pipe is fed with */
  guint slides;            /* files of frames */
  int feed;                /* −1: pulled out */
  guint feeding;           /* 0: stalled */
} Eye;

void eye_init (Eye *self);
void eye_clear (Eye *self);

/* White, a code of @text in the middle; NULL: none, but not one shade either. */
void eye_paint (guint8 frame[EYE_FRAME], const char *text, gssize length);

/* A source that shows @frame for ever, as fast as it is asked. (transfer full) */
char *eye_still (Eye *self, const guint8 frame[EYE_FRAME]);
/* Likewise @n frames in turn, EYE_FRAME bytes each. */
char *eye_slides (Eye *self, const guint8 *frames, guint n);
/* A source that is what eye_plug() and its friends do. (transfer full) */
char *eye_cable (Eye *self);
void eye_plug (Eye *self);
void eye_unplug (Eye *self);
/* No more frames, and no other sign. */
void eye_stall (Eye *self);

/* Starts a port over the real program. */
void eye_open (Eye *self, const char *source);
/* The same port, turned off and on again. */
void eye_start (Eye *self);
/* Runs the main loop until @word has been heard since the last eye_forget(). */
void eye_await (Eye *self, const char *word);
void eye_forget (Eye *self);
/* Runs the main loop until the scanner has looked at so many frames. */
void eye_await_frames (Eye *self, guint64 frames);

/* The scanner that runs now; 0: none. */
int eye_process (Eye *self);
gint64 eye_resident_bytes (int pid);
/* Without the frame that it may just be reading; −1: this user may not see. */
int eye_descriptors (Eye *self, int pid);

G_END_DECLS
