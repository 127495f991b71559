/* kiosk-play SOCKET FIXTURE…: plays fixture pages to a kiosk on SOCKET; each accepted action shows
 * the next. To look at the window without the rest of the house. */
#include <stdio.h>

#include "fake-kioskd.h"

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) fixtures = g_ptr_array_new_with_free_func ((GDestroyNotify)fixture_free);
  if (argc < 3)
    {
      fputs ("usage: kiosk-play SOCKET FIXTURE…\n", stderr);
      return 2;
    }
  for (int i = 2; i < argc; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%s.page", FIXTURES, argv[i]);
      g_ptr_array_add (fixtures, fixture_load (path));
    }
  g_autoptr (FakeKioskd) kioskd = fake_kioskd_new (argv[1], fixtures->pdata[0]);
  fake_kioskd_play (kioskd, fixtures);
  puts ("ready");
  fflush (stdout);
  while (TRUE)
    g_main_context_iteration (NULL, TRUE);
}
