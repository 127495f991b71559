#include "formats/mrz.h"

#include <string.h>

#include "base/secret.h"

G_DEFINE_QUARK (kiosk_mrz_error, kiosk_mrz_error)

#define LENGTH_MAX     88
#define NUMBER_FIELD   9
#define DATE_FIELD     6
#define COMPOSITE_RUNS 4

/* A stretch of the zone, counted from its first character. */
typedef struct
{
  guint8 at;
  guint8 length;
} Field;

/* Where each form keeps its fields: 9303-5 (TD1), 9303-6 (TD2), 9303-4 (TD3), data structure of
 * the lower lines. A check digit follows its field. */
typedef struct
{
  guint8 length;
  Field code, state, number, optional_1, birth, sex, expiry, nationality, optional_2, name;
  gboolean optional_has_check;
  Field composite_of[COMPOSITE_RUNS];
  guint8 composite_at;
} Layout;

/* clang-format off */
static const Layout layouts[] = {
  [KIOSK_MRZ_TD1] = {
    .length = 90,
    .code = { 0, 2 }, .state = { 2, 3 }, .number = { 5, 9 }, .optional_1 = { 15, 15 },
    .birth = { 30, 6 }, .sex = { 37, 1 }, .expiry = { 38, 6 }, .nationality = { 45, 3 },
    .optional_2 = { 48, 11 }, .name = { 60, 30 },
    .composite_of = { { 5, 25 }, { 30, 7 }, { 38, 7 }, { 48, 11 } }, .composite_at = 59,
  },
  [KIOSK_MRZ_TD2] = {
    .length = 72,
    .code = { 0, 2 }, .state = { 2, 3 }, .name = { 5, 31 }, .number = { 36, 9 },
    .nationality = { 46, 3 }, .birth = { 49, 6 }, .sex = { 56, 1 }, .expiry = { 57, 6 },
    .optional_1 = { 64, 7 },
    .composite_of = { { 36, 10 }, { 49, 7 }, { 57, 14 } }, .composite_at = 71,
  },
  [KIOSK_MRZ_TD3] = {
    .length = 88,
    .code = { 0, 2 }, .state = { 2, 3 }, .name = { 5, 39 }, .number = { 44, 9 },
    .nationality = { 54, 3 }, .birth = { 57, 6 }, .sex = { 64, 1 }, .expiry = { 65, 6 },
    .optional_1 = { 72, 14 }, .optional_has_check = TRUE,
    .composite_of = { { 44, 10 }, { 57, 7 }, { 65, 22 } }, .composite_at = 87,
  },
};
/* clang-format on */

const char *
kiosk_mrz_form_name (KioskMrzForm form)
{
  static const char *const names[] = { "TD1", "TD2", "TD3" };

  return form < G_N_ELEMENTS (names) ? names[form] : "unknown";
}

static guint
character_value (char c)
{
  return g_ascii_isdigit (c) ? (guint)(c - '0') : c == '<' ? 0 : (guint)(c - 'A' + 10);
}

static guint
weighted_sum (const char *text, gsize length, guint *place)
{
  static const guint weights[] = { 7, 3, 1 };
  guint sum = 0;

  for (gsize i = 0; i < length; i++)
    sum += character_value (text[i]) * weights[(*place)++ % 3];
  return sum;
}

char
kiosk_mrz_check_digit (const char *text, gsize length)
{
  guint place = 0;

  return (char)('0' + weighted_sum (text, length, &place) % 10);
}

static char
composite_digit (const Layout *layout, const char *text)
{
  guint place = 0, sum = 0;

  for (guint i = 0; i < COMPOSITE_RUNS; i++)
    sum += weighted_sum (text + layout->composite_of[i].at, layout->composite_of[i].length, &place);
  return (char)('0' + sum % 10);
}

static gboolean
fail (GError **error, KioskMrzError code, const char *what)
{
  g_set_error_literal (error, KIOSK_MRZ_ERROR, code, what);
  return FALSE;
}

