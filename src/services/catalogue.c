#include "services/catalogue.h"
#include "catalogue-private.h"
#include "formats/json.h"
#include "instance.h"

#define SERVICES_MAX 64
#define CONSENT_MAX  8

G_DEFINE_QUARK (kiosk_services_error, kiosk_services_error)

struct _KioskCatalogue
{
  gint references;
  gint64 serial;
  GPtrArray *services; /* (element-type KioskService) */
  GHashTable *forms;   /* id → KioskXForm */
};

static void
free_reason (gpointer data)
{
  kiosk_texts_clear (data);
  g_free (data);
}

static void
free_point (gpointer data)
{
  KioskConsentPoint *point = data;

  kiosk_texts_clear (point->title);
  kiosk_texts_clear (point->text);
  g_free (point);
}

static void
free_service (gpointer data)
{
  KioskService *service = data;

  g_free (service->id);
  g_free (service->department);
  g_free (service->form);
  kiosk_texts_clear (service->title);
  kiosk_texts_clear (service->summary);
  kiosk_texts_clear (service->department_name);
  kiosk_texts_clear (service->declaration);
  g_clear_pointer (&service->reasons, g_hash_table_unref);
  g_clear_pointer (&service->rules, g_ptr_array_unref);
  g_clear_pointer (&service->consent, g_ptr_array_unref);
  g_free (service);
}

/* The rows of a table that a form asks for. */
static JsonArray *
find_table (gpointer data, const char *name)
{
  static const char *const allowed[] = { "note", "sources", "rows", NULL };
  JsonObject *table = kiosk_json_object (data, name, NULL);
  KioskTexts note = { NULL };
  JsonArray *rows = NULL;

  if (table != NULL && kiosk_members_check (table, allowed, name, NULL)
      && kiosk_texts_read (table, "note", FALSE, note, name, NULL))
    rows = kiosk_json_array (table, "rows", 2000, NULL);
  kiosk_texts_clear (note);
  return rows;
}

/* Every text of every language once, so that an output that cannot be computed is found now. */
static gboolean
try_texts (KioskInstance *instance, GError **error)
{
  const KioskXForm *xform = kiosk_instance_xform (instance);

  for (int language = 0; language < KIOSK_LANGUAGES; language++)
    {
      GHashTableIter iter;
      gpointer id;

      g_hash_table_iter_init (&iter, xform->texts[language]);
      while (g_hash_table_iter_next (&iter, &id, NULL))
        {
          g_autofree char *text = kiosk_instance_text (instance, 0, id, language, FALSE);

          if (*text == '\0')
            {
              g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                           "the text \"%s\" in %s cannot be made", (char *)id,
                           kiosk_languages[language]);
              return FALSE;
            }
        }
    }
  return TRUE;
}

static gboolean
try_form (const KioskXForm *xform, GError **error)
{
  g_autoptr (KioskFacts) facts = kiosk_facts_new ();
  g_autoptr (KioskInstance) instance = NULL;

  kiosk_facts_set (facts, "today", "2024-02-29");
  instance = kiosk_instance_new (xform, facts, error);
  return instance != NULL && try_texts (instance, error);
}

static KioskXForm *
read_form (JsonObject *source, JsonObject *tables, const char *id, GError **error)
{
  static const char *const allowed[] = { "version", "xform", NULL };
  const char *text = kiosk_json_string (source, "xform", KIOSK_XFORM_MAX, error);
  g_autoptr (KioskXForm) xform = NULL;
  gint64 version;

  if (text == NULL || !kiosk_members_check (source, allowed, id, error)
      || !kiosk_json_integer (source, "version", 1, G_MAXINT, &version, error))
    return NULL;
  xform = kiosk_xform_new (text, find_table, tables, error);
  if (xform == NULL || !try_form (xform, error))
    return NULL;
  if (!g_str_equal (xform->id, id) || xform->version != version)
    {
      g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                   "it says that it is %s version %" G_GINT64_FORMAT, xform->id, xform->version);
      return NULL;
    }
  return g_steal_pointer (&xform);
}

