/* What every database behind the gateway promises. */
#include "programs/kiosk-gateway/schema.h"
#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *folder;
  char *uri;
  KioskGatewayDatabase *db;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  f->folder = g_dir_make_tmp ("database-XXXXXX", &error);
  g_assert_no_error (error);
  f->uri = g_strdup_printf ("sqlite:%s/test.db", f->folder);
  f->db = kiosk_gateway_database_open (f->uri, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "test.db", NULL);
  kiosk_gateway_database_close (f->db);
  g_unlink (path);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
  g_free (f->uri);
}

static void
apply (Fixture *f, KioskGatewaySchemaState expected)
{
  g_autoptr (GError) error = NULL;
  KioskGatewaySchemaState state;
  kiosk_gateway_schema_apply (f->db, &state, &error);
  g_assert_no_error (error);
  g_assert_cmpint (state, ==, expected);
  kiosk_gateway_database_commit (f->db, &error);
  g_assert_no_error (error);
}

static void
begin (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  kiosk_gateway_database_begin (f->db, &error);
  g_assert_no_error (error);
}

static void
commit (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  kiosk_gateway_database_commit (f->db, &error);
  g_assert_no_error (error);
}

static gboolean
kiosk_add (KioskGatewayDatabase *db, const char *id, GError **error)
{
  return kiosk_gateway_database_run (
    db, error, "INSERT INTO kiosks (id, enrolled_ms) VALUES (?, ?)", "si", id, (gint64)1);
}

static void
assert_kiosks (KioskGatewayDatabase *db, gint64 expected)
{
  g_autoptr (GError) error = NULL;
  gint64 n;
  kiosk_gateway_database_number (db, &n, &error, "SELECT count(*) FROM kiosks", "");
  g_assert_no_error (error);
  g_assert_cmpint (n, ==, expected);
}

static void
test_values (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  apply (f, KIOSK_GATEWAY_SCHEMA_NEW);
  const guint8 odd[] = { 0, 255, '\'', '\\', '?', 0 };
  g_autoptr (GBytes) bytes = g_bytes_new_static (odd, sizeof odd);
  g_autoptr (GBytes) none = g_bytes_new_static (NULL, 0);
  begin (f);
  kiosk_gateway_database_run (f->db, &error, "INSERT INTO meta (key, value) VALUES (?, ?), (?, ?)",
                              "sbsb", "香港's \\ ? $1", bytes, "", none);
  g_assert_no_error (error);
  g_assert_cmpint (kiosk_gateway_database_changed (f->db), ==, 2);
  kiosk_gateway_database_run (f->db, &error, "INSERT INTO codes (hash, expires_ms) VALUES (?, ?)",
                              "bi", bytes, G_MININT64);
  g_assert_no_error (error);
  commit (f);
  g_autoptr (KioskGatewayQuery) query = kiosk_gateway_database_query (
    f->db, &error,
    "SELECT key, value, expires_ms, used_ms, certificate, value IS NULL, '?' FROM meta, codes"
    " WHERE (key = ?1 OR key = ?2) AND ?1 = ?1 ORDER BY length(key)",
    "ss", "香港's \\ ? $1", "");
  g_assert_no_error (error);
  gboolean row;
  g_assert_true (kiosk_gateway_query_step (query, &row, &error) && row);
  g_autofree char *empty = kiosk_gateway_query_text (query, 0);
  g_autoptr (GBytes) empty_bytes = kiosk_gateway_query_bytes (query, 1);
  g_assert_cmpstr (empty, ==, "");
  g_assert_cmpuint (g_bytes_get_size (empty_bytes), ==, 0);
  g_assert_true (kiosk_gateway_query_step (query, &row, &error) && row);
  g_autofree char *key = kiosk_gateway_query_text (query, 0);
  g_autoptr (GBytes) value = kiosk_gateway_query_bytes (query, 1);
  g_autofree char *mark = kiosk_gateway_query_text (query, 6);
  g_assert_cmpstr (key, ==, "香港's \\ ? $1");
  g_assert_true (g_bytes_equal (value, bytes));
  g_assert_cmpint (kiosk_gateway_query_integer (query, 2), ==, G_MININT64);
  g_assert_true (kiosk_gateway_query_is_null (query, 3));
  g_assert_null (kiosk_gateway_query_text (query, 4));
  g_assert_cmpint (kiosk_gateway_query_integer (query, 5), ==, 0);
  g_assert_cmpstr (mark, ==, "?");
  g_assert_true (kiosk_gateway_query_step (query, &row, &error) && !row);
}

