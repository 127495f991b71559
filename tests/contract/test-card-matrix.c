/* Every document of the matrix through kiosk-emulator, libnfc and kiosk-reader, with everything
 * that may befall it: each cell ends as card-matrix.c reasons that it must, in time, and the next
 * card is read. Prints the table. */
#include <string.h>

#include "bench.h"
#include "card-matrix.h"

#define CELL_S  25    /* after that a cell hangs */
#define CELL_MS 15000 /* five seconds of silence, another process, and the reading itself */
#define NEXT_MS 6000  /* two seconds, times three for the sanitizer */

typedef struct
{
  guint card, link;
} Row;

static Bench bench;
static guint cells, wrong, readings;
static gint64 slowest_ms;
static enum {
  PART_ALL,
  PART_FEW, /* the named documents, each over one link and through little: for every day */
  PART_REST /* those that are not named */
} part;

/* What ended the reading: an error's name or "evidence"; NULL: not yet. */
static const char *
ending (void)
{
  static const char *const ways[] = { "ready", "found", "needs-key", "preview", "removed" };
  g_auto (GStrv) words = g_strsplit (bench.heard->str, " ", -1);

  for (guint i = 0; words[i] != NULL && *words[i] != '\0'; i++)
    {
      gboolean is_way = FALSE;

      for (guint j = 0; j < G_N_ELEMENTS (ways); j++)
        is_way = is_way || strcmp (words[i], ways[j]) == 0;
      if (!is_way)
        return g_intern_string (words[i]);
    }
  return NULL;
}

static gboolean
has_heard (gconstpointer word)
{
  return strstr (bench.heard->str, word) != NULL;
}

static gboolean
has_ended (gconstpointer unused)
{
  return ending () != NULL;
}

static gboolean
asks_or_has_ended (gconstpointer unused)
{
  return has_heard ("needs-key") || has_ended (NULL);
}

