#include "view.h"

#include <math.h>
#include <string.h>

#include "grain.h"
#include "hall.h"

#define CORNER_LIGHT 0.72 /* of what the middle has */
#define NOISE        3.0  /* shades, of the sensor that looks into the hall */
#define COVERED      4    /* shades that leak past a hand */

struct _KioskEmuView
{
  KioskEmuRaster *hall;
  KioskEmuRaster *still; /* without noise */
  KioskEmuRaster *frame;
  guint8 *vignette; /* in 255ths */
  KioskEmuScene *scene;
  KioskEmuRaster *prepared;
  KioskEmuGrain *grain;
  gboolean is_drawn; /* still is what @scene looks like for good */
};

KioskEmuScene *
kiosk_emu_scene_new (KioskEmuRaster *picture, const KioskEmuLens *lens, double noise)
{
  KioskEmuScene *self = g_atomic_rc_box_new0 (KioskEmuScene);

  self->picture = picture;
  self->lens = *lens;
  self->noise = noise;
  return self;
}

KioskEmuScene *
kiosk_emu_scene_new_hall (void)
{
  return kiosk_emu_scene_new (NULL, &(const KioskEmuLens){ .seed = 1 }, NOISE);
}

KioskEmuScene *
kiosk_emu_scene_ref (KioskEmuScene *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
scene_clear (gpointer data)
{
  KioskEmuScene *self = data;

  kiosk_emu_raster_free (self->picture);
}

void
kiosk_emu_scene_unref (KioskEmuScene *self)
{
  g_atomic_rc_box_release_full (self, scene_clear);
}

/* The fourth power of the cosine, as light falls through any lens. */
static guint8 *
make_vignette (void)
{
  const double w = KIOSK_EMU_VIEW_WIDTH, h = KIOSK_EMU_VIEW_HEIGHT;
  guint8 *vignette = g_malloc ((gsize)KIOSK_EMU_VIEW_WIDTH * KIOSK_EMU_VIEW_HEIGHT);
  double tangent = (1 / sqrt (CORNER_LIGHT) - 1) / ((w * w + h * h) / 4);

  for (int y = 0; y < KIOSK_EMU_VIEW_HEIGHT; y++)
    for (int x = 0; x < KIOSK_EMU_VIEW_WIDTH; x++)
      {
        double away = pow (x - w / 2, 2) + pow (y - h / 2, 2);

        vignette[y * KIOSK_EMU_VIEW_WIDTH + x] = (guint8)lrint (255 / pow (1 + away * tangent, 2));
      }
  return vignette;
}

KioskEmuView *
kiosk_emu_view_new (void)
{
  KioskEmuView *self = g_new0 (KioskEmuView, 1);

  self->hall = kiosk_emu_hall_new (KIOSK_EMU_VIEW_WIDTH, KIOSK_EMU_VIEW_HEIGHT);
  self->still = kiosk_emu_raster_new (KIOSK_EMU_VIEW_WIDTH, KIOSK_EMU_VIEW_HEIGHT);
  self->frame = kiosk_emu_raster_new (KIOSK_EMU_VIEW_WIDTH, KIOSK_EMU_VIEW_HEIGHT);
  self->vignette = make_vignette ();
  return self;
}

static void
forget_scene (KioskEmuView *self)
{
  g_clear_pointer (&self->scene, kiosk_emu_scene_unref);
  g_clear_pointer (&self->prepared, kiosk_emu_raster_free);
  g_clear_pointer (&self->grain, kiosk_emu_grain_free);
  self->is_drawn = FALSE;
}

void
kiosk_emu_view_free (KioskEmuView *self)
{
  if (self == NULL)
    return;
  forget_scene (self);
  kiosk_emu_raster_free (self->hall);
  kiosk_emu_raster_free (self->still);
  kiosk_emu_raster_free (self->frame);
  g_free (self->vignette);
  g_free (self);
}

static void
take_scene (KioskEmuView *self, KioskEmuScene *scene)
{
  if (self->scene == scene)
    return;
  forget_scene (self);
  self->scene = kiosk_emu_scene_ref (scene);
  self->grain = kiosk_emu_grain_new ((gsize)KIOSK_EMU_VIEW_WIDTH * KIOSK_EMU_VIEW_HEIGHT,
                                     scene->noise, scene->lens.seed);
  if (scene->picture != NULL)
    self->prepared = kiosk_emu_lens_prepare (&scene->lens, scene->picture);
}

static void
draw_still (KioskEmuView *self, guint64 number)
{
  memcpy (self->still->luma, self->hall->luma, kiosk_emu_raster_size (self->hall));
  if (self->prepared != NULL)
    kiosk_emu_lens_draw (&self->scene->lens, self->prepared, (double)number / KIOSK_EMU_VIEW_RATE,
                         self->still);
  for (gsize i = 0; i < (gsize)KIOSK_EMU_VIEW_WIDTH * KIOSK_EMU_VIEW_HEIGHT; i++)
    self->still->luma[i] = (guint8)((self->still->luma[i] * self->vignette[i] + 127) / 255);
}

static void
draw_covered (KioskEmuView *self)
{
  gsize pixels = (gsize)KIOSK_EMU_VIEW_WIDTH * KIOSK_EMU_VIEW_HEIGHT;

  memset (self->still->luma, COVERED, pixels);
  memset (self->still->blue, KIOSK_EMU_RASTER_GREY, kiosk_emu_raster_size (self->still) - pixels);
}

const KioskEmuRaster *
kiosk_emu_view_frame (KioskEmuView *self, KioskEmuScene *scene, guint64 number, gboolean is_covered)
{
  take_scene (self, scene);
  if (is_covered)
    {
      draw_covered (self);
      self->is_drawn = FALSE;
    }
  else if (!self->is_drawn)
    {
      draw_still (self, number);
      self->is_drawn = self->prepared == NULL || scene->lens.hand_px <= 0;
    }
  kiosk_emu_grain_develop (self->grain, number, self->still, self->frame);
  return self->frame;
}
