/* kiosk-emulator as a program, and libnfc's own tool as its witness. */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "bench.h"

/* (transfer full): what it wrote to standard output and, merged, to standard error. */
static char *
run (char **environment, int *ret_status, char **ret_errors, const char *first, ...)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  const char *argument = first;
  char *output = NULL;
  va_list rest;

  va_start (rest, first);
  do
    {
      g_ptr_array_add (arguments, (gpointer)argument);
      argument = va_arg (rest, const char *);
    }
  while (argument != NULL);
  va_end (rest);
  g_ptr_array_add (arguments, NULL);
  g_spawn_sync (NULL, (char **)arguments->pdata, environment, G_SPAWN_SEARCH_PATH, NULL, NULL,
                &output, ret_errors, ret_status, &error);
  g_assert_no_error (error);
  return output;
}

/* One line that says why, on standard error alone. */
static void
assert_refused (const char *first, const char *second, const char *third, const char *fourth)
{
  g_autofree char *errors = NULL;
  g_autofree char *output = NULL;
  int status = 0;

  output = run (NULL, &status, &errors, g_getenv ("EMULATOR"), first, second, third, fourth, NULL);
  g_test_message ("%s", g_strchomp (errors));
  g_assert_false (g_spawn_check_wait_status (status, NULL));
  g_assert_cmpstr (output, ==, "");
  g_assert_true (g_str_has_prefix (errors, "kiosk-emulator: "));
  g_assert_null (strchr (errors, '\n'));
}

static void
test_refusals (void)
{
  assert_refused (NULL, NULL, NULL, NULL);
  assert_refused ("personalise", NULL, NULL, NULL);
  assert_refused ("personalise", "/proc/nowhere", NULL, NULL);
  assert_refused ("dance", NULL, NULL, NULL);
  assert_refused ("--cards=/nonexistent", "--control=/nonexistent/control", NULL, NULL);
  assert_refused ("--cards=/nonexistent", "--control=/tmp/kiosk-refused", "--frame=4", NULL);
  assert_refused ("--colour=red", NULL, NULL, NULL);
  assert_refused ("bench", "--control=/nonexistent/control", NULL, NULL);
}

static void
test_version (void)
{
  g_autofree char *errors = NULL;
  g_autofree char *output = NULL;
  int status = 0;

  output = run (NULL, &status, &errors, g_getenv ("EMULATOR"), "--version", NULL);
  g_assert_true (g_spawn_check_wait_status (status, NULL));
  g_assert_true (g_str_has_prefix (output, "kiosk-emulator "));
  g_assert_cmpstr (errors, ==, "");
}

static void
test_nfc_list (void)
{
  Bench bench;
  g_auto (GStrv) environment = g_get_environ ();
  g_autofree char *uid = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *errors = NULL;
  int status = 0;

  bench_init (&bench);
  uid = bench_card_value (&bench, "good", "radio", "uid");
  environment = g_environ_setenv (environment, "LIBNFC_DEFAULT_DEVICE", bench.device, TRUE);
  before = run (environment, &status, NULL, "nfc-list", NULL);
  g_assert_nonnull (strstr (before, "NFC device"));
  g_assert_null (strstr (before, "UID"));
  bench_do (&bench, "place good");
  after = run (environment, &status, &errors, "nfc-list", NULL);
  g_assert_nonnull (strstr (after, "1 ISO14443A passive target"));
  for (int i = 0; i < 4; i++) /* "08  11  a0  c1" */
    g_assert_nonnull (strstr (after, (char[]){ uid[2 * i], uid[2 * i + 1], ' ', 0 }));
  g_assert_nonnull (strstr (after, "80  57  48  4b  49  44  53  49  4d")); /* "WHKIDSIM" */
  bench_clear (&bench);
}

static void
test_signal (void)
{
  Bench bench;
  g_autoptr (GError) error = NULL;
  g_autofree char *socket = NULL;

  bench_init (&bench);
  socket = g_build_filename (bench.folder, "control", NULL);
  g_assert_true (g_file_test (socket, G_FILE_TEST_EXISTS));
  stage_process_stop (bench.emulator, SIGTERM, &error);
  g_assert_no_error (error);
  g_assert_false (g_file_test (socket, G_FILE_TEST_EXISTS));
  bench_clear (&bench);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_unsetenv ("DISPLAY");
  g_unsetenv ("WAYLAND_DISPLAY");
  g_test_add_func ("/emulator/program/refuses-in-one-line", test_refusals);
  g_test_add_func ("/emulator/program/says-its-version", test_version);
  g_test_add_func ("/emulator/program/is-a-reader-to-unchanged-libnfc", test_nfc_list);
  g_test_add_func ("/emulator/program/leaves-cleanly-when-told", test_signal);
  return g_test_run ();
}
