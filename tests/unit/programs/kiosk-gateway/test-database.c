/* What every database behind the gateway promises. */
#include "postgres.h"
#include "process.h"
#include "programs/kiosk-gateway/schema.h"
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

static Postgres *server; /* of all tests; NULL when it is not installed */

typedef struct
{
  char *folder;
  char *uri;
  KioskGatewayDatabase *db;
} Fixture;

static void
set_up (Fixture *f, gconstpointer on_server)
{
  g_autoptr (GError) error = NULL;
  f->folder = g_dir_make_tmp ("database-XXXXXX", &error);
  g_assert_no_error (error);
  if (on_server != NULL)
    f->uri = postgres_database_new (server);
  else
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
  g_assert_nonnull (listener);
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
test_not_ours (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  KioskGatewaySchemaState state;
  kiosk_gateway_database_run (f->db, &error, "CREATE TABLE mine (x INTEGER)", "");
  g_assert_no_error (error);
  g_assert_false (kiosk_gateway_schema_apply (f->db, &state, &error));
  g_assert_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_DAMAGED);
}

static void
test_gone (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  apply (f, KIOSK_GATEWAY_SCHEMA_NEW);
  begin (f);
  g_assert_true (kiosk_add (f->db, "one", &error));
  postgres_crash (server);
  g_assert_false (kiosk_add (f->db, "two", &error));
  g_assert_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_GONE);
  g_clear_error (&error);
  kiosk_gateway_database_rollback (f->db);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_false (kiosk_gateway_database_reopen (f->db, &error));
      g_assert_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_GONE);
      g_assert_null (strchr (error->message, '\n'));
      g_clear_error (&error);
      g_assert_false (kiosk_gateway_database_begin (f->db, &error));
      g_assert_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_GONE);
      g_clear_error (&error);
    }
  postgres_start (server);
  g_assert_true (kiosk_gateway_database_reopen (f->db, &error));
  assert_kiosks (f->db, 0);
}

static void
test_retry (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  begin (f);
  g_assert_false (
    kiosk_gateway_database_run (f->db, &error, "DO 'BEGIN RAISE serialization_failure; END'", ""));
  g_assert_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_RETRY);
  g_clear_error (&error);
  /* What failed is not committed, though the server would answer COMMIT with a smile. */
  g_assert_false (kiosk_gateway_database_commit (f->db, &error));
  g_assert_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_STORAGE);
  kiosk_gateway_database_rollback (f->db);
}

/* Opens, counts one up a hundred times, a transaction each. */
static gpointer
count_up (gpointer uri)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskGatewayDatabase) db = kiosk_gateway_database_open (uri, &error);
  g_assert_no_error (error);
  KioskGatewaySchemaState state;
  kiosk_gateway_schema_apply (db, &state, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 100; i++)
    {
      gint64 last;
      kiosk_gateway_database_commit (db, &error);
      g_assert_no_error (error);
      kiosk_gateway_database_begin (db, &error);
      g_assert_no_error (error);
      /* Read, then written: only the lock makes it one step. */
      kiosk_gateway_database_number (db, &last, &error,
                                     "SELECT last FROM counters WHERE name = 'outcomes'", "");
      g_assert_no_error (error);
      kiosk_gateway_database_run (db, &error, "UPDATE counters SET last = ? WHERE name = ?", "is",
                                  last + 1, "outcomes");
      g_assert_no_error (error);
    }
  kiosk_gateway_database_commit (db, &error);
  g_assert_no_error (error);
  return NULL;
}

static void
test_one_writer (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GThread *const others[]
    = { g_thread_new ("one", count_up, f->uri), g_thread_new ("two", count_up, f->uri) };
  count_up (f->uri);
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    g_thread_join (others[i]);
  gint64 last;
  kiosk_gateway_database_number (f->db, &last, &error,
                                 "SELECT last FROM counters WHERE name = 'outcomes'", "");
  g_assert_no_error (error);
  g_assert_cmpint (last, ==, 300);
}

/* Whoever hangs with the lock in hand keeps others waiting, not for ever. */
static void
test_hanging (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *slow_uri
    = g_strconcat (f->uri, " options='-c idle_in_transaction_session_timeout=300ms'", NULL);
  g_autofree char *hasty_uri = g_strconcat (f->uri, " options='-c lock_timeout=50ms'", NULL);
  g_autoptr (KioskGatewayDatabase) slow = kiosk_gateway_database_open (slow_uri, &error);
  g_autoptr (KioskGatewayDatabase) hasty = kiosk_gateway_database_open (hasty_uri, &error);
  g_assert_no_error (error);
  apply (f, KIOSK_GATEWAY_SCHEMA_NEW);
  g_assert_true (kiosk_gateway_database_begin (slow, &error));
  g_assert_true (kiosk_add (slow, "half", &error));
  g_assert_false (kiosk_gateway_database_begin (hasty, &error));
  g_assert_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_RETRY);
  g_clear_error (&error);
  begin (f); /* waits its turn */
  assert_kiosks (f->db, 0);
  commit (f);
  g_assert_false (kiosk_gateway_database_commit (slow, &error));
  g_assert_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_GONE);
  g_clear_error (&error);
  g_assert_true (kiosk_gateway_database_begin (hasty, &error));
  kiosk_gateway_database_rollback (hasty);
}

