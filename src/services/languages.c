#include "languages.h"
#include "formats/json.h"

#define TEXT_MAX 4096

const char *const kiosk_languages[KIOSK_LANGUAGES] = { "en", "zh_HK", "zh_CN" };

int
kiosk_language_find (const char *name)
{
  for (int i = 0; i < KIOSK_LANGUAGES; i++)
    if (g_strcmp0 (kiosk_languages[i], name) == 0)
      return i;
  return -1;
}

int
kiosk_language_index (const char *name)
{
  return MAX (kiosk_language_find (name), 0);
}

void
kiosk_texts_clear (KioskTexts texts)
{
  for (int i = 0; i < KIOSK_LANGUAGES; i++)
    g_clear_pointer (&texts[i], g_free);
}

static char *
read_paragraphs (JsonObject *texts, const char *language, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);
  JsonArray *array = kiosk_json_array (texts, language, 32, error);

  if (array == NULL)
    return NULL;
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      const char *text
        = json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : "";

      if (*text == '\0' || strlen (text) > TEXT_MAX || strchr (text, '\n') != NULL)
        {
          g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                       "paragraph %u is not a line of text", i + 1);
          return NULL;
        }
      g_string_append_printf (out, "%s%s", i > 0 ? "\n" : "", text);
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

gboolean
kiosk_texts_read (JsonObject *object, const char *member, gboolean paragraphs, KioskTexts texts,
                  const char *where, GError **error)
{
  static const char *const allowed[] = { "en", "zh_HK", "zh_CN", NULL };
  JsonObject *source = kiosk_json_object (object, member, error);
  KioskTexts read = { NULL };

  if (source == NULL || !kiosk_members_check (source, allowed, member, error))
    {
      g_prefix_error (error, "%s: ", where);
      return FALSE;
    }
  for (int i = 0; i < KIOSK_LANGUAGES; i++)
    {
      read[i] = paragraphs
                  ? read_paragraphs (source, kiosk_languages[i], error)
                  : g_strdup (kiosk_json_string (source, kiosk_languages[i], TEXT_MAX, error));
      if (read[i] == NULL || *read[i] == '\0')
        {
          if (error != NULL && *error == NULL)
            g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED, "no text");
          g_prefix_error (error, "%s: %s in %s: ", where, member, kiosk_languages[i]);
          kiosk_texts_clear (read);
          return FALSE;
        }
    }
  for (int i = 0; i < KIOSK_LANGUAGES; i++)
    texts[i] = g_steal_pointer (&read[i]);
  return TRUE;
}

gboolean
kiosk_members_check (JsonObject *object, const char *const *allowed, const char *where,
                     GError **error)
{
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *l = members; l != NULL; l = l->next)
    if (!g_strv_contains (allowed, l->data))
      {
        g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                     "%s: \"%s\" is not known here", where, (char *)l->data);
        return FALSE;
      }
  return TRUE;
}
