/* A code's modules as measured, and as a clean picture of them. Private to the room. */
#pragma once

#include <glib.h>

#include "devices/camera/grid.h"

G_BEGIN_DECLS

typedef struct
{
  guint side;
  float value[KIOSK_LAYOUT_MAX_SIDE * KIOSK_LAYOUT_MAX_SIDE]; /* above 0 is light */
} KioskModules;

/* Several ways to tell light from dark, each for another trouble. */
typedef enum
{
  KIOSK_MODULES_LOCAL, /* against the light and the dark around */
  KIOSK_MODULES_SHARP, /* the same after taking out a little of what neighbours have spilled */
  KIOSK_MODULES_PLAIN, /* as measured */
  KIOSK_MODULES_WAYS,
} KioskModulesWay;

void kiosk_modules_measure (KioskModules *self, const KioskScene *scene, const KioskGrid *grid);
/* Rows become columns: a code seen in a mirror. */
void kiosk_modules_mirror (KioskModules *self);

/* The likeliest format of 32, and how well it fits: 1 at best, about 0.4 by chance. */
guint
kiosk_modules_find_format (const KioskModules *self, const KioskLayout *layout, double *ret_score);

/* Changes what is above 0 in the way asked for. @out and @self are not the same. */
void kiosk_modules_decide (KioskModules *out, const KioskModules *self, KioskModulesWay way);
/* Takes out what neighbours have spilled, as far as fixed modules show how much it is; of modules
 * that were measured on the picture as it is. */
void kiosk_modules_deblur (KioskModules *out, const KioskModules *self, const KioskLayout *layout);

/* The code as printed, with margin: two pixels a module, because ZBar then takes no data for a
 * finder (it asks for three lines of one) and reads ten times as fast. What does not depend on the
 * data is drawn as it must be. */
void kiosk_modules_draw (const KioskModules *self, const KioskLayout *layout, guint format,
                         KioskPicture *out);

G_END_DECLS
