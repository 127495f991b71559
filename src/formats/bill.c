#include "formats/bill.h"

#include "formats/plain-text.h"

#include <string.h>

#define PREFIX         "k-"
#define KIOSK_MAX      13
#define COUNTER_DIGITS 8
#define TAIL           (1 + COUNTER_DIGITS + 2) /* -COUNTER-CHECK */

static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

char
kiosk_bill_check (const char *text, gsize length)
{
  guint carry = 36;

  for (gsize i = 0; i < length; i++)
    {
      const char *found = strchr (alphabet, text[i]);

      if (found == NULL || text[i] == '\0')
        continue;
      carry = (carry + (guint)(found - alphabet)) % 36;
      carry = (carry == 0 ? 36 : carry) * 2 % 37;
    }
  return alphabet[(37 - carry) % 36];
}

static gboolean
is_kiosk (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]))
      return FALSE;
  return length >= 1 && length <= KIOSK_MAX;
}

char *
kiosk_bill_number (const char *kiosk, guint64 counter)
{
  g_autofree char *capitals = NULL;
  g_autofree char *body = NULL;

  if (!g_str_has_prefix (kiosk, PREFIX) || counter > KIOSK_BILL_COUNTER_MAX)
    return NULL;
  kiosk += strlen (PREFIX);
  if (!is_kiosk (kiosk, strlen (kiosk)))
    return NULL;
  capitals = g_ascii_strup (kiosk, -1);
  body = g_strdup_printf ("%s-%0*" G_GUINT64_FORMAT, capitals, COUNTER_DIGITS, counter);
  return g_strdup_printf ("%s-%c", body, kiosk_bill_check (body, strlen (body)));
}

gboolean
kiosk_bill_number_read (const char *number, char **ret_kiosk, guint64 *ret_counter)
{
  gsize length = strlen (number);
  gsize kiosk = length > TAIL ? length - TAIL : 0;
  const char *counter = number + kiosk + 1;

  if (!is_kiosk (number, kiosk) || number[kiosk] != '-'
      || !kiosk_text_is_digits (counter, COUNTER_DIGITS) || number[length - 2] != '-'
      || number[length - 1] != kiosk_bill_check (number, length - 2))
    return FALSE;
  for (gsize i = 0; i < kiosk; i++)
    if (g_ascii_islower (number[i]))
      return FALSE;
  if (ret_kiosk != NULL)
    {
      g_autofree char *id = g_ascii_strdown (number, (gssize)kiosk);

      *ret_kiosk = g_strconcat (PREFIX, id, NULL);
    }
  if (ret_counter != NULL)
    *ret_counter = g_ascii_strtoull (counter, NULL, 10);
  return TRUE;
}