static gboolean
set_flag (gpointer flag)
{
  *(gboolean *)flag = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
await (gboolean (*is_so) (gconstpointer data), gconstpointer data)
{
  gboolean gave_up = FALSE;
  guint guard = g_timeout_add_seconds (CELL_S, set_flag, &gave_up);

  while (!is_so (data) && !gave_up)
    g_main_context_iteration (NULL, TRUE);
  if (!gave_up)
    g_source_remove (guard);
  return !gave_up;
}

/* "DOCNO,YYMMDD,YYMMDD" of a personalised card. */
static char *
zone_key (const char *card)
{
  g_autofree char *document = bench_card_value (&bench, card, "person", "document-number");
  g_autofree char *birth = bench_card_value (&bench, card, "person", "birth");
  g_autofree char *expiry = bench_card_value (&bench, card, "person", "expiry");

  return g_strdup_printf ("%s,%.2s%.2s%.2s,%.2s%.2s%.2s", document, birth + 2, birth + 5, birth + 8,
                          expiry + 2, expiry + 5, expiry + 8);
}

static void
give_zone (const char *card)
{
  g_autofree char *text = zone_key (card);
  g_autoptr (KioskSecret) key = kiosk_secret_new_copy (text, strlen (text));

  bench.port->give_key (bench.port, KIOSK_CARD_KEY_MRZ, key);
}

/* "passed", or why not. */
static const char *
verdict (KioskClaim claim)
{
  const KioskStatement *statement = kiosk_evidence_verdict (bench.evidence, claim);

  if (statement->proof == KIOSK_PROOF_PASSED || statement->reason == NULL)
    return kiosk_proof_name (statement->proof);
  return g_intern_string (statement->reason);
}

/* What came of the reading; the document's own verdict counts as good. */
static const char *
outcome (const MatrixCard *card)
{
  const char *end = ending ();

  if (end == NULL)
    return "hung";
  if (strcmp (end, "evidence") != 0)
    return end;
  if (strcmp (kiosk_evidence_verdict (bench.evidence, KIOSK_CLAIM_ACCESS)->method, card->access)
        != 0
      || strcmp (verdict (KIOSK_CLAIM_ACCESS), "passed") != 0)
    return "access";
  if (strcmp (verdict (KIOSK_CLAIM_PASSIVE), card->passive) != 0)
    return verdict (KIOSK_CLAIM_PASSIVE);
  if (strcmp (verdict (KIOSK_CLAIM_CHIP), card->chip) != 0)
    return verdict (KIOSK_CLAIM_CHIP);
  return MATRIX_GOOD;
}

/* The reader is empty, the process that ran or one that took its place waits for the next card. */
static void
empty_reader (void)
{
  const char *end = ending ();
  gboolean replaced
    = end != NULL && (strcmp (end, "reader-fault") == 0 || strcmp (end, "no-reader") == 0);
  gboolean awaits_empty = end != NULL && strcmp (end, "timeout") == 0;

  if (replaced) /* the card still lies there, and the next process finds it */
    {
      bench_forget (&bench);
      bench_await (&bench, "needs-key");
    }
  bench_forget (&bench);
  bench_do (&bench, "remove");
  bench_await (&bench, awaits_empty ? "ready" : "removed");
}

static void
read_next (void)
{
  g_autofree char *can = bench_card_value (&bench, "good", "access", "can");
  gint64 began = g_get_monotonic_time (), took_ms;

  bench.key = can;
  bench_forget (&bench);
  bench_do (&bench, "place good");
  if (!await (has_ended, NULL) || bench.evidence == NULL
      || !kiosk_evidence_is_proved (bench.evidence))
    g_error ("the next card was not read: \"%s\"", bench.heard->str);
  took_ms = (g_get_monotonic_time () - began) / 1000;
  bench.key = NULL;
  readings++;
  slowest_ms = MAX (slowest_ms, took_ms);
  if (took_ms > NEXT_MS)
    {
      g_test_message ("the next card took %" G_GINT64_FORMAT " ms", took_ms);
      g_test_fail ();
    }
  empty_reader ();
}

/* Commands given to cards since the emulator began. */
static guint
commands (void)
{
  g_autofree char *answer = bench_ask (&bench, "status");
  const char *number = strstr (answer, "commands=");

  g_assert_nonnull (number);
  return (guint)g_ascii_strtoull (number + strlen ("commands="), NULL, 10);
}

static void
arm (const MatrixCard *card, const MatrixFault *fault, guint last)
{
  guint at = 0;

  if (fault->fault == NULL)
    return;
  switch (fault->when)
    {
    case MATRIX_OPENING:
      at = 2;
      break;
    case MATRIX_FILES:
      at = card->opening > 0 ? card->opening + 1 : last - 1;
      break;
    case MATRIX_LAST:
      at = last;
      break;
    default:
      return;
    }
  bench_do (&bench, "fault %s at %u", fault->fault, at);
}

/* FALSE: it lies in wait still, and was never met. */
static gboolean
disarm (const MatrixFault *fault)
{
  g_autofree char *answer = NULL;

  if (fault->fault == NULL)
    return TRUE;
  answer = bench_ask (&bench, "status");
  bench_do (&bench, "fault %s 0", fault->fault);
  bench_do (&bench, "fault %s at 0", fault->fault);
  return fault->when == MATRIX_BEFORE || strstr (answer, fault->fault) == NULL;
}

/* @last: how many commands follow the key; learnt where nothing goes wrong. */
static const char *
run_cell (const MatrixCard *card, const MatrixLink *link, const MatrixFault *fault, guint *last)
{
  gint64 began = g_get_monotonic_time ();
  const char *result;
  guint before = 0;

  bench_forget (&bench);
  if (fault->when == MATRIX_BEFORE || fault->when == MATRIX_TAP)
    bench_do (&bench, "fault %s %u", fault->fault, fault->when == MATRIX_TAP ? 1 : 100000);
  bench_do (&bench, "place %s type=%c frame=%u", card->card, link->type, link->frame);
  await (asks_or_has_ended, NULL);
  if (!has_ended (NULL))
    {
      before = commands ();
      arm (card, fault, *last);
      give_zone (card->card);
      await (has_ended, NULL);
    }
  result = outcome (card);
  if (fault->fault == NULL)
    *last = commands () - before;
  if (!disarm (fault))
    result = "not met";
  if ((g_get_monotonic_time () - began) / 1000 > CELL_MS)
    result = "late";
  return result;
}

static const char *
expected_of (const Row *row, const MatrixFault *fault)
{
  MatrixCard card = matrix_cards[row->card];

  if ((part == PART_FEW && !card.named) || (part == PART_REST && card.named))
    return NULL;
  card.named = card.named && part != PART_FEW;
  return matrix_expected (&card, row->card, row->link, fault);
}

static const char *
check_cell (const Row *row, const MatrixFault *fault, guint *last)
{
  const MatrixCard *card = &matrix_cards[row->card];
  const MatrixLink *link = &matrix_links[row->link];
  const char *expected = expected_of (row, fault), *result;

  if (expected == NULL)
    return ".";
  result = run_cell (card, link, fault, last);
  cells++;
  if (strcmp (result, expected) != 0)
    {
      wrong++;
      g_test_message ("%s %c%u %s: %s, not %s (heard %s)", card->card, link->type, link->frame,
                      fault->heading, result, expected, bench.heard->str);
      g_test_fail ();
    }
  empty_reader ();
  read_next ();
  return matrix_code (result);
}

static void
print_row (const char *name, const char *link, const char *const *values)
{
  g_autoptr (GString) line = g_string_new (NULL);

  g_string_append_printf (line, "| %-14s %-4s", name, link);
  for (guint i = 0; i < matrix_n_faults; i++)
    g_string_append_printf (line, " %-5s", values[i]);
  g_test_message ("%s", g_strchomp (line->str));
}

static void
run_row (gconstpointer data)
{
  const Row *row = data;
  const MatrixLink *link = &matrix_links[row->link];
  g_autofree char *air = g_strdup_printf ("%c%u", link->type, link->frame);
  g_autofree const char **values = g_new0 (const char *, matrix_n_faults);
  guint last = 0;

  for (guint i = 0; i < matrix_n_faults; i++)
    values[i] = check_cell (row, &matrix_faults[i], &last);
  print_row (matrix_cards[row->card].card, air, values);
}

static gboolean
is_empty (const Row *row)
{
  for (guint i = 0; i < matrix_n_faults; i++)
    if (expected_of (row, &matrix_faults[i]) != NULL)
      return FALSE;
  return TRUE;
}

/* (element-type Row) (transfer full): freed when all have run. */
static GArray *
add_rows (void)
{
  GArray *rows = g_array_sized_new (FALSE, FALSE, sizeof (Row), matrix_n_cards * MATRIX_LINKS);

  for (guint i = 0; i < matrix_n_cards * MATRIX_LINKS; i++)
    {
      const Row row = { i / MATRIX_LINKS, i % MATRIX_LINKS };
      const MatrixLink *link = &matrix_links[row.link];
      g_autofree char *path
        = g_strdup_printf ("/matrix/%s/%c%u", matrix_cards[row.card].card, link->type, link->frame);

      g_array_append_val (rows, row);
      if (!is_empty (&row))
        g_test_add_data_func (path, &g_array_index (rows, Row, i), run_row);
    }
  return rows;
}

static void
print_heading (void)
{
  g_autofree const char **headings = g_new0 (const char *, matrix_n_faults);

  for (guint i = 0; i < matrix_n_faults; i++)
    headings[i] = matrix_faults[i].heading;
  print_row ("document", "air", headings);
}

int
main (int argc, char **argv)
{
  g_autoptr (GArray) rows = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  if (g_strcmp0 (g_getenv ("MATRIX"), "few") == 0)
    part = PART_FEW;
  else if (g_strcmp0 (g_getenv ("MATRIX"), "rest") == 0)
    part = PART_REST;
  bench_init_matrix (&bench);
  bench_start (&bench);
  bench_await (&bench, "ready");
  rows = add_rows ();
  print_heading ();
  result = g_test_run ();
  g_test_message ("= cells %u wrong %u next-cards %u slowest-next-ms %" G_GINT64_FORMAT, cells,
                  wrong, readings, slowest_ms);
  bench_clear (&bench);
  return result;
}
