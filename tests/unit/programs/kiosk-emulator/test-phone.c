/* From a text to light and back: a phone's screen through the lens, read by plain ZBar; a
 * terminal's screen through the phone's own camera; and the pipe on which the frames come. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "card.h"
#include "code.h"
#include "hand.h"
#include "light.h"
#include "pose.h"

#define TEXT  "https://kiosk.example.gov.hk/r/K7-000123?t=4f9b2c7e81d04a5fb3e6c9a2d5170e88"
#define FRAME ((gsize)KIOSK_EMU_VIEW_WIDTH * KIOSK_EMU_VIEW_HEIGHT * 3 / 2)

static void
assert_payload (const KioskEmuCode *code, const char *text)
{
  g_autoptr (GBytes) wanted = g_bytes_new (text, strlen (text));

  g_assert_true (g_bytes_equal (code->payload, wanted));
}

static KioskEmuSheet
screen_of (KioskEmuPhone *phone, gboolean is_dark)
{
  g_autoptr (GError) error = NULL;
  KioskEmuSheet sheet = { 0 };

  kiosk_emu_phone_draw (phone, is_dark, &sheet, &error);
  g_assert_no_error (error);
  return sheet;
}

/* What the camera sees of @sheet. (transfer none) */
static const KioskEmuRaster *
look_at (KioskEmuView *view, const KioskEmuSheet *sheet, char **keys)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskEmuScene) scene = NULL;
  KioskEmuPose pose;

  kiosk_emu_pose_parse (keys, &pose, &error);
  g_assert_no_error (error);
  scene = kiosk_emu_pose_scene (&pose, sheet, 225, &error);
  g_assert_no_error (error);
  return kiosk_emu_view_frame (view, scene, 2, FALSE);
}

static void
test_text (void)
{
  static char *const keys[] = { "module=4", "module=6", "module=5 tilt=10", "module=5 turn=15" };
  g_autoptr (KioskEmuPhone) phone = kiosk_emu_phone_new ();
  g_autoptr (KioskEmuView) view = kiosk_emu_view_new ();
  g_auto (KioskEmuSheet) sheet = { 0 };
  g_autoptr (GError) nothing = NULL;

  g_assert_false (kiosk_emu_phone_draw (phone, FALSE, &sheet, &nothing));
  g_assert_error (nothing, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_COMMAND);
  g_assert_true (kiosk_emu_phone_set_text (phone, TEXT, NULL));
  sheet = screen_of (phone, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_auto (GStrv) words = g_strsplit (keys[i], " ", -1);
      g_auto (KioskEmuCode) code = { 0 };

      g_assert_true (kiosk_emu_code_find (look_at (view, &sheet, words), &code));
      assert_payload (&code, TEXT);
      /* The code is in the middle, at the size that was asked for. */
      g_assert_cmpfloat_with_epsilon (code.x, KIOSK_EMU_VIEW_WIDTH / 2.0, 6);
      g_assert_cmpfloat_with_epsilon (code.y, KIOSK_EMU_VIEW_HEIGHT / 2.0, 6);
      if (words[1] == NULL)
        g_assert_cmpfloat_with_epsilon (code.module_px, g_ascii_strtod (words[0] + 7, NULL), 0.3);
    }
}

/* Light modules on dark: ZBar does not read that, and does when it is turned round. */
static void
test_dark (void)
{
  char *keys[] = { "module=5", NULL };
  g_autoptr (KioskEmuPhone) phone = kiosk_emu_phone_new ();
  g_autoptr (KioskEmuView) view = kiosk_emu_view_new ();
  g_autoptr (KioskEmuRaster) turned = NULL;
  g_auto (KioskEmuSheet) sheet = { 0 };
  g_auto (KioskEmuCode) code = { 0 };
  const KioskEmuRaster *frame;

  g_assert_true (kiosk_emu_phone_set_text (phone, TEXT, NULL));
  sheet = screen_of (phone, TRUE);
  frame = look_at (view, &sheet, keys);
  g_assert_false (kiosk_emu_code_find (frame, &code));
  turned = kiosk_emu_raster_new (frame->width, frame->height);
  for (gsize i = 0; i < (gsize)frame->width * frame->height; i++)
    turned->luma[i] = (guint8)(255 - frame->luma[i]);
  g_assert_true (kiosk_emu_code_find (turned, &code));
  assert_payload (&code, TEXT);
}

