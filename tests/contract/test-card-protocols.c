/* Each way to open and to prove a document, against the emulator's cards: their cryptography is of
 * another hand than the card room's. */
#include <glib/gstdio.h>
#include <string.h>

#include "air.h"
#include "devices/card/card-open.h"
#include "personalise.h"
#include "recipe.h"
#include "trust/signed.h"

#define FILE_MAX 65536

static char *folder;

typedef struct
{
  const KioskEmuRecipe *recipe;
  KioskEmuCard *card;
  Air *air;
  KioskRandom *random;
  KioskCardSession session;
  KioskSecurityInfos *card_access; /* NULL: none */
} Table;

static GBytes *
read_file (Table *self, guint16 file)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  kiosk_card_session_read_file (&self->session, file, FILE_MAX, NULL, NULL, &bytes, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&bytes);
}

static void
table_init (Table *self, const KioskEmuRecipe *recipe)
{
  g_autofree char *path = g_build_filename (folder, "cards", recipe->card, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) file = NULL;
  KioskCardTarget target;

  *self = (Table){ .recipe = recipe };
  self->card = kiosk_emu_card_load (path, recipe->card, NULL, &error);
  g_assert_no_error (error);
  self->air = air_new (self->card, FALSE, 424, 460800);
  self->random = kiosk_random_new_seeded (11);
  target = air_begin (self->air);
  kiosk_card_session_init (&self->session, &self->air->channel, self->random);
  kiosk_card_session_meet (&self->session, &target);
  /* It also tells what lengths the chip takes. */
  file = read_file (self, KIOSK_LDS_EF_CARD_ACCESS);
  g_assert_true ((file != NULL) == (recipe->pace != NULL));
  if (file == NULL)
    return;
  self->card_access = kiosk_lds_parse_card_access (file, &error);
  g_assert_no_error (error);
}

static void
table_clear (Table *self)
{
  kiosk_card_session_clear (&self->session);
  kiosk_random_unref (self->random);
  air_free (self->air);
  kiosk_emu_card_unref (self->card);
  g_clear_pointer (&self->card_access, kiosk_security_infos_free);
}

/* The document's key as a person types it: dates of the holder, and the expiry that DG1 states. */
static KioskSecret *
typed_key (const Table *self)
{
  GBytes *dg1 = kiosk_emu_card_file (self->card, KIOSK_LDS_EF_DG (1));
  g_autoptr (KioskMrz) mrz = kiosk_lds_parse_dg1 (dg1, NULL);

  return kiosk_secret_new_take (
    g_strconcat (mrz->document_number, ",", mrz->birth, ",", mrz->expiry, NULL));
}

static void
open_with (Table *self, KioskCardKey kind, KioskCardOpening *ret_opening)
{
  const KioskCardProfile profile = {
    .pace = TRUE, .bac = TRUE, .keys = { KIOSK_CARD_KEY_MRZ, KIOSK_CARD_KEY_CAN }, .n_keys = 2
  };
  g_autoptr (KioskSecret) key
    = kind == KIOSK_CARD_KEY_CAN
        ? kiosk_secret_new_copy (self->recipe->person.can, strlen (self->recipe->person.can))
        : typed_key (self);
  g_autoptr (GError) error = NULL;
  guint16 sw;
  int tries;

  if (self->card_access == NULL)
    g_assert_true (kiosk_card_session_select_application (&self->session, &sw, NULL));
  kiosk_card_open (&self->session, &profile, self->card_access, kind, key, &tries, ret_opening,
                   &error);
  g_assert_no_error (error);
}

static gboolean
is_cloned (const Table *self)
{
  return self->recipe->flaw == KIOSK_EMU_FLAW_CLONED;
}

/* Not one bit of DG1 goes over the air but under the session's keys. */
static void
assert_dg1 (Table *self)
{
  g_autoptr (GBytes) dg1 = read_file (self, KIOSK_LDS_EF_DG (1));

  g_assert_nonnull (dg1);
  g_assert_true (g_bytes_equal (dg1, kiosk_emu_card_file (self->card, KIOSK_LDS_EF_DG (1))));
}

