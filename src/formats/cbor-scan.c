#include "formats/cbor-scan.h"

#include <string.h>

enum
{
  MAJOR_UNSIGNED,
  MAJOR_NEGATIVE,
  MAJOR_BYTES,
  MAJOR_TEXT,
  MAJOR_ARRAY,
  MAJOR_MAP,
  MAJOR_TAG,
  MAJOR_SIMPLE,
};

#define SIMPLE_FALSE 20
#define SIMPLE_NULL  22

typedef struct
{
  const guint8 *at;
  const guint8 *end;
  guint depth;
} Scan;

static gboolean scan_item (Scan *scan);

static gboolean
scan_head (Scan *scan, guint *ret_major, guint64 *ret_argument)
{
  static const guint64 least[] = { 24, 0x100, 0x10000, G_GUINT64_CONSTANT (0x100000000) };
  guint info = 0;
  guint64 argument = 0;

  if (scan->at == scan->end)
    return FALSE;
  *ret_major = *scan->at >> 5;
  info = *scan->at++ & 0x1f;
  if (info < 24)
    {
      *ret_argument = info;
      return TRUE;
    }
  /* 28 … 30 are reserved and 31 is an indefinite length. A float's head comes through here too. */
  if (info > 27 || *ret_major == MAJOR_SIMPLE || scan->end - scan->at < 1 << (info - 24))
    return FALSE;
  for (guint i = 0; i < 1U << (info - 24); i++)
    argument = argument << 8 | *scan->at++;
  *ret_argument = argument;
  return argument >= least[info - 24];
}

static gboolean
scan_string (Scan *scan, guint64 length, gboolean is_text)
{
  const guint8 *start = scan->at;

  if (length > (guint64)(scan->end - scan->at))
    return FALSE;
  scan->at += length;
  return !is_text || length == 0 || g_utf8_validate_len ((const char *)start, length, NULL);
}

static gboolean
scan_array (Scan *scan, guint64 count)
{
  for (guint64 i = 0; i < count; i++)
    if (!scan_item (scan))
      return FALSE;
  return TRUE;
}

static gboolean
is_before (const guint8 *a, gsize a_length, const guint8 *b, gsize b_length)
{
  int order = memcmp (a, b, MIN (a_length, b_length));

  return order < 0 || (order == 0 && a_length < b_length);
}

static gboolean
scan_map (Scan *scan, guint64 count)
{
  const guint8 *last = scan->at;
  gsize last_length = 0;

  for (guint64 i = 0; i < count; i++)
    {
      const guint8 *key = scan->at;
      gsize length = 0;

      if (!scan_item (scan))
        return FALSE;
      length = (gsize)(scan->at - key);
      if (i > 0 && !is_before (last, last_length, key, length))
        return FALSE;
      last = key;
      last_length = length;
      if (!scan_item (scan))
        return FALSE;
    }
  return TRUE;
}

static gboolean
scan_content (Scan *scan, guint major, guint64 argument)
{
  switch (major)
    {
    case MAJOR_BYTES:
    case MAJOR_TEXT:
      return scan_string (scan, argument, major == MAJOR_TEXT);
    case MAJOR_ARRAY:
      return scan_array (scan, argument);
    case MAJOR_MAP:
      return scan_map (scan, argument);
    case MAJOR_TAG:
      return scan_item (scan);
    case MAJOR_SIMPLE:
      return argument >= SIMPLE_FALSE && argument <= SIMPLE_NULL;
    default:
      return TRUE;
    }
}

static gboolean
scan_item (Scan *scan)
{
  guint major = 0;
  guint64 argument = 0;
  gboolean good = FALSE;

  if (++scan->depth > KIOSK_CBOR_DEPTH_MAX)
    return FALSE;
  good = scan_head (scan, &major, &argument) && scan_content (scan, major, argument);
  scan->depth--;
  return good;
}

gboolean
kiosk_cbor_scan (const guint8 *data, gsize length)
{
  Scan scan = { .at = data, .end = data + length };

  return scan_item (&scan) && scan.at == scan.end;
}
