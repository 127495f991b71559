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

#define SIMPLE_FALSE    20
#define SIMPLE_NULL     22
#define HALF_FLOAT      25 /* 26 and 27 are the longer ones */
#define FOREIGN_MAP_MAX 256

typedef struct
{
  const guint8 *at;
  const guint8 *end;
  guint depth;
  KioskCborRules rules;
} Scan;

static gboolean scan_item (Scan *scan);

/* A float has no shortest form to hold it to: its bytes are taken as they stand. */
static gboolean
scan_float (Scan *scan, guint info)
{
  gssize length = (gssize)1 << (info - 24);

  if (scan->rules == KIOSK_CBOR_RULES_OURS || info < HALF_FLOAT || scan->end - scan->at < length)
    return FALSE;
  scan->at += length;
  return TRUE;
}

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
  /* 28 … 30 are reserved and 31 is an indefinite length. */
  if (info > 27)
    return FALSE;
  if (*ret_major == MAJOR_SIMPLE)
    {
      *ret_argument = SIMPLE_NULL;
      return scan_float (scan, info);
    }
  if (scan->end - scan->at < 1 << (info - 24))
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

typedef struct
{
  const guint8 *at;
  gsize length;
} Key;

static gboolean
is_new (const Key *keys, guint64 count, const Key *key, KioskCborRules rules)
{
  if (rules == KIOSK_CBOR_RULES_OURS)
    return count == 0 || is_before (keys[0].at, keys[0].length, key->at, key->length);
  for (guint64 i = 0; i < count; i++)
    if (keys[i].length == key->length && memcmp (keys[i].at, key->at, key->length) == 0)
      return FALSE;
  return TRUE;
}

static gboolean
scan_map (Scan *scan, guint64 count)
{
  g_autofree Key *keys = NULL;
  gboolean ours = scan->rules == KIOSK_CBOR_RULES_OURS;

  if (!ours && count > FOREIGN_MAP_MAX)
    return FALSE;
  keys = g_new0 (Key, ours ? 1 : count);
  for (guint64 i = 0; i < count; i++)
    {
      Key key = { .at = scan->at };

      if (!scan_item (scan))
        return FALSE;
      key.length = (gsize)(scan->at - key.at);
      if (!is_new (keys, i, &key, scan->rules))
        return FALSE;
      keys[ours ? 0 : i] = key;
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
kiosk_cbor_scan (const guint8 *data, gsize length, KioskCborRules rules)
{
  Scan scan = { .at = data, .end = data + length, .rules = rules };

  return scan_item (&scan) && scan.at == scan.end;
}
