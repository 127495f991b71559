/* ICAO Doc 9303-10, appendix A (EF.COM), 9303-11, G.1 (EF.CardAccess), and files of real documents
 * as the gmrtd project publishes them (DG2's header, DG14 of an Austrian and a German passport). */
#include <string.h>

#include "base/file.h"
#include "formats/lds.h"

#define ZONE                                                                                       \
  "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
#define DG2_HEADER                                                                                 \
  "758214397f618214340201017f6082142ca10c8002010187020101880200085f2e8214194641430030313000"       \
  "0000141900010000140b00000000000000000000000000000000020100940046000000000000"
#define DG2_PICTURE 5099
#define BRAINPOOL_SPKI                                                                             \
  "308201333081EC06072A8648CE3D02013081E0020101302C06072A8648CE3D0101022100A9FB57DBA1EEA9BC3E660A" \
  "90"                                                                                             \
  "9D838D726E3BF623D52620282013481D1F6E5377304404207D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C" \
  "6C"                                                                                             \
  "E94A4B44F330B5D9042026DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B60441048BD2" \
  "AE"                                                                                             \
  "B9CB7E57CB2C4B482FFC81B7AFB9DE27E1E3BD23C23A4453BD9ACE3262547EF835C3DAC4FD97F8461A14611DC9C277" \
  "45"                                                                                             \
  "132DED8E545C1D54C72F046997022100A9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856" \
  "A7"                                                                                             \
  "020101034200041983917269AC877C0B61544C2C022000D2A5ABA723E2D80141E648B40911DC3459761F27480E4B57" \
  "18"                                                                                             \
  "1A53D8FE1190EA86C939AC14363178CAFFC621F0F905C3"
#define DG14                                                                                       \
  "6E82017E3182017A300D060804007F0007020202020101300F060A04007F0007020203020202010130120"          \
  "60A04007F0007020204020202010202010D30820142060904007F000702020102" BRAINPOOL_SPKI

static void
test_dg1 (void)
{
  g_autoptr (GBytes) dg1 = kiosk_lds_build_dg1 (ZONE);
  g_autoptr (KioskMrz) mrz = kiosk_lds_parse_dg1 (dg1, NULL);
  g_autoptr (GBytes) expected = kiosk_hex_decode ("615d5f1f5a");
  g_autoptr (GBytes) head = g_bytes_new_from_bytes (dg1, 0, 5);
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (dg1, 0, g_bytes_get_size (dg1) - 1);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_bytes_equal (head, expected));
  g_assert_nonnull (mrz);
  g_assert_cmpstr (mrz->surname, ==, "ERIKSSON");
  g_assert_null (kiosk_lds_parse_dg1 (cut, &error));
  g_assert_error (error, KIOSK_LDS_ERROR, KIOSK_LDS_ERROR_MALFORMED);
}

static GBytes *
published_dg2 (void)
{
  g_autoptr (GBytes) header = kiosk_hex_decode (DG2_HEADER);
  GByteArray *file = g_byte_array_new ();
  g_autofree guint8 *picture = g_malloc0 (DG2_PICTURE);

  memcpy (picture, "\xff\xd8\xff\xe0", 4);
  g_byte_array_append (file, g_bytes_get_data (header, NULL), (guint)g_bytes_get_size (header));
  g_byte_array_append (file, picture, DG2_PICTURE);
  return g_byte_array_free_to_bytes (file);
}

static void
test_dg2 (void)
{
  g_autoptr (GBytes) dg2 = published_dg2 ();
  g_autoptr (GError) error = NULL;
  const char *type = NULL;
  g_autoptr (GBytes) picture = kiosk_lds_parse_dg2 (dg2, &type, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (picture), ==, DG2_PICTURE);
  g_assert_cmpstr (type, ==, "image/jpeg");
  for (gsize length = 0; length < 110; length++)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (dg2, 0, length);

      g_assert_null (kiosk_lds_parse_dg2 (cut, &type, NULL));
    }
}

static void
test_dg2_built (void)
{
  static const guint8 jp2[] = { 0, 0, 0, 0x0c, 'j', 'P', ' ', ' ', 1, 2, 3 };
  g_autoptr (GBytes) picture = g_bytes_new_static (jp2, sizeof jp2);
  g_autoptr (GBytes) dg2 = kiosk_lds_build_dg2 (picture, 413, 531);
  const char *type = NULL;
  g_autoptr (GBytes) again = kiosk_lds_parse_dg2 (dg2, &type, NULL);

  g_assert_true (g_bytes_equal (picture, again));
  g_assert_cmpstr (type, ==, "image/jp2");
}