/* A phone that shows what @path is a picture of. */
static void
test_picture (void)
{
  g_autoptr (KioskEmuPhone) phone = kiosk_emu_phone_new ();
  g_autoptr (KioskEmuPhone) other = kiosk_emu_phone_new ();
  g_auto (KioskEmuSheet) sheet = { 0 };
  g_auto (KioskEmuSheet) shown = { 0 };
  g_auto (KioskEmuCode) code = { 0 };
  g_autoptr (KioskEmuRaster) raster = NULL;

  g_assert_true (kiosk_emu_phone_set_text (phone, TEXT, NULL));
  sheet = screen_of (phone, FALSE);
  kiosk_emu_phone_set_picture (other, sheet.surface);
  shown = screen_of (other, FALSE);
  raster = kiosk_emu_raster_from_surface (shown.surface);
  g_assert_true (kiosk_emu_code_find (raster, &code));
  assert_payload (&code, TEXT);
  g_assert_cmpfloat (shown.module_px, >, sheet.module_px * 0.9);
  g_assert_cmpfloat (shown.module_px, <, sheet.module_px);
}

/* A terminal's screen: a page with a code somewhere on it. */
static cairo_surface_t *
make_page (const char *text, int width, int height, double at_x, double at_y)
{
  cairo_surface_t *page = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  g_autoptr (cairo_t) cr = cairo_create (page);
  g_autoptr (KioskEmuPhone) printer = kiosk_emu_phone_new ();
  g_auto (KioskEmuSheet) sheet = { 0 };

  cairo_set_source_rgb (cr, 0.95, 0.94, 0.9);
  cairo_paint (cr);
  if (text == NULL)
    return page;
  g_assert_true (kiosk_emu_phone_set_text (printer, text, NULL));
  sheet = screen_of (printer, FALSE);
  cairo_translate (cr, at_x, at_y);
  cairo_scale (cr, 0.35, 0.35);
  cairo_rectangle (cr, 0, 400, 1080, 1000);
  cairo_clip (cr);
  cairo_set_source_surface (cr, sheet.surface, 0, 0);
  cairo_paint (cr);
  return page;
}

static void
test_look (void)
{
  g_autoptr (cairo_surface_t) page = make_page (TEXT, 1080, 1920, 340, 1100);
  g_autoptr (cairo_surface_t) wide = make_page ("at the edge", 1920, 1080, 1500, 60);
  g_autoptr (cairo_surface_t) empty = make_page (NULL, 1080, 1080, 0, 0);
  g_autoptr (KioskEmuPhone) phone = kiosk_emu_phone_new ();
  g_autoptr (KioskEmuRaster) raster = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (KioskEmuSheet) sheet = { 0 };
  g_auto (KioskEmuCode) code = { 0 };
  glong characters = 0;

  g_assert_true (kiosk_emu_phone_look (phone, wide, &characters, &error));
  g_assert_cmpint (characters, ==, strlen ("at the edge"));
  g_assert_true (kiosk_emu_phone_look (phone, page, &characters, &error));
  g_assert_cmpint (characters, ==, strlen (TEXT));
  g_assert_false (kiosk_emu_phone_look (phone, empty, &characters, &error));
  g_assert_error (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_COMMAND);
  /* It still has what it saw. */
  sheet = screen_of (phone, FALSE);
  raster = kiosk_emu_raster_from_surface (sheet.surface);
  g_assert_true (kiosk_emu_code_find (raster, &code));
  assert_payload (&code, TEXT);
}

static void
test_bounds (void)
{
  g_autofree char *most = g_strnfill (2953, 'x');
  g_autofree char *more = g_strnfill (2954, 'x');
  g_autoptr (KioskEmuPhone) phone = kiosk_emu_phone_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (kiosk_emu_phone_set_text (phone, most, NULL));
  g_assert_false (kiosk_emu_phone_set_text (phone, more, &error));
  g_assert_error (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_COMMAND);
  g_assert_false (kiosk_emu_phone_set_text (phone, "", NULL));
}

/* What the hand says */

typedef struct
{
  KioskEmuHand hand;
  KioskRandom *random;
  char *folder, *path;
  char *nested; /* answered while another command was at work */
} Desk;

static void
desk_init (Desk *self)
{
  g_autoptr (GError) error = NULL;

  *self = (Desk){ .folder = g_dir_make_tmp ("camera-XXXXXX", NULL),
                  .random = kiosk_random_new_seeded (1) };
  self->path = g_build_filename (self->folder, "camera", NULL);
  self->hand.field = kiosk_emu_field_new (self->random);
  self->hand.light = kiosk_emu_light_new (self->path, &error);
  g_assert_no_error (error);
}

static void
desk_clear (Desk *self)
{
  kiosk_emu_light_free (self->hand.light);
  kiosk_emu_field_free (self->hand.field);
  kiosk_random_unref (self->random);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
  g_free (self->path);
  g_free (self->nested);
}

