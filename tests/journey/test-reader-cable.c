/* The card reader's cable is pulled in front of a person: the page says so, and is as it was when
 * the cable is back. */
#include "citizen.h"

#include <string.h>

#define BACK_MS 3000

static Stage *stage;

static void
hand (const char *command)
{
  g_autoptr (GError) error = NULL;

  stage_hand (stage, command, &error);
  g_assert_no_error (error);
}

static void
await_reader (Citizen *citizen, const char *state)
{
  g_autoptr (GError) error = NULL;

  citizen_await_reader (citizen, state, &error);
  g_assert_no_error (error);
}

static void
plug (Citizen *citizen)
{
  gint64 began_us = g_get_monotonic_time ();
  gint64 took_ms;

  hand ("reader plug");
  await_reader (citizen, "ready");
  took_ms = (g_get_monotonic_time () - began_us) / 1000;
  g_test_message ("back after %" G_GINT64_FORMAT " ms", took_ms);
  g_assert_cmpint (took_ms, <, BACK_MS);
}

static void
test_before_the_card (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Citizen) citizen = citizen_new (stage, &error);

  g_assert_no_error (error);
  citizen_go (citizen, "identify", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 3; i++)
    {
      await_reader (citizen, "ready");
      hand ("reader unplug");
      await_reader (citizen, "missing");
      plug (citizen);
    }
  hand ("place good");
  citizen_go (citizen, "services", &error);
  g_assert_no_error (error);
  hand ("remove");
}

/* A chip that takes seconds over one answer, and the cable is pulled meanwhile. */
static void
test_amid_the_reading (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Citizen) citizen = citizen_new (stage, &error);

  g_assert_no_error (error);
  citizen_go (citizen, "identify", &error);
  g_assert_no_error (error);
  await_reader (citizen, "ready");
  hand ("fault slow at 10");
  hand ("place good");
  citizen_go (citizen, "reading", &error);
  g_assert_no_error (error);
  hand ("reader unplug");
  g_assert_false (citizen_go (citizen, "services", &error));
  g_assert_error (error, STAGE_ERROR, STAGE_ERROR_SCENE);
  g_assert_nonnull (strstr (error->message, "“card-problem” says “no-reader”"));
  hand ("remove");
  hand ("reader plug");
}

int
main (int argc, char **argv)
{
  int failed;

  stage = stage_new_for_test_without_window (&argc, &argv);
  g_test_add_func ("/reader-cable/the-page-says-that-the-reader-is-missing-and-heals",
                   test_before_the_card);
  g_test_add_func ("/reader-cable/pulled-amid-a-reading-is-a-page-of-its-own",
                   test_amid_the_reading);
  failed = g_test_run ();
  stage_free (stage);
  return failed;
}
