#include "base/secret.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Whether the process still holds @needle anywhere it can read of its own memory. */
static gboolean
memory_holds (const char *needle_reversed)
{
  gsize length = strlen (needle_reversed);
  g_autofree char *needle = g_strreverse (g_strdup (needle_reversed));
  g_autofree char *maps = NULL;
  int fd = open ("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  gsize found = 0;

  g_assert_cmpint (fd, >=, 0);
  g_assert_true (g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL));
  for (char *line = strtok (maps, "\n"); line != NULL; line = strtok (NULL, "\n"))
    {
      guint64 from, to;
      char mode[5];

      if (sscanf (line, "%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x %4s", &from, &to, mode)
            != 3
          || mode[1] != 'w' || to - from > 64 * 1024 * 1024)
        continue;
      g_autofree char *block = g_malloc (to - from);
      gssize got = pread (fd, block, to - from, (off_t)from);

      for (gssize i = 0; i + (gssize)length <= got; i++)
        found += memcmp (block + i, needle, length) == 0;
      memset (block, 0, to - from);
    }
  close (fd);
  /* The needle itself, and perhaps a copy in a register spill: nothing more. */
  return found > 1;
}

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
  g_test_add_func ("/secret/text-ends-with-nul", test_text_ends_with_nul);
  g_test_add_func ("/secret/replace-accepts-its-own-old-value",
                   test_replace_accepts_its_own_old_value);
  return g_test_run ();
}
