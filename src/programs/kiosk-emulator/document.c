#include "document.h"

#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <string.h>

#include "card.h"
#include "formats/hkid.h"
#include "formats/lds.h"
#include "groups.h"
#include "portrait.h"
#include "trust/sod.h"

#define HKID_HISTORICAL    "8057484b494453494d"
#define LENGTHS_HISTORICAL "8073000160" /* as KIOSK_EMU_CAPABILITIES */
#define COMMAND_MAXIMUM    2048
#define PROTECTION         24 /* of secure messaging, more or less */
#define AUTHORITY          "SIMULATED AUTHORITY"
#define SECURITY_TYPE      "0.4.0.127.0.7.3.2.1" /* id-SecurityObject */
#define SHOWN_DATE         "%F"
#define VALID_YEARS        6
#define ISSUED_DAYS_AGO    200
#define EXPIRED_DAYS       40
#define UID_FIRST          0x11a0c1
#define HALF_A_PICTURE     200 /* bytes: its tables, and nothing to draw with them */
#define OTHER_GIVEN_NAMES  "TSZ YAN"

typedef struct
{
  const KioskEmuRecipe *recipe;
  const KioskEmuPerson *person;
  const KioskSigner *signer;
  char *number; /* the HKID with its check digit, or the document's number */
  char *issued; /* YYYY-MM-DD */
  char *expiry;
  char *zone;
  char *access_key;
  KioskEmuPaceProtocol pace[KIOSK_EMU_CARD_PACE_MAXIMUM];
  gsize n_pace;
} Sheet;

static void
sheet_clear (Sheet *sheet)
{
  g_free (sheet->number);
  g_free (sheet->issued);
  g_free (sheet->expiry);
  g_free (sheet->zone);
  g_free (sheet->access_key);
}

static gboolean
is_hkid (const Sheet *sheet)
{
  return sheet->recipe->layout == KIOSK_EMU_LAYOUT_HKID;
}

/* "1984-07-19" → "840719" */
static char *
short_date (const char *date)
{
  return g_strdup_printf ("%.2s%.2s%.2s", date + 2, date + 5, date + 8);
}

