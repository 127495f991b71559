/* Records on their way to a gateway that fails in every way it can answer. */
#include <string.h>

#include "sync-fixture.h"

#define PUT "PUT /v1/transactions"

static void
test_delivered (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  char *txids[5];

  for (guint n = 0; n < 5; n++)
    txids[n] = sync_fixture_seal (f, n, "td");
  sync_fixture_nudge (f);
  sync_fixture_check_ledger (f, 5, txids);
  g_assert_cmpuint (gateway_requests (f->gateway, PUT), ==, 5);
  g_assert_cmpuint (sync_fixture_status (f).uploads, ==, 5);
  g_assert_cmpuint (sync_fixture_status (f).duplicates, ==, 0);
  g_assert_true (g_ptr_array_find_with_equal_func (f->changed, txids[4], g_str_equal, NULL));
  for (guint n = 0; n < 5; n++)
    g_free (txids[n]);
}

/* @answer meets the first try; what is left is delivered once, a little later. */
static void
check_recovers (const GatewayFault *fault, gint64 wait_ms, guint duplicates)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  g_autofree char *txid = sync_fixture_seal (f, 1, "td");

  gateway_fault (f->gateway, PUT, fault);
  sync_fixture_nudge (f);
  g_assert_cmpint (sync_fixture_state (f, txid), ==, KIOSK_RECORD_RECEIVED);
  sync_fixture_check_log (f);
  sync_fixture_later (f, wait_ms);
  sync_fixture_check_ledger (f, 1, &txid);
  g_assert_cmpuint (sync_fixture_status (f).duplicates, ==, duplicates);
}

static void
test_server_error (void)
{
  check_recovers (&(GatewayFault){ .kind = GATEWAY_FAULT_STATUS, .status = 500 },
                  SYNC_RETRY_MOST_MS, 0);
}

static void
test_forbidden_is_not_for_good (void)
{
  check_recovers (&(GatewayFault){ .kind = GATEWAY_FAULT_STATUS, .status = 403 },
                  SYNC_RETRY_MOST_MS, 0);
}

/* Neither a nudge nor our own back-off comes before what the gateway asked for. */
static void
check_retry_after (guint status, const char *header)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  g_autofree char *txid = sync_fixture_seal (f, 1, "td");
  guint before;

  gateway_fault (
    f->gateway, PUT,
    &(GatewayFault){ .kind = GATEWAY_FAULT_STATUS, .status = status, .header = header });
  sync_fixture_nudge (f);
  before = gateway_requests (f->gateway, "");
  sync_fixture_nudge (f);
  kiosk_clock_advance (f->clock, 6999);
  sync_fixture_nudge (f);
  g_assert_cmpuint (gateway_requests (f->gateway, ""), ==, before);
  sync_fixture_later (f, 1);
  sync_fixture_check_ledger (f, 1, &txid);
}

static void
test_too_many (void)
{
  check_retry_after (429, "Retry-After: 7\r\n");
}

static void
test_unavailable (void)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (WORLD_NOW / 1000 + 7);
  g_autofree char *header = g_date_time_format (date, "Retry-After: %a, %d %b %Y %T GMT\r\n");

  check_retry_after (503, header);
}

static GBytes *
receipt_json (const char *txid, const char *digest, const KioskSigner *signer)
{
  g_autofree char *json
    = g_strdup_printf ("{\"kiosk\":\"k-test\",\"txid\":\"%s\",\"digest\":\"%s\",\"index\":0,"
                       "\"accepted_ms\":%" G_GINT64_FORMAT ",\"epoch\":\"epoch-1\"}",
                       txid, digest, WORLD_NOW);

  return world_sign (json, signer);
}

/* The gateway does its work, and something else than its receipt arrives. */
static void
check_refuses (SyncFixture *f, char *txid, GBytes *body)
{
  gateway_fault (f->gateway, PUT, &(GatewayFault){ .kind = GATEWAY_FAULT_BODY, .body = body });
  sync_fixture_nudge (f);
  g_assert_cmpint (sync_fixture_state (f, txid), ==, KIOSK_RECORD_RECEIVED);
  sync_fixture_check_log (f);
  sync_fixture_later (f, SYNC_RETRY_MOST_MS);
  sync_fixture_check_ledger (f, 1, &txid);
  g_assert_cmpuint (sync_fixture_status (f).duplicates, ==, 1);
}

static void
test_wrong_signature (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  g_autofree char *txid = sync_fixture_seal (f, 1, "td");
  g_autoptr (KioskRecord) record = kiosk_vault_find (f->vault, txid, NULL);
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, record->sealed);
  g_autoptr (GBytes) body = receipt_json (txid, digest, &f->world->stranger);

  check_refuses (f, txid, body);
  g_assert_cmpuint (sync_fixture_status (f).refusals, ==, 1);
}

static void
test_department_is_no_gateway (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  g_autofree char *txid = sync_fixture_seal (f, 1, "td");
  g_autoptr (KioskRecord) record = kiosk_vault_find (f->vault, txid, NULL);
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, record->sealed);
  g_autoptr (GBytes) body = receipt_json (txid, digest, &f->world->td);

  check_refuses (f, txid, body);
}

