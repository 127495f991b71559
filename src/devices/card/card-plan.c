#include "devices/card/card-plan.h"

#define SOD_MAX      (64 * 1024)
#define GROUP_MAX    (32 * 1024)
#define PORTRAIT_MAX (240 * 1024)

#define SOD_GUESS       2000
#define PORTRAIT_GUESS  16000
#define SIGNATURE_GUESS 4000
#define GROUP_GUESS     300

#define PORTRAIT  2
#define SIGNATURE 7 /* as a picture */

static gboolean
wants (guint16 groups, guint number)
{
  return (groups >> (number - 1) & 1) != 0;
}

static void
add (KioskCardPlan *self, guint group)
{
  KioskCardPlanned *planned = &self->files[self->n_files++];

  *planned = (KioskCardPlanned){ .file = group == 0 ? KIOSK_LDS_EF_SOD : KIOSK_LDS_EF_DG (group),
                                 .group = group,
                                 .maximum = GROUP_MAX,
                                 .bytes = GROUP_GUESS };
  if (group == 0)
    {
      planned->maximum = SOD_MAX;
      planned->bytes = SOD_GUESS;
    }
  else if (group == PORTRAIT)
    {
      planned->maximum = PORTRAIT_MAX;
      planned->bytes = PORTRAIT_GUESS;
    }
  else if (group == SIGNATURE)
    planned->bytes = SIGNATURE_GUESS;
}

/* Short ones first. */
static void
add_all (KioskCardPlan *self, guint16 groups)
{
  for (guint number = 1; number <= KIOSK_LDS_GROUPS; number++)
    if (wants (groups, number) && number != PORTRAIT && number != SIGNATURE)
      add (self, number);
  if (wants (groups, SIGNATURE))
    add (self, SIGNATURE);
  if (wants (groups, PORTRAIT))
    add (self, PORTRAIT);
}

void
kiosk_card_plan_init (KioskCardPlan *self, const KioskCardProfile *profile)
{
  self->n_files = 0;
  add (self, 0);
  add_all (self, profile->required);
}

void
kiosk_card_plan_refine (KioskCardPlan *self, const KioskCardProfile *profile, guint16 listed,
                        gboolean details)
{
  guint16 groups = (guint16)(profile->required | (profile->optional & listed));
  guint n_files;

  self->n_files = 1; /* the security object, whose length is known by now */
  add_all (self, groups);
  n_files = self->n_files;
  if (details)
    add_all (self, (guint16)(profile->details & listed & ~groups));
  for (guint i = n_files; i < self->n_files; i++)
    self->files[i].details = TRUE;
}

gsize
kiosk_card_plan_bytes (const KioskCardPlan *self)
{
  gsize bytes = 0;

  for (guint i = 0; i < self->n_files; i++)
    bytes += self->files[i].bytes;
  return bytes;
}
