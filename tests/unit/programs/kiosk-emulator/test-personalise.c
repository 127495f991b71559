/* What personalisation leaves on the disk, read by the parsers and verifiers of the product. */
#include <glib/gstdio.h>
#include <openssl/cms.h>
#include <openssl/pem.h>
#include <string.h>

#include "base/file.h"
#include "card.h"
#include "formats/hkid.h"
#include "formats/lds.h"
#include "personalise.h"
#include "recipe.h"
#include "trust/sod.h"

#define TODAY    "2026-03-15"
#define TODAY_MS G_GINT64_CONSTANT (1773532800000)

static char *folder;

static GBytes *
file_of (const char *card, guint identifier)
{
  g_autofree char *name = g_strdup_printf ("%04X.bin", identifier);
  g_autofree char *path = g_build_filename (folder, "cards", card, name, NULL);
  g_autoptr (GError) error = NULL;
  GBytes *content = kiosk_file_read (path, 64 * 1024, &error);

  g_assert_no_error (error);
  return content;
}

static GPtrArray *
trusted (void)
{
  g_autofree char *path = g_build_filename (folder, "csca.pem", NULL);
  g_autoptr (GError) error = NULL;
  GPtrArray *certs = kiosk_pki_certs_load (path, &error);

  g_assert_no_error (error);
  g_ptr_array_set_free_func (certs, (GDestroyNotify)X509_free);
  return certs;
}

/* −1: the security object holds. */
static int
verdict (const KioskEmuRecipe *recipe)
{
  g_autoptr (GBytes) der = file_of (recipe->card, KIOSK_LDS_EF_SOD);
  g_autoptr (GPtrArray) csca = trusted ();
  g_autoptr (KioskCsca) countries = kiosk_csca_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskSod) sod = kiosk_sod_parse (der, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < csca->len; i++)
    kiosk_csca_add (countries, g_ptr_array_index (csca, i));
  return kiosk_signed_verify_signature (kiosk_sod_signed (sod), &error)
             && kiosk_signed_verify_chain (kiosk_sod_signed (sod), countries, TODAY_MS, &error)
           ? -1
           : error->code;
}

static gboolean
group_holds (const KioskEmuRecipe *recipe, guint number)
{
  g_autoptr (GBytes) der = file_of (recipe->card, KIOSK_LDS_EF_SOD);
  g_autoptr (GBytes) group = file_of (recipe->card, KIOSK_LDS_EF_DG (number));
  g_autoptr (KioskSod) sod = kiosk_sod_parse (der, NULL);

  g_assert_true (kiosk_sod_lists (sod, number));
  return kiosk_sod_check (sod, number, group, NULL);
}

static void
test_flaws (void)
{
  for (gsize i = 0; i < kiosk_emu_n_demo_recipes; i++)
    {
      const KioskEmuRecipe *recipe = &kiosk_emu_demo_recipes[i];
      int expected = -1;

      if (recipe->flaw == KIOSK_EMU_FLAW_ALTERED_SOD)
        expected = KIOSK_TRUST_ERROR_SIGNATURE;
      if (recipe->flaw == KIOSK_EMU_FLAW_UNKNOWN_COUNTRY)
        expected = KIOSK_TRUST_ERROR_CHAIN;
      g_test_message ("%s", recipe->card);
      g_assert_cmpint (verdict (recipe), ==, expected);
      g_assert_cmpint (group_holds (recipe, 1), ==, recipe->flaw != KIOSK_EMU_FLAW_ALTERED_DG1);
      g_assert_true (group_holds (recipe, 2));
      g_assert_true (group_holds (recipe, 11));
      g_assert_true (group_holds (recipe, 14));
    }
}

/* Whether the chip holds the private half of the key that DG14 promises. */
static gboolean
is_original (const char *card)
{
  g_autoptr (GBytes) dg14 = file_of (card, KIOSK_LDS_EF_DG (14));
  g_autofree char *path = g_build_filename (folder, "cards", card, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskSecurityInfos) infos = kiosk_lds_parse_dg14 (dg14, &error);
  g_autoptr (KioskEmuCard) chip = kiosk_emu_card_load (path, card, NULL, &error);
  g_autoptr (EVP_PKEY) promised = NULL;
  const KioskChipKey *key;
  const guint8 *der;

  g_assert_no_error (error);
  g_assert_cmpuint (infos->keys->len, ==, 1);
  key = infos->keys->pdata[0];
  der = g_bytes_get_data (key->spki, NULL);
  promised = d2i_PUBKEY (NULL, &der, (long)g_bytes_get_size (key->spki));
  g_assert_nonnull (promised);
  return EVP_PKEY_eq (promised, chip->chip_key) == 1;
}

static void
test_chip_keys (void)
{
  for (gsize i = 0; i < kiosk_emu_n_demo_recipes; i++)
    g_assert_cmpint (is_original (kiosk_emu_demo_recipes[i].card), ==,
                     kiosk_emu_demo_recipes[i].flaw != KIOSK_EMU_FLAW_CLONED);
}

