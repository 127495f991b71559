#include "xml.h"
#include "base/secret.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/xmlmemory.h>
#include <malloc.h>
#include <string.h>

typedef struct
{
  const KioskXmlLimits *limits;
  guint nodes;
  guint depth;
  const char *refused;
} Count;

static void
wiping_free (void *data)
{
  if (data != NULL)
    explicit_bzero (data, malloc_usable_size (data));
  free (data);
}

static void *
wiping_realloc (void *data, size_t size)
{
  size_t old = data != NULL ? malloc_usable_size (data) : 0;
  void *fresh = malloc (size);

  if (fresh == NULL)
    return NULL;
  if (data != NULL)
    {
      memcpy (fresh, data, MIN (old, size));
      wiping_free (data);
    }
  return fresh;
}

static char *
plain_strdup (const char *text)
{
  return strdup (text);
}

void
kiosk_xml_init (void)
{
  static gsize once;

  if (!g_once_init_enter (&once))
    return;
  /* Copies of answers live in XPath objects and tree nodes that we cannot reach: wipe them all. */
  xmlMemSetup (wiping_free, malloc, wiping_realloc, plain_strdup);
  xmlInitParser ();
  g_once_init_leave (&once, 1);
}

static void
silent (void *data, xmlErrorPtr problem)
{
}

static void
refuse (xmlParserCtxt *parser, const char *why)
{
  Count *count = parser->_private;

  if (count->refused == NULL)
    count->refused = why;
  xmlStopParser (parser);
}

static void
on_doctype (void *data, const xmlChar *name, const xmlChar *id, const xmlChar *uri)
{
  refuse (data, "a document type is not allowed");
}

static void
on_start (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
          int n_namespaces, const xmlChar **namespaces, int n_attributes, int n_defaulted,
          const xmlChar **attributes)
{
  xmlParserCtxt *parser = data;
  Count *count = parser->_private;

  count->nodes += 1 + (guint)n_attributes + (guint)n_namespaces;
  count->depth++;
  if (count->nodes > count->limits->nodes)
    refuse (parser, "too many elements and attributes");
  else if (count->depth > count->limits->depth)
    refuse (parser, "nested too deeply");
  else
    xmlSAX2StartElementNs (data, name, prefix, uri, n_namespaces, namespaces, n_attributes,
                           n_defaulted, attributes);
}

static void
on_end (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
  xmlParserCtxt *parser = data;

  ((Count *)parser->_private)->depth--;
  xmlSAX2EndElementNs (data, name, prefix, uri);
}

static void
free_parser (xmlParserCtxt *parser)
{
  xmlFreeParserCtxt (parser);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (xmlParserCtxt, free_parser)

xmlDoc *
kiosk_xml_parse (gconstpointer data, gsize length, const KioskXmlLimits *limits, GError **error)
{
  Count count = { .limits = limits };
  g_autoptr (xmlParserCtxt) parser = NULL;
  g_autoptr (xmlDoc) doc = NULL;

  kiosk_xml_init ();
  if (length == 0 || length > limits->bytes || length > G_MAXINT)
    {
      g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                   "%" G_GSIZE_FORMAT " bytes of XML, 1 to %" G_GSIZE_FORMAT " are allowed", length,
                   limits->bytes);
      return NULL;
    }
  parser = xmlNewParserCtxt ();
  g_assert (parser != NULL);
  parser->_private = &count;
  parser->sax->serror = silent;
  parser->sax->initialized = XML_SAX2_MAGIC;
  parser->sax->internalSubset = on_doctype;
  parser->sax->startElementNs = on_start;
  parser->sax->endElementNs = on_end;
  doc = xmlCtxtReadMemory (parser, data, (int)length, NULL, "UTF-8",
                           XML_PARSE_NONET | XML_PARSE_NODICT | XML_PARSE_NOCDATA);
  if (doc == NULL || !parser->wellFormed || count.refused != NULL
      || xmlDocGetRootElement (doc) == NULL)
    {
      g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED, "line %d: %s",
                   parser->input != NULL ? parser->input->line : parser->lastError.line,
                   count.refused != NULL ? count.refused : "not well-formed XML in UTF-8");
      return NULL;
    }
  return g_steal_pointer (&doc);
}

xmlNode *
kiosk_xml_element (xmlNode *node)
{
  while (node != NULL && node->type != XML_ELEMENT_NODE)
    node = node->next;
  return node;
}

gboolean
kiosk_xml_is (const xmlNode *node, const char *namespace_uri, const char *name)
{
  return node->type == XML_ELEMENT_NODE && g_str_equal ((const char *)node->name, name)
         && g_strcmp0 (node->ns != NULL ? (const char *)node->ns->href : NULL, namespace_uri) == 0;
}

/* Moves libxml2's string to GLib's allocator, wiping the first by its free function. */
static char *
take (xmlChar *text)
{
  char *copy = g_strdup ((const char *)text);

  if (text != NULL)
    xmlFree (text);
  return copy;
}

char *
kiosk_xml_text (const xmlNode *node)
{
  char *text = take (xmlNodeGetContent (node));

  return text != NULL ? text : g_strdup ("");
}

void
kiosk_xml_set_text (xmlNode *node, const char *text)
{
  xmlNode *fresh = *text != '\0' ? xmlNewDocText (node->doc, BAD_CAST text) : NULL;

  for (xmlNode *child = node->children, *next; child != NULL; child = next)
    {
      next = child->next;
      xmlUnlinkNode (child);
      xmlFreeNode (child);
    }
  if (fresh != NULL)
    xmlAddChild (node, fresh);
}

char *
kiosk_xml_attribute (const xmlNode *node, const char *namespace_uri, const char *name)
{
  if (namespace_uri == NULL)
    return take (xmlGetNoNsProp (node, BAD_CAST name));
  return take (xmlGetNsProp (node, BAD_CAST name, BAD_CAST namespace_uri));
}
