#include "../assert-bytes.h"
#include "base/file.h"
#include "formats/cbor-item.h"

#include <string.h>

/* RFC 8949, appendix A: those of its examples that are deterministic and hold no float. */
static const char *const published[] = {
  "00",
  "01",
  "0a",
  "17",
  "1818",
  "1819",
  "1864",
  "1903e8",
  "1a000f4240",
  "1b000000e8d4a51000",
  "1bffffffffffffffff",
  "3bffffffffffffffff",
  "20",
  "29",
  "3863",
  "3903e7",
  "f4",
  "f5",
  "f6",
  "c074323031332d30332d32315432303a30343a30305a",
  "c11a514b67b0",
  "d74401020304",
  "d818456449455446",
  "40",
  "4401020304",
  "60",
  "6161",
  "6449455446",
  "62225c",
  "62c3bc",
  "63e6b0b4",
  "64f0908591",
  "80",
  "83010203",
  "8301820203820405",
  "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
  "a0",
  "a201020304",
  "a26161016162820203",
  "826161a161626163",
  "a56161614161626142616361436164614461656145",
};

static cbor_item_t *
decode_hex (const char *hex, GError **error)
{
  g_autoptr (GBytes) bytes = kiosk_hex_decode (hex);

  g_assert_nonnull (bytes);
  return kiosk_cbor_decode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), 1024, error);
}

static void
test_published (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (published); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (cbor_item_t) item = decode_hex (published[i], &error);
      g_autoptr (GBytes) bytes = NULL;
      g_autofree char *hex = NULL;

      g_assert_no_error (error);
      bytes = kiosk_cbor_encode (item);
      hex = kiosk_hex_encode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      g_assert_cmpstr (hex, ==, published[i]);
    }
}

static void
test_refused (void)
{
  static const char *const bad[] = {
    "",
    "1800",               /* 0 in two bytes */
    "190017",             /* 23 in three */
    "1b0000000000000001", /* 1 in nine */
    "5f42010243030405ff", /* indefinite lengths */
    "9fff",
    "bf61610161629f0203ffff",
    "a203040102", /* keys out of order */
    "a201020102", /* a key twice */
    "f90000",     /* floats */
    "fa47c35000",
    "f7", /* undefined */
    "f0", /* unassigned simple values */
    "f8ff",
    "1c",   /* reserved */
    "0000", /* a second item */
    "18",   /* cut short */
    "4401",
    "6261",
    "82",
    "a101",
    "c0",
    "61ff",               /* not UTF-8 */
    "9b7fffffffffffffff", /* counts that no memory holds */
    "bb0fffffffffffffff",
    "5bffffffffffffffff",
    "8181818181818181818181818181818101", /* 17 deep */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (decode_hex (bad[i], &error));
      g_assert_error (error, KIOSK_CBOR_ERROR, KIOSK_CBOR_ERROR_MALFORMED);
    }
}

static void
test_bounds (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (cbor_item_t) deep = decode_hex ("81818181818181818181818181818101", &error);

  g_assert_no_error (error);
  g_assert_nonnull (deep);
  g_assert_null (kiosk_cbor_decode ("\x43zzz", 4, 3, &error));
  g_assert_error (error, KIOSK_CBOR_ERROR, KIOSK_CBOR_ERROR_TOO_BIG);
}

static void
test_integers (void)
{
  static const gint64 values[] = { 0,          23, 24,  255, 256,  65535,  65536,     G_MAXUINT32,
                                   G_MAXINT64, -1, -24, -25, -257, -70001, G_MININT64 };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (cbor_item_t) item = kiosk_cbor_new_integer (values[i]);
      g_autoptr (GBytes) bytes = kiosk_cbor_encode (item);
      g_autoptr (cbor_item_t) back
        = kiosk_cbor_decode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), 9, NULL);
      gint64 value = 0;

      g_assert_true (kiosk_cbor_get_integer (back, "it", G_MININT64, G_MAXINT64, &value, NULL));
      g_assert_cmpint (value, ==, values[i]);
    }
}

static void
test_readers (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (cbor_item_t) map = decode_hex ("a4010a0243616263036378797a2081f6", &error);
  g_autoptr (GBytes) bytes
    = kiosk_cbor_get_bytes (kiosk_cbor_map_get (map, 2), "bytes", 3, 3, &error);
  g_autofree char *text = kiosk_cbor_get_text (kiosk_cbor_map_get (map, 3), "text", 3, &error);
  cbor_item_t *array = kiosk_cbor_map_get (map, -1);
  gint64 number = 0;

  g_assert_no_error (error);
  g_assert_true (
    kiosk_cbor_get_integer (kiosk_cbor_map_get (map, 1), "one", 10, 10, &number, &error));
  g_assert_cmpint (number, ==, 10);
  assert_bytes (bytes, "abc", 3);
  g_assert_cmpstr (text, ==, "xyz");
  g_assert_true (cbor_is_null (kiosk_cbor_array_get (array, 0)));
  g_assert_null (kiosk_cbor_array_get (array, 1));
  g_assert_null (kiosk_cbor_array_get (map, 0));
  g_assert_null (kiosk_cbor_map_get (map, 4));
  g_assert_null (kiosk_cbor_map_get (array, 0));
}

