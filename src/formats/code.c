#include "formats/code.h"

#include "base/secret.h"
#include "formats/plain-text.h"
#include "formats/receipt.h"

#include <string.h>

G_DEFINE_QUARK (kiosk_code_error, kiosk_code_error)

#define LINK_MAX 2048

/* The order of bits. The English words are the catalogue's source, and a technician's answer. */
const KioskCodeKindRow kiosk_code_kinds[] = {
  { KIOSK_CODE_RECEIPT, "receipt", "a receipt of a kiosk" },
  { KIOSK_CODE_TICKET, "ticket", "a ticket that ties a phone to a person" },
  { KIOSK_CODE_PERSONAL, "personal", "a personal code" },
  { KIOSK_CODE_HEALTH, "health", "a health certificate" },
  { KIOSK_CODE_VACCINATION, "vaccination", "a vaccination record" },
  { KIOSK_CODE_EXEMPTION, "exemption", "a vaccination exemption" },
  { KIOSK_CODE_BILL, "bill", "a bill" },
  { KIOSK_CODE_PAYMENT, "payment", "a payment code" },
  { KIOSK_CODE_LINK, "link", "a link to a web page" },
  { KIOSK_CODE_PRESENTATION, "presentation", "a personal code" },
  { KIOSK_CODE_BINDING, "binding", "a code that binds a phone" },
};
const guint kiosk_code_n_kinds = G_N_ELEMENTS (kiosk_code_kinds);

static const char *const error_names[]
  = { "empty", "partial", "unknown", "damaged", "too-big", "version", "encrypted", "other-kind" };

void
kiosk_code_free (KioskCode *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->receipt, g_bytes_unref);
  kiosk_wipe_string (self->link);
  g_clear_pointer (&self->ticket, kiosk_ticket_free);
  g_clear_pointer (&self->binding, kiosk_binding_free);
  g_clear_pointer (&self->personal, kiosk_personal_free);
  g_clear_pointer (&self->presentation, kiosk_presentation_free);
  g_clear_pointer (&self->health, kiosk_health_free);
  g_clear_pointer (&self->hksarg, kiosk_hksarg_free);
  g_clear_pointer (&self->hkqr, kiosk_hkqr_free);
  g_free (self);
}

/* The receipts of a newer version are receipts too. */
static gboolean
parse_receipt (KioskCode *self, const char *text, gsize length, GError **error)
{
  g_autoptr (GError) problem = NULL;
  gboolean newer = FALSE;

  self->receipt = kiosk_receipt_untext (text, (gssize)length, &problem);
  if (self->receipt != NULL && g_bytes_get_size (self->receipt) > 0)
    return TRUE;
  newer = g_error_matches (problem, KIOSK_RECEIPT_ERROR, KIOSK_RECEIPT_ERROR_VERSION);
  g_set_error (error, KIOSK_CODE_ERROR, newer ? KIOSK_CODE_ERROR_VERSION : KIOSK_CODE_ERROR_DAMAGED,
               "%s", problem != NULL ? problem->message : "the receipt's code holds nothing");
  return FALSE;
}

static gboolean
parse_ticket (KioskCode *self, const char *text, gsize length, GError **error)
{
  self->ticket = kiosk_ticket_parse (text, length, error);
  return self->ticket != NULL;
}

static gboolean
parse_binding (KioskCode *self, const char *text, gsize length, GError **error)
{
  self->binding = kiosk_binding_parse (text, length, error);
  return self->binding != NULL;
}

static gboolean
parse_personal (KioskCode *self, const char *text, gsize length, GError **error)
{
  self->personal = kiosk_personal_parse (text, length, error);
  return self->personal != NULL;
}

static gboolean
parse_presentation (KioskCode *self, const char *text, gsize length, GError **error)
{
  self->presentation = kiosk_presentation_parse (text, length, error);
  return self->presentation != NULL;
}

static gboolean
parse_health (KioskCode *self, const char *text, gsize length, GError **error)
{
  self->health = kiosk_health_parse (text, length, error);
  return self->health != NULL;
}

static gboolean
parse_hksarg (KioskCode *self, const char *text, gsize length, GError **error)
{
  self->hksarg = kiosk_hksarg_parse (text, length, error);
  return self->hksarg != NULL;
}

/* Whether it is a bill is known only once it is read. */
static gboolean
parse_hkqr (KioskCode *self, const char *text, gsize length, GError **error)
{
  self->hkqr = kiosk_hkqr_parse (text, length, error);
  if (self->hkqr != NULL && self->hkqr->bill != NULL)
    self->kind = KIOSK_CODE_BILL;
  return self->hkqr != NULL;
}

/* Not taken apart: nobody follows it, and a person reads it letter by letter. */
static gboolean
parse_link (KioskCode *self, const char *text, gsize length, GError **error)
{
  if (!kiosk_text_is_plain (text, length) || memchr (text, ' ', length) != NULL)
    {
      g_set_error_literal (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_DAMAGED,
                           "a link with characters that it must not have");
      return FALSE;
    }
  self->link = g_strndup (text, length);
  return TRUE;
}

typedef gboolean (*Parse) (KioskCode *self, const char *text, gsize length, GError **error);

