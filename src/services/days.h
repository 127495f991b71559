/* Calendar days as numbers (days since 1970-01-01) and moments as ODK writes them. Private. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  int days; /* since 1970-01-01, in the moment's own zone */
  gboolean has_time;
  int milliseconds;   /* since midnight */
  int offset_minutes; /* east of UTC; Hong Kong's 480 unless the text says otherwise */
} KioskMoment;

/* Strictly "YYYY-MM-DD", years 1 to 9999, a day that exists. */
gboolean kiosk_days_parse (const char *text, int *ret_days);
/* (transfer full) (nullable): NULL outside years 1 to 9999. */
char *kiosk_days_print (int days);
/* A day that the target month lacks becomes its last day. FALSE outside years 1 to 9999. */
gboolean kiosk_days_add_months (int days, int months, int *ret_days);
/* (transfer full): "24 March 2027", "2027年3月24日". */
char *kiosk_days_words (int days, const char *language);

/* "YYYY-MM-DD", and with "THH:MM[:SS[.mmm]][Z|±HH:MM]" after it. */
gboolean kiosk_moment_parse (const char *text, KioskMoment *ret_moment);
/* Days since the epoch: whole for a date, with the UTC fraction for a date and time. */
double kiosk_moment_days (const KioskMoment *self);
/* (transfer full) (nullable): ODK's format-date patterns; NULL for one it does not have. */
char *kiosk_moment_format (const KioskMoment *self, const char *pattern);

G_END_DECLS