static void
test_wrong_members (void)
{
  g_autoptr (cbor_item_t) map = decode_hex ("a4010a0243616263036378797a2081f6", NULL);
  GError *error = NULL;
  gint64 number = 5;

  g_assert_false (
    kiosk_cbor_get_integer (kiosk_cbor_map_get (map, 1), "one", 11, 12, &number, &error));
  g_assert_error (error, KIOSK_CBOR_ERROR, KIOSK_CBOR_ERROR_MEMBER);
  g_clear_error (&error);
  g_assert_false (kiosk_cbor_get_integer (NULL, "none", 0, 12, &number, &error));
  g_assert_error (error, KIOSK_CBOR_ERROR, KIOSK_CBOR_ERROR_MEMBER);
  g_clear_error (&error);
  g_assert_null (kiosk_cbor_get_bytes (kiosk_cbor_map_get (map, 2), "bytes", 4, 9, &error));
  g_assert_error (error, KIOSK_CBOR_ERROR, KIOSK_CBOR_ERROR_MEMBER);
  g_clear_error (&error);
  g_assert_null (kiosk_cbor_get_text (kiosk_cbor_map_get (map, 3), "text", 2, &error));
  g_assert_error (error, KIOSK_CBOR_ERROR, KIOSK_CBOR_ERROR_MEMBER);
  g_clear_error (&error);
  g_assert_cmpint (number, ==, 5);
}

/* Certificates of others: maps in another order and floats are read, the rest is held to as ever.
 */
static void
test_foreign (void)
{
  static const struct
  {
    const char *hex;
    gboolean good;
  } cases[] = {
    { "a2020101f6", TRUE },         /* the later key first */
    { "a2616102616201", TRUE },     /* text for keys */
    { "fb41d8f3b5a6200000", TRUE }, /* a double … */
    { "fa47c35000", TRUE },         /* … a float … */
    { "f97c00", TRUE },             /* … and half of one */
    { "c074323031332d30332d32315432303a30343a30305a", TRUE },
    { "a201010102", FALSE },         /* a key twice */
    { "a301f602f601f6", FALSE },     /* … with another between */
    { "1800", FALSE },               /* not the shortest length */
    { "5f42010243030405ff", FALSE }, /* an indefinite one */
    { "9fff", FALSE },
    { "fb41d8f3b5a62000", FALSE }, /* cut */
    { "f8ff", FALSE },             /* a simple value */
    { "fc", FALSE },               /* reserved */
    { "61ff", FALSE },             /* text that is not UTF-8 */
    { "0000", FALSE },             /* two items */
    { "", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = kiosk_hex_decode (cases[i].hex);
      g_autoptr (GError) error = NULL;
      g_autoptr (cbor_item_t) item = kiosk_cbor_decode_foreign (
        g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), 64, &error);

      g_test_message ("%s", cases[i].hex);
      g_assert_true ((item != NULL) == cases[i].good);
      g_assert_true ((item == NULL) == (error != NULL));
    }
}

/* The search for a repeated key is bounded. */
static void
test_foreign_map (void)
{
  g_autoptr (GByteArray) map = g_byte_array_new ();

  g_byte_array_append (map, (const guint8 *)"\xb9\x01\x01", 3); /* 257 pairs */
  for (guint i = 0; i <= 256; i++)
    {
      const guint8 wide[] = { 0x19, (guint8)(i >> 8), (guint8)i, 0xf6 };
      const guint8 narrow[] = { 0x18, (guint8)i, 0xf6 };
      const guint8 tiny[] = { (guint8)i, 0xf6 };

      if (i < 24)
        g_byte_array_append (map, tiny, sizeof tiny);
      else if (i < 256)
        g_byte_array_append (map, narrow, sizeof narrow);
      else
        g_byte_array_append (map, wide, sizeof wide);
    }
  g_autoptr (cbor_item_t) ours = kiosk_cbor_decode (map->data, map->len, map->len, NULL);
  g_assert_nonnull (ours);
  g_assert_null (kiosk_cbor_decode_foreign (map->data, map->len, map->len, NULL));
}

static void
test_text_keys (void)
{
  g_autoptr (cbor_item_t) map = decode_hex ("a361610161620203f6", NULL);

  g_assert_null (map); /* 03 sorts before "a" */
  g_autoptr (cbor_item_t) good = decode_hex ("a303f661610161620a", NULL);
  gint64 number = 0;

  g_assert_true (
    kiosk_cbor_get_integer (kiosk_cbor_map_find (good, "b"), "b", 0, 10, &number, NULL));
  g_assert_cmpint (number, ==, 10);
  g_assert_null (kiosk_cbor_map_find (good, "c"));
  g_assert_null (kiosk_cbor_map_find (good, ""));
  g_assert_null (kiosk_cbor_map_find (NULL, "a"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/cbor/returns-the-published-examples", test_published);
  g_test_add_func ("/formats/cbor/refuses-every-other-encoding", test_refused);
  g_test_add_func ("/formats/cbor/refuses-too-big-and-too-deep", test_bounds);
  g_test_add_func ("/formats/cbor/writes-integers-shortest", test_integers);
  g_test_add_func ("/formats/cbor/reads-typed-members", test_readers);
  g_test_add_func ("/formats/cbor/names-the-wrong-member", test_wrong_members);
  g_test_add_func ("/formats/cbor/reads-what-others-wrote", test_foreign);
  g_test_add_func ("/formats/cbor/bounds-the-maps-of-others", test_foreign_map);
  g_test_add_func ("/formats/cbor/finds-text-keys", test_text_keys);
  return g_test_run ();
}