static void
test_zones (void)
{
  for (gsize i = 0; i < kiosk_emu_n_demo_recipes; i++)
    {
      const KioskEmuRecipe *recipe = &kiosk_emu_demo_recipes[i];
      g_autoptr (GBytes) dg1 = file_of (recipe->card, KIOSK_LDS_EF_DG (1));
      g_autoptr (GError) error = NULL;
      g_autoptr (KioskMrz) mrz = kiosk_lds_parse_dg1 (dg1, &error);

      g_assert_no_error (error); /* every check digit holds, in the altered zone too */
      g_assert_cmpint (mrz->form, ==,
                       recipe->layout == KIOSK_EMU_LAYOUT_TD3 ? KIOSK_MRZ_TD3 : KIOSK_MRZ_TD1);
      g_assert_cmpstr (mrz->document_number, ==, recipe->person.document_number);
      if (recipe->layout == KIOSK_EMU_LAYOUT_HKID)
        g_assert_true (kiosk_hkid_is_valid (mrz->optional_1));
      g_assert_cmpint (strcmp (mrz->expiry, "260315") < 0, ==,
                       recipe->flaw == KIOSK_EMU_FLAW_EXPIRED);
    }
}

static void
test_portraits (void)
{
  for (gsize i = 0; i < kiosk_emu_n_demo_recipes; i++)
    {
      g_autoptr (GBytes) dg2 = file_of (kiosk_emu_demo_recipes[i].card, KIOSK_LDS_EF_DG (2));
      const char *type = NULL;
      g_autoptr (GBytes) picture = kiosk_lds_parse_dg2 (dg2, &type, NULL);

      g_assert_nonnull (picture);
      g_assert_cmpstr (type, ==, "image/jpeg");
      g_assert_cmpuint (g_bytes_get_size (picture), <, 16 * 1024);
    }
}

