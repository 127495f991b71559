#include "photo.h"

#include <math.h>
#include <string.h>

#include "card.h"
#include "grain.h"
#include "lens.h"

/* A phone held upright, as its app looks at the pictures of its camera. */
#define WIDTH    1440
#define HEIGHT   1920
#define FOCAL_PX 1507.0      /* 65 degrees, top to bottom */
#define PIXEL_MM (25.4 / 96) /* of a terminal's screen */
#define BLACK    20
#define WHITE    228
#define ROOM     38 /* shade of what is around the screen */
#define BLUR_PX  0.8
#define NOISE    4.0
#define SEED     7
#define OVERLAP  0.5  /* of one aim and the next */
#define SIDE_MAX 4096 /* pixels of a screen: a few seconds of pointing about */

/* At first as it comes; who sees nothing steps back and holds it straighter. */
typedef struct
{
  double distance_mm, tilt_deg, turn_deg;
} Stance;

static const Stance stances[] = { { 350, 4, -3 }, { 400, 2, 1 } };

static double
scale_of (const Stance *stance)
{
  return PIXEL_MM * FOCAL_PX / stance->distance_mm;
}

/* What an aim at (@u, @v) of the screen sees. */
static KioskEmuLens
lens_of (const Stance *stance, const KioskEmuRaster *screen, double u, double v)
{
  return (KioskEmuLens){
    .width_px = screen->width * scale_of (stance),
    .height_px = screen->height * scale_of (stance),
    .at_u = u,
    .at_v = v,
    .at_x = WIDTH / 2.0,
    .at_y = HEIGHT / 2.0,
    .tilt_deg = stance->tilt_deg,
    .turn_deg = stance->turn_deg,
    .focal_px = FOCAL_PX,
    .black = BLACK,
    .white = WHITE,
    .blur_px = BLUR_PX,
  };
}

static gboolean
read_photo (const KioskEmuLens *lens, const KioskEmuRaster *prepared, const KioskEmuGrain *grain,
            KioskEmuCode *ret_code)
{
  g_autoptr (KioskEmuRaster) light = kiosk_emu_raster_new (WIDTH, HEIGHT);
  g_autoptr (KioskEmuRaster) photo = kiosk_emu_raster_new (WIDTH, HEIGHT);

  memset (light->luma, ROOM, (gsize)WIDTH * HEIGHT);
  kiosk_emu_lens_draw (lens, prepared, 0, light);
  kiosk_emu_grain_develop (grain, 0, light, photo);
  return kiosk_emu_code_find (photo, ret_code);
}

/* How many aims see all of so many pixels of the screen, one way. */
static guint
aims_for (guint pixels, guint photo, const Stance *stance)
{
  double seen = photo / scale_of (stance);

  return pixels <= seen ? 1 : 1 + (guint)ceil ((pixels - seen) / (seen * OVERLAP));
}

static gboolean
read_from (const Stance *stance, const KioskEmuRaster *screen, const KioskEmuGrain *grain,
           KioskEmuCode *ret_code)
{
  guint across = aims_for (screen->width, WIDTH, stance);
  guint down = aims_for (screen->height, HEIGHT, stance);
  KioskEmuLens lens = lens_of (stance, screen, 0.5, 0.5);
  g_autoptr (KioskEmuRaster) prepared = kiosk_emu_lens_prepare (&lens, screen);

  for (guint i = 0; i < across * down; i++)
    {
      lens = lens_of (stance, screen, (i % across + 0.5) / across, (i / across + 0.5) / down);
      if (read_photo (&lens, prepared, grain, ret_code))
        return TRUE;
    }
  return FALSE;
}

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_COMMAND, message);
  return FALSE;
}

gboolean
kiosk_emu_photo_read (cairo_surface_t *surface, KioskEmuCode *ret_code, GError **error)
{
  g_autoptr (KioskEmuRaster) screen = kiosk_emu_raster_from_surface (surface);
  g_autoptr (KioskEmuGrain) grain = kiosk_emu_grain_new ((gsize)WIDTH * HEIGHT, NOISE, SEED);

  if (MAX (screen->width, screen->height) > SIDE_MAX)
    return refuse (error, "a terminal's screen has at most 4096 pixels a side");
  for (guint i = 0; i < G_N_ELEMENTS (stances); i++)
    if (read_from (&stances[i], screen, grain, ret_code))
      return TRUE;
  return refuse (error, "the phone sees no code on the screen");
}
