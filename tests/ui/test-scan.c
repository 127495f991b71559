/* The page "scan" on a socket: the camera's pictures, the sentences, the tones. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "devices/camera/camera-preview.h"
#include "formats/code.h"
#include "look.h"
#include "scene.h"
#include "sound.h"
#include "widgets.h"
#include "world.h"

#define WIDTH  640
#define HEIGHT 360
#define RED    0xFFD01020u /* as they lie in the memory: 0xAARRGGBB */
#define BLUE   0xFF1030C8u
#define OWN    0xFF3B7A19u /* of one test alone */

static GtkWidget *
find_type (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_type (child, type);
      if (found != NULL)
        return found;
    }
  return NULL;
}

static KioskCamera *
camera (World *world)
{
  return KIOSK_CAMERA (find_type (kiosk_shell_page (world->shell), KIOSK_TYPE_CAMERA));
}

static gboolean
has_picture (World *world)
{
  gboolean has;
  g_object_get (camera (world), "has-picture", &has, NULL);
  return has;
}

/* --- a memory of pictures, as kiosk-scanner fills it --- */

typedef struct
{
  int memory, shared;
  KioskPreview *writer;
} Memory;

static void
memory_init (Memory *self)
{
  g_autoptr (GError) error = NULL;
  self->memory = kiosk_preview_memory_new (&error);
  g_assert_no_error (error);
  self->writer = kiosk_preview_map (self->memory, TRUE);
  self->shared = kiosk_preview_memory_share (self->memory, &error);
  g_assert_no_error (error);
}

static void
memory_clear (Memory *self)
{
  kiosk_preview_unmap (self->writer);
  close (self->memory);
  close (self->shared);
}

static void
memory_paint (Memory *self, guint32 left, guint32 right)
{
  g_autofree guint32 *pixels = g_new (guint32, WIDTH * HEIGHT);
  for (guint i = 0; i < WIDTH * HEIGHT; i++)
    pixels[i] = i % WIDTH < WIDTH / 2 ? left : right;
  kiosk_preview_write (self->writer, (guint8 *)pixels, WIDTH, HEIGHT, WIDTH * 4);
  explicit_bzero (pixels, WIDTH * HEIGHT * 4);
}

/* Shows "scan" with what @self holds, and waits for so many pictures of it. */
static void
show_pictures (World *world, Memory *self, guint n)
{
  fake_kioskd_set_preview (world->kioskd, self->shared);
  world_show (world, "scan-ready");
  WAIT_FOR (kiosk_camera_n_pictures (camera (world)) == n);
}

static void
run_frames (World *world, guint n)
{
  for (guint i = 0; i < n; i++)
    stage_next_frame (world->shell);
}

static void
test_new_picture (World *world, gconstpointer data)
{
  Memory memory;
  memory_init (&memory);
  memory_paint (&memory, RED, BLUE);
  show_pictures (world, &memory, 1);
  run_frames (world, 6);
  g_assert_cmpuint (kiosk_camera_n_pictures (camera (world)), ==, 1);
  memory_paint (&memory, BLUE, RED);
  WAIT_FOR (kiosk_camera_n_pictures (camera (world)) == 2);
  run_frames (world, 3);
  g_assert_cmpuint (kiosk_camera_n_pictures (camera (world)), ==, 2);
  g_assert_cmpuint (fake_kioskd_n_previews (world->kioskd), ==, 1);
  memory_clear (&memory);
}

/* Of the window as it is painted, a quarter of the picture's width from its edge. */
static guint32
colour_at (World *world, double across)
{
  graphene_rect_t bounds;
  g_autoptr (GdkTexture) texture = stage_texture (world->shell);
  gsize stride = (gsize)gdk_texture_get_width (texture) * 4;
  g_autofree guint8 *pixels = g_malloc (stride * (gsize)gdk_texture_get_height (texture));
  guint32 colour;
  gdk_texture_download (texture, pixels, stride);
  g_assert_true (
    gtk_widget_compute_bounds (GTK_WIDGET (camera (world)), GTK_WIDGET (world->shell), &bounds));
  gsize x = (gsize)((double)bounds.origin.x + (double)bounds.size.width * across);
  gsize y = (gsize)((double)bounds.origin.y + (double)bounds.size.height / 2);
  memcpy (&colour, pixels + y * stride + x * 4, sizeof colour);
  return colour;
}

