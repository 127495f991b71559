/* What departments decided, and what others say they did. */
#include <string.h>

#include "sync-fixture.h"

/* An outcome for the record as the vault has it; any part can be told otherwise. */
static GBytes *
outcome_new (SyncFixture *f, const char *txid, const char *digest, const char *department,
             const char *outcome, const KioskSigner *signer)
{
  g_autoptr (KioskRecord) record = kiosk_vault_find (f->vault, txid, NULL);
  g_autofree char *own = record != NULL
                           ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, record->sealed)
                           : g_strnfill (64, '0');
  g_autofree char *json
    = g_strdup_printf ("{\"kiosk\":\"k-test\",\"txid\":\"%s\",\"digest\":\"%s\",\"department\":\"%"
                       "s\",\"outcome\":\"%s\","
                       "\"reason\":%s,\"decided_ms\":%" G_GINT64_FORMAT "}",
                       txid, digest != NULL ? digest : own, department, outcome,
                       strcmp (outcome, "refused") == 0 ? "\"insurance\"" : "null", WORLD_NOW);

  return world_sign (json, signer);
}

static void
add (SyncFixture *f, GBytes *cms)
{
  gateway_add_outcome (f->gateway, cms);
  g_bytes_unref (cms);
}

static void
test_settled (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  char *txids[5];
  g_autoptr (KioskRecord) refused = NULL;

  for (guint n = 0; n < 5; n++)
    txids[n] = sync_fixture_seal (f, n, "td");
  sync_fixture_nudge (f);
  for (guint n = 0; n < 5; n++)
    add (f, outcome_new (f, txids[n], NULL, "td", n == 4 ? "refused" : "granted", &f->world->td));
  sync_fixture_later (f, SYNC_POLL_MS);
  for (guint n = 0; n < 5; n++)
    g_assert_cmpint (sync_fixture_state (f, txids[n]), ==, KIOSK_RECORD_SETTLED);
  refused = kiosk_vault_find (f->vault, txids[4], NULL);
  g_assert_cmpstr (refused->outcome_code, ==, "refused");
  g_assert_cmpstr (refused->reason, ==, "insurance");
  g_assert_cmpuint (sync_fixture_status (f).outcomes, ==, 5);
  sync_fixture_check_log (f);
  /* The cursor stands behind them all, over a restart too. */
  sync_fixture_restart (f);
  g_assert_cmpuint (gateway_requests (f->gateway, "GET /v1/outcomes?after=5"), >=, 2);
  g_assert_cmpuint (sync_fixture_status (f).outcomes, ==, 0);
  for (guint n = 0; n < 5; n++)
    g_free (txids[n]);
}

typedef enum
{
  LIE_STRANGER,
  LIE_OTHER_DIGEST,
  LIE_OTHER_DEPARTMENT, /* signs in its own name for what was sealed for another */
  LIE_BORROWED_NAME,    /* signs in another's name */
  LIE_UNKNOWN_RECORD,
  LIE_UNKNOWN_KIND,
  LIE_GATEWAY, /* the gateway decides by itself */
} Lie;

static GBytes *
lie_new (SyncFixture *f, const char *txid, Lie lie)
{
  g_autofree char *zeros = g_strnfill (64, '0');

  switch (lie)
    {
    case LIE_STRANGER:
      return outcome_new (f, txid, NULL, "td", "granted", &f->world->stranger);
    case LIE_OTHER_DIGEST:
      return outcome_new (f, txid, zeros, "td", "granted", &f->world->td);
    case LIE_OTHER_DEPARTMENT:
      return outcome_new (f, txid, NULL, "immd", "granted", &f->world->immd);
    case LIE_BORROWED_NAME:
      return outcome_new (f, txid, NULL, "td", "granted", &f->world->immd);
    case LIE_UNKNOWN_RECORD:
      return outcome_new (f, "zzzzzzzzzzzzzzzzzzzzzzzzzz", NULL, "td", "granted", &f->world->td);
    case LIE_UNKNOWN_KIND:
      return outcome_new (f, txid, NULL, "td", "maybe", &f->world->td);
    case LIE_GATEWAY:
    default:
      return outcome_new (f, txid, NULL, "td", "granted", &f->world->receipt);
    }
}

