#include "formats/hksarg.h"

#include "base/secret.h"
#include "formats/base64.h"
#include "formats/code-error.h"
#include "formats/plain-text.h"

#include <string.h>

#define RECOVERED     "001"
#define EXEMPTED      "002"
#define SIGNATURE_MAX 144 /* bytes of a DER ECDSA signature, with room */
#define DOSES_MAX     99

/* Places of fields. An exemption has one more, its end, and all behind that move. */
enum
{
  AT_KIND = 1,
  AT_VERSION,
  AT_KEY_VERSION,
  AT_REFERENCE,
  AT_MASKED_ID,
  AT_MASKED_NAME,
  AT_SECOND_LAST_DATE,
  AT_SECOND_LAST_PRODUCT,
  AT_INDICATOR = 10,
  AT_THIRD_LAST,
  AT_LAST_DATE,
  AT_LAST_PRODUCT,
  AT_BIRTH = 15,
  AT_PRINTED = 17,
  AT_SIGNATURE,
  N_FIELDS,
};

void
kiosk_hksarg_free (KioskHksarg *self)
{
  if (self == NULL)
    return;
  g_free (self->version);
  g_free (self->key_version);
  kiosk_wipe_string (self->reference);
  kiosk_wipe_string (self->masked_id);
  kiosk_wipe_string (self->masked_name);
  for (guint i = 0; i < KIOSK_HKSARG_DOSES; i++)
    {
      kiosk_wipe_string (self->doses[i].date);
      kiosk_wipe_string (self->doses[i].product);
    }
  kiosk_wipe_string (self->valid_until);
  kiosk_wipe_string (self->birth);
  g_free (self->printed);
  g_clear_pointer (&self->signature, g_bytes_unref);
  kiosk_wipe_free (self, sizeof *self);
}

static void
wipe_fields (GStrv fields)
{
  for (guint i = 0; fields[i] != NULL; i++)
    kiosk_wipe_string (fields[i]);
  g_free (fields);
}

/* "-" and nothing are both "not said". */
static char *
said (const char *field)
{
  return *field == '\0' || g_str_equal (field, "-") ? NULL : g_strdup (field);
}

/* "DD-MM-YYYY", or not said. */
static gboolean
take_date (const char *field, char **ret_date)
{
  g_autofree char *date = said (field);
  guint day = 0, month = 0, year = 0;

  if (date == NULL)
    return TRUE;
  if (strlen (date) != 10 || date[2] != '-' || date[5] != '-' || !kiosk_text_is_digits (date, 2)
      || !kiosk_text_is_digits (date + 3, 2) || !kiosk_text_is_digits (date + 6, 4))
    return FALSE;
  day = (guint)g_ascii_strtoull (date, NULL, 10);
  month = (guint)g_ascii_strtoull (date + 3, NULL, 10);
  year = (guint)g_ascii_strtoull (date + 6, NULL, 10);
  if (year == 0 || !g_date_valid_dmy ((GDateDay)day, (GDateMonth)month, (GDateYear)year))
    return FALSE;
  *ret_date = g_steal_pointer (&date);
  return TRUE;
}

/* "date,rest": the two parts of a field that holds both. */
static gboolean
take_date_and (const char *field, char **ret_date, char **ret_rest)
{
  const char *comma = strchr (field, ',');
  g_autofree char *date
    = g_strndup (field, comma == NULL ? strlen (field) : (gsize)(comma - field));

  if (!take_date (date, ret_date))
    return FALSE;
  *ret_rest = comma == NULL ? NULL : said (comma + 1);
  return TRUE;
}

static gboolean
read_birth (KioskHksarg *self, const char *field)
{
  g_autofree char *count = NULL;
  guint64 doses = 0;

  self->dose_count = -1;
  if (!take_date_and (field, &self->birth, &count))
    return FALSE;
  if (count == NULL)
    return TRUE;
  if (!g_ascii_string_to_unsigned (count, 10, 0, DOSES_MAX, &doses, NULL))
    return FALSE;
  self->dose_count = (gint64)doses;
  return TRUE;
}

static gboolean
read_fields (KioskHksarg *self, char *const *fields)
{
  char *const *late = fields + (self->exemption ? 1 : 0);

  self->version = said (fields[AT_VERSION]);
  self->key_version = said (fields[AT_KEY_VERSION]);
  self->reference = said (fields[AT_REFERENCE]);
  self->masked_id = said (fields[AT_MASKED_ID]);
  self->masked_name = said (fields[AT_MASKED_NAME]);
  self->recovered = g_str_equal (fields[AT_INDICATOR], RECOVERED);
  self->doses[0].product = said (late[AT_LAST_PRODUCT]);
  self->doses[1].product = said (fields[AT_SECOND_LAST_PRODUCT]);
  self->printed = said (late[AT_PRINTED]);
  if (self->exemption
      && (!g_str_equal (fields[AT_INDICATOR], EXEMPTED)
          || !take_date (fields[AT_INDICATOR + 1], &self->valid_until)
          || self->valid_until == NULL))
    return FALSE;
  self->signature = kiosk_base64_decode (late[AT_SIGNATURE], SIGNATURE_MAX);
  return self->masked_id != NULL && self->masked_name != NULL && self->signature != NULL
         && g_bytes_get_size (self->signature) > 0
         && take_date (late[AT_LAST_DATE], &self->doses[0].date)
         && take_date (fields[AT_SECOND_LAST_DATE], &self->doses[1].date)
         && take_date_and (late[AT_THIRD_LAST], &self->doses[2].date, &self->doses[2].product)
         && read_birth (self, late[AT_BIRTH]);
}

static gboolean
read_kind (KioskHksarg *self, char *const *fields, guint count, GError **error)
{
  if (count > AT_KIND)
    self->exemption = g_str_equal (fields[AT_KIND], "MEC");
  if (count <= AT_KIND || (!self->exemption && !g_str_equal (fields[AT_KIND], "VAC")))
    {
      g_set_error_literal (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_UNKNOWN,
                           "a record of another kind");
      return FALSE;
    }
  if (count != N_FIELDS + (self->exemption ? 1 : 0))
    {
      g_set_error_literal (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_VERSION,
                           "a record with other fields than this program knows");
      return FALSE;
    }
  return TRUE;
}

KioskHksarg *
kiosk_hksarg_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (KioskHksarg) self = g_new0 (KioskHksarg, 1);
  char *copy = NULL;
  GStrv fields = NULL;
  gboolean known = FALSE, good = FALSE;

  if (length > 0 && kiosk_text_is_plain (text, length))
    {
      copy = g_strndup (text, length);
      fields = g_strsplit (copy, "|", N_FIELDS + 2);
      known = read_kind (self, fields, g_strv_length (fields), error);
      good = known && read_fields (self, fields);
      self->signed_length = good ? (gsize)(strrchr (copy, '|') + 1 - copy) : 0;
      wipe_fields (fields);
      kiosk_wipe_string (copy);
      if (!known)
        return NULL;
    }
  if (!good)
    {
      g_set_error_literal (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_DAMAGED,
                           "vaccination record: a field is not in form");
      return NULL;
    }
  return g_steal_pointer (&self);
}