static void
assert_said (Desk *self, const char *line, const char *expected)
{
  g_autofree char *answer = kiosk_emu_hand_run (&self->hand, line);

  if (g_str_has_suffix (expected, "…"))
    g_assert_cmpint (strncmp (answer, expected, strlen (expected) - strlen ("…")), ==, 0);
  else
    g_assert_cmpstr (answer, ==, expected);
}

static void
test_words (void)
{
  Desk desk;

  desk_init (&desk);
  assert_said (&desk, "phone show",
               "error the phone has nothing to show: phone text, picture, look or present");
  assert_said (&desk, "phone text", "error no code can hold that: from one character to some 2900");
  assert_said (&desk, "phone text two  words, = and more", "ok");
  assert_said (&desk, "phone show module=3 dark", "ok");
  assert_said (&desk, "phone show size=3", "error size=3: a key is one of module…");
  assert_said (&desk, "phone away", "ok");
  assert_said (&desk, "phone sleep", "error phone look, text, picture, present…");
  assert_said (&desk, "phone", "error phone look, text, picture, present…");
  assert_said (&desk, "phone look /nonexistent.png", "error \"/nonexistent.png\": no such file");
  assert_said (&desk, "phone picture /etc/hostname", "error \"/etc/hostname\": no PNG picture");
  assert_said (&desk, "phone present", "error no wallet: start the emulator with --wallet");
  assert_said (&desk, "paper", "error paper PNG [KEY=VALUE]…");
  assert_said (&desk, "paper /nonexistent.png", "error \"/nonexistent.png\": no such file");
  assert_said (&desk, "status", "ok cards= selected=no commands=0 faults= camera=plugged frames=0");
  assert_said (&desk, "camera stall", "ok");
  assert_said (&desk, "camera unplug", "ok");
  assert_said (&desk, "camera dance", "error camera cover, uncover, stall, resume, unplug or plug");
  assert_said (&desk, "status",
               "ok cards= selected=no commands=0 faults= camera=unplugged frames=0");
  desk_clear (&desk);
}

static gboolean
ask_meanwhile (gpointer data)
{
  Desk *desk = data;

  desk->nested = kiosk_emu_hand_run (&desk->hand, "phone text another");
  return G_SOURCE_REMOVE;
}

/* The loop turns while the phone looks, and nobody else gets the phone. */
static void
test_meanwhile (void)
{
  g_autoptr (cairo_surface_t) page = make_page (TEXT, 1080, 1080, 300, 100);
  g_autofree char *file = NULL, *look = NULL;
  Desk desk;

  desk_init (&desk);
  file = g_build_filename (desk.folder, "page.png", NULL);
  look = g_strconcat ("phone look ", file, NULL);
  g_assert_cmpint (cairo_surface_write_to_png (page, file), ==, CAIRO_STATUS_SUCCESS);
  g_idle_add (ask_meanwhile, &desk);
  assert_said (&desk, look, "ok 75");
  g_assert_cmpstr (desk.nested, ==, "error another hand holds the phone: ask again");
  g_assert_cmpint (g_unlink (file), ==, 0);
  desk_clear (&desk);
}

/* The pipe */

typedef struct
{
  char *folder, *path;
  KioskEmuCamera *camera;
} Pipe;

static void
pipe_init (Pipe *self)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("camera-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "camera", NULL);
  self->camera = kiosk_emu_camera_new (self->path, &error);
  g_assert_no_error (error);
}

/* With what it made it goes. */
static void
pipe_clear (Pipe *self)
{
  kiosk_emu_camera_free (self->camera);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->path);
  g_free (self->folder);
}