static gboolean
read_forms (KioskCatalogue *self, JsonObject *body, GError **error)
{
  JsonObject *forms = kiosk_json_object (body, "forms", error);
  JsonObject *tables = forms != NULL ? kiosk_json_object (body, "tables", error) : NULL;
  g_autoptr (GList) ids = NULL;

  if (tables == NULL)
    return FALSE;
  ids = json_object_get_members (forms);
  for (GList *l = ids; l != NULL; l = l->next)
    {
      JsonObject *source = kiosk_json_object (forms, l->data, error);
      KioskXForm *xform = source != NULL ? read_form (source, tables, l->data, error) : NULL;

      if (xform == NULL)
        {
          g_prefix_error (error, "form %s: ", (char *)l->data);
          return FALSE;
        }
      g_hash_table_insert (self->forms, g_strdup (l->data), xform);
    }
  return TRUE;
}

static gboolean
read_reasons (KioskService *service, JsonObject *source, GError **error)
{
  JsonObject *reasons = kiosk_json_object (source, "reasons", error);
  g_autoptr (GList) codes = NULL;

  if (reasons == NULL)
    return FALSE;
  service->reasons = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_reason);
  codes = json_object_get_members (reasons);
  for (GList *l = codes; l != NULL; l = l->next)
    {
      char **texts = g_new0 (char *, KIOSK_LANGUAGES);

      g_hash_table_insert (service->reasons, g_strdup (l->data), texts);
      if (!kiosk_texts_read (reasons, l->data, FALSE, texts, "reasons", error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_texts (KioskService *service, JsonObject *source, JsonObject *departments, GError **error)
{
  JsonObject *department = kiosk_json_object (departments, service->department, error);

  return department != NULL
         && kiosk_texts_read (department, "name", FALSE, service->department_name,
                              service->department, error)
         && kiosk_texts_read (source, "title", FALSE, service->title, service->id, error)
         && kiosk_texts_read (source, "summary", FALSE, service->summary, service->id, error)
         && kiosk_texts_read (source, "declaration", TRUE, service->declaration, service->id, error)
         && read_reasons (service, source, error);
}

static gboolean
read_point (KioskService *service, JsonNode *node, GError **error)
{
  static const char *const allowed[] = { "title", "text", NULL };
  KioskConsentPoint *point = g_new0 (KioskConsentPoint, 1);
  JsonObject *source = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  g_ptr_array_add (service->consent, point);
  if (source != NULL)
    return kiosk_members_check (source, allowed, "consent", error)
           && kiosk_texts_read (source, "title", FALSE, point->title, "consent", error)
           && kiosk_texts_read (source, "text", FALSE, point->text, "consent", error);
  g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
               "a point of consent is not an object");
  return FALSE;
}

/* Only a service that enrols has it. */
static gboolean
read_enrolment (KioskService *service, JsonObject *source, GError **error)
{
  static const char *const allowed[] = { "consent_version", "consent", NULL };
  JsonObject *enrolment;
  JsonArray *points;

  if (!json_object_has_member (source, "enrolment"))
    return TRUE;
  enrolment = kiosk_json_object (source, "enrolment", error);
  if (enrolment == NULL || !kiosk_members_check (enrolment, allowed, "enrolment", error)
      || !kiosk_json_integer (enrolment, "consent_version", 1, G_MAXINT, &service->consent_version,
                              error)
      || (points = kiosk_json_array (enrolment, "consent", CONSENT_MAX, error)) == NULL)
    return FALSE;
  service->consent = g_ptr_array_new_with_free_func (free_point);
  for (guint i = 0; i < json_array_get_length (points); i++)
    if (!read_point (service, json_array_get_element (points, i), error))
      return FALSE;
  if (service->consent->len > 0)
    return TRUE;
  g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
               "nothing is said about consent");
  return FALSE;
}

static gboolean
read_service (KioskCatalogue *self, KioskService *service, JsonObject *source,
              JsonObject *departments, GError **error)
{
  static const char *const allowed[]
    = { "id",          "department", "form",   "form_version", "title", "summary",
        "declaration", "reasons",    "checks", "enrolment",    NULL };
  JsonArray *checks;

  service->id = g_strdup (kiosk_json_string (source, "id", 64, error));
  if (service->id == NULL || !kiosk_members_check (source, allowed, service->id, error))
    return FALSE;
  service->department = g_strdup (kiosk_json_string (source, "department", 64, error));
  if (service->department == NULL)
    return FALSE;
  service->form = g_strdup (kiosk_json_string (source, "form", 64, error));
  if (service->form == NULL
      || !kiosk_json_integer (source, "form_version", 1, G_MAXINT, &service->form_version, error)
      || !read_texts (service, source, departments, error)
      || (checks = kiosk_json_array (source, "checks", 32, error)) == NULL
      || (service->rules = kiosk_rules_read (checks, error)) == NULL
      || !read_enrolment (service, source, error))
    return FALSE;
  service->xform = g_hash_table_lookup (self->forms, service->form);
  if (service->xform == NULL || service->xform->version != service->form_version
      || kiosk_catalogue_find (self, service->id) != service)
    {
      g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                   "the form %s of this version is not in the catalogue, or the id is there twice",
                   service->form);
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_services (KioskCatalogue *self, JsonObject *body, GError **error)
{
  JsonObject *departments = kiosk_json_object (body, "departments", error);
  JsonArray *services = NULL;

  if (departments != NULL)
    services = kiosk_json_array (body, "services", SERVICES_MAX, error);
  if (services == NULL)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (services); i++)
    {
      JsonNode *node = json_array_get_element (services, i);
      KioskService *service = g_new0 (KioskService, 1);

      g_ptr_array_add (self->services, service);
      if (!JSON_NODE_HOLDS_OBJECT (node))
        {
          g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                       "service %u is not an object", i + 1);
          return FALSE;
        }
      if (!read_service (self, service, json_node_get_object (node), departments, error))
        {
          g_prefix_error (error, "service %u: ", i + 1);
          return FALSE;
        }
    }
  return TRUE;
}