static void
test_mirror (World *world, gconstpointer data)
{
  Memory memory;
  memory_init (&memory);
  memory_paint (&memory, RED, BLUE);
  show_pictures (world, &memory, 1);
  stage_next_frame (world->shell);
  g_assert_cmphex (colour_at (world, .25), ==, BLUE);
  g_assert_cmphex (colour_at (world, .75), ==, RED);
  memory_paint (&memory, BLUE, RED);
  WAIT_FOR (kiosk_camera_n_pictures (camera (world)) == 2);
  stage_next_frame (world->shell);
  g_assert_cmphex (colour_at (world, .25), ==, RED);
  memory_clear (&memory);
}

static void
test_trouble (World *world, gconstpointer data)
{
  Memory memory;
  memory_init (&memory);
  memory_paint (&memory, RED, BLUE);
  show_pictures (world, &memory, 1);
  g_assert_true (has_picture (world));
  fake_kioskd_update (world->kioskd, world_fixture (world, "scan-covered"));
  WAIT_FOR (world_says (world, "The camera is covered."));
  g_assert_false (has_picture (world));
  fake_kioskd_update (world->kioskd, world_fixture (world, "scan-ready"));
  WAIT_FOR (has_picture (world));
  fake_kioskd_update (world->kioskd, world_fixture (world, "scan-other-bill"));
  WAIT_FOR (world_says (world, "a bill."));
  g_assert_true (has_picture (world));
  kiosk_preview_memory_wipe (memory.memory);
  WAIT_FOR (!has_picture (world));
  memory_clear (&memory);
}

/* Whatever comes instead of the memory, the page stands, and takes the true one when it is asked
 * for anew. */
static void
test_lies (World *world, gconstpointer data)
{
  Memory memory;
  int wrong[] = { memfd_create ("short", MFD_CLOEXEC | MFD_ALLOW_SEALING),
                  g_open ("/dev/null", O_RDONLY | O_CLOEXEC), -1 };
  g_assert_cmpint (ftruncate (wrong[0], 4096), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      guint before = fake_kioskd_n_previews (world->kioskd);
      fake_kioskd_set_preview (world->kioskd, wrong[i]);
      world_show (world, "scan-ready");
      WAIT_FOR (fake_kioskd_n_previews (world->kioskd) == before + 1);
      run_frames (world, 3);
      g_assert_false (has_picture (world));
    }
  memory_init (&memory);
  /* Of the right size, and with a size of pictures that is not: the header's first slots. */
  guint32 *header = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, memory.memory, 0);
  g_assert_true (header != MAP_FAILED);
  for (guint i = 0; i < 10; i++)
    header[i] = 0x7FFFFFFEu;
  show_pictures (world, &memory, 0);
  run_frames (world, 3);
  g_assert_false (has_picture (world));
  memset (header, 0, 40);
  munmap (header, 4096);
  memory_paint (&memory, RED, BLUE);
  WAIT_FOR (kiosk_camera_n_pictures (camera (world)) == 1);
  memory_clear (&memory);
  close (wrong[0]);
  close (wrong[1]);
}

static void
test_rebuilt (World *world, gconstpointer data)
{
  Memory memory;
  memory_init (&memory);
  memory_paint (&memory, RED, BLUE);
  show_pictures (world, &memory, 1);
  world_press (world, "简体中文");
  WAIT_FOR (world_says (world, "请将二维码置于框内。"));
  WAIT_FOR (has_picture (world));
  g_assert_cmpuint (fake_kioskd_n_previews (world->kioskd), ==, 2);
  gtk_widget_activate_action (GTK_WIDGET (world->shell), "shell.large", NULL);
  g_assert_false (has_picture (world));
  WAIT_FOR (has_picture (world));
  g_assert_cmpuint (fake_kioskd_n_previews (world->kioskd), ==, 3);
  memory_clear (&memory);
}

/* --- nothing is kept --- */

/* How often sixteen pixels in a row or more have one colour, in what this process alone can write.
 */
