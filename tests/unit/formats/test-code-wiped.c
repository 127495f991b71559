/* A person's name is not in memory before the code is unpacked, nor after it is freed. */
#include "../memory-holds.h"
#include "formats/code.h"

/* A vector of the open library claim169 (MIT License, the Claim 169 contributors). */
#define PERSONAL                                                                                   \
  "6BF390D20FFWJWG.FKX*4F7B0XKA8FA9DIWENPEJ/5P$DPQE88EB$CBECP9ERZC04E21DDF3/E96007F3ORAO001KL480 " \
  "B9OW5UM8SNA3W5746CP01Y8VS8MA85UA QE$345$CVQEX.D15839CZG0.SN7CP::K1QOD2S*GG4/0UR7X.E5-U-X2-"     \
  "GUPF7I:5SBQGZIY8NTXHRSE.YBIW6CZEAQTX%R08HJWP MPFBNN/KK.9$1C.3"
#define NAME_BACKWARDS "nosreP tseT ASDCE"

static void
test_wiped (void)
{
  KioskCode *code = NULL;

  g_assert_false (memory_holds (NAME_BACKWARDS));
  code = kiosk_code_parse ((const guint8 *)PERSONAL, strlen (PERSONAL), NULL);
  g_assert_nonnull (code);
  g_assert_true (memory_holds (NAME_BACKWARDS));
  kiosk_code_free (code);
  g_assert_false (memory_holds (NAME_BACKWARDS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/code/name-is-gone-from-memory-when-freed", test_wiped);
  return g_test_run ();
}
