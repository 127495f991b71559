/* Published vectors beside the source tree, one test a folder: skipped, in words, without them. */
#pragma once

#include <json-glib/json-glib.h>

typedef void (*VectorFunc) (const char *name, JsonObject *vector, gpointer data);

/* (transfer full) (nullable): NULL after g_test_skip(). */
static inline char *
vectors_find (const char *below)
{
  const char *root = g_getenv ("KIOSK_TEST_DATA");
  g_autofree char *path = g_build_filename (root != NULL ? root : "", below, NULL);

  if (root != NULL && g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  g_test_skip_printf ("the published vectors (%s) do not lie beside this source tree", below);
  return NULL;
}

static inline void
vectors_in (const char *folder, VectorFunc func, gpointer data)
{
  g_autoptr (GDir) listing = g_dir_open (folder, 0, NULL);
  const char *name;

  g_assert_nonnull (listing);
  while ((name = g_dir_read_name (listing)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (JsonParser) parser = json_parser_new ();
      g_autoptr (GError) error = NULL;

      if (!g_str_has_suffix (name, ".json"))
        continue;
      json_parser_load_from_file (parser, path, &error);
      g_assert_no_error (error);
      func (path, json_node_get_object (json_parser_get_root (parser)), data);
    }
}

/* Every health certificate of the countries' test data; how many there were, 0 when skipped. */
static inline guint
vectors_health (VectorFunc func, gpointer data)
{
  static const char *const countries[] = { "AT", "DE", "ES", "NL", "SE" };
  g_autofree char *root = vectors_find ("dcc");

  for (guint i = 0; root != NULL && i < G_N_ELEMENTS (countries); i++)
    {
      g_autofree char *folder = g_build_filename (root, countries[i], "2DCode", "raw", NULL);

      vectors_in (folder, func, data);
    }
  return root != NULL ? G_N_ELEMENTS (countries) : 0;
}