static KioskMrzForm
form (const Sheet *sheet)
{
  switch (sheet->recipe->layout)
    {
    case KIOSK_EMU_LAYOUT_TD3:
      return KIOSK_MRZ_TD3;
    case KIOSK_EMU_LAYOUT_TD2:
      return KIOSK_MRZ_TD2;
    default:
      return KIOSK_MRZ_TD1;
    }
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
    .form = form (sheet),
    .document_code = form (sheet) == KIOSK_MRZ_TD3 ? code_passport : code_card,
    .issuing_state = issuer,
    .document_number = (char *)person->document_number,
    .optional_1 = is_hkid (sheet) ? sheet->number : nothing,
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

static void
list_pace (Sheet *sheet)
{
  g_auto (GStrv) protocols
    = g_strsplit (sheet->recipe->pace == NULL ? "" : sheet->recipe->pace, ";", 0);

  for (gsize i = 0; protocols[i] != NULL; i++)
    if (!kiosk_emu_pace_protocol_parse (protocols[i], &sheet->pace[sheet->n_pace++]))
      g_error ("card %s: no such PACE: %s", sheet->recipe->card, protocols[i]);
}

static const KioskSigner *
choose_signer (const KioskEmuRecipe *recipe, const KioskEmuCountry *country)
{
  if (recipe->flaw == KIOSK_EMU_FLAW_REVOKED_SIGNER)
    return &country->signers[KIOSK_EMU_SIGNER_REVOKED];
  if (recipe->flaw == KIOSK_EMU_FLAW_STRANGE_SIGNER)
    return &country->signers[KIOSK_EMU_SIGNER_STRANGE];
  return &country->signers[KIOSK_EMU_SIGNER_PLAIN];
}

static void
fill_sheet (Sheet *sheet, GDateTime *today)
{
  const KioskEmuPerson *person = sheet->person;
  g_autofree char *birth = short_date (person->birth);
  g_autofree char *expiry = NULL;
  g_autoptr (GDateTime) begin = g_date_time_add_days (today, -ISSUED_DAYS_AGO);
  g_autoptr (GDateTime) end = sheet->recipe->flaw == KIOSK_EMU_FLAW_EXPIRED
                                ? g_date_time_add_days (today, -EXPIRED_DAYS)
                                : g_date_time_add_years (today, VALID_YEARS);

  sheet->number = person->hkid == NULL
                    ? g_strdup (person->document_number)
                    : g_strdup_printf ("%s%c", person->hkid, kiosk_hkid_check_digit (person->hkid));
  sheet->issued = g_date_time_format (begin, SHOWN_DATE);
  sheet->expiry = g_date_time_format (end, SHOWN_DATE);
  expiry = short_date (sheet->expiry);
  sheet->zone = print_zone (sheet, person->given_names);
  sheet->access_key = kiosk_mrz_access_info (person->document_number, birth, expiry);
  list_pace (sheet);
  if (sheet->zone == NULL || sheet->access_key == NULL)
    g_error ("the citizen of card %s does not fit in a machine-readable zone", sheet->recipe->card);
}

/* NULL: the document has none of this. */
static EVP_PKEY *
make_chip_key (const KioskEmuRecipe *recipe)
{
  g_autoptr (EC_GROUP) curve = kiosk_emu_curve_standardised (recipe->chip);

  if (recipe->chip < 0)
    return NULL;
  if (curve == NULL)
    return kiosk_emu_modp_key_new (recipe->chip);
  return EVP_EC_gen (OBJ_nid2sn (EC_GROUP_get_curve_name (curve)));
}

static EVP_PKEY *
make_active_key (const KioskEmuRecipe *recipe)
{
  switch (recipe->active)
    {
    case KIOSK_EMU_ACTIVE_RSA_1024:
      return EVP_RSA_gen (1024);
    case KIOSK_EMU_ACTIVE_RSA_2048:
      return EVP_RSA_gen (2048);
    case KIOSK_EMU_ACTIVE_EC:
      return EVP_EC_gen ("P-256");
    default:
      return NULL;
    }
}

static void
make_keys (KioskEmuDocument *self, const KioskEmuRecipe *recipe)
{
  g_clear_pointer (&self->chip_key, EVP_PKEY_free);
  g_clear_pointer (&self->active_key, EVP_PKEY_free);
  self->chip_key = make_chip_key (recipe);
  self->active_key = make_active_key (recipe);
  if ((recipe->chip >= 0) != (self->chip_key != NULL)
      || (recipe->active != KIOSK_EMU_ACTIVE_NONE) != (self->active_key != NULL))
    g_error ("OpenSSL: no key for card %s", recipe->card);
}

static void
put (KioskEmuDocument *self, guint identifier, GBytes *content)
{
  if (content != NULL)
    g_hash_table_insert (self->files, GUINT_TO_POINTER (identifier), content);
}

static gboolean
maps_chip (const Sheet *sheet)
{
  for (gsize i = 0; i < sheet->n_pace; i++)
    if (sheet->pace[i].mapping == KIOSK_EMU_MAPPING_CHIP)
      return TRUE;
  return FALSE;
}

/* How the chip opens and proves itself, in the three files that say so. */
static void
put_abilities (KioskEmuDocument *self, const Sheet *sheet)
{
  const KioskEmuRecipe *recipe = sheet->recipe;
  g_autoptr (GBytes) security = NULL;
  KioskEmuAbilities abilities = {
    .pace = sheet->pace,
    .n_pace = sheet->n_pace,
    .chip_key = self->chip_key,
    .chip_authentication = recipe->chip_cipher != NULL,
    .active_ec = recipe->active == KIOSK_EMU_ACTIVE_EC,
  };

  if (abilities.chip_authentication
      && !kiosk_emu_cipher_from_name (recipe->chip_cipher, &abilities.chip_cipher))
    g_error ("card %s: no such cipher", recipe->card);
  if (self->chip_key != NULL && recipe->explicit_curve)
    EVP_PKEY_set_utf8_string_param (self->chip_key, OSSL_PKEY_PARAM_EC_ENCODING, "explicit");
  if (sheet->n_pace > 0)
    put (self, KIOSK_LDS_EF_CARD_ACCESS, kiosk_emu_group_card_access (&abilities));
  put (self, KIOSK_LDS_EF_DG (14), kiosk_emu_group_dg14 (&abilities));
  if (maps_chip (sheet))
    {
      security = kiosk_emu_group_card_security (&abilities);
      put (self, KIOSK_EMU_CARD_SECURITY,
           kiosk_emu_country_sign (sheet->signer, SECURITY_TYPE, security));
    }
  if (self->chip_key != NULL && recipe->explicit_curve)
    EVP_PKEY_set_utf8_string_param (self->chip_key, OSSL_PKEY_PARAM_EC_ENCODING, "named_curve");
}

static GBytes *
draw_portrait (const KioskEmuRecipe *recipe, guint variety)
{
  g_autoptr (GBytes) whole = kiosk_emu_portrait_draw (variety, recipe->jpeg2000);

  return recipe->flaw == KIOSK_EMU_FLAW_NO_PICTURE
           ? g_bytes_new_from_bytes (whole, 0, HALF_A_PICTURE)
           : g_steal_pointer (&whole);
}

static void
put_groups (KioskEmuDocument *self, const Sheet *sheet, guint variety)
{
  const KioskEmuRecipe *recipe = sheet->recipe;
  g_autoptr (GBytes) portrait = draw_portrait (recipe, variety);
  g_autoptr (GBytes) signature = recipe->details ? kiosk_emu_portrait_sign () : NULL;

  put (self, KIOSK_LDS_EF_DG (1), kiosk_lds_build_dg1 (sheet->zone));
  put (self, KIOSK_LDS_EF_DG (2),
       kiosk_lds_build_dg2 (portrait, KIOSK_EMU_PORTRAIT_WIDTH, KIOSK_EMU_PORTRAIT_HEIGHT));
  put (self, KIOSK_LDS_EF_DG (11), kiosk_emu_group_dg11 (sheet->person->chinese));
  if (recipe->details)
    {
      put (self, KIOSK_LDS_EF_DG (7), kiosk_emu_group_dg7 (signature));
      put (self, KIOSK_LDS_EF_DG (12), kiosk_emu_group_dg12 (AUTHORITY, sheet->issued));
    }
  if (sheet->person->symbols != NULL)
    put (self, KIOSK_LDS_EF_DG (13), kiosk_emu_group_dg13 (sheet->person->symbols));
  if (self->active_key != NULL)
    put (self, KIOSK_LDS_EF_DG (15), kiosk_emu_group_dg15 (self->active_key));
  if (recipe->response != 0)
    put (self, KIOSK_EMU_ATR_INFO, kiosk_emu_group_atr_info (COMMAND_MAXIMUM, recipe->response));
  put_abilities (self, sheet);
}

/* EF.COM and EF.SOD over whatever groups there are. */
static gboolean
sign (KioskEmuDocument *self, const KioskSigner *signer, GError **error)
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
  sod = kiosk_sod_create (groups, signer, error);
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
  gsize length = g_bytes_get_size (sod);
  guint8 *bytes = g_memdup2 (g_bytes_get_data (sod, NULL), length);

  bytes[length - 1] ^= 0x01;
  put (self, KIOSK_LDS_EF_SOD, g_bytes_new_take (bytes, length));
}

