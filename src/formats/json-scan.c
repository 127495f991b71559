#include "formats/json-scan.h"

#include <errno.h>
#include <string.h>

typedef struct
{
  const char *at;
  const char *end;
  guint depth;
  guint members;
} Scan;

static gboolean scan_value (Scan *scan);

static void
skip_space (Scan *scan)
{
  while (scan->at < scan->end && strchr (" \t\r\n", *scan->at) != NULL && *scan->at != '\0')
    scan->at++;
}

static gboolean
take (Scan *scan, char wanted)
{
  if (scan->at == scan->end || *scan->at != wanted)
    return FALSE;
  scan->at++;
  return TRUE;
}

static gboolean
scan_word (Scan *scan, const char *word)
{
  gsize length = strlen (word);

  if ((gsize)(scan->end - scan->at) < length || memcmp (scan->at, word, length) != 0)
    return FALSE;
  scan->at += length;
  return TRUE;
}

static gboolean
scan_hex4 (Scan *scan, guint *ret_unit)
{
  guint unit = 0;

  if (scan->end - scan->at < 4)
    return FALSE;
  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (*scan->at++);
      if (digit < 0)
        return FALSE;
      unit = unit << 4 | (guint)digit;
    }
  *ret_unit = unit;
  return TRUE;
}

/* After "\u". */
static gboolean
scan_unicode (Scan *scan)
{
  guint unit = 0;
  guint low = 0;

  if (!scan_hex4 (scan, &unit) || unit == 0)
    return FALSE;
  if (unit < 0xd800 || unit > 0xdfff)
    return TRUE;
  return unit < 0xdc00 && scan_word (scan, "\\u") && scan_hex4 (scan, &low) && low >= 0xdc00
         && low <= 0xdfff;
}

static gboolean
scan_string (Scan *scan)
{
  if (!take (scan, '"'))
    return FALSE;
  while (scan->at < scan->end)
    {
      guchar c = (guchar)*scan->at++;

      if (c == '"')
        return TRUE;
      if (c < 0x20)
        return FALSE;
      if (c != '\\')
        continue;
      if (scan->at == scan->end)
        return FALSE;
      c = (guchar)*scan->at++;
      if (c == 'u' ? !scan_unicode (scan) : c == '\0' || strchr ("\"\\/bfnrt", c) == NULL)
        return FALSE;
    }
  return FALSE;
}

static gboolean
scan_digits (Scan *scan)
{
  const char *start = scan->at;

  while (scan->at < scan->end && g_ascii_isdigit (*scan->at))
    scan->at++;
  return scan->at > start;
}

static gboolean
fits_integer (const char *start, const char *end)
{
  char copy[24];
  gsize length = (gsize)(end - start);

  if (length >= sizeof copy)
    return FALSE;
  memcpy (copy, start, length);
  copy[length] = '\0';
  errno = 0;
  g_ascii_strtoll (copy, NULL, 10);
  return errno == 0;
}

/* A fraction or an exponent stops here and is refused by whoever wants what follows a value. */
static gboolean
scan_number (Scan *scan)
{
  const char *start = scan->at;

  take (scan, '-');
  return (take (scan, '0') || scan_digits (scan)) && fits_integer (start, scan->at);
}

static gboolean
scan_member (Scan *scan)
{
  scan->members++;
  skip_space (scan);
  if (!scan_string (scan))
    return FALSE;
  skip_space (scan);
  return take (scan, ':') && scan_value (scan);
}

static gboolean
scan_container (Scan *scan, char close, gboolean (*element) (Scan *))
{
  if (++scan->depth > KIOSK_JSON_DEPTH_MAX)
    return FALSE;
  scan->at++;
  skip_space (scan);
  if (!take (scan, close))
    {
      do
        if (!element (scan))
          return FALSE;
      while (take (scan, ','));
      if (!take (scan, close))
        return FALSE;
    }
  scan->depth--;
  return TRUE;
}

/* A value and the white space around it. */
static gboolean
scan_value (Scan *scan)
{
  gboolean good = FALSE;

  skip_space (scan);
  if (scan->at == scan->end)
    return FALSE;
  switch (*scan->at)
    {
    case '{':
      good = scan_container (scan, '}', scan_member);
      break;
    case '[':
      good = scan_container (scan, ']', scan_value);
      break;
    case '"':
      good = scan_string (scan);
      break;
    case 't':
      good = scan_word (scan, "true");
      break;
    case 'f':
      good = scan_word (scan, "false");
      break;
    case 'n':
      good = scan_word (scan, "null");
      break;
    default:
      good = scan_number (scan);
    }
  skip_space (scan);
  return good;
}

gboolean
kiosk_json_scan (const char *text, gsize length, guint *ret_members)
{
  Scan scan = { .at = text, .end = text + length };

  skip_space (&scan);
  if (scan.at == scan.end || *scan.at != '{' || !scan_value (&scan) || scan.at != scan.end)
    return FALSE;
  *ret_members = scan.members;
  return TRUE;
}
