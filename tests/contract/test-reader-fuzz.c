/* The whole kiosk-reader against a reader and cards that lie, one way a seed: the one who minds it
 * survives, each tap ends in evidence or an error, and the next card is read. libnfc is nobody's
 * who would mend it here: where it aborts or overruns its memory a process dies, and that is what
 * the process is for. A finding in our own code fails the test. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

#define TAP_S    30  /* ten of silence, five of a command, and another process */
#define QUIET_MS 350 /* two looks of a reader that has nothing to say */
#define RARE     50
#define NEXT_MS  6000 /* two seconds, times three for the sanitizer */

typedef struct
{
  const char *card, *type, *frame;
} Tap;

static const Tap taps[] = {
  { "good", "A", "256" },
  { "passport", "A", "64" },
  { "gm", "B", "64" },
  { "bac", "A", "256" },
  { "im", "A", "64" },
  { "cam", "A", "256" },
  { "ca", "B", "256" },
  { "aa", "A", "64" },
  { "tampered-sod", "A", "256" },
  { "ca-dh", "A", "256" },
  { "gm-dh-3des", "A", "64" },
  { "jpeg2000", "A", "256" },
  { "aa-ec", "A", "256" },
  { "explicit-curve", "B", "64" },
  { "aa-rsa-2048", "A", "256" },
  { "bac-and-pace", "A", "64" },
};

static Bench bench;
static GHashTable *endings; /* name → how often */
static guint seeds, readings, second_tries;
static gint64 slowest_ms, longest_tap_ms;

/* What the reader processes write to standard error, which is ours. */
static struct
{
  GThread *thread;
  GMutex lock;
  GString *text;
  int pipe[2], kept;
} words;

static gpointer
hear_words (gpointer unused)
{
  char part[4096];
  gssize length;

  while ((length = read (words.pipe[0], part, sizeof part)) > 0)
    {
      g_mutex_lock (&words.lock);
      g_string_append_len (words.text, part, length);
      g_mutex_unlock (&words.lock);
    }
  return NULL;
}

