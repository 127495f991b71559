#include "devices/card/card-uart.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define ANSWER_MS  150
#define ATTEMPTS   2
#define SETTLE_US  2000 /* the reader changes 200 µs after our acknowledgement */
#define HOST       0xd4
#define READER     0xd5
#define SAM        0x14 /* SAMConfiguration, which also ends the sleep after power-up */
#define SAM_NORMAL 0x01
#define SET_BAUD   0x10
#define FRAME_MAX  32
#define ACK_BYTES  6

static const guint8 ack[ACK_BYTES] = { 0x00, 0x00, 0xff, 0x00, 0xff, 0x00 };
static const guint8 wake[16] = { 0x55, 0x55 };

static const struct
{
  guint baud;
  speed_t speed;
  guint8 code;
} speeds[] = {
  { 115200, B115200, 0x04 },
  { 230400, B230400, 0x05 },
  { 460800, B460800, 0x06 },
  { 921600, B921600, 0x07 },
};

static int
find (guint baud)
{
  for (guint i = 0; i < G_N_ELEMENTS (speeds); i++)
    if (speeds[i].baud == baud)
      return (int)i;
  return -1;
}

gboolean
kiosk_card_uart_knows (guint baud)
{
  return find (baud) >= 0;
}

static gboolean
set_speed (int fd, speed_t speed)
{
  struct termios settings;

  if (tcgetattr (fd, &settings) != 0)
    return FALSE;
  cfmakeraw (&settings);
  settings.c_cflag = (settings.c_cflag & ~(tcflag_t)(CSTOPB | CRTSCTS)) | CLOCAL | CREAD;
  cfsetspeed (&settings, speed);
  return tcsetattr (fd, TCSANOW, &settings) == 0 && tcflush (fd, TCIOFLUSH) == 0;
}

static gboolean
write_all (int fd, const guint8 *data, gsize length)
{
  while (length > 0)
    {
      ssize_t n = write (fd, data, length);

      if (n < 0 && errno != EINTR && errno != EAGAIN)
        return FALSE;
      if (n > 0)
        {
          data += n;
          length -= (gsize)n;
        }
      else if (poll (&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, ANSWER_MS) <= 0)
        return FALSE;
    }
  return TRUE;
}

/* 00 00 FF, length and its complement, D4 … , their sum's complement, 00. */
static gboolean
send_command (int fd, const guint8 *command, gsize length)
{
  guint8 frame[FRAME_MAX] = { 0x00, 0x00, 0xff };
  guint8 sum = HOST;
  gsize at = 3;

  frame[at++] = (guint8)(length + 1);
  frame[at++] = (guint8) - (length + 1);
  frame[at++] = HOST;
  for (gsize i = 0; i < length; i++)
    {
      frame[at++] = command[i];
      sum = (guint8)(sum + command[i]);
    }
  frame[at++] = (guint8)-sum;
  frame[at++] = 0x00;
  return write_all (fd, frame, at);
}

/* The acknowledgement and a reply to @code, whatever noise is before them. */
static gboolean
holds_reply (const guint8 *bytes, gsize length, guint8 code)
{
  const guint8 reply[] = { READER, (guint8)(code + 1) };
  const guint8 *found = memmem (bytes, length, ack, sizeof ack);

  return found != NULL
         && memmem (found + sizeof ack, length - (gsize)(found - bytes) - sizeof ack, reply,
                    sizeof reply)
              != NULL;
}

static gboolean
await_reply (int fd, guint8 code)
{
  guint8 bytes[4 * FRAME_MAX];
  gsize length = 0;
  gint64 deadline = g_get_monotonic_time () + ANSWER_MS * 1000;

  while (length < sizeof bytes)
    {
      struct pollfd wait = { .fd = fd, .events = POLLIN };
      gint64 left = (deadline - g_get_monotonic_time ()) / 1000;
      ssize_t n;

      if (left <= 0 || poll (&wait, 1, (int)left) <= 0 || (wait.revents & POLLIN) == 0)
        return FALSE;
      n = read (fd, bytes + length, sizeof bytes - length);
      if (n <= 0 && errno != EINTR && errno != EAGAIN)
        return FALSE;
      length += n > 0 ? (gsize)n : 0;
      if (holds_reply (bytes, length, code))
        return TRUE;
    }
  return FALSE;
}

static gboolean
answers (int fd, speed_t speed)
{
  static const guint8 command[] = { SAM, SAM_NORMAL };

  if (!set_speed (fd, speed))
    return FALSE;
  for (guint attempt = 0; attempt < ATTEMPTS; attempt++)
    if (write_all (fd, wake, sizeof wake) && send_command (fd, command, sizeof command)
        && await_reply (fd, SAM))
      return TRUE;
  return FALSE;
}

gboolean
kiosk_card_uart_raise (int fd, guint baud)
{
  int wanted = find (baud);
  guint8 command[] = { SET_BAUD, 0 };

  if (wanted < 0)
    return FALSE;
  /* One that an earlier session left fast, or begins so. */
  if (answers (fd, speeds[wanted].speed))
    return TRUE;
  command[1] = speeds[wanted].code;
  if (!answers (fd, speeds[find (KIOSK_CARD_UART_BAUD)].speed)
      || !send_command (fd, command, sizeof command) || !await_reply (fd, SET_BAUD)
      || !write_all (fd, ack, sizeof ack) || tcdrain (fd) != 0)
    return FALSE;
  g_usleep (SETTLE_US);
  return answers (fd, speeds[wanted].speed);
}