/* Another's given names in a zone whose check digits all hold. */
static void
spoil_dg1 (KioskEmuDocument *self, const Sheet *sheet)
{
  g_autofree char *zone = print_zone (sheet, OTHER_GIVEN_NAMES);

  put (self, KIOSK_LDS_EF_DG (1), kiosk_lds_build_dg1 (zone));
}

static void
spoil (KioskEmuDocument *self, const Sheet *sheet)
{
  switch (sheet->recipe->flaw)
    {
    case KIOSK_EMU_FLAW_ALTERED_DG1:
      spoil_dg1 (self, sheet);
      break;
    case KIOSK_EMU_FLAW_ALTERED_SOD:
      spoil_sod (self);
      break;
    case KIOSK_EMU_FLAW_CLONED:
      make_keys (self, sheet->recipe);
      break;
    default:
      break;
    }
}

static void
describe_radio (KioskEmuDocument *self, const Sheet *sheet, guint number)
{
  guint16 response = sheet->recipe->response;
  g_autofree char *uid = g_strdup_printf ("08%06x", UID_FIRST + number);

  g_key_file_set_string (self->ini, "radio", "type", "A");
  g_key_file_set_string (self->ini, "radio", "uid", uid);
  g_key_file_set_string (self->ini, "radio", "historical",
                         is_hkid (sheet) ? HKID_HISTORICAL
                         : response != 0 ? LENGTHS_HISTORICAL
                                         : "");
  if (response != 0)
    {
      g_key_file_set_integer (self->ini, "radio", "le", response - PROTECTION);
      g_key_file_set_string (self->ini, "radio", "over-le", "6700");
    }
  g_key_file_set_boolean (self->ini, "radio", "extended", !sheet->recipe->short_only);
}

