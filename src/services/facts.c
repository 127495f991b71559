#include "base/secret.h"
#include "days.h"
#include "facts-private.h"
#include "xml.h"

struct _KioskFacts
{
  GHashTable *values;
};

static void
wipe (gpointer text)
{
  kiosk_wipe_string (text);
}

KioskFacts *
kiosk_facts_new (void)
{
  KioskFacts *self = g_new0 (KioskFacts, 1);

  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, wipe);
  return self;
}

void
kiosk_facts_free (KioskFacts *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->values);
  g_free (self);
}

void
kiosk_facts_set (KioskFacts *self, const char *name, const char *value)
{
  if (value == NULL)
    g_hash_table_remove (self->values, name);
  else
    g_hash_table_replace (self->values, g_strdup (name), g_strdup (value));
}

const char *
kiosk_facts_get (const KioskFacts *self, const char *name)
{
  return g_hash_table_lookup (self->values, name);
}

static xmlNode *
child_named (xmlNode *parent, const char *name)
{
  for (xmlNode *node = parent->children; node != NULL; node = node->next)
    if (kiosk_xml_is (node, NULL, name))
      return node;
  return xmlNewChild (parent, NULL, BAD_CAST name, NULL);
}

static gboolean
is_fact_name (const char *name)
{
  return g_regex_match_simple ("\\A[a-z][a-z_]*(\\.[a-z][a-z_]*)*\\z", name, 0, 0);
}

xmlDoc *
kiosk_facts_to_doc (const KioskFacts *self)
{
  xmlDoc *doc;
  xmlNode *root;
  GHashTableIter iter;
  gpointer name, value;

  kiosk_xml_init ();
  doc = xmlNewDoc (BAD_CAST "1.0");
  root = xmlNewDocNode (doc, NULL, BAD_CAST "facts", NULL);
  xmlDocSetRootElement (doc, root);
  g_hash_table_iter_init (&iter, self->values);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      g_auto (GStrv) steps = g_strsplit (name, ".", -1);
      xmlNode *node = root;

      if (!is_fact_name (name) || !g_utf8_validate (value, -1, NULL))
        continue;
      for (char **step = steps; *step != NULL; step++)
        node = child_named (node, *step);
      xmlAddChild (node, xmlNewDocText (doc, value));
    }
  return doc;
}

const char *
kiosk_facts_today (const KioskFacts *self, GError **error)
{
  const char *today = kiosk_facts_get (self, "today");
  int days;

  if (today != NULL && kiosk_days_parse (today, &days))
    return today;
  g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_INCOMPLETE,
               "the fact \"today\" is not a day: set it to YYYY-MM-DD");
  return NULL;
}
