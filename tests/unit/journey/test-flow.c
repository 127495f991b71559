/* The flow's diagram is kept: a change of the journey is seen where it is reviewed. */
#include "journey/journey.h"
#include "journey/staff-journey.h"

static void
assert_golden (const char *name, const KioskFlowTable *table)
{
  g_autofree char *path = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "golden", name, NULL);
  g_autofree char *kept = NULL;
  g_autofree char *drawn = kiosk_flow_diagram (table);

  g_assert_true (g_file_get_contents (path, &kept, NULL, NULL));
  g_assert_cmpstr (drawn, ==, kept);
}

static void
test_golden (void)
{
  assert_golden ("citizen-flow.mmd", kiosk_journey_table ());
  assert_golden ("staff-flow.mmd", kiosk_staff_journey_table ());
}

/* A state that nothing leads to, or that nothing leads out of, is a mistake in the table. */
static void
assert_ways (const KioskFlowTable *table)
{
  for (int state = 0; state < table->n_states; state++)
    {
      gboolean in = state == 0, out = FALSE;

      for (gsize i = 0; i < table->n_rows; i++)
        {
          in |= table->rows[i].next == state && table->rows[i].state != state;
          out |= table->rows[i].state == state && table->rows[i].next != KIOSK_FLOW_STAY
                 && table->rows[i].next != state;
        }
      g_test_message ("%s", table->states[state]);
      g_assert_true (in);
      g_assert_true (out);
    }
}

static void
test_every_state_has_a_way_in_and_out (void)
{
  assert_ways (kiosk_journey_table ());
  assert_ways (kiosk_staff_journey_table ());
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/journey/flow/is-as-it-was-reviewed", test_golden);
  g_test_add_func ("/journey/flow/every-state-has-a-way-in-and-out",
                   test_every_state_has_a_way_in_and_out);
  return g_test_run ();
}
