#include "text.h"

#include <gio/gio.h>

#include "catalog.h"

const KioskLanguage kiosk_languages[KIOSK_N_LANGUAGES] = {
  { "zh_HK", "zh-hk", "繁", "繁體中文", "輕觸開始" },
  { "en", "en", "EN", "English", "Touch to start" },
  { "zh_CN", "zh-cn", "简", "简体中文", "轻触开始" },
};

static const KioskLanguage *current = &kiosk_languages[1];
static KioskCatalog *catalogs[KIOSK_N_LANGUAGES];

static KioskCatalog *
load (const char *id)
{
  g_autofree char *path = g_strdup_printf ("/hk/kiosk/po/%s.mo", id);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  return bytes != NULL ? kiosk_catalog_new (bytes) : NULL;
}

gboolean
kiosk_text_set_language (const char *id)
{
  for (gsize i = 0; i < KIOSK_N_LANGUAGES; i++)
    if (g_strcmp0 (kiosk_languages[i].id, id) == 0)
      {
        current = &kiosk_languages[i];
        if (catalogs[i] == NULL)
          catalogs[i] = load (id);
        return TRUE;
      }
  return FALSE;
}

const KioskLanguage *
kiosk_text_language (void)
{
  return current;
}

const char *
kiosk_text (const char *source)
{
  KioskCatalog *catalog = catalogs[current - kiosk_languages];
  const char *found = catalog != NULL ? kiosk_catalog_lookup (catalog, source) : NULL;
  return found != NULL ? found : source;
}

static const char *
month (int number)
{
  static const char *const names[] = {
    N_ ("January"),   N_ ("February"), N_ ("March"),    N_ ("April"),
    N_ ("May"),       N_ ("June"),     N_ ("July"),     N_ ("August"),
    N_ ("September"), N_ ("October"),  N_ ("November"), N_ ("December"),
  };
  return kiosk_text (names[number - 1]);
}

char *
kiosk_text_date (gint64 unix_ms)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (unix_ms / 1000);
  if (time == NULL)
    return g_strdup ("");
  if (g_str_has_prefix (current->id, "zh"))
    return g_strdup_printf ("%d年%d月%d日", g_date_time_get_year (time),
                            g_date_time_get_month (time), g_date_time_get_day_of_month (time));
  return g_strdup_printf ("%d %s %d", g_date_time_get_day_of_month (time),
                          month (g_date_time_get_month (time)), g_date_time_get_year (time));
}

char *
kiosk_text_date_time (gint64 unix_ms)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (unix_ms / 1000);
  g_autofree char *date = kiosk_text_date (unix_ms);
  if (time == NULL)
    return g_strdup ("");
  return g_strdup_printf ("%s %02d:%02d", date, g_date_time_get_hour (time),
                          g_date_time_get_minute (time));
}

char *
kiosk_text_money (gint64 cents)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 dollars = cents / 100;
  g_string_printf (text, "%" G_GINT64_FORMAT, dollars);
  for (gssize at = (gssize)text->len - 3; at > 0; at -= 3)
    g_string_insert_c (text, at, ',');
  g_string_prepend (text, "HK$");
  if (cents % 100 != 0)
    g_string_append_printf (text, ".%02d", (int)(cents % 100));
  return g_string_free (g_steal_pointer (&text), FALSE);
}
