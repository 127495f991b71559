#include "base/clock.h"

typedef struct
{
  KioskClock *clock;
  GString *order;
} Fixture;

static void
note_a (gpointer data)
{
  Fixture *fixture = data;

  g_string_append_printf (fixture->order, "a%" G_GINT64_FORMAT " ",
                          kiosk_clock_wall_ms (fixture->clock));
}

static void
note_b_and_add (gpointer data)
{
  Fixture *fixture = data;

  g_string_append (fixture->order, "b ");
  kiosk_clock_add_timeout (fixture->clock, 5, note_a, fixture);
}

static void
test_never_runs_below_the_floor (void)
{
  g_autoptr (KioskClock) clock = kiosk_clock_new_manual (1000);

  kiosk_clock_raise_floor (clock, 5000);
  g_assert_cmpint (kiosk_clock_wall_ms (clock), ==, 5000);
  kiosk_clock_raise_floor (clock, 2000);
  g_assert_cmpint (kiosk_clock_wall_ms (clock), ==, 5000);
  g_assert_true (kiosk_clock_is_behind (clock, 3999));
  g_assert_false (kiosk_clock_is_behind (clock, 4000));
  kiosk_clock_set_wall (clock, 9000);
  g_assert_cmpint (kiosk_clock_wall_ms (clock), ==, 9000);
}

static void
test_timers_fire_in_order_of_due_time (void)
{
  g_autoptr (KioskClock) clock = kiosk_clock_new_manual (0);
  g_autoptr (GString) order = g_string_new (NULL);
  Fixture fixture = { clock, order };
  guint cancelled;

  kiosk_clock_add_timeout (clock, 20, note_a, &fixture);
  kiosk_clock_add_timeout (clock, 10, note_b_and_add, &fixture);
  cancelled = kiosk_clock_add_timeout (clock, 12, note_a, &fixture);
  kiosk_clock_cancel (clock, cancelled);
  kiosk_clock_cancel (clock, 0);
  kiosk_clock_advance (clock, 9);
  g_assert_cmpstr (order->str, ==, "");
  kiosk_clock_advance (clock, 100);
  g_assert_cmpstr (order->str, ==, "b a15 a20 ");
  g_assert_cmpint (kiosk_clock_steady_us (clock), ==, 109000);
}

static void
quit (gpointer data)
{
  g_main_loop_quit (data);
}

static void
test_a_system_timer_fires_and_a_cancelled_one_does_not (void)
{
  g_autoptr (KioskClock) clock = kiosk_clock_new_system ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GString) order = g_string_new (NULL);
  Fixture fixture = { clock, order };
  guint cancelled = kiosk_clock_add_timeout (clock, 0, note_a, &fixture);

  kiosk_clock_cancel (clock, cancelled);
  kiosk_clock_add_timeout (clock, 1, quit, loop);
  g_main_loop_run (loop);
  g_assert_cmpstr (order->str, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clock/never-runs-below-the-floor", test_never_runs_below_the_floor);
  g_test_add_func ("/clock/timers-fire-in-order-of-due-time",
                   test_timers_fire_in_order_of_due_time);
  g_test_add_func ("/clock/a-system-timer-fires-and-a-cancelled-one-does-not",
                   test_a_system_timer_fires_and_a_cancelled_one_does_not);
  return g_test_run ();
}
