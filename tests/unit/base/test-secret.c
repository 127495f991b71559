#include "base/secret.h"

#include "../memory-holds.h"

static void
test_is_gone_from_memory_when_freed (void)
{
  /* Kept backwards in the program, so that only the secret holds it forwards. */
  const char *backwards = "etoyrrep-yranac-terces-a";
  KioskSecret *secret = kiosk_secret_new (strlen (backwards));
  guint8 *data = kiosk_secret_data (secret);

  for (gsize i = 0; i < strlen (backwards); i++)
    data[i] = (guint8)backwards[strlen (backwards) - 1 - i];
  g_assert_true (memory_holds (backwards));
  kiosk_secret_unref (secret);
  g_assert_false (memory_holds (backwards));
}

/* Somebody else may still read them. */
static void
test_bytes_are_wiped_with_the_last_reference (void)
{
  const char *backwards = "nees-retfa-setyb-eseht";
  g_autofree char *text = g_strreverse (g_strdup (backwards));
  GBytes *bytes = g_bytes_new (text, strlen (text));
  GBytes *other = g_bytes_ref (bytes);

  kiosk_wipe_string (g_steal_pointer (&text));
  kiosk_wipe_bytes (bytes);
  g_assert_true (memory_holds (backwards));
  g_assert_cmpint (((const char *)g_bytes_get_data (other, NULL))[0], ==, 't');
  kiosk_wipe_bytes (other);
  g_assert_false (memory_holds (backwards));
  kiosk_wipe_bytes (NULL);
}

static void
test_text_ends_with_nul (void)
{
  g_autoptr (KioskSecret) a = kiosk_secret_new_take (g_strdup ("123456"));

  g_assert_cmpstr (kiosk_secret_text (a), ==, "123456");
  g_assert_cmpuint (kiosk_secret_length (a), ==, 6);
  g_assert_null (kiosk_secret_new_take (NULL));
}

static void
test_replace_accepts_its_own_old_value (void)
{
  char *slot = g_strdup ("old");

  kiosk_wipe_replace (&slot, slot);
  g_assert_cmpstr (slot, ==, "old");
  kiosk_wipe_replace (&slot, "new");
  g_assert_cmpstr (slot, ==, "new");
  kiosk_wipe_replace (&slot, NULL);
  g_assert_null (slot);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secret/is-gone-from-memory-when-freed", test_is_gone_from_memory_when_freed);
  g_test_add_func ("/secret/bytes-are-wiped-with-the-last-reference",
                   test_bytes_are_wiped_with_the_last_reference);
  g_test_add_func ("/secret/text-ends-with-nul", test_text_ends_with_nul);
  g_test_add_func ("/secret/replace-accepts-its-own-old-value",
                   test_replace_accepts_its_own_old_value);
  return g_test_run ();
}
