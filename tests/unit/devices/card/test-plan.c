/* What is read, in which order. */
#include "devices/card/card-plan.h"
#include "formats/lds.h"

#define BIT(n) (1u << ((n)-1))

static void
assert_order (const KioskCardPlan *plan, const guint *groups, guint n_groups)
{
  g_assert_cmpuint (plan->n_files, ==, n_groups);
  for (guint i = 0; i < n_groups; i++)
    {
      g_assert_cmpuint (plan->files[i].group, ==, groups[i]);
      g_assert_cmpuint (plan->files[i].file, ==,
                        groups[i] == 0 ? KIOSK_LDS_EF_SOD : KIOSK_LDS_EF_DG (groups[i]));
    }
}

static void
test_order (void)
{
  static const guint before[] = { 0, 1, 14, 2 };
  static const guint after[] = { 0, 1, 11, 14, 7, 2 };
  const KioskCardProfile profile
    = { .required = BIT (1) | BIT (2) | BIT (14), .optional = BIT (7) | BIT (11) | BIT (12) };
  KioskCardPlan plan;

  kiosk_card_plan_init (&plan, &profile);
  assert_order (&plan, before, G_N_ELEMENTS (before));
  plan.files[0].bytes = 3000;
  kiosk_card_plan_refine (&plan, &profile, BIT (1) | BIT (2) | BIT (3) | BIT (7) | BIT (11));
  assert_order (&plan, after, G_N_ELEMENTS (after));
  g_assert_cmpuint (plan.files[0].bytes, ==, 3000);
  g_assert_cmpuint (kiosk_card_plan_bytes (&plan), >, 3000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/card/plan/the-name-first-the-pictures-last-nothing-unneeded", test_order);
  return g_test_run ();
}
