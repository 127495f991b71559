/* libxml2, fenced in: no DTD, no entities, no network; bytes, nodes and depth bounded; what it
 * frees is wiped. Private to services. */
#pragma once

#include "services/catalogue.h"
#include <libxml/tree.h>

G_BEGIN_DECLS

typedef struct
{
  gsize bytes;
  guint nodes; /* elements and attributes */
  guint depth;
} KioskXmlLimits;

/* (transfer full): UTF-8 only; %KIOSK_SERVICES_ERROR_MALFORMED says what is wrong and on which
 * line. */
xmlDoc *
kiosk_xml_parse (gconstpointer data, gsize length, const KioskXmlLimits *limits, GError **error);
/* Call before the first use of libxml2 in each entry: makes its allocator wipe what it frees. */
void kiosk_xml_init (void);

/* The next element at or after @node; NULL when there is none. */
xmlNode *kiosk_xml_element (xmlNode *node);
gboolean kiosk_xml_is (const xmlNode *node, const char *namespace_uri, const char *name);
/* (transfer full): the text inside, "" if none. */
char *kiosk_xml_text (const xmlNode *node);
void kiosk_xml_set_text (xmlNode *node, const char *text);
/* (transfer full) (nullable): @namespace_uri NULL asks for an attribute without a namespace. */
char *kiosk_xml_attribute (const xmlNode *node, const char *namespace_uri, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (xmlDoc, xmlFreeDoc)

G_END_DECLS
