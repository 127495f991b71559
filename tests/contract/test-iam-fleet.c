/* Two gateways on one PostgreSQL, many kiosks, many logins at once, and the core failing at random:
 * each answer reaches the one kiosk that asked, and no other; nothing stays half open; timestamps
 * never run back. In the everyday run a small selection of it, with -m thorough all. */
#include "iam-fleet.h"
#include <string.h>

static gint64
status_of (const char *status, const char *name)
{
  g_autofree char *begin = g_strdup_printf (" %s=", name);
  const char *found = strstr (status, begin);
  g_assert_nonnull (found);
  return g_ascii_strtoll (found + strlen (begin), NULL, 10);
}

/* What the order of requests cost, over both gateways. */
static void
tell_cost (Fleet *fleet, gint64 took_ms)
{
  gint64 turns = 0, waited_us = 0, held_us = 0;
  for (guint i = 0; i < 2; i++)
    {
      turns += iam_stage_counter (fleet->stage, i, "iam_turns");
      waited_us += iam_stage_counter (fleet->stage, i, "iam_waited_us");
      held_us += iam_stage_counter (fleet->stage, i, "iam_held_us");
    }
  g_test_message ("%u logins in %" G_GINT64_FORMAT " ms: %u done, %u failed, %u left, %u without a"
                  " code; %" G_GINT64_FORMAT " turns, %.1f ms held and %.1f ms waited each",
                  fleet->begun, took_ms, fleet->done, fleet->failed, fleet->left, fleet->refused,
                  turns, (double)held_us / 1000.0 / (double)turns,
                  (double)waited_us / 1000.0 / (double)turns);
}

static void
test_fleet (void)
{
  gboolean all = g_test_thorough ();
  guint kiosks = all ? 64 : 8, logins = all ? 1000 : 40;
  Fleet *fleet = fleet_new (kiosks, logins, (guint)g_test_rand_int_range (1, G_MAXINT32));
  gint64 began_us = g_get_monotonic_time ();
  fleet_run (fleet);
  tell_cost (fleet, (g_get_monotonic_time () - began_us) / 1000);
  g_autofree char *status = iam_stage_core (fleet->stage, "status");
  g_assert_cmpint (status_of (status, "replays"), ==, 0);
  g_assert_cmpuint (fleet->done + fleet->failed + fleet->left + fleet->refused, ==, logins);
  g_assert_cmpuint (fleet->done, >, logins / 3);
  g_assert_cmpuint (fleet->peeks, >, 0);
  g_autofree char *open
    = rig_ask (fleet->stage->rig, "SELECT count(*) FROM iam_sessions WHERE stage < 5");
  g_assert_cmpstr (g_strstrip (open), ==, "0");
  fleet_free (fleet);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/iam-fleet/each-answer-reaches-the-one-that-asked", test_fleet);
  return rig_test_run ();
}
