#include "../assert-bytes.h"
#include "formats/base45.h"

#include <string.h>

/* RFC 9285, 4.3 and 4.4. */
static const struct
{
  const char *plain;
  const char *coded;
} vectors[] = {
  { "AB", "BB8" },
  { "Hello!!", "%69 VD92EX0" },
  { "base-45", "UJCLQE7W581" },
  { "ietf!", "QED8WEX0" },
  { "", "" },
};

static void
test_vectors (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      gsize length = strlen (vectors[i].plain);
      g_autofree char *coded = kiosk_base45_encode (vectors[i].plain, length);
      g_autoptr (GBytes) plain
        = kiosk_base45_decode (vectors[i].coded, strlen (vectors[i].coded), length);

      g_assert_cmpstr (coded, ==, vectors[i].coded);
      assert_bytes (plain, vectors[i].plain, length);
    }
}

static void
test_limits (void)
{
  g_autoptr (GBytes) top = kiosk_base45_decode ("FGW", 3, 2);

  /* RFC 9285, 6: FGW is 65535, GGW would be 65536. */
  assert_bytes (top, "\xff\xff", 2);
  g_assert_null (kiosk_base45_decode ("GGW", 3, 2));
  g_assert_null (kiosk_base45_decode (":::", 3, 2));
  /* U5 is 255, V5 would be 256 in one byte. */
  g_assert_null (kiosk_base45_decode ("V5", 2, 2));
}

static void
test_refusals (void)
{
  g_assert_null (kiosk_base45_decode ("BB8B", 4, 100)); /* one character left over */
  g_assert_null (kiosk_base45_decode ("bb8", 3, 100));  /* lower case */
  g_assert_null (kiosk_base45_decode ("B\0008", 3, 100));
  g_assert_null (kiosk_base45_decode ("BB8BB8", 6, 3)); /* longer than allowed */
}

static void
test_every_pair_returns (void)
{
  for (guint value = 0; value <= 0xffff; value++)
    {
      guint8 pair[2] = { (guint8)(value >> 8), (guint8)value };
      g_autofree char *text = kiosk_base45_encode (pair, 2);
      g_autoptr (GBytes) back = kiosk_base45_decode (text, strlen (text), 2);

      assert_bytes (back, pair, 2);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/base45/agrees-with-the-published-vectors", test_vectors);
  g_test_add_func ("/formats/base45/knows-the-largest-group", test_limits);
  g_test_add_func ("/formats/base45/refuses-what-is-not-base45", test_refusals);
  g_test_add_func ("/formats/base45/returns-every-pair-of-bytes", test_every_pair_returns);
  return g_test_run ();
}
