#include "devices/card/card-profile.h"

#include <string.h>

#include "base/file.h"
#include "base/settings.h"

static const KioskSettingSpec specs[] = {
  { "profile", "name", KIOSK_SETTING_STRING, NULL, 1, 64, "the file's stem" },
  { "profile", "simulated", KIOSK_SETTING_BOOLEAN, NULL, 0, 0, "a simulation of a document" },
  { "select", "historical", KIOSK_SETTING_STRING, "", 0, 96, "hexadecimal, start of the ATS's" },
  { "select", "card-access", KIOSK_SETTING_STRING, "any", 1, 16, "any, present or absent" },
  { "open", "methods", KIOSK_SETTING_STRING, NULL, 1, 16, "pace, bac" },
  { "open", "keys", KIOSK_SETTING_STRING, NULL, 1, 16, "can, mrz" },
  { "open", "bac-after-pace", KIOSK_SETTING_BOOLEAN, "false", 0, 0, "BAC where PACE breaks down" },
  { "document", "form", KIOSK_SETTING_STRING, NULL, 3, 3, "TD1, TD2 or TD3" },
  { "document", "issuer", KIOSK_SETTING_STRING, "", 0, 3, "ICAO code" },
  { "read", "required", KIOSK_SETTING_STRING, NULL, 1, 48, "data groups" },
  { "read", "optional", KIOSK_SETTING_STRING, "", 0, 48, "data groups" },
  { "read", "details", KIOSK_SETTING_STRING, "", 0, 48, "data groups" },
  { "fields", "national-number", KIOSK_SETTING_STRING, "", 0, 32, "where it is found" },
  { "fields", "name-chinese", KIOSK_SETTING_STRING, "", 0, 32, "where it is found" },
  { "fields", "symbols", KIOSK_SETTING_STRING, "", 0, 32, "where it is found" },
};

void
kiosk_card_profile_free (KioskCardProfile *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_clear_pointer (&self->historical, g_bytes_unref);
  g_free (self->issuer);
  g_free (self);
}

/* What is being read, for error messages. */
typedef struct
{
  const char *path;
  const KioskSettings *settings;
} Source;

static gboolean
wrong (const Source *source, const char *group, const char *key, const char *what, GError **error)
{
  g_set_error (error, KIOSK_SETTINGS_ERROR, KIOSK_SETTINGS_ERROR_MALFORMED, "%s: [%s] %s: write %s",
               source->path, group, key, what);
  return FALSE;
}

static const char *
get (const Source *source, const char *group, const char *key)
{
  return kiosk_settings_string (source->settings, group, key);
}

static gboolean
take_select (KioskCardProfile *self, const Source *source, GError **error)
{
  const char *rule = get (source, "select", "card-access");

  self->historical = kiosk_hex_decode (get (source, "select", "historical"));
  if (self->historical == NULL)
    return wrong (source, "select", "historical", "hexadecimal digits in pairs", error);
  if (strcmp (rule, "present") == 0)
    self->card_access = KIOSK_CARD_ACCESS_PRESENT;
  else if (strcmp (rule, "absent") == 0)
    self->card_access = KIOSK_CARD_ACCESS_ABSENT;
  else if (strcmp (rule, "any") == 0)
    self->card_access = KIOSK_CARD_ACCESS_ANY;
  else
    return wrong (source, "select", "card-access", "any, present or absent", error);
  return TRUE;
}

