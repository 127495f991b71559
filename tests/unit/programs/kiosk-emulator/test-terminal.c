/* The pseudo-terminal from the client's end. */
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "terminal.h"

typedef struct
{
  KioskEmuTerminal *terminal;
  GString *arrived;
  int client;
} Fixture;

static void
arrived (gpointer data, const guint8 *bytes, gsize length)
{
  Fixture *fixture = data;

  g_string_append_len (fixture->arrived, (const char *)bytes, (gssize)length);
}

static int
open_client (Fixture *fixture)
{
  int client = open (kiosk_emu_terminal_name (fixture->terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);

  g_assert_cmpint (client, >=, 0);
  return client;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->terminal = kiosk_emu_terminal_new (arrived, fixture, &error);
  g_assert_no_error (error);
  fixture->arrived = g_string_new (NULL);
  fixture->client = open_client (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  close (fixture->client);
  kiosk_emu_terminal_free (fixture->terminal);
  g_string_free (fixture->arrived, TRUE);
}

static void
await_arrival (Fixture *fixture, gsize length)
{
  while (fixture->arrived->len < length)
    g_main_context_iteration (NULL, TRUE);
}

/* Runs the loop until the client has @length bytes. */
static void
read_exactly (Fixture *fixture, guint8 *ret_bytes, gsize length)
{
  gsize done = 0;

  while (done < length)
    {
      struct pollfd waiting = { .fd = fixture->client, .events = POLLIN };
      ssize_t n = 0;

      while (g_main_context_iteration (NULL, FALSE))
        ;
      if (poll (&waiting, 1, 1) > 0)
        n = read (fixture->client, ret_bytes + done, length - done);
      g_assert_cmpint (n, >=, 0);
      done += (gsize)n;
    }
}

static void
test_both_ways (Fixture *fixture, gconstpointer data)
{
  guint8 every[256];
  guint8 back[256];

  for (gsize i = 0; i < sizeof every; i++)
    every[i] = (guint8)i;
  g_assert_cmpint (write (fixture->client, every, sizeof every), ==, sizeof every);
  await_arrival (fixture, sizeof every);
  g_assert_cmpmem (fixture->arrived->str, (int)fixture->arrived->len, every, (int)sizeof every);
  kiosk_emu_terminal_write (fixture->terminal, every, sizeof every, 0);
  read_exactly (fixture, back, sizeof back);
  g_assert_cmpmem (back, (int)sizeof back, every, (int)sizeof every);
}

static void
test_delays (Fixture *fixture, gconstpointer data)
{
  gint64 before_us = g_get_monotonic_time ();
  guint8 back[3];

  kiosk_emu_terminal_write (fixture->terminal, (const guint8 *)"a", 1, 3000);
  kiosk_emu_terminal_write (fixture->terminal, (const guint8 *)"b", 1, 2000);
  kiosk_emu_terminal_write (fixture->terminal, (const guint8 *)"c", 1, 0);
  read_exactly (fixture, back, sizeof back);
  g_assert_cmpmem (back, 3, "abc", 3);
  g_assert_cmpint (g_get_monotonic_time () - before_us, >=, 5000);
}

static void
test_next_client (Fixture *fixture, gconstpointer data)
{
  guint8 back[4];

  close (fixture->client);
  fixture->client = open_client (fixture);
  g_assert_cmpint (write (fixture->client, "ping", 4), ==, 4);
  await_arrival (fixture, 4);
  kiosk_emu_terminal_write (fixture->terminal, (const guint8 *)"pong", 4, 0);
  read_exactly (fixture, back, sizeof back);
  g_assert_cmpmem (back, 4, "pong", 4);
}

/* A client that asked for the line alone and died must not shut out the next one. */
static void
test_lock_is_dropped (Fixture *fixture, gconstpointer data)
{
  int exclusive = 1;

  g_assert_cmpint (ioctl (fixture->client, TIOCEXCL), ==, 0);
  close (fixture->client);
  g_main_context_iteration (NULL, TRUE); /* the close is told */
  fixture->client = open_client (fixture);
  g_assert_cmpint (ioctl (fixture->client, TIOCGEXCL, &exclusive), ==, 0);
  g_assert_cmpint (exclusive, ==, 0);
}

/* Pulled out, the device is gone for whoever has it open; put back, it is another. */
static void
test_unplugged (Fixture *fixture, gconstpointer data)
{
  g_autofree char *name = g_strdup (kiosk_emu_terminal_name (fixture->terminal));
  g_autoptr (GError) error = NULL;
  char byte;

  kiosk_emu_terminal_write (fixture->terminal, (const guint8 *)"late", 4, 1000);
  kiosk_emu_terminal_unplug (fixture->terminal);
  g_assert_null (kiosk_emu_terminal_name (fixture->terminal));
  g_assert_cmpint (read (fixture->client, &byte, 1), <=, 0);
  g_assert_cmpint (open (name, O_RDWR | O_NOCTTY | O_CLOEXEC), <, 0);
  kiosk_emu_terminal_write (fixture->terminal, (const guint8 *)"lost", 4, 0);
  kiosk_emu_terminal_plug (fixture->terminal, &error);
  g_assert_no_error (error);
  close (fixture->client);
  fixture->client = open_client (fixture);
  kiosk_emu_terminal_write (fixture->terminal, (const guint8 *)"!", 1, 0);
  g_assert_cmpint (read (fixture->client, &byte, 1), ==, 1);
  g_assert_cmpint (byte, ==, '!');
}

#define ADD(name, function)                                                                        \
  g_test_add ("/emulator/terminal/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("carries-every-byte-both-ways", test_both_ways);
  ADD ("keeps-delays-and-order", test_delays);
  ADD ("serves-one-client-after-another", test_next_client);
  ADD ("drops-a-lock-that-a-client-left", test_lock_is_dropped);
  ADD ("is-gone-when-unplugged-and-another-when-plugged", test_unplugged);
  return g_test_run ();
}