/* What a payload begins with says what it claims to be. */
static const struct
{
  const char *prefix;
  KioskCodeKind kind;
  gsize maximum; /* bytes */
  Parse parse;
} formats[] = {
  { KIOSK_RECEIPT_PREFIX, KIOSK_CODE_RECEIPT, KIOSK_RECEIPT_TEXT_MAX, parse_receipt },
  { KIOSK_TICKET_PREFIX, KIOSK_CODE_TICKET, KIOSK_TICKET_TEXT_MAX, parse_ticket },
  { KIOSK_BINDING_PREFIX, KIOSK_CODE_BINDING, KIOSK_BINDING_TEXT_MAX, parse_binding },
  { KIOSK_PRESENTATION_PREFIX, KIOSK_CODE_PRESENTATION, KIOSK_PRESENTATION_TEXT_MAX,
    parse_presentation },
  { KIOSK_HEALTH_PREFIX, KIOSK_CODE_HEALTH, KIOSK_HEALTH_TEXT_MAX, parse_health },
  { "HKSARG|VAC|", KIOSK_CODE_VACCINATION, KIOSK_HKSARG_TEXT_MAX, parse_hksarg },
  { "HKSARG|MEC|", KIOSK_CODE_EXEMPTION, KIOSK_HKSARG_TEXT_MAX, parse_hksarg },
  { "000201", KIOSK_CODE_PAYMENT, KIOSK_HKQR_TEXT_MAX, parse_hkqr },
  { "https://", KIOSK_CODE_LINK, LINK_MAX, parse_link },
  { "http://", KIOSK_CODE_LINK, LINK_MAX, parse_link },
  { "", KIOSK_CODE_PERSONAL, KIOSK_PERSONAL_TEXT_MAX, parse_personal },
};

/* "KR2:", "KT2:", "HC2:": what a later version of a format will begin with. */
static gboolean
is_newer (const char *text, gsize length, const char *prefix)
{
  gsize digit = strlen (prefix) < 2 ? 0 : strlen (prefix) - 2;

  return digit == 2 && prefix[digit + 1] == ':' && length > digit + 1
         && memcmp (text, prefix, digit) == 0 && g_ascii_isdigit (text[digit])
         && text[digit] != prefix[digit] && text[digit + 1] == ':';
}

static gboolean
begins (const char *text, gsize length, guint format)
{
  gsize prefix = strlen (formats[format].prefix);

  if (formats[format].kind == KIOSK_CODE_PERSONAL)
    return kiosk_personal_is_likely (text, length);
  if (length < prefix)
    return FALSE;
  /* The host of a link and its scheme may be written in capitals, as QR codes like it. */
  return formats[format].kind == KIOSK_CODE_LINK
           ? g_ascii_strncasecmp (text, formats[format].prefix, prefix) == 0
           : memcmp (text, formats[format].prefix, prefix) == 0;
}

static guint
find_format (const char *text, gsize length)
{
  guint i = 0;

  while (i < G_N_ELEMENTS (formats) && !begins (text, length, i))
    i++;
  return i;
}

KioskCodeKind
kiosk_code_sniff (const guint8 *bytes, gsize length)
{
  guint format = find_format ((const char *)bytes, length);

  return format < G_N_ELEMENTS (formats) ? formats[format].kind : 0;
}

static gboolean
set_unknown (const char *text, gsize length, GError **error)
{
  gboolean newer = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    newer = newer || is_newer (text, length, formats[i].prefix);
  g_set_error_literal (error, KIOSK_CODE_ERROR,
                       newer ? KIOSK_CODE_ERROR_VERSION : KIOSK_CODE_ERROR_UNKNOWN,
                       newer ? "a code of a newer version: update this program"
                             : "no kind of code that this kiosk knows");
  return FALSE;
}

static gboolean
check_size (gsize length, gsize maximum, GError **error)
{
  if (length == 0)
    g_set_error_literal (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_EMPTY, "the code holds nothing");
  else if (length > maximum)
    g_set_error (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_TOO_BIG,
                 "a code of %" G_GSIZE_FORMAT " bytes, at most %" G_GSIZE_FORMAT " are accepted",
                 length, maximum);
  return length > 0 && length <= maximum;
}

KioskCode *
kiosk_code_parse (const guint8 *bytes, gsize length, GError **error)
{
  const char *text = (const char *)bytes;
  g_autoptr (KioskCode) self = g_new0 (KioskCode, 1);
  guint format = 0;

  if (!check_size (length, KIOSK_CODE_MAX, error))
    return NULL;
  format = find_format (text, length);
  if (format == G_N_ELEMENTS (formats))
    {
      set_unknown (text, length, error);
      return NULL;
    }
  self->kind = formats[format].kind;
  if (!check_size (length, formats[format].maximum, error)
      || !formats[format].parse (self, text, length, error))
    return NULL;
  return g_steal_pointer (&self);
}

const char *
kiosk_code_kind_name (KioskCodeKind kind)
{
  for (guint i = 0; i < kiosk_code_n_kinds; i++)
    if (kiosk_code_kinds[i].kind == kind)
      return kiosk_code_kinds[i].name;
  return "unknown";
}

gboolean
kiosk_code_expect (const KioskCode *self, guint wanted, const char **ret_name, GError **error)
{
  for (guint i = 0; i < kiosk_code_n_kinds && (self->kind & wanted) == 0; i++)
    if (kiosk_code_kinds[i].kind == self->kind)
      {
        if (ret_name != NULL)
          *ret_name = kiosk_code_kinds[i].name;
        g_set_error (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_OTHER_KIND,
                     "this code is for something else: %s", kiosk_code_kinds[i].english);
      }
  return (self->kind & wanted) != 0;
}

void
kiosk_code_set_partial (GError **error)
{
  g_set_error_literal (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_PARTIAL,
                       "one of several codes that make a whole");
}

const char *
kiosk_code_error_name (KioskCodeError code)
{
  return (guint)code < G_N_ELEMENTS (error_names) ? error_names[code] : "unknown";
}