/* Trailing filler goes; filler inside stands for a space. */
static char *
unfill (const char *text, gsize length)
{
  char *copy;

  while (length > 0 && text[length - 1] == '<')
    length--;
  copy = g_strndup (text, length);
  g_strdelimit (copy, "<", ' ');
  return copy;
}

static char *
take (const char *text, Field field)
{
  return unfill (text + field.at, field.length);
}

static gboolean
check_follows (const char *text, Field field)
{
  return text[field.at + field.length] == kiosk_mrz_check_digit (text + field.at, field.length);
}

/* A number too long for its nine places goes on in the optional data, with its check digit there
 * and filler where the digit would stand (9303-5, note j; 9303-6, note j). */
static gboolean
take_long_number (KioskMrz *self, const char *text, const Layout *layout, GError **error)
{
  const char *rest = text + layout->optional_1.at;
  const char *end = memchr (rest, '<', layout->optional_1.length);
  gsize length = end != NULL ? (gsize)(end - rest) : 0;
  g_autofree char *number = NULL;
  gboolean holds;

  if (length < 2)
    return fail (error, KIOSK_MRZ_ERROR_CHECK, "the number has no check digit");
  number
    = g_strdup_printf ("%.*s%.*s", NUMBER_FIELD, text + layout->number.at, (int)length - 1, rest);
  holds = kiosk_mrz_check_digit (number, strlen (number)) == rest[length - 1]
          && strchr (number, '<') == NULL;
  if (holds)
    {
      self->document_number = g_steal_pointer (&number);
      self->optional_1 = unfill (rest + length + 1, layout->optional_1.length - length - 1);
      return TRUE;
    }
  kiosk_wipe_string (g_steal_pointer (&number));
  return fail (error, KIOSK_MRZ_ERROR_CHECK, "the number's check digit is wrong");
}

static gboolean
take_number (KioskMrz *self, const char *text, const Layout *layout, GError **error)
{
  char digit = text[layout->number.at + layout->number.length];

  if (digit == '<' && !layout->optional_has_check)
    return take_long_number (self, text, layout, error);
  if (!check_follows (text, layout->number))
    return fail (error, KIOSK_MRZ_ERROR_CHECK, "the number's check digit is wrong");
  self->document_number = take (text, layout->number);
  self->optional_1 = take (text, layout->optional_1);
  return TRUE;
}

static gboolean
check_digits_hold (const char *text, const Layout *layout, GError **error)
{
  char optional_digit;

  if (!check_follows (text, layout->birth))
    return fail (error, KIOSK_MRZ_ERROR_CHECK, "the birth date's check digit is wrong");
  if (!check_follows (text, layout->expiry))
    return fail (error, KIOSK_MRZ_ERROR_CHECK, "the expiry date's check digit is wrong");
  optional_digit = text[layout->optional_1.at + layout->optional_1.length];
  /* Filler may stand for the digit of an empty field. */
  if (layout->optional_has_check && !check_follows (text, layout->optional_1)
      && !(optional_digit == '<' && text[layout->optional_1.at] == '<'))
    return fail (error, KIOSK_MRZ_ERROR_CHECK, "the optional data's check digit is wrong");
  if (text[layout->composite_at] != composite_digit (layout, text))
    return fail (error, KIOSK_MRZ_ERROR_CHECK, "the composite check digit is wrong");
  return TRUE;
}

static void
take_name (KioskMrz *self, const char *name, gsize length)
{
  const char *gap = g_strstr_len (name, (gssize)length, "<<");
  gsize surname_length = gap != NULL ? (gsize)(gap - name) : length;
  gsize given_at = MIN (surname_length + 2, length);

  self->surname = unfill (name, surname_length);
  self->given_names = unfill (name + given_at, length - given_at);
}

