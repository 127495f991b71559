/* Acceptances a second: one gateway on SQLite, one and two on PostgreSQL, flushing to the same disk
 * in the same run, with curl on the same machine. An acceptance is a record of 2 kB checked,
 * stored, its receipt signed and answered after the commit. Set TMPDIR to measure another disk. */
#include "gateway-flood.h"
#include <stdio.h>
#include <stdlib.h>

#define ROUNDS    3
#define PER_ROUND 600
#define AT_ONCE   32
#define KIOSKS    4
#define RECORD    2048 /* bytes before sealing */

typedef struct
{
  const char *name;
  const char *database;
  guint gateways;
  Rig *rigs[2];
  RigPeer *kiosks[KIOSKS];
  double per_second[ROUNDS];
} Row;

static void
row_start (Row *row)
{
  g_setenv ("RIG_DATABASE", row->database, TRUE);
  row->rigs[0] = rig_new ();
  row->rigs[1] = row->gateways > 1 ? rig_twin (row->rigs[0]) : row->rigs[0];
  for (guint i = 0; i < KIOSKS; i++)
    row->kiosks[i] = rig_enrol (row->rigs[0]);
}

static void
row_end (Row *row)
{
  for (guint i = 0; i < KIOSKS; i++)
    rig_peer_free (row->kiosks[i]);
  if (row->gateways > 1)
    rig_free (row->rigs[1]);
  rig_free (row->rigs[0]);
}

static double
row_rate (Row *row)
{
  g_autoptr (Flood) flood = flood_new ();
  for (guint i = 0; i < PER_ROUND; i++)
    {
      const RigPeer *kiosk = row->kiosks[i % KIOSKS];
      g_autofree char *txid = kiosk_random_id (row->rigs[0]->random);
      g_autoptr (GBytes) sealed = rig_seal (row->rigs[0], kiosk, txid, RECORD);
      flood_put (flood, row->rigs[i % 2], kiosk, txid, sealed);
    }
  gint64 begun_us = g_get_monotonic_time ();
  flood_run (flood, AT_ONCE, 0, NULL, NULL);
  gint64 took_us = g_get_monotonic_time () - begun_us;
  for (guint i = 0; i < PER_ROUND; i++)
    g_assert_cmpuint (flood_status (flood, i), ==, 201);
  return PER_ROUND * (double)G_USEC_PER_SEC / (double)took_us;
}

static int
by_value (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double
median (Row *row)
{
  qsort (row->per_second, ROUNDS, sizeof (double), by_value);
  return row->per_second[ROUNDS / 2];
}

static void
report (Row *rows, gsize n, const char *json_path)
{
  g_autoptr (GString) json = g_string_new ("{\"rows\":[");
  double first = median (&rows[0]);
  printf ("%-28s %18s %16s\n", "store", "acceptances a s", "ratio to SQLite");
  for (gsize i = 0; i < n; i++)
    {
      double value = i == 0 ? first : median (&rows[i]);
      printf ("%-28s %18.0f %16.2f\n", rows[i].name, value, value / first);
      g_string_append_printf (
        json, "%s{\"store\":\"%s\",\"acceptances_a_s\":%.1f,\"ratio_to_sqlite\":%.3f}",
        i > 0 ? "," : "", rows[i].name, value, value / first);
    }
  g_string_append (json, "]}\n");
  g_assert_true (json_path == NULL || g_file_set_contents (json_path, json->str, -1, NULL));
}

int
main (int argc, char **argv)
{
  Row rows[] = { { .name = "SQLite", .database = "sqlite", .gateways = 1 },
                 { .name = "PostgreSQL", .database = "postgresql", .gateways = 1 },
                 { .name = "PostgreSQL, two gateways", .database = "postgresql", .gateways = 2 } };
  gsize n = postgres_is_installed () ? G_N_ELEMENTS (rows) : 1;
  g_autofree char *json = NULL;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &json, "Where the rows go", "FILE" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_parse (context, &argc, &argv, &error);
  g_assert_no_error (error);
  g_setenv ("KIOSK_GATEWAY", GATEWAY, TRUE);
  g_setenv ("RIG_DURABLE", "1", TRUE);
  if (n == 1)
    printf ("PostgreSQL's server is not installed (package postgresql): SQLite alone\n");
  for (gsize i = 0; i < n; i++)
    row_start (&rows[i]);
  /* In turns, so that a busy minute falls on all alike. */
  for (guint round = 0; round < ROUNDS; round++)
    for (gsize i = 0; i < n; i++)
      rows[i].per_second[round] = row_rate (&rows[i]);
  report (rows, n, json);
  for (gsize i = 0; i < n; i++)
    row_end (&rows[i]);
  rig_server_end ();
  return 0;
}
