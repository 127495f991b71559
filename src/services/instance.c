#include "instance.h"
#include "base/secret.h"
#include "facts-private.h"
#include "xml.h"

#include <libxml/c14n.h>
#include <string.h>

#define VALUE_MAX 4096 /* bytes of a computed value */

struct _KioskInstance
{
  const KioskXForm *xform;
  xmlDoc *doc;
  guint n_fields;
  xmlNode **nodes;
  gboolean *relevant;
  char **given; /* kept while not relevant, so that going back loses nothing */
  char *today;
  int language; /* of jr:choice-name() */
  KioskXpathHost host;
  KioskXpathContext *context;
};

static char *
choice_name (gpointer data, const char *value, const char *ref)
{
  KioskInstance *self = data;
  int index = kiosk_xform_find (self->xform, ref);
  const KioskField *field = index >= 0 ? kiosk_xform_field (self->xform, index) : NULL;

  for (guint i = 0; field != NULL && field->options != NULL && i < field->options->len; i++)
    {
      const KioskXOption *option = g_ptr_array_index (field->options, i);

      if (g_str_equal (option->value, value))
        return kiosk_xform_text (self->xform, option->label, self->language, FALSE, self->context,
                                 self->nodes[index], NULL);
    }
  return NULL;
}

/* Fields and elements come in the same order: the fields were made from these elements. */
static void
collect_nodes (KioskInstance *self, xmlNode *node, guint *next)
{
  self->nodes[(*next)++] = node;
  for (xmlNode *child = node->children; child != NULL; child = child->next)
    collect_nodes (self, child, next);
}

KioskInstance *
kiosk_instance_new (const KioskXForm *xform, const KioskFacts *facts, GError **error)
{
  g_autoptr (KioskInstance) self = NULL;
  const char *today = kiosk_facts_today (facts, error);
  guint next = 0;

  if (today == NULL)
    return NULL;
  self = g_new0 (KioskInstance, 1);
  self->xform = xform;
  self->n_fields = xform->fields->len;
  self->doc = xmlCopyDoc (xform->template, 1);
  self->nodes = g_new0 (xmlNode *, self->n_fields);
  self->relevant = g_new0 (gboolean, self->n_fields);
  self->given = g_new0 (char *, self->n_fields);
  self->today = g_strdup (today);
  self->host = (KioskXpathHost){ self->today, choice_name, self };
  collect_nodes (self, xmlDocGetRootElement (self->doc), &next);
  g_assert (next == self->n_fields);
  self->context = kiosk_xpath_context_new (self->doc, &self->host);
  for (guint i = 0; i < self->n_fields; i++)
    {
      const KioskField *field = kiosk_xform_field (xform, (int)i);

      const char *fact = field->fact != NULL ? kiosk_facts_get (facts, field->fact) : NULL;

      if (fact == NULL || *fact == '\0')
        continue;
      if (!kiosk_field_accepts (field, fact))
        {
          g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                       "%s: the fact %s is not what the field takes", field->ref, field->fact);
          return NULL;
        }
      kiosk_instance_put (self, (int)i, fact);
    }
  return kiosk_instance_recompute (self, error) ? g_steal_pointer (&self) : NULL;
}

void
kiosk_instance_free (KioskInstance *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->context, kiosk_xpath_context_free);
  g_clear_pointer (&self->doc, xmlFreeDoc);
  for (guint i = 0; i < self->n_fields; i++)
    kiosk_wipe_string (self->given[i]);
  g_free (self->given);
  g_free (self->nodes);
  g_free (self->relevant);
  g_free (self->today);
  g_free (self);
}

const KioskXForm *
kiosk_instance_xform (const KioskInstance *self)
{
  return self->xform;
}

gboolean
kiosk_instance_is_relevant (const KioskInstance *self, int index)
{
  return self->relevant[index];
}

char *
kiosk_instance_value (const KioskInstance *self, int index)
{
  return kiosk_xform_field (self->xform, index)->leaf ? kiosk_xml_text (self->nodes[index])
                                                      : g_strdup ("");
}

void
kiosk_instance_put (KioskInstance *self, int index, const char *value)
{
  kiosk_wipe_replace (&self->given[index], value);
}

