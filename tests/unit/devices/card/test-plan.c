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
  kiosk_card_plan_refine (&plan, &profile, BIT (1) | BIT (2) | BIT (3) | BIT (7) | BIT (11), FALSE);
  assert_order (&plan, after, G_N_ELEMENTS (after));
  g_assert_cmpuint (plan.files[0].bytes, ==, 3000);
  g_assert_cmpuint (kiosk_card_plan_bytes (&plan), >, 3000);
}

/* Only for whoever asks, only what there is, and only once everything else is read. */
static void
test_details (void)
{
  static const guint everyday[] = { 0, 1, 11, 2 };
  static const guint closer[] = { 0, 1, 11, 2, 12, 7 };
  const KioskCardProfile profile = { .required = BIT (1) | BIT (2),
                                     .optional = BIT (11),
                                     .details = BIT (2) | BIT (7) | BIT (12) | BIT (16) };
  const guint16 listed = BIT (1) | BIT (2) | BIT (7) | BIT (11) | BIT (12);
  KioskCardPlan plan;

  kiosk_card_plan_init (&plan, &profile);
  kiosk_card_plan_refine (&plan, &profile, listed, FALSE);
  assert_order (&plan, everyday, G_N_ELEMENTS (everyday));
  kiosk_card_plan_refine (&plan, &profile, listed, TRUE);
  assert_order (&plan, closer, G_N_ELEMENTS (closer));
  for (guint i = 0; i < plan.n_files; i++)
    g_assert_cmpint (plan.files[i].details, ==, i >= G_N_ELEMENTS (everyday));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/card/plan/the-name-first-the-pictures-last-nothing-unneeded", test_order);
  g_test_add_func ("/card/plan/details-only-for-whoever-asks-and-last", test_details);
  return g_test_run ();
}