static void
prove_mapping (Table *self, const KioskCardOpening *opening)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskSigned) signature = NULL;
  g_autoptr (GBytes) content = NULL;
  g_autoptr (KioskSecurityInfos) infos = NULL;
  const guint8 *der;
  gsize length;

  g_assert_nonnull (opening->card_security);
  der = g_bytes_get_data (opening->card_security, &length);
  signature = kiosk_signed_parse (der, length, KIOSK_SIGNED_CARD_SECURITY, &error);
  g_assert_no_error (error);
  g_assert_true (kiosk_signed_verify_signature (signature, &error));
  der = kiosk_signed_content (signature, &length);
  content = g_bytes_new (der, length);
  infos = kiosk_lds_parse_card_access (content, &error);
  g_assert_no_error (error);
  if (is_cloned (self))
    {
      g_assert_false (kiosk_pace_chip_check (opening->chip, infos, &error));
      g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_CLONE);
      return;
    }
  kiosk_pace_chip_check (opening->chip, infos, &error);
  g_assert_no_error (error);
}

static void
prove_chip (Table *self)
{
  g_autoptr (GBytes) file = read_file (self, KIOSK_LDS_EF_DG (14));
  g_autoptr (KioskSecurityInfos) infos = kiosk_lds_parse_dg14 (file, NULL);
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (infos);
  kiosk_card_chip_authenticate (&self->session, infos, &error);
  g_assert_no_error (error);
  if (!is_cloned (self))
    {
      assert_dg1 (self);
      return;
    }
  /* The copy agreed on other keys: what it answers is not under ours. */
  g_assert_false (kiosk_card_session_read_file (&self->session, KIOSK_LDS_EF_DG (1), FILE_MAX, NULL,
                                                NULL, &again, &error));
  g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_SM_BROKEN);
}

static void
prove_active (Table *self)
{
  g_autoptr (GBytes) dg15 = read_file (self, KIOSK_LDS_EF_DG (15));
  g_autoptr (GBytes) dg14 = read_file (self, KIOSK_LDS_EF_DG (14));
  g_autoptr (KioskSecurityInfos) infos = dg14 != NULL ? kiosk_lds_parse_dg14 (dg14, NULL) : NULL;
  KioskLdsDigest digest = infos != NULL ? infos->active_digest : KIOSK_LDS_DIGEST_NONE;
  g_autoptr (GError) error = NULL;

  if (is_cloned (self))
    {
      g_assert_false (kiosk_card_active_authenticate (&self->session, dg15, digest, &error));
      g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_CLONE_AA);
      return;
    }
  kiosk_card_active_authenticate (&self->session, dg15, digest, &error);
  g_assert_no_error (error);
  assert_dg1 (self); /* the session stays */
}

static void
test_card (gconstpointer data)
{
  const KioskEmuRecipe *recipe = data;

  for (KioskCardKey kind = KIOSK_CARD_KEY_CAN; kind <= KIOSK_CARD_KEY_MRZ; kind++)
    {
      g_auto (KioskCardOpening) opening = { 0 };
      Table table;

      if (kind == KIOSK_CARD_KEY_CAN && recipe->pace == NULL)
        continue;
      table_init (&table, recipe);
      open_with (&table, kind, &opening);
      g_assert_true ((opening.chip != NULL) == (recipe->pace != NULL && *recipe->pace == 'c'));
      assert_dg1 (&table);
      if (opening.chip != NULL)
        prove_mapping (&table, &opening);
      if (recipe->active != KIOSK_EMU_ACTIVE_NONE)
        prove_active (&table);
      if (recipe->chip_cipher != NULL)
        prove_chip (&table);
      table_clear (&table);
    }
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_all (child);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("protocols-XXXXXX", &error);
  g_assert_no_error (error);
  g_assert_true (kiosk_emu_personalise (folder, NULL, TRUE, &error));
  g_assert_no_error (error);
  for (gsize i = 0; i < kiosk_emu_n_matrix_recipes; i++)
    {
      g_autofree char *path
        = g_strconcat ("/card/protocols/", kiosk_emu_matrix_recipes[i].card, NULL);

      if (!kiosk_emu_matrix_recipes[i].open)
        g_test_add_data_func (path, &kiosk_emu_matrix_recipes[i], test_card);
    }
  result = g_test_run ();
  remove_all (folder);
  g_free (folder);
  return result;
}
