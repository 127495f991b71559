/* An expression of a form. What can be computed is the same inside string(). */
#include "services/xml.h"
#include "services/xpath.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize length);

static const char document[] = "<data><a>1</a><a>2026-11-24</a><b/><c>x y</c></data>";

static char *
evaluate (const char *expression)
{
  static const KioskXmlLimits limits = { .bytes = 4096, .nodes = 100, .depth = 8 };
  static const KioskXpathHost host = { .today = "2026-11-24" };
  g_autoptr (xmlDoc) doc = kiosk_xml_parse (document, strlen (document), &limits, NULL);
  g_autoptr (KioskXpathContext) context = kiosk_xpath_context_new (doc, &host);
  g_autoptr (KioskXpath) compiled = kiosk_xpath_compile (expression, NULL);

  return compiled != NULL ? kiosk_xpath_string (context, compiled, NULL, NULL) : NULL;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autofree char *expression = length > 0 ? g_strndup ((const char *)data, length) : g_strdup ("");
  g_autofree char *wrapped = g_strdup_printf ("string(%s)", expression);
  g_autofree char *plain = evaluate (expression);
  g_autofree char *inside = evaluate (wrapped);

  if (plain != NULL && inside != NULL)
    g_assert_cmpstr (plain, ==, inside);
  return 0;
}
