/* From the declaration to receipts, lists and paper, and how a session ends. */
#include "bench.h"

#include "journey/receipt-sheet.h"

#include <string.h>

#define PROFILE "hkid-simulated"

static void
test_receipt_only_after_the_commit (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (GVariant) fee = NULL;
  GTask *task;
  KioskDraft *draft;

  bench_declare (bench);
  g_assert_cmpuint (bench->seals->len, ==, 1);
  task = g_ptr_array_index (bench->seals, 0);
  draft = g_task_get_task_data (task);
  g_assert_cmpint (draft->fee_cents, >, 0);
  g_assert_cmpint (draft->holder_tag[0], ==, 'A');
  g_assert_nonnull (strstr (g_bytes_get_data (draft->submission, NULL), "A1234563"));
  g_assert_false (bench_offers (bench, "finish"));
  ledger_seal (bench, "tx1", 507400);
  bench_expect (bench, "receipt");
  g_assert_cmpstr (bench_text (bench, "reference"), ==, "7QK4-M2XD");
  g_assert_cmpstr (bench_text (bench, "state"), ==, "received");
  g_assert_cmpstr (bench_text (bench, "payment"), ==, "due");
  g_assert_cmpstr (bench_text (bench, "qr"), ==, "KR1:ABC");
  fee = bench_value (bench, "fee_cents");
  g_assert_cmpint (g_variant_get_int64 (fee), ==, 507400);
}

static void
test_failed_seal (void)
{
  const struct
  {
    KioskVaultError error;
    const char *problem;
  } cases[] = { { KIOSK_VAULT_ERROR_DISK, "disk" }, { KIOSK_VAULT_ERROR_FULL, "full" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Bench) bench = bench_new ();

      bench_declare (bench);
      ledger_refuse (bench, cases[i].error);
      bench_expect (bench, "declaration");
      g_assert_cmpstr (bench_text (bench, "problem"), ==, cases[i].problem);
      /* Nothing typed is lost, and the next attempt may succeed. */
      bench_act (bench, "back", NULL);
      bench_expect (bench, "review");
      bench_act (bench, "continue", NULL);
      g_assert_cmpstr (bench_text (bench, "problem"), ==, "");
      bench_act (bench, "accept", NULL);
      ledger_seal (bench, "tx1", 0);
      bench_expect (bench, "receipt");
      g_assert_cmpstr (bench_text (bench, "payment"), ==, "none");
    }
}

static void
test_states_are_followed (void)
{
  g_autoptr (Bench) bench = bench_new ();
  KioskRecord *record;
  guint serial;

  bench_declare (bench);
  ledger_seal (bench, "tx1", 0);
  serial = bench_serial (bench);
  record = g_ptr_array_index (bench->records, 0);
  record->state = KIOSK_RECORD_ACCEPTED;
  bench->online = TRUE;
  ledger_changed (bench);
  g_assert_cmpstr (bench_text (bench, "state"), ==, "accepted");
  record->state = KIOSK_RECORD_SETTLED;
  record->outcome_code = g_strdup ("refused");
  record->reason = g_strdup ("insurance");
  ledger_changed (bench);
  g_assert_cmpstr (bench_text (bench, "state"), ==, "settled");
  g_assert_cmpstr (bench_text (bench, "outcome"), ==, "refused");
  g_assert_cmpstr (bench_text (bench, "reason"), !=, "");
  /* The page stays the same page. */
  g_assert_cmpuint (bench_serial (bench), ==, serial);
}

static void
test_list (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (GVariant) items = NULL;
  g_autoptr (GVariant) transactions = NULL;

  g_ptr_array_add (bench->records, ledger_record ("old1", KIOSK_RECORD_ACCEPTED));
  g_ptr_array_add (bench->records, ledger_record ("old2", KIOSK_RECORD_QUARANTINED));
  bench_identify (bench);
  transactions = bench_value (bench, "transactions");
  g_assert_cmpuint (g_variant_get_uint32 (transactions), ==, 2);
  bench_act (bench, "transactions", NULL);
  items = bench_value (bench, "items");
  g_assert_cmpuint (g_variant_n_children (items), ==, 2);
  g_assert_false (bench_try (bench, "show", "of-another-person"));
  bench_act (bench, "show", "old2");
  bench_expect (bench, "receipt");
  g_assert_cmpstr (bench_text (bench, "state"), ==, "quarantined");
  bench_act (bench, "back", NULL);
  bench_expect (bench, "transactions");
  bench_act (bench, "back", NULL);
  bench_expect (bench, "services");
}

