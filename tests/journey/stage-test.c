/* What the test programs that need the whole stage have in common. */
#include "stage-private.h"

#include <locale.h>

/* libatspi drops a string now and then when the tree changes while it is asked. The programs on the
 * stage are checked for leaks; the one that looks on is not. */
int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return 1;
}

static Stage *
new_for_test (int *argc, char ***argv, gboolean window)
{
  const StageOptions options = { .build = g_getenv ("KIOSK_BUILD"),
                                 .source = g_getenv ("KIOSK_SOURCE"),
                                 .headless = window,
                                 .window = window,
                                 .width = 1080,
                                 .height = 1920,
                                 .poll_ms = window ? 0 : 100 };
  g_autoptr (GError) error = NULL;
  Stage *stage;

  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (argc, argv, NULL);
  /* libatspi warns when a widget goes while it is asked about: no fault of anyone. */
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  stage = stage_new (&options, &error);
  g_assert_no_error (error);
  return stage;
}

Stage *
stage_new_for_test (int *argc, char ***argv)
{
  return new_for_test (argc, argv, TRUE);
}

Stage *
stage_new_for_test_without_window (int *argc, char ***argv)
{
  return new_for_test (argc, argv, FALSE);
}
