/* A PN532 at the other end of a pseudo-terminal, in a thread: it hears only what is sent at its own
 * speed, changes when it was told to and has been acknowledged, or does not. */
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "devices/card/card-uart.h"

typedef struct
{
  int master, slave;
  speed_t speed;
  gboolean refuses, lies; /* says no; says yes and stays where it is */
  speed_t next;           /* after the acknowledgement */
  GThread *thread;
  gint stop;
} Reader;

static const guint8 ack[] = { 0x00, 0x00, 0xff, 0x00, 0xff, 0x00 };

static void
say (Reader *self, guint8 code)
{
  guint8 reply[] = { 0, 0, 0xff, 2, 0xfe, 0xd5, code + 1, (guint8) - (0xd5 + code + 1), 0 };

  g_assert_cmpint (write (self->master, ack, sizeof ack), ==, sizeof ack);
  g_assert_cmpint (write (self->master, reply, sizeof reply), ==, sizeof reply);
}

static void
hear (Reader *self, const guint8 *bytes, gsize length)
{
  static const guint8 sam[] = { 0xff, 0x03, 0xfd, 0xd4, 0x14, 0x01, 0x17 };
  static const guint8 baud[] = { 0xff, 0x03, 0xfd, 0xd4, 0x10, 0x06, 0x16 };
  struct termios line;

  g_assert_cmpint (tcgetattr (self->master, &line), ==, 0);
  if (cfgetospeed (&line) != self->speed)
    return;
  if (memmem (bytes, length, sam, sizeof sam) != NULL)
    say (self, 0x14);
  if (memmem (bytes, length, baud, sizeof baud) != NULL && !self->refuses)
    {
      self->next = B460800;
      say (self, 0x10);
    }
  else if (self->next != B0 && length == sizeof ack && memcmp (bytes, ack, length) == 0)
    self->speed = self->lies ? self->speed : self->next;
}

static gpointer
work (gpointer data)
{
  Reader *self = data;
  guint8 bytes[256];

  while (!g_atomic_int_get (&self->stop))
    {
      struct pollfd wait = { .fd = self->master, .events = POLLIN };

      if (poll (&wait, 1, 20) > 0 && (wait.revents & POLLIN) != 0)
        {
          ssize_t n = read (self->master, bytes, sizeof bytes);

          if (n > 0)
            hear (self, bytes, (gsize)n);
        }
    }
  return NULL;
}

static void
assert_raise (Reader reader, gboolean expected, speed_t then)
{
  reader.master = posix_openpt (O_RDWR | O_NOCTTY);
  g_assert_cmpint (reader.master, >=, 0);
  g_assert_cmpint (grantpt (reader.master), ==, 0);
  g_assert_cmpint (unlockpt (reader.master), ==, 0);
  reader.slave = open (ptsname (reader.master), O_RDWR | O_NOCTTY | O_NONBLOCK);
  g_assert_cmpint (reader.slave, >=, 0);
  reader.thread = g_thread_new ("reader", work, &reader);
  g_assert_cmpint (kiosk_card_uart_raise (reader.slave, 460800), ==, expected);
  g_atomic_int_set (&reader.stop, 1);
  g_thread_join (reader.thread);
  g_assert_cmpint (reader.speed, ==, then);
  close (reader.slave);
  close (reader.master);
}

static void
test_raise (void)
{
  assert_raise ((Reader){ .speed = B115200 }, TRUE, B460800);
  assert_raise ((Reader){ .speed = B460800 }, TRUE, B460800);
}

static void
test_stays (void)
{
  assert_raise ((Reader){ .speed = B115200, .refuses = TRUE }, FALSE, B115200);
  assert_raise ((Reader){ .speed = B115200, .lies = TRUE }, FALSE, B115200);
  assert_raise ((Reader){ .speed = B9600 }, FALSE, B9600);
}

static void
test_speeds (void)
{
  g_assert_true (kiosk_card_uart_knows (460800));
  g_assert_false (kiosk_card_uart_knows (460801));
  g_assert_false (kiosk_card_uart_raise (-1, 12345));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/card/uart/a-slow-reader-is-made-fast-and-a-fast-one-left", test_raise);
  g_test_add_func ("/card/uart/one-that-will-not-stays-where-it-begins", test_stays);
  g_test_add_func ("/card/uart/only-speeds-that-it-has", test_speeds);
  return g_test_run ();
}
