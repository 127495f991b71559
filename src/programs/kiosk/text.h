/* The person's language. Catalogues are compiled .mo files inside the program's resources, so that
 * a bare machine without generated locales speaks all three languages, and a switch at run time
 * needs neither setenv() nor a locale. Main thread only. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Extracted by xgettext, looked up by kiosk_text (). */
#define _(string)  kiosk_text (string)
#define N_(string) (string)

typedef struct
{
  const char *id;         /* "zh_HK", as on the bus */
  const char *style;      /* the CSS class that chooses the typeface */
  const char *badge;      /* one sign for a small button */
  const char *name;       /* in its own language */
  const char *invitation; /* likewise: "Touch to start" */
} KioskLanguage;

#define KIOSK_N_LANGUAGES 3
extern const KioskLanguage kiosk_languages[KIOSK_N_LANGUAGES];

/* FALSE and no change for a language we do not have. */
gboolean kiosk_text_set_language (const char *id);
const KioskLanguage *kiosk_text_language (void);
/* @source in the language last set; @source itself when it has no translation. */
const char *kiosk_text (const char *source) G_GNUC_FORMAT (1);

/* (transfer full): "24 November 2026", "2026年11月24日". */
char *kiosk_text_date (gint64 unix_ms);
/* (transfer full): likewise with the time of day. */
char *kiosk_text_date_time (gint64 unix_ms);
/* (transfer full): "HK$5,074", "HK$12.50". */
char *kiosk_text_money (gint64 cents);

G_END_DECLS
