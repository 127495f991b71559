#include "radio.h"

#include <string.h>

#include "base/file.h"

#define HISTORICAL_MAXIMUM 15
#define UID_MINIMUM        4
#define FRAME_CODES        9
#define LE_MAXIMUM         65536
#define WTX_MAXIMUM        100

static const guint16 frame_sizes[FRAME_CODES] = { 16, 24, 32, 40, 48, 64, 96, 128, 256 };

void
kiosk_emu_radio_init (KioskEmuRadio *self)
{
  *self = (KioskEmuRadio){
    .type = 'A',
    .historical = g_bytes_new_static ("", 0),
    .frame = 256,
    .rate_kbit = 848,
    .extended = TRUE,
  };
}

void
kiosk_emu_radio_clear (KioskEmuRadio *self)
{
  g_clear_pointer (&self->historical, g_bytes_unref);
}

void
kiosk_emu_radio_copy (const KioskEmuRadio *self, KioskEmuRadio *ret_copy)
{
  *ret_copy = *self;
  g_bytes_ref (ret_copy->historical);
}

static gboolean
set_type (KioskEmuRadio *self, const char *value)
{
  if (!g_str_equal (value, "A") && !g_str_equal (value, "B"))
    return FALSE;
  self->type = value[0];
  return TRUE;
}

static gboolean
set_uid (KioskEmuRadio *self, const char *value)
{
  g_autoptr (GBytes) uid = NULL;

  self->random_uid = g_str_equal (value, "random");
  uid = kiosk_hex_decode (self->random_uid ? "08000000" : value);
  if (uid == NULL || g_bytes_get_size (uid) < UID_MINIMUM
      || g_bytes_get_size (uid) > sizeof self->uid)
    return FALSE;
  self->uid_length = g_bytes_get_size (uid);
  memcpy (self->uid, g_bytes_get_data (uid, NULL), self->uid_length);
  return TRUE;
}

static gboolean
set_historical (KioskEmuRadio *self, const char *value)
{
  GBytes *bytes = kiosk_hex_decode (value);

  if (bytes == NULL || g_bytes_get_size (bytes) > HISTORICAL_MAXIMUM)
    {
      g_clear_pointer (&bytes, g_bytes_unref);
      return FALSE;
    }
  g_bytes_unref (self->historical);
  self->historical = bytes;
  return TRUE;
}

static gboolean
set_frame (KioskEmuRadio *self, const char *value)
{
  guint64 size = g_ascii_strtoull (value, NULL, 10);

  for (guint i = 0; i < FRAME_CODES; i++)
    if (frame_sizes[i] == size)
      {
        self->frame = (gsize)size;
        return TRUE;
      }
  return FALSE;
}

static gboolean
set_rate (KioskEmuRadio *self, const char *value)
{
  guint64 rate = g_ascii_strtoull (value, NULL, 10);

  if (rate != 106 && rate != 212 && rate != 424 && rate != 848)
    return FALSE;
  self->rate_kbit = (guint)rate;
  return TRUE;
}

static gboolean
set_extended (KioskEmuRadio *self, const char *value)
{
  self->extended = g_str_equal (value, "true");
  return self->extended || g_str_equal (value, "false");
}

static gboolean
set_le (KioskEmuRadio *self, const char *value)
{
  guint64 le;

  if (!g_ascii_string_to_unsigned (value, 10, 0, LE_MAXIMUM, &le, NULL))
    return FALSE;
  self->le = (gsize)le;
  return TRUE;
}

static gboolean
parse_style (const char *value, KioskEmuLengthStyle *ret_style)
{
  static const char *const styles[] = { "6282", "9000", "6cxx", "6700", "6b00" };

  for (gsize i = 0; i < G_N_ELEMENTS (styles); i++)
    if (g_str_equal (styles[i], value))
      {
        *ret_style = (KioskEmuLengthStyle)i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
set_over_le (KioskEmuRadio *self, const char *value)
{
  return parse_style (value, &self->over_le) && self->over_le != KIOSK_EMU_LENGTH_OFFSET;
}

static gboolean
set_over_end (KioskEmuRadio *self, const char *value)
{
  return parse_style (value, &self->over_end);
}

static gboolean
set_wtx (KioskEmuRadio *self, const char *value)
{
  guint64 times;

  if (!g_ascii_string_to_unsigned (value, 10, 0, WTX_MAXIMUM, &times, NULL))
    return FALSE;
  self->wtx = (guint)times;
  return TRUE;
}

gboolean
kiosk_emu_radio_set (KioskEmuRadio *self, const char *key, const char *value)
{
  static const struct
  {
    const char *key;
    gboolean (*set) (KioskEmuRadio *self, const char *value);
  } setters[] = {
    { "type", set_type },   { "uid", set_uid },         { "historical", set_historical },
    { "frame", set_frame }, { "rate", set_rate },       { "extended", set_extended },
    { "le", set_le },       { "over-le", set_over_le }, { "over-end", set_over_end },
    { "wtx", set_wtx },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (setters); i++)
    if (g_str_equal (setters[i].key, key))
      return setters[i].set (self, value);
  return FALSE;
}

gsize
kiosk_emu_radio_frame_size (guint code)
{
  return frame_sizes[MIN (code, FRAME_CODES - 1)];
}

static guint8
frame_code (const KioskEmuRadio *self)
{
  guint8 code = 0;

  while (frame_sizes[code] != self->frame)
    code++;
  return code;
}

/* TA(1) and the first byte of ATQB's protocol info: 2, 4 and 8 times 106 kbit/s both ways. */
static guint8
rates (const KioskEmuRadio *self)
{
  switch (self->rate_kbit)
    {
    case 106:
      return 0x00;
    case 212:
      return 0x11;
    case 424:
      return 0x33;
    default:
      return 0x77;
    }
}

GByteArray *
kiosk_emu_radio_ats (const KioskEmuRadio *self)
{
  gsize length;
  const guint8 *historical = g_bytes_get_data (self->historical, &length);
  /* TL; T0: frame size, TA to TC follow; TA: rates; TB: FWI 13; TC: CID */
  const guint8 head[]
    = { (guint8)(5 + length), (guint8)(0x70 | frame_code (self)), rates (self), 0xd4, 0x02 };
  GByteArray *ats = g_byte_array_new ();

  g_byte_array_append (ats, head, sizeof head);
  if (length > 0)
    g_byte_array_append (ats, historical, (guint)length);
  return ats;
}

GByteArray *
kiosk_emu_radio_atqb (const KioskEmuRadio *self)
{
  static const guint8 request = 0x50;
  /* no application data; rates, frame size and ISO 14443-4, FWI 13 and CID */
  const guint8 tail[] = { 0, 0, 0, 0, rates (self), (guint8)(frame_code (self) << 4 | 1), 0xd1 };
  GByteArray *atqb = g_byte_array_new ();

  g_byte_array_append (atqb, &request, 1);
  g_byte_array_append (atqb, self->uid, 4);
  g_byte_array_append (atqb, tail, sizeof tail);
  return atqb;
}
