/* Who a good code is, and that it is good once. Why others are refused: test-personal-refused.c. */
#include "phone-world.h"

#include <openssl/bn.h>
#include <openssl/ec.h>

static void
test_holder (World *world, gconstpointer data)
{
  g_autofree char *text = usual (world, KIOSK, NOW_MS);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskHolder) holder = judge (world, text, &error);
  g_autoptr (KioskSecret) pepper = kiosk_secret_new_copy ("pepper", 6);
  guint8 tag[32];

  g_assert_no_error (error);
  g_assert_cmpint (holder->assurance, ==, KIOSK_ASSURANCE_PERSONAL_CODE);
  g_assert_cmpstr (holder->number, ==, "A1234563");
  g_assert_true (holder->number_is_hkid);
  g_assert_cmpstr (holder->name_latin, ==, "CHAN, TAI MAN");
  g_assert_cmpstr (holder->name_chinese, ==, "陳大文");
  g_assert_cmpstr (holder->birth_date, ==, "1985-02-28");
  g_assert_cmpstr (holder->sex, ==, "M");
  g_assert_null (holder->expiry_date);
  g_assert_null (holder->symbols);
  g_assert_false (kiosk_evidence_is_proved (holder->evidence));
  g_assert_cmpuint (strlen (text), <, 700); /* a QR code of version 17 or so */
  /* The same person as the card's: tests/unit/identity/test-holder.c. */
  kiosk_holder_tag (holder, pepper, tag);
  g_assert_cmphex (((guint64)tag[0] << 24) | ((guint64)tag[1] << 16) | ((guint64)tag[2] << 8)
                     | tag[3],
                   ==, 0x65da744e);
}

/* Whatever an issuer does not say stays empty; what a holder must have is asked for. */
static void
test_fields (World *world, gconstpointer data)
{
  Said said = said_usual (world->phone);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskHolder) holder = NULL;
  g_autofree char *text = NULL;

  said.second_name = NULL;
  said.gender = 0;
  said.country = "PHL";
  said.id = "12-3456789";
  text = shown_by (world, &said, world->phone);
  holder = judge (world, text, &error);
  g_assert_no_error (error);
  g_assert_null (holder->name_chinese);
  g_assert_null (holder->sex);
  g_assert_false (holder->number_is_hkid);
  g_assert_cmpstr (holder->number, ==, "12-3456789");
}

/* An issuer who writes the Chinese name first. */
static void
test_names (World *world, gconstpointer data)
{
  Said said = said_usual (world->phone);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskHolder) holder = NULL;
  g_autofree char *text = NULL;

  said.name = "陳大文";
  said.second_name = "CHAN, TAI MAN";
  text = shown_by (world, &said, world->phone);
  holder = judge (world, text, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (holder->name_latin, ==, "CHAN, TAI MAN");
  g_assert_cmpstr (holder->name_chinese, ==, "陳大文");
}

static void
test_ed25519 (World *world, gconstpointer data)
{
  g_autoptr (EVP_PKEY) phone = phone_new ("ED25519");
  Said said = said_usual (phone);
  g_autofree char *text = shown_by (world, &said, phone);

  assert_holder (world, text);
}

static void
test_twice (World *world, gconstpointer data)
{
  g_autofree char *text = usual (world, KIOSK, NOW_MS);
  g_autofree char *later = usual (world, KIOSK, NOW_MS + 1000);

  assert_holder (world, text);
  assert_refused (world, text, KIOSK_PERSONAL_CODE_ERROR_USED);
  assert_refused (world, later, KIOSK_PERSONAL_CODE_ERROR_USED); /* the nonce is the same */
}

/* (r, n − s) verifies wherever (r, s) does, and anybody can make it from a picture of the code. */
static void
test_mirrored (World *world, gconstpointer data)
{
  g_autofree char *text = usual (world, KIOSK, NOW_MS);
  g_autofree char *mirrored = NULL;
  g_autoptr (KioskPresentation) shown = kiosk_presentation_parse (text, strlen (text), NULL);
  EC_GROUP *group = EC_GROUP_new_by_curve_name (NID_X9_62_prime256v1);
  guint8 raw[64];
  BIGNUM *s = NULL;
  g_autoptr (GBytes) other = NULL;

  memcpy (raw, g_bytes_get_data (shown->signature, NULL), sizeof raw);
  s = BN_bin2bn (raw + 32, 32, NULL);
  BN_sub (s, EC_GROUP_get0_order (group), s);
  BN_bn2binpad (s, raw + 32, 32);
  BN_free (s);
  EC_GROUP_free (group);
  other = g_bytes_new (raw, sizeof raw);
  mirrored = kiosk_presentation_text (shown->protected_header, shown->payload, other);
  g_assert_cmpstr (mirrored, !=, text);
  assert_holder (world, mirrored);
  assert_refused (world, text, KIOSK_PERSONAL_CODE_ERROR_USED);
}

/* Signed by the openssl command with @key, in @folder; raw as COSE has it. */
static GBytes *
command_sign (const char *folder, EVP_PKEY *key, GBytes *header, GBytes *payload)
{
  g_autoptr (GBytes) data = maker_signed_bytes (header, payload);
  G_GNUC_UNUSED g_autofree char *key_path = folder_write_key (folder, "key.pem", key);
  G_GNUC_UNUSED g_autofree char *data_path = folder_write (folder, "data", data);
  g_autoptr (GBytes) signature = NULL;

  if (!EVP_PKEY_is_a (key, "EC"))
    {
      g_assert_true (
        openssl (folder, "pkeyutl -sign -rawin -inkey key.pem -in data -out signature"));
      return folder_read (folder, "signature");
    }
  g_assert_true (openssl (folder, "dgst -sha256 -sign key.pem -out signature data"));
  signature = folder_read (folder, "signature");
  return maker_raw (g_bytes_get_data (signature, NULL), g_bytes_get_size (signature));
}

/* Both signatures made by the command, over structures written by hand. */
static void
test_other_hands (World *world, gconstpointer data)
{
  static const char *const types[] = { "EC", "ED25519" };
  g_autofree char *folder = folder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (EVP_PKEY) phone = phone_new (types[i]);
      Said said = said_usual (phone);
      const guint8 nonce[KIOSK_PRESENTATION_NONCE] = { 7 };
      g_autoptr (GBytes) issuer_header = g_bytes_new_static ("\xa1\x01\x26", 3);
      g_autoptr (GBytes) claims = maker_claims (&said);
      g_autoptr (GBytes) issued = command_sign (folder, world->issuer->key, issuer_header, claims);
      g_autoptr (GBytes) credential = maker_pack (issuer_header, claims, issued);
      g_autoptr (GBytes) header = kiosk_presentation_header (
        i == 0 ? KIOSK_PRESENTATION_ES256 : KIOSK_PRESENTATION_EDDSA, credential);
      g_autoptr (GBytes) payload = kiosk_presentation_payload (KIOSK, NOW_MS, nonce);
      g_autoptr (GBytes) signature = command_sign (folder, phone, header, payload);
      g_autofree char *text = kiosk_presentation_text (header, payload, signature);

      assert_holder (world, text);
    }
  folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("becomes-a-holder", test_holder);
  ADD ("leaves-empty-what-the-issuer-does-not-say", test_fields);
  ADD ("takes-names-by-their-letters", test_names);
  ADD ("takes-an-ed25519-phone", test_ed25519);
  ADD ("agrees-with-the-openssl-command", test_other_hands);
  ADD ("is-good-once", test_twice);
  ADD ("is-not-new-with-its-signature-mirrored", test_mirrored);
  return g_test_run ();
}
