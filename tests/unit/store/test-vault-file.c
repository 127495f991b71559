/* The file itself: whose it is, how old, how whole. */
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

#include "vault-fixture.h"

static char *
sql_file (const char *name)
{
  char *text = NULL;
  g_autofree char *path
    = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "..", "data", "sql", "vault", name, NULL);

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

static void
start_over (Fixture *f)
{
  fixture_close (f);
  g_assert_cmpint (g_unlink (f->path), ==, 0);
}

static GBytes *
content_of (const char *path)
{
  char *content = NULL;
  gsize length = 0;

  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  return g_bytes_new_take (content, length);
}

static void
test_settings (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  struct stat folder, file;

  g_assert_cmpint (stat (f->folder, &folder), ==, 0);
  g_assert_cmpint (stat (f->path, &file), ==, 0);
  g_assert_cmpint (folder.st_mode & 0777, ==, 0700);
  g_assert_cmpint (file.st_mode & 0777, ==, 0600);
}

static void
test_one_owner (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (kiosk_vault_open (f->folder, f->clock, NULL, &error));
  g_assert_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_BUSY);
}

static void
test_newer_left_alone (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  g_autoptr (GError) error = NULL;

  fixture_seal (f, 1);
  fixture_close (f);
  fixture_sql (f, "PRAGMA journal_mode = WAL; PRAGMA user_version = 999; CREATE TABLE new (x);");
  before = content_of (f->path);
  g_assert_null (kiosk_vault_open (f->folder, f->clock, NULL, &error));
  g_assert_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_NEWER);
  after = content_of (f->path);
  g_assert_true (g_bytes_equal (before, after));
}

static void
test_older_migrated (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autofree char *version_1 = sql_file ("1.sql");
  g_autofree char *id = fixture_txid (1);
  g_autoptr (KioskRecord) found = NULL;
  g_autoptr (GBytes) outcome = fixture_bytes ("o");
  g_autoptr (GError) error = NULL;

  start_over (f);
  fixture_sql (f, version_1);
  fixture_sql (f,
               "INSERT INTO leaf VALUES (0, CAST ('{\"kind\":\"start\",\"at_ms\":1}' AS BLOB));"
               "INSERT INTO record (txid, reference, service, sequence, sealed_ms, fee_cents, "
               "digest, holder_tag, leaf, receipt, sealed, state) VALUES "
               "('00000000000000000000000001', 'R', 's', 1, 5, 6, zeroblob(32), zeroblob(32), 0, "
               "'KR1:', x'AA', 1);"
               "UPDATE counter SET next_sequence = 2; PRAGMA user_version = 1;");
  fixture_reopen (f);
  found = kiosk_vault_find (f->vault, id, &error);
  g_assert_no_error (error);
  g_assert_cmpint (found->state, ==, KIOSK_RECORD_ACCEPTED);
  g_assert_cmpuint (kiosk_vault_next_sequence (f->vault), ==, 2);
  g_assert_true (kiosk_vault_settle (f->vault, id, "granted", NULL, outcome, &error));
  g_assert_no_error (error);
  g_assert_true (kiosk_vault_spend_code (f->vault, found->digest, FIXTURE_NOW, &error));
  g_assert_no_error (error);
}

static char *
open_damaged (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  char *aside = NULL;

  f->vault = kiosk_vault_open (f->folder, f->clock, &aside, &error);
  g_assert_no_error (error);
  g_assert_nonnull (aside);
  return aside;
}

static void
check_fresh (Fixture *f, const char *aside, GBytes *damaged)
{
  g_autoptr (GBytes) kept = content_of (aside);
  struct stat file;

  g_assert_true (g_bytes_equal (kept, damaged));
  g_assert_cmpint (stat (aside, &file), ==, 0);
  g_assert_cmpint (file.st_mode & 0777, ==, 0400);
  g_assert_cmpuint (kiosk_vault_audit_size (f->vault), ==, 1); /* which says what happened */
  fixture_seal (f, 5);
}

static void
test_failed_migration (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autofree char *version_1 = sql_file ("1.sql");
  g_autofree char *aside = NULL;
  g_autoptr (GBytes) before = NULL;

  start_over (f);
  fixture_sql (f, version_1);
  fixture_sql (f, "ALTER TABLE record ADD COLUMN settled_ms INTEGER; PRAGMA user_version = 1;");
  before = content_of (f->path);
  aside = open_damaged (f);
  check_fresh (f, aside, before);
}

typedef void (*Damage) (char *content, gsize length);

static void
scramble_page (char *content, gsize length)
{
  memset (content + 4096, 0x5A, 4096);
}

static void
not_a_database (char *content, gsize length)
{
  memset (content, 'x', 16);
}

static void
test_damaged (gconstpointer data)
{
  Damage damage = (Damage)data;
  g_autoptr (Fixture) f = fixture_new ();
  g_autofree char *content = NULL;
  g_autofree char *aside = NULL;
  g_autoptr (GBytes) damaged = NULL;
  gsize length = 0;

  fixture_seal (f, 1);
  fixture_close (f);
  g_assert_true (g_file_get_contents (f->path, &content, &length, NULL));
  damage (content, length);
  g_assert_true (g_file_set_contents (f->path, content, (gssize)length, NULL));
  damaged = g_bytes_new (content, length);
  aside = open_damaged (f);
  check_fresh (f, aside, damaged);
}

static void
test_somebody_elses (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autofree char *aside = NULL;
  g_autoptr (GBytes) before = NULL;

  start_over (f);
  fixture_sql (f, "CREATE TABLE cookies (x); INSERT INTO cookies VALUES (1);");
  before = content_of (f->path);
  aside = open_damaged (f);
  check_fresh (f, aside, before);
}

static void
test_gap_in_log (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autofree char *aside = NULL;

  for (guint n = 0; n < 3; n++)
    g_assert_true (kiosk_vault_audit (f->vault, "start", NULL, NULL));
  fixture_close (f);
  fixture_sql (f, "DELETE FROM leaf WHERE idx = 1");
  aside = open_damaged (f);
  g_assert_true (g_str_has_prefix (aside, f->folder));
}

static void
test_impossible_folder (void)
{
  g_autoptr (KioskClock) clock = kiosk_clock_new_manual (FIXTURE_NOW);
  g_autoptr (GError) error = NULL;

  g_assert_null (kiosk_vault_open ("/proc/nowhere", clock, NULL, &error));
  g_assert_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_DISK);
  g_assert_nonnull (strstr (error->message, "/proc/nowhere"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/file/is-for-its-owner-only", test_settings);
  g_test_add_func ("/vault/file/has-one-owner", test_one_owner);
  g_test_add_func ("/vault/file/a-newer-one-is-left-alone", test_newer_left_alone);
  g_test_add_func ("/vault/file/an-older-one-is-migrated", test_older_migrated);
  g_test_add_func ("/vault/file/a-migration-that-fails-changes-nothing", test_failed_migration);
  g_test_add_data_func ("/vault/file/a-scrambled-page-is-set-aside", scramble_page, test_damaged);
  g_test_add_data_func ("/vault/file/no-database-is-set-aside", not_a_database, test_damaged);
  g_test_add_func ("/vault/file/somebody-elses-is-set-aside", test_somebody_elses);
  g_test_add_func ("/vault/file/a-gap-in-the-log-is-set-aside", test_gap_in_log);
  g_test_add_func ("/vault/file/an-impossible-folder-is-named", test_impossible_folder);
  return g_test_run ();
}
