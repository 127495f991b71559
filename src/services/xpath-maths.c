#include "xpath-functions.h"

#include <math.h>

static void
on_number (xmlXPathParserContext *parser, int n)
{
  valuePush (parser, xmlXPathNewFloat (kiosk_xpath_pop_number (parser)));
}

static void
on_int (xmlXPathParserContext *parser, int n)
{
  valuePush (parser, xmlXPathNewFloat (trunc (kiosk_xpath_pop_number (parser))));
}

/* "4,6" is read as 4.6, as JavaRosa does. */
static double
pop_comma_number (xmlXPathParserContext *parser)
{
  g_autoptr (KioskXpathObject) object = valuePop (parser);
  g_autofree char *text = NULL;

  if (object == NULL || object->type == XPATH_NUMBER)
    return object != NULL ? object->floatval : NAN;
  text = g_strdelimit (kiosk_xpath_object_string (object), ",", '.');
  return kiosk_xpath_number_of (text);
}

/* Halves go up, as XPath's do. */
static void
on_round (xmlXPathParserContext *parser, int n)
{
  double digits = n > 1 ? trunc (kiosk_xpath_pop_number (parser)) : 0;
  double value = pop_comma_number (parser), scale = pow (10, fabs (digits)), scaled;

  if (isnan (digits) || fabs (digits) > 30 || isnan (value) || isinf (value))
    {
      valuePush (parser, xmlXPathNewFloat (isnan (digits) ? NAN : value));
      return;
    }
  scaled = digits < 0 ? value / scale : value * scale;
  /* 2.15 × 10 may come out a hair below 21.5: a few units in the last place decide for up. */
  scaled = floor (scaled + 0.5 + fabs (scaled) * 4e-16);
  valuePush (parser, xmlXPathNewFloat (digits < 0 ? scaled * scale : scaled / scale));
}

static void
on_pow (xmlXPathParserContext *parser, int n)
{
  double exponent = kiosk_xpath_pop_number (parser), base = kiosk_xpath_pop_number (parser);

  valuePush (parser, xmlXPathNewFloat (pow (base, exponent)));
}

static void
on_atan2 (xmlXPathParserContext *parser, int n)
{
  double x = kiosk_xpath_pop_number (parser), y = kiosk_xpath_pop_number (parser);

  valuePush (parser, xmlXPathNewFloat (atan2 (y, x)));
}

static void
on_pi (xmlXPathParserContext *parser, int n)
{
  valuePush (parser, xmlXPathNewFloat (G_PI));
}

static double
exp10_of (double x)
{
  return pow (10, x);
}

/* Functions of one number. */
#define ONE(name, function)                                                                        \
  static void name (xmlXPathParserContext *parser, int n)                                          \
  {                                                                                                \
    valuePush (parser, xmlXPathNewFloat (function (kiosk_xpath_pop_number (parser))));             \
  }
ONE (on_abs, fabs)
ONE (on_sqrt, sqrt)
ONE (on_exp, exp)
ONE (on_exp10, exp10_of)
ONE (on_log, log)
ONE (on_log10, log10)
ONE (on_sin, sin)
ONE (on_cos, cos)
ONE (on_tan, tan)
ONE (on_asin, asin)
ONE (on_acos, acos)
ONE (on_atan, atan)

/* Folds @value into @best, NaN for good once there is one; empty nodes are skipped, as ODK does. */
static void
fold (double value, gboolean largest, double *best, gboolean *any)
{
  if (!*any || isnan (value) || (largest ? value > *best : value < *best))
    *best = isnan (*best) && *any ? NAN : value;
  *any = TRUE;
}

static void
fold_object (xmlXPathObject *object, gboolean largest, double *best, gboolean *any)
{
  if (object->type != XPATH_NODESET)
    {
      fold (kiosk_xpath_object_number (object), largest, best, any);
      return;
    }
  for (int i = 0; object->nodesetval != NULL && i < object->nodesetval->nodeNr; i++)
    {
      g_autoptr (KioskXpathObject) text
        = xmlXPathWrapString (xmlXPathCastNodeToString (object->nodesetval->nodeTab[i]));

      if (text->stringval[0] != '\0')
        fold (kiosk_xpath_object_number (text), largest, best, any);
    }
}

static void
push_extreme (xmlXPathParserContext *parser, int n, gboolean largest)
{
  double best = NAN;
  gboolean any = FALSE;

  for (int i = 0; i < n; i++)
    {
      g_autoptr (KioskXpathObject) object = valuePop (parser);

      if (object != NULL)
        fold_object (object, largest, &best, &any);
    }
  valuePush (parser, xmlXPathNewFloat (best));
}

static void
on_max (xmlXPathParserContext *parser, int n)
{
  push_extreme (parser, n, TRUE);
}

static void
on_min (xmlXPathParserContext *parser, int n)
{
  push_extreme (parser, n, FALSE);
}

const KioskXpathFunction kiosk_xpath_maths_functions[] = {
  { "number", 1, 1, on_number }, { "int", 1, 1, on_int },   { "round", 1, 2, on_round },
  { "pow", 2, 2, on_pow },       { "abs", 1, 1, on_abs },   { "min", 1, -1, on_min },
  { "max", 1, -1, on_max },      { "sqrt", 1, 1, on_sqrt }, { "exp", 1, 1, on_exp },
  { "exp10", 1, 1, on_exp10 },   { "log", 1, 1, on_log },   { "log10", 1, 1, on_log10 },
  { "sin", 1, 1, on_sin },       { "cos", 1, 1, on_cos },   { "tan", 1, 1, on_tan },
  { "asin", 1, 1, on_asin },     { "acos", 1, 1, on_acos }, { "atan", 1, 1, on_atan },
  { "atan2", 2, 2, on_atan2 },   { "pi", 0, 0, on_pi },     { NULL, 0, 0, NULL },
};