gboolean
kiosk_instance_set (KioskInstance *self, int index, const char *value, GError **error)
{
  char *before = g_steal_pointer (&self->given[index]);

  kiosk_instance_put (self, index, value);
  if (kiosk_instance_recompute (self, error))
    {
      kiosk_wipe_string (before);
      return TRUE;
    }
  kiosk_wipe_string (self->given[index]);
  self->given[index] = before;
  kiosk_instance_recompute (self, NULL);
  return FALSE;
}

gboolean
kiosk_instance_set_today (KioskInstance *self, const char *today, GError **error)
{
  g_autoptr (KioskFacts) facts = kiosk_facts_new ();

  kiosk_facts_set (facts, "today", today);
  if (kiosk_facts_today (facts, error) == NULL)
    return FALSE;
  g_free (self->today);
  self->today = g_strdup (today);
  self->host.today = self->today;
  for (guint i = 0; i < self->n_fields; i++)
    if (g_strcmp0 (kiosk_xform_field (self->xform, (int)i)->fact, "today") == 0)
      kiosk_instance_put (self, (int)i, today);
  return kiosk_instance_recompute (self, error);
}

/* The value that the field has now: computed, given, or nothing while it is not relevant. */
static char *
make_value (KioskInstance *self, int index, GError **error)
{
  const KioskField *field = kiosk_xform_field (self->xform, index);
  char *value;

  if (!self->relevant[index])
    return g_strdup ("");
  if (field->calculate == NULL)
    return g_strdup (self->given[index] != NULL ? self->given[index] : "");
  value = kiosk_xpath_string (self->context, field->calculate, self->nodes[index], error);
  if (value != NULL && strlen (value) > VALUE_MAX)
    {
      g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                   "%s: the computed value is too long", field->ref);
      g_clear_pointer (&value, g_free);
    }
  return value;
}

static gboolean
update_field (KioskInstance *self, int index, gboolean *changed, GError **error)
{
  const KioskField *field = kiosk_xform_field (self->xform, index);
  gboolean relevant = field->parent < 0 || self->relevant[field->parent];
  char *fresh, *held;

  if (relevant && field->relevant != NULL
      && !kiosk_xpath_boolean (self->context, field->relevant, self->nodes[index], &relevant,
                               error))
    return FALSE;
  *changed |= relevant != self->relevant[index];
  self->relevant[index] = relevant;
  if (!field->leaf)
    return TRUE;
  fresh = make_value (self, index, error);
  if (fresh == NULL)
    return FALSE;
  held = kiosk_xml_text (self->nodes[index]);
  if (!g_str_equal (fresh, held))
    {
      kiosk_xml_set_text (self->nodes[index], fresh);
      *changed = TRUE;
    }
  kiosk_wipe_string (fresh);
  kiosk_wipe_string (held);
  return TRUE;
}

