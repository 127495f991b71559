#include "catalogue-private.h"
#include "facts-private.h"
#include "formats/json.h"
#include "xml.h"

#define TEXT_MAX 4096

static void
clear_templates (KioskTemplates templates)
{
  for (int i = 0; i < KIOSK_LANGUAGES; i++)
    g_clear_pointer (&templates[i], kiosk_template_free);
}

static void
free_rule (gpointer data)
{
  KioskRule *rule = data;

  g_free (rule->code);
  g_clear_pointer (&rule->unmet, kiosk_xpath_free);
  g_clear_pointer (&rule->met, kiosk_xpath_free);
  clear_templates (rule->text);
  clear_templates (rule->detail);
  clear_templates (rule->unmet_text);
  clear_templates (rule->unmet_detail);
  g_free (rule);
}

static gboolean
read_templates (JsonObject *check, const char *member, gboolean needed, KioskTemplates templates,
                GError **error)
{
  KioskTexts texts = { NULL };
  gboolean good = TRUE;

  if (!needed && !json_object_has_member (check, member))
    return TRUE;
  if (!kiosk_texts_read (check, member, FALSE, texts, "check", error))
    return FALSE;
  for (int i = 0; i < KIOSK_LANGUAGES && good; i++)
    {
      templates[i] = kiosk_template_from_braces (texts[i], error);
      good = templates[i] != NULL;
    }
  kiosk_texts_clear (texts);
  return good;
}

static gboolean
read_expression (JsonObject *check, const char *member, KioskXpath **slot, GError **error)
{
  g_autoptr (GError) problem = NULL;
  const char *text = kiosk_json_optional_string (check, member, KIOSK_XPATH_LENGTH_MAX, &problem);

  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (text == NULL)
    return TRUE;
  *slot = kiosk_xpath_compile (text, error);
  return *slot != NULL;
}

static gboolean
read_rule (KioskRule *rule, JsonObject *check, GError **error)
{
  static const char *const allowed[]
    = { "code", "unmet", "met", "text", "detail", "unmet_text", "unmet_detail", NULL };

  rule->code = g_strdup (kiosk_json_string (check, "code", 64, error));
  return rule->code != NULL && kiosk_members_check (check, allowed, "check", error)
         && read_expression (check, "unmet", &rule->unmet, error)
         && read_expression (check, "met", &rule->met, error)
         && read_templates (check, "text", TRUE, rule->text, error)
         && read_templates (check, "detail", FALSE, rule->detail, error)
         && read_templates (check, "unmet_text", rule->unmet != NULL, rule->unmet_text, error)
         && read_templates (check, "unmet_detail", FALSE, rule->unmet_detail, error);
}

void
kiosk_check_free (KioskCheck *self)
{
  if (self == NULL)
    return;
  g_free (self->code);
  g_free (self->text);
  g_free (self->detail);
  g_free (self);
}

static gboolean
decide (const KioskRule *rule, KioskXpathContext *context, KioskCheckState *ret_state,
        GError **error)
{
  gboolean holds = FALSE;

  *ret_state = KIOSK_CHECK_TO_ASK;
  if (rule->unmet != NULL && !kiosk_xpath_boolean (context, rule->unmet, NULL, &holds, error))
    return FALSE;
  if (holds)
    *ret_state = KIOSK_CHECK_UNMET;
  else if (rule->met != NULL)
    {
      if (!kiosk_xpath_boolean (context, rule->met, NULL, &holds, error))
        return FALSE;
      *ret_state = holds ? KIOSK_CHECK_MET : KIOSK_CHECK_TO_ASK;
    }
  return TRUE;
}

static KioskCheck *
apply (const KioskRule *rule, int language, KioskXpathContext *context, GError **error)
{
  g_autoptr (KioskCheck) check = g_new0 (KioskCheck, 1);
  const KioskTemplate *text, *detail;

  if (!decide (rule, context, &check->state, error))
    return NULL;
  text = rule->text[language];
  detail = rule->detail[language];
  if (check->state == KIOSK_CHECK_UNMET)
    {
      text = rule->unmet_text[language];
      detail = rule->unmet_detail[language];
    }
  check->code = g_strdup (rule->code);
  check->text = kiosk_template_render (text, context, NULL, error);
  if (check->text != NULL && detail != NULL)
    check->detail = kiosk_template_render (detail, context, NULL, error);
  if (check->text == NULL || (detail != NULL && check->detail == NULL))
    return NULL;
  return g_steal_pointer (&check);
}

GPtrArray *
kiosk_service_checks (const KioskService *self, const KioskFacts *facts, const char *language,
                      GError **error)
{
  g_autoptr (GPtrArray) checks = g_ptr_array_new_with_free_func ((GDestroyNotify)kiosk_check_free);
  g_autoptr (xmlDoc) doc = kiosk_facts_to_doc (facts);
  KioskXpathHost host = { .today = kiosk_facts_today (facts, error) };
  g_autoptr (KioskXpathContext) context = NULL;

  if (host.today == NULL)
    return NULL;
  context = kiosk_xpath_context_new (doc, &host);
  for (guint i = 0; i < self->rules->len; i++)
    {
      KioskCheck *check = apply (g_ptr_array_index (self->rules, i),
                                 kiosk_language_index (language), context, error);

      if (check == NULL)
        return NULL;
      g_ptr_array_add (checks, check);
    }
  return g_steal_pointer (&checks);
}

static gboolean
try_templates (KioskTemplates templates, KioskXpathContext *context, GError **error)
{
  for (int i = 0; i < KIOSK_LANGUAGES; i++)
    {
      g_autofree char *text = NULL;

      if (templates[i] == NULL)
        continue;
      text = kiosk_template_render (templates[i], context, NULL, error);
      if (text == NULL)
        return FALSE;
    }
  return TRUE;
}

/* An expression that cannot be computed is found when the catalogue loads, not in front of a
 * person. */
static gboolean
try_rule (KioskRule *rule, GError **error)
{
  static const KioskXpathHost host = { .today = "2024-02-29" };
  g_autoptr (KioskFacts) nothing = kiosk_facts_new ();
  g_autoptr (xmlDoc) doc = kiosk_facts_to_doc (nothing);
  g_autoptr (KioskXpathContext) context = kiosk_xpath_context_new (doc, &host);
  gboolean holds;

  return (rule->unmet == NULL || kiosk_xpath_boolean (context, rule->unmet, NULL, &holds, error))
         && (rule->met == NULL || kiosk_xpath_boolean (context, rule->met, NULL, &holds, error))
         && try_templates (rule->text, context, error)
         && try_templates (rule->detail, context, error)
         && try_templates (rule->unmet_text, context, error)
         && try_templates (rule->unmet_detail, context, error);
}

GPtrArray *
kiosk_rules_read (JsonArray *checks, GError **error)
{
  g_autoptr (GPtrArray) rules = g_ptr_array_new_with_free_func (free_rule);

  for (guint i = 0; i < json_array_get_length (checks); i++)
    {
      JsonNode *node = json_array_get_element (checks, i);
      KioskRule *rule = g_new0 (KioskRule, 1);

      g_ptr_array_add (rules, rule);
      if (!JSON_NODE_HOLDS_OBJECT (node))
        {
          g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                       "check %u is not an object", i + 1);
          return NULL;
        }
      if (!read_rule (rule, json_node_get_object (node), error) || !try_rule (rule, error))
        {
          g_prefix_error (error, "check %u: ", i + 1);
          return NULL;
        }
    }
  return g_steal_pointer (&rules);
}