/* The sheet is laid out on a thread: waits for its job to reach the printer. */
static GTask *
wait_for_job (Bench *bench)
{
  while (bench->jobs->len == 0)
    g_main_context_iteration (NULL, TRUE);
  return g_ptr_array_steal_index (bench->jobs, 0);
}

static void
test_paper (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (GTask) first = NULL;
  g_autoptr (GTask) second = NULL;

  bench_declare (bench);
  ledger_seal (bench, "tx1", 0);
  g_assert_cmpstr (bench_text (bench, "printer"), ==, "idle");
  bench_act (bench, "print", NULL);
  g_assert_cmpstr (bench_text (bench, "printer"), ==, "printing");
  g_assert_false (bench_offers (bench, "print"));
  first = wait_for_job (bench);
  g_assert_true (g_bytes_get_size (bench->paper) > 1000);
  g_task_return_new_error (first, KIOSK_PRINTER_ERROR, KIOSK_PRINTER_ERROR_PAPER, "no paper");
  bench_settle ();
  g_assert_cmpstr (bench_text (bench, "printer"), ==, "paper");
  bench_act (bench, "print", NULL);
  second = wait_for_job (bench);
  g_task_return_boolean (second, TRUE);
  bench_settle ();
  g_assert_cmpstr (bench_text (bench, "printer"), ==, "printed");
}

static void
keep (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

/* (transfer full): the words on the paper, by pdftotext, without the gaps and breaks between. */
static char *
words_on_paper (const char *language, gboolean sees)
{
  g_autoptr (KioskRecord) record = ledger_record ("tx1", KIOSK_RECORD_RECEIVED);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) pdf = NULL;
  g_autoptr (GSubprocess) reader = NULL;
  g_autoptr (GBytes) words = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) parts = NULL;

  kiosk_receipt_sheet_async (record, "Licence", language, sees, NULL, keep, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  pdf = kiosk_receipt_sheet_finish (result, NULL);
  reader = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL,
                             "pdftotext", "-", "-", NULL);
  g_assert_true (g_subprocess_communicate (reader, pdf, NULL, &words, NULL, NULL));
  text = g_strndup (g_bytes_get_data (words, NULL), g_bytes_get_size (words));
  parts = g_strsplit_set (text, " \n\f", -1);
  return g_strjoinv ("", parts);
}

