/* How a kiosk comes by its certificate. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "sync-fixture.h"

static char *
state_file (SyncFixture *f, const char *name)
{
  return g_build_filename (f->folder, name, NULL);
}

static void
test_good_code (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new_bare (NULL);
  g_autofree char *key = state_file (f, "kiosk.key");
  g_autofree char *none = kiosk_sync_kiosk_id (f->sync);
  g_autofree char *kiosk = NULL;
  g_autoptr (GError) error = NULL;
  struct stat file;

  g_assert_null (none);
  g_assert_null (kiosk_sync_signer (f->sync));
  error = sync_fixture_enrol (f, "GOOD-CODE");
  g_assert_no_error (error);
  kiosk = kiosk_sync_kiosk_id (f->sync);
  g_assert_cmpstr (kiosk, ==, "k-test");
  g_assert_nonnull (kiosk_sync_signer (f->sync));
  g_assert_true (sync_fixture_status (f).enrolled);
  g_assert_cmpint (stat (key, &file), ==, 0);
  g_assert_cmpint (file.st_mode & 0777, ==, 0600);
}

static void
test_wrong_code (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new_bare (NULL);
  g_autoptr (GError) error = sync_fixture_enrol (f, "BAD-CODE");
  g_autoptr (GError) second = NULL;

  g_assert_error (error, KIOSK_SYNC_ERROR, KIOSK_SYNC_ERROR_CODE);
  g_assert_false (sync_fixture_status (f).enrolled);
  second = sync_fixture_enrol (f, "GOOD-CODE");
  g_assert_no_error (second);
}

/* The answer is lost on the way: the key stays, and the next code finds it. */
static void
test_lost_answer (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new_bare (NULL);
  g_autofree char *path = state_file (f, "kiosk.key");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) second = NULL;

  gateway_fault (f->gateway, "POST", &(GatewayFault){ .kind = GATEWAY_FAULT_CUT, .cut = 99 });
  error = sync_fixture_enrol (f, "GOOD-CODE");
  g_assert_error (error, KIOSK_SYNC_ERROR, KIOSK_SYNC_ERROR_UNREACHABLE);
  g_assert_true (g_file_get_contents (path, &before, NULL, NULL));
  second = sync_fixture_enrol (f, "GOOD-CODE");
  g_assert_no_error (second);
  g_assert_true (g_file_get_contents (path, &after, NULL, NULL));
  g_assert_cmpstr (before, ==, after);
}

/* A certificate for somebody else's key. */
static void
test_foreign_certificate (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new_bare (NULL);
  g_autofree char *pem = kiosk_pki_cert_to_pem (f->world->td.cert);
  g_autofree char *escaped = g_strescape (pem, NULL);
  g_autofree char *json = g_strdup_printf (
    "{\"kiosk\":\"td\",\"certificate\":\"%s\",\"chain\":\"%s\"}", escaped, escaped);
  g_autoptr (GBytes) body = g_bytes_new (json, strlen (json));
  g_autoptr (GError) error = NULL;

  gateway_fault (f->gateway, "POST", &(GatewayFault){ .kind = GATEWAY_FAULT_BODY, .body = body });
  error = sync_fixture_enrol (f, "GOOD-CODE");
  g_assert_error (error, KIOSK_SYNC_ERROR, KIOSK_SYNC_ERROR_PROTOCOL);
  g_assert_null (kiosk_sync_signer (f->sync));
}

static void
test_after_restart (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();

  sync_fixture_restart (f);
  g_assert_true (sync_fixture_status (f).enrolled);
  g_assert_true (sync_fixture_status (f).reachable);
}

/* The double's certificates last a year and ninety days; two thirds of that is 303 days. */
static void
test_renewal (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  const KioskSigner *first = kiosk_sync_signer (f->sync);

  g_assert_cmpuint (gateway_requests (f->gateway, "POST /v1/kiosks/renew"), ==, 1);
  g_assert_cmpint (X509_check_private_key (first->cert, first->key), ==, 1);
  sync_fixture_check_log (f);
}

static void
test_missing_authority (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new_bare (NULL);
  g_autoptr (GError) error = NULL;
  KioskSyncConfig config = { .gateway = "https://localhost:1",
                             .gateway_ca = "/nowhere/ca.pem",
                             .state_folder = f->folder,
                             .bundle_anchors = f->world->anchors };

  g_assert_null (kiosk_sync_new (&config, f->vault, f->clock, f->random, NULL, NULL, &error));
  g_assert_nonnull (strstr (error->message, "/nowhere/ca.pem"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/enrolment/a-good-code-gives-a-certificate", test_good_code);
  g_test_add_func ("/sync/enrolment/a-wrong-code-says-so", test_wrong_code);
  g_test_add_func ("/sync/enrolment/a-lost-answer-keeps-the-key", test_lost_answer);
  g_test_add_func ("/sync/enrolment/a-foreign-certificate-is-refused", test_foreign_certificate);
  g_test_add_func ("/sync/enrolment/lasts-over-a-restart", test_after_restart);
  g_test_add_func ("/sync/enrolment/is-renewed-at-two-thirds", test_renewal);
  g_test_add_func ("/sync/enrolment/a-missing-authority-is-named", test_missing_authority);
  return g_test_run ();
}
