/* Runs a fuzz target over its corpus where libFuzzer is absent: the corpus is an ordinary test. */
#include <glib.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize length);

static void
run_file (gconstpointer path)
{
  g_autofree char *content = NULL;
  gsize length = 0;

  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  /* An exact allocation of its own, so that reading one byte past the end is seen. */
  g_autofree guint8 *exact = g_memdup2 (content, length);
  g_assert_cmpint (LLVMFuzzerTestOneInput (exact, length), ==, 0);
}

static void
run_nothing (void)
{
  g_assert_cmpint (LLVMFuzzerTestOneInput (NULL, 0), ==, 0);
}

int
main (int argc, char **argv)
{
  const char *folder = g_getenv ("CORPUS");
  g_autoptr (GDir) listing = NULL;
  const char *name;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/corpus/nothing", run_nothing);
  listing = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  while (listing != NULL && (name = g_dir_read_name (listing)) != NULL)
    {
      g_autofree char *test = g_strconcat ("/corpus/", name, NULL);

      /* The path lives as long as the process: the test runs later. */
      g_test_add_data_func_full (test, g_build_filename (folder, name, NULL), run_file, g_free);
    }
  return g_test_run ();
}
