/* What becomes of a vault that kioskd finds: newer, older, damaged, taken away. */
#include "bad-input.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOWHERE "https://localhost:1"
#define TXID    "00000000000000000000000001"

typedef struct
{
  BadWorld *world;
  char *folder; /* of the vault */
  char *vault;
} Fixture;

static BadWorld *world; /* one government for all kiosks */

/* kioskd has run here before. */
static void
set_up (Fixture *f, gconstpointer data)
{
  f->world = world;
  f->folder = bad_path (f->world, "state/vault");
  f->vault = bad_path (f->world, "state/vault/vault.db");
  bad_kioskd_start (f->world, NOWHERE);
  bad_kioskd_stop (f->world);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *state = bad_path (f->world, "state");
  const char *const argv[] = { "rm", "-rf", state, NULL };

  g_free (stage_run (argv, NULL, NULL));
  g_free (f->folder);
  g_free (f->vault);
}

/* It starts, and says exactly one line, which holds all of @first and @second. */
static void
start_and_hear (Fixture *f, const char *first, const char *second)
{
  g_auto (GStrv) words = NULL;

  bad_kioskd_start (f->world, NOWHERE);
  words = bad_kioskd_words (f->world);
  for (gsize i = 0; words[i] != NULL; i++)
    g_test_message ("%s", words[i]);
  g_assert_cmpuint (g_strv_length (words), ==, 1);
  g_assert_nonnull (strstr (words[0], first));
  g_assert_nonnull (strstr (words[0], second));
}

static void
expect_status (Fixture *f, const char *what)
{
  g_autofree char *status = bad_ctl (f->world, (const char *const[]){ "status", "--json", NULL });

  g_assert_nonnull (strstr (status, what));
}

static void
test_newer (Fixture *f, gconstpointer data)
{
  g_autofree char *before = NULL, *after = NULL;

  bad_run_sql (f->vault, "CREATE TABLE future (x); PRAGMA user_version = 9999;\n");
  before = bad_fingerprint (f->folder);
  start_and_hear (f, f->vault, "update this program");
  expect_status (f, "\"unavailable\":\"vault\"");
  g_free (bad_ctl_refused (f->world, (const char *const[]){ "outbox", NULL }, "vault"));
  bad_kioskd_stop (f->world);
  after = bad_fingerprint (f->folder);
  g_assert_cmpstr (before, ==, after);
}

static void
test_no_file (Fixture *f, gconstpointer data)
{
  g_autofree char *before = NULL, *after = NULL;

  g_assert_cmpint (g_unlink (f->vault), ==, 0);
  g_assert_cmpint (g_mkdir (f->vault, 0700), ==, 0);
  before = bad_fingerprint (f->folder);
  start_and_hear (f, f->vault, "mended");
  expect_status (f, "\"unavailable\":\"vault\"");
  bad_kioskd_stop (f->world);
  after = bad_fingerprint (f->folder);
  g_assert_cmpstr (before, ==, after);
}

/* As version 1 left it, with a record that the gateway had accepted. */
static void
test_older (Fixture *f, gconstpointer data)
{
  g_autofree char *script = bad_source ("data/sql/vault/1.sql");
  g_autoptr (GBytes) sql = bad_read (script);
  g_autofree char *text = g_strndup (g_bytes_get_data (sql, NULL), g_bytes_get_size (sql));
  g_autofree char *version = NULL, *record = NULL, *found = NULL;
  g_auto (GStrv) words = NULL;

  g_assert_cmpint (g_unlink (f->vault), ==, 0);
  bad_run_sql (f->vault, text);
  bad_run_sql (f->vault,
               "INSERT INTO leaf VALUES (0, CAST ('{\"kind\":\"start\",\"at_ms\":1}' AS BLOB));"
               "INSERT INTO record (txid, reference, service, sequence, sealed_ms, fee_cents, "
               "digest, holder_tag, leaf, receipt, sealed, state) VALUES ('" TXID
               "', '7QK4-M2XD', 's', 1, 5, 6, zeroblob(32), zeroblob(32), 0, 'KR1:', x'AA', 1);"
               "UPDATE counter SET next_sequence = 2; PRAGMA user_version = 1;\n");
  bad_kioskd_start (f->world, NOWHERE);
  words = bad_kioskd_words (f->world);
  g_assert_cmpuint (g_strv_length (words), ==, 0);
  expect_status (f, "\"accepted\":1");
  found = bad_ctl (f->world, (const char *const[]){ "outbox", NULL });
  g_assert_nonnull (strstr (found, TXID));
  bad_kioskd_stop (f->world);
  version = bad_ask_sql (f->vault, "PRAGMA user_version;\n");
  g_assert_cmpstr (version, ==, "4");
  record = bad_ask_sql (f->vault, "SELECT txid, sequence, state, hex(sealed) FROM record;\n");
  g_assert_cmpstr (record, ==, TXID "|1|1|AA");
}

static void
cut_short (Fixture *f)
{
  bad_damage (f->world, f->vault, BAD_TRUNCATED);
}

static void
overwrite (Fixture *f)
{
  bad_damage (f->world, f->vault, BAD_GARBAGE);
}

static void
scramble_page (Fixture *f)
{
  g_autoptr (GBytes) content = bad_read (f->vault);
  g_autofree char *copy = g_memdup2 (g_bytes_get_data (content, NULL), g_bytes_get_size (content));

  memset (copy + 4096, 0x5a, 4096);
  bad_write (f->vault, copy, (gssize)g_bytes_get_size (content));
}

