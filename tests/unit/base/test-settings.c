#include "base/settings.h"

#include <glib/gstdio.h>
#include <string.h>

static const KioskSettingSpec specs[] = {
  { "nfc", "device", KIOSK_SETTING_STRING, NULL, 1, 200, "libnfc connection string" },
  { "session", "idle", KIOSK_SETTING_INTEGER, "45", 10, 600, "seconds" },
  { "session", "sound", KIOSK_SETTING_BOOLEAN, "true", 0, 0, "true or false" },
  { "store", "folder", KIOSK_SETTING_PATH, "state", 1, 4096, "folder" },
  { "gateway", "uri", KIOSK_SETTING_URI, "https://localhost", 1, 2048, "where the gateway is" },
};

static KioskSettings *
load (const char *text, char **ret_path, GError **error)
{
  g_autofree char *folder = g_dir_make_tmp ("kiosk-settings-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "kioskd.ini", NULL);
  KioskSettings *settings;

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  settings = kiosk_settings_load (path, specs, G_N_ELEMENTS (specs), error);
  g_unlink (path);
  g_rmdir (folder);
  if (ret_path != NULL)
    *ret_path = g_steal_pointer (&folder);
  return settings;
}

static void
test_what_is_left_out_takes_its_fallback (void)
{
  g_autofree char *folder = NULL;
  g_autofree char *state = NULL;
  g_autoptr (KioskSettings) settings
    = load ("[nfc]\ndevice=pn532_uart:/dev/ttyUSB0\n[session]\nsound=false\n", &folder, NULL);

  g_assert_nonnull (settings);
  state = g_build_filename (folder, "state", NULL);
  g_assert_cmpstr (kiosk_settings_string (settings, "nfc", "device"), ==,
                   "pn532_uart:/dev/ttyUSB0");
  g_assert_cmpint (kiosk_settings_integer (settings, "session", "idle"), ==, 45);
  g_assert_false (kiosk_settings_boolean (settings, "session", "sound"));
  g_assert_cmpstr (kiosk_settings_string (settings, "store", "folder"), ==, state);
}

static void
test_bad_files_are_refused_in_one_line (void)
{
  static const struct
  {
    const char *text;
    KioskSettingsError code;
    const char *says;
  } cases[] = {
    { "", KIOSK_SETTINGS_ERROR_MISSING, "[nfc] device: is missing" },
    { "[nfc]\ndevice=\n", KIOSK_SETTINGS_ERROR_MALFORMED, "too short" },
    { "[nfc]\ndevice=a\ncolour=red\n", KIOSK_SETTINGS_ERROR_UNKNOWN, "[nfc] colour: no such" },
    { "[nfc]\ndevice=a\n[moon]\nphase=full\n", KIOSK_SETTINGS_ERROR_UNKNOWN, "[moon] phase" },
    { "[nfc]\ndevice=a\n[session]\nidle=9\n", KIOSK_SETTINGS_ERROR_MALFORMED, "from 10 to 600" },
    { "[nfc]\ndevice=a\n[session]\nidle=soon\n", KIOSK_SETTINGS_ERROR_MALFORMED, "whole number" },
    { "[nfc]\ndevice=a\n[session]\nsound=yes\n", KIOSK_SETTINGS_ERROR_MALFORMED, "true or false" },
    { "[nfc]\ndevice=a\n[gateway]\nuri=::\n", KIOSK_SETTINGS_ERROR_MALFORMED, "must be a URI" },
    { "device\n", KIOSK_SETTINGS_ERROR_MALFORMED, "not a settings file" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (load (cases[i].text, NULL, &error));
      g_assert_error (error, KIOSK_SETTINGS_ERROR, (int)cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].says));
      g_assert_nonnull (strstr (error->message, "kioskd.ini"));
      g_assert_null (strchr (error->message, '\n'));
    }
}

static void
test_a_file_a_thousand_times_too_big_is_refused (void)
{
  g_autofree char *text = g_strnfill (64 * 1024 * 1000, '#');
  g_autoptr (GError) error = NULL;

  g_assert_null (load (text, NULL, &error));
  g_assert_error (error, KIOSK_SETTINGS_ERROR, KIOSK_SETTINGS_ERROR_MALFORMED);
}

static void
test_a_missing_file_is_named (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (
    kiosk_settings_load ("/nonexistent/kioskd.ini", specs, G_N_ELEMENTS (specs), &error));
  g_assert_error (error, KIOSK_SETTINGS_ERROR, KIOSK_SETTINGS_ERROR_MISSING);
  g_assert_nonnull (strstr (error->message, "/nonexistent/kioskd.ini"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/settings/what-is-left-out-takes-its-fallback",
                   test_what_is_left_out_takes_its_fallback);
  g_test_add_func ("/settings/bad-files-are-refused-in-one-line",
                   test_bad_files_are_refused_in_one_line);
  g_test_add_func ("/settings/a-file-a-thousand-times-too-big-is-refused",
                   test_a_file_a_thousand_times_too_big_is_refused);
  g_test_add_func ("/settings/a-missing-file-is-named", test_a_missing_file_is_named);
  return g_test_run ();
}