static void
test_other_digest (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  g_autofree char *txid = sync_fixture_seal (f, 1, "td");
  g_autofree char *digest = g_strnfill (64, '0');
  g_autoptr (GBytes) body = receipt_json (txid, digest, &f->world->receipt);

  check_refuses (f, txid, body);
}

static void
test_replayed_receipt (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  char *txids[2];
  g_autoptr (GBytes) old = NULL;

  txids[0] = sync_fixture_seal (f, 1, "td");
  sync_fixture_nudge (f);
  old = gateway_receipt (f->gateway, txids[0]);
  txids[1] = sync_fixture_seal (f, 2, "td");
  gateway_fault (f->gateway, PUT, &(GatewayFault){ .kind = GATEWAY_FAULT_BODY, .body = old });
  sync_fixture_nudge (f);
  g_assert_cmpint (sync_fixture_state (f, txids[1]), ==, KIOSK_RECORD_RECEIVED);
  sync_fixture_later (f, SYNC_RETRY_MOST_MS);
  sync_fixture_check_ledger (f, 2, txids);
  g_free (txids[0]);
  g_free (txids[1]);
}

static void
test_garbage (void)
{
  static const char *const garbage[] = { "", "{", "{\"kiosk\":\"k-test\"}", "<html>portal</html>" };

  for (gsize i = 0; i < G_N_ELEMENTS (garbage); i++)
    {
      g_autoptr (SyncFixture) f = sync_fixture_new ();
      g_autofree char *txid = sync_fixture_seal (f, 1, "td");
      g_autoptr (GBytes) body = g_bytes_new_static (garbage[i], strlen (garbage[i]));

      check_refuses (f, txid, body);
    }
}

static void
test_signed_garbage (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  g_autofree char *txid = sync_fixture_seal (f, 1, "td");
  g_autoptr (GBytes) body = world_sign ("{\"kiosk\":1}", &f->world->receipt);

  check_refuses (f, txid, body);
}

static void
test_three_megabytes (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  g_autofree char *txid = sync_fixture_seal (f, 1, "td");
  g_autoptr (GBytes) body = g_bytes_new_take (g_malloc0 (3 << 20), 3 << 20);

  check_refuses (f, txid, body);
}

/* Visible, with the gateway's reason, and whatever is behind it goes on. */
static void
test_permanent_refusal (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  g_autofree char *bad = sync_fixture_seal (f, 1, "td");
  g_autofree char *good = sync_fixture_seal (f, 2, "td");
  g_autoptr (GBytes) problem = g_bytes_new_static ("{\"code\":\"seal\"}", 15);
  g_autoptr (KioskRecord) record = NULL;

  gateway_fault (f->gateway, PUT,
                 &(GatewayFault){ .kind = GATEWAY_FAULT_STATUS, .status = 422, .body = problem });
  sync_fixture_nudge (f);
  record = kiosk_vault_find (f->vault, bad, NULL);
  g_assert_cmpint (record->state, ==, KIOSK_RECORD_QUARANTINED);
  g_assert_cmpstr (record->reason, ==, "seal");
  g_assert_nonnull (record->sealed);
  g_assert_cmpuint (sync_fixture_status (f).refusals, ==, 1);
  sync_fixture_check_ledger (f, 1, &good);
}

static void
test_reason_without_a_code (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  g_autofree char *txid = sync_fixture_seal (f, 1, "td");
  g_autoptr (GBytes) page = g_bytes_new_static ("<h1>Too large</h1>", 18);
  g_autoptr (KioskRecord) record = NULL;

  gateway_fault (f->gateway, PUT,
                 &(GatewayFault){ .kind = GATEWAY_FAULT_STATUS, .status = 413, .body = page });
  sync_fixture_nudge (f);
  record = kiosk_vault_find (f->vault, txid, NULL);
  g_assert_cmpstr (record->reason, ==, "http-413");
}

static void
test_nothing_blocks (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  char *txids[4];

  for (guint n = 0; n < 4; n++)
    txids[n] = sync_fixture_seal (f, n, "td");
  for (guint n = 0; n < 2; n++)
    gateway_fault (f->gateway, PUT, &(GatewayFault){ .kind = GATEWAY_FAULT_STATUS, .status = 500 });
  sync_fixture_nudge (f);
  g_assert_cmpint (sync_fixture_state (f, txids[0]), ==, KIOSK_RECORD_RECEIVED);
  g_assert_cmpint (sync_fixture_state (f, txids[1]), ==, KIOSK_RECORD_RECEIVED);
  g_assert_cmpint (sync_fixture_state (f, txids[2]), ==, KIOSK_RECORD_ACCEPTED);
  g_assert_cmpint (sync_fixture_state (f, txids[3]), ==, KIOSK_RECORD_ACCEPTED);
  for (guint n = 0; n < 4; n++)
    g_free (txids[n]);
}

