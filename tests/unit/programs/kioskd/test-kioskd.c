/* The program as it is started: what it says when something is wrong, and that it lives on when it
 * can. No gateway answers, no reader is there. */
#include "eye.h"
#include "process.h"
#include "trust/pki.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#define DAY_MS G_GINT64_CONSTANT (86400000)

typedef struct
{
  char *folder;
  char *settings;
  StageProcess *kioskd;
} Fixture;

static char *
path_in (const Fixture *f, const char *name)
{
  return g_build_filename (f->folder, name, NULL);
}

static void
write_file (const Fixture *f, const char *name, const char *text, gssize length)
{
  g_autofree char *path = path_in (f, name);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, length, NULL));
}

static void
write_authority (const Fixture *f, const char *name)
{
  gint64 now = g_get_real_time () / 1000;
  const KioskCertTemplate template = { .role = KIOSK_CERT_CA,
                                       .common_name = name,
                                       .not_before_ms = now - DAY_MS,
                                       .not_after_ms = now + DAY_MS };
  g_autoptr (EVP_PKEY) key = kiosk_pki_key_new (NULL);
  g_autoptr (X509) cert = kiosk_pki_issue (&template, key, NULL, key, NULL);
  g_autofree char *pem = kiosk_pki_cert_to_pem (cert);

  write_file (f, name, pem, -1);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *settings = NULL;

  f->folder = g_dir_make_tmp ("kioskd-XXXXXX", NULL);
  f->settings = path_in (f, "kioskd.ini");
  write_authority (f, "gateway-ca.pem");
  write_authority (f, "anchors.pem");
  settings = g_strdup_printf (
    "[paths]\nstate=state\nsockets=sockets\nprofiles=cards\nreader=/bin/false\nscanner=%s\n"
    "[gateway]\nurl=https://localhost:1\nca=gateway-ca.pem\nanchors=anchors.pem\n",
    g_getenv ("SCANNER"));
  write_file (f, "kioskd.ini", settings, -1);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  const char *const argv[] = { "rm", "-rf", f->folder, NULL };

  stage_process_free (f->kioskd);
  g_assert_true (g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, NULL, NULL));
  g_free (f->folder);
  g_free (f->settings);
}

/* (transfer full): its last words, one line; it must end with @status. */
static char *
refused (Fixture *f, int status)
{
  const char *const argv[] = { g_getenv ("KIOSKD"), "--settings", f->settings, NULL };
  g_autoptr (GError) error = NULL;
  char *words = NULL;
  g_autofree char *said = stage_run_to (argv, NULL, status, &words, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (said, ==, "");
  g_assert_true (g_str_has_prefix (words, "kioskd: "));
  g_assert_true (strchr (words, '\n') == words + strlen (words) - 1);
  return words;
}

static void
wait_until_ready (Fixture *f)
{
  const char *const argv[] = { g_getenv ("KIOSKD"), "--settings", f->settings, NULL };
  g_autoptr (GError) error = NULL;

  f->kioskd = stage_process_start ("kioskd", argv, NULL, f->folder, &error);
  g_assert_no_error (error);
  stage_process_wait_ready (f->kioskd, 60, &error);
  g_assert_no_error (error);
  g_assert_true (g_path_is_absolute (stage_process_value (f->kioskd, "front")));
  g_assert_true (g_path_is_absolute (stage_process_value (f->kioskd, "control")));
}

/* (transfer full): what kioskctl prints, on either stream. */
static char *
ask (Fixture *f, const char *words, int status)
{
  g_autofree char *line = g_strdup_printf ("%s --socket %s %s", g_getenv ("KIOSKCTL"),
                                           stage_process_value (f->kioskd, "control"), words);
  g_auto (GStrv) argv = g_strsplit (line, " ", -1);
  g_autofree char *complaints = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *said
    = stage_run_to ((const char *const *)argv, NULL, status, &complaints, &error);

  g_assert_no_error (error);
  return g_strconcat (said, complaints, NULL);
}

static void
stop (Fixture *f, int number)
{
  g_autoptr (GError) error = NULL;

  stage_process_stop (f->kioskd, number, &error);
  g_assert_no_error (error);
  g_clear_pointer (&f->kioskd, stage_process_free);
}

static void
test_starts_and_ends (Fixture *f, gconstpointer data)
{
  const int signals[] = { SIGTERM, SIGINT };

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      g_autofree char *status = NULL;
      g_autofree char *audit = NULL;
      g_autofree char *outbox = NULL;

      wait_until_ready (f);
      status = ask (f, "status --json", 0);
      g_assert_nonnull (strstr (status, "\"enrolled\":false"));
      g_assert_nonnull (strstr (status, "\"unavailable\":\"not-enrolled\""));
      g_assert_nonnull (strstr (status, "\"driver\":\"none\""));
      audit = ask (f, "audit verify", 0);
      g_assert_nonnull (strstr (audit, "The audit log holds"));
      outbox = ask (f, "outbox", 0);
      g_assert_cmpstr (outbox, ==, "Nothing waits.\n");
      stop (f, signals[i]);
    }
}

