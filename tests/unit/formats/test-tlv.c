/* ISO/IEC 7816-4 data objects: round trips, and every way of being cut short. */
#include <string.h>

#include "base/file.h"
#include "formats/tlv.h"

static void
test_long_tags (void)
{
  /* EF.COM of ICAO 9303-11, D.4, as read from the chip. */
  g_autoptr (GBytes) com = kiosk_hex_decode ("60145F0104303130365F36063034303030305C026175");
  KioskTlvCursor cursor;
  KioskTlv outer, tlv;

  cursor.data = g_bytes_get_data (com, &cursor.length);
  g_assert_true (kiosk_tlv_next (&cursor, &outer, NULL));
  g_assert_cmphex (outer.tag, ==, 0x60);
  g_assert_cmpuint (outer.length, ==, 20);
  g_assert_cmpuint (cursor.length, ==, 0);
  g_assert_true (kiosk_tlv_find (outer.value, outer.length, 0x5f36, &tlv, NULL));
  g_assert_cmpmem (tlv.value, (int)tlv.length, "040000", 6);
  g_assert_true (kiosk_tlv_find (outer.value, outer.length, 0x5c, &tlv, NULL));
  g_assert_cmpmem (tlv.value, (int)tlv.length, "\x61\x75", 2);
}

static void
test_cut_short (void)
{
  g_autoptr (GBytes) whole = kiosk_hex_decode ("7F618203E8");
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 value[1000] = { 0 };

  kiosk_tlv_append (bytes, 0x7f61, value, sizeof value);
  g_assert_cmpmem (bytes->data, 5, g_bytes_get_data (whole, NULL), 5);
  for (gsize length = 0; length < bytes->len; length++)
    {
      KioskTlvCursor cursor = { bytes->data, length };
      g_autoptr (GError) error = NULL;
      KioskTlv tlv = { .tag = 1 };

      g_assert_false (kiosk_tlv_next (&cursor, &tlv, &error));
      g_assert_error (error, KIOSK_TLV_ERROR, KIOSK_TLV_ERROR_TRUNCATED);
      g_assert_cmpuint (tlv.tag, ==, 1);
      g_assert_cmpuint (cursor.length, ==, length);
    }
}

static void
test_no_form (void)
{
  static const char *const bad[] = { "0480", "0485FFFFFFFFFF", "5F8181810100", "1F80808000" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GBytes) bytes = kiosk_hex_decode (bad[i]);
      g_autoptr (GError) error = NULL;
      KioskTlvCursor cursor;
      KioskTlv tlv;

      cursor.data = g_bytes_get_data (bytes, &cursor.length);
      g_assert_false (kiosk_tlv_next (&cursor, &tlv, &error));
      g_assert_error (error, KIOSK_TLV_ERROR, KIOSK_TLV_ERROR_MALFORMED);
    }
}

static void
test_sizes (void)
{
  static const gsize sizes[] = { 0, 1, 127, 128, 255, 256, 65535, 65536 };
  g_autofree guint8 *value = g_malloc0 (65536);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      KioskTlvCursor cursor;
      KioskTlv tlv;

      kiosk_tlv_append (bytes, 0x5f2e, value, sizes[i]);
      cursor = (KioskTlvCursor){ bytes->data, bytes->len };
      g_assert_true (kiosk_tlv_expect (&cursor, 0x5f2e, &tlv, NULL));
      g_assert_cmpuint (tlv.length, ==, sizes[i]);
      g_assert_cmpuint (tlv.size, ==, bytes->len);
    }
}

static void
test_another_tag (void)
{
  KioskTlvCursor cursor = { (const guint8 *)"\x04\x00", 2 };
  g_autoptr (GError) error = NULL;
  KioskTlv tlv;

  g_assert_false (kiosk_tlv_expect (&cursor, 0x30, &tlv, &error));
  g_assert_error (error, KIOSK_TLV_ERROR, KIOSK_TLV_ERROR_MISSING);
  g_assert_cmpuint (cursor.length, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/tlv/long-tags-are-one-number", test_long_tags);
  g_test_add_func ("/formats/tlv/cut-short-anywhere-is-truncated", test_cut_short);
  g_test_add_func ("/formats/tlv/indefinite-and-oversized-are-refused", test_no_form);
  g_test_add_func ("/formats/tlv/every-length-form-is-read-back", test_sizes);
  g_test_add_func ("/formats/tlv/another-tag-leaves-the-cursor", test_another_tag);
  return g_test_run ();
}
