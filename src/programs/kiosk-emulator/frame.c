#include "frame.h"

#include <string.h>

const guint8 kiosk_emu_frame_ack[6] = { 0x00, 0x00, 0xff, 0x00, 0xff, 0x00 };
const guint8 kiosk_emu_frame_error[8] = { 0x00, 0x00, 0xff, 0x01, 0xff, 0x7f, 0x81, 0x00 };

struct _KioskEmuFramer
{
  GByteArray *input;
  KioskEmuFrameFunc function;
  gpointer data;
};

KioskEmuFramer *
kiosk_emu_framer_new (KioskEmuFrameFunc function, gpointer data)
{
  KioskEmuFramer *self = g_new0 (KioskEmuFramer, 1);

  self->input = g_byte_array_new ();
  self->function = function;
  self->data = data;
  return self;
}

void
kiosk_emu_framer_free (KioskEmuFramer *self)
{
  g_byte_array_unref (self->input);
  g_free (self);
}

/* Where 00 FF stands, or the last place where it could still begin. */
static gsize
start_code (const GByteArray *input)
{
  gsize at = 0;

  while (at + 1 < input->len && !(input->data[at] == 0x00 && input->data[at + 1] == 0xff))
    at++;
  return at;
}

/* How many bytes to drop from the front; 0 when more must arrive first. */
static gsize
take (KioskEmuFramer *self)
{
  gsize at = start_code (self->input);
  const guint8 *frame = self->input->data + at + 2;
  gsize left = self->input->len - MIN (self->input->len, at + 2);
  gsize head = 2;
  gsize length;

  if (left < 2)
    return at;
  if (frame[0] == 0x00 && frame[1] == 0xff)
    {
      self->function (self->data, NULL, 0);
      return at + 4;
    }
  if (frame[0] == 0xff && frame[1] == 0xff)
    {
      if (left < 5)
        return at;
      head = 5;
      length = (gsize)frame[2] << 8 | frame[3];
    }
  else if ((guint8)(frame[0] + frame[1]) != 0)
    return at + 2;
  else
    length = frame[0];
  if (length > KIOSK_EMU_FRAME_MAXIMUM)
    return at + 2;
  if (left < head + length + 1)
    return at;
  if (length >= 2 && frame[head] == 0xd4)
    {
      g_autofree guint8 *command = g_memdup2 (frame + head + 1, length - 1);
      self->function (self->data, command, length - 1);
    }
  return at + 2 + head + length + 1;
}

void
kiosk_emu_framer_feed (KioskEmuFramer *self, const guint8 *bytes, gsize length)
{
  gsize before;

  g_byte_array_append (self->input, bytes, (guint)length);
  do
    {
      gsize drop = take (self);

      before = self->input->len;
      if (drop > 0)
        g_byte_array_remove_range (self->input, 0, (guint)MIN (drop, before));
    }
  while (self->input->len > 0 && self->input->len < before);
}

GByteArray *
kiosk_emu_frame_reply (guint8 command, const guint8 *data, gsize length)
{
  GByteArray *frame = g_byte_array_new ();
  gsize inside = length + 2;
  guint8 sum = (guint8)(0xd5 + command + 1);
  guint8 high = (guint8)(inside >> 8);
  guint8 low = (guint8)inside;

  g_byte_array_append (frame, (const guint8[]){ 0x00, 0x00, 0xff }, 3);
  if (inside < 256)
    g_byte_array_append (frame, (const guint8[]){ low, (guint8)(0x100 - low) }, 2);
  else
    g_byte_array_append (
      frame, (const guint8[]){ 0xff, 0xff, high, low, (guint8)(0x200 - high - low) }, 5);
  g_byte_array_append (frame, (const guint8[]){ 0xd5, (guint8)(command + 1) }, 2);
  if (length > 0)
    g_byte_array_append (frame, data, (guint)length);
  for (gsize i = 0; i < length; i++)
    sum = (guint8)(sum + data[i]);
  g_byte_array_append (frame, (const guint8[]){ (guint8)(0x100 - sum), 0x00 }, 2);
  return frame;
}