/* Refused, and the true one behind it is taken all the same. */
static void
test_lie (gconstpointer data)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  g_autofree char *first = sync_fixture_seal (f, 1, "td");
  g_autofree char *second = sync_fixture_seal (f, 2, "td");

  sync_fixture_nudge (f);
  add (f, lie_new (f, first, (Lie)GPOINTER_TO_INT (data)));
  add (f, outcome_new (f, second, NULL, "td", "granted", &f->world->td));
  sync_fixture_later (f, SYNC_POLL_MS);
  g_assert_cmpint (sync_fixture_state (f, first), ==, KIOSK_RECORD_ACCEPTED);
  g_assert_cmpint (sync_fixture_state (f, second), ==, KIOSK_RECORD_SETTLED);
  sync_fixture_check_log (f);
}

/* The department's new key reaches the trust list after its first outcome. */
static void
test_signer_comes_later (void)
{
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  g_autofree char *txid = sync_fixture_seal (f, 1, "td");
  g_autoptr (GBytes) without = world_trust (f->world, 2, FALSE);
  g_autoptr (GBytes) with = world_trust (f->world, 3, TRUE);

  sync_fixture_nudge (f);
  gateway_set_bundle (f->gateway, "trust", 2, without);
  add (f, outcome_new (f, txid, NULL, "td", "granted", &f->world->td));
  sync_fixture_later (f, SYNC_POLL_MS);
  g_assert_cmpint (sync_fixture_state (f, txid), ==, KIOSK_RECORD_ACCEPTED);
  gateway_set_bundle (f->gateway, "trust", 3, with);
  sync_fixture_later (f, SYNC_POLL_MS);
  g_assert_cmpint (sync_fixture_state (f, txid), ==, KIOSK_RECORD_SETTLED);
}

static void
test_garbage_pages (void)
{
  static const char *const pages[] = { "",
                                       "[]",
                                       "{\"outcomes\":[{\"seq\":0,\"cms\":\"AA==\"}],\"next\":1}",
                                       "{\"outcomes\":[1],\"next\":1}",
                                       "{\"outcomes\":{},\"next\":1}",
                                       "{\"outcomes\":[{\"seq\":1,\"cms\":\"*\"}],\"next\":1}" };
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  g_autofree char *txid = sync_fixture_seal (f, 1, "td");

  sync_fixture_nudge (f);
  add (f, outcome_new (f, txid, NULL, "td", "granted", &f->world->td));
  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_autoptr (GBytes) page = g_bytes_new_static (pages[i], strlen (pages[i]));

      gateway_fault (f->gateway, "GET /v1/outcomes",
                     &(GatewayFault){ .kind = GATEWAY_FAULT_STATUS, .status = 200, .body = page });
      sync_fixture_nudge (f);
      g_assert_cmpint (sync_fixture_state (f, txid), ==, KIOSK_RECORD_ACCEPTED);
    }
  sync_fixture_nudge (f);
  g_assert_cmpint (sync_fixture_state (f, txid), ==, KIOSK_RECORD_SETTLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/outcomes/settle-each-record-once", test_settled);
  g_test_add_data_func ("/sync/outcomes/of-a-stranger-are-refused", GINT_TO_POINTER (LIE_STRANGER),
                        test_lie);
  g_test_add_data_func ("/sync/outcomes/of-another-digest-are-refused",
                        GINT_TO_POINTER (LIE_OTHER_DIGEST), test_lie);
  g_test_add_data_func ("/sync/outcomes/of-a-department-not-asked-are-refused",
                        GINT_TO_POINTER (LIE_OTHER_DEPARTMENT), test_lie);
  g_test_add_data_func ("/sync/outcomes/in-a-borrowed-name-are-refused",
                        GINT_TO_POINTER (LIE_BORROWED_NAME), test_lie);
  g_test_add_data_func ("/sync/outcomes/of-an-unknown-record-are-passed-over",
                        GINT_TO_POINTER (LIE_UNKNOWN_RECORD), test_lie);
  g_test_add_data_func ("/sync/outcomes/of-no-known-kind-are-refused",
                        GINT_TO_POINTER (LIE_UNKNOWN_KIND), test_lie);
  g_test_add_data_func ("/sync/outcomes/of-the-gateway-itself-are-refused",
                        GINT_TO_POINTER (LIE_GATEWAY), test_lie);
  g_test_add_func ("/sync/outcomes/wait-for-the-list-that-knows-their-signer",
                   test_signer_comes_later);
  g_test_add_func ("/sync/outcomes/pages-of-garbage-change-nothing", test_garbage_pages);
  return g_test_run ();
}
