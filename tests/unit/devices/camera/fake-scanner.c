/* Stands in for kiosk-scanner under the worker: what it does is the source's description, a word
 * and a folder. It counts its lives in FOLDER/lives, so that it can do one thing the first time and
 * another after that. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "devices/camera/camera-wire.h"
#include "devices/worker/worker-pipe.h"

static KioskWorkerPipe wire;

static void
say (KioskCameraWireKind kind, GVariant *payload)
{
  kiosk_worker_pipe_say (&wire, kind, payload);
}

static void
say_word (KioskCameraWireKind kind, const char *word)
{
  say (kind, g_variant_new_string (word));
}

static void
say_code (gsize length)
{
  g_autofree char *code = g_strnfill (length, '7');

  say (KIOSK_CAMERA_WIRE_CODE, g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, code, length, 1));
}

/* Until kioskd hangs up. */
static void
stay (void)
{
  guint kind;

  while (!wire.is_over)
    {
      GVariant *heard = kiosk_worker_pipe_take (&wire, -1, &kind);

      g_clear_pointer (&heard, g_variant_unref);
    }
  _exit (0);
}

static guint
count_life (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "lives", NULL);
  g_autofree char *text = NULL;
  g_autofree char *next = NULL;
  guint lives = 0;

  if (g_file_get_contents (path, &text, NULL, NULL))
    lives = (guint)atoi (text);
  next = g_strdup_printf ("%u", lives + 1);
  g_assert_true (g_file_set_contents (path, next, -1, NULL));
  return lives;
}

/* The first life, by name. */
static void
misbehave (const char *way)
{
  if (strcmp (way, "dies") == 0)
    abort ();
  if (strcmp (way, "hangs") == 0)
    for (;;)
      pause ();
  if (strcmp (way, "raves") == 0 && write (KIOSK_WORKER_FD, "nonsense", 8) == 8)
    stay ();
  if (strcmp (way, "misnames") == 0)
    say_word (KIOSK_CAMERA_WIRE_OPENED, "two words");
  if (strcmp (way, "opens-nothing") == 0)
    say (KIOSK_CAMERA_WIRE_READY, NULL);
  if (strcmp (way, "invents") == 0)
    say_word (KIOSK_CAMERA_WIRE_TROUBLE, "hungry");
  if (strcmp (way, "advises") == 0)
    {
      say_word (KIOSK_CAMERA_WIRE_OPENED, "test");
      say_word (KIOSK_CAMERA_WIRE_GUIDANCE, "go-away");
    }
  if (strcmp (way, "overreaches") == 0)
    say_word (KIOSK_CAMERA_WIRE_BEGIN, "");
  if (strcmp (way, "blabs") == 0 || strcmp (way, "mumbles") == 0)
    {
      say_word (KIOSK_CAMERA_WIRE_OPENED, "test");
      say_code (strcmp (way, "blabs") == 0 ? KIOSK_CAMERA_PAYLOAD_MAX + 1 : 0);
    }
  if (strcmp (way, "missing") == 0)
    {
      say_word (KIOSK_CAMERA_WIRE_TROUBLE, "missing");
      _exit (0);
    }
  if (strcmp (way, "good") != 0)
    stay ();
}

int
main (void)
{
  g_autoptr (GVariant) begin = NULL;
  g_auto (GStrv) words = NULL;
  guint kind;

  g_assert_true (kiosk_worker_pipe_init (&wire, &kiosk_camera_wire));
  begin = kiosk_worker_pipe_take (&wire, -1, &kind);
  g_assert_true (begin != NULL && kind == KIOSK_CAMERA_WIRE_BEGIN);
  words = g_strsplit (g_variant_get_string (begin, NULL), " ", 2);
  if (count_life (words[1]) < (strcmp (words[0], "missing") == 0 ? 3 : 1))
    misbehave (words[0]);
  say (KIOSK_CAMERA_WIRE_ALIVE, g_variant_new_uint64 (41));
  say_word (KIOSK_CAMERA_WIRE_OPENED, "test");
  say (KIOSK_CAMERA_WIRE_READY, NULL);
  say_word (KIOSK_CAMERA_WIRE_GUIDANCE, "hold-still");
  say_code (KIOSK_CAMERA_PAYLOAD_MAX);
  stay ();
}