/* With a code before it, with none, and with no camera at all. */
static void
test_camera (Fixture *f, gconstpointer data)
{
  g_autofree char *settings = NULL, *source = NULL, *text = NULL;
  g_autofree char *without = NULL, *before = NULL, *seen = NULL, *unseen = NULL, *after = NULL;
  Eye eye;

  wait_until_ready (f);
  without = ask (f, "camera", 1);
  g_assert_nonnull (strstr (without, "no camera is set"));
  stop (f, SIGTERM);
  eye_init (&eye);
  eye_paint (eye.frame, "a receipt", -1);
  source = eye_still (&eye, eye.frame);
  g_assert_true (g_file_get_contents (f->settings, &settings, NULL, NULL));
  text = g_strdup_printf ("%s[camera]\nsource=%s\n", settings, source);
  write_file (f, "kioskd.ini", text, -1);
  wait_until_ready (f);
  before = ask (f, "status --json", 0);
  g_assert_nonnull (strstr (before, "\"camera\":{\"state\":\"off\",\"source\":\"none\"}"));
  seen = ask (f, "camera --json", 0);
  g_assert_nonnull (strstr (seen, "\"state\":\"ready\",\"source\":\"files\""));
  g_assert_nonnull (strstr (seen, "\"code_bytes\":9"));
  g_assert_null (strstr (seen, "receipt"));
  eye_paint (eye.frame, NULL, 0);
  g_free (eye_still (&eye, eye.frame));
  unseen = ask (f, "camera --seconds 2", 1);
  g_assert_nonnull (strstr (unseen, "none was read; the last advice: nothing"));
  after = ask (f, "status --json", 0);
  g_assert_nonnull (strstr (after, "\"camera\":{\"state\":\"off\",\"source\":\"files\"}"));
  stop (f, SIGTERM);
  eye_clear (&eye);
}

static void
test_bad_settings (Fixture *f, gconstpointer data)
{
  g_autofree char *huge = g_strnfill (200000, '#');
  const struct
  {
    const char *content;
    const char *says;
  } cases[] = {
    { "no key file at all", "kioskd.ini" },
    { "[gateway]\nurl=ftp://x\n", "url" },
    { "[gateway]\nurl=https://localhost:1\n[nfc]\ndevise=x\n", "devise" },
    { huge, "kioskd.ini" },
  };
  g_autofree char *missing = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = NULL;

      write_file (f, "kioskd.ini", cases[i].content, -1);
      words = refused (f, 1);
      g_assert_nonnull (strstr (words, cases[i].says));
    }
  g_assert_cmpint (g_remove (f->settings), ==, 0);
  missing = refused (f, 1);
  g_assert_nonnull (strstr (missing, "kioskd.ini"));
}

static void
test_bad_certificates (Fixture *f, gconstpointer data)
{
  const char *const names[] = { "gateway-ca.pem", "anchors.pem" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *garbled = NULL;
      g_autofree char *missing = NULL;
      g_autofree char *path = path_in (f, names[i]);

      write_file (f, names[i], "not a certificate", -1);
      garbled = refused (f, 1);
      g_assert_nonnull (strstr (garbled, names[i]));
      g_assert_cmpint (g_remove (path), ==, 0);
      missing = refused (f, 1);
      g_assert_nonnull (strstr (missing, names[i]));
      write_authority (f, names[i]);
    }
}

static void
test_two_of_them (Fixture *f, gconstpointer data)
{
  g_autofree char *words = NULL;

  wait_until_ready (f);
  words = refused (f, 1);
  g_assert_nonnull (strstr (words, "vault"));
  /* The first one is not disturbed. */
  g_free (ask (f, "status", 0));
  stop (f, SIGTERM);
}