static void
test_taken (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  apply (f, KIOSK_GATEWAY_SCHEMA_NEW);
  begin (f);
  g_assert_true (kiosk_add (f->db, "one", &error));
  g_assert_true (kiosk_gateway_database_mark (f->db, &error));
  g_assert_true (kiosk_add (f->db, "two", &error));
  g_assert_true (kiosk_gateway_database_mark (f->db, &error));
  g_assert_false (kiosk_add (f->db, "one", &error));
  g_assert_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_TAKEN);
  g_assert_null (strchr (error->message, '\n'));
  g_clear_error (&error);
  g_assert_true (kiosk_gateway_database_undo (f->db, &error));
  assert_kiosks (f->db, 2);
  g_assert_true (kiosk_gateway_database_undo (f->db, &error)); /* the outer one takes two with it */
  assert_kiosks (f->db, 1);
  g_assert_true (kiosk_gateway_database_mark (f->db, &error));
  g_assert_true (kiosk_add (f->db, "three", &error));
  g_assert_true (kiosk_gateway_database_keep (f->db, &error));
  commit (f);
  assert_kiosks (f->db, 2);
}

static void
test_rolled_back (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  apply (f, KIOSK_GATEWAY_SCHEMA_NEW);
  begin (f);
  g_assert_true (kiosk_add (f->db, "one", &error));
  kiosk_gateway_database_rollback (f->db);
  kiosk_gateway_database_rollback (f->db); /* nothing left to do */
  assert_kiosks (f->db, 0);
  begin (f);
  g_assert_true (kiosk_add (f->db, "two", &error));
  kiosk_gateway_database_reopen (f->db, &error);
  g_assert_no_error (error);
  kiosk_gateway_schema_expect (f->db, &error);
  g_assert_no_error (error);
  assert_kiosks (f->db, 0);
}

static void
test_reader (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskGatewayDatabase) early = kiosk_gateway_database_open_reader (f->uri, &error);
  g_assert_no_error (error);
  g_assert_false (kiosk_gateway_schema_expect (early, &error));
  g_assert_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_DAMAGED);
  g_clear_error (&error);
  apply (f, KIOSK_GATEWAY_SCHEMA_NEW);
  apply (f, KIOSK_GATEWAY_SCHEMA_CURRENT);
  g_autoptr (KioskGatewayDatabase) reader = kiosk_gateway_database_open_reader (f->uri, &error);
  kiosk_gateway_schema_expect (reader, &error);
  g_assert_no_error (error);
  g_assert_true (kiosk_add (f->db, "one", &error));
  assert_kiosks (reader, 1);
  g_assert_false (kiosk_add (reader, "two", &error));
  g_assert_nonnull (error);
}

typedef struct
{
  GString *heard;
  guint left; /* to be heard before the loop ends */
  GMainLoop *loop;
} Ear;

static void
heard (const char *payload, gpointer data)
{
  Ear *ear = data;
  g_string_append_printf (ear->heard, "%s ", payload != NULL ? payload : "all");
  if (--ear->left == 0)
    g_main_loop_quit (ear->loop);
}

static void
test_notices (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) words = g_string_new (NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Ear ear = { words, 3, loop };
  g_autoptr (KioskGatewayListener) listener
    = kiosk_gateway_database_listen (f->uri, "sessions", heard, &ear, &error);
  g_assert_no_error (error);
  begin (f);
  g_assert_true (kiosk_gateway_database_notify (f->db, "sessions", "rolled-back", &error));
  kiosk_gateway_database_rollback (f->db);
  begin (f);
  g_assert_true (kiosk_gateway_database_notify (f->db, "sessions", "one", &error));
  g_assert_true (kiosk_gateway_database_mark (f->db, &error));
  g_assert_true (kiosk_gateway_database_notify (f->db, "sessions", "undone", &error));
  g_assert_true (kiosk_gateway_database_undo (f->db, &error));
  g_assert_true (kiosk_gateway_database_notify (f->db, "others", "elsewhere", &error));
  g_assert_true (kiosk_gateway_database_notify (f->db, "sessions", "two", &error));
  g_assert_false (g_main_context_iteration (NULL, FALSE)); /* not before the commit */
  commit (f);
  g_assert_true (kiosk_gateway_database_notify (f->db, "sessions", "three", &error));
  g_main_loop_run (loop);
  g_assert_cmpstr (words->str, ==, "one two three ");
}

static void
test_uri (void)
{
  static const char *const bad[] = { "", "sqlite:", "mysql:x", "/a/path", NULL };
  for (guint i = 0; bad[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (kiosk_gateway_database_open (bad[i], &error));
      g_assert_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_OPTION);
    }
}

static void
add (const char *database, const char *promise, void (*test) (Fixture *f, gconstpointer data))
{
  g_autofree char *path = g_strdup_printf ("/database/%s/%s", database, promise);
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("sqlite", "values-come-back-as-they-went", test_values);
  add ("sqlite", "a-taken-key-is-told-and-undone", test_taken);
  add ("sqlite", "what-was-rolled-back-is-not-there", test_rolled_back);
  add ("sqlite", "a-reader-changes-nothing", test_reader);
  add ("sqlite", "a-notice-is-heard-after-its-commit", test_notices);
  g_test_add_func ("/database/uri/says-what-it-takes", test_uri);
  return g_test_run ();
}