static guint
count_runs (guint32 colour)
{
  guint runs = 0;
  g_autofree char *maps = NULL;
  int memory = g_open ("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  g_assert_cmpint (memory, >=, 0);
  g_assert_true (g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (maps, "\n", -1);
  static guint32 chunk[4096];
  for (char **line = lines; *line != NULL; line++)
    {
      guint64 from;
      guint64 to;
      char rights[8];
      if (sscanf (*line, "%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x %7s", &from, &to, rights)
            != 3
          || !g_str_equal (rights, "rw-p") || to - from > 512 * 1024 * 1024)
        continue;
      guint run = 0;
      for (guint64 at = from; at < to; at += sizeof chunk)
        {
          gsize ask = MIN (sizeof chunk, (gsize)(to - at));
          if (pread (memory, chunk, ask, (off_t)at) != (gssize)ask)
            break;

          for (gsize i = 0; i < ask / 4; i++)
            {
              run = chunk[i] == colour ? run + 1 : 0;
              runs += run == 16;
            }
        }

      explicit_bzero (chunk, sizeof chunk);
    }
  close (memory);
  return runs;
}

static void
test_nothing_kept (World *world, gconstpointer data)
{
  Memory memory;
  memory_init (&memory);
  memory_paint (&memory, OWN, BLUE);
  show_pictures (world, &memory, 1);
  for (guint i = 2; i < 8; i++)
    {
      memory_paint (&memory, OWN, BLUE);
      WAIT_FOR (kiosk_camera_n_pictures (camera (world)) == i);
    }
  stage_next_frame (world->shell);
  g_assert_cmpuint (count_runs (OWN), >, 300);
  world_show (world, "identify");
  run_frames (world, 2);
#ifdef __SANITIZE_ADDRESS__
  g_test_skip ("the sanitizer keeps what was freed");
#else
  /* Of hundreds; a row may be left in a page that something else still uses. */
  g_assert_cmpuint (count_runs (OWN), <=, 8);
#endif
  memory_clear (&memory);
}

/* --- words --- */

static void
show_problem (World *world, const char *problem, const char *code, const char *text)
{
  fake_kioskd_show_model (
    world->kioskd, "scan",
    g_variant_new_parsed (
      "{'step': <uint32 0>, 'language': <'en'>, 'online': <true>, 'wanted': "
      "<'receipt'>, 'camera': <'ready'>, 'guidance': <''>, 'problem': <%s>, "
      "'code': <%s>, 'text': <%s>, 'seen': <uint32 1>, 'taken': <false>, 'audience': <''>}",
      problem, code, text));
}

/* The sentence that says it; whatever is new in formats must be given one. */
static void
test_words (World *world, gconstpointer data)
{
  WAIT_FOR (world_shows (world, "home"));
  for (guint i = 0; i < kiosk_code_n_kinds; i++)
    {
      world_show (world, "scan-ready");
      show_problem (world, "other-kind", kiosk_code_kinds[i].name, "");
      WAIT_FOR (!world_says (world, "Hold the code inside"));
      g_test_message ("%s", kiosk_code_kinds[i].name);
      g_assert_false (world_says (world, "This code is for something else."));
    }
  show_problem (world, "other-kind", "unknown", "");
  WAIT_FOR (world_says (world, "This code is for something else."));
  for (guint i = 0; i <= KIOSK_CODE_ERROR_OTHER_KIND; i++)
    {
      world_show (world, "scan-ready");
      show_problem (world, kiosk_code_error_name (i), "bill", "");
      WAIT_FOR (!world_says (world, "Hold the code inside"));
    }
}

static void
test_link (World *world, gconstpointer data)
{
  WAIT_FOR (world_shows (world, "home"));
  show_problem (world, "other-kind", "link", "https://a.example/<b>\n\xE2\x80\xAExyz");
  WAIT_FOR (world_says (world, "https://a.example/<b>  xyz"));
  g_assert_true (world_says (world, "which we do not open"));
  show_problem (world, "other-kiosk", "", "k-0042");
  WAIT_FOR (world_says (world, "made at another terminal: k-0042."));
}

static void
test_way (World *world, gconstpointer data)
{
  world_show (world, "identify");
  g_assert_null (world_find (GTK_WIDGET (world->shell), "I have a receipt to check"));
  world_show (world, "identify-scan");
  WAIT_FOR (world_find (GTK_WIDGET (world->shell), "I have a receipt to check") != NULL);
  world_press (world, "I have a receipt to check");
  WAIT_FOR (fake_kioskd_last_act (world->kioskd) != NULL);
  g_assert_cmpstr (fake_kioskd_last_act (world->kioskd), ==, "scan wanted=receipt");
}

/* --- tones --- */

static void
update (World *world, const char *name, const char *says)
{
  fake_kioskd_update (world->kioskd, world_fixture (world, name));
  WAIT_FOR (world_says (world, says));
}

static void
test_once (World *world, gconstpointer data)
{
  guint taken = kiosk_sound_n_asked (KIOSK_TONE_TAKEN);
  guint wrong = kiosk_sound_n_asked (KIOSK_TONE_WRONG);
  world_show (world, "scan-ready");
  update (world, "scan-other-bill", "a bill.");
  g_assert_cmpuint (kiosk_sound_n_asked (KIOSK_TONE_WRONG), ==, wrong + 1);
  update (world, "scan-problem-damaged", "damaged."); /* no code more than before */
  world_press (world, "简体中文");
  WAIT_FOR (world_says (world, "已损坏"));
  g_assert_cmpuint (kiosk_sound_n_asked (KIOSK_TONE_WRONG), ==, wrong + 1);
  world_press (world, "English");
  WAIT_FOR (world_says (world, "damaged."));
  update (world, "scan-other-link", "web address");
  g_assert_cmpuint (kiosk_sound_n_asked (KIOSK_TONE_WRONG), ==, wrong + 2);
  g_assert_cmpuint (kiosk_sound_n_asked (KIOSK_TONE_TAKEN), ==, taken);
  world_show (world, "scan-ready");
  update (world, "scan-taken", "This is your receipt.");
  g_assert_cmpuint (kiosk_sound_n_asked (KIOSK_TONE_TAKEN), ==, taken + 1);
  g_assert_cmpuint (kiosk_sound_n_asked (KIOSK_TONE_WRONG), ==, wrong + 2);
}

/* What is told to ALSA as its configuration decides where tones go. */
static void
configure (const char *folder, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, "asound.conf", NULL);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  g_setenv ("ALSA_CONFIG_PATH", path, TRUE);
}

/* Plays it and waits; tones that were asked for before have gone. */
static void
hear (KioskTone tone)
{
  guint before = kiosk_sound_n_done ();
  kiosk_sound_play (tone);
  while (kiosk_sound_n_done () == before)
    g_thread_yield ();
}

static guint
crossings (const gint16 *samples, gsize n)
{
  guint found = 0;
  for (gsize i = 1; i < n; i++)
    found += samples[i - 1] < 0 && samples[i] >= 0;
  return found;
}

/* ALSA's own file writer takes the place of the loudspeaker. */
static void
test_heard (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("kiosk-sound-XXXXXX", &error);
  g_assert_no_error (error);
  g_autofree char *file = g_build_filename (folder, "heard.raw", NULL);
  g_autofree char *config = g_strdup_printf (
    "pcm.default { type file slave.pcm { type null } file \"%s\" format \"raw\" }\n", file);
  configure (folder, config);
  for (guint tone = 0; tone < KIOSK_N_TONES; tone++)
    {
      g_autofree gint16 *expected = g_new (gint16, KIOSK_TONE_MAX);
      g_autofree char *bytes = NULL;
      gsize length = 0;
      gsize n = kiosk_tone_render (tone, expected);
      g_assert_cmpuint (n, <=, KIOSK_TONE_MAX);
      hear (tone);
      g_assert_true (g_file_get_contents (file, &bytes, &length, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (length, >=, n * 2);
      g_assert_cmpint (memcmp (bytes, expected, n * 2), ==, 0);
      double hertz = crossings (expected, n) * (double)KIOSK_TONE_RATE_HZ / (double)n;
      g_test_message ("%u: %.0f Hz for %.2f s", tone, hertz, (double)n / KIOSK_TONE_RATE_HZ);
      g_assert_true (tone == KIOSK_TONE_TAKEN ? hertz > 600 : hertz < 250);
      g_unlink (file);
    }
  configure (folder, "# no device\n");
  hear (KIOSK_TONE_TAKEN);
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
  g_autofree char *path = g_build_filename (folder, "asound.conf", NULL);
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  stage_init (&argc, &argv);
  g_test_add_data_func ("/scan/tone/is-heard-and-a-silent-terminal-is-silent", NULL, test_heard);
  WORLD_TEST ("/scan/picture/is-drawn-when-it-is-new-and-not-otherwise", test_new_picture);
  WORLD_TEST ("/scan/picture/is-mirrored", test_mirror);
  WORLD_TEST ("/scan/picture/goes-with-the-camera", test_trouble);
  WORLD_TEST ("/scan/picture/is-not-kept", test_nothing_kept);
  WORLD_TEST ("/scan/preview/may-lie", test_lies);
  WORLD_TEST ("/scan/preview/is-asked-for-by-each-page", test_rebuilt);
  WORLD_TEST ("/scan/words/are-there-for-every-code", test_words);
  WORLD_TEST ("/scan/words/of-a-link-are-text", test_link);
  WORLD_TEST ("/scan/way/begins-at-identify", test_way);
  WORLD_TEST ("/scan/tone/sounds-once-for-each-code", test_once);
  return g_test_run ();
}
