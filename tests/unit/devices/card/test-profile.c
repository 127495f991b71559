#include <glib/gstdio.h>
#include <string.h>

#include "base/settings.h"
#include "devices/card/card-profile.h"

#define SHIPPED "../../data/cards"

static GPtrArray *
shipped (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, SHIPPED, NULL);
  g_autoptr (GError) error = NULL;
  GPtrArray *profiles = kiosk_card_profiles_load (folder, &error);

  g_assert_no_error (error);
  return profiles;
}

static KioskMrz *
zone (const char *text)
{
  KioskMrz *mrz = kiosk_mrz_parse (text, strlen (text), NULL);

  g_assert_nonnull (mrz);
  return mrz;
}

static const KioskCardTarget hkid = {
  .takes_commands = TRUE,
  .historical = { 0x80, 0x57, 'H', 'K', 'I', 'D', 'S', 'I', 'M', 0x90 },
  .historical_length = 10,
};
static const KioskCardTarget other = { .takes_commands = TRUE };

static void
test_before (void)
{
  g_autoptr (GPtrArray) profiles = shipped ();

  g_assert_cmpstr (kiosk_card_profile_before (profiles, &hkid, TRUE)->name, ==, "hkid-simulated");
  g_assert_cmpstr (kiosk_card_profile_before (profiles, &hkid, FALSE)->name, ==, "icao-td1");
  g_assert_cmpstr (kiosk_card_profile_before (profiles, &other, TRUE)->name, ==, "icao-td1");
}

static void
test_after (void)
{
  g_autoptr (GPtrArray) profiles = shipped ();
  g_autoptr (KioskMrz) td1 = zone (
    "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<");
  g_autoptr (KioskMrz) td2
    = zone ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6");
  g_autoptr (KioskMrz) td3 = zone (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10");

  g_assert_cmpstr (kiosk_card_profile_after (profiles, &other, FALSE, td3)->name, ==, "icao-td3");
  /* Another issuer's document with the simulation's historical bytes is not the simulation. */
  g_assert_cmpstr (kiosk_card_profile_after (profiles, &hkid, TRUE, td1)->name, ==, "icao-td1");
  g_assert_null (kiosk_card_profile_after (profiles, &other, FALSE, td2));
  g_free (td1->issuing_state);
  td1->issuing_state = g_strdup ("CHN");
  g_assert_cmpstr (kiosk_card_profile_after (profiles, &hkid, TRUE, td1)->name, ==,
                   "hkid-simulated");
  g_assert_cmpstr (kiosk_card_profile_after (profiles, &other, TRUE, td1)->name, ==, "icao-td1");
}

static void
test_simulation_says_so (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, SHIPPED, "hkid-simulated.ini", NULL);
  g_autofree char *text = NULL;
  g_autoptr (KioskCardProfile) profile = kiosk_card_profile_load (path, NULL);

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_true (g_str_has_prefix (text, "# A SIMULATION"));
  g_assert_true (profile->simulated);
  g_assert_false (profile->bac);
}

/* What is simulated is chosen by bytes that no real document of its kind is known to send. */
static void
test_simulations_by_their_own_bytes (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, SHIPPED, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) profiles = kiosk_card_profiles_load (folder, &error);
  guint n_simulated = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < profiles->len; i++)
    {
      const KioskCardProfile *profile = g_ptr_array_index (profiles, i);
      gsize length;
      const char *bytes = g_bytes_get_data (profile->historical, &length);

      n_simulated += profile->simulated ? 1 : 0;
      g_assert_true (profile->simulated == (length > 0));
      if (profile->simulated)
        g_assert_true (g_str_has_suffix (profile->name, "-simulated")
                       && g_strstr_len (bytes, (gssize)length, "SIM") != NULL);
    }
  g_assert_cmpuint (n_simulated, ==, 3);
}

/* No shipped profile lets a chip choose the weaker lock. */
static void
test_no_fall_back (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, SHIPPED, NULL);
  g_autoptr (GPtrArray) profiles = kiosk_card_profiles_load (folder, NULL);

  for (guint i = 0; i < profiles->len; i++)
    g_assert_false (((KioskCardProfile *)g_ptr_array_index (profiles, i))->bac_after_pace);
}

/* A good profile with @from replaced by @to is refused, and the line names the file. */
static void
assert_refused (const char *folder, const char *from, const char *to)
{
  g_autofree char *source = g_test_build_filename (G_TEST_DIST, SHIPPED, "icao-td1.ini", NULL);
  g_autofree char *path = g_build_filename (folder, "icao-td1.ini", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) changed = NULL;

  g_assert_true (g_file_get_contents (source, &text, NULL, NULL));
  changed = g_string_new (text);
  g_assert_cmpuint (g_string_replace (changed, from, to, 0), ==, 1);
  g_assert_true (g_file_set_contents (path, changed->str, -1, NULL));
  g_assert_null (kiosk_card_profiles_load (folder, &error));
  g_assert_nonnull (error);
  g_assert_true (error->domain == KIOSK_SETTINGS_ERROR);
  g_assert_nonnull (strstr (error->message, path));
  g_remove (path);
}

static void
test_refusals (void)
{
  g_autofree char *folder = g_dir_make_tmp ("profiles-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (kiosk_card_profiles_load (folder, &error));
  g_assert_error (error, KIOSK_SETTINGS_ERROR, KIOSK_SETTINGS_ERROR_MISSING);
  assert_refused (folder, "name=icao-td1", "name=icao-td9");
  assert_refused (folder, "pace;bac", "pace;eac");
  assert_refused (folder, "mrz;can", "can");
  assert_refused (folder, "mrz;can", "pin");
  assert_refused (folder, "form=TD1", "form=TD4");
  assert_refused (folder, "required=1;2", "required=1;17");
  assert_refused (folder, "dg11:5F0E", "dg0:5F0E");
  assert_refused (folder, "dg11:5F0E", "dg11");
  assert_refused (folder, "dg11:5F0E", "com:5F0E");
  assert_refused (folder, "[open]", "[opens]");
  assert_refused (folder, "methods=pace;bac", "methods=pace\nbac-after-pace=true");
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/card/profile/is-chosen-before-anything-is-typed", test_before);
  g_test_add_func ("/card/profile/is-settled-by-the-zone", test_after);
  g_test_add_func ("/card/profile/the-simulation-says-so", test_simulation_says_so);
  g_test_add_func ("/card/profile/simulations-are-chosen-by-bytes-of-their-own",
                   test_simulations_by_their_own_bytes);
  g_test_add_func ("/card/profile/none-shipped-falls-from-pace-to-bac", test_no_fall_back);
  g_test_add_func ("/card/profile/what-is-out-of-form-names-its-file", test_refusals);
  return g_test_run ();
}