static gboolean
take_open (KioskCardProfile *self, const Source *source, GError **error)
{
  g_auto (GStrv) methods = g_strsplit (get (source, "open", "methods"), ";", 4);
  g_auto (GStrv) keys = g_strsplit (get (source, "open", "keys"), ";", 4);

  for (guint i = 0; methods[i] != NULL; i++)
    if (strcmp (methods[i], "pace") == 0)
      self->pace = TRUE;
    else if (strcmp (methods[i], "bac") == 0)
      self->bac = TRUE;
    else
      return wrong (source, "open", "methods", "pace, bac or pace;bac", error);
  for (guint i = 0; keys[i] != NULL; i++)
    if (self->n_keys == G_N_ELEMENTS (self->keys)
        || (strcmp (keys[i], "can") != 0 && strcmp (keys[i], "mrz") != 0))
      return wrong (source, "open", "keys", "can, mrz, can;mrz or mrz;can", error);
    else
      self->keys[self->n_keys++]
        = strcmp (keys[i], "can") == 0 ? KIOSK_CARD_KEY_CAN : KIOSK_CARD_KEY_MRZ;
  self->bac_after_pace = kiosk_settings_boolean (source->settings, "open", "bac-after-pace");
  if (self->bac_after_pace && !(self->pace && self->bac))
    return wrong (source, "open", "bac-after-pace", "false, or methods=pace;bac", error);
  if (self->bac && !kiosk_card_profile_takes (self, KIOSK_CARD_KEY_MRZ))
    return wrong (source, "open", "keys", "mrz as well: bac knows no other", error);
  return TRUE;
}

static gboolean
take_document (KioskCardProfile *self, const Source *source, GError **error)
{
  const char *form = get (source, "document", "form");

  self->issuer = g_strdup (get (source, "document", "issuer"));
  for (KioskMrzForm i = KIOSK_MRZ_TD1; i <= KIOSK_MRZ_TD3; i++)
    if (strcmp (form, kiosk_mrz_form_name (i)) == 0)
      {
        self->form = i;
        return TRUE;
      }
  return wrong (source, "document", "form", "TD1, TD2 or TD3", error);
}

static gboolean
take_groups (const Source *source, const char *key, guint16 *ret_groups, GError **error)
{
  const char *text = get (source, "read", key);
  g_auto (GStrv) numbers = g_strsplit (text, ";", KIOSK_LDS_GROUPS + 1);
  guint16 groups = 0;

  for (guint i = 0; *text != '\0' && numbers[i] != NULL; i++)
    {
      guint64 number;

      if (!g_ascii_string_to_unsigned (numbers[i], 10, 1, KIOSK_LDS_GROUPS, &number, NULL))
        return wrong (source, "read", key, "numbers of data groups, 1;2;14", error);
      groups = (guint16)(groups | 1u << (number - 1));
    }
  *ret_groups = groups;
  return TRUE;
}

static gboolean
take_source (const Source *source, const char *key, KioskCardSource *ret_source, GError **error)
{
  const char *text = get (source, "fields", key);
  KioskCardSource field = { .kind = KIOSK_CARD_SOURCE_NONE };
  guint64 number;

  if (strcmp (text, "mrz:optional-1") == 0)
    field.kind = KIOSK_CARD_SOURCE_OPTIONAL_1;
  else if (strcmp (text, "mrz:optional-2") == 0)
    field.kind = KIOSK_CARD_SOURCE_OPTIONAL_2;
  else if (g_str_has_prefix (text, "dg"))
    {
      g_auto (GStrv) parts = g_strsplit (text + strlen ("dg"), ":", 2);

      if (g_strv_length (parts) != 2
          || !g_ascii_string_to_unsigned (parts[0], 10, 1, KIOSK_LDS_GROUPS, &number, NULL))
        return wrong (source, "fields", key, "dg11:5F0E", error);
      field.kind = KIOSK_CARD_SOURCE_GROUP;
      field.group = (guint)number;
      if (!g_ascii_string_to_unsigned (parts[1], 16, 1, 0xffffff, &number, NULL))
        return wrong (source, "fields", key, "dg11:5F0E", error);
      field.tag = (guint32)number;
    }
  else if (*text != '\0')
    return wrong (source, "fields", key, "mrz:optional-1, mrz:optional-2 or dgN:TAG", error);
  *ret_source = field;
  return TRUE;
}

