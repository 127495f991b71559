/* Where a QR code of a version has what does not depend on its data. Private to the room.
 * Source: ISO/IEC 18004:2015, 6.3 and 7.9 to 7.10, annex E. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_LAYOUT_VERSIONS 40
#define KIOSK_LAYOUT_MAX_SIDE 177
#define KIOSK_LAYOUT_FORMATS  32

typedef struct
{
  guint8 x, y;
  gint8 sign; /* 1 light, −1 dark */
} KioskLayoutModule;

typedef struct
{
  guint version, side;
  guint lines[7]; /* columns, and rows, on which alignment patterns have their centres */
  guint line_count;
  KioskLayoutModule *fixed; /* finders and what parts them, timing, alignment, the dark module */
  guint fixed_count;
} KioskLayout;

KioskLayout *kiosk_layout_new (guint version);
void kiosk_layout_free (KioskLayout *layout);

/* The fifteen modules of one copy of format @index (0 to 31). @copy is 0 or 1. */
void kiosk_layout_format (const KioskLayout *layout, guint index, guint copy,
                          KioskLayoutModule ret_modules[15]);
/* The version's own 2 × 18 modules; 0 below version 7. */
guint kiosk_layout_version_modules (const KioskLayout *layout, KioskLayoutModule ret_modules[36]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskLayout, kiosk_layout_free)

G_END_DECLS