static void
test_group_text (void)
{
  /* DG11: tag list, full name. */
  g_autoptr (GBytes) dg11 = kiosk_hex_decode ("6B105C025F0E5F0E09E999B3E5A4A7E69687");
  g_autoptr (GBytes) bad = kiosk_hex_decode ("6B055F0E02C328");
  g_autoptr (GError) error = NULL;
  g_autofree char *name = kiosk_lds_group_text (dg11, 11, 0x5f0e, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (name, ==, "陳大文");
  g_assert_null (kiosk_lds_group_text (dg11, 11, 0x5f10, &error));
  g_assert_no_error (error);
  g_assert_null (kiosk_lds_group_text (bad, 11, 0x5f0e, &error));
  g_assert_error (error, KIOSK_LDS_ERROR, KIOSK_LDS_ERROR_MALFORMED);
}

static void
test_card_access (void)
{
  g_autoptr (GBytes) file = kiosk_hex_decode ("31143012060A04007F0007020204020202010202010D");
  g_autoptr (KioskSecurityInfos) infos = kiosk_lds_parse_card_access (file, NULL);
  const KioskSecurityInfo *info;

  g_assert_nonnull (infos);
  g_assert_cmpuint (infos->pace->len, ==, 1);
  info = &g_array_index (infos->pace, KioskSecurityInfo, 0);
  g_assert_true (info->supported);
  g_assert_cmpint (info->cipher, ==, KIOSK_CIPHER_AES_128);
  g_assert_cmpuint (info->version, ==, 2);
  g_assert_cmpint (info->id, ==, 13);
}

static void
test_dg14 (void)
{
  g_autoptr (GBytes) file = kiosk_hex_decode (DG14);
  g_autoptr (GBytes) spki = kiosk_hex_decode (BRAINPOOL_SPKI);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskSecurityInfos) infos = kiosk_lds_parse_dg14 (file, &error);
  const KioskSecurityInfo *info;
  const KioskChipKey *key;

  g_assert_no_error (error);
  g_assert_cmpuint (infos->pace->len, ==, 1);
  g_assert_cmpuint (infos->chip->len, ==, 1);
  g_assert_cmpuint (infos->keys->len, ==, 1);
  info = &g_array_index (infos->chip, KioskSecurityInfo, 0);
  g_assert_true (info->supported);
  g_assert_cmpint (info->cipher, ==, KIOSK_CIPHER_AES_128);
  g_assert_cmpint (info->id, ==, -1);
  key = g_ptr_array_index (infos->keys, 0);
  g_assert_true (key->is_ecdh);
  g_assert_true (g_bytes_equal (key->spki, spki));
}

/* Every protocol that 9303-11, 9.2, numbers, and the ones beside them. */
static void
test_protocols (void)
{
  static const struct
  {
    const char *tail; /* after 0.4.0.127.0.7.2.2 */
    gboolean supported, is_ecdh;
    KioskMapping mapping;
    KioskCipher cipher;
  } cases[] = {
    { "040101", TRUE, FALSE, KIOSK_MAPPING_GENERIC, KIOSK_CIPHER_3DES },
    { "040204", TRUE, TRUE, KIOSK_MAPPING_GENERIC, KIOSK_CIPHER_AES_256 },
    { "040302", TRUE, FALSE, KIOSK_MAPPING_INTEGRATED, KIOSK_CIPHER_AES_128 },
    { "040403", TRUE, TRUE, KIOSK_MAPPING_INTEGRATED, KIOSK_CIPHER_AES_192 },
    { "040602", TRUE, TRUE, KIOSK_MAPPING_CHIP, KIOSK_CIPHER_AES_128 },
    { "040601", FALSE, FALSE, KIOSK_MAPPING_GENERIC, KIOSK_CIPHER_3DES },
    { "040502", FALSE, FALSE, KIOSK_MAPPING_GENERIC, KIOSK_CIPHER_3DES },
    { "040205", FALSE, FALSE, KIOSK_MAPPING_GENERIC, KIOSK_CIPHER_3DES },
    { "040200", FALSE, FALSE, KIOSK_MAPPING_GENERIC, KIOSK_CIPHER_3DES },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *hex
        = g_strdup_printf ("31143012060A04007F00070202%s0201020201%s", cases[i].tail, "0D");
      g_autoptr (GBytes) file = kiosk_hex_decode (hex);
      g_autoptr (KioskSecurityInfos) infos = kiosk_lds_parse_card_access (file, NULL);
      const KioskSecurityInfo *info;

      g_assert_nonnull (infos);
      info = &g_array_index (infos->pace, KioskSecurityInfo, 0);
      g_assert_cmpint (info->supported, ==, cases[i].supported);
      g_assert_cmpint (info->is_ecdh, ==, cases[i].is_ecdh);
      g_assert_cmpint (info->mapping, ==, cases[i].mapping);
      g_assert_cmpint (info->cipher, ==, cases[i].cipher);
    }
}