static int
open_pipe (Pipe *self)
{
  int fd = open (self->path, O_RDONLY | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  return fd;
}

/* Bytes that came before the end. */
static gsize
take (int fd, guint8 *bytes, gsize length)
{
  gsize done = 0;

  while (done < length)
    {
      gssize n = read (fd, bytes + done, length - done);

      g_assert_cmpint (n, >=, 0);
      if (n == 0)
        break;
      done += (gsize)n;
    }
  return done;
}

/* The hall and nothing else, from its first pixel on: colours have no noise. */
static void
assert_hall (const guint8 *frame)
{
  g_autoptr (KioskEmuView) view = kiosk_emu_view_new ();
  g_autoptr (KioskEmuScene) hall = kiosk_emu_scene_new_hall ();
  const KioskEmuRaster *wanted = kiosk_emu_view_frame (view, hall, 0, FALSE);
  gsize pixels = (gsize)wanted->width * wanted->height;

  g_assert_cmpint (memcmp (frame + pixels, wanted->blue, FRAME - pixels), ==, 0);
}

static void
test_whole_frames (void)
{
  g_autofree guint8 *frame = g_malloc (FRAME);
  GStatBuf status;
  Pipe pipe;

  pipe_init (&pipe);
  g_assert_cmpint (g_stat (pipe.path, &status), ==, 0);
  g_assert_true (S_ISFIFO (status.st_mode));
  g_assert_cmpint (status.st_mode & 07777, ==, 0600);
  for (guint i = 0; i < 6; i++)
    {
      int fd = open_pipe (&pipe);

      g_assert_cmpuint (take (fd, frame, FRAME), ==, FRAME);
      assert_hall (frame);
      take (fd, frame, FRAME * i / 6);
      close (fd); /* in the middle of the next */
    }
  g_assert_cmpuint (kiosk_emu_camera_frames (pipe.camera), >=, 6);
  pipe_clear (&pipe);
}

static void
test_unplugged (void)
{
  g_autofree guint8 *frame = g_malloc (FRAME);
  g_autoptr (GError) error = NULL;
  Pipe pipe;
  int fd;

  pipe_init (&pipe);
  for (guint i = 0; i < 3; i++)
    {
      fd = open_pipe (&pipe);
      g_assert_cmpuint (take (fd, frame, FRAME), ==, FRAME);
      g_assert_true (kiosk_emu_camera_do (pipe.camera, KIOSK_EMU_CAMERA_UNPLUG, &error));
      g_assert_true (kiosk_emu_camera_do (pipe.camera, KIOSK_EMU_CAMERA_UNPLUG, &error));
      while (take (fd, frame, FRAME) == FRAME) /* what was on its way */
        continue;
      close (fd);
      g_assert_cmpint (open (pipe.path, O_RDONLY | O_CLOEXEC), ==, -1);
      g_assert_true (kiosk_emu_camera_do (pipe.camera, KIOSK_EMU_CAMERA_PLUG, &error));
    }
  /* While it waits for a reader as well. */
  g_assert_true (kiosk_emu_camera_do (pipe.camera, KIOSK_EMU_CAMERA_UNPLUG, &error));
  g_assert_no_error (error);
  pipe_clear (&pipe);
}

static void
test_covered (void)
{
  g_autofree guint8 *frame = g_malloc (FRAME);
  Pipe pipe;
  int fd;

  pipe_init (&pipe);
  fd = open_pipe (&pipe);
  g_assert_cmpuint (take (fd, frame, FRAME), ==, FRAME);
  assert_hall (frame);
  g_assert_true (kiosk_emu_camera_do (pipe.camera, KIOSK_EMU_CAMERA_COVER, NULL));
  take (fd, frame, FRAME); /* the one that was being written */
  g_assert_cmpuint (take (fd, frame, FRAME), ==, FRAME);
  for (gsize i = 0; i < (gsize)KIOSK_EMU_VIEW_WIDTH * KIOSK_EMU_VIEW_HEIGHT; i++)
    g_assert_cmpuint (frame[i], <, 40);
  g_assert_true (kiosk_emu_camera_do (pipe.camera, KIOSK_EMU_CAMERA_UNCOVER, NULL));
  take (fd, frame, FRAME);
  g_assert_cmpuint (take (fd, frame, FRAME), ==, FRAME);
  assert_hall (frame);
  close (fd);
  pipe_clear (&pipe);
}

/* A file of somebody's is not a pipe to be replaced. */
static void
test_file (void)
{
  g_autofree char *folder = g_dir_make_tmp ("camera-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "diary", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "dear", -1, NULL));
  g_assert_null (kiosk_emu_camera_new (path, &error));
  g_assert_error (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_DEVICE);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_DFL); /* whoever started us may have had it ignored */
  g_test_add_func ("/emulator/phone/a-text-comes-through-the-lens", test_text);
  g_test_add_func ("/emulator/phone/dark-mode-turns-the-code-round", test_dark);
  g_test_add_func ("/emulator/phone/shows-a-picture", test_picture);
  g_test_add_func ("/emulator/phone/keeps-what-it-sees-and-nothing-else", test_look);
  g_test_add_func ("/emulator/phone/what-no-code-holds-is-refused", test_bounds);
  g_test_add_func ("/emulator/phone/does-what-it-is-told", test_words);
  g_test_add_func ("/emulator/phone/others-are-answered-while-it-looks", test_meanwhile);
  g_test_add_func ("/emulator/camera/each-reader-begins-with-a-whole-frame", test_whole_frames);
  g_test_add_func ("/emulator/camera/unplugged-it-has-no-name", test_unplugged);
  g_test_add_func ("/emulator/camera/covered-is-black", test_covered);
  g_test_add_func ("/emulator/camera/no-file-is-replaced", test_file);
  return g_test_run ();
}
