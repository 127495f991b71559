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

#define KIOSK_GRID_NODES 13

/* A map, and what a bent code adds to it: modules by which its own place lies beside the map's, at
 * nodes [row][column] that are evenly spread over the code. */
typedef struct
{
  const KioskLayout *layout;
  KioskMap map;
  guint nodes; /* a side; 0 for a flat code */
  KioskFramePoint bend[KIOSK_GRID_NODES][KIOSK_GRID_NODES];
  double score; /* how well what is fixed in a code is found: at most 1 */
} KioskGrid;

/* FALSE when four points make no quadrilateral. @modules and @pixels in the same order around. */
gboolean kiosk_map_from_points (const KioskFramePoint modules[4], const KioskFramePoint pixels[4],
                                KioskMap *ret_map);
KioskFramePoint kiosk_map_point (const KioskMap *map, double x, double y);

KioskFramePoint kiosk_grid_point (const KioskGrid *grid, double x, double y);
/* Pixels of one module along the rows and along the columns at @x, @y. */
void kiosk_grid_axes (const KioskGrid *grid, double x, double y, KioskFramePoint *ret_u,
                      KioskFramePoint *ret_v);
double kiosk_grid_score (const KioskScene *scene, const KioskGrid *grid);
/* Light is above 0, dark below, −1 to 1 for what has the code's own contrast, more for glare. */
float kiosk_scene_value (const KioskScene *scene, KioskFramePoint at);

/* Sets @scene's contrast from the finders and fits a grid for the version of @layout. */
gboolean kiosk_grid_fit (KioskScene *scene, const KioskTriple *triple, const KioskLayout *layout,
                         KioskGrid *ret_grid);
/* Moves a fitted grid to where the score is highest. */
void kiosk_grid_refine (const KioskScene *scene, KioskGrid *grid);
/* Bends a grid as the code is bent; FALSE, and nothing is changed, if that makes it no better. */
gboolean kiosk_grid_bend (const KioskScene *scene, const KioskTriple *triple, KioskGrid *grid);

/* The best place for an alignment pattern within @reach modules of @from, in modules beside it, and
 * how much it looks like one: 1 at best. @u, @v: one module. */
float kiosk_grid_find_alignment (const KioskScene *scene, KioskFramePoint from, KioskFramePoint u,
                                 KioskFramePoint v, double reach, double step,
                                 KioskFramePoint *ret_beside);

G_END_DECLS
