#include "formats/emv-tlv.h"
#include "formats/hkqr-tags.h"
#include "formats/hkqr.h"

#include <string.h>

#define NO_CATEGORY "0000"

/* EMVCo's "ans": what every reader's keyboard has. NULL is no text, and may be left out. */
static gboolean
fits (const char *text, gsize maximum)
{
  if (text == NULL)
    return TRUE;
  for (const char *at = text; *at != '\0'; at++)
    if (!g_ascii_isprint (*at))
      return FALSE;
  return *text != '\0' && strlen (text) <= maximum;
}

static gboolean
can_be_written (const KioskHkqr *self)
{
  guint accounts = (self->fps_id != NULL ? 1 : 0) + (self->mobile != NULL ? 1 : 0)
                   + (self->email != NULL ? 1 : 0);

  return self->is_fps && accounts == 1 && self->merchant_local == NULL && self->merchant != NULL
         && self->city != NULL && fits (self->bank, 3) && fits (self->fps_id, 15)
         && fits (self->mobile, 20) && fits (self->email, 50)
         && fits (self->merchant, KIOSK_HKQR_NAME_MAX) && fits (self->city, KIOSK_HKQR_CITY_MAX)
         && fits (self->bill, KIOSK_HKQR_NAME_MAX) && fits (self->reference, KIOSK_HKQR_NAME_MAX)
         && self->amount_cents >= -1 && self->amount_cents != 0
         && self->amount_cents <= KIOSK_HKQR_CENTS_MAX;
}

static void
append (GString *text, guint tag, const char *value)
{
  if (value != NULL)
    kiosk_emv_append (text, tag, value);
}

static void
append_fps (GString *text, const KioskHkqr *self)
{
  g_autoptr (GString) inner = g_string_new (NULL);
  g_autoptr (GDateTime) moment = NULL;
  g_autofree char *timeout = NULL;

  if (self->expires_ms >= 0)
    {
      moment
        = g_date_time_new_from_unix_utc (self->expires_ms / 1000 + KIOSK_HKQR_OFFSET_HOURS * 3600);
      timeout = g_date_time_format (moment, "%y%m%d%H%M%S");
    }
  append (inner, KIOSK_FPS_GUID, KIOSK_HKQR_GUID);
  append (inner, KIOSK_FPS_BANK, self->bank);
  append (inner, KIOSK_FPS_ID, self->fps_id);
  append (inner, KIOSK_FPS_MOBILE, self->mobile);
  append (inner, KIOSK_FPS_EMAIL, self->email);
  append (inner, KIOSK_FPS_TIMEOUT, timeout);
  append (inner, KIOSK_FPS_EDITABLE, self->payer_may_edit ? "1" : NULL);
  append (text, KIOSK_TAG_FPS, inner->str);
}

/* Whole dollars without decimals, as the samples have it. */
static void
append_amount (GString *text, gint64 cents)
{
  g_autofree char *amount = NULL;

  if (cents < 0)
    return;
  amount = cents % 100 == 0
             ? g_strdup_printf ("%" G_GINT64_FORMAT, cents / 100)
             : g_strdup_printf ("%" G_GINT64_FORMAT ".%02d", cents / 100, (int)(cents % 100));
  append (text, KIOSK_TAG_AMOUNT, amount);
}

static void
append_more (GString *text, const KioskHkqr *self)
{
  g_autoptr (GString) inner = g_string_new (NULL);

  append (inner, KIOSK_MORE_BILL, self->bill);
  append (inner, KIOSK_MORE_REFERENCE, self->reference);
  if (inner->len > 0)
    append (text, KIOSK_TAG_MORE, inner->str);
}

/* What cannot be read back as it was meant is not handed out. */
static gboolean
reads_back (const char *text, const KioskHkqr *meant)
{
  g_autoptr (KioskHkqr) read = kiosk_hkqr_parse (text, strlen (text), NULL);

  return read != NULL && read->dynamic == meant->dynamic
         && read->amount_cents == meant->amount_cents
         && read->expires_ms == (meant->expires_ms < 0 ? -1 : meant->expires_ms / 1000 * 1000)
         && g_strcmp0 (read->fps_id, meant->fps_id) == 0
         && g_strcmp0 (read->bill, meant->bill) == 0;
}

char *
kiosk_hkqr_text (const KioskHkqr *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (!can_be_written (self))
    return NULL;
  append (text, KIOSK_TAG_FORMAT, "01");
  append (text, KIOSK_TAG_INITIATION, self->dynamic ? "12" : "11");
  append_fps (text, self);
  append (text, KIOSK_TAG_CATEGORY, NO_CATEGORY);
  append (text, KIOSK_TAG_CURRENCY, g_strcmp0 (self->currency, "CNY") == 0 ? "156" : "344");
  append_amount (text, self->amount_cents);
  append (text, KIOSK_TAG_COUNTRY, "HK");
  append (text, KIOSK_TAG_MERCHANT, self->merchant);
  append (text, KIOSK_TAG_CITY, self->city);
  append_more (text, self);
  g_string_append (text, "6304");
  g_string_append_printf (text, "%04X", kiosk_emv_crc (text->str, text->len));
  if (!reads_back (text->str, self))
    return NULL;
  return g_string_free (g_steal_pointer (&text), FALSE);
}
