/* kill -9 of kioskd before any write of sealing and sync, while a person is served by it. Then it
 * starts again, delivers, and the gateway is compared with what persons saw on their receipts.
 *
 * What is asserted after each of the points, once nothing waits any more:
 * - each transaction that a receipt page has shown is at the gateway, once, and found in the vault
 *   by its reference;
 * - besides those, the gateway holds at most one more than before, and only if the person had
 *   accepted the declaration: sealed in the vault, and killed before the page could say so;
 * - the gateway holds exactly as many as the vault, nothing is quarantined, no digest is there
 * twice;
 * - the audit log verifies.
 * In the end the department has decided each, once, and the vault says so. */
#include "citizen.h"
#include "gateway-database.h"
#include "technician.h"

#include <signal.h>

#define POINTS       500
#define WAIT_SECONDS 30
/* Beyond the sanitizer's own: a preloaded library comes before the sanitizer's, and an end in the
 * middle of an exchange leaves what GnuTLS would still free. */
#define SANITIZER "verify_asan_link_order=0:intercept_tls_get_addr=0:detect_leaks=0"

typedef enum
{
  ENDED_STARTING, /* before it was ready */
  ENDED_WALKING,  /* before the declaration was accepted */
  ENDED_SEALING,  /* before the receipt was seen */
  ENDED_SYNCING,  /* with a promise given */
  ENDED_UNKILLED, /* it wrote less often than the point said */
  N_ENDINGS,
} Ending;

static Stage *stage;
static GHashTable *promised; /* txid → reference */
static GHashTable *held;     /* txids that were at the gateway before */
static guint unsaid;

static char *
state_folder (void)
{
  return g_build_filename (stage_state (stage), "kiosk", NULL);
}

/* @at: 0 only counts, into the file @count. */
static void
lay_trap (gint64 at, const char *count)
{
  g_autofree char *folder = state_folder ();
  g_auto (GStrv) trap = g_new0 (char *, 6);
  const char *options = g_getenv ("ASAN_OPTIONS");

  trap[0] = g_strconcat ("LD_PRELOAD=", g_getenv ("KIOSK_KILL_AT"), NULL);
  trap[1] = g_strconcat ("KILL_FOLDER=", folder, NULL);
  trap[2] = g_strdup_printf ("KILL_AT=%" G_GINT64_FORMAT, at);
  trap[3] = g_strconcat ("KILL_COUNT=", count, NULL);
  trap[4] = g_strconcat ("ASAN_OPTIONS=", options != NULL ? options : "", ":" SANITIZER, NULL);
  stage_set_kioskd_environ (stage, (const char *const *)trap);
}

/* From home until the department has decided. FALSE: kioskd went away on the way. */
static gboolean
serve_one (Citizen *citizen, GError **error)
{
  g_autoptr (Technician) technician = NULL;
  g_autofree char *txid = NULL;
  g_autofree char *reference = NULL;

  if (!citizen_renew (citizen, &txid, &reference, error))
    return FALSE;
  g_hash_table_insert (promised, g_strdup (txid), g_steal_pointer (&reference));
  technician = technician_new (stage, error);
  return technician != NULL
         && technician_wait_record (technician, txid, "settled", WAIT_SECONDS, error);
}

static Ending
live (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Citizen) citizen = NULL;
  guint before = g_hash_table_size (promised);
  StageProcess *kioskd;

  if (!stage_restart (stage, "kioskd", &error))
    {
      g_assert_error (error, STAGE_ERROR, STAGE_ERROR_KILLED);
      return ENDED_STARTING;
    }
  kioskd = stage_program (stage, "kioskd");
  citizen = citizen_new (stage, &error);
  if (citizen != NULL && serve_one (citizen, &error)
      && stage_process_stop (kioskd, SIGTERM, &error))
    return ENDED_UNKILLED;
  if (!stage_process_was_killed (kioskd))
    g_assert_no_error (error);
  if (g_hash_table_size (promised) > before)
    return ENDED_SYNCING;
  return citizen != NULL && citizen_has_declared (citizen) ? ENDED_SEALING : ENDED_WALKING;
}

/* What is there and was never said: sealed in the vault, and the last person's only. */
static void
judge_unsaid (Technician *technician, const char *txid, Ending ending, guint *news)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *state = technician_record (technician, txid, "state", &error);

  g_assert_no_error (error);
  g_assert_nonnull (state);
  g_assert_cmpint (ending, ==, ENDED_SEALING);
  g_assert_cmpuint (++*news, ==, 1);
  unsaid++;
}

static void
compare (Technician *technician, Ending ending)
{
  g_autoptr (GPtrArray) txids = gateway_transactions (stage);
  g_autoptr (GHashTable) now = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) error = NULL;
  TechnicianCounts counts = { 0 };
  GHashTableIter each;
  gpointer txid, reference;
  guint news = 0;

  for (guint i = 0; i < txids->len; i++)
    {
      const char *at = g_ptr_array_index (txids, i);

      g_assert_true (g_hash_table_add (now, g_strdup (at)));
      if (g_hash_table_add (held, g_strdup (at)) && !g_hash_table_contains (promised, at))
        judge_unsaid (technician, at, ending, &news);
    }
  g_hash_table_iter_init (&each, promised);
  while (g_hash_table_iter_next (&each, &txid, &reference))
    {
      if (!g_hash_table_contains (now, txid))
        g_error ("%s (%s) was promised and is not at the gateway", (char *)txid, (char *)reference);
    }
  g_assert_cmpuint (g_hash_table_size (held), ==, txids->len);
  technician_counts (technician, &counts, &error);
  g_assert_no_error (error);
  g_assert_cmpint (counts.quarantined, ==, 0);
  g_assert_cmpint (counts.accepted + counts.settled, ==, txids->len);
}