static gboolean
take_all (KioskCardProfile *self, const Source *source, GError **error)
{
  g_autofree char *base = g_path_get_basename (source->path);
  g_autofree char *file = NULL;

  self->name = g_strdup (get (source, "profile", "name"));
  self->simulated = kiosk_settings_boolean (source->settings, "profile", "simulated");
  file = g_strconcat (self->name, ".ini", NULL);
  if (strcmp (base, file) != 0)
    return wrong (source, "profile", "name", "the file's own name without .ini", error);
  return take_select (self, source, error) && take_open (self, source, error)
         && take_document (self, source, error)
         && take_groups (source, "required", &self->required, error)
         && take_groups (source, "optional", &self->optional, error)
         && take_groups (source, "details", &self->details, error)
         && take_source (source, "national-number", &self->national_number, error)
         && take_source (source, "name-chinese", &self->name_chinese, error)
         && take_source (source, "symbols", &self->symbols, error);
}

KioskCardProfile *
kiosk_card_profile_load (const char *path, GError **error)
{
  g_autoptr (KioskCardProfile) self = g_new0 (KioskCardProfile, 1);
  KioskSettings *settings = kiosk_settings_load (path, specs, G_N_ELEMENTS (specs), error);
  gboolean taken;

  if (settings == NULL)
    return NULL;
  taken = take_all (self, &(Source){ path, settings }, error);
  kiosk_settings_free (settings);
  return taken ? g_steal_pointer (&self) : NULL;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *
list_files (const char *folder, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (dir == NULL)
    return NULL;
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".ini"))
      g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  if (paths->len == 0 || paths->len > KIOSK_CARD_PROFILES_MAX)
    {
      g_set_error (error, KIOSK_SETTINGS_ERROR, KIOSK_SETTINGS_ERROR_MISSING,
                   "%s: %u card profiles; keep 1 to %d there", folder, paths->len,
                   KIOSK_CARD_PROFILES_MAX);
      return NULL;
    }
  g_ptr_array_sort (paths, compare_names);
  return g_steal_pointer (&paths);
}

GPtrArray *
kiosk_card_profiles_load (const char *folder, GError **error)
{
  g_autoptr (GPtrArray) paths = list_files (folder, error);
  g_autoptr (GPtrArray) profiles
    = g_ptr_array_new_with_free_func ((GDestroyNotify)kiosk_card_profile_free);

  if (paths == NULL)
    return NULL;
  for (guint i = 0; i < paths->len; i++)
    {
      KioskCardProfile *profile = kiosk_card_profile_load (g_ptr_array_index (paths, i), error);

      if (profile == NULL)
        return NULL;
      g_ptr_array_add (profiles, profile);
    }
  return g_steal_pointer (&profiles);
}

gboolean
kiosk_card_profile_takes (const KioskCardProfile *self, KioskCardKey key)
{
  for (guint i = 0; i < self->n_keys; i++)
    if (self->keys[i] == key)
      return TRUE;
  return FALSE;
}

static gboolean
fits_before (const KioskCardProfile *self, const KioskCardTarget *target, gboolean offers_pace)
{
  gsize length;
  const guint8 *wanted = g_bytes_get_data (self->historical, &length);

  if (length > target->historical_length
      || (length > 0 && memcmp (wanted, target->historical, length) != 0))
    return FALSE;
  if (self->card_access == (offers_pace ? KIOSK_CARD_ACCESS_ABSENT : KIOSK_CARD_ACCESS_PRESENT))
    return FALSE;
  return offers_pace ? self->pace : self->bac;
}

const KioskCardProfile *
kiosk_card_profile_before (GPtrArray *profiles, const KioskCardTarget *target, gboolean offers_pace)
{
  for (guint i = 0; i < profiles->len; i++)
    if (fits_before (g_ptr_array_index (profiles, i), target, offers_pace))
      return g_ptr_array_index (profiles, i);
  return NULL;
}

const KioskCardProfile *
kiosk_card_profile_after (GPtrArray *profiles, const KioskCardTarget *target, gboolean offers_pace,
                          const KioskMrz *mrz)
{
  for (guint i = 0; i < profiles->len; i++)
    {
      const KioskCardProfile *profile = g_ptr_array_index (profiles, i);

      if (fits_before (profile, target, offers_pace) && profile->form == mrz->form
          && (*profile->issuer == '\0' || strcmp (profile->issuer, mrz->issuing_state) == 0))
        return profile;
    }
  return NULL;
}
