#include "formats/hkqr.h"

#include "formats/code-error.h"
#include "formats/emv-tlv.h"
#include "formats/hkqr-tags.h"
#include "formats/plain-text.h"

#include <string.h>

#define AMOUNT_MAX     13
#define TIMEOUT_DIGITS 12
#define CRC_DIGITS     4
#define CRC_HEAD       4 /* "6304", which the sum covers */

static const struct
{
  const char *number;
  const char *name;
} currencies[] = { { "344", "HKD" }, { "156", "CNY" } };

void
kiosk_hkqr_free (KioskHkqr *self)
{
  if (self == NULL)
    return;
  g_free (self->bank);
  g_free (self->fps_id);
  g_free (self->mobile);
  g_free (self->email);
  g_free (self->currency);
  g_free (self->country);
  g_free (self->merchant);
  g_free (self->merchant_local);
  g_free (self->city);
  g_free (self->bill);
  g_free (self->reference);
  g_free (self);
}

static gboolean
set_damaged (GError **error, const char *what)
{
  g_set_error (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_DAMAGED, "payment code: %s", what);
  return FALSE;
}

/* Not there, or there with nothing in it. */
static gboolean
lacks (const KioskEmvValue *value)
{
  return value->at == NULL || value->length == 0;
}

static gboolean
is (const KioskEmvValue *value, const char *text)
{
  return value->at != NULL && value->length == strlen (text)
         && g_ascii_strncasecmp (value->at, text, value->length) == 0;
}

static gboolean
take (const KioskEmvValue *value, char **ret_text)
{
  if (lacks (value))
    return TRUE;
  if (!kiosk_text_is_plain (value->at, value->length))
    return FALSE;
  *ret_text = g_strndup (value->at, value->length);
  return TRUE;
}

static gboolean
take_digits (const KioskEmvValue *value, gsize least, gsize most, char **ret_text)
{
  if (lacks (value))
    return TRUE;
  return value->length >= least && value->length <= most
         && kiosk_text_is_digits (value->at, value->length) && take (value, ret_text);
}

/* "+852-87654321" */
static gboolean
is_mobile (const char *text)
{
  gsize country = *text == '+' ? strspn (text + 1, "0123456789") : 0;
  const char *number = text + 1 + country;

  return country >= 1 && country <= 3 && *number == '-'
         && kiosk_text_is_digits (number + 1, strlen (number + 1));
}

static gboolean
read_timeout (const KioskEmvValue *value, gint64 *ret_ms)
{
  guint parts[TIMEOUT_DIGITS / 2];
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (KIOSK_HKQR_OFFSET_HOURS * 3600);
  g_autoptr (GDateTime) moment = NULL;

  *ret_ms = -1;
  if (lacks (value))
    return TRUE;
  if (value->length != TIMEOUT_DIGITS || !kiosk_text_is_digits (value->at, value->length))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    parts[i] = (guint)(g_ascii_digit_value (value->at[2 * i]) * 10
                       + g_ascii_digit_value (value->at[2 * i + 1]));
  moment = g_date_time_new (zone, 2000 + (int)parts[0], (int)parts[1], (int)parts[2], (int)parts[3],
                            (int)parts[4], parts[5]);
  if (moment == NULL)
    return FALSE;
  *ret_ms = g_date_time_to_unix (moment) * 1000;
  return TRUE;
}

static gboolean
read_fps (KioskHkqr *self, const KioskEmvValue *account, KioskEmvUnit unit)
{
  KioskEmvValue tags[KIOSK_EMV_TAGS];
  const KioskEmvValue *editable = &tags[KIOSK_FPS_EDITABLE];
  guint last = 0;

  self->expires_ms = -1;
  if (lacks (account))
    return TRUE;
  if (!kiosk_emv_read (account->at, account->length, unit, tags, &last))
    return FALSE;
  self->is_fps = is (&tags[KIOSK_FPS_GUID], KIOSK_HKQR_GUID);
  if (!self->is_fps)
    return TRUE;
  self->payer_may_edit = is (editable, "1");
  return take_digits (&tags[KIOSK_FPS_BANK], 3, 3, &self->bank)
         && take_digits (&tags[KIOSK_FPS_ID], 1, 15, &self->fps_id)
         && take (&tags[KIOSK_FPS_MOBILE], &self->mobile)
         && (self->mobile == NULL || is_mobile (self->mobile))
         && take (&tags[KIOSK_FPS_EMAIL], &self->email)
         && (self->email == NULL || strchr (self->email, '@') != NULL)
         && (self->fps_id != NULL || self->mobile != NULL || self->email != NULL)
         && read_timeout (&tags[KIOSK_FPS_TIMEOUT], &self->expires_ms)
         && (lacks (editable) || self->payer_may_edit || is (editable, "0"));
}

