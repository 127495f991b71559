#include "bad-input.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define HUGE_BYTES (3 * 1024 * 1024)

const char *
bad_defect_name (BadDefect defect)
{
  static const char *const names[]
    = { "missing", "empty", "truncated", "garbage", "folder", "huge", "stranger" };

  return names[defect];
}

char *
bad_path (const BadWorld *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

char *
bad_program (const char *name)
{
  return g_build_filename (g_getenv ("KIOSK_BUILD"), "src", "programs", name, name, NULL);
}

char *
bad_source (const char *name)
{
  return g_build_filename (g_getenv ("KIOSK_SOURCE"), name, NULL);
}

GBytes *
bad_read (const char *path)
{
  g_autoptr (GError) error = NULL;
  char *content = NULL;
  gsize length = 0;

  g_file_get_contents (path, &content, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (content, length);
}

void
bad_write (const char *path, const char *text, gssize length)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_file_set_contents (path, text, length, &error);
  g_assert_no_error (error);
}

static void
remove_tree (const char *path)
{
  const char *const argv[] = { "rm", "-rf", path, NULL };
  g_autofree char *output = stage_run (argv, NULL, NULL);

  g_assert_nonnull (output);
}

void
bad_restore (const char *path, GBytes *content)
{
  remove_tree (path);
  bad_write (path, g_bytes_get_data (content, NULL), (gssize)g_bytes_get_size (content));
}

/* A private key where one stood, else a certificate. */
static void
put_stranger (const BadWorld *self, const char *path)
{
  g_autofree char *pem = kiosk_pki_cert_to_pem (self->stranger.cert);

  if (g_str_has_suffix (path, ".key"))
    g_assert_true (kiosk_pki_key_save (self->stranger.key, path, NULL));
  else
    bad_write (path, pem, -1);
}

void
bad_damage (const BadWorld *self, const char *path, BadDefect defect)
{
  g_autoptr (GBytes) content = bad_read (path);
  gsize length = g_bytes_get_size (content);
  g_autofree char *huge = g_malloc0 (HUGE_BYTES);

  g_assert_cmpint (g_unlink (path), ==, 0);
  if (defect == BAD_EMPTY)
    bad_write (path, "", 0);
  else if (defect == BAD_TRUNCATED)
    bad_write (path, g_bytes_get_data (content, NULL), (gssize)(length * 2 / 3));
  else if (defect == BAD_GARBAGE)
    bad_write (path, "this is nothing that anybody knows\n", -1);
  else if (defect == BAD_FOLDER)
    g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  else if (defect == BAD_STRANGER)
    put_stranger (self, path);
  else if (defect == BAD_HUGE)
    {
      memcpy (huge, g_bytes_get_data (content, NULL), MIN (length, HUGE_BYTES));
      bad_write (path, huge, HUGE_BYTES);
    }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void
digest_tree (GChecksum *sum, const char *path)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) folder = NULL;
  g_autofree char *mode = NULL;
  const char *name;
  GStatBuf info;

  g_assert_cmpint (g_lstat (path, &info), ==, 0);
  if (S_ISSOCK (info.st_mode))
    return;
  mode = g_strdup_printf ("%s %o\n", path, info.st_mode);
  g_checksum_update (sum, (const guchar *)mode, -1);
  if (S_ISREG (info.st_mode))
    {
      g_autoptr (GBytes) content = bad_read (path);

      g_checksum_update (sum, g_bytes_get_data (content, NULL), (gssize)g_bytes_get_size (content));
      return;
    }
  folder = g_dir_open (path, 0, NULL);
  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (names, g_build_filename (path, name, NULL));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    digest_tree (sum, g_ptr_array_index (names, i));
}

char *
bad_fingerprint (const char *path)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  digest_tree (sum, path);
  return g_strdup (g_checksum_get_string (sum));
}

char *
bad_ask_sql (const char *database, const char *sql)
{
  const char *const argv[] = { "sqlite3", database, NULL };
  g_autoptr (GError) error = NULL;
  char *output = stage_run (argv, sql, &error);

  g_assert_no_error (error);
  return g_strchomp (output);
}

void
bad_run_sql (const char *database, const char *sql)
{
  g_free (bad_ask_sql (database, sql));
}

char *
bad_refused (const char *const *argv, int status, const char *names)
{
  g_autofree char *program = g_path_get_basename (argv[0]);
  g_autofree char *prefix = g_strconcat (program, ": ", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_newv (
    argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree char *said = NULL;
  char *words = NULL;

  g_assert_no_error (error);
  /* A program that takes the bad file serves on, and would never end by itself. */
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  said = g_data_input_stream_read_line (output, NULL, NULL, NULL);
  if (said != NULL && g_str_has_prefix (said, "ready"))
    {
      g_subprocess_force_exit (process);
      g_subprocess_wait (process, NULL, NULL);
      g_test_message ("%s: took it: %s", names, said);
    }
  g_assert_null (said);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &words, NULL));
  g_test_message ("%d: %.*s", status, (int)strcspn (words, "\n"), words);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, status);
  g_assert_true (g_str_has_prefix (words, prefix));
  g_assert_true (strchr (words, '\n') == words + strlen (words) - 1);
  g_assert_nonnull (strstr (words, names));
  return words;
}