/* Every way to open or prove a document: what is signed verifies, but for the two that must not. */
static void
test_matrix (void)
{
  for (gsize i = 0; i < kiosk_emu_n_matrix_recipes; i++)
    {
      const KioskEmuRecipe *recipe = &kiosk_emu_matrix_recipes[i];
      g_autofree char *path = g_build_filename (folder, "cards", recipe->card, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (KioskEmuCard) card = kiosk_emu_card_load (path, recipe->card, NULL, &error);
      gboolean is_good = recipe->flaw == KIOSK_EMU_FLAW_NONE
                         || recipe->flaw == KIOSK_EMU_FLAW_CLONED
                         || recipe->flaw == KIOSK_EMU_FLAW_NO_PICTURE;

      g_test_message ("%s", recipe->card);
      g_assert_no_error (error);
      if (recipe->flaw != KIOSK_EMU_FLAW_REVOKED_SIGNER) /* which trust may know by now */
        g_assert_cmpint (verdict (recipe) == -1, ==, is_good);
      g_assert_cmpint (card->chip_key != NULL, ==, recipe->chip >= 0);
      g_assert_cmpint (card->active_key != NULL, ==, recipe->active != KIOSK_EMU_ACTIVE_NONE);
      g_assert_cmpint (kiosk_emu_card_file (card, KIOSK_LDS_EF_DG (15)) != NULL, ==,
                       recipe->active != KIOSK_EMU_ACTIVE_NONE);
      g_assert_cmpint (kiosk_emu_card_file (card, KIOSK_LDS_EF_CARD_ACCESS) != NULL, ==,
                       card->n_pace > 0);
    }
}

/* The document signer that a security object carries. */
static X509 *
signer_of (const char *card)
{
  g_autoptr (GBytes) file = file_of (card, KIOSK_LDS_EF_SOD);
  KioskTlvCursor cursor = { g_bytes_get_data (file, NULL), g_bytes_get_size (file) };
  KioskTlv outer;
  const guint8 *at;
  CMS_ContentInfo *cms;
  STACK_OF (X509) * certs;
  X509 *signer;

  g_assert_true (kiosk_tlv_expect (&cursor, 0x77, &outer, NULL));
  at = outer.value;
  cms = d2i_CMS_ContentInfo (NULL, &at, (long)outer.length);
  certs = CMS_get1_certs (cms);
  g_assert_cmpint (sk_X509_num (certs), ==, 1);
  signer = sk_X509_pop (certs);
  sk_X509_pop_free (certs, X509_free);
  CMS_ContentInfo_free (cms);
  return signer;
}

/* Signed by the one who signed the security object. */
static void
test_card_security (void)
{
  g_autoptr (GBytes) file = file_of ("cam", KIOSK_EMU_CARD_SECURITY);
  g_autoptr (X509) signer = signer_of ("cam");
  BIO *content = BIO_new (BIO_s_mem ());
  const guint8 *at = g_bytes_get_data (file, NULL);
  CMS_ContentInfo *cms = d2i_CMS_ContentInfo (NULL, &at, (long)g_bytes_get_size (file));
  STACK_OF (X509) *certs = CMS_get1_certs (cms);
  char *data = NULL;

  g_assert_cmpint (X509_cmp (signer, sk_X509_value (certs, 0)), ==, 0);
  g_assert_cmpint (
    CMS_verify (cms, NULL, NULL, NULL, content, CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY), ==, 1);
  g_assert_cmpint (BIO_get_mem_data (content, &data), >, 0);
  g_assert_cmphex ((guint8)data[0], ==, 0x31); /* SecurityInfos */
  sk_X509_pop_free (certs, X509_free);
  CMS_ContentInfo_free (cms);
  BIO_free (content);
}

static X509_CRL *
revocations (void)
{
  g_autofree char *path = g_build_filename (folder, "csca.crl.pem", NULL);
  BIO *bio = BIO_new_file (path, "r");
  X509_CRL *crl = PEM_read_bio_X509_CRL (bio, NULL, NULL, NULL);

  g_assert_nonnull (crl);
  BIO_free (bio);
  return crl;
}

static gboolean
is_revoked (X509_CRL *crl, const char *card)
{
  g_autoptr (X509) signer = signer_of (card);
  X509_REVOKED *revoked = NULL;

  return X509_CRL_get0_by_cert (crl, &revoked, signer) == 1;
}

static void
test_revocations (void)
{
  X509_CRL *crl = revocations ();
  g_autoptr (GPtrArray) csca = trusted ();

  g_assert_cmpint (X509_CRL_verify (crl, X509_get0_pubkey (csca->pdata[0])), ==, 1);
  g_assert_true (is_revoked (crl, "revoked-signer"));
  g_assert_false (is_revoked (crl, "good"));
  g_assert_false (is_revoked (crl, "strange-signer"));
  X509_CRL_free (crl);
}

static void
test_pictures (void)
{
  g_autoptr (GBytes) dg2 = file_of ("jpeg2000", KIOSK_LDS_EF_DG (2));
  const char *type = NULL;
  g_autoptr (GBytes) picture = kiosk_lds_parse_dg2 (dg2, &type, NULL);

  g_assert_nonnull (picture);
  g_assert_cmpstr (type, ==, "image/jp2");
}

/* Number, birth date and name are what tests look for where nothing personal may be. */
static void
test_canaries_differ (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (gsize i = 0; i < kiosk_emu_n_demo_recipes; i++)
    {
      g_assert_true (
        g_hash_table_add (seen, (gpointer)kiosk_emu_demo_recipes[i].person.document_number));
      g_assert_true (g_hash_table_add (seen, (gpointer)kiosk_emu_demo_recipes[i].person.surname));
      g_assert_true (g_hash_table_add (seen, (gpointer)kiosk_emu_demo_recipes[i].person.birth));
    }
}

static void
test_new_keys_each_time (void)
{
  g_autoptr (GPtrArray) before = trusted ();
  g_autoptr (GPtrArray) after = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (kiosk_emu_personalise (folder, TODAY, TRUE, &error));
  g_assert_no_error (error);
  after = trusted ();
  g_assert_cmpint (X509_cmp (before->pdata[0], after->pdata[0]), !=, 0);
}

static void
test_bad_date (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (kiosk_emu_personalise (folder, "15 March", FALSE, &error));
  g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      remove_tree (inner);
    }
  g_remove (path);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("personalise-XXXXXX", &error);
  g_assert_no_error (error);
  g_assert_true (kiosk_emu_personalise (folder, TODAY, TRUE, &error));
  g_assert_no_error (error);
  g_test_add_func ("/emulator/personalise/gives-each-card-its-flaw", test_flaws);
  g_test_add_func ("/emulator/personalise/only-the-clone-lacks-its-key", test_chip_keys);
  g_test_add_func ("/emulator/personalise/prints-true-check-digits", test_zones);
  g_test_add_func ("/emulator/personalise/draws-a-small-face", test_portraits);
  g_test_add_func ("/emulator/personalise/makes-a-card-for-each-way", test_matrix);
  g_test_add_func ("/emulator/personalise/signs-what-chip-mapping-proves", test_card_security);
  g_test_add_func ("/emulator/personalise/revokes-one-signer", test_revocations);
  g_test_add_func ("/emulator/personalise/writes-jpeg-2000", test_pictures);
  g_test_add_func ("/emulator/personalise/invents-different-people", test_canaries_differ);
  g_test_add_func ("/emulator/personalise/makes-new-keys-each-time", test_new_keys_each_time);
  g_test_add_func ("/emulator/personalise/refuses-a-date-it-cannot-read", test_bad_date);
  result = g_test_run ();
  remove_tree (folder);
  g_free (folder);
  return result;
}
