/* After a session nothing of the person is left: not in what the terminal keeps, not in its logs,
 * not in the memory of kioskd. */
#include "canary.h"
#include "journeys.h"

#include <glib/gstdio.h>
#include <string.h>

static Stage *stage;

static Canaries *
canaries_of (const char *card)
{
  g_autofree char *name = stage_card_value (stage, card, "person", "name");
  g_autofree char *number = stage_card_value (stage, card, "person", "number");
  g_autofree char *birth = stage_card_value (stage, card, "person", "birth");

  return canaries_new (name, number, birth);
}

static void
test_the_search_finds_what_is_there (void)
{
  g_autoptr (Canaries) canaries = canaries_of ("good");
  g_autofree char *cards = stage_passing_path (stage, "cards");
  g_autoptr (GError) error = NULL;
  g_autofree char *found = canaries_search_tree (canaries, cards, &error);

  g_assert_no_error (error);
  g_assert_nonnull (strstr (found, "name as UTF-8"));
  g_assert_nonnull (strstr (found, "number as UTF-8"));
  g_assert_nonnull (strstr (found, "date of birth as UTF-8"));
}

static Play *
new_play (void)
{
  g_autofree char *pictures = stage_passing_path (stage, "pictures");
  g_autoptr (GError) error = NULL;
  Play *play;

  g_assert_cmpint (g_mkdir_with_parents (pictures, 0700), ==, 0);
  play = play_new (stage, "en", pictures, &error);
  g_assert_no_error (error);
  return play;
}

/* What a core of kioskd holds of the person, line by line; "" when nothing. */
static char *
search_kioskd (void)
{
  g_autoptr (Canaries) canaries = canaries_of ("good");
  g_autoptr (GError) error = NULL;
  g_autofree char *base = stage_passing_path (stage, "core");
  g_autofree char *pid
    = g_strdup_printf ("%d", stage_process_pid (stage_program (stage, "kioskd")));
  g_autofree char *core = g_strconcat (base, ".", pid, NULL);
  const char *const argv[] = { "gcore", "-o", base, pid, NULL };
  g_autofree char *output = stage_run (argv, NULL, &error);
  char *found;

  g_assert_no_error (error);
  found = canaries_search_file (canaries, core, &error);
  g_assert_no_error (error);
  g_unlink (core);
  return found;
}

/* Without this the search of the core below would prove nothing. */
static void
test_kioskd_knows_the_person_while_the_session_lasts (void)
{
  g_autoptr (Play) play = new_play ();
  g_autoptr (GError) error = NULL;
  g_autofree char *found = NULL;

  play_identify (play, "good", &error);
  g_assert_no_error (error);
  found = search_kioskd ();
  g_assert_nonnull (strstr (found, "name"));
  play_leave (play, "Finish and leave", &error);
  g_assert_no_error (error);
}

static void
test_a_session_takes_place (void)
{
  g_autoptr (Play) play = new_play ();
  g_autoptr (JsonObject) summary = json_object_new ();
  g_autoptr (GError) error = NULL;

  journey_find ("renew-licence")->play (play, summary, &error);
  g_assert_no_error (error);
}

static void
test_nothing_is_left_on_the_disk (void)
{
  g_autoptr (Canaries) canaries = canaries_of ("good");
  g_autoptr (GError) error = NULL;
  g_autofree char *found = canaries_search_tree (canaries, stage_state (stage), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (found, ==, "");
}

static void
test_nothing_is_left_in_kioskd (void)
{
  g_autofree char *found = search_kioskd ();

  g_assert_cmpstr (found, ==, "");
}

int
main (int argc, char **argv)
{
  int failed;

  stage = stage_new_for_test (&argc, &argv);
  g_test_add_func ("/privacy/the-search-finds-what-is-there", test_the_search_finds_what_is_there);
  g_test_add_func ("/privacy/kioskd-knows-the-person-while-the-session-lasts",
                   test_kioskd_knows_the_person_while_the_session_lasts);
  g_test_add_func ("/privacy/a-session-takes-place", test_a_session_takes_place);
  g_test_add_func ("/privacy/nothing-is-left-on-the-disk", test_nothing_is_left_on_the_disk);
  g_test_add_func ("/privacy/nothing-is-left-in-kioskd", test_nothing_is_left_in_kioskd);
  failed = g_test_run ();
  stage_free (stage);
  return failed;
}