/* A receipt is a promise, so a commit waits for the disk, whatever a server's settings say. */
static void
test_durable (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = g_strconcat (f->uri, " options='-c synchronous_commit=off'", NULL);
  g_autoptr (KioskGatewayDatabase) db = kiosk_gateway_database_open (uri, &error);
  g_assert_no_error (error);
  g_autoptr (KioskGatewayQuery) query
    = kiosk_gateway_database_query (db, &error, "SHOW synchronous_commit", "");
  gboolean row;
  g_assert_true (kiosk_gateway_query_step (query, &row, &error) && row);
  g_autofree char *setting = kiosk_gateway_query_text (query, 0);
  g_assert_cmpstr (setting, ==, "on");
}

static void
test_frozen (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = g_strconcat (f->uri, " options='-c statement_timeout=1s'", NULL);
  g_autoptr (KioskGatewayDatabase) db = kiosk_gateway_database_open (uri, &error);
  g_assert_no_error (error);
  gint64 pid, n;
  kiosk_gateway_database_number (db, &pid, &error, "SELECT pg_backend_pid()", "");
  g_assert_no_error (error);
  g_assert_cmpint (kill ((pid_t)pid, SIGSTOP), ==, 0);
  g_assert_false (kiosk_gateway_database_number (db, &n, &error, "SELECT 1", ""));
  g_assert_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_GONE);
  g_clear_error (&error);
  kiosk_gateway_database_rollback (db);
  g_assert_true (kiosk_gateway_database_reopen (db, &error));
  g_assert_true (kiosk_gateway_database_number (db, &n, &error, "SELECT 1", ""));
  g_assert_cmpint (kill ((pid_t)pid, SIGCONT), ==, 0);
}

static void
test_heard_again (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) words = g_string_new (NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Ear ear = { words, 1, loop };
  g_autoptr (KioskGatewayListener) listener
    = kiosk_gateway_database_listen (f->uri, "sessions", heard, &ear, &error);
  g_assert_no_error (error);
  g_assert_nonnull (listener);
  postgres_crash (server);
  postgres_start (server);
  g_main_loop_run (loop);
  g_assert_true (kiosk_gateway_database_reopen (f->db, &error));
  g_assert_true (kiosk_gateway_database_notify (f->db, "sessions", "again", &error));
  ear.left = 1;
  g_main_loop_run (loop);
  g_assert_cmpstr (words->str, ==, "all again ");
}

static void
test_uri (void)
{
  static const char *const bad[] = { "",
                                     "sqlite:",
                                     "mysql:x",
                                     "/a/path",
                                     "postgresql:",
                                     "postgresql://u:secret%zz@h/d",
                                     "postgresql:secret",
                                     NULL };
  for (guint i = 0; bad[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (kiosk_gateway_database_open (bad[i], &error));
      g_assert_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_OPTION);
      g_assert_null (strstr (error->message, "secret"));
    }
}

typedef void (*Test) (Fixture *f, gconstpointer on_server);

static void
not_installed (void)
{
  g_test_skip ("PostgreSQL's server is not installed (package postgresql)");
}

static void
add_on_server (const char *promise, Test test)
{
  g_autofree char *path = g_strconcat ("/database/postgresql/", promise, NULL);
  if (server != NULL)
    g_test_add (path, Fixture, &server, set_up, test, tear_down);
  else
    g_test_add_func (path, not_installed);
}

static void
add (const char *promise, Test test)
{
  g_autofree char *path = g_strconcat ("/database/sqlite/", promise, NULL);
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
  add_on_server (promise, test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (postgres_is_installed ())
    server = postgres_new (FALSE);
  add ("values-come-back-as-they-went", test_values);
  add ("a-taken-key-is-told-and-undone", test_taken);
  add ("what-was-rolled-back-is-not-there", test_rolled_back);
  add ("a-reader-changes-nothing", test_reader);
  add ("a-notice-is-heard-after-its-commit", test_notices);
  add ("another-program's-is-left-alone", test_not_ours);
  add_on_server ("writers-take-turns", test_one_writer);
  add_on_server ("a-lost-line-is-gone-until-it-is-back", test_gone);
  add_on_server ("who-hangs-is-not-waited-for", test_hanging);
  add_on_server ("a-frozen-server-is-gone", test_frozen);
  add_on_server ("a-commit-waits-for-the-disk", test_durable);
  add_on_server ("others-in-the-way-is-told", test_retry);
  add_on_server ("a-listener-comes-back-by-itself", test_heard_again);
  g_test_add_func ("/database/uri/says-what-it-takes", test_uri);
  int status = g_test_run ();
  postgres_free (server);
  return status;
}
