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

  *planned = (KioskCardPlanned){ group == 0 ? KIOSK_LDS_EF_SOD : KIOSK_LDS_EF_DG (group), group,
                                 GROUP_MAX, GROUP_GUESS };
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

static void
lay_out (KioskCardPlan *self, guint16 groups)
{
  self->n_files = 0;
  add (self, 0);
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
  lay_out (self, profile->required);
}

void
kiosk_card_plan_refine (KioskCardPlan *self, const KioskCardProfile *profile, guint16 listed)
{
  gsize sod_bytes = self->files[0].bytes;

  lay_out (self, (guint16)(profile->required | (profile->optional & listed)));
  self->files[0].bytes = sod_bytes;
}

gsize
kiosk_card_plan_bytes (const KioskCardPlan *self)
{
  gsize bytes = 0;

  for (guint i = 0; i < self->n_files; i++)
    bytes += self->files[i].bytes;
  return bytes;
}
