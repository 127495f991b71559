#include "base/settings.h"

#include "base/file.h"
#include <string.h>

#define SETTINGS_BYTES_MAX (64 * 1024)

G_DEFINE_QUARK (kiosk_settings_error, kiosk_settings_error)

struct _KioskSettings
{
  const KioskSettingSpec *specs;
  gsize n_specs;
  char **values; /* one a spec, in table order */
};

static const KioskSettingSpec *
find_spec (const KioskSettingSpec *specs, gsize n_specs, const char *group, const char *key)
{
  for (gsize i = 0; i < n_specs; i++)
    {
      if (strcmp (specs[i].group, group) == 0 && (key == NULL || strcmp (specs[i].key, key) == 0))
        return &specs[i];
    }
  return NULL;
}

static gboolean
check_known (GKeyFile *file, const char *path, const KioskSettingSpec *specs, gsize n_specs,
             GError **error)
{
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);

  for (gsize i = 0; groups[i] != NULL; i++)
    {
      g_auto (GStrv) keys = g_key_file_get_keys (file, groups[i], NULL, NULL);

      for (gsize j = 0; keys != NULL && keys[j] != NULL; j++)
        {
          if (find_spec (specs, n_specs, groups[i], keys[j]) != NULL)
            continue;
          g_set_error (error, KIOSK_SETTINGS_ERROR, KIOSK_SETTINGS_ERROR_UNKNOWN,
                       "%s: [%s] %s: no such setting; remove it or mend its name", path, groups[i],
                       keys[j]);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
refuse (GError **error, const char *path, const KioskSettingSpec *spec, const char *what)
{
  g_set_error (error, KIOSK_SETTINGS_ERROR, KIOSK_SETTINGS_ERROR_MALFORMED, "%s: [%s] %s: %s (%s)",
               path, spec->group, spec->key, what, spec->help);
  return FALSE;
}

static gboolean
check_integer (const char *value, const char *path, const KioskSettingSpec *spec, GError **error)
{
  g_autofree char *what = NULL;

  if (g_ascii_string_to_signed (value, 10, spec->minimum, spec->maximum, NULL, NULL))
    return TRUE;
  what = g_strdup_printf ("must be a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                          spec->minimum, spec->maximum);
  return refuse (error, path, spec, what);
}

static gboolean
check_text (const char *value, const char *path, const KioskSettingSpec *spec, GError **error)
{
  gint64 length = (gint64)strlen (value);

  if (!g_utf8_validate (value, -1, NULL))
    return refuse (error, path, spec, "must be UTF-8");
  if (length < spec->minimum || (spec->maximum > 0 && length > spec->maximum))
    return refuse (error, path, spec, "is too short or too long");
  return TRUE;
}

/* The value as it will be handed out, or NULL with an error. */
static char *
settle_value (const char *value, const char *path, const KioskSettingSpec *spec, GError **error)
{
  switch (spec->type)
    {
    case KIOSK_SETTING_INTEGER:
      return check_integer (value, path, spec, error) ? g_strdup (value) : NULL;
    case KIOSK_SETTING_BOOLEAN:
      if (strcmp (value, "true") == 0 || strcmp (value, "false") == 0)
        return g_strdup (value);
      refuse (error, path, spec, "must be true or false");
      return NULL;
    case KIOSK_SETTING_URI:
      if (*value != '\0' && !g_uri_is_valid (value, G_URI_FLAGS_NONE, NULL))
        {
          refuse (error, path, spec, "must be a URI");
          return NULL;
        }
      return check_text (value, path, spec, error) ? g_strdup (value) : NULL;
    case KIOSK_SETTING_PATH:
      if (!check_text (value, path, spec, error))
        return NULL;
      if (*value != '\0' && !g_path_is_absolute (value))
        {
          g_autofree char *absolute = g_canonicalize_filename (path, NULL);
          g_autofree char *folder = g_path_get_dirname (absolute);

          return g_canonicalize_filename (value, folder);
        }
      return g_strdup (value);
    case KIOSK_SETTING_STRING:
    default:
      return check_text (value, path, spec, error) ? g_strdup (value) : NULL;
    }
}

static gboolean
fill (KioskSettings *self, GKeyFile *file, const char *path, GError **error)
{
  for (gsize i = 0; i < self->n_specs; i++)
    {
      const KioskSettingSpec *spec = &self->specs[i];
      g_autofree char *value = g_key_file_get_string (file, spec->group, spec->key, NULL);

      if (value == NULL && spec->fallback == NULL)
        {
          g_set_error (error, KIOSK_SETTINGS_ERROR, KIOSK_SETTINGS_ERROR_MISSING,
                       "%s: [%s] %s: is missing; add it (%s)", path, spec->group, spec->key,
                       spec->help);
          return FALSE;
        }
      self->values[i] = settle_value (value != NULL ? value : spec->fallback, path, spec, error);
      if (self->values[i] == NULL)
        return FALSE;
    }
  return TRUE;
}

KioskSettings *
kiosk_settings_load (const char *path, const KioskSettingSpec *specs, gsize n_specs, GError **error)
{
  g_autoptr (KioskSettings) self = NULL;
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) problem = NULL;
  g_autoptr (GBytes) content = kiosk_file_read (path, SETTINGS_BYTES_MAX, &problem);
  gsize length;
  const char *text;

  if (content == NULL)
    {
      gboolean absent = g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT);

      g_set_error_literal (error, KIOSK_SETTINGS_ERROR,
                           absent ? KIOSK_SETTINGS_ERROR_MISSING : KIOSK_SETTINGS_ERROR_MALFORMED,
                           problem->message);
      return NULL;
    }
  text = g_bytes_get_data (content, &length);
  if (length > 0 && !g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, &problem))
    {
      g_set_error (error, KIOSK_SETTINGS_ERROR, KIOSK_SETTINGS_ERROR_MALFORMED,
                   "%s: not a settings file: %s; mend that line", path, problem->message);
      return NULL;
    }
  if (!check_known (file, path, specs, n_specs, error))
    return NULL;

  self = g_new0 (KioskSettings, 1);
  self->specs = specs;
  self->n_specs = n_specs;
  self->values = g_new0 (char *, n_specs + 1);
  if (!fill (self, file, path, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
kiosk_settings_free (KioskSettings *self)
{
  if (self == NULL)
    return;
  for (gsize i = 0; i < self->n_specs; i++)
    g_free (self->values[i]);
  g_free (self->values);
  g_free (self);
}

static const char *
value_of (const KioskSettings *self, const char *group, const char *key)
{
  const KioskSettingSpec *spec = find_spec (self->specs, self->n_specs, group, key);

  if (spec == NULL)
    g_error ("setting [%s] %s is not in the program's table", group, key);
  return self->values[spec - self->specs];
}

const char *
kiosk_settings_string (const KioskSettings *self, const char *group, const char *key)
{
  return value_of (self, group, key);
}

gint64
kiosk_settings_integer (const KioskSettings *self, const char *group, const char *key)
{
  return g_ascii_strtoll (value_of (self, group, key), NULL, 10);
}

gboolean
kiosk_settings_boolean (const KioskSettings *self, const char *group, const char *key)
{
  return strcmp (value_of (self, group, key), "true") == 0;
}
