#include "personalise.h"

#include <string.h>

#include "base/file.h"
#include "document.h"
#include "staff.h"

#define FILE_MODE   0600
#define FOLDER_MODE 0700

typedef struct
{
  const char *folder;
  GDateTime *today;
  KioskEmuCountry known;
  KioskEmuCountry unknown;
} Press;

static GDateTime *
parse_today (const char *today, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  GDateTime *date;

  if (today == NULL)
    return g_date_time_new_now_utc ();
  text = g_strconcat (today, "T00:00:00", NULL);
  date = g_date_time_new_from_iso8601 (text, utc);
  if (date == NULL)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 "--today %s: not a date of the form YYYY-MM-DD", today);
  return date;
}

static gboolean
write_text (const char *folder, const char *name, char *text, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GBytes) content = g_bytes_new_take (text, strlen (text));

  return kiosk_file_write (path, content, 0644, error);
}

static gboolean
write_trusted (const char *folder, const KioskEmuCountry *country, GDateTime *today, GError **error)
{
  return write_text (folder, "csca.pem", kiosk_pki_cert_to_pem (country->cert), error)
         && write_text (folder, "csca.crl.pem", kiosk_emu_country_crl (country, today), error);
}

static gboolean
write_file (const char *folder, guint identifier, GBytes *content, GError **error)
{
  g_autofree char *name = g_strdup_printf ("%04X.bin", identifier);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return kiosk_file_write (path, content, FILE_MODE, error);
}

static gboolean
write_key (const char *folder, const char *name, EVP_PKEY *key, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return key == NULL || kiosk_pki_key_save (key, path, error);
}

static gboolean
write_document (const char *folder, const KioskEmuDocument *document, GError **error)
{
  g_autofree char *ini_path = g_build_filename (folder, "card.ini", NULL);
  gsize length;
  char *text = g_key_file_to_data (document->ini, &length, NULL);
  g_autoptr (GBytes) ini = g_bytes_new_take (text, length);
  GHashTableIter files;
  gpointer identifier;
  gpointer content;

  if (!kiosk_folder_make (folder, FOLDER_MODE, error)
      || !write_key (folder, "chip.key", document->chip_key, error)
      || !write_key (folder, "active.key", document->active_key, error)
      || !kiosk_file_write (ini_path, ini, FILE_MODE, error))
    return FALSE;
  g_hash_table_iter_init (&files, document->files);
  while (g_hash_table_iter_next (&files, &identifier, &content))
    if (!write_file (folder, GPOINTER_TO_UINT (identifier), content, error))
      return FALSE;
  return TRUE;
}

static gboolean
make_card (const Press *press, const KioskEmuRecipe *recipe, guint number, GError **error)
{
  g_autofree char *folder = g_build_filename (press->folder, "cards", recipe->card, NULL);
  const KioskEmuCountry *country
    = recipe->flaw == KIOSK_EMU_FLAW_UNKNOWN_COUNTRY ? &press->unknown : &press->known;
  g_autoptr (KioskEmuDocument) document
    = kiosk_emu_document_make (recipe, country, press->today, number, error);

  return document != NULL && write_document (folder, document, error);
}

static gboolean
make_cards (const Press *press, gboolean matrix, GError **error)
{
  guint number = 0;

  for (gsize i = 0; i < kiosk_emu_n_demo_recipes; i++)
    if (!make_card (press, &kiosk_emu_demo_recipes[i], number++, error))
      return FALSE;
  for (gsize i = 0; matrix && i < kiosk_emu_n_matrix_recipes; i++)
    if (!make_card (press, &kiosk_emu_matrix_recipes[i], number++, error))
      return FALSE;
  return TRUE;
}

gboolean
kiosk_emu_personalise (const char *folder, const char *today, gboolean matrix, GError **error)
{
  g_autoptr (GDateTime) date = parse_today (today, error);
  Press press = { .folder = folder, .today = date };
  gboolean done;

  done = date != NULL && kiosk_folder_make (folder, FOLDER_MODE, error)
         && kiosk_emu_country_make ("Simulated Country Signer", date, &press.known, error)
         && kiosk_emu_country_make ("Simulated Stranger", date, &press.unknown, error)
         && make_cards (&press, matrix, error) && write_trusted (folder, &press.known, date, error)
         && kiosk_emu_staff_make (folder, date, error);
  kiosk_emu_country_clear (&press.known);
  kiosk_emu_country_clear (&press.unknown);
  return done;
}
