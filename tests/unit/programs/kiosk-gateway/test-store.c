/* What the store bounds and carries over, whatever database is below it. */
#include "postgres.h"
#include "programs/kiosk-gateway/store.h"
#include "rig.h"
#include <string.h>

#define TXID "0123456789abcdefghjkmnpqrs"

typedef struct
{
  char *folder;
  char *uri;
  KioskRandom *random;
  KioskGatewayStore *store;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  f->folder = g_dir_make_tmp ("store-XXXXXX", &error);
  g_assert_no_error (error);
  f->uri = rig_is_on_postgresql () ? postgres_database_new (rig_server ())
                                   : g_strdup_printf ("sqlite:%s/gateway.db", f->folder);
  f->random = kiosk_random_new_seeded (7);
  f->store = kiosk_gateway_store_open (f->uri, f->random, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  const char *const remove[] = { "rm", "-rf", f->folder, NULL };
  kiosk_gateway_store_close (f->store);
  g_free (rig_run (remove));
  kiosk_random_unref (f->random);
  g_free (f->folder);
  g_free (f->uri);
}

static void
begin (KioskGatewayStore *store)
{
  g_autoptr (GError) error = NULL;
  kiosk_gateway_store_begin (store, &error);
  g_assert_no_error (error);
}

static void
commit (KioskGatewayStore *store)
{
  g_autoptr (GError) error = NULL;
  kiosk_gateway_store_commit (store, &error);
  g_assert_no_error (error);
}

static void
add_kiosk (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("code", 4);
  begin (f->store);
  kiosk_gateway_store_enrol (f->store, bytes, bytes, "k-one", "PEM", 1, &error);
  g_assert_no_error (error);
  commit (f->store);
}

static guint64
add_transaction (Fixture *f, const char *txid, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sealed = g_bytes_new_take (g_malloc0 (size), size);
  KioskGatewayTransaction row = {
    .kiosk = "k-one",
    .txid = (char *)txid,
    .department = "td",
    .sealed = sealed,
    .receipt = sealed,
  };
  begin (f->store);
  kiosk_gateway_store_next_index (f->store, &row.index, &error);
  g_assert_no_error (error);
  kiosk_gateway_store_add_transaction (f->store, &row, &error);
  g_assert_no_error (error);
  commit (f->store);
  return row.index;
}

static void
assert_inbox (Fixture *f, guint64 after, guint limit, gsize bytes, guint expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows
    = kiosk_gateway_store_inbox (f->store, "td", after, limit, bytes, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, expected);
}

static void
test_inbox (Fixture *f, gconstpointer data)
{
  add_kiosk (f);
  assert_inbox (f, 0, 10, 1000, 0);
  g_assert_cmpuint (add_transaction (f, "one", 100), ==, 1);
  g_assert_cmpuint (add_transaction (f, "two", 100), ==, 2);
  g_assert_cmpuint (add_transaction (f, "three", 100), ==, 3);
  assert_inbox (f, 0, 10, 1000, 3);
  assert_inbox (f, 0, 2, 1000, 2);
  assert_inbox (f, 0, 10, 101, 2); /* the one that crosses the bound is the last */
  assert_inbox (f, 0, 10, 1, 1);   /* there is always one */
  assert_inbox (f, 2, 10, 1000, 1);
  assert_inbox (f, 3, 10, 1000, 0);
}

static void
test_numbers (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint64 index;
  add_kiosk (f);
  add_transaction (f, "one", 10);
  begin (f->store);
  g_assert_true (kiosk_gateway_store_mark (f->store, &error));
  g_assert_true (kiosk_gateway_store_next_index (f->store, &index, &error));
  g_assert_cmpuint (index, ==, 2);
  g_assert_true (kiosk_gateway_store_undo (f->store, &error));
  g_assert_true (kiosk_gateway_store_next_index (f->store, &index, &error));
  g_assert_cmpuint (index, ==, 2);
  kiosk_gateway_store_rollback (f->store);
  add_transaction (f, "two", 10); /* 2 again: nothing was lost */
  kiosk_gateway_database_run (kiosk_gateway_store_database (f->store), &error,
                              "DELETE FROM transactions", "");
  g_assert_no_error (error);
  g_assert_cmpuint (add_transaction (f, "three", 10), ==, 3); /* nobody who saw 2 misses it */
}

#define SENDERS 2
#define SENT    200 /* by each, all different */

static gpointer
quarantine_many (gpointer uri)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskRandom) random = kiosk_random_new_system ();
  g_autoptr (KioskGatewayStore) store = kiosk_gateway_store_open (uri, random, &error);
  g_assert_no_error (error);
  g_autoptr (GBytes) sealed = g_bytes_new_static ("x", 1);
  for (guint i = 0; i < SENT; i++)
    {
      KioskGatewayTransaction row = { .kiosk = "k-one", .txid = TXID, .sealed = sealed };
      kiosk_random_fill (random, row.digest, sizeof row.digest);
      if (i % 20 == 0)
        begin (store);
      kiosk_gateway_store_quarantine (store, &row, &error);
      kiosk_gateway_store_quarantine (store, &row, &error); /* the same bytes again */
      g_assert_no_error (error);
      if (i % 20 == 19)
        commit (store);
    }
  return NULL;
}

