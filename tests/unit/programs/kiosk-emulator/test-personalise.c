/* What personalisation leaves on the disk, read by the parsers and verifiers of the product. */
#include <glib/gstdio.h>
#include <string.h>

#include "base/file.h"
#include "card.h"
#include "formats/hkid.h"
#include "formats/lds.h"
#include "person.h"
#include "personalise.h"
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
verdict (const KioskEmuPerson *person)
{
  g_autoptr (GBytes) der = file_of (person->card, KIOSK_LDS_EF_SOD);
  g_autoptr (GPtrArray) csca = trusted ();
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskSod) sod = kiosk_sod_parse (der, &error);

  g_assert_no_error (error);
  return kiosk_sod_verify (sod, csca, TODAY_MS, &error) ? -1 : error->code;
}

static gboolean
group_holds (const KioskEmuPerson *person, guint number)
{
  g_autoptr (GBytes) der = file_of (person->card, KIOSK_LDS_EF_SOD);
  g_autoptr (GBytes) group = file_of (person->card, KIOSK_LDS_EF_DG (number));
  g_autoptr (KioskSod) sod = kiosk_sod_parse (der, NULL);

  g_assert_true (kiosk_sod_lists (sod, number));
  return kiosk_sod_check (sod, number, group, NULL);
}

static void
test_flaws (void)
{
  for (gsize i = 0; i < kiosk_emu_n_persons; i++)
    {
      const KioskEmuPerson *person = &kiosk_emu_persons[i];
      int expected = -1;

      if (person->flaw == KIOSK_EMU_FLAW_ALTERED_SOD)
        expected = KIOSK_TRUST_ERROR_SIGNATURE;
      if (person->flaw == KIOSK_EMU_FLAW_UNKNOWN_COUNTRY)
        expected = KIOSK_TRUST_ERROR_CHAIN;
      g_test_message ("%s", person->card);
      g_assert_cmpint (verdict (person), ==, expected);
      g_assert_cmpint (group_holds (person, 1), ==, person->flaw != KIOSK_EMU_FLAW_ALTERED_DG1);
      g_assert_true (group_holds (person, 2));
      g_assert_true (group_holds (person, 11));
      g_assert_true (group_holds (person, 14));
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
  g_autoptr (KioskEmuCard) chip = kiosk_emu_card_load (path, card, &error);
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
  for (gsize i = 0; i < kiosk_emu_n_persons; i++)
    g_assert_cmpint (is_original (kiosk_emu_persons[i].card), ==,
                     kiosk_emu_persons[i].flaw != KIOSK_EMU_FLAW_CLONED);
}

static void
test_zones (void)
{
  for (gsize i = 0; i < kiosk_emu_n_persons; i++)
    {
      const KioskEmuPerson *person = &kiosk_emu_persons[i];
      g_autoptr (GBytes) dg1 = file_of (person->card, KIOSK_LDS_EF_DG (1));
      g_autoptr (GError) error = NULL;
      g_autoptr (KioskMrz) mrz = kiosk_lds_parse_dg1 (dg1, &error);

      g_assert_no_error (error); /* every check digit holds, in the altered zone too */
      g_assert_cmpint (mrz->form, ==, person->pace == 0 ? KIOSK_MRZ_TD3 : KIOSK_MRZ_TD1);
      g_assert_cmpstr (mrz->document_number, ==, person->document_number);
      if (person->pace != 0)
        g_assert_true (kiosk_hkid_is_valid (mrz->optional_1));
      g_assert_cmpint (strcmp (mrz->expiry, "260315") < 0, ==,
                       person->flaw == KIOSK_EMU_FLAW_EXPIRED);
    }
}

static void
test_portraits (void)
{
  for (gsize i = 0; i < kiosk_emu_n_persons; i++)
    {
      g_autoptr (GBytes) dg2 = file_of (kiosk_emu_persons[i].card, KIOSK_LDS_EF_DG (2));
      const char *type = NULL;
      g_autoptr (GBytes) picture = kiosk_lds_parse_dg2 (dg2, &type, NULL);

      g_assert_nonnull (picture);
      g_assert_cmpstr (type, ==, "image/jpeg");
      g_assert_cmpuint (g_bytes_get_size (picture), <, 16 * 1024);
    }
}

/* Number, birth date and name are what tests look for where nothing personal may be. */
static void
test_canaries_differ (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (gsize i = 0; i < kiosk_emu_n_persons; i++)
    {
      g_assert_true (g_hash_table_add (seen, (gpointer)kiosk_emu_persons[i].document_number));
      g_assert_true (g_hash_table_add (seen, (gpointer)kiosk_emu_persons[i].surname));
      g_assert_true (g_hash_table_add (seen, (gpointer)kiosk_emu_persons[i].birth));
    }
}

static void
test_new_keys_each_time (void)
{
  g_autoptr (GPtrArray) before = trusted ();
  g_autoptr (GPtrArray) after = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (kiosk_emu_personalise (folder, TODAY, &error));
  g_assert_no_error (error);
  after = trusted ();
  g_assert_cmpint (X509_cmp (before->pdata[0], after->pdata[0]), !=, 0);
}

static void
test_bad_date (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (kiosk_emu_personalise (folder, "15 March", &error));
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
  g_assert_true (kiosk_emu_personalise (folder, TODAY, &error));
  g_assert_no_error (error);
  g_test_add_func ("/emulator/personalise/gives-each-card-its-flaw", test_flaws);
  g_test_add_func ("/emulator/personalise/only-the-clone-lacks-its-key", test_chip_keys);
  g_test_add_func ("/emulator/personalise/prints-true-check-digits", test_zones);
  g_test_add_func ("/emulator/personalise/draws-a-small-face", test_portraits);
  g_test_add_func ("/emulator/personalise/invents-different-people", test_canaries_differ);
  g_test_add_func ("/emulator/personalise/makes-new-keys-each-time", test_new_keys_each_time);
  g_test_add_func ("/emulator/personalise/refuses-a-date-it-cannot-read", test_bad_date);
  result = g_test_run ();
  remove_tree (folder);
  g_free (folder);
  return result;
}
