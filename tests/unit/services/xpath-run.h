/* Evaluates cases of ODK's XPath in a small document. */
#pragma once

#include "services/xml.h"
#include "services/xpath.h"

#include <math.h>
#include <string.h>

#define TODAY "2026-11-24"

typedef struct
{
  const char *expression;
  double value;
} NumberCase;

typedef struct
{
  const char *expression;
  const char *value; /* NULL: refused, or cannot be computed */
} TextCase;

static const char document[]
  = "<data><path><child/><child/></path><path/><path>some value</path><path><child/></path><path/>"
    "<date>2026-11-24</date><empty/><n>7</n></data>";

static const KioskXmlLimits limits = { .bytes = 65536, .nodes = 1000, .depth = 16 };

/* (transfer full) (nullable): NULL when the expression is refused or cannot be computed. */
static inline char *
evaluate (const char *expression)
{
  static const KioskXpathHost host = { .today = TODAY };
  g_autoptr (xmlDoc) doc = kiosk_xml_parse (document, strlen (document), &limits, NULL);
  g_autoptr (KioskXpathContext) context = kiosk_xpath_context_new (doc, &host);
  g_autoptr (KioskXpath) compiled = kiosk_xpath_compile (expression, NULL);

  return compiled != NULL ? kiosk_xpath_string (context, compiled, NULL, NULL) : NULL;
}

static inline void
check_numbers (const NumberCase *cases, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *text = evaluate (cases[i].expression);
      double value;

      g_test_message ("%s", cases[i].expression);
      g_assert_nonnull (text);
      value = g_str_equal (text, "NaN")         ? NAN
              : g_str_equal (text, "Infinity")  ? INFINITY
              : g_str_equal (text, "-Infinity") ? -INFINITY
                                                : g_ascii_strtod (text, NULL);
      if (isnan (cases[i].value))
        g_assert_true (isnan (value));
      else if (isinf (cases[i].value))
        g_assert_true (value == cases[i].value);
      else
        g_assert_cmpfloat_with_epsilon (value, cases[i].value, 1e-9);
    }
}

static inline void
check_texts (const TextCase *cases, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *text = evaluate (cases[i].expression);

      g_test_message ("%s", cases[i].expression);
      g_assert_cmpstr (text, ==, cases[i].value);
    }
}