static void
test_quarantine (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GThread *senders[SENDERS];
  for (guint i = 0; i < SENDERS; i++)
    senders[i] = g_thread_new ("sender", quarantine_many, f->uri);
  for (guint i = 0; i < SENDERS; i++)
    g_thread_join (senders[i]);
  KioskGatewayCounts counts;
  kiosk_gateway_store_counts (f->store, 1, &counts, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (counts.quarantined, ==, 256);
}

static void
test_older (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (f->folder, "older.db", NULL);
  g_autofree char *uri = g_strconcat ("sqlite:", path, NULL);
  g_autofree char *sql
    = g_test_build_filename (G_TEST_DIST, "programs/kiosk-gateway/version-1.sql", NULL);
  g_autofree char *read = g_strconcat (".read ", sql, NULL);
  const char *const sqlite[] = { "sqlite3", path, read, NULL };
  g_free (rig_run (sqlite));
  g_assert_null (kiosk_gateway_store_open_reader (uri, &error));
  g_assert_error (error, KIOSK_GATEWAY_DATABASE_ERROR, KIOSK_GATEWAY_DATABASE_ERROR_DAMAGED);
  g_clear_error (&error);
  g_autoptr (KioskGatewayStore) store = kiosk_gateway_store_open (uri, f->random, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (kiosk_gateway_store_epoch (store), ==, "0000000000000000000000old1");
  KioskGatewayOutcome row = { 0, "k-one", "t40", "td", "refused", "window", 3, NULL };
  g_autoptr (GBytes) cms = g_bytes_new_static ("cms", 3);
  guint64 index;
  row.cms = cms;
  begin (store);
  g_assert_true (kiosk_gateway_store_next_index (store, &index, &error));
  g_assert_cmpuint (index, ==, 42);
  g_assert_true (kiosk_gateway_store_add_outcome (store, &row, &error));
  commit (store);
  g_autoptr (GPtrArray) rows = kiosk_gateway_store_outcomes (store, "k-one", 7, 10, &error);
  g_assert_cmpuint (rows->len, ==, 1);
  const KioskGatewayOutcome *added = g_ptr_array_index (rows, 0);
  g_assert_cmpuint (added->seq, ==, 8);
  KioskGatewayCounts counts;
  g_assert_true (kiosk_gateway_store_counts (store, 1, &counts, &error));
  g_assert_cmpuint (counts.transactions, ==, 2);
  g_assert_cmpuint (counts.resends, ==, 3);
  g_assert_cmpuint (counts.granted, ==, 1);
  g_assert_cmpuint (counts.refused, ==, 1);
}

static void
add (const char *promise, void (*test) (Fixture *f, gconstpointer data))
{
  g_autofree char *path = g_strconcat ("/store/", promise, NULL);
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("an-inbox-is-bounded-by-rows-and-bytes", test_inbox);
  add ("numbers-have-no-gaps-and-never-come-again", test_numbers);
  add ("quarantine-is-bounded-whoever-sends", test_quarantine);
  if (!rig_is_on_postgresql ()) /* which no older gateway knew */
    add ("an-older-database-is-carried-over", test_older);
  return rig_test_run ();
}