static void
run_sql (Fixture *f, const char *sql)
{
  g_autofree char *path = g_build_filename (f->folder, "state", "vault", "vault.db", NULL);
  const char *const argv[] = { "sqlite3", path, sql, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *said = stage_run (argv, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (said, ==, "");
}

static void
test_newer_vault (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "state", "vault", "vault.db", NULL);
  g_autofree char *before = NULL, *after = NULL, *status = NULL, *audit = NULL;
  gsize before_length, after_length;

  wait_until_ready (f);
  stop (f, SIGTERM);
  run_sql (f, "PRAGMA user_version = 9999;");
  g_assert_true (g_file_get_contents (path, &before, &before_length, NULL));
  wait_until_ready (f);
  status = ask (f, "status --json", 0);
  g_assert_nonnull (strstr (status, "\"unavailable\":\"vault\""));
  audit = ask (f, "audit verify", 1);
  g_assert_nonnull (strstr (audit, "vault"));
  stop (f, SIGTERM);
  g_assert_true (g_file_get_contents (path, &after, &after_length, NULL));
  g_assert_cmpmem (before, (int)before_length, after, (int)after_length);
}

static void
test_damaged_vault (Fixture *f, gconstpointer data)
{
  g_autofree char *vault = g_build_filename (f->folder, "state", "vault", NULL);
  g_autofree char *status = NULL;
  g_autoptr (GDir) folder = NULL;
  const char *name;
  guint kept = 0;

  wait_until_ready (f);
  stop (f, SIGTERM);
  write_file (f, "state/vault/vault.db", "this was a database once", -1);
  wait_until_ready (f);
  status = ask (f, "status --json", 0);
  g_assert_nonnull (strstr (status, "\"unavailable\":\"not-enrolled\""));
  stop (f, SIGTERM);
  folder = g_dir_open (vault, 0, NULL);
  while ((name = g_dir_read_name (folder)) != NULL)
    kept += g_str_has_prefix (name, "damaged-");
  g_assert_cmpuint (kept, ==, 1);
}

static void
test_pepper (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "state", "pepper", NULL);
  g_autofree char *words = NULL;
  GStatBuf info;

  wait_until_ready (f);
  stop (f, SIGTERM);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 07777, ==, 0600);
  g_assert_cmpint (info.st_size, ==, 32);
  write_file (f, "state/pepper", "short", -1);
  words = refused (f, 1);
  g_assert_nonnull (strstr (words, "pepper"));
}

/* What a technician asks wrongly, or asks a gateway that is not there. */
static void
test_refused_requests (Fixture *f, gconstpointer data)
{
  g_autofree char *bundle = path_in (f, "garbage.p7");
  g_autofree char *install = g_strdup_printf ("bundle install trust %s", bundle);
  const struct
  {
    const char *words;
    int status;
    const char *says;
  } cases[] = {
    { "enrol AAAA-AAAA", 1, "kioskctl: " },
    { install, 1, "trust" },
    { "wait accepted --reference 7QK4-M2XD --timeout 0", 1, "in time" },
    { "wait finished --reference 7QK4-M2XD", 2, "STATE" },
    { "wait accepted", 2, "usage" },
    { "wait offline", 0, "offline" },
    { "wait online --timeout 0", 1, "the gateway did not become online" },
    { "dance", 2, "no such command" },
  };

  write_file (f, "garbage.p7", "garbage", -1);
  wait_until_ready (f);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *said = ask (f, cases[i].words, cases[i].status);

      g_test_message ("%s: %s", cases[i].words, said);
      g_assert_nonnull (strstr (said, cases[i].says));
    }
  stop (f, SIGTERM);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define CASE(path, function)                                                                       \
  g_test_add ("/kioskd/program/" path, Fixture, NULL, set_up, function, tear_down)
  CASE ("says-when-it-is-ready-and-ends-when-asked", test_starts_and_ends);
  CASE ("a-technician-looks-through-the-camera", test_camera);
  CASE ("bad-settings-are-refused-in-one-line", test_bad_settings);
  CASE ("bad-certificates-are-named", test_bad_certificates);
  CASE ("a-second-one-is-refused", test_two_of_them);
  CASE ("a-newer-vault-is-left-alone-and-the-doors-stay-closed", test_newer_vault);
  CASE ("a-damaged-vault-is-set-aside", test_damaged_vault);
  CASE ("pepper-is-private-and-never-replaced", test_pepper);
  CASE ("technicians-mistakes-are-answered", test_refused_requests);
  return g_test_run ();
}
