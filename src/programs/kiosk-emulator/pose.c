#include "pose.h"

#include <math.h>
#include <string.h>

#include "card.h"

#define MODULE_PX 4.0   /* as a phone is held */
#define WIDTH_PX  420.0 /* of what has no code */
#define VEIL      22.0  /* shades that the lens and the room lay over black */

static const struct
{
  const char *name;
  gsize offset;
  double least, most;
} keys[] = {
  { "module", G_STRUCT_OFFSET (KioskEmuPose, module), 0.5, 40 },
  { "width", G_STRUCT_OFFSET (KioskEmuPose, width), 20, 4000 },
  { "tilt", G_STRUCT_OFFSET (KioskEmuPose, tilt), -70, 70 },
  { "turn", G_STRUCT_OFFSET (KioskEmuPose, turn), -180, 180 },
  { "blur", G_STRUCT_OFFSET (KioskEmuPose, blur), 0, 8 },
  { "dim", G_STRUCT_OFFSET (KioskEmuPose, dim), 0, 100 },
  { "dark", G_STRUCT_OFFSET (KioskEmuPose, dark), 0, 1 },
  { "noise", G_STRUCT_OFFSET (KioskEmuPose, noise), 0, 40 },
  { "glare", G_STRUCT_OFFSET (KioskEmuPose, glare), 0, 100 },
  { "moire", G_STRUCT_OFFSET (KioskEmuPose, moire), 0, 100 },
  { "hand", G_STRUCT_OFFSET (KioskEmuPose, hand), 0, 30 },
  { "seed", G_STRUCT_OFFSET (KioskEmuPose, seed), 0, 1e9 },
};

static gboolean
refuse_key (const char *word, GError **error)
{
  g_autoptr (GString) names = g_string_new ("");

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_string_append_printf (names, "%s%s (%g to %g)", i == 0 ? "" : ", ", keys[i].name,
                            keys[i].least, keys[i].most);
  g_set_error (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_COMMAND, "%s: a key is one of %s", word,
               names->str);
  return FALSE;
}

static gboolean
parse_word (const char *word, KioskEmuPose *pose, GError **error)
{
  const char *equals = strchr (word, '=');
  gsize length = equals != NULL ? (gsize)(equals - word) : strlen (word);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      double value = 1;
      char *end = NULL;

      if (strlen (keys[i].name) != length || strncmp (keys[i].name, word, length) != 0)
        continue;
      if (equals != NULL)
        value = g_ascii_strtod (equals + 1, &end);
      if ((equals != NULL && (end == equals + 1 || *end != '\0')) || !(value >= keys[i].least)
          || !(value <= keys[i].most))
        return refuse_key (word, error);
      *(double *)G_STRUCT_MEMBER_P (pose, keys[i].offset) = value;
      return TRUE;
    }
  return refuse_key (word, error);
}

gboolean
kiosk_emu_pose_parse (char **words, KioskEmuPose *ret_pose, GError **error)
{
  KioskEmuPose pose = { .blur = 0.7, .noise = 3, .seed = 1 };

  for (; *words != NULL; words++)
    if (**words != '\0' && !parse_word (*words, &pose, error))
      return FALSE;
  *ret_pose = pose;
  return TRUE;
}

/* Pixels of the frame for one of the sheet. */
static gboolean
scale_of (const KioskEmuPose *self, const KioskEmuSheet *sheet, double *ret_scale, GError **error)
{
  double width = cairo_image_surface_get_width (sheet->surface);

  if (self->width > 0)
    *ret_scale = self->width / width;
  else if (sheet->module_px > 0)
    *ret_scale = (self->module > 0 ? self->module : MODULE_PX) / sheet->module_px;
  else if (self->module == 0)
    *ret_scale = WIDTH_PX / width;
  else
    {
      g_set_error_literal (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_COMMAND,
                           "module: no code is seen on it; say width");
      return FALSE;
    }
  return TRUE;
}

KioskEmuScene *
kiosk_emu_pose_scene (const KioskEmuPose *self, const KioskEmuSheet *sheet, double white,
                      GError **error)
{
  double width = cairo_image_surface_get_width (sheet->surface), scale;
  double height = cairo_image_surface_get_height (sheet->surface);
  KioskEmuLens lens = {
    .at_u = sheet->code_x / width,
    .at_v = sheet->code_y / height,
    .at_x = KIOSK_EMU_VIEW_WIDTH / 2.0,
    .at_y = KIOSK_EMU_VIEW_HEIGHT / 2.0,
    .tilt_deg = self->tilt,
    .turn_deg = self->turn,
    .focal_px = KIOSK_EMU_VIEW_FOCAL,
    .black = VEIL,
    .white = VEIL + (white - VEIL) * (1 - self->dim / 100),
    .blur_px = self->blur,
    .glare = self->glare / 100,
    .moire = self->moire / 100,
    .hand_px = self->hand,
    .seed = (guint32)self->seed,
  };

  if (!scale_of (self, sheet, &scale, error))
    return NULL;
  lens.width_px = width * scale;
  lens.height_px = height * scale;
  return kiosk_emu_scene_new (kiosk_emu_raster_from_surface (sheet->surface), &lens, self->noise);
}