static const Layout *
find_layout (const char *text, gsize length, KioskMrzForm *ret_form, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (layouts); i++)
    if (layouts[i].length == length)
      {
        for (gsize at = 0; at < length; at++)
          if (!g_ascii_isdigit (text[at]) && !g_ascii_isupper (text[at]) && text[at] != '<')
            {
              fail (error, KIOSK_MRZ_ERROR_ALPHABET, "a character that no zone holds");
              return NULL;
            }
        *ret_form = (KioskMrzForm)i;
        return &layouts[i];
      }
  fail (error, KIOSK_MRZ_ERROR_SIZE, "no zone has that many characters");
  return NULL;
}

KioskMrz *
kiosk_mrz_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (KioskMrz) self = NULL;
  KioskMrzForm form;
  const Layout *layout = find_layout (text, length, &form, error);
  char sex;

  if (layout == NULL)
    return NULL;
  sex = text[layout->sex.at];
  if (strchr ("MFX<", sex) == NULL || !g_ascii_isupper (text[layout->code.at]))
    {
      fail (error, KIOSK_MRZ_ERROR_ALPHABET, "the document code or the sex is out of form");
      return NULL;
    }
  self = g_new0 (KioskMrz, 1);
  self->form = form;
  if (!take_number (self, text, layout, error) || !check_digits_hold (text, layout, error))
    return NULL;
  self->document_code = take (text, layout->code);
  self->issuing_state = take (text, layout->state);
  self->optional_2 = take (text, layout->optional_2);
  self->birth = g_strndup (text + layout->birth.at, DATE_FIELD);
  self->expiry = g_strndup (text + layout->expiry.at, DATE_FIELD);
  self->sex = g_strdup (sex == 'M' ? "M" : sex == 'F' ? "F" : "X");
  self->nationality = take (text, layout->nationality);
  take_name (self, text + layout->name.at, layout->name.length);
  return g_steal_pointer (&self);
}

void
kiosk_mrz_free (KioskMrz *self)
{
  if (self == NULL)
    return;
  kiosk_wipe_string (self->document_code);
  kiosk_wipe_string (self->issuing_state);
  kiosk_wipe_string (self->document_number);
  kiosk_wipe_string (self->optional_1);
  kiosk_wipe_string (self->optional_2);
  kiosk_wipe_string (self->birth);
  kiosk_wipe_string (self->sex);
  kiosk_wipe_string (self->expiry);
  kiosk_wipe_string (self->nationality);
  kiosk_wipe_string (self->surname);
  kiosk_wipe_string (self->given_names);
  g_free (self);
}

static gboolean
put (char *text, Field field, const char *value)
{
  gsize length = strlen (value);

  if (length > field.length)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    text[field.at + i] = value[i] == ' ' ? '<' : value[i];
  return TRUE;
}

static void
put_check (char *text, Field field)
{
  text[field.at + field.length] = kiosk_mrz_check_digit (text + field.at, field.length);
}

static gboolean
put_number (const KioskMrz *self, const Layout *layout, char *text)
{
  gsize length = strlen (self->document_number), rest = length - NUMBER_FIELD;
  char optional[LENGTH_MAX];
  Field head = { layout->number.at, NUMBER_FIELD };
  gboolean fits;

  if (length <= NUMBER_FIELD)
    {
      if (!put (text, layout->number, self->document_number)
          || !put (text, layout->optional_1, self->optional_1))
        return FALSE;
      put_check (text, layout->number);
      return TRUE;
    }
  if (layout->optional_has_check
      || rest + 2 + strlen (self->optional_1) > layout->optional_1.length)
    return FALSE;
  memcpy (text + head.at, self->document_number, NUMBER_FIELD);
  g_snprintf (optional, sizeof optional, "%s%c<%s", self->document_number + NUMBER_FIELD,
              kiosk_mrz_check_digit (self->document_number, length), self->optional_1);
  fits = put (text, layout->optional_1, optional);
  explicit_bzero (optional, sizeof optional);
  return fits;
}