static void
test_active_info (void)
{
  static const struct
  {
    const char *info;
    KioskLdsDigest digest;
  } cases[] = {
    { "3017060667810801010502010106"
      "0A04007F00070101040103",
      KIOSK_LDS_DIGEST_SHA256 },
    { "3017060667810801010502010106"
      "0A04007F00070101040105",
      KIOSK_LDS_DIGEST_SHA512 },
    { "3017060667810801010502010106"
      "0A04007F00070101040106",
      KIOSK_LDS_DIGEST_NONE },
    { "301506066781080101050201010608"
      "2A8648CE3D040303",
      KIOSK_LDS_DIGEST_SHA384 },
  };
  g_autoptr (GBytes) no_algorithm = kiosk_hex_decode ("6E0F310D300B0606678108010105020101");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize length = strlen (cases[i].info) / 2;
      g_autofree char *hex
        = g_strdup_printf ("6E%02X31%02X%s", (guint)length + 2, (guint)length, cases[i].info);
      g_autoptr (GBytes) file = kiosk_hex_decode (hex);
      g_autoptr (GError) error = NULL;
      g_autoptr (KioskSecurityInfos) infos = kiosk_lds_parse_dg14 (file, &error);

      g_assert_no_error (error);
      g_assert_cmpint (infos->active_digest, ==, cases[i].digest);
    }
  g_assert_null (kiosk_lds_parse_dg14 (no_algorithm, NULL));
}

static void
test_dg15 (void)
{
  static const char *const bad[] = { "", "6F00", "6F020500", "6E0430020500",
                                     "6F0630020500"
                                     "0500" };
  g_autoptr (GBytes) file = kiosk_hex_decode ("6F0430020500");
  g_autoptr (GBytes) spki = kiosk_lds_parse_dg15 (file, NULL);

  g_assert_cmpuint (g_bytes_get_size (spki), ==, 4);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GBytes) damaged = kiosk_hex_decode (bad[i]);
      g_autoptr (GError) error = NULL;

      g_assert_null (kiosk_lds_parse_dg15 (damaged, &error));
      g_assert_error (error, KIOSK_LDS_ERROR, KIOSK_LDS_ERROR_MALFORMED);
    }
}

/* As cards on the market have it, and what is no such file. */
static void
test_lengths (void)
{
  static const struct
  {
    const char *hex;
    guint32 command, response;
  } files[] = {
    { "4301B84604010203044703940160"
      "7F660802020400"
      "02020800",
      1024, 2048 },
    { "7F66080202FFFF0202FFFF9000", 65535, 65535 },
    { "7F660A02030100000203010000", 65536, 65536 },
    { "", 0, 0 },
    { "4301B8", 0, 0 },
    { "7F660402020400", 0, 0 },
    { "7F660802020000"
      "02020800",
      0, 0 },
    { "7F660C0205000000040002050000000800", 0, 0 },
    { "43FF7F6608020204000202", 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GBytes) file = kiosk_hex_decode (files[i].hex);
      guint32 command = 0, response = 0;
      gsize length;
      const guint8 *data = g_bytes_get_data (file, &length);

      g_assert_cmpint (kiosk_lds_parse_lengths (data, length, &command, &response, NULL), ==,
                       files[i].command > 0);
      g_assert_cmpuint (command, ==, files[i].command);
      g_assert_cmpuint (response, ==, files[i].response);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/lds/dg1-holds-a-zone", test_dg1);
  g_test_add_func ("/formats/lds/dg2-gives-the-picture-and-nothing-when-cut", test_dg2);
  g_test_add_func ("/formats/lds/dg2-built-is-read-back", test_dg2_built);
  g_test_add_func ("/formats/lds/a-group-s-text-is-utf-8", test_group_text);
  g_test_add_func ("/formats/lds/card-access-of-the-worked-example", test_card_access);
  g_test_add_func ("/formats/lds/dg14-of-a-real-passport", test_dg14);
  g_test_add_func ("/formats/lds/protocols-are-told-apart", test_protocols);
  g_test_add_func ("/formats/lds/dg14-names-the-hash-of-active-authentication", test_active_info);
  g_test_add_func ("/formats/lds/dg15-holds-one-key", test_dg15);
  g_test_add_func ("/formats/lds/lengths-of-commands-and-responses", test_lengths);
  return g_test_run ();
}
