/* The camera is on while somebody shows a code, and not a moment longer. */
#include "bench.h"

#include <unistd.h>

#define PROFILE "hkid-simulated"

static void
test_camera_troubles (void)
{
  const KioskCameraTrouble troubles[]
    = { KIOSK_CAMERA_TROUBLE_MISSING, KIOSK_CAMERA_TROUBLE_STALLED, KIOSK_CAMERA_TROUBLE_COVERED,
        KIOSK_CAMERA_TROUBLE_FAULT, KIOSK_CAMERA_TROUBLE_SOURCE };
  g_autoptr (Bench) bench = bench_new ();
  guint serial;

  bench_act (bench, "start", "en");
  bench_act (bench, "scan", NULL);
  g_assert_cmpstr (bench_text (bench, "camera"), ==, "starting");
  serial = bench_serial (bench);
  for (guint i = 0; i < G_N_ELEMENTS (troubles); i++)
    {
      guint statuses = bench->statuses;

      camera_advise (bench, KIOSK_CAMERA_GUIDANCE_GLARE);
      camera_trouble (bench, troubles[i]);
      g_assert_cmpstr (bench_text (bench, "camera"), ==, kiosk_camera_trouble_name (troubles[i]));
      g_assert_cmpstr (bench_text (bench, "guidance"), ==, "");
      g_assert_cmpuint (bench->statuses, ==, statuses + 1);
      camera_ready (bench);
      g_assert_cmpstr (bench_text (bench, "camera"), ==, "ready");
    }
  /* All the while it is the same page. */
  g_assert_cmpuint (bench_serial (bench), ==, serial);
  kiosk_journey_set_language (bench->journey, "zh_HK");
  g_assert_cmpuint (bench->camera_starts, ==, 1);
  g_assert_cmpstr (bench_text (bench, "camera"), ==, "ready");
}

/* The reader's own trouble is not this page's: a person with a code needs no reader. */
static void
test_reader_troubles (void)
{
  g_autoptr (Bench) bench = bench_new ();

  bench_scan (bench);
  card_fail (bench, KIOSK_CARD_ERROR_NO_READER, -1);
  bench_expect (bench, "scan");
  bench_act (bench, "back", NULL);
  g_assert_cmpstr (bench_text (bench, "reader"), ==, "missing");
  bench_act (bench, "scan", NULL);
  card_fail (bench, KIOSK_CARD_ERROR_MANY_CARDS, -1);
  bench_expect (bench, "card-problem");
  g_assert_null (bench->camera_watch);
}

static void
leave_by_card (Bench *bench)
{
  card_place (bench, PROFILE, KIOSK_CARD_KEY_CAN);
  bench_expect (bench, "access-key");
}

static void
leave_by_back (Bench *bench)
{
  bench_act (bench, "back", NULL);
  bench_expect (bench, "identify");
}

static void
leave_by_finish (Bench *bench)
{
  bench_act (bench, "finish", NULL);
  bench_expect (bench, "ended");
}

static void
leave_by_idleness (Bench *bench)
{
  kiosk_clock_advance (bench->clock, 65000);
  g_assert_cmpstr (bench_text (bench, "why"), ==, "idle");
}

static void
leave_by_dying (Bench *bench)
{
  kiosk_journey_front_gone (bench->journey);
  g_assert_cmpstr (bench_text (bench, "why"), ==, "fault");
}

static void
leave_by_end (Bench *bench)
{
  g_clear_pointer (&bench->journey, kiosk_journey_free);
}

/* With a code looked up, with a mistake told, and under the mark. */
static void
test_ways_out (void)
{
  void (*const ways[]) (Bench *) = { leave_by_card,     leave_by_back,  leave_by_finish,
                                     leave_by_idleness, leave_by_dying, leave_by_end };

  for (guint i = 0; i < G_N_ELEMENTS (ways) * 3; i++)
    {
      g_autoptr (Bench) bench = bench_new ();
      GCancellable *cancellable = NULL;

      bench_scan (bench);
      g_assert_nonnull (bench->camera_watch);
      if (i % 3 == 0)
        camera_see (bench, "HC1:ABC");
      else
        bench_show_receipt (bench, "signed claims");
      if (i % 3 == 1)
        cancellable = g_task_get_cancellable (g_ptr_array_index (bench->finds, 0));
      else if (i % 3 == 2)
        ledger_find (bench, ledger_record ("tx1", KIOSK_RECORD_RECEIVED));
      /* The mark would not wait for idleness. */
      if (i % 3 == 2 && ways[i / 3] == leave_by_idleness)
        continue;
      ways[i / 3](bench);
      g_assert_null (bench->camera_watch);
      if (cancellable == NULL)
        continue;
      /* Nobody waits for the answer any more; it changes nothing. */
      g_assert_true (g_cancellable_is_cancelled (cancellable));
      ledger_find (bench, ledger_record ("tx1", KIOSK_RECORD_RECEIVED));
      if (bench->journey != NULL)
        g_assert_null (bench_value (bench, "taken"));
    }
}

static void
test_pictures (void)
{
  g_autoptr (Bench) bench = bench_new ();
  int memory;

  bench_act (bench, "start", "en");
  g_assert_cmpint (kiosk_journey_preview (bench->journey), ==, -1);
  bench_act (bench, "scan", NULL);
  memory = kiosk_journey_preview (bench->journey);
  g_assert_cmpint (memory, >=, 0);
  close (memory);
  bench_act (bench, "finish", NULL);
  g_assert_cmpint (kiosk_journey_preview (bench->journey), ==, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/journey/camera/its-trouble-is-named-and-heals", test_camera_troubles);
  g_test_add_func ("/journey/camera/the-readers-trouble-is-not-its", test_reader_troubles);
  g_test_add_func ("/journey/camera/off-on-every-way-out", test_ways_out);
  g_test_add_func ("/journey/camera/pictures-only-while-the-page-stands", test_pictures);
  return g_test_run ();
}