static void
describe_access (KioskEmuDocument *self, const Sheet *sheet)
{
  const KioskEmuRecipe *recipe = sheet->recipe;

  g_key_file_set_string (self->ini, "access", "mrz", sheet->access_key);
  g_key_file_set_boolean (self->ini, "access", "bac", recipe->bac);
  if (recipe->open)
    g_key_file_set_boolean (self->ini, "access", "open", TRUE);
  if (recipe->pace != NULL)
    g_key_file_set_value (self->ini, "access", "pace", recipe->pace);
  if (recipe->pace != NULL && sheet->person->can != NULL)
    g_key_file_set_string (self->ini, "access", "can", sheet->person->can);
  if (recipe->chip_cipher != NULL)
    g_key_file_set_string (self->ini, "chip", "authentication", recipe->chip_cipher);
}

static void
describe (KioskEmuDocument *self, const Sheet *sheet)
{
  const KioskEmuPerson *person = sheet->person;
  gboolean other_names = sheet->recipe->flaw == KIOSK_EMU_FLAW_ALTERED_DG1;
  g_autofree char *name = g_strconcat (person->surname, ", ",
                                       other_names ? OTHER_GIVEN_NAMES : person->given_names, NULL);

  g_key_file_set_string (self->ini, "person", "name", name);
  g_key_file_set_string (self->ini, "person", "name-chinese", person->chinese);
  g_key_file_set_string (self->ini, "person", "number", sheet->number);
  g_key_file_set_string (self->ini, "person", "birth", person->birth);
  g_key_file_set_string (self->ini, "person", "sex", person->sex);
  g_key_file_set_string (self->ini, "person", "document-number", person->document_number);
  g_key_file_set_string (self->ini, "person", "expiry", sheet->expiry);
  describe_access (self, sheet);
}

KioskEmuDocument *
kiosk_emu_document_make (const KioskEmuRecipe *recipe, const KioskEmuCountry *country,
                         GDateTime *today, guint number, GError **error)
{
  g_autoptr (KioskEmuDocument) self = g_new0 (KioskEmuDocument, 1);
  Sheet sheet
    = { .recipe = recipe, .person = &recipe->person, .signer = choose_signer (recipe, country) };
  gboolean made;

  self->files = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_bytes_unref);
  self->ini = g_key_file_new ();
  make_keys (self, recipe);
  fill_sheet (&sheet, today);
  put_groups (self, &sheet, number);
  describe_radio (self, &sheet, number);
  describe (self, &sheet);
  made = sign (self, sheet.signer, error);
  if (made)
    spoil (self, &sheet);
  sheet_clear (&sheet);
  return made ? g_steal_pointer (&self) : NULL;
}

void
kiosk_emu_document_free (KioskEmuDocument *self)
{
  g_hash_table_unref (self->files);
  g_key_file_unref (self->ini);
  g_clear_pointer (&self->chip_key, EVP_PKEY_free);
  g_clear_pointer (&self->active_key, EVP_PKEY_free);
  g_free (self);
}
