#include "xpath-functions.h"

static void
on_if (xmlXPathParserContext *parser, int n)
{
  xmlXPathObject *otherwise = valuePop (parser), *then = valuePop (parser);
  gboolean condition = xmlXPathPopBoolean (parser) != 0;

  valuePush (parser, condition ? then : otherwise);
  xmlXPathFreeObject (condition ? otherwise : then);
}

/* The first argument that is not empty, else the last. */
static void
on_coalesce (xmlXPathParserContext *parser, int n)
{
  xmlXPathObject *found = NULL;

  for (int i = 0; i < n; i++)
    {
      xmlXPathObject *object = valuePop (parser);
      g_autofree char *text = object != NULL ? kiosk_xpath_object_string (object) : g_strdup ("");

      if (found == NULL || *text != '\0')
        {
          xmlXPathFreeObject (found);
          found = object;
        }
      else
        xmlXPathFreeObject (object);
    }
  valuePush (parser, found);
}

static void
on_boolean_from_string (xmlXPathParserContext *parser, int n)
{
  g_autofree char *text = kiosk_xpath_pop_string (parser);

  valuePush (parser, xmlXPathNewBoolean (g_str_equal (text, "true") || g_str_equal (text, "1")));
}

static void
on_count_non_empty (xmlXPathParserContext *parser, int n)
{
  g_autoptr (KioskXpathObject) object = valuePop (parser);
  xmlNodeSet *nodes = NULL;
  int count = 0;

  if (object == NULL || object->type != XPATH_NODESET)
    {
      kiosk_xpath_fail (parser);
      return;
    }
  nodes = object->nodesetval;
  for (int i = 0; nodes != NULL && i < nodes->nodeNr; i++)
    count += nodes->nodeTab[i]->children != NULL ? 1 : 0;
  valuePush (parser, xmlXPathNewFloat (count));
}

/* How many of @n conditions hold, each with its weight when @weighted. */
static double
pop_score (xmlXPathParserContext *parser, int n, gboolean weighted)
{
  double score = 0;

  for (int i = 0; i < n; i += weighted ? 2 : 1)
    {
      double weight = weighted ? kiosk_xpath_pop_number (parser) : 1;

      score += xmlXPathPopBoolean (parser) ? weight : 0;
    }
  return score;
}

static void
push_checklist (xmlXPathParserContext *parser, int n, gboolean weighted)
{
  double score, most, least;

  if (weighted && n % 2 != 0)
    {
      kiosk_xpath_fail (parser);
      return;
    }
  score = pop_score (parser, n - 2, weighted);
  most = kiosk_xpath_pop_number (parser);
  least = kiosk_xpath_pop_number (parser);
  valuePush (parser,
             xmlXPathNewBoolean ((least < 0 || score >= least) && (most < 0 || score <= most)));
}

static void
on_checklist (xmlXPathParserContext *parser, int n)
{
  push_checklist (parser, n, FALSE);
}

static void
on_weighted_checklist (xmlXPathParserContext *parser, int n)
{
  push_checklist (parser, n, TRUE);
}

static void
on_instance (xmlXPathParserContext *parser, int n)
{
  g_autofree char *id = kiosk_xpath_pop_string (parser);
  xmlNode *found = NULL;

  for (xmlNode *node = parser->context->doc != NULL ? parser->context->doc->children : NULL;
       node != NULL; node = node->next)
    if (node->type == XML_ELEMENT_NODE && g_str_equal ((const char *)node->name, "kiosk-instance"))
      {
        xmlChar *name = xmlGetNoNsProp (node, BAD_CAST "id");

        if (g_strcmp0 ((const char *)name, id) == 0)
          found = node;
        xmlFree (name);
      }
  if (found == NULL)
    kiosk_xpath_fail (parser);
  else
    valuePush (parser, xmlXPathNewNodeSet (found));
}

const KioskXpathFunction kiosk_xpath_logic_functions[] = {
  { "if", 3, 3, on_if },
  { "coalesce", 1, -1, on_coalesce },
  { "boolean-from-string", 1, 1, on_boolean_from_string },
  { "count-non-empty", 1, 1, on_count_non_empty },
  { "checklist", 2, -1, on_checklist },
  { "weighted-checklist", 2, -1, on_weighted_checklist },
  { "instance", 1, 1, on_instance },
  { NULL, 0, 0, NULL },
};
