#include "document.h"

#include <string.h>

#include "base/file.h"
#include "formats/hkid.h"
#include "formats/lds.h"
#include "groups.h"
#include "portrait.h"
#include "trust/sod.h"

#define HKID_HISTORICAL "8057484b494453494d"
#define VALID_YEARS     6
#define EXPIRED_DAYS    40
#define NUMBER_LENGTH   9

typedef struct
{
  const KioskEmuPerson *person;
  char *number; /* the HKID with its check digit, or the passport's number */
  char *expiry; /* YYYY-MM-DD */
  char *zone;
  char *access_key;
} Sheet;

static void
sheet_clear (Sheet *sheet)
{
  g_free (sheet->number);
  g_free (sheet->expiry);
  g_free (sheet->zone);
  g_free (sheet->access_key);
}

static gboolean
is_passport (const KioskEmuPerson *person)
{
  return person->pace == 0;
}

/* "1984-07-19" → "840719" */
static char *
short_date (const char *date)
{
  return g_strdup_printf ("%.2s%.2s%.2s", date + 2, date + 5, date + 8);
}

static char *
print_zone (const Sheet *sheet, const char *given_names)
{
  const KioskEmuPerson *person = sheet->person;
  g_autofree char *birth = short_date (person->birth);
  g_autofree char *expiry = short_date (sheet->expiry);
  char code_passport[] = "P";
  char code_card[] = "I";
  char issuer[] = "CHN";
  char nothing[] = "";
  KioskMrz mrz = {
    .form = is_passport (person) ? KIOSK_MRZ_TD3 : KIOSK_MRZ_TD1,
    .document_code = is_passport (person) ? code_passport : code_card,
    .issuing_state = issuer,
    .document_number = (char *)person->document_number,
    .optional_1 = is_passport (person) ? nothing : sheet->number,
    .optional_2 = nothing,
    .birth = birth,
    .sex = (char *)person->sex,
    .expiry = expiry,
    .nationality = issuer,
    .surname = (char *)person->surname,
    .given_names = (char *)given_names,
  };

  return kiosk_mrz_print (&mrz);
}

static gboolean
fill_sheet (Sheet *sheet, const KioskEmuPerson *person, GDateTime *today)
{
  g_autofree char *birth = short_date (person->birth);
  g_autofree char *expiry = NULL;
  g_autoptr (GDateTime) end = person->flaw == KIOSK_EMU_FLAW_EXPIRED
                                ? g_date_time_add_days (today, -EXPIRED_DAYS)
                                : g_date_time_add_years (today, VALID_YEARS);

  sheet->person = person;
  sheet->number = is_passport (person)
                    ? g_strdup (person->document_number)
                    : g_strdup_printf ("%s%c", person->hkid, kiosk_hkid_check_digit (person->hkid));
  sheet->expiry = g_date_time_format (end, "%F");
  expiry = short_date (sheet->expiry);
  sheet->zone = print_zone (sheet, person->given_names);
  sheet->access_key = kiosk_mrz_access_info (person->document_number, birth, expiry);
  return sheet->zone != NULL && sheet->access_key != NULL;
}

static void
put (KioskEmuDocument *self, guint identifier, GBytes *content)
{
  g_hash_table_insert (self->files, GUINT_TO_POINTER (identifier), content);
}

static void
put_groups (KioskEmuDocument *self, const Sheet *sheet, guint variety)
{
  const KioskEmuPerson *person = sheet->person;
  g_autoptr (GBytes) portrait = kiosk_emu_portrait_draw (variety);

  put (self, KIOSK_LDS_EF_DG (1), kiosk_lds_build_dg1 (sheet->zone));
  put (self, KIOSK_LDS_EF_DG (2),
       kiosk_lds_build_dg2 (portrait, KIOSK_EMU_PORTRAIT_WIDTH, KIOSK_EMU_PORTRAIT_HEIGHT));
  put (self, KIOSK_LDS_EF_DG (11), kiosk_emu_group_dg11 (person->chinese));
  if (person->symbols != NULL)
    put (self, KIOSK_LDS_EF_DG (13), kiosk_emu_group_dg13 (person->symbols));
  put (self, KIOSK_LDS_EF_DG (14), kiosk_emu_group_dg14 (self->chip_key, person->pace));
  if (!is_passport (person))
    put (self, KIOSK_LDS_EF_CARD_ACCESS, kiosk_emu_group_card_access (person->pace));
}

/* EF.COM and EF.SOD over whatever groups there are. */
static gboolean
sign (KioskEmuDocument *self, const KioskEmuCountry *country, GError **error)
{
  g_autoptr (GPtrArray) groups = g_ptr_array_new ();
  guint present = 0;
  GBytes *sod;

  for (guint number = 1; number <= KIOSK_LDS_GROUPS; number++)
    {
      GBytes *group
        = g_hash_table_lookup (self->files, GUINT_TO_POINTER (KIOSK_LDS_EF_DG (number)));

      g_ptr_array_add (groups, group);
      if (group != NULL)
        present |= 1u << (number - 1);
    }
  sod = kiosk_sod_create (groups, &country->signer, error);
  if (sod == NULL)
    return FALSE;
  put (self, KIOSK_LDS_EF_SOD, sod);
  put (self, KIOSK_LDS_EF_COM, kiosk_emu_group_com (present));
  return TRUE;
}

