/* The port over a stand-in for kiosk-reader, under a clock that moves only when told. */
#include <glib/gstdio.h>
#include <string.h>

#include "devices/card/card-worker.h"

#define PATIENCE_S 20

typedef struct
{
  KioskClock *clock;
  KioskCardPort *port;
  char *folder;
  GString *heard; /* one word an event */
  gboolean gave_up;
} Fixture;

static const char *const words[] = {
  "ready", "found", "needs-key", "preview", "progress", "evidence", "failed", "removed", "staff",
};

static void
on_event (gpointer data, const KioskCardEvent *event)
{
  Fixture *self = data;

  g_string_append_printf (self->heard, "%s ", words[event->type]);
  if (event->type == KIOSK_CARD_EVENT_FAILED)
    g_string_append_printf (self->heard, "%s ", kiosk_card_error_name (event->error));
  if (event->type == KIOSK_CARD_EVENT_FOUND)
    g_string_append_printf (self->heard, "%s ", event->profile);
}

static gboolean
give_up (gpointer data)
{
  ((Fixture *)data)->gave_up = TRUE;
  return G_SOURCE_REMOVE;
}

/* Until @wanted has been heard, letting clock timers of up to @step_ms fire. */
static void
await (Fixture *self, const char *wanted, gint64 step_ms)
{
  guint guard = g_timeout_add_seconds (PATIENCE_S, give_up, self);

  kiosk_clock_advance (self->clock, step_ms);
  while (strstr (self->heard->str, wanted) == NULL && !self->gave_up)
    {
      g_main_context_iteration (NULL, TRUE);
      kiosk_clock_advance (self->clock, 0);
    }
  if (self->gave_up)
    g_error ("waited for \"%s\", heard \"%s\"", wanted, self->heard->str);
  g_source_remove (guard);
}

static void
fixture_init (Fixture *self, const char *program, const char *device)
{
  g_autofree char *path = g_test_build_filename (G_TEST_BUILT, "devices/card", program, NULL);

  *self = (Fixture){ .clock = kiosk_clock_new_manual (1700000000000),
                     .folder = g_dir_make_tmp ("worker-XXXXXX", NULL),
                     .heard = g_string_new ("") };
  self->port = kiosk_card_worker_new (path, device, self->folder, self->clock, NULL);
  self->port->start (self->port, on_event, self);
}

static void
fixture_clear (Fixture *self)
{
  g_autofree char *lives = g_build_filename (self->folder, "lives", NULL);

  self->port->free (self->port);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_remove (lives);
  g_rmdir (self->folder);
  g_free (self->folder);
  g_string_free (self->heard, TRUE);
  kiosk_clock_unref (self->clock);
}

static void
give_can (Fixture *self)
{
  g_autoptr (KioskSecret) can = kiosk_secret_new_copy ("123456", 6);

  self->port->give_key (self->port, KIOSK_CARD_KEY_CAN, can);
}

static void
test_reading (void)
{
  Fixture f;

  fixture_init (&f, "fake-reader", "good");
  await (&f, "needs-key", 0);
  give_can (&f);
  await (&f, "evidence", 0);
  g_assert_cmpstr (f.heard->str, ==, "ready found fake needs-key evidence ");
  fixture_clear (&f);
}

/* Each way of going wrong ends in one fault and a fresh process that works. */
static void
test_faults (void)
{
  static const char *const ways[] = { "dies", "raves", "overreaches", "opens-nothing", "misnames" };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      Fixture f;

      fixture_init (&f, "fake-reader", ways[i]);
      await (&f, "failed reader-fault", 0);
      g_assert_null (kiosk_card_worker_device (f.port));
      await (&f, "needs-key", 1000);
      give_can (&f);
      await (&f, "evidence", 0);
      g_assert_cmpstr (f.heard->str, ==,
                       "failed reader-fault ready found fake needs-key evidence ");
      fixture_clear (&f);
    }
}

static void
test_silence (void)
{
  g_autofree char *lives = NULL;
  Fixture f;

  fixture_init (&f, "fake-reader", "hangs");
  kiosk_clock_advance (f.clock, 0);
  lives = g_build_filename (f.folder, "lives", NULL);
  while (!g_file_test (lives, G_FILE_TEST_EXISTS))
    g_main_context_iteration (NULL, FALSE);
  kiosk_clock_advance (f.clock, 9999);
  g_assert_cmpstr (f.heard->str, ==, "");
  await (&f, "failed reader-fault", 1);
  await (&f, "ready", 1000);
  fixture_clear (&f);
}

static gboolean
pass_time (gpointer clock)
{
  kiosk_clock_advance (clock, 40);
  return G_SOURCE_CONTINUE;
}

