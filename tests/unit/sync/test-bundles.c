/* Bundles and signed time: only forward. */
#include <string.h>

#include "sync-fixture.h"

static guint64
serial_of (SyncFixture *f, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskBundle) bundle = kiosk_sync_bundle (f->sync, name, &error);

  g_assert_no_error (error);
  return bundle->serial;
}

static void
set (SyncFixture *f, const char *name, guint64 serial, GBytes *cms)
{
  gateway_set_bundle (f->gateway, name, serial, cms);
  g_bytes_unref (cms);
}

static void
test_newer_comes (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();

  g_assert_cmpuint (serial_of (f, "catalogue"), ==, 1);
  set (f, "catalogue", 5, world_bundle (f->world, "catalogue", 5));
  sync_fixture_later (f, SYNC_POLL_MS);
  g_assert_cmpuint (serial_of (f, "catalogue"), ==, 5);
  g_assert_true (g_ptr_array_find_with_equal_func (f->changed, "catalogue", g_str_equal, NULL));
  sync_fixture_restart (f);
  g_assert_cmpuint (serial_of (f, "catalogue"), ==, 5);
}

static void
test_older_is_refused (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  g_autoptr (GBytes) older = world_bundle (f->world, "catalogue", 4);
  g_autoptr (GError) error = NULL;

  set (f, "catalogue", 5, world_bundle (f->world, "catalogue", 5));
  sync_fixture_later (f, SYNC_POLL_MS);
  gateway_set_bundle (f->gateway, "catalogue", 4, older);
  sync_fixture_later (f, SYNC_POLL_MS);
  g_assert_cmpuint (serial_of (f, "catalogue"), ==, 5);
  g_assert_cmpuint (sync_fixture_status (f).refusals, ==, 1);
  g_assert_false (kiosk_sync_install_bundle (f->sync, "catalogue", older, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_ROLLBACK);
}

static void
test_other_name_is_refused (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  g_autoptr (GBytes) other = world_bundle (f->world, "lost-cards", 9);

  g_assert_false (kiosk_sync_install_bundle (f->sync, "catalogue", other, NULL));
  g_assert_cmpuint (serial_of (f, "catalogue"), ==, 1);
}

/* One that fails does not keep the others from coming. */
static void
test_one_fails (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  g_autoptr (GBytes) junk = g_bytes_new_static ("junk", 4);

  gateway_set_bundle (f->gateway, "trust", 2, junk);
  set (f, "catalogue", 2, world_bundle (f->world, "catalogue", 2));
  sync_fixture_later (f, SYNC_POLL_MS);
  g_assert_cmpuint (serial_of (f, "trust"), ==, 1);
  g_assert_cmpuint (serial_of (f, "catalogue"), ==, 2);
}

static void
test_unchanged_costs_little (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  guint64 before = kiosk_vault_audit_size (f->vault);

  sync_fixture_later (f, SYNC_POLL_MS);
  g_assert_cmpuint (kiosk_vault_audit_size (f->vault), ==, before);
}

static void
test_missing (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new_bare (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (kiosk_sync_bundle (f->sync, "catalogue", &error));
  g_assert_error (error, KIOSK_SYNC_ERROR, KIOSK_SYNC_ERROR_UNREACHABLE);
}

static void
test_time_rises (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  gint64 later = WORLD_NOW + 3 * SYNC_POLL_MS;

  gateway_set_time (f->gateway, later);
  sync_fixture_later (f, SYNC_POLL_MS);
  g_assert_cmpint (kiosk_clock_wall_ms (f->clock), ==, later);
  g_assert_true (kiosk_clock_is_behind (f->clock, 120000));
  /* An older time signed by the gateway moves nothing; and the floor is there after a restart. */
  gateway_set_time (f->gateway, WORLD_NOW);
  sync_fixture_nudge (f);
  kiosk_clock_unref (f->clock);
  f->clock = kiosk_clock_new_manual (0);
  sync_fixture_restart (f);
  g_assert_cmpint (kiosk_clock_wall_ms (f->clock), >=, later);
}

static void
test_unsigned_time (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  g_autofree char *json = g_strdup_printf ("{\"time_ms\":%" G_GINT64_FORMAT "}", 2 * WORLD_NOW);
  g_autoptr (GBytes) lie = world_sign (json, &f->world->stranger);

  gateway_fault (f->gateway, "POST /v1/heartbeat",
                 &(GatewayFault){ .kind = GATEWAY_FAULT_STATUS, .status = 200, .body = lie });
  sync_fixture_nudge (f);
  g_assert_cmpint (kiosk_clock_wall_ms (f->clock), ==, WORLD_NOW);
}

/* The gateway's new hand is in a trust list that comes after its first receipt. */
static void
test_new_receipt_signer (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new_bare (NULL);
  g_autofree char *txid = NULL;
  g_autoptr (GError) error = NULL;

  set (f, "trust", 1, world_trust (f->world, 1, FALSE));
  error = sync_fixture_enrol (f, "GOOD-CODE");
  g_assert_no_error (error);
  kiosk_sync_start (f->sync);
  sync_fixture_wait_round (f, f->rounds);
  txid = sync_fixture_seal (f, 1, "td");
  sync_fixture_nudge (f);
  g_assert_cmpint (sync_fixture_state (f, txid), ==, KIOSK_RECORD_RECEIVED);
  set (f, "trust", 2, world_trust (f->world, 2, TRUE));
  sync_fixture_nudge (f);
  sync_fixture_nudge (f);
  sync_fixture_check_ledger (f, 1, &txid);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/bundles/a-newer-one-comes-and-stays", test_newer_comes);
  g_test_add_func ("/sync/bundles/an-older-one-is-refused", test_older_is_refused);
  g_test_add_func ("/sync/bundles/of-another-name-is-refused", test_other_name_is_refused);
  g_test_add_func ("/sync/bundles/one-that-fails-blocks-no-other", test_one_fails);
  g_test_add_func ("/sync/bundles/unchanged-ones-write-nothing", test_unchanged_costs_little);
  g_test_add_func ("/sync/bundles/one-that-never-came-says-so", test_missing);
  g_test_add_func ("/sync/bundles/a-new-signer-of-receipts-is-learnt", test_new_receipt_signer);
  g_test_add_func ("/sync/time/rises-by-the-gateways-signature", test_time_rises);
  g_test_add_func ("/sync/time/a-stranger-cannot-move-it", test_unsigned_time);
  return g_test_run ();
}
