#include "xpath.h"
#include "xml.h"
#include "xpath-functions.h"
#include "xpath-rewrite.h"

/* A form's largest expression takes a few hundred steps; a hostile one stops here. */
#define OPERATIONS_MAX 200000

struct _KioskXpath
{
  char *source;
  xmlXPathCompExpr *compiled;
};

struct _KioskXpathContext
{
  xmlXPathContext *context;
  const KioskXpathHost *host;
};

static void
silent (void *data, xmlErrorPtr problem)
{
}

KioskXpath *
kiosk_xpath_compile (const char *expression, GError **error)
{
  g_autoptr (KioskXpath) self = g_new0 (KioskXpath, 1);
  g_autofree char *rewritten = kiosk_xpath_rewrite (expression, error);
  g_autofree char *grouped = NULL;
  xmlXPathContext *context;

  if (rewritten == NULL)
    return NULL;
  kiosk_xml_init ();
  context = xmlXPathNewContext (NULL);
  context->error = silent;
  self->source = g_strdup (expression);
  /* A path without any bracket would go to libxml2's streaming matcher, which takes .//. for
   * another set of nodes and knows no limit on work. */
  grouped = g_strdup_printf ("(%s)", rewritten);
  self->compiled = xmlXPathCtxtCompile (context, BAD_CAST grouped);
  xmlXPathFreeContext (context);
  if (self->compiled == NULL)
    {
      g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                   "expression \"%s\" is not XPath", expression);
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
kiosk_xpath_free (KioskXpath *self)
{
  if (self == NULL)
    return;
  if (self->compiled != NULL)
    xmlXPathFreeCompExpr (self->compiled);
  g_free (self->source);
  g_free (self);
}

KioskXpathContext *
kiosk_xpath_context_new (xmlDoc *doc, const KioskXpathHost *host)
{
  KioskXpathContext *self = g_new0 (KioskXpathContext, 1);

  kiosk_xml_init ();
  self->host = host;
  self->context = xmlXPathNewContext (doc);
  self->context->userData = self;
  self->context->error = silent;
  self->context->opLimit = OPERATIONS_MAX;
  kiosk_xpath_functions_register (self->context);
  return self;
}

void
kiosk_xpath_context_free (KioskXpathContext *self)
{
  if (self == NULL)
    return;
  xmlXPathFreeContext (self->context);
  g_free (self);
}

const KioskXpathHost *
kiosk_xpath_context_host (const KioskXpathContext *self)
{
  return self->host;
}

static xmlXPathObject *
evaluate (KioskXpathContext *self, const KioskXpath *expression, xmlNode *node, GError **error)
{
  xmlXPathObject *result;

  self->context->node = node != NULL ? node : xmlDocGetRootElement (self->context->doc);
  self->context->opCount = 0;
  result = xmlXPathCompiledEval (expression->compiled, self->context);
  if (result == NULL)
    g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                 "expression \"%s\" cannot be computed", expression->source);
  return result;
}

gboolean
kiosk_xpath_boolean (KioskXpathContext *self, const KioskXpath *expression, xmlNode *node,
                     gboolean *ret_value, GError **error)
{
  g_autoptr (KioskXpathObject) result = evaluate (self, expression, node, error);

  if (result == NULL)
    return FALSE;
  *ret_value = xmlXPathCastToBoolean (result) != 0;
  return TRUE;
}

char *
kiosk_xpath_string (KioskXpathContext *self, const KioskXpath *expression, xmlNode *node,
                    GError **error)
{
  g_autoptr (KioskXpathObject) result = evaluate (self, expression, node, error);

  return result != NULL ? kiosk_xpath_object_string (result) : NULL;
}