/* The signature is the last thing in the object; its last byte is part of a number. */
static void
spoil_sod (KioskEmuDocument *self)
{
  GBytes *sod = g_hash_table_lookup (self->files, GUINT_TO_POINTER (KIOSK_LDS_EF_SOD));
  gsize length;
  guint8 *bytes = g_memdup2 (g_bytes_get_data (sod, &length), g_bytes_get_size (sod));

  length = g_bytes_get_size (sod);
  bytes[length - 1] ^= 0x01;
  put (self, KIOSK_LDS_EF_SOD, g_bytes_new_take (bytes, length));
}

/* Another's given names in a zone whose check digits all hold. */
static void
spoil_dg1 (KioskEmuDocument *self, const Sheet *sheet)
{
  g_autofree char *zone = print_zone (sheet, "TSZ YAN");

  put (self, KIOSK_LDS_EF_DG (1), kiosk_lds_build_dg1 (zone));
}

static gboolean
spoil (KioskEmuDocument *self, const Sheet *sheet, GError **error)
{
  switch (sheet->person->flaw)
    {
    case KIOSK_EMU_FLAW_ALTERED_DG1:
      spoil_dg1 (self, sheet);
      return TRUE;
    case KIOSK_EMU_FLAW_ALTERED_SOD:
      spoil_sod (self);
      return TRUE;
    case KIOSK_EMU_FLAW_CLONED:
      EVP_PKEY_free (self->chip_key);
      self->chip_key = kiosk_pki_key_new (error);
      return self->chip_key != NULL;
    default:
      return TRUE;
    }
}

static void
describe_radio (KioskEmuDocument *self, const KioskEmuPerson *person)
{
  g_autofree char *uid = g_strdup_printf ("08%06x", person->uid);

  g_key_file_set_string (self->ini, "card", "type", "A");
  g_key_file_set_string (self->ini, "card", "uid", uid);
  g_key_file_set_string (self->ini, "card", "historical",
                         is_passport (person) ? "" : HKID_HISTORICAL);
  g_key_file_set_boolean (self->ini, "card", "extended", !is_passport (person));
}

static void
describe (KioskEmuDocument *self, const Sheet *sheet)
{
  const KioskEmuPerson *person = sheet->person;
  gboolean other_names = person->flaw == KIOSK_EMU_FLAW_ALTERED_DG1;
  g_autofree char *name
    = g_strconcat (person->surname, ", ", other_names ? "TSZ YAN" : person->given_names, NULL);

  describe_radio (self, person);
  g_key_file_set_string (self->ini, "person", "name", name);
  g_key_file_set_string (self->ini, "person", "name-chinese", person->chinese);
  g_key_file_set_string (self->ini, "person", "number", sheet->number);
  g_key_file_set_string (self->ini, "person", "birth", person->birth);
  g_key_file_set_string (self->ini, "person", "document-number", person->document_number);
  g_key_file_set_string (self->ini, "person", "expiry", sheet->expiry);
  g_key_file_set_string (self->ini, "access", "mrz", sheet->access_key);
  g_key_file_set_boolean (self->ini, "access", "bac", is_passport (person));
  g_key_file_set_integer (self->ini, "access", "pace", person->pace);
  if (person->can != NULL)
    g_key_file_set_string (self->ini, "access", "can", person->can);
}

KioskEmuDocument *
kiosk_emu_document_make (const KioskEmuPerson *person, const KioskEmuCountry *country,
                         GDateTime *today, guint variety, GError **error)
{
  g_autoptr (KioskEmuDocument) self = g_new0 (KioskEmuDocument, 1);
  Sheet sheet = { 0 };
  gboolean made;

  self->files = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_bytes_unref);
  self->ini = g_key_file_new ();
  self->chip_key = kiosk_pki_key_new (error);
  if (self->chip_key == NULL)
    return NULL;
  if (!fill_sheet (&sheet, person, today))
    g_error ("the citizen of card %s does not fit in a machine-readable zone", person->card);
  put_groups (self, &sheet, variety);
  describe (self, &sheet);
  made = sign (self, country, error) && spoil (self, &sheet, error);
  sheet_clear (&sheet);
  return made ? g_steal_pointer (&self) : NULL;
}

void
kiosk_emu_document_free (KioskEmuDocument *self)
{
  g_hash_table_unref (self->files);
  g_key_file_unref (self->ini);
  g_clear_pointer (&self->chip_key, EVP_PKEY_free);
  g_free (self);
}