KioskCatalogue *
kiosk_catalogue_new (const KioskBundle *bundle, GError **error)
{
  static const char *const allowed[]
    = { "format", "departments", "tables", "services", "forms", NULL };
  g_autoptr (KioskCatalogue) self = g_new0 (KioskCatalogue, 1);
  g_autoptr (GError) problem = NULL;
  gint64 format;

  self->references = 1;
  self->serial = (gint64)bundle->serial;
  self->services = g_ptr_array_new_with_free_func (free_service);
  self->forms
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)kiosk_xform_free);
  if (!g_str_equal (bundle->name, "catalogue"))
    g_set_error (&problem, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                 "this is the bundle \"%s\"", bundle->name);
  else if (kiosk_members_check (bundle->body, allowed, "body", &problem)
           && kiosk_json_integer (bundle->body, "format", 1, 1, &format, &problem)
           && read_forms (self, bundle->body, &problem)
           && read_services (self, bundle->body, &problem))
    return g_steal_pointer (&self);
  /* One code, whichever room found it: the catalogue cannot be used. */
  g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
               "catalogue %" G_GUINT64_FORMAT ": %s", bundle->serial, problem->message);
  return NULL;
}

KioskCatalogue *
kiosk_catalogue_ref (KioskCatalogue *self)
{
  g_atomic_int_inc (&self->references);
  return self;
}

void
kiosk_catalogue_unref (KioskCatalogue *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->references))
    return;
  g_ptr_array_unref (self->services);
  g_hash_table_unref (self->forms);
  g_free (self);
}

gint64
kiosk_catalogue_serial (const KioskCatalogue *self)
{
  return self->serial;
}

guint
kiosk_catalogue_n_services (const KioskCatalogue *self)
{
  return self->services->len;
}

const KioskService *
kiosk_catalogue_service (const KioskCatalogue *self, guint index)
{
  return index < self->services->len ? g_ptr_array_index (self->services, index) : NULL;
}

const KioskService *
kiosk_catalogue_find (const KioskCatalogue *self, const char *id)
{
  for (guint i = 0; i < self->services->len; i++)
    {
      const KioskService *service = g_ptr_array_index (self->services, i);

      if (g_str_equal (service->id, id))
        return service;
    }
  return NULL;
}
