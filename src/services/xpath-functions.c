#include "xpath-functions.h"
#include "base/secret.h"
#include "days.h"

#include <math.h>
#include <string.h>

#define JAVAROSA "http://openrosa.org/javarosa"
#define KIOSK    "urn:hk:kiosk:forms:1"

/* libxml2's own, that do as ODK says. */
static const KioskXpathFunction native_functions[] = {
  { "last", 0, 0, NULL },
  { "position", 0, 0, NULL },
  { "count", 1, 1, NULL },
  { "sum", 1, 1, NULL },
  { "string", 0, 1, NULL },
  { "string-length", 0, 1, NULL },
  { "starts-with", 2, 2, NULL },
  { "contains", 2, 2, NULL },
  { "substring-before", 2, 2, NULL },
  { "substring-after", 2, 2, NULL },
  { "substring", 2, 3, NULL },
  { "normalize-space", 0, 1, NULL },
  { "translate", 3, 3, NULL },
  { "boolean", 1, 1, NULL },
  { "not", 1, 1, NULL },
  { "true", 0, 0, NULL },
  { "false", 0, 0, NULL },
  { "floor", 1, 1, NULL },
  { "ceiling", 1, 1, NULL },
  { NULL, 0, 0, NULL },
};

static const KioskXpathFunction *const tables[]
  = { native_functions, kiosk_xpath_logic_functions, kiosk_xpath_text_functions,
      kiosk_xpath_date_functions, kiosk_xpath_maths_functions };

const KioskXpathFunction *
kiosk_xpath_function_find (const char *name)
{
  for (gsize t = 0; t < G_N_ELEMENTS (tables); t++)
    for (const KioskXpathFunction *f = tables[t]; f->name != NULL; f++)
      if (g_str_equal (f->name, name))
        return f;
  return NULL;
}

static void
register_table (xmlXPathContext *context, const KioskXpathFunction *table)
{
  for (const KioskXpathFunction *f = table; f->name != NULL; f++)
    {
      const char *colon = strchr (f->name, ':');
      const xmlChar *name = BAD_CAST (colon != NULL ? colon + 1 : f->name);
      const xmlChar *uri = NULL;

      if (f->function == NULL)
        continue;
      if (colon != NULL)
        uri = BAD_CAST (g_str_has_prefix (f->name, "jr:") ? JAVAROSA : KIOSK);
      /* A second registration is ignored unless the first, libxml2's own, is taken away. */
      xmlXPathRegisterFuncNS (context, name, uri, NULL);
      xmlXPathRegisterFuncNS (context, name, uri, f->function);
    }
}

void
kiosk_xpath_functions_register (xmlXPathContext *context)
{
  xmlXPathRegisterNs (context, BAD_CAST "jr", BAD_CAST JAVAROSA);
  xmlXPathRegisterNs (context, BAD_CAST "kiosk", BAD_CAST KIOSK);
  for (gsize t = 0; t < G_N_ELEMENTS (tables); t++)
    register_table (context, tables[t]);
  register_table (context, kiosk_xpath_operators);
}

/* XPath 1.0's Number with a sign: no exponent, no "Infinity". */
static gboolean
is_decimal (const char *text)
{
  gsize before, after = 0;

  text += *text == '-' ? 1 : 0;
  before = strspn (text, "0123456789");
  text += before;
  if (*text == '.')
    {
      after = strspn (text + 1, "0123456789");
      text += 1 + after;
    }
  return *text == '\0' && before + after > 0;
}

double
kiosk_xpath_number_of (const char *text)
{
  char *trimmed = g_strstrip (g_strdup (text));
  KioskMoment moment;
  double value = NAN;

  if (is_decimal (trimmed))
    value = g_ascii_strtod (trimmed, NULL);
  else if (kiosk_moment_parse (trimmed, &moment))
    value = kiosk_moment_days (&moment);
  kiosk_wipe_string (trimmed);
  return value;
}

char *
kiosk_xpath_object_string (xmlXPathObject *object)
{
  xmlChar *text = xmlXPathCastToString (object);
  char *copy = g_strdup (text != NULL ? (const char *)text : "");

  if (text != NULL)
    xmlFree (text);
  return copy;
}

double
kiosk_xpath_object_number (xmlXPathObject *object)
{
  char *text;
  double value;

  if (object->type == XPATH_NUMBER || object->type == XPATH_BOOLEAN)
    return xmlXPathCastToNumber (object);
  text = kiosk_xpath_object_string (object);
  value = kiosk_xpath_number_of (text);
  kiosk_wipe_string (text);
  return value;
}

double
kiosk_xpath_pop_number (xmlXPathParserContext *parser)
{
  g_autoptr (KioskXpathObject) object = valuePop (parser);

  return object != NULL ? kiosk_xpath_object_number (object) : NAN;
}

char *
kiosk_xpath_pop_string (xmlXPathParserContext *parser)
{
  g_autoptr (KioskXpathObject) object = valuePop (parser);

  return object != NULL ? kiosk_xpath_object_string (object) : g_strdup ("");
}

void
kiosk_xpath_return_string (xmlXPathParserContext *parser, const char *text)
{
  valuePush (parser, xmlXPathNewString (BAD_CAST text));
}

KioskXpathContext *
kiosk_xpath_parser_context (xmlXPathParserContext *parser)
{
  return parser->context->userData;
}

void
kiosk_xpath_fail (xmlXPathParserContext *parser)
{
  xmlXPathErr (parser, XPATH_INVALID_OPERAND);
}
