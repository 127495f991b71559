/* The operators that the rewriter puts in place of XPath's own: dates count as days. */
#include "xpath-functions.h"

#include <math.h>

/* JavaRosa's tolerance: 6.1 - 7.8 = -1.7 holds. Whole cents stay far above it. */
#define TOLERANCE 1e-12

typedef enum
{
  EQUAL,
  DIFFERS,
  LESS,
  LESS_OR_EQUAL,
  MORE,
  MORE_OR_EQUAL,
} Comparison;

static gboolean
compare_numbers (double a, double b, Comparison how)
{
  gboolean same = a == b || fabs (a - b) < TOLERANCE;

  switch (how)
    {
    case EQUAL:
      return same;
    case DIFFERS:
      return !same;
    case LESS:
      return a < b && !same;
    case LESS_OR_EQUAL:
      return a < b || same;
    case MORE:
      return a > b && !same;
    case MORE_OR_EQUAL:
      return a > b || same;
    default:
      g_assert_not_reached ();
    }
}

/* Two values that are not node-sets. XPath 1.0, 3.4: booleans first, then numbers, then strings. */
static gboolean
compare_atoms (xmlXPathObject *a, xmlXPathObject *b, Comparison how)
{
  g_autofree char *left = NULL;
  g_autofree char *right = NULL;
  gboolean same;

  if (how > DIFFERS || a->type == XPATH_NUMBER || b->type == XPATH_NUMBER)
    if (how > DIFFERS || (a->type != XPATH_BOOLEAN && b->type != XPATH_BOOLEAN))
      return compare_numbers (kiosk_xpath_object_number (a), kiosk_xpath_object_number (b), how);
  if (a->type == XPATH_BOOLEAN || b->type == XPATH_BOOLEAN)
    return (xmlXPathCastToBoolean (a) == xmlXPathCastToBoolean (b)) == (how == EQUAL);
  left = kiosk_xpath_object_string (a);
  right = kiosk_xpath_object_string (b);
  same = g_str_equal (left, right);
  return same == (how == EQUAL);
}

static int
size_of (const xmlXPathObject *object)
{
  if (object->type != XPATH_NODESET)
    return 1;
  return object->nodesetval != NULL ? object->nodesetval->nodeNr : 0;
}

/* (transfer full): the value at @index as something that is not a node-set. */
static xmlXPathObject *
atom (const xmlXPathObject *object, int index)
{
  xmlXPathObject *text;

  if (object->type != XPATH_NODESET)
    return xmlXPathObjectCopy ((xmlXPathObject *)object);
  text = xmlXPathWrapString (xmlXPathCastNodeToString (object->nodesetval->nodeTab[index]));
  return text;
}

/* A node-set matches when one of its nodes does; an empty one compares as "" does in ODK. */
static gboolean
compare (xmlXPathObject *a, xmlXPathObject *b, Comparison how)
{
  if (a->type == XPATH_BOOLEAN || b->type == XPATH_BOOLEAN)
    return compare_atoms (a, b, how);
  if (size_of (a) == 0 || size_of (b) == 0)
    {
      g_autoptr (KioskXpathObject) empty = xmlXPathNewCString ("");

      if (size_of (a) == 0 && size_of (b) == 0)
        return compare_atoms (empty, empty, how);
      return size_of (a) == 0 ? compare (empty, b, how) : compare (a, empty, how);
    }
  for (int i = 0; i < size_of (a); i++)
    for (int j = 0; j < size_of (b); j++)
      {
        g_autoptr (KioskXpathObject) left = atom (a, i);
        g_autoptr (KioskXpathObject) right = atom (b, j);

        if (compare_atoms (left, right, how))
          return TRUE;
      }
  return FALSE;
}

static void
push_comparison (xmlXPathParserContext *parser, Comparison how)
{
  g_autoptr (KioskXpathObject) b = valuePop (parser);
  g_autoptr (KioskXpathObject) a = valuePop (parser);

  if (a == NULL || b == NULL)
    kiosk_xpath_fail (parser);
  else
    valuePush (parser, xmlXPathNewBoolean (compare (a, b, how)));
}

static void
on_equal (xmlXPathParserContext *parser, int n)
{
  push_comparison (parser, EQUAL);
}

static void
on_differs (xmlXPathParserContext *parser, int n)
{
  push_comparison (parser, DIFFERS);
}

static void
on_less (xmlXPathParserContext *parser, int n)
{
  push_comparison (parser, LESS);
}

static void
on_less_or_equal (xmlXPathParserContext *parser, int n)
{
  push_comparison (parser, LESS_OR_EQUAL);
}

static void
on_more (xmlXPathParserContext *parser, int n)
{
  push_comparison (parser, MORE);
}

static void
on_more_or_equal (xmlXPathParserContext *parser, int n)
{
  push_comparison (parser, MORE_OR_EQUAL);
}

static void
on_plus (xmlXPathParserContext *parser, int n)
{
  double b = kiosk_xpath_pop_number (parser), a = kiosk_xpath_pop_number (parser);

  valuePush (parser, xmlXPathNewFloat (a + b));
}

static void
on_minus (xmlXPathParserContext *parser, int n)
{
  double b = kiosk_xpath_pop_number (parser), a = kiosk_xpath_pop_number (parser);

  valuePush (parser, xmlXPathNewFloat (a - b));
}

const KioskXpathFunction kiosk_xpath_operators[] = {
  { "kiosk.equal", 2, 2, on_equal },
  { "kiosk.differs", 2, 2, on_differs },
  { "kiosk.less", 2, 2, on_less },
  { "kiosk.less-or-equal", 2, 2, on_less_or_equal },
  { "kiosk.more", 2, 2, on_more },
  { "kiosk.more-or-equal", 2, 2, on_more_or_equal },
  { "kiosk.plus", 2, 2, on_plus },
  { "kiosk.minus", 2, 2, on_minus },
  { NULL, 0, 0, NULL },
};
