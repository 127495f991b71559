#include "programs/kioskd/settings.h"

#include "identity/staff-roles.h"

#define TEXT(group, key, fallback, most, help)                                                     \
  {                                                                                                \
    group, key, KIOSK_SETTING_STRING, fallback, 0, most, help                                      \
  }
#define PATH(group, key, fallback, help)                                                           \
  {                                                                                                \
    group, key, KIOSK_SETTING_PATH, fallback, 1, 4096, help                                        \
  }
#define NUMBER(group, key, fallback, least, most, help)                                            \
  {                                                                                                \
    group, key, KIOSK_SETTING_INTEGER, fallback, least, most, help                                 \
  }

static const KioskSettingSpec specs[] = {
  PATH ("paths", "state", "/var/lib/kioskd", "folder of the vault and the kiosk's own keys"),
  PATH ("paths", "sockets", "/run/kioskd", "folder of front.sock and control.sock"),
  PATH ("paths", "profiles", "/usr/share/kiosk/cards", "folder of card profiles"),
  PATH ("paths", "reader", "/usr/libexec/kiosk-reader",
        "the program that speaks to the card reader"),
  PATH ("paths", "scanner", "/usr/libexec/kiosk-scanner",
        "the program that reads codes before the camera"),
  TEXT ("nfc", "device", "pn532_uart:/dev/ttyS0", 256,
        "libnfc connection string of the card reader"),
  TEXT (
    "camera", "source", "", 1024,
    "GStreamer source of the camera, as far as raw video (v4l2src device=/dev/video0 ! jpegdec); "
    "empty: no camera"),
  { "gateway", "url", KIOSK_SETTING_URI, NULL, 8, 512, "where the gateway is, https://…" },
  PATH ("gateway", "ca", "/etc/kiosk/gateway-ca.pem", "PEM: who may vouch for the gateway"),
  PATH ("gateway", "anchors", "/etc/kiosk/anchors.pem", "PEM: who may sign bundles"),
  NUMBER ("gateway", "retry-first-ms", "5000", 1, 3600000,
          "milliseconds: longest wait before the first retry; each wait is random up to its bound"),
  NUMBER ("gateway", "retry-most-ms", "900000", 1, 86400000,
          "milliseconds: the bound doubles up to here"),
  NUMBER ("gateway", "poll-ms", "60000", 1, 86400000,
          "milliseconds between questions for outcomes and bundles"),
  NUMBER ("iamsmart", "login", "0", 0, 1,
          "1: people may identify with iAM Smart, where the gateway is known to it"),
  TEXT ("printer", "uri", "", 512, "IPP address of the receipt printer's queue; empty: no printer"),
  TEXT ("journey", "language", "zh_HK", 8, "what a new person is greeted in: en, zh_HK, zh_CN"),
  NUMBER ("journey", "idle-seconds", "45", 5, 3600,
          "seconds of quiet before a person is asked whether they are still there"),
  NUMBER ("journey", "warning-seconds", "20", 5, 600,
          "seconds after that before everything is wiped"),
  NUMBER (
    "staff", "card-stays", "1", 0, 1,
    "1: a staff card lies on the reader until its holder signs out; taking it away signs out"),
  NUMBER ("limits", "records", "500", 1, 1000000,
          "records waiting for the gateway before only enquiries are served"),
  NUMBER ("limits", "age-hours", "72", 1, 8760, "hours that the oldest of them may wait"),
  NUMBER ("limits", "megabytes", "512", 8, 1048576, "megabytes that the vault may grow to"),
  NUMBER ("sockets", "front-uid", "-1", -1, 4294967294,
          "user id that the front end runs as; -1: the same as kioskd"),
  NUMBER ("sockets", "control-uid", "-1", -1, 4294967294,
          "user id that may control kioskd; -1: the same as kioskd"),
  TEXT ("sockets", "control-role", "technician", 16,
        "what that user may do: helper, officer, supervisor, technician (data/identity/roles.md)"),
};

static gboolean
refuse (GError **error, const char *path, const char *group, const char *key, const char *rule)
{
  g_set_error (error, KIOSK_SETTINGS_ERROR, KIOSK_SETTINGS_ERROR_MALFORMED, "%s: [%s] %s: %s", path,
               group, key, rule);
  return FALSE;
}

static gboolean
check_role (const KioskSettings *settings, const char *path, GError **error)
{
  KioskRole role;

  return (kiosk_role_from_name (kiosk_settings_string (settings, "sockets", "control-role"), &role)
          && role != KIOSK_ROLE_CITIZEN)
         || refuse (error, path, "sockets", "control-role",
                    "must be helper, officer, supervisor or technician");
}

/* What a type and a range cannot say. */
static gboolean
check (const KioskSettings *settings, const char *path, GError **error)
{
  static const char *const languages[] = { "en", "zh_HK", "zh_CN", NULL };

  if (!g_str_has_prefix (kiosk_settings_string (settings, "gateway", "url"), "https://"))
    return refuse (error, path, "gateway", "url", "must begin with https://");
  if (!g_strv_contains (languages, kiosk_settings_string (settings, "journey", "language")))
    return refuse (error, path, "journey", "language", "must be en, zh_HK or zh_CN");
  return check_role (settings, path, error);
}

KioskSettings *
kiosk_house_settings_load (const char *path, GError **error)
{
  g_autoptr (KioskSettings) settings
    = kiosk_settings_load (path, specs, G_N_ELEMENTS (specs), error);

  return settings != NULL && check (settings, path, error) ? g_steal_pointer (&settings) : NULL;
}

char *
kiosk_house_settings_describe (void)
{
  GString *text = g_string_new (
    "# Settings of kioskd. A line that is commented out shows what holds without it; relative\n"
    "# paths are taken from this file's folder.\n");
  const char *group = "";

  for (guint i = 0; i < G_N_ELEMENTS (specs); i++)
    {
      const KioskSettingSpec *spec = &specs[i];

      if (g_strcmp0 (spec->group, group) != 0)
        g_string_append_printf (text, "\n[%s]\n", spec->group);
      group = spec->group;
      g_string_append_printf (text, "# %s\n", spec->help);
      if (spec->fallback == NULL)
        g_string_append_printf (text, "%s=\n", spec->key);
      else
        g_string_append_printf (text, "#%s=%s\n", spec->key, spec->fallback);
    }
  return g_string_free (text, FALSE);
}
