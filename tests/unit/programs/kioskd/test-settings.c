#include "programs/kioskd/settings.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

/* The file that is shipped is the table, written out. */
static void
test_shipped_file (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "..", "data",
                                            "settings", "kioskd.ini", NULL);
  g_autofree char *described = kiosk_house_settings_describe ();
  g_autofree char *shipped = NULL;

  g_assert_true (g_file_get_contents (path, &shipped, NULL, NULL));
  g_assert_cmpstr (described, ==, shipped);
}

static KioskSettings *
load (const char *content, GError **error)
{
  g_autofree char *folder = g_dir_make_tmp ("kiosk-settings-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "kioskd.ini", NULL);
  KioskSettings *settings;

  g_assert_true (g_file_set_contents (path, content, -1, NULL));
  settings = kiosk_house_settings_load (path, error);
  g_assert_cmpint (remove (path), ==, 0);
  g_assert_cmpint (remove (folder), ==, 0);
  return settings;
}

static void
test_least (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskSettings) settings = load ("[gateway]\nurl=https://gateway.example\n", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (kiosk_settings_string (settings, "paths", "state"), ==, "/var/lib/kioskd");
  g_assert_cmpstr (kiosk_settings_string (settings, "journey", "language"), ==, "zh_HK");
  g_assert_cmpint (kiosk_settings_integer (settings, "journey", "idle-seconds"), ==, 45);
}

/* Named from where one stands, the file's paths are still taken from its own folder. */
static void
test_relative (void)
{
  g_autofree char *folder = g_dir_make_tmp ("kiosk-settings-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "kioskd.ini", NULL);
  g_autofree char *before = g_get_current_dir ();
  g_autofree char *state = g_build_filename (folder, "state", NULL);
  g_autoptr (KioskSettings) settings = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (
    g_file_set_contents (path, "[paths]\nstate=state\n[gateway]\nurl=https://g\n", -1, NULL));
  g_assert_cmpint (g_chdir (folder), ==, 0);
  settings = kiosk_house_settings_load ("kioskd.ini", &error);
  g_assert_cmpint (g_chdir (before), ==, 0);
  g_assert_no_error (error);
  g_assert_cmpstr (kiosk_settings_string (settings, "paths", "state"), ==, state);
  g_assert_cmpint (remove (path), ==, 0);
  g_assert_cmpint (remove (folder), ==, 0);
}

static void
test_refused (void)
{
  const struct
  {
    const char *content;
    KioskSettingsError code;
    const char *names;
  } cases[] = {
    { "[paths]\nstate=x\n", KIOSK_SETTINGS_ERROR_MISSING, "url" },
    { "[gateway]\nurl=https://g\n[journey]\nlanguage=fr\n", KIOSK_SETTINGS_ERROR_MALFORMED,
      "language" },
    { "[gateway]\nurl=https://g\n[journey]\nidle-seconds=0\n", KIOSK_SETTINGS_ERROR_MALFORMED,
      "idle-seconds" },
    { "[gateway]\nurl=http://g\n", KIOSK_SETTINGS_ERROR_MALFORMED, "url" },
    { "[gateway]\nurl=https://g\npassword=x\n", KIOSK_SETTINGS_ERROR_UNKNOWN, "password" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (KioskSettings) settings = load (cases[i].content, &error);

      g_assert_null (settings);
      g_assert_error (error, KIOSK_SETTINGS_ERROR, (int)cases[i].code);
      g_assert_nonnull (strstr (error->message, "kioskd.ini"));
      g_assert_nonnull (strstr (error->message, cases[i].names));
      g_assert_null (strchr (error->message, '\n'));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kioskd/settings/shipped-file-is-the-table", test_shipped_file);
  g_test_add_func ("/kioskd/settings/little-must-be-said", test_least);
  g_test_add_func ("/kioskd/settings/paths-are-the-files-own", test_relative);
  g_test_add_func ("/kioskd/settings/refused-in-one-line-that-names-the-place", test_refused);
  return g_test_run ();
}
