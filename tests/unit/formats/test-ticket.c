#include "altered.h"
#include "formats/ticket.h"

static KioskTicket ticket = { .issuer = (char *)"k-0042",
                              .expires_ms = G_GINT64_CONSTANT (1790000000123),
                              .secret = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 },
                              .purpose = (char *)"bind-phone" };

static void
test_returns (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = kiosk_ticket_text (&ticket);
  g_autoptr (KioskTicket) back = kiosk_ticket_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (back->issuer, ==, ticket.issuer);
  g_assert_cmpstr (back->purpose, ==, ticket.purpose);
  g_assert_cmpint (back->expires_ms, ==, ticket.expires_ms);
  g_assert_cmpmem (back->secret, sizeof back->secret, ticket.secret, sizeof ticket.secret);
  g_assert_cmpuint (strlen (text), <=, 120); /* version 5: 37 modules */
}

/* A ticket has no sum: an altered one is refused, or is another ticket in full form, which nobody
 * issued. */
static void
check_form (const KioskCode *code, gpointer data)
{
  g_autofree char *again = NULL;
  g_autoptr (KioskTicket) back = NULL;

  if (code == NULL)
    return;
  g_assert_cmpint (code->kind, ==, KIOSK_CODE_TICKET);
  again = kiosk_ticket_text (code->ticket);
  back = kiosk_ticket_parse (again, strlen (again), NULL);
  g_assert_nonnull (back);
  g_assert_cmpmem (back->secret, 16, code->ticket->secret, 16);
}

static void
test_altered (void)
{
  g_autofree char *text = kiosk_ticket_text (&ticket);

  altered_each (text, strlen (text), check_form, NULL);
}

static void
test_names (void)
{
  static const char *const names[] = { "a b", "<b>", "運", "a\n" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      KioskTicket bad = ticket;
      g_autofree char *text = NULL;
      g_autoptr (GError) error = NULL;

      bad.purpose = (char *)names[i];
      text = kiosk_ticket_text (&bad);
      g_assert_null (kiosk_ticket_parse (text, strlen (text), &error));
      g_assert_error (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_DAMAGED);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/ticket/returns-what-was-written", test_returns);
  g_test_add_func ("/formats/ticket/is-whole-or-refused-when-altered", test_altered);
  g_test_add_func ("/formats/ticket/refuses-names-that-act", test_names);
  return g_test_run ();
}
