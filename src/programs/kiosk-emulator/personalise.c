#include "personalise.h"

#include <string.h>

#include "base/file.h"
#include "document.h"

#define FILE_MODE   0600
#define FOLDER_MODE 0700

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

/* Makes a country's signer and, under it, a document signer. */
static gboolean
make_country (const char *name, GDateTime *today, KioskEmuCountry *ret_country, GError **error)
{
  g_autoptr (GDateTime) from = g_date_time_add_years (today, -12);
  g_autoptr (GDateTime) until = g_date_time_add_years (today, 12);
  g_autofree char *signer_name = g_strconcat (name, " Document Signer", NULL);
  KioskCertTemplate template = {
    .role = KIOSK_CERT_CSCA,
    .common_name = name,
    .organization = "Simulation",
    .country = "CN",
    .not_before_ms = g_date_time_to_unix (from) * 1000,
    .not_after_ms = g_date_time_to_unix (until) * 1000,
  };
  g_autoptr (EVP_PKEY) country_key = kiosk_pki_key_new (error);
  g_autoptr (EVP_PKEY) signer_key = country_key == NULL ? NULL : kiosk_pki_key_new (error);
  g_autoptr (X509) country = NULL;
  g_autoptr (X509) signer = NULL;

  if (signer_key == NULL)
    return FALSE;
  country = kiosk_pki_issue (&template, country_key, NULL, country_key, error);
  if (country == NULL)
    return FALSE;
  template.role = KIOSK_CERT_DS;
  template.common_name = signer_name;
  signer = kiosk_pki_issue (&template, signer_key, country, country_key, error);
  if (signer == NULL)
    return FALSE;
  ret_country->cert = g_steal_pointer (&country);
  ret_country->signer.cert = g_steal_pointer (&signer);
  ret_country->signer.key = g_steal_pointer (&signer_key);
  return TRUE;
}

static void
clear_country (KioskEmuCountry *country)
{
  g_clear_pointer (&country->cert, X509_free);
  g_clear_pointer (&country->signer.cert, X509_free);
  g_clear_pointer (&country->signer.key, EVP_PKEY_free);
}

static gboolean
write_trusted (const char *folder, X509 *country, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "csca.pem", NULL);
  char *pem = kiosk_pki_cert_to_pem (country);
  g_autoptr (GBytes) content = g_bytes_new_take (pem, strlen (pem));

  return kiosk_file_write (path, content, 0644, error);
}

static gboolean
write_file (const char *folder, guint identifier, GBytes *content, GError **error)
{
  g_autofree char *name = g_strdup_printf ("%04X.bin", identifier);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return kiosk_file_write (path, content, FILE_MODE, error);
}

static gboolean
write_document (const char *folder, const KioskEmuDocument *document, GError **error)
{
  g_autofree char *key_path = g_build_filename (folder, "chip.key", NULL);
  g_autofree char *ini_path = g_build_filename (folder, "card.ini", NULL);
  gsize length;
  char *text = g_key_file_to_data (document->ini, &length, NULL);
  g_autoptr (GBytes) ini = g_bytes_new_take (text, length);
  GHashTableIter files;
  gpointer identifier;
  gpointer content;

  if (!kiosk_folder_make (folder, FOLDER_MODE, error)
      || !kiosk_pki_key_save (document->chip_key, key_path, error)
      || !kiosk_file_write (ini_path, ini, FILE_MODE, error))
    return FALSE;
  g_hash_table_iter_init (&files, document->files);
  while (g_hash_table_iter_next (&files, &identifier, &content))
    if (!write_file (folder, GPOINTER_TO_UINT (identifier), content, error))
      return FALSE;
  return TRUE;
}

static gboolean
make_cards (const char *folder, GDateTime *today, const KioskEmuCountry *known,
            const KioskEmuCountry *unknown, GError **error)
{
  for (gsize i = 0; i < kiosk_emu_n_persons; i++)
    {
      const KioskEmuPerson *person = &kiosk_emu_persons[i];
      g_autofree char *card = g_build_filename (folder, "cards", person->card, NULL);
      const KioskEmuCountry *country
        = person->flaw == KIOSK_EMU_FLAW_UNKNOWN_COUNTRY ? unknown : known;
      g_autoptr (KioskEmuDocument) document
        = kiosk_emu_document_make (person, country, today, (guint)i, error);

      if (document == NULL || !write_document (card, document, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
kiosk_emu_personalise (const char *folder, const char *today, GError **error)
{
  g_autoptr (GDateTime) date = parse_today (today, error);
  KioskEmuCountry known = { 0 };
  KioskEmuCountry unknown = { 0 };
  gboolean done;

  done = date != NULL && kiosk_folder_make (folder, FOLDER_MODE, error)
         && make_country ("Simulated Country Signer", date, &known, error)
         && make_country ("Simulated Stranger", date, &unknown, error)
         && make_cards (folder, date, &known, &unknown, error)
         && write_trusted (folder, known.cert, error);
  clear_country (&known);
  clear_country (&unknown);
  return done;
}
