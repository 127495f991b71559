#include "catalog.h"

#include <string.h>

#define MAGIC 0x950412deu

struct _KioskCatalog
{
  GBytes *bytes;
  const char *data;
  guint32 n_strings;
  guint32 sources; /* offsets of the two tables of (length, offset) */
  guint32 translations;
};

static guint32
word (const KioskCatalog *self, gsize offset)
{
  guint32 value;
  memcpy (&value, self->data + offset, sizeof value);
  return value;
}

/* A string must lie inside the file and end in NUL there. */
static gboolean
table_is_sound (const KioskCatalog *self, guint32 table, gsize size)
{
  if (table > size || (size - table) / 8 < self->n_strings)
    return FALSE;
  for (guint32 i = 0; i < self->n_strings; i++)
    {
      guint32 length = word (self, table + 8 * (gsize)i);
      guint32 offset = word (self, table + 8 * (gsize)i + 4);
      if (offset >= size || length >= size - offset || self->data[offset + length] != '\0')
        return FALSE;
    }
  return TRUE;
}

KioskCatalog *
kiosk_catalog_new (GBytes *bytes)
{
  g_autoptr (KioskCatalog) self = g_new0 (KioskCatalog, 1);
  gsize size;
  self->bytes = g_bytes_ref (bytes);
  self->data = g_bytes_get_data (bytes, &size);
  if (size < 28 || word (self, 0) != MAGIC || word (self, 4) > 0xffff)
    return NULL;
  self->n_strings = word (self, 8);
  self->sources = word (self, 12);
  self->translations = word (self, 16);
  if (!table_is_sound (self, self->sources, size)
      || !table_is_sound (self, self->translations, size))
    return NULL;
  return g_steal_pointer (&self);
}

void
kiosk_catalog_free (KioskCatalog *self)
{
  if (self == NULL)
    return;
  g_bytes_unref (self->bytes);
  g_free (self);
}

static const char *
string_at (KioskCatalog *self, guint32 table, guint32 index)
{
  return self->data + word (self, table + 8 * (gsize)index + 4);
}

const char *
kiosk_catalog_lookup (KioskCatalog *self, const char *source)
{
  guint32 low = 0;
  guint32 high = self->n_strings;
  while (low < high) /* msgfmt sorts the sources */
    {
      guint32 middle = low + (high - low) / 2;
      int order = strcmp (source, string_at (self, self->sources, middle));
      if (order == 0)
        {
          const char *found = string_at (self, self->translations, middle);
          return *found != '\0' ? found : NULL;
        }
      if (order < 0)
        high = middle;
      else
        low = middle + 1;
    }
  return NULL;
}
