#include "base/file.h"
#include "formats/receipt.h"

#include <string.h>

static KioskReceipt *
sample (void)
{
  KioskReceipt *receipt = g_new0 (KioskReceipt, 1);

  receipt->kiosk = g_strdup ("k-0042");
  receipt->sealed_ms = G_GINT64_CONSTANT (1790000000123);
  receipt->txid = g_strdup ("01h2xcejqtf2nbrexx3vqjhp41");
  receipt->reference = g_strdup ("7QK4-M2XD");
  receipt->service = g_strdup ("td-vehicle-licence-renewal");
  memset (receipt->digest, 0xab, sizeof receipt->digest);
  receipt->leaf = 17;
  receipt->fee_cents = 190400;
  return receipt;
}

static void
test_claims_return (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskReceipt) receipt = sample ();
  g_autoptr (GBytes) cbor = kiosk_receipt_to_cbor (receipt);
  g_autoptr (KioskReceipt) back = kiosk_receipt_from_cbor (cbor, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (back->kiosk, ==, receipt->kiosk);
  g_assert_cmpint (back->sealed_ms, ==, receipt->sealed_ms);
  g_assert_cmpstr (back->txid, ==, receipt->txid);
  g_assert_cmpstr (back->reference, ==, receipt->reference);
  g_assert_cmpstr (back->service, ==, receipt->service);
  g_assert_cmpmem (back->digest, 32, receipt->digest, 32);
  g_assert_cmpuint (back->leaf, ==, receipt->leaf);
  g_assert_cmpint (back->fee_cents, ==, receipt->fee_cents);
}

/* Written out by hand from RFC 8949 and RFC 8392, so that the wire cannot drift with the code. */
static void
test_wire (void)
{
  g_autoptr (KioskReceipt) receipt = sample ();
  g_autoptr (GBytes) cbor = kiosk_receipt_to_cbor (receipt);
  g_autofree char *hex = kiosk_hex_encode (g_bytes_get_data (cbor, NULL), g_bytes_get_size (cbor));

  g_assert_cmpstr (hex, ==,
                   "a8"
                   "01666b2d30303432"
                   "061b000001a0c4506c7b"
                   "07581a303168327863656a717466326e62726578783376716a68703431"
                   "3a000111706937514b342d4d325844"
                   "3a00011171781a74642d76656869636c652d6c6963656e63652d72656e6577616c"
                   "3a000111725820abababababababababababababababababababababababababababababababab"
                   "3a0001117311"
                   "3a000111741a0002e7c0");
}

static void
test_claims_checked (void)
{
  KioskReceipt *receipt = NULL;
  static const struct
  {
    gsize offset;
    const char *value;
  } bad[] = {
    { G_STRUCT_OFFSET (KioskReceipt, kiosk), "k 42" },
    { G_STRUCT_OFFSET (KioskReceipt, kiosk), "k\nFEE 0" },
    { G_STRUCT_OFFSET (KioskReceipt, txid), "01h2xcejqtf2nbrexx3vqjhp4" },
    { G_STRUCT_OFFSET (KioskReceipt, txid), "01h2xcejqtf2nbrexx3vqjhp\x1b[" },
    { G_STRUCT_OFFSET (KioskReceipt, reference), "陳" },
    { G_STRUCT_OFFSET (KioskReceipt, reference), "0123456789012345678901234567890123" },
    { G_STRUCT_OFFSET (KioskReceipt, service), "<b>" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) cbor = NULL;
      char **field = NULL;

      receipt = sample ();
      field = (char **)G_STRUCT_MEMBER_P (receipt, bad[i].offset);
      g_free (*field);
      *field = g_strdup (bad[i].value);
      cbor = kiosk_receipt_to_cbor (receipt);
      g_assert_null (kiosk_receipt_from_cbor (cbor, &error));
      g_assert_error (error, KIOSK_RECEIPT_ERROR, KIOSK_RECEIPT_ERROR_MALFORMED);
      kiosk_receipt_free (receipt);
    }
}

static void
test_newer_claims (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskReceipt) receipt = sample ();
  g_autoptr (GBytes) cbor = kiosk_receipt_to_cbor (receipt);
  g_autoptr (GByteArray) more = g_byte_array_new ();
  g_autoptr (GBytes) newer = NULL;

  /* One claim more, -70006: 1. */
  g_byte_array_append (more, g_bytes_get_data (cbor, NULL), (guint)g_bytes_get_size (cbor));
  more->data[0] = 0xa9;
  g_byte_array_append (more, (const guint8 *)"\x3a\x00\x01\x11\x75\x01", 6);
  newer = g_byte_array_free_to_bytes (g_steal_pointer (&more));
  g_assert_null (kiosk_receipt_from_cbor (newer, &error));
  g_assert_error (error, KIOSK_RECEIPT_ERROR, KIOSK_RECEIPT_ERROR_VERSION);
}

static void
test_text (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) cose = g_bytes_new_static ("\x00\x01\xfe\xff\x80", 5);
  g_autofree char *text = kiosk_receipt_text (cose);
  g_autoptr (GBytes) back = kiosk_receipt_untext (text, -1, &error);

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (text, "KR1:"));
  g_assert_true (g_bytes_equal (cose, back));
}

static void
test_other_texts (void)
{
  static const struct
  {
    const char *text;
    KioskReceiptError code;
  } bad[] = {
    { "", KIOSK_RECEIPT_ERROR_OTHER_KIND },
    { "HC1:ABC", KIOSK_RECEIPT_ERROR_OTHER_KIND },
    { "KR", KIOSK_RECEIPT_ERROR_OTHER_KIND },
    { "KR:BB8", KIOSK_RECEIPT_ERROR_OTHER_KIND },
    { "kr1:BB8", KIOSK_RECEIPT_ERROR_OTHER_KIND },
    { "https://example.com/", KIOSK_RECEIPT_ERROR_OTHER_KIND },
    { "KR2:BB8", KIOSK_RECEIPT_ERROR_VERSION },
    { "KR12:BB8", KIOSK_RECEIPT_ERROR_VERSION },
    { "KR1:B", KIOSK_RECEIPT_ERROR_MALFORMED },
    { "KR1:bb8", KIOSK_RECEIPT_ERROR_MALFORMED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (kiosk_receipt_untext (bad[i].text, -1, &error));
      g_assert_error (error, KIOSK_RECEIPT_ERROR, (int)bad[i].code);
    }
}

static void
test_long_text (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *zeros = g_strnfill (KIOSK_RECEIPT_TEXT_MAX, '0');
  g_autofree char *text = g_strconcat (KIOSK_RECEIPT_PREFIX, zeros, NULL);

  g_assert_null (kiosk_receipt_untext (text, -1, &error));
  g_assert_error (error, KIOSK_RECEIPT_ERROR, KIOSK_RECEIPT_ERROR_MALFORMED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/receipt/returns-its-claims", test_claims_return);
  g_test_add_func ("/formats/receipt/is-written-as-described", test_wire);
  g_test_add_func ("/formats/receipt/refuses-claims-that-would-act-on-a-screen",
                   test_claims_checked);
  g_test_add_func ("/formats/receipt/knows-a-newer-kiosk", test_newer_claims);
  g_test_add_func ("/formats/receipt/returns-from-its-text", test_text);
  g_test_add_func ("/formats/receipt/tells-other-codes-apart", test_other_texts);
  g_test_add_func ("/formats/receipt/refuses-a-longer-text", test_long_text);
  return g_test_run ();
}