static gboolean
put_name (const KioskMrz *self, const Layout *layout, char *text)
{
  gsize surname_length = strlen (self->surname);
  Field given = { (guint8)(layout->name.at + surname_length + 2), 0 };

  if (!put (text, layout->name, self->surname))
    return FALSE;
  if (*self->given_names == '\0')
    return TRUE;
  if (surname_length + 2 > layout->name.length)
    return FALSE;
  given.length = (guint8)(layout->name.length - surname_length - 2);
  return put (text, given, self->given_names);
}

char *
kiosk_mrz_print (const KioskMrz *self)
{
  const Layout *layout = &layouts[self->form];
  g_autofree char *text = g_strnfill (layout->length, '<');

  if (!put (text, layout->code, self->document_code)
      || !put (text, layout->state, self->issuing_state) || !put (text, layout->birth, self->birth)
      || !put (text, layout->expiry, self->expiry)
      || !put (text, layout->sex, strcmp (self->sex, "X") == 0 ? "<" : self->sex)
      || !put (text, layout->nationality, self->nationality)
      || !put (text, layout->optional_2, self->optional_2) || !put_number (self, layout, text)
      || !put_name (self, layout, text))
    {
      kiosk_wipe_string (g_steal_pointer (&text));
      return NULL;
    }
  put_check (text, layout->birth);
  put_check (text, layout->expiry);
  if (layout->optional_has_check)
    put_check (text, layout->optional_1);
  text[layout->composite_at] = composite_digit (layout, text);
  return g_steal_pointer (&text);
}

char *
kiosk_mrz_name (const KioskMrz *self)
{
  if (*self->given_names == '\0')
    return g_strdup (self->surname);
  return g_strdup_printf ("%s, %s", self->surname, self->given_names);
}

/* Two digits, or filler for what the document leaves open, which counts 0. −1: neither. */
static int
date_part (const char *text)
{
  if (text[0] == '<' && text[1] == '<')
    return 0;
  if (!g_ascii_isdigit (text[0]) || !g_ascii_isdigit (text[1]))
    return -1;
  return (text[0] - '0') * 10 + (text[1] - '0');
}

static char *
expand_date (const char *text, int last_year)
{
  int short_year = date_part (text), month = date_part (text + 2), day = date_part (text + 4);
  int year;

  if (short_year < 0 || month < 0 || month > 12 || day < 0 || day > 31)
    return NULL;
  year = last_year - (last_year - short_year) % 100;
  if (text[0] == '<')
    year = 0;
  else if (month > 0 && day > g_date_get_days_in_month ((GDateMonth)month, (GDateYear)year))
    return NULL;
  return g_strdup_printf ("%04d-%02d-%02d", year, month, day);
}

char *
kiosk_mrz_birth_date (const KioskMrz *self, int year)
{
  return expand_date (self->birth, year);
}

char *
kiosk_mrz_expiry_date (const KioskMrz *self, int year)
{
  return expand_date (self->expiry, year + 50);
}

static gboolean
is_access_part (const char *text, gsize minimum, gsize maximum)
{
  gsize length = strlen (text);

  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isdigit (text[i]) && !g_ascii_isupper (text[i]) && strchr ("< ", text[i]) == NULL)
      return FALSE;
  return length >= minimum && length <= maximum;
}

char *
kiosk_mrz_access_info (const char *number, const char *birth, const char *expiry)
{
  char padded[32] = "";
  char *info;

  if (!is_access_part (number, 1, 22) || !is_access_part (birth, DATE_FIELD, DATE_FIELD)
      || !is_access_part (expiry, DATE_FIELD, DATE_FIELD))
    return NULL;
  g_strlcpy (padded, number, sizeof padded);
  for (gsize i = strlen (padded); i < NUMBER_FIELD; i++)
    padded[i] = '<';
  g_strdelimit (padded, " ", '<');
  info = g_strdup_printf ("%s%c%s%c%s%c", padded, kiosk_mrz_check_digit (padded, strlen (padded)),
                          birth, kiosk_mrz_check_digit (birth, DATE_FIELD), expiry,
                          kiosk_mrz_check_digit (expiry, DATE_FIELD));
  explicit_bzero (padded, sizeof padded);
  return info;
}
