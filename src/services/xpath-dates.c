/* ODK's dates. A date is its text, "YYYY-MM-DD"; today is a fact, never the machine's clock. */
#include "days.h"
#include "xpath-functions.h"

#include <math.h>

/* What date() takes: a number of days, a date with or without a time. "" and the number NaN, which
 * is what arithmetic on "" gives, stand for no date: both branches of if() are computed. */
static gboolean
pop_moment (xmlXPathParserContext *parser, KioskMoment *ret_moment, gboolean *ret_empty)
{
  g_autoptr (KioskXpathObject) object = valuePop (parser);
  g_autofree char *text = NULL;
  double days;

  *ret_empty = FALSE;
  if (object == NULL || object->type == XPATH_BOOLEAN)
    return FALSE;
  text = g_strstrip (kiosk_xpath_object_string (object));
  if (*text == '\0' || (object->type == XPATH_NUMBER && isnan (object->floatval)))
    {
      *ret_empty = TRUE;
      return TRUE;
    }
  if (object->type != XPATH_NUMBER && kiosk_moment_parse (text, ret_moment))
    return TRUE;
  days = kiosk_xpath_number_of (text);
  if (isnan (days) || fabs (days) > 3e6)
    return FALSE;
  *ret_moment = (KioskMoment){ .days = (int)floor (days), .offset_minutes = 480 };
  return TRUE;
}

static void
push_days (xmlXPathParserContext *parser, int days)
{
  g_autofree char *text = kiosk_days_print (days);

  if (text == NULL)
    kiosk_xpath_fail (parser);
  else
    kiosk_xpath_return_string (parser, text);
}

static void
on_date (xmlXPathParserContext *parser, int n)
{
  KioskMoment moment;
  gboolean empty;

  if (!pop_moment (parser, &moment, &empty))
    kiosk_xpath_fail (parser);
  else if (empty)
    kiosk_xpath_return_string (parser, "");
  else
    push_days (parser, moment.days);
}

static void
on_today (xmlXPathParserContext *parser, int n)
{
  kiosk_xpath_return_string (parser,
                             kiosk_xpath_context_host (kiosk_xpath_parser_context (parser))->today);
}

static void
on_format_date (xmlXPathParserContext *parser, int n)
{
  g_autofree char *pattern = kiosk_xpath_pop_string (parser);
  g_autofree char *text = NULL;
  KioskMoment moment;
  gboolean empty;

  if (!pop_moment (parser, &moment, &empty))
    {
      kiosk_xpath_fail (parser);
      return;
    }
  text = empty ? g_strdup ("") : kiosk_moment_format (&moment, pattern);
  if (text == NULL)
    kiosk_xpath_fail (parser);
  else
    kiosk_xpath_return_string (parser, text);
}

static void
on_decimal_date_time (xmlXPathParserContext *parser, int n)
{
  valuePush (parser, xmlXPathNewFloat (kiosk_xpath_pop_number (parser)));
}

/* "06:00:00.000+08:00" → 0.25: the fraction of its own day. */
static void
on_decimal_time (xmlXPathParserContext *parser, int n)
{
  g_autofree char *time = kiosk_xpath_pop_string (parser);
  g_autofree char *text = g_strconcat ("1970-01-01T", time, NULL);
  KioskMoment moment;

  valuePush (
    parser,
    xmlXPathNewFloat (kiosk_moment_parse (text, &moment) ? moment.milliseconds / 86400000.0 : NAN));
}

static void
on_add_months (xmlXPathParserContext *parser, int n)
{
  double months = kiosk_xpath_pop_number (parser);
  KioskMoment moment;
  gboolean empty;
  int days;

  if (!pop_moment (parser, &moment, &empty) || fabs (months) > 12000)
    kiosk_xpath_fail (parser);
  else if (empty || isnan (months))
    kiosk_xpath_return_string (parser, "");
  else if (!kiosk_days_add_months (moment.days, (int)months, &days))
    kiosk_xpath_fail (parser);
  else
    push_days (parser, days);
}

const KioskXpathFunction kiosk_xpath_date_functions[] = {
  { "date", 1, 1, on_date },
  { "today", 0, 0, on_today },
  { "format-date", 2, 2, on_format_date },
  { "format-date-time", 2, 2, on_format_date },
  { "decimal-date-time", 1, 1, on_decimal_date_time },
  { "decimal-time", 1, 1, on_decimal_time },
  { "kiosk:add-months", 2, 2, on_add_months },
  { NULL, 0, 0, NULL },
};
