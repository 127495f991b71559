#include "canary.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

typedef struct
{
  char *what; /* "name as UTF-16LE" */
  GBytes *bytes;
} Needle;

struct _Canaries
{
  GPtrArray *needles;
};

static void
needle_free (gpointer data)
{
  Needle *needle = data;

  g_free (needle->what);
  g_bytes_unref (needle->bytes);
  g_free (needle);
}

static void
add_bytes (Canaries *self, const char *what, const char *as, GBytes *bytes)
{
  Needle *needle = g_new0 (Needle, 1);

  needle->what = g_strdup_printf ("%s as %s", what, as);
  needle->bytes = bytes;
  g_ptr_array_add (self->needles, needle);
}

static void
add_text (Canaries *self, const char *what, const char *text)
{
  static const char *const codings[] = { "UTF-16LE", "UTF-16BE" };

  add_bytes (self, what, "UTF-8", g_bytes_new (text, strlen (text)));
  for (gsize i = 0; i < G_N_ELEMENTS (codings); i++)
    {
      gsize length = 0;
      char *coded = g_convert (text, -1, codings[i], "UTF-8", NULL, &length, NULL);

      add_bytes (self, what, codings[i], g_bytes_new_take (coded, length));
    }
}

static char *
replace (const char *text, const char *from, const char *to)
{
  g_auto (GStrv) parts = g_strsplit (text, from, -1);

  return g_strjoinv (to, parts);
}

static void
add_name (Canaries *self, const char *name)
{
  g_autofree char *plain = replace (name, ", ", " ");
  g_autofree char *surname_filled = replace (name, ", ", "<<");
  g_autofree char *filled = replace (surname_filled, " ", "<");

  add_text (self, "name", name);
  add_text (self, "name", plain);
  add_text (self, "name", filled);
}

static void
add_number (Canaries *self, const char *number)
{
  gsize length = strlen (number);
  g_autofree char *body = g_strndup (number, length - 1);
  g_autofree char *bracketed = g_strdup_printf ("%s(%s)", body, number + length - 1);

  add_text (self, "number", number);
  add_text (self, "number", bracketed);
}

static void
add_birth (Canaries *self, const char *birth)
{
  g_autofree char *digits = replace (birth, "-", "");
  g_auto (GStrv) parts = g_strsplit (birth, "-", 3);
  g_autofree char *backwards = g_strconcat (parts[2], parts[1], parts[0], NULL);
  g_autofree char *slashed = g_strjoin ("/", parts[2], parts[1], parts[0], NULL);
  guint8 bcd[4];

  for (gsize i = 0; i < 4; i++)
    bcd[i] = (guint8)((digits[i * 2] - '0') << 4 | (digits[i * 2 + 1] - '0'));
  add_text (self, "date of birth", birth);
  add_text (self, "date of birth", digits);
  add_text (self, "date of birth", backwards);
  add_text (self, "date of birth", slashed);
  add_bytes (self, "date of birth", "BCD", g_bytes_new (bcd, sizeof bcd));
}

Canaries *
canaries_new (const char *name, const char *number, const char *birth)
{
  Canaries *self = g_new0 (Canaries, 1);

  self->needles = g_ptr_array_new_with_free_func (needle_free);
  add_name (self, name);
  add_number (self, number);
  add_birth (self, birth);
  return self;
}

void
canaries_free (Canaries *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->needles);
  g_free (self);
}

char *
canaries_search_file (Canaries *self, const char *path, GError **error)
{
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, error);
  GString *found = g_string_new (NULL);
  const char *start;
  gsize length;

  if (file == NULL)
    {
      g_string_free (found, TRUE);
      return NULL;
    }
  start = g_mapped_file_get_contents (file);
  length = g_mapped_file_get_length (file);
  for (guint i = 0; length > 0 && i < self->needles->len; i++)
    {
      const Needle *needle = g_ptr_array_index (self->needles, i);
      gsize wanted;
      gconstpointer bytes = g_bytes_get_data (needle->bytes, &wanted);
      const char *at = memmem (start, length, bytes, wanted);

      if (at != NULL)
        g_string_append_printf (found, "%s at byte %" G_GSIZE_FORMAT " of %s\n", needle->what,
                                (gsize)(at - start), path);
    }
  return g_string_free (found, FALSE);
}

char *
canaries_search_tree (Canaries *self, const char *folder, GError **error)
{
  g_autoptr (GDir) listing = g_dir_open (folder, 0, error);
  g_autoptr (GString) found = g_string_new (NULL);
  const char *name;

  if (listing == NULL)
    return NULL;
  while ((name = g_dir_read_name (listing)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *more = NULL;
      GStatBuf info;

      if (g_lstat (path, &info) != 0 || (!S_ISDIR (info.st_mode) && !S_ISREG (info.st_mode)))
        continue;
      more = S_ISDIR (info.st_mode) ? canaries_search_tree (self, path, error)
                                    : canaries_search_file (self, path, error);
      if (more == NULL)
        return NULL;
      g_string_append (found, more);
    }
  return g_string_free (g_steal_pointer (&found), FALSE);
}
