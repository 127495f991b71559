/* The input is the claims of a personal code, which are wrapped and packed. */
#include "../unit/formats/token-maker.h"
#include "formats/code.h"

/* Written again it says the same, however it was spelled before. */
static void
check_written (const KioskPersonal *person)
{
  g_autoptr (GBytes) claims = kiosk_personal_claims (person);
  g_autofree char *text = token_wrap (claims, "");
  g_autoptr (KioskPersonal) again = kiosk_personal_parse (text, strlen (text), NULL);
  g_autoptr (GBytes) claims_again = NULL;

  g_assert_nonnull (again);
  claims_again = kiosk_personal_claims (again);
  g_assert_true (g_bytes_equal (claims, claims_again));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (GBytes) payload = g_bytes_new (data, length);
  g_autofree char *text = token_wrap (payload, "");
  g_autoptr (KioskPersonal) person = NULL;

  g_assert_true (kiosk_personal_is_likely (text, strlen (text)));
  person = kiosk_personal_parse (text, strlen (text), NULL);
  if (person != NULL)
    {
      g_assert_true (g_bytes_equal (person->token->payload, payload));
      g_assert_true (person->gender >= 0 && person->gender <= 3);
      g_assert_true (person->face != NULL || person->face_format == -1);
      check_written (person);
    }
  return 0;
}