/* What a person would type finds what they handed in. */
static void
find_by_reference (Technician *technician)
{
  GHashTableIter each;
  gpointer txid, reference;

  g_hash_table_iter_init (&each, promised);
  while (g_hash_table_iter_next (&each, &txid, &reference))
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *found = technician_record (technician, reference, "txid", &error);

      g_assert_no_error (error);
      g_assert_cmpstr (found, ==, txid);
    }
}

static void
start_again_and_compare (Ending ending)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Technician) technician = NULL;

  stage_set_kioskd_environ (stage, NULL);
  stage_restart (stage, "kioskd", &error);
  g_assert_no_error (error);
  technician = technician_new (stage, &error);
  g_assert_no_error (error);
  technician_wait_drained (technician, WAIT_SECONDS, &error);
  g_assert_no_error (error);
  technician_verify_audit (technician, &error);
  g_assert_no_error (error);
  compare (technician, ending);
  find_by_reference (technician);
}

static gint64
read_count (const char *path)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return g_ascii_strtoll (text, NULL, 10);
}

/* How often kioskd writes when it only starts and ends, and when it serves a person in between. */
static void
count_writes (gint64 *ret_idle, gint64 *ret_whole)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = stage_passing_path (stage, "count");

  lay_trap (0, path);
  stage_restart (stage, "kioskd", &error);
  g_assert_no_error (error);
  stage_process_stop (stage_program (stage, "kioskd"), SIGTERM, &error);
  g_assert_no_error (error);
  *ret_idle = read_count (path);
  g_assert_cmpint (live (), ==, ENDED_UNKILLED);
  *ret_whole = read_count (path);
  g_assert_cmpint (*ret_whole, >, *ret_idle);
}

static gboolean
is_all_settled (Technician *technician, gpointer data)
{
  TechnicianCounts counts = { 0 };

  return technician_counts (technician, &counts, NULL) && counts.settled == *(gint64 *)data;
}

/* In the end each has been decided, once, and the vault knows. */
static void
wait_for_outcomes (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Technician) technician = technician_new (stage, &error);
  g_autoptr (GPtrArray) txids = gateway_transactions (stage);
  gint64 all = txids->len;

  g_assert_no_error (error);
  technician_wait (technician, is_all_settled, &all, WAIT_SECONDS, "all is to be settled", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < txids->len; i++)
    g_assert_cmpuint (gateway_count_outcomes (stage, g_ptr_array_index (txids, i)), ==, 1);
}

static guint
points_wanted (void)
{
  const char *text = g_getenv ("KIOSK_KILL_POINTS");

  return text != NULL ? (guint)g_ascii_strtoull (text, NULL, 10) : POINTS;
}

/* A life may write less often than the one that was counted: then the trap is laid earlier. */
static void
kill_before (gint64 write, gint64 idle, guint *endings)
{
  for (;;)
    {
      Ending ending;

      lay_trap (write, "/dev/null");
      ending = live ();
      start_again_and_compare (ending);
      endings[ending]++;
      if (ending != ENDED_UNKILLED)
        return;
      g_assert_cmpint (write, >, idle + 1);
      write = idle + 1 + (write - idle - 1) * 9 / 10;
    }
}

static void
test_any_write (void)
{
  guint points = points_wanted ();
  guint endings[N_ENDINGS] = { 0 };
  gint64 idle = 0, whole = 0, began;

  count_writes (&idle, &whole);
  start_again_and_compare (ENDED_UNKILLED);
  began = g_get_monotonic_time ();
  for (guint i = 0; i < points; i++)
    kill_before (idle + 1 + i * (whole - idle) / points, idle, endings);
  wait_for_outcomes ();
  g_test_message (
    "%u points over writes %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
    " of a life: killed %u times in starting, %u before the declaration, %u in "
    "sealing, %u with a promise given; %u lives not killed; %u promises kept, %u sealed "
    "and unsaid; %.2f s a point",
    points, idle + 1, whole, endings[ENDED_STARTING], endings[ENDED_WALKING],
    endings[ENDED_SEALING], endings[ENDED_SYNCING], endings[ENDED_UNKILLED],
    g_hash_table_size (promised), unsaid,
    (double)(g_get_monotonic_time () - began) / G_USEC_PER_SEC / MAX (points, 1));
  /* Else the points would not cover what happens. */
  g_assert_cmpuint (endings[ENDED_SEALING], >, 0);
  g_assert_cmpuint (endings[ENDED_SYNCING], >, 0);
}

int
main (int argc, char **argv)
{
  int failed;

  stage = stage_new_for_test_without_window (&argc, &argv);
  promised = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  held = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_test_add_func ("/faults/kioskd/killed-before-any-write-no-promise-is-lost-or-doubled",
                   test_any_write);
  failed = g_test_run ();
  stage_free (stage);
  g_hash_table_unref (promised);
  g_hash_table_unref (held);
  return failed;
}