/* "10.5" is 1050 cents. A payment of nothing is none. */
static gboolean
read_amount (const KioskEmvValue *value, gint64 *ret_cents)
{
  gint64 cents = 0;
  gsize decimals = 0;
  gboolean in_cents = FALSE;

  *ret_cents = -1;
  if (lacks (value))
    return TRUE;
  if (value->length > AMOUNT_MAX || !g_ascii_isdigit (value->at[0]))
    return FALSE;
  for (gsize i = 0; i < value->length; i++)
    {
      if (value->at[i] == '.' && !in_cents)
        in_cents = TRUE;
      else if (!g_ascii_isdigit (value->at[i]) || decimals == 2)
        return FALSE;
      else
        {
          cents = cents * 10 + g_ascii_digit_value (value->at[i]);
          decimals += in_cents ? 1 : 0;
        }
    }
  for (; decimals < 2; decimals++)
    cents *= 10;
  if (cents <= 0 || cents > KIOSK_HKQR_CENTS_MAX)
    return FALSE;
  *ret_cents = cents;
  return TRUE;
}

static gboolean
read_currency (KioskHkqr *self, const KioskEmvValue *value)
{
  if (lacks (value) || !take_digits (value, 3, 3, &self->currency))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (currencies); i++)
    if (is (value, currencies[i].number))
      {
        g_free (self->currency);
        self->currency = g_strdup (currencies[i].name);
      }
  return TRUE;
}

static gboolean
read_inner (const KioskEmvValue *outer, KioskEmvUnit unit, guint tag, char **ret_text)
{
  KioskEmvValue tags[KIOSK_EMV_TAGS];
  guint last = 0;

  if (lacks (outer))
    return TRUE;
  return kiosk_emv_read (outer->at, outer->length, unit, tags, &last)
         && take (&tags[tag], ret_text);
}

static KioskHkqr *
read_all (const char *text, gsize length, KioskEmvUnit unit)
{
  g_autoptr (KioskHkqr) self = g_new0 (KioskHkqr, 1);
  KioskEmvValue tags[KIOSK_EMV_TAGS];
  const KioskEmvValue *initiation = &tags[KIOSK_TAG_INITIATION];
  guint last = 0;

  if (!kiosk_emv_read (text, length, unit, tags, &last) || last != KIOSK_TAG_CRC
      || tags[KIOSK_TAG_CRC].length != CRC_DIGITS || !is (&tags[KIOSK_TAG_FORMAT], "01"))
    return NULL;
  self->dynamic = is (initiation, "12");
  if ((!lacks (initiation) && !self->dynamic && !is (initiation, "11"))
      || !read_fps (self, &tags[KIOSK_TAG_FPS], unit)
      || !read_currency (self, &tags[KIOSK_TAG_CURRENCY])
      || !read_amount (&tags[KIOSK_TAG_AMOUNT], &self->amount_cents)
      || !take (&tags[KIOSK_TAG_COUNTRY], &self->country)
      || !take (&tags[KIOSK_TAG_MERCHANT], &self->merchant)
      || !take (&tags[KIOSK_TAG_CITY], &self->city)
      || !read_inner (&tags[KIOSK_TAG_MORE], unit, KIOSK_MORE_BILL, &self->bill)
      || !read_inner (&tags[KIOSK_TAG_MORE], unit, KIOSK_MORE_REFERENCE, &self->reference)
      || !read_inner (&tags[KIOSK_TAG_LOCAL], unit, KIOSK_LOCAL_NAME, &self->merchant_local))
    return NULL;
  return g_steal_pointer (&self);
}

/* The sum is over all but its own four digits. */
static gboolean
check_sum (const char *text, gsize length)
{
  g_autofree char *wanted = NULL;
  gsize covered = length - CRC_DIGITS;

  if (length <= CRC_HEAD + CRC_DIGITS || memcmp (text + covered - CRC_HEAD, "6304", CRC_HEAD) != 0)
    return FALSE;
  wanted = g_strdup_printf ("%04X", kiosk_emv_crc (text, covered));
  return memcmp (text + covered, wanted, CRC_DIGITS) == 0;
}

KioskHkqr *
kiosk_hkqr_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (KioskHkqr) self = NULL;

  if (!check_sum (text, length))
    {
      set_damaged (error, "its check sum does not hold");
      return NULL;
    }
  self = read_all (text, length, KIOSK_EMV_BYTES);
  if (self == NULL)
    self = read_all (text, length, KIOSK_EMV_CHARACTERS);
  if (self == NULL)
    set_damaged (error, "a member is missing or not in form");
  return g_steal_pointer (&self);
}
