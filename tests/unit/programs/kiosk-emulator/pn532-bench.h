/* A reader's firmware on the table: commands in hexadecimal, replies as they come. */
#pragma once

#include "cards.h"
#include "frame.h"
#include "pn532.h"
#include "vectors.h"

#define FIRST_REPLY_BYTE 7 /* 00 00 FF LEN LCS D5 CMD+1 */

typedef struct
{
  KioskClock *clock;
  KioskRandom *random;
  KioskEmuField *field;
  KioskEmuPn532 *pn532;
  KioskEmuCard *card;
  GByteArray *line; /* everything that the reader has sent */
  gint64 delay_us;
} Fixture;

static inline void
sent (gpointer data, const guint8 *bytes, gsize length, gint64 delay_us)
{
  Fixture *fixture = data;

  g_byte_array_append (fixture->line, bytes, (guint)length);
  fixture->delay_us += delay_us;
}

static inline void
set_up (Fixture *fixture, gconstpointer data)
{
  const KioskEmuLink link = { .frame_size = 64 };

  fixture->clock = kiosk_clock_new_manual (0);
  fixture->random = kiosk_random_new_seeded (1);
  fixture->field = kiosk_emu_field_new (fixture->random);
  fixture->line = g_byte_array_new ();
  fixture->pn532 = kiosk_emu_pn532_new (fixture->field, fixture->clock, &link, sent, fixture);
  fixture->card = card_make ('A', FALSE);
}

static inline void
tear_down (Fixture *fixture, gconstpointer data)
{
  kiosk_emu_pn532_free (fixture->pn532);
  kiosk_emu_field_free (fixture->field);
  kiosk_emu_card_unref (fixture->card);
  kiosk_random_unref (fixture->random);
  kiosk_clock_unref (fixture->clock);
  g_byte_array_unref (fixture->line);
}

static inline void
send_hex (Fixture *fixture, const char *hex)
{
  g_autoptr (GBytes) content = unhex (hex);
  gsize length = g_bytes_get_size (content);
  const guint8 *bytes = g_bytes_get_data (content, NULL);
  guint8 frame[300]
    = { 0x00, 0x00, 0xff, (guint8)(length + 1), (guint8)(0x100 - length - 1), 0xd4 };
  guint8 sum = 0xd4;

  g_byte_array_set_size (fixture->line, 0);
  memcpy (frame + 6, bytes, length);
  for (gsize i = 0; i < length; i++)
    sum = (guint8)(sum + bytes[i]);
  frame[6 + length] = (guint8)(0x100 - sum);
  kiosk_emu_pn532_feed (fixture->pn532, frame, length + 8);
}

/* What came after the acknowledgement. */
static inline void
assert_reply (Fixture *fixture, const char *expected)
{
  const guint8 *line = fixture->line->data;
  gsize length = fixture->line->len;
  gsize wanted = strlen (expected) / 2;

  g_assert_cmpuint (length, >=, 6);
  assert_hex (line, 6, "0000FF00FF00");
  if (wanted == 0)
    {
      g_assert_cmpuint (length, ==, 6);
      return;
    }
  g_assert_cmpuint (length, >, 6 + FIRST_REPLY_BYTE);
  assert_hex (line + 6 + FIRST_REPLY_BYTE, length - 6 - FIRST_REPLY_BYTE - 2, expected);
}

static inline void
ask (Fixture *fixture, const char *command, const char *expected)
{
  send_hex (fixture, command);
  assert_reply (fixture, expected);
}

static inline void
select_card (Fixture *fixture)
{
  kiosk_emu_field_add (fixture->field, fixture->card);
  ask (fixture, "4A0100", "01010344200408112233067877D40280");
}
