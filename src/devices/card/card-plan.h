/* What a reading reads, in which order (private): computed from the profile, then from what the
 * security object lists. */
#pragma once

#include "devices/card/card-profile.h"

G_BEGIN_DECLS

typedef struct
{
  guint16 file;
  guint group; /* 0: the security object */
  gsize maximum;
  gsize bytes;      /* guessed until the file's header tells */
  gboolean details; /* nobody waits for it: the reading does without if it cannot be had */
} KioskCardPlanned;

typedef struct
{
  KioskCardPlanned files[KIOSK_LDS_GROUPS + 1];
  guint n_files;
} KioskCardPlan;

/* The security object, which lists what there is: EF.COM would say no more. Then DG1, so that the
 * name is known while the rest comes; the short ones; last those with pictures. */
void kiosk_card_plan_init (KioskCardPlan *self, const KioskCardProfile *profile);
/* @listed: bit n − 1 for a data group of the security object. Optional groups are added, and go
 * where a shorter one than the pictures goes. @details: those of the profile come after everything
 * that a person waits for. */
void kiosk_card_plan_refine (KioskCardPlan *self, const KioskCardProfile *profile, guint16 listed,
                             gboolean details);
gsize kiosk_card_plan_bytes (const KioskCardPlan *self);

G_END_DECLS
