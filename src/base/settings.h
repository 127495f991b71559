/* Settings are one key file a program, checked against a table of what the program knows. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_SETTINGS_ERROR (kiosk_settings_error_quark ())
GQuark kiosk_settings_error_quark (void);

typedef enum
{
  KIOSK_SETTINGS_ERROR_MISSING,   /* the file or a required key: create it */
  KIOSK_SETTINGS_ERROR_MALFORMED, /* not a key file, too big, or a value out of range: mend it */
  KIOSK_SETTINGS_ERROR_UNKNOWN,   /* a group or key this program does not know: remove it */
} KioskSettingsError;

typedef enum
{
  KIOSK_SETTING_STRING,
  KIOSK_SETTING_PATH, /* absolute after loading: relative ones are taken from the file's folder */
  KIOSK_SETTING_URI,
  KIOSK_SETTING_INTEGER,
  KIOSK_SETTING_BOOLEAN,
} KioskSettingType;

typedef struct
{
  const char *group;
  const char *key;
  KioskSettingType type;
  const char *fallback; /* NULL: the key is required */
  gint64 minimum;       /* of an integer, or of a string's length in bytes */
  gint64 maximum;
  const char *help; /* one line: what it is, in which unit */
} KioskSettingSpec;

typedef struct _KioskSettings KioskSettings;

/**
 * kiosk_settings_load:
 * @path: a key file of at most 64 KiB
 * @specs: everything the program knows
 *
 * Each error is one line: which file, where in it, what is wrong and what to do.
 *
 * Returns: (transfer full) (nullable): the settings, complete with fallbacks
 */
KioskSettings *kiosk_settings_load (const char *path, const KioskSettingSpec *specs, gsize n_specs,
                                    GError **error);
void kiosk_settings_free (KioskSettings *self);

/* The key must be in the table, with that type. */
const char *kiosk_settings_string (const KioskSettings *self, const char *group, const char *key);
gint64 kiosk_settings_integer (const KioskSettings *self, const char *group, const char *key);
gboolean kiosk_settings_boolean (const KioskSettings *self, const char *group, const char *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskSettings, kiosk_settings_free)

G_END_DECLS