static void
words_begin (void)
{
  words.text = g_string_new (NULL);
  words.kept = fcntl (STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  g_assert_cmpint (pipe2 (words.pipe, O_CLOEXEC), ==, 0);
  g_assert_cmpint (dup2 (words.pipe[1], STDERR_FILENO), >=, 0);
  words.thread = g_thread_new ("words", hear_words, NULL);
}

/* Every process that wrote is gone by now, so the pipe ends. (transfer full) */
static char *
words_end (void)
{
  dup2 (words.kept, STDERR_FILENO);
  close (words.kept);
  close (words.pipe[1]);
  g_thread_join (words.thread);
  close (words.pipe[0]);
  return g_string_free (g_steal_pointer (&words.text), FALSE);
}

static void
count (const char *ending)
{
  guint times = GPOINTER_TO_UINT (g_hash_table_lookup (endings, ending));

  g_hash_table_insert (endings, g_strdup (ending), GUINT_TO_POINTER (times + 1));
}

/* (transfer full): the word that ended the reading, NULL while none did. */
static char *
ending (void)
{
  static const char *const ways[] = { "ready", "found", "needs-key", "preview", "removed", NULL };
  g_auto (GStrv) heard = g_strsplit (bench.heard->str, " ", -1);

  for (guint i = 0; heard[i] != NULL && *heard[i] != '\0'; i++)
    if (!g_strv_contains (ways, heard[i]))
      return g_strdup (heard[i]);
  return NULL;
}

static gboolean
set_flag (gpointer flag)
{
  *(gboolean *)flag = TRUE;
  return G_SOURCE_REMOVE;
}

/* What ended a tap; NULL: nothing did. */
static char *
await_ending (void)
{
  gboolean gave_up = FALSE;
  guint guard = g_timeout_add_seconds (TAP_S, set_flag, &gave_up);
  char *end = NULL;

  while ((end = ending ()) == NULL && !gave_up)
    g_main_context_iteration (NULL, TRUE);
  if (!gave_up)
    g_source_remove (guard);
  return end;
}

static gboolean
is_idle (void)
{
  return g_str_has_suffix (bench.heard->str, "ready ")
         || g_str_has_suffix (bench.heard->str, "removed ");
}

/* Nothing lies there, and whichever process there is now says so: it has spoken of an empty reader
 * last, and says nothing else for as long as it takes to look twice. */
static void
empty_reader (void)
{
  gboolean gave_up = FALSE, quiet;
  guint guard;
  gsize heard;

  bench_do (&bench, "fuzz off");
  bench_do (&bench, "remove");
  guard = g_timeout_add_seconds (TAP_S, set_flag, &gave_up);
  do
    {
      heard = bench.heard->len;
      quiet = FALSE;
      g_timeout_add (QUIET_MS, set_flag, &quiet);
      while (!quiet)
        g_main_context_iteration (NULL, TRUE);
      if (gave_up)
        g_error ("the reader does not come back: \"%s\"", bench.heard->str);
    }
  while (heard != bench.heard->len || !is_idle ());
  g_source_remove (guard);
}

static void
use_zone (const char *card)
{
  g_autofree char *document = bench_card_value (&bench, card, "person", "document-number");
  g_autofree char *birth = bench_card_value (&bench, card, "person", "birth");
  g_autofree char *expiry = bench_card_value (&bench, card, "person", "expiry");

  g_free ((char *)bench.key);
  bench.key = g_strdup_printf ("%s,%.2s%.2s%.2s,%.2s%.2s%.2s", document, birth + 2, birth + 5,
                               birth + 8, expiry + 2, expiry + 5, expiry + 8);
  bench.key_kind = KIOSK_CARD_KEY_MRZ;
}

static gboolean
has_heard (const char *word)
{
  return strstr (bench.heard->str, word) != NULL;
}

/* A process that gives up on a reader which was not given its turn for a third of a second is
 * replaced, and the next one reads the card: that is counted, and has to be rare. */
static void
read_next (guint seed)
{
  gboolean gave_up = FALSE;
  guint guard = g_timeout_add (NEXT_MS, set_flag, &gave_up);
  gint64 began = g_get_monotonic_time (), took_ms;

  use_zone ("good");
  bench_forget (&bench);
  bench_do (&bench, "place good");
  while (!has_heard ("evidence") && !gave_up)
    g_main_context_iteration (NULL, TRUE);
  took_ms = (g_get_monotonic_time () - began) / 1000;
  if (gave_up)
    g_error ("after seed %u the good card is not read: \"%s\"", seed, bench.heard->str);
  g_source_remove (guard);
  if (!kiosk_evidence_is_proved (bench.evidence))
    {
      g_test_message ("after seed %u the good card is not proved", seed);
      g_test_fail ();
    }
  second_tries += has_heard ("no-reader") ? 1 : 0;
  readings++;
  slowest_ms = MAX (slowest_ms, took_ms);
  bench_forget (&bench);
  bench_do (&bench, "remove");
  bench_await (&bench, "removed");
}

/* Whatever a chip or a reader says: what is vouched for is what the country signed. */
static void
check_truth (guint seed, const char *card)
{
  g_autofree char *number = bench_card_value (&bench, card, "person", "document-number");
  KioskProof passive = kiosk_evidence_verdict (bench.evidence, KIOSK_CLAIM_PASSIVE)->proof;

  if (passive != KIOSK_PROOF_PASSED || g_strcmp0 (bench.evidence->document_number, number) == 0)
    return;
  g_test_message ("seed %u: a lie was vouched for", seed);
  g_test_fail ();
}

static void
try_seed (guint seed)
{
  const Tap *tap = &taps[seed % G_N_ELEMENTS (taps)];
  gint64 began = g_get_monotonic_time ();
  g_autofree char *end = NULL;

  use_zone (tap->card);
  bench_forget (&bench);
  bench_do (&bench, "fuzz %u", seed);
  bench_do (&bench, "place %s type=%s frame=%s", tap->card, tap->type, tap->frame);
  end = await_ending ();
  if (end == NULL)
    {
      g_test_message ("seed %u ends in nothing: \"%s\"", seed, bench.heard->str);
      g_test_fail ();
    }
  if (bench.evidence != NULL)
    check_truth (seed, tap->card);
  longest_tap_ms = MAX (longest_tap_ms, (g_get_monotonic_time () - began) / 1000);
  count (end == NULL ? "nothing" : end);
  seeds++;
  empty_reader ();
  read_next (seed);
}

typedef enum
{
  WORDS_NOTHING,
  WORDS_OURS,      /* a mistake of ours */
  WORDS_LIBNFC,    /* a memory error of libnfc */
  WORDS_FRAMELESS, /* one that wiped out the stack, so that nobody can say whose */
} Words;

static gboolean
begins_report (const char *line)
{
  return strstr (line, "ERROR: AddressSanitizer") != NULL;
}

/* The first frame that is neither the sanitizer's nor the C library's says whose report it is. What
 * wipes out the whole stack is a copy that was not checked: ours all are, as the compiler puts a
 * check before each, and libnfc's are not. */
static Words
whose_report (char **lines)
{
  static const char *const passed[]
    = { "__interceptor", "libasan", "libubsan", "libc.so", "libsanitizer" };

  for (guint i = 1; lines[i] != NULL && !begins_report (lines[i]); i++)
    {
      gboolean is_passed = !g_str_has_prefix (g_strchug (lines[i]), "#");

      for (guint j = 0; j < G_N_ELEMENTS (passed); j++)
        is_passed = is_passed || strstr (lines[i], passed[j]) != NULL;
      if (!is_passed)
        return strstr (lines[i], "libnfc") != NULL ? WORDS_LIBNFC : WORDS_OURS;
    }
  return strstr (lines[0], "stack-overflow") != NULL ? WORDS_FRAMELESS : WORDS_OURS;
}

static Words
judge_line (char **lines)
{
  static const char *const complaints[]
    = { "runtime error:", "-CRITICAL **", "-WARNING **", "Bail out!", "kiosk-reader: " };

  for (guint i = 0; i < G_N_ELEMENTS (complaints); i++)
    if (strstr (lines[0], complaints[i]) != NULL)
      return WORDS_OURS;
  if (g_str_has_prefix (lines[0], "ERROR:"))
    return WORDS_OURS;
  return begins_report (lines[0]) ? whose_report (lines) : WORDS_NOTHING;
}

static void
judge_words (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    switch (judge_line (lines + i))
      {
      case WORDS_OURS:
        g_test_message ("%s", lines[i]);
        g_test_fail ();
        break;
      case WORDS_LIBNFC:
        count ("errors-of-libnfc");
        break;
      case WORDS_FRAMELESS:
        count ("errors-without-frames");
        break;
      default:
        break;
      }
  if (g_test_failed ())
    g_test_message ("%s", text);
}

static guint
number_of (const char *variable, guint otherwise)
{
  const char *text = g_getenv (variable);

  return text == NULL ? otherwise : (guint)g_ascii_strtoull (text, NULL, 10);
}

static void
tell_endings (void)
{
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (endings), (GCompareFunc)strcmp);
  g_autoptr (GString) line = g_string_new (NULL);

  for (GList *i = names; i != NULL; i = i->next)
    g_string_append_printf (line, " %s %u", (const char *)i->data,
                            GPOINTER_TO_UINT (g_hash_table_lookup (endings, i->data)));
  g_test_message ("= seeds %u%s next-cards %u second-tries %u slowest-next-ms %" G_GINT64_FORMAT
                  " slowest-tap-ms %" G_GINT64_FORMAT,
                  seeds, line->str, readings, second_tries, slowest_ms, longest_tap_ms);
}

static void
test_seeds (void)
{
  guint first = number_of ("FUZZ_FIRST", 1), n = number_of ("FUZZ_SEEDS", 40);
  g_autofree char *text = NULL;

  words_begin ();
  bench_init_matrix (&bench);
  bench_start (&bench);
  bench_await (&bench, "ready");
  for (guint seed = first; seed < first + n; seed++)
    try_seed (seed);
  g_clear_pointer ((char **)&bench.key, g_free);
  bench_clear (&bench);
  text = words_end ();
  judge_words (text);
  tell_endings ();
  g_assert_cmpuint (second_tries, <=, 1 + n / RARE);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  endings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_test_add_func ("/reader/outlives-whatever-readers-and-cards-say", test_seeds);
  result = g_test_run ();
  g_hash_table_unref (endings);
  return result;
}
