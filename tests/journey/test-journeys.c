/* Journeys, through the real window and the real programs, on one stage. */
#include "journeys.h"

#include <glib/gstdio.h>

static Stage *stage;

static void
play (const char *name, const char *language)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *pictures = stage_passing_path (stage, "pictures");
  g_autoptr (JsonObject) summary = json_object_new ();
  g_autoptr (Play) actors = NULL;

  g_assert_cmpint (g_mkdir_with_parents (pictures, 0700), ==, 0);
  actors = play_new (stage, language, pictures, &error);
  g_assert_no_error (error);
  journey_find (name)->play (actors, summary, &error);
  g_assert_no_error (error);
}

static void
play_in_english (gconstpointer data)
{
  play (data, "en");
}

static void
play_in_traditional_chinese (gconstpointer data)
{
  play (data, "zh_HK");
}

static void
play_in_simplified_chinese (gconstpointer data)
{
  play (data, "zh_CN");
}

static void
every_program_ends_well (void)
{
  g_autoptr (GError) error = NULL;

  stage_strike (stage, &error);
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  int failed;

  stage = stage_new_for_test (&argc, &argv);
  for (const Journey *journey = journey_all (); journey->name != NULL; journey++)
    {
      g_autofree char *path = g_strconcat ("/journey/", journey->name, NULL);

      if (!journey->is_long || g_test_thorough ())
        g_test_add_data_func (path, journey->name, play_in_english);
    }
  if (g_test_thorough ())
    {
      g_test_add_data_func ("/journey/renew-licence-in-traditional-chinese", "renew-licence",
                            play_in_traditional_chinese);
      g_test_add_data_func ("/journey/renew-licence-in-simplified-chinese", "renew-licence",
                            play_in_simplified_chinese);
    }
  g_test_add_func ("/journey/every-program-ends-well", every_program_ends_well);
  failed = g_test_run ();
  stage_free (stage);
  return failed;
}