/* A gateway that is down is not asked once a record. */
static void
test_gives_a_sick_gateway_rest (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();

  for (guint n = 0; n < 40; n++)
    {
      g_autofree char *txid = sync_fixture_seal (f, n, "td");

      gateway_fault (f->gateway, PUT,
                     &(GatewayFault){ .kind = GATEWAY_FAULT_STATUS, .status = 500 });
    }
  sync_fixture_nudge (f);
  g_assert_cmpuint (gateway_requests (f->gateway, PUT), ==, 3);
}

static void
test_restored_gateway (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  char *txids[3];

  txids[0] = sync_fixture_seal (f, 0, "td");
  txids[1] = sync_fixture_seal (f, 1, "td");
  sync_fixture_nudge (f);
  gateway_restore (f->gateway, txids[1], "epoch-2");
  txids[2] = sync_fixture_seal (f, 2, "td");
  sync_fixture_nudge (f);
  sync_fixture_later (f, SYNC_RETRY_MOST_MS);
  sync_fixture_check_ledger (f, 3, txids);
  g_assert_cmpuint (sync_fixture_status (f).duplicates, ==, 1);
  for (guint n = 0; n < 3; n++)
    g_free (txids[n]);
}

/* With nothing to send, the heartbeat tells. */
static void
test_restored_gateway_idle (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  g_autofree char *txid = sync_fixture_seal (f, 0, "td");

  sync_fixture_nudge (f);
  gateway_restore (f->gateway, txid, "epoch-2");
  sync_fixture_later (f, SYNC_POLL_MS);
  sync_fixture_later (f, SYNC_RETRY_MOST_MS);
  sync_fixture_check_ledger (f, 1, &txid);
}

static void
test_back_after_restart (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  g_autofree char *txid = sync_fixture_seal (f, 1, "td");

  gateway_fault (f->gateway, PUT, &(GatewayFault){ .kind = GATEWAY_FAULT_CUT, .cut = 1 });
  sync_fixture_nudge (f);
  g_assert_cmpint (sync_fixture_state (f, txid), ==, KIOSK_RECORD_RECEIVED);
  sync_fixture_restart (f);
  sync_fixture_nudge (f);
  sync_fixture_check_ledger (f, 1, &txid);
}

/* A connection kept open is found closed: libsoup sends once more, the whole body again, or (when
 * the close looked like an error) leaves it to the next round. */
static void
test_kept_connection_closed (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  g_autofree char *txid = sync_fixture_seal (f, 1, "td");

  gateway_fault (f->gateway, PUT, &(GatewayFault){ .kind = GATEWAY_FAULT_CUT, .cut = 0 });
  sync_fixture_nudge (f);
  if (sync_fixture_state (f, txid) == KIOSK_RECORD_RECEIVED)
    sync_fixture_later (f, SYNC_RETRY_MOST_MS);
  sync_fixture_check_ledger (f, 1, &txid);
  g_assert_cmpuint (gateway_requests (f->gateway, PUT), ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/upload/each-is-delivered-once", test_delivered);
  g_test_add_func ("/sync/upload/a-500-is-tried-again", test_server_error);
  g_test_add_func ("/sync/upload/a-403-keeps-the-record", test_forbidden_is_not_for_good);
  g_test_add_func ("/sync/upload/429-waits-as-long-as-asked", test_too_many);
  g_test_add_func ("/sync/upload/503-waits-until-the-date", test_unavailable);
  g_test_add_func ("/sync/receipt/of-a-stranger-is-refused", test_wrong_signature);
  g_test_add_func ("/sync/receipt/of-a-department-is-refused", test_department_is_no_gateway);
  g_test_add_func ("/sync/receipt/of-another-digest-is-refused", test_other_digest);
  g_test_add_func ("/sync/receipt/of-another-record-is-refused", test_replayed_receipt);
  g_test_add_func ("/sync/receipt/garbage-is-refused", test_garbage);
  g_test_add_func ("/sync/receipt/signed-garbage-is-refused", test_signed_garbage);
  g_test_add_func ("/sync/receipt/three-megabytes-are-refused", test_three_megabytes);
  g_test_add_func ("/sync/upload/a-permanent-refusal-is-visible", test_permanent_refusal);
  g_test_add_func ("/sync/upload/a-refusal-without-a-code-has-a-reason",
                   test_reason_without_a_code);
  g_test_add_func ("/sync/upload/no-record-blocks-another", test_nothing_blocks);
  g_test_add_func ("/sync/upload/a-sick-gateway-is-given-rest", test_gives_a_sick_gateway_rest);
  g_test_add_func ("/sync/epoch/a-restored-gateway-gets-back-what-it-lost", test_restored_gateway);
  g_test_add_func ("/sync/epoch/the-heartbeat-tells-of-a-restored-gateway",
                   test_restored_gateway_idle);
  g_test_add_func ("/sync/upload/goes-on-after-a-restart", test_back_after_restart);
  g_test_add_func ("/sync/upload/a-kept-connection-found-closed-is-no-loss",
                   test_kept_connection_closed);
  return g_test_run ();
}
