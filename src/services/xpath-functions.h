/* The functions that expressions may call, and what their implementations share. Private. */
#pragma once

#include "xpath.h"
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

G_BEGIN_DECLS

typedef struct
{
  const char *name;          /* as an expression writes it, prefix and all */
  int minimum;               /* arguments */
  int maximum;               /* −1: any number */
  xmlXPathFunction function; /* NULL: libxml2's own does as ODK says */
} KioskXpathFunction;

/* NULL: there is no such function. */
const KioskXpathFunction *kiosk_xpath_function_find (const char *name);
void kiosk_xpath_functions_register (xmlXPathContext *context);

/* Each is a table that ends with a NULL name. */
extern const KioskXpathFunction kiosk_xpath_logic_functions[];
extern const KioskXpathFunction kiosk_xpath_text_functions[];
extern const KioskXpathFunction kiosk_xpath_date_functions[];
extern const KioskXpathFunction kiosk_xpath_maths_functions[];
extern const KioskXpathFunction kiosk_xpath_operators[]; /* what the rewriter calls */

/* ODK's number of a text: digits with a point, no exponent; a date counts its days; else NaN. */
double kiosk_xpath_number_of (const char *text);
/* The same of any value. */
double kiosk_xpath_object_number (xmlXPathObject *object);
/* (transfer full), GLib's allocator. */
char *kiosk_xpath_object_string (xmlXPathObject *object);

/* Pop the last argument. Strings are (transfer full), never NULL. */
double kiosk_xpath_pop_number (xmlXPathParserContext *parser);
char *kiosk_xpath_pop_string (xmlXPathParserContext *parser);
void kiosk_xpath_return_string (xmlXPathParserContext *parser, const char *text);
KioskXpathContext *kiosk_xpath_parser_context (xmlXPathParserContext *parser);
/* Ends the evaluation: the arguments have no result. */
void kiosk_xpath_fail (xmlXPathParserContext *parser);

typedef struct _xmlXPathObject KioskXpathObject;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskXpathObject, xmlXPathFreeObject)

G_END_DECLS
