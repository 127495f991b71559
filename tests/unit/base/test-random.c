#include "base/random.h"

#include <string.h>

static void
test_a_seed_gives_the_same_stream_again (void)
{
  g_autoptr (KioskRandom) a = kiosk_random_new_seeded (7);
  g_autoptr (KioskRandom) b = kiosk_random_new_seeded (7);
  guint8 x[21], y[21];

  kiosk_random_fill (a, x, sizeof x);
  kiosk_random_fill (b, y, sizeof y);
  g_assert_cmpmem (x, sizeof x, y, sizeof y);
}

static void
test_the_seeded_stream_is_splitmix64 (void)
{
  g_autoptr (KioskRandom) random = kiosk_random_new_seeded (0);
  guint64 first;

  kiosk_random_fill (random, &first, sizeof first);
  /* The reference implementation's first output for seed 0. */
  g_assert_cmphex (first, ==, G_GUINT64_CONSTANT (0xe220a8397b1dcdaf));
}

static void
test_ids_are_26_characters_and_differ (void)
{
  g_autoptr (KioskRandom) random = kiosk_random_new_system ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 1000; i++)
    {
      char *id = kiosk_random_id (random);

      g_assert_cmpuint (strspn (id, "0123456789abcdefghjkmnpqrstvwxyz"), ==, 26);
      g_assert_cmpuint (strlen (id), ==, 26);
      g_assert_true (g_hash_table_add (seen, id));
    }
}

static void
test_below_stays_below_and_reaches_all (void)
{
  g_autoptr (KioskRandom) random = kiosk_random_new_seeded (1);
  guint counts[7] = { 0 };

  for (guint i = 0; i < 7000; i++)
    counts[kiosk_random_below (random, 7)]++;
  for (guint i = 0; i < 7; i++)
    g_assert_cmpuint (counts[i], >, 800);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/random/a-seed-gives-the-same-stream-again",
                   test_a_seed_gives_the_same_stream_again);
  g_test_add_func ("/random/the-seeded-stream-is-splitmix64", test_the_seeded_stream_is_splitmix64);
  g_test_add_func ("/random/ids-are-26-characters-and-differ",
                   test_ids_are_26_characters_and_differ);
  g_test_add_func ("/random/below-stays-below-and-reaches-all",
                   test_below_stays_below_and_reaches_all);
  return g_test_run ();
}
