/* The answer to an upload is cut at its bytes, roughly and in order: at each of them in thorough
 * mode (suite faults), at some of them every day. */
#include <string.h>

#include "sync-fixture.h"

#define PUT "PUT /v1/transactions"

static void
check_cut (SyncFixture *f, const char *txid, GatewayFaultKind kind, gsize cut)
{
  gateway_fault (f->gateway, PUT, &(GatewayFault){ .kind = kind, .cut = cut });
  sync_fixture_later (f, SYNC_RETRY_MOST_MS);
  g_assert_cmpint (sync_fixture_state (f, txid), ==, KIOSK_RECORD_RECEIVED);
  g_assert_cmpuint (gateway_transactions (f->gateway), ==, 1);
}

/* Of the answer that a repeated upload gets: the receipt is made, and always the same. */
static gsize
answer_length (SyncFixture *f, const char *txid, GatewayFaultKind kind)
{
  g_autoptr (GBytes) receipt = gateway_receipt (f->gateway, txid);
  gsize size = g_bytes_get_size (receipt);
  g_autofree char *head
    = kind == GATEWAY_FAULT_CUT_CLEAN
        ? g_strdup ("HTTP/1.1 200 X\r\nConnection: close\r\n\r\n")
        : g_strdup_printf ("HTTP/1.1 200 X\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n", size);

  return strlen (head) + size;
}

static void
test_cut (gconstpointer data)
{
  GatewayFaultKind kind = (GatewayFaultKind)GPOINTER_TO_INT (data);
  g_autoptr (SyncFixture) f = sync_fixture_new ();
  g_autofree char *txid = sync_fixture_seal (f, 1, "td");
  gsize length;

  gateway_fault (f->gateway, PUT, &(GatewayFault){ .kind = kind, .cut = 1 });
  sync_fixture_nudge (f);
  length = answer_length (f, txid, kind);
  for (gsize cut = 2; cut < length; cut += g_test_thorough () ? 1 : 23)
    check_cut (f, txid, kind, cut);
  sync_fixture_check_log (f);
  sync_fixture_later (f, SYNC_RETRY_MOST_MS);
  sync_fixture_check_ledger (f, 1, &txid);
  g_assert_cmpuint (sync_fixture_status (f).duplicates, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/sync/cut/anywhere-loses-and-doubles-nothing",
                        GINT_TO_POINTER (GATEWAY_FAULT_CUT), test_cut);
  g_test_add_data_func ("/sync/cut/in-order-anywhere-loses-and-doubles-nothing",
                        GINT_TO_POINTER (GATEWAY_FAULT_CUT_CLEAN), test_cut);
  return g_test_run ();
}
