/* Where in a picture each module of a code lies: perspective, and what bends beyond it. Private. */
#pragma once

#include <glib.h>

#include "devices/camera/finder.h"
#include "devices/camera/layout.h"

G_BEGIN_DECLS

/* Evened light around one code: 128 is neither dark nor light. */
typedef struct
{
  const KioskPicture *flat;
  KioskFramePoint origin; /* of flat, in the picture that the code was found in */
  gboolean inverted;
  float contrast; /* how far from 128 the code's own modules are */
} KioskScene;

/* From modules (0 to side) to pixels. */
typedef struct
{
  double m[8];
} KioskMap;

typedef struct
{
  const KioskLayout *layout;
  KioskMap map;
  gboolean bent;
  KioskFramePoint bend[7][7]; /* what lies beside the map at [row][column] of the layout's lines */
  double score;               /* how well what is fixed in a code is found: at most 1 */
} KioskGrid;

/* FALSE when four points make no quadrilateral. @modules and @pixels in the same order around. */
gboolean kiosk_map_from_points (const KioskFramePoint modules[4], const KioskFramePoint pixels[4],
                                KioskMap *ret_map);
KioskFramePoint kiosk_map_point (const KioskMap *map, double x, double y);

KioskFramePoint kiosk_grid_point (const KioskGrid *grid, double x, double y);
/* Light is above 0, dark below, −1 to 1 for what has the code's own contrast, more for glare. */
float kiosk_scene_value (const KioskScene *scene, KioskFramePoint at);

/* Sets @scene's contrast from the finders and fits a grid for the version of @layout. */
gboolean kiosk_grid_fit (KioskScene *scene, const KioskTriple *triple, const KioskLayout *layout,
                         KioskGrid *ret_grid);
/* Moves a fitted grid to where the score is highest, then onto each alignment pattern. */
void kiosk_grid_refine (const KioskScene *scene, KioskGrid *grid);

G_END_DECLS
