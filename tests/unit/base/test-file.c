#include "base/file.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

static char *
new_folder (void)
{
  return g_dir_make_tmp ("kiosk-file-XXXXXX", NULL);
}

static void
test_what_was_written_is_read_back (void)
{
  g_autofree char *folder = new_folder ();
  g_autofree char *path = g_build_filename (folder, "a", NULL);
  g_autoptr (GBytes) content = g_bytes_new_static ("line\0two", 8);
  g_autoptr (GBytes) other = g_bytes_new_static ("", 0);
  g_autoptr (GBytes) back = NULL;
  g_autoptr (GBytes) empty = NULL;
  GStatBuf info;

  g_assert_true (kiosk_file_write (path, content, 0600, NULL));
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  back = kiosk_file_read (path, 8, NULL);
  g_assert_true (g_bytes_equal (back, content));
  g_assert_true (kiosk_file_write (path, other, 0600, NULL));
  empty = kiosk_file_read (path, 8, NULL);
  g_assert_cmpuint (g_bytes_get_size (empty), ==, 0);
  g_unlink (path);
  g_assert_cmpint (g_rmdir (folder), ==, 0); /* no temporary file was left */
}

static void
test_a_file_that_is_too_big_is_refused_by_name (void)
{
  g_autofree char *folder = new_folder ();
  g_autofree char *path = g_build_filename (folder, "big", NULL);
  g_autoptr (GBytes) content = g_bytes_new_static ("123456789", 9);
  g_autoptr (GError) error = NULL;

  g_assert_true (kiosk_file_write (path, content, 0600, NULL));
  g_assert_null (kiosk_file_read (path, 8, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
  g_assert_nonnull (strstr (error->message, path));
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_a_missing_file_and_a_folder_are_errors (void)
{
  g_autoptr (GError) missing = NULL;
  g_autoptr (GError) folder = NULL;
  g_autoptr (GError) write = NULL;
  g_autoptr (GBytes) content = g_bytes_new_static ("x", 1);

  g_assert_null (kiosk_file_read ("/nonexistent/file", 8, &missing));
  g_assert_error (missing, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_assert_null (kiosk_file_read (g_get_tmp_dir (), 8, &folder));
  g_assert_nonnull (folder);
  g_assert_false (kiosk_file_write ("/nonexistent/file", content, 0600, &write));
  g_assert_nonnull (write);
}

static void
test_hexadecimal_goes_there_and_back (void)
{
  g_autofree char *text = kiosk_hex_encode ("\x00\xa5\xff", 3);
  g_autoptr (GBytes) back = kiosk_hex_decode ("00A5fF");

  g_assert_cmpstr (text, ==, "00a5ff");
  g_assert_cmpmem (g_bytes_get_data (back, NULL), (int)g_bytes_get_size (back), "\x00\xa5\xff", 3);
  g_assert_null (kiosk_hex_decode ("0"));
  g_assert_null (kiosk_hex_decode ("0g"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file/what-was-written-is-read-back", test_what_was_written_is_read_back);
  g_test_add_func ("/file/a-file-that-is-too-big-is-refused-by-name",
                   test_a_file_that_is_too_big_is_refused_by_name);
  g_test_add_func ("/file/a-missing-file-and-a-folder-are-errors",
                   test_a_missing_file_and_a_folder_are_errors);
  g_test_add_func ("/file/hexadecimal-goes-there-and-back", test_hexadecimal_goes_there_and_back);
  return g_test_run ();
}