/* The paper asks for nothing that the kiosk cannot do. */
static void
test_paper_says_what_it_is_for (void)
{
  const struct
  {
    const char *language, *show, *lay;
  } cases[] = {
    { "en", "Showitscode", "yourcard" },
    { "zh_HK", "二維碼", "放上證件" },
    { "zh_CN", "二维码", "放上证件" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *seeing = words_on_paper (cases[i].language, TRUE);
      g_autofree char *blind = words_on_paper (cases[i].language, FALSE);

      g_assert_nonnull (strstr (seeing, cases[i].show));
      g_assert_nonnull (strstr (seeing, cases[i].lay));
      g_assert_null (strstr (blind, cases[i].show));
      g_assert_nonnull (strstr (blind, cases[i].lay));
    }
}

static void
test_no_printer (void)
{
  g_autoptr (Bench) bench = bench_new_bare ();

  bench_declare (bench);
  ledger_seal (bench, "tx1", 0);
  g_assert_cmpstr (bench_text (bench, "printer"), ==, "absent");
  g_assert_false (bench_offers (bench, "print"));
}

static void
test_session_ends_while_printing (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (GTask) job = NULL;

  bench_declare (bench);
  ledger_seal (bench, "tx1", 0);
  bench_act (bench, "print", NULL);
  job = wait_for_job (bench);
  bench_act (bench, "finish", NULL);
  g_assert_true (g_cancellable_is_cancelled (g_task_get_cancellable (job)));
  g_task_return_boolean (job, TRUE);
  bench_settle ();
  bench_expect (bench, "ended");
}

/* Pages on which a person can go away. */
static void
reach (Bench *bench, const char *page)
{
  if (strcmp (page, "identify") == 0)
    bench_act (bench, "start", "en");
  else if (strcmp (page, "access-key") == 0 || strcmp (page, "reading") == 0)
    {
      bench_act (bench, "start", "en");
      card_place (bench, PROFILE, KIOSK_CARD_KEY_CAN);
      if (strcmp (page, "reading") == 0)
        bench_act (bench, "submit", "123456");
    }
  else
    {
      bench_identify (bench);
      if (strcmp (page, "question") == 0)
        {
          bench_act (bench, "choose", "td-vehicle-licence-renewal");
          bench_act (bench, "continue", NULL);
        }
      if (strcmp (page, "review") == 0)
        bench_answer_all (bench);
    }
  bench_expect (bench, page);
}

static void
expect_wiped (Bench *bench, const char *why)
{
  bench_expect (bench, "ended");
  g_assert_cmpstr (bench_text (bench, "why"), ==, why);
  kiosk_clock_advance (bench->clock, 10000);
  bench_expect (bench, "home");
  g_assert_cmpstr (bench_text (bench, "language"), ==, "zh_HK");
  g_assert_false (bench->card_watched);
  /* The next person finds nothing of the one before. */
  bench_act (bench, "start", "zh_CN");
  card_place (bench, PROFILE, KIOSK_CARD_KEY_CAN);
  g_assert_cmpstr (bench_text (bench, "value"), ==, "");
}

static void
test_ends (void)
{
  const char *const pages[]
    = { "identify", "access-key", "reading", "services", "question", "review" };

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_autoptr (Bench) finished = bench_new ();
      g_autoptr (Bench) idle = bench_new ();
      g_autoptr (Bench) dead = bench_new ();

      reach (finished, pages[i]);
      bench_act (finished, "finish", NULL);
      expect_wiped (finished, "finished");
      reach (idle, pages[i]);
      kiosk_clock_advance (idle->clock, 65000);
      expect_wiped (idle, "idle");
      reach (dead, pages[i]);
      kiosk_journey_front_gone (dead->journey);
      expect_wiped (dead, "fault");
    }
}

static void
test_idle_warning (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_identify (bench);
  kiosk_clock_advance (bench->clock, 44000);
  g_assert_cmpuint (bench->idles, ==, 0);
  kiosk_clock_advance (bench->clock, 1000);
  g_assert_cmpuint (bench->idle_seconds, ==, 20);
  kiosk_clock_advance (bench->clock, 5000);
  g_assert_cmpuint (bench->idle_seconds, ==, 15);
  kiosk_journey_touch (bench->journey);
  g_assert_cmpuint (bench->idle_seconds, ==, 0);
  kiosk_clock_advance (bench->clock, 44000);
  g_assert_cmpuint (bench->idle_seconds, ==, 0);
  bench_expect (bench, "services");
}

static void
test_never_idle_while_sealing (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_declare (bench);
  kiosk_clock_advance (bench->clock, 600000);
  bench_expect (bench, "sealing");
  ledger_seal (bench, "tx1", 0);
  bench_expect (bench, "receipt");
  kiosk_clock_advance (bench->clock, 65000);
  bench_expect (bench, "ended");
}

/* The promise is kept by the ledger; whoever sees it next is somebody else. */
static void
test_front_dies_while_sealing (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_declare (bench);
  kiosk_journey_front_gone (bench->journey);
  bench_expect (bench, "ended");
  ledger_seal (bench, "tx1", 0);
  bench_expect (bench, "ended");
}