static void
test_absent (void)
{
  Fixture f;
  guint hurry;

  fixture_init (&f, "fake-reader", "absent");
  await (&f, "failed no-reader", 0);
  /* Two more attempts fail without a word; each waits longer. */
  hurry = g_timeout_add (2, pass_time, f.clock);
  await (&f, "needs-key", 0);
  g_source_remove (hurry);
  g_assert_cmpstr (f.heard->str, ==, "failed no-reader ready found fake needs-key ");
  fixture_clear (&f);
}

static void
test_timeout (void)
{
  Fixture f;

  fixture_init (&f, "fake-reader", "times-out");
  await (&f, "needs-key", 0);
  g_assert_cmpstr (f.heard->str, ==, "failed timeout ready found awaited-empty needs-key ");
  fixture_clear (&f);
}

static void
test_stop (void)
{
  Fixture f;

  fixture_init (&f, "fake-reader", "good");
  await (&f, "needs-key", 0);
  f.port->stop (f.port);
  g_string_truncate (f.heard, 0);
  give_can (&f);
  f.port->start (f.port, on_event, &f);
  await (&f, "needs-key", 0);
  /* Another process: it asks anew, and the key that came between reached nobody. */
  g_assert_cmpstr (f.heard->str, ==, "ready found fake needs-key ");
  f.port->stop (f.port);
  g_string_truncate (f.heard, 0);
  for (guint i = 0; i < 100; i++)
    {
      kiosk_clock_advance (f.clock, 1000);
      while (g_main_context_iteration (NULL, FALSE))
        continue;
    }
  g_assert_cmpstr (f.heard->str, ==, "");
  fixture_clear (&f);
}

/* By the process's own word, for as long as it holds the device. */
static void
test_device (void)
{
  const KioskCardDevice *device;
  Fixture f;

  fixture_init (&f, "fake-reader", "good");
  g_assert_null (kiosk_card_worker_device (f.port));
  await (&f, "ready", 0);
  device = kiosk_card_worker_device (f.port);
  g_assert_nonnull (device);
  g_assert_cmpstr (device->driver, ==, "fake_uart");
  g_assert_cmpstr (device->name, ==, "good");
  g_assert_cmpstr (device->library, ==, "1.2.3");
  f.port->stop (f.port);
  g_assert_null (kiosk_card_worker_device (f.port));
  fixture_clear (&f);
}

/* Whatever a driver calls its device, what is told of it is short, printable, and one line. */
static void
test_device_names (void)
{
  g_autofree char *endless = g_strnfill (1000, 'x');
  g_autoptr (GVariant) wire = NULL, foreign = NULL;
  KioskCardDevice device, again;

  kiosk_card_device_init (&device, "pn53x_usb:001:002", "Reader\xe9\n", endless);
  g_assert_cmpstr (device.driver, ==, "pn53x_usb");
  g_assert_cmpstr (device.name, ==, "Reader??");
  g_assert_cmpuint (strlen (device.library), ==, sizeof device.library - 1);
  wire = g_variant_ref_sink (kiosk_card_device_to_variant (&device));
  g_assert_true (kiosk_card_device_from_variant (wire, &again));
  g_assert_cmpstr (again.name, ==, device.name);
  foreign = g_variant_ref_sink (g_variant_new ("(sss)", "pn53x_usb", "Reader", endless));
  g_assert_false (kiosk_card_device_from_variant (foreign, &again));
}

static void
test_no_program (void)
{
  Fixture f;

  fixture_init (&f, "no-such-reader", "good");
  await (&f, "failed reader-fault", 0);
  for (guint i = 0; i < 20; i++)
    kiosk_clock_advance (f.clock, 5000);
  g_assert_cmpstr (f.heard->str, ==, "failed reader-fault ");
  fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/card/worker/tells-a-reading-in-order", test_reading);
  g_test_add_func ("/card/worker/replaces-a-process-that-fails", test_faults);
  g_test_add_func ("/card/worker/ends-a-process-that-is-silent", test_silence);
  g_test_add_func ("/card/worker/tells-an-absent-reader-once-and-heals", test_absent);
  g_test_add_func ("/card/worker/a-timeout-costs-one-word-and-a-process", test_timeout);
  g_test_add_func ("/card/worker/stop-ends-everything", test_stop);
  g_test_add_func ("/card/worker/knows-the-device-that-stands-open", test_device);
  g_test_add_func ("/card/worker/a-device-is-short-printable-words", test_device_names);
  g_test_add_func ("/card/worker/a-missing-program-is-told-once", test_no_program);
  return g_test_run ();
}
