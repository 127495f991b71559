/* The department's side: the same form, filled again from untrusted bytes. */
#include "base/secret.h"
#include "catalogue-private.h"
#include "instance.h"
#include "services/form.h"
#include "xml.h"

#include <string.h>

static const KioskXmlLimits submission_limits
  = { .bytes = KIOSK_SUBMISSION_MAX, .nodes = 1000, .depth = 16 };

/* What the submission holds, by field; NULL where it has no such element. */
typedef struct
{
  const KioskXForm *xform;
  char **values;
} Given;

static Given *
given_new (const KioskXForm *xform)
{
  Given *self = g_new0 (Given, 1);

  self->xform = xform;
  self->values = g_new0 (char *, xform->fields->len);
  return self;
}

static void
given_free (Given *self)
{
  for (guint i = 0; i < self->xform->fields->len; i++)
    kiosk_wipe_string (self->values[i]);
  g_free (self->values);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Given, given_free)

static gboolean
complain (KioskServicesError code, const char *ref, const char *what, GError **error)
{
  g_set_error (error, KIOSK_SERVICES_ERROR, code, "%s: %s", ref, what);
  return FALSE;
}

static gboolean
read_node (Given *self, xmlNode *node, const char *path, GError **error)
{
  g_autofree char *ref = g_strconcat (path, "/", (const char *)node->name, NULL);
  int index = node->ns == NULL ? kiosk_xform_find (self->xform, ref) : -1;
  gboolean leaf;

  /* A strange name is not repeated: it may hold anything. */
  if (index < 0 || node->nsDef != NULL || (index > 0 && node->properties != NULL))
    return complain (KIOSK_SERVICES_ERROR_MALFORMED, *path != '\0' ? path : "/",
                     "an element or attribute that the form does not have", error);
  if (self->values[index] != NULL)
    return complain (KIOSK_SERVICES_ERROR_MALFORMED, ref, "it is there twice", error);
  leaf = kiosk_xform_field (self->xform, index)->leaf;
  for (xmlNode *child = node->children; child != NULL; child = child->next)
    if (child->type != (leaf ? XML_TEXT_NODE : XML_ELEMENT_NODE))
      return complain (KIOSK_SERVICES_ERROR_MALFORMED, ref, "content that does not belong there",
                       error);
  self->values[index] = leaf ? kiosk_xml_text (node) : g_strdup ("");
  for (xmlNode *child = leaf ? NULL : node->children; child != NULL; child = child->next)
    if (!read_node (self, child, ref, error))
      return FALSE;
  return TRUE;
}

static gboolean
is_this_form (const KioskXForm *xform, const xmlNode *root)
{
  g_autofree char *id = kiosk_xml_attribute (root, NULL, "id");
  g_autofree char *version = kiosk_xml_attribute (root, NULL, "version");
  g_autofree char *expected = g_strdup_printf ("%" G_GINT64_FORMAT, xform->version);

  return g_strcmp0 (id, xform->id) == 0 && g_strcmp0 (version, expected) == 0;
}

static Given *
read_submission (const KioskXForm *xform, GBytes *submission, GError **error)
{
  g_autoptr (Given) given = given_new (xform);
  g_autoptr (xmlDoc) doc = kiosk_xml_parse (
    g_bytes_get_data (submission, NULL), g_bytes_get_size (submission), &submission_limits, error);

  if (doc == NULL)
    return NULL;
  if (!is_this_form (xform, xmlDocGetRootElement (doc)))
    {
      g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_UNKNOWN,
                   "not a submission of %s version %" G_GINT64_FORMAT, xform->id, xform->version);
      return NULL;
    }
  return read_node (given, xmlDocGetRootElement (doc), "", error) ? g_steal_pointer (&given) : NULL;
}

/* Answers and known values go in as they came; what is computed is left to the form. */
static gboolean
fill (KioskInstance *instance, const Given *given, GError **error)
{
  for (guint i = 0; i < given->xform->fields->len; i++)
    {
      const KioskField *field = kiosk_xform_field (given->xform, (int)i);
      const char *value = given->values[i];

      if (!field->leaf || field->calculate != NULL || value == NULL || *value == '\0'
          || g_strcmp0 (field->fact, "today") == 0)
        continue;
      if (!kiosk_field_accepts (field, value))
        return complain (KIOSK_SERVICES_ERROR_CONSTRAINT, field->ref, "not what the field takes",
                         error);
      kiosk_instance_put (instance, (int)i, value);
    }
  return kiosk_instance_recompute (instance, error);
}

static gboolean
compare_field (KioskInstance *instance, const Given *given, int index, GError **error)
{
  const KioskField *field = kiosk_xform_field (given->xform, index);
  const char *value = given->values[index];
  gboolean relevant = kiosk_instance_is_relevant (instance, index), same;
  char *expected;

  if (!relevant && value != NULL)
    return complain (KIOSK_SERVICES_ERROR_DIFFERS, field->ref, "it does not apply, yet it is there",
                     error);
  if (relevant && value == NULL)
    return complain (kiosk_field_is_asked (field) ? KIOSK_SERVICES_ERROR_INCOMPLETE
                                                  : KIOSK_SERVICES_ERROR_DIFFERS,
                     field->ref, "it is not there", error);
  if (!relevant)
    return TRUE;
  expected = kiosk_instance_value (instance, index);
  same = g_str_equal (expected, value);
  kiosk_wipe_string (expected);
  return same
         || complain (KIOSK_SERVICES_ERROR_DIFFERS, field->ref,
                      "the value is not the one that the form gives", error);
}

static gboolean
stands (KioskInstance *instance, const Given *given, GBytes *submission, GError **error)
{
  g_autoptr (GBytes) canonical = NULL;

  for (guint i = 0; i < given->xform->fields->len; i++)
    if (!compare_field (instance, given, (int)i, error))
      return FALSE;
  if (!kiosk_instance_complete (instance, error))
    return FALSE;
  canonical = kiosk_instance_canonical (instance);
  return g_bytes_equal (canonical, submission)
         || complain (KIOSK_SERVICES_ERROR_DIFFERS, "/", "the bytes are not the canonical form's",
                      error);
}

static KioskFacts *
answers (const Given *given)
{
  KioskFacts *facts = kiosk_facts_new ();

  for (guint i = 0; i < given->xform->fields->len; i++)
    {
      const KioskField *field = kiosk_xform_field (given->xform, (int)i);

      if (field->leaf && given->values[i] != NULL)
        kiosk_facts_set (facts, field->ref, given->values[i]);
    }
  return facts;
}

gboolean
kiosk_form_recompute (KioskCatalogue *catalogue, const KioskService *service, GBytes *submission,
                      const char *today, gint64 *ret_fee_cents, KioskFacts **ret_facts,
                      GError **error)
{
  g_autoptr (KioskFacts) facts = kiosk_facts_new ();
  g_autoptr (KioskInstance) instance = NULL;
  g_autoptr (Given) given = read_submission (service->xform, submission, error);

  if (given == NULL)
    return FALSE;
  kiosk_facts_set (facts, "today", today);
  instance = kiosk_instance_new (service->xform, facts, error);
  if (instance == NULL || !fill (instance, given, error)
      || !stands (instance, given, submission, error))
    return FALSE;
  if (ret_fee_cents != NULL)
    *ret_fee_cents = kiosk_instance_fee_cents (instance);
  if (ret_facts != NULL)
    *ret_facts = answers (given);
  return TRUE;
}
