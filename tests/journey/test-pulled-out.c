/* A card pulled out before each of the first sixty answers of its chip: a page that says what
 * happened, and the same card, laid down again, works. */
#include "journeys.h"

#define PULLS 60

static Stage *stage;
static guint pulled;

static void
pull (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Play) play = play_new (stage, "en", NULL, &error);
  gboolean was_over = FALSE;

  g_assert_no_error (error);
  journey_pulled_out (play, GPOINTER_TO_UINT (data), &was_over, &error);
  g_assert_no_error (error);
  pulled += !was_over;
}

/* Were the reading shorter than that, the cases above would prove little. */
static void
test_all_were_pulled_out_in_the_middle (void)
{
  g_assert_cmpuint (pulled, ==, PULLS);
}

int
main (int argc, char **argv)
{
  int failed;

  stage = stage_new_for_test (&argc, &argv);
  for (guint nth = 1; nth <= PULLS; nth++)
    {
      g_autofree char *path = g_strdup_printf ("/pulled-out/before-answer-%02u", nth);

      g_test_add_data_func (path, GUINT_TO_POINTER (nth), pull);
    }
  g_test_add_func ("/pulled-out/all-were-in-the-middle", test_all_were_pulled_out_in_the_middle);
  failed = g_test_run ();
  stage_free (stage);
  return failed;
}
