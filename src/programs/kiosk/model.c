#include "model.h"

#include <math.h>
#include <string.h>

struct _KioskModel
{
  gatomicrefcount references;
  GVariant *members;
  char *fault;
  KioskModel *parent; /* the model that this is an item of: it takes the blame */
};

KioskModel *
kiosk_model_new (GVariant *members)
{
  KioskModel *self = g_new0 (KioskModel, 1);
  g_atomic_ref_count_init (&self->references);
  self->members = g_variant_ref_sink (members);
  return self;
}

KioskModel *
kiosk_model_ref (KioskModel *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
kiosk_model_unref (KioskModel *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->references))
    return;
  g_variant_unref (self->members);
  kiosk_model_unref (self->parent);
  g_free (self->fault);
  g_free (self);
}

const char *
kiosk_model_fault (KioskModel *self)
{
  return self->fault;
}

static void
blame (KioskModel *self, const char *name, const char *what)
{
  KioskModel *top = self;
  while (top->parent != NULL)
    top = top->parent;
  if (top->fault == NULL)
    top->fault = g_strdup_printf ("%s: %s", name, what);
}

/* (transfer full) (nullable) */
static GVariant *
member (KioskModel *self, const char *name, const char *type)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (self->members, name, NULL);
  if (value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE (type)))
    return g_steal_pointer (&value);
  blame (self, name, value != NULL ? g_variant_get_type_string (value) : "missing");
  return NULL;
}

const char *
kiosk_model_string (KioskModel *self, const char *name)
{
  g_autoptr (GVariant) value = member (self, name, "s");
  gsize length = 0;
  if (value == NULL)
    return "";
  /* The text belongs to the dictionary's serialised bytes and lives as long as they do. */
  const char *text = g_variant_get_string (value, &length);
  if (length > KIOSK_MODEL_TEXT_MAX)
    {
      blame (self, name, "too long");
      return "";
    }
  return text;
}

gboolean
kiosk_model_boolean (KioskModel *self, const char *name)
{
  g_autoptr (GVariant) value = member (self, name, "b");
  return value != NULL && g_variant_get_boolean (value);
}

guint32
kiosk_model_unsigned (KioskModel *self, const char *name)
{
  g_autoptr (GVariant) value = member (self, name, "u");
  return value != NULL ? g_variant_get_uint32 (value) : 0;
}

gint32
kiosk_model_integer (KioskModel *self, const char *name)
{
  g_autoptr (GVariant) value = member (self, name, "i");
  return value != NULL ? g_variant_get_int32 (value) : 0;
}

gint64
kiosk_model_long (KioskModel *self, const char *name)
{
  g_autoptr (GVariant) value = member (self, name, "x");
  return value != NULL ? g_variant_get_int64 (value) : 0;
}

double
kiosk_model_fraction (KioskModel *self, const char *name)
{
  g_autoptr (GVariant) value = member (self, name, "d");
  double fraction = value != NULL ? g_variant_get_double (value) : 0;
  return isfinite (fraction) ? CLAMP (fraction, 0, 1) : 0;
}

GPtrArray *
kiosk_model_items (KioskModel *self, const char *name)
{
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify)kiosk_model_unref);
  g_autoptr (GVariant) value = member (self, name, "aa{sv}");
  gsize n = value != NULL ? g_variant_n_children (value) : 0;
  if (n > KIOSK_MODEL_ITEMS_MAX)
    {
      blame (self, name, "too many");
      n = 0;
    }
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (value, i);
      KioskModel *item = kiosk_model_new (child);
      item->parent = kiosk_model_ref (self);
      g_ptr_array_add (items, item);
    }
  return items;
}

char **
kiosk_model_strings (KioskModel *self, const char *name)
{
  g_autoptr (GVariant) value = member (self, name, "as");
  if (value == NULL || g_variant_n_children (value) > KIOSK_MODEL_ITEMS_MAX)
    {
      if (value != NULL)
        blame (self, name, "too many");
      return g_new0 (char *, 1);
    }
  return g_variant_dup_strv (value, NULL);
}