static void
test_journey_freed_while_sealing (void)
{
  Bench *bench = bench_new ();
  g_autoptr (GTask) task = NULL;

  bench_declare (bench);
  task = g_ptr_array_steal_index (bench->seals, 0);
  bench_free (bench);
  g_task_return_pointer (task, ledger_record ("tx1", KIOSK_RECORD_RECEIVED),
                         (GDestroyNotify)kiosk_record_free);
  g_clear_object (&task);
  bench_settle ();
}

static void
test_card_left_behind (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (GVariant) before = NULL;
  g_autoptr (GVariant) after = NULL;

  bench_identify (bench);
  bench_act (bench, "finish", NULL);
  card_place (bench, PROFILE, KIOSK_CARD_KEY_CAN);
  bench_expect (bench, "ended");
  before = bench_value (bench, "card_on_reader");
  g_assert_true (g_variant_get_boolean (before));
  kiosk_clock_advance (bench->clock, 59000);
  bench_expect (bench, "ended");
  card_remove (bench);
  after = bench_value (bench, "card_on_reader");
  g_assert_false (g_variant_get_boolean (after));
  kiosk_clock_advance (bench->clock, 10000);
  bench_expect (bench, "home");
}

static void
test_language_at_home_is_forgotten (void)
{
  g_autoptr (Bench) bench = bench_new ();

  kiosk_journey_set_language (bench->journey, "en");
  g_assert_cmpstr (bench_text (bench, "language"), ==, "en");
  kiosk_journey_set_language (bench->journey, "xx");
  g_assert_cmpstr (bench_text (bench, "language"), ==, "en");
  kiosk_clock_advance (bench->clock, 45000);
  g_assert_cmpstr (bench_text (bench, "language"), ==, "zh_HK");
  g_assert_cmpuint (bench->idles, ==, 0);
  bench_expect (bench, "home");
}

static void
test_withheld (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_act (bench, "start", "en");
  /* Whoever is being served is served to the end. */
  kiosk_journey_withhold (bench->journey, "vault");
  bench_expect (bench, "identify");
  bench_act (bench, "finish", NULL);
  bench_act (bench, "home", NULL);
  bench_expect (bench, "unavailable");
  g_assert_cmpstr (bench_text (bench, "reason"), ==, "vault");
  kiosk_journey_withhold (bench->journey, "not-enrolled");
  g_assert_cmpstr (bench_text (bench, "reason"), ==, "not-enrolled");
  kiosk_journey_withhold (bench->journey, NULL);
  bench_expect (bench, "home");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/journey/seal/receipt-only-after-the-commit",
                   test_receipt_only_after_the_commit);
  g_test_add_func ("/journey/seal/failure-keeps-what-was-typed", test_failed_seal);
  g_test_add_func ("/journey/records/states-are-followed", test_states_are_followed);
  g_test_add_func ("/journey/records/only-ones-own-are-listed", test_list);
  g_test_add_func ("/journey/paper/out-of-paper-and-again", test_paper);
  g_test_add_func ("/journey/paper/says-what-it-is-for", test_paper_says_what_it_is_for);
  g_test_add_func ("/journey/paper/none-without-a-printer", test_no_printer);
  g_test_add_func ("/journey/paper/withdrawn-when-the-session-ends",
                   test_session_ends_while_printing);
  g_test_add_func ("/journey/end/everything-is-wiped-from-any-page", test_ends);
  g_test_add_func ("/journey/end/warned-before-and-touch-stays", test_idle_warning);
  g_test_add_func ("/journey/end/never-while-sealing", test_never_idle_while_sealing);
  g_test_add_func ("/journey/end/front-end-dies-while-sealing", test_front_dies_while_sealing);
  g_test_add_func ("/journey/end/journey-goes-while-sealing", test_journey_freed_while_sealing);
  g_test_add_func ("/journey/end/card-left-behind-is-told", test_card_left_behind);
  g_test_add_func ("/journey/end/language-at-home-is-forgotten",
                   test_language_at_home_is_forgotten);
  g_test_add_func ("/journey/doors/close-behind-the-last-person", test_withheld);
  return g_test_run ();
}
