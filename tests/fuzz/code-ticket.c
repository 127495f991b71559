/* The input is the claims of a ticket, and the whole text of one. */
#include "formats/base45.h"
#include "formats/ticket.h"

#include <string.h>

static void
try_text (const char *text, gsize length)
{
  g_autoptr (KioskTicket) ticket = kiosk_ticket_parse (text, length, NULL);
  g_autofree char *again = ticket != NULL ? kiosk_ticket_text (ticket) : NULL;

  g_assert_true (again == NULL || (strlen (again) == length && memcmp (again, text, length) == 0));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autofree char *base45 = kiosk_base45_encode (data, length);
  g_autofree char *text = g_strconcat (KIOSK_TICKET_PREFIX, base45, NULL);

  try_text ((const char *)data, length);
  try_text (text, strlen (text));
  return 0;
}
