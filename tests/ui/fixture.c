#include "fixture.h"

#include <string.h>

void
fixture_free (Fixture *self)
{
  g_free (self->name);
  g_free (self->page);
  g_strfreev (self->actions);
  g_variant_unref (self->source);
  g_free (self);
}

Fixture *
fixture_load (const char *path)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  if (!g_file_get_contents (path, &text, NULL, &error))
    g_error ("%s", error->message);
  g_auto (GStrv) parts = g_strsplit (text, "\n", 3);
  if (g_strv_length (parts) != 3)
    g_error ("%s: a page, its actions and a model are three parts", path);
  Fixture *self = g_new0 (Fixture, 1);
  g_autofree char *base = g_path_get_basename (path);
  self->name = g_strndup (base, strlen (base) - strlen (".page"));
  self->page = g_strdup (parts[0]);
  self->actions = *parts[1] != '\0' ? g_strsplit (parts[1], " ", -1) : g_new0 (char *, 1);
  self->source = g_variant_parse (G_VARIANT_TYPE_VARDICT, parts[2], NULL, NULL, &error);
  if (self->source == NULL)
    g_error ("%s: %s", path, error->message);
  return self;
}

static int
by_name (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(Fixture *const *)a)->name, (*(Fixture *const *)b)->name);
}

GPtrArray *
fixture_load_all (const char *folder)
{
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify)fixture_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;
  if (dir == NULL)
    g_error ("%s", error->message);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".page"))
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);
        g_ptr_array_add (all, fixture_load (path));
      }
  g_ptr_array_sort (all, by_name);
  return all;
}

static GVariant *translate (GVariant *value, const char *language);

static GVariant *
translate_members (GVariant *value, const char *language)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantIter iter;
  const char *name;
  GVariant *member;
  g_variant_iter_init (&iter, value);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &member))
    g_variant_builder_add (&builder, "{sv}", name, translate (member, language));
  return g_variant_builder_end (&builder);
}

static GVariant *
translate_items (GVariant *value, const char *language)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  for (gsize i = 0; i < g_variant_n_children (value); i++)
    {
      g_autoptr (GVariant) item = g_variant_get_child_value (value, i);
      g_variant_builder_add_value (&builder, translate_members (item, language));
    }
  return g_variant_builder_end (&builder);
}

/* av of a{ss}: a list of texts. */
static GVariant *
translate_list (GVariant *value, const char *language)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);
  for (gsize i = 0; i < g_variant_n_children (value); i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (value, i);
      g_autoptr (GVariant) item = g_variant_get_variant (boxed);
      g_variant_builder_add_value (&builder, translate (item, language));
    }
  return g_variant_builder_end (&builder);
}

static GVariant *
translate (GVariant *value, const char *language)
{
  const char *text = "";
  if (g_variant_is_of_type (value, G_VARIANT_TYPE ("a{ss}")))
    {
      if (!g_variant_lookup (value, language, "&s", &text))
        g_error ("a text without %s", language);
      return g_variant_new_string (text);
    }
  if (g_variant_is_of_type (value, G_VARIANT_TYPE ("aa{sv}")))
    return translate_items (value, language);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE ("av")))
    return translate_list (value, language);
  return value;
}

GVariant *
fixture_model (const Fixture *self, const char *language)
{
  g_autoptr (GVariant) members = g_variant_ref_sink (translate_members (self->source, language));
  GVariantDict dict;
  g_variant_dict_init (&dict, members);
  g_variant_dict_insert (&dict, "language", "s", language);
  if (!g_variant_dict_contains (&dict, "online"))
    g_variant_dict_insert (&dict, "online", "b", TRUE);
  return g_variant_dict_end (&dict);
}