static void
somebody_elses (Fixture *f)
{
  g_assert_cmpint (g_unlink (f->vault), ==, 0);
  bad_run_sql (f->vault, "CREATE TABLE cookies (x); INSERT INTO cookies VALUES (1);\n");
}

static void
gap_in_log (Fixture *f)
{
  for (guint i = 0; i < 3; i++)
    {
      bad_kioskd_start (f->world, NOWHERE);
      bad_kioskd_stop (f->world);
    }
  bad_run_sql (f->vault, "DELETE FROM leaf WHERE idx = 1;\n");
}

static char *
find_set_aside (Fixture *f)
{
  g_autoptr (GDir) folder = g_dir_open (f->folder, 0, NULL);
  char *found = NULL;
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    if (g_str_has_prefix (name, "damaged-"))
      {
        g_assert_null (found);
        found = g_build_filename (f->folder, name, NULL);
      }
  g_assert_nonnull (found);
  return found;
}

static void
test_damaged (Fixture *f, gconstpointer data)
{
  void (*damage) (Fixture *) = (void (*) (Fixture *))data;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) kept = NULL;
  g_autofree char *aside = NULL;
  g_autofree char *leaves = NULL;
  GStatBuf info;

  damage (f);
  before = bad_read (f->vault);
  start_and_hear (f, f->folder, "damaged-");
  expect_status (f, "\"unavailable\":\"not-enrolled\"");
  g_free (bad_ctl (f->world, (const char *const[]){ "audit", "verify", NULL }));
  bad_kioskd_stop (f->world);
  aside = find_set_aside (f);
  kept = bad_read (aside);
  g_assert_true (g_bytes_equal (before, kept));
  g_assert_cmpint (g_stat (aside, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0400);
  leaves = bad_ask_sql (
    f->vault, "SELECT count(*) FROM leaf WHERE CAST (data AS TEXT) LIKE '%vault-set-aside%';\n");
  g_assert_cmpstr (leaves, ==, "1");
}

/* A thousand times as long, with nothing behind what SQLite says is its end: nothing is lost. */
static void
test_huge (Fixture *f, gconstpointer data)
{
  g_autofree char *before = bad_ask_sql (f->vault, "SELECT * FROM leaf;\n");
  g_autofree char *after = NULL;
  g_autofree char *log = NULL;
  GStatBuf info;

  g_assert_cmpint (g_stat (f->vault, &info), ==, 0);
  g_assert_cmpint (truncate (f->vault, info.st_size * 1000), ==, 0);
  bad_kioskd_start (f->world, NOWHERE);
  expect_status (f, "\"unavailable\":\"not-enrolled\"");
  bad_kioskd_stop (f->world);
  after = bad_ask_sql (f->vault, "SELECT * FROM leaf;\n");
  g_assert_true (g_str_has_prefix (after, before));
}

static void
test_lost (Fixture *f, gconstpointer data)
{
  gint64 now = g_get_real_time () / 1000;
  const KioskCertTemplate template = { .role = KIOSK_CERT_KIOSK,
                                       .common_name = "k-1",
                                       .not_before_ms = now - 60000,
                                       .not_after_ms = now + 3600000 };
  g_autofree char *cert_path = bad_path (f->world, "state/kiosk.pem");
  g_autofree char *key_path = bad_path (f->world, "state/kiosk.key");
  g_autoptr (EVP_PKEY) key = kiosk_pki_key_new (NULL);
  g_autoptr (X509) cert
    = kiosk_pki_issue (&template, key, f->world->stranger.cert, f->world->stranger.key, NULL);
  g_autofree char *pem = kiosk_pki_cert_to_pem (cert);

  bad_write (cert_path, pem, -1);
  g_assert_true (kiosk_pki_key_save (key, key_path, NULL));
  g_assert_cmpint (g_unlink (f->vault), ==, 0);
  if (g_str_equal (data, "empty"))
    bad_write (f->vault, "", 0);
  start_and_hear (f, f->vault, "find out what became of the records");
  bad_kioskd_stop (f->world);
}

static void
test_pepper (Fixture *f, gconstpointer data)
{
  g_autofree char *path = bad_path (f->world, "state/pepper");

  g_assert_cmpint (g_unlink (path), ==, 0);
  start_and_hear (f, path, "restore it from a backup");
  bad_kioskd_stop (f->world);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
#define CASE(path, data, function)                                                                 \
  g_test_add ("/bad-input/vault/" path, Fixture, data, set_up, function, tear_down)
  CASE ("a-newer-one-is-left-alone", NULL, test_newer);
  CASE ("an-older-one-is-migrated-with-all-that-is-in-it", NULL, test_older);
  CASE ("one-that-cannot-be-opened-closes-the-doors", NULL, test_no_file);
  CASE ("one-cut-short-is-set-aside", cut_short, test_damaged);
  CASE ("one-overwritten-is-set-aside", overwrite, test_damaged);
  CASE ("one-with-a-scrambled-page-is-set-aside", scramble_page, test_damaged);
  CASE ("somebody-elses-is-set-aside", somebody_elses, test_damaged);
  CASE ("one-with-a-gap-in-its-log-is-set-aside", gap_in_log, test_damaged);
  CASE ("one-a-thousand-times-too-long-loses-nothing", NULL, test_huge);
  CASE ("one-that-was-taken-away-is-reported", "missing", test_lost);
  CASE ("one-that-was-emptied-is-reported", "empty", test_lost);
  CASE ("a-pepper-that-was-taken-away-is-reported", NULL, test_pepper);
  world = bad_world_new ();
  status = g_test_run ();
  bad_world_free (world);
  return status;
}