gboolean
kiosk_instance_recompute (KioskInstance *self, GError **error)
{
  gboolean changed = TRUE;

  /* A chain of n fields that each need the next settles in n rounds; a circle never does. */
  for (guint round = 0; changed; round++)
    {
      changed = FALSE;
      for (guint i = 0; i < self->n_fields; i++)
        if (!update_field (self, (int)i, &changed, error))
          return FALSE;
      if (changed && round > self->n_fields + 1)
        {
          g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                       "the form's calculations go in a circle");
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
kiosk_instance_is_required (KioskInstance *self, int index)
{
  const KioskField *field = kiosk_xform_field (self->xform, index);
  gboolean required = FALSE;

  /* What cannot be computed keeps the form back, which is the safe side. */
  if (field->required != NULL
      && !kiosk_xpath_boolean (self->context, field->required, self->nodes[index], &required, NULL))
    return TRUE;
  return required;
}

static gboolean
find_problem (KioskInstance *self, int index, const char *value, KioskProblem *ret_problem,
              GError **error)
{
  const KioskField *field = kiosk_xform_field (self->xform, index);
  gboolean holds = TRUE;

  if (*value == '\0')
    *ret_problem
      = kiosk_instance_is_required (self, index) ? KIOSK_PROBLEM_MISSING : KIOSK_PROBLEM_NONE;
  else if (!kiosk_field_accepts (field, value))
    *ret_problem = KIOSK_PROBLEM_TYPE;
  else
    {
      if (field->constraint != NULL
          && !kiosk_xpath_boolean (self->context, field->constraint, self->nodes[index], &holds,
                                   error))
        return FALSE;
      *ret_problem = holds ? KIOSK_PROBLEM_NONE : KIOSK_PROBLEM_CONSTRAINT;
    }
  return TRUE;
}

gboolean
kiosk_instance_problem (KioskInstance *self, int index, KioskProblem *ret_problem, GError **error)
{
  char *value;
  gboolean good;

  if (!kiosk_xform_field (self->xform, index)->leaf || !self->relevant[index])
    {
      *ret_problem = KIOSK_PROBLEM_NONE;
      return TRUE;
    }
  value = kiosk_instance_value (self, index);
  good = find_problem (self, index, value, ret_problem, error);
  kiosk_wipe_string (value);
  return good;
}

gboolean
kiosk_instance_complete (KioskInstance *self, GError **error)
{
  for (guint i = 0; i < self->n_fields; i++)
    {
      const KioskField *field = kiosk_xform_field (self->xform, (int)i);
      KioskProblem problem;

      if (!kiosk_instance_problem (self, (int)i, &problem, error))
        return FALSE;
      if (problem == KIOSK_PROBLEM_NONE)
        continue;
      g_set_error (error, KIOSK_SERVICES_ERROR,
                   problem == KIOSK_PROBLEM_MISSING ? KIOSK_SERVICES_ERROR_INCOMPLETE
                                                    : KIOSK_SERVICES_ERROR_CONSTRAINT,
                   "%s: %s", field->ref,
                   problem == KIOSK_PROBLEM_MISSING ? "no answer" : "the answer breaks a rule");
      return FALSE;
    }
  return TRUE;
}

gint64
kiosk_instance_fee_cents (KioskInstance *self)
{
  g_autofree char *cents = NULL;

  if (self->xform->fee < 0)
    return 0;
  cents = kiosk_instance_value (self, self->xform->fee);
  return g_ascii_strtoll (cents, NULL, 10);
}

char *
kiosk_instance_text (KioskInstance *self, int index, const char *id, int language, gboolean brief)
{
  char *text;

  self->language = language;
  text
    = kiosk_xform_text (self->xform, id, language, brief, self->context, self->nodes[index], NULL);
  return text != NULL ? text : g_strdup ("");
}

char *
kiosk_instance_sentence (KioskInstance *self, int index, KioskProblem problem, int language)
{
  const KioskField *field = kiosk_xform_field (self->xform, index);
  const char *id = "kiosk:text";

  if (problem == KIOSK_PROBLEM_MISSING)
    id = "kiosk:required";
  else if (problem == KIOSK_PROBLEM_CONSTRAINT)
    id = field->constraint_text;
  else if (g_str_equal (field->type, "date"))
    id = "kiosk:date";
  else if (g_str_equal (field->type, "int") || field->numbers)
    id = "kiosk:int";
  else if (g_str_equal (field->type, "select1"))
    id = "kiosk:choice";
  return kiosk_instance_text (self, index, id, language, FALSE);
}

static xmlNode *
copy_relevant (KioskInstance *self, xmlDoc *into, int index)
{
  xmlNode *copy = xmlDocCopyNode (self->nodes[index], into, 2);

  if (kiosk_xform_field (self->xform, index)->leaf)
    {
      char *value = kiosk_instance_value (self, index);

      kiosk_xml_set_text (copy, value);
      kiosk_wipe_string (value);
      return copy;
    }
  for (guint i = (guint)index + 1; i < self->n_fields; i++)
    if (kiosk_xform_field (self->xform, (int)i)->parent == index && self->relevant[i])
      xmlAddChild (copy, copy_relevant (self, into, (int)i));
  return copy;
}

GBytes *
kiosk_instance_canonical (KioskInstance *self)
{
  g_autoptr (xmlDoc) doc = xmlNewDoc (BAD_CAST "1.0");
  xmlChar *bytes = NULL;
  int length;

  xmlDocSetRootElement (doc, copy_relevant (self, doc, 0));
  length = xmlC14NDocDumpMemory (doc, NULL, XML_C14N_1_0, NULL, 0, &bytes);
  g_assert (length > 0);
  return g_bytes_new_with_free_func (bytes, (gsize)length, (GDestroyNotify)xmlFree, bytes);
}
