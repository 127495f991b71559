#include "days.h"
#include "xform.h"

#include <string.h>

static gboolean
is_plain_text (const char *value)
{
  gsize length = strlen (value);

  if (!g_utf8_validate (value, (gssize)length, NULL) || value[0] == ' ' || value[length - 1] == ' ')
    return FALSE;
  for (const char *at = value; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c < 0x20 || (c >= 0x7f && c < 0xa0) || (c & 0xfffe) == 0xfffe)
        return FALSE;
    }
  return TRUE;
}

/* @alphabet: characters and ranges, "A-Z0-9 ". */
static gboolean
is_in_alphabet (const char *alphabet, char c)
{
  for (const char *at = alphabet; *at != '\0'; at++)
    {
      if (at[1] == '-' && at[2] != '\0')
        {
          if (c >= at[0] && c <= at[2])
            return TRUE;
          at += 2;
        }
      else if (c == *at)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_whole_number (const char *value)
{
  const char *digits = value[0] == '-' ? value + 1 : value;
  gsize n = strspn (digits, "0123456789");

  return n > 0 && n <= 15 && digits[n] == '\0' && (digits[0] != '0' || (n == 1 && digits == value));
}

static gboolean
is_option (const KioskField *field, const char *value)
{
  for (guint i = 0; i < field->options->len; i++)
    if (g_str_equal (((KioskXOption *)g_ptr_array_index (field->options, i))->value, value))
      return TRUE;
  return FALSE;
}

gboolean
kiosk_field_accepts (const KioskField *field, const char *value)
{
  int days;

  if (!is_plain_text (value) || g_utf8_strlen (value, -1) > field->length)
    return FALSE;
  for (const char *at = value; field->alphabet != NULL && *at != '\0'; at++)
    if (!is_in_alphabet (field->alphabet, *at))
      return FALSE;
  if (g_str_equal (field->type, "date"))
    return kiosk_days_parse (value, &days);
  if (g_str_equal (field->type, "int"))
    return is_whole_number (value);
  return !g_str_equal (field->type, "select1") || is_option (field, value);
}
