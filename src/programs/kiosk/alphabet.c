#include "alphabet.h"

#define OTHERS_MAX 4 /* keys that the last row of the pad has room for */

gboolean
kiosk_alphabet_has (const char *alphabet, char sign)
{
  for (const char *at = alphabet; *at != '\0'; at++)
    {
      if (at[1] == '-' && at[2] != '\0')
        {
          if (sign >= at[0] && sign <= at[2])
            return TRUE;
          at += 2;
        }
      else if (*at == sign)
        return TRUE;
    }
  return FALSE;
}

char *
kiosk_alphabet_others (const char *alphabet)
{
  GString *others = g_string_new (NULL);
  for (char sign = '!'; sign <= '~' && others->len < OTHERS_MAX; sign++)
    if (!g_ascii_isalnum (sign) && kiosk_alphabet_has (alphabet, sign))
      g_string_append_c (others, sign);
  return g_string_free (others, FALSE);
}
