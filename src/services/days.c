#include "days.h"

#include <string.h>

#define EPOCH_JULIAN 719163

static const char *const months[]
  = { "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December" };
static const char *const weekdays[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };

/* Exactly @digits digits at @text. */
static gboolean
read_digits (const char *text, int digits, int *ret_value)
{
  int value = 0;

  for (int i = 0; i < digits; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return FALSE;
      value = value * 10 + (text[i] - '0');
    }
  *ret_value = value;
  return TRUE;
}

static gboolean
read_date (const char *text, int *ret_days)
{
  int year, month, day;
  GDate date;

  if (!read_digits (text, 4, &year) || text[4] != '-' || !read_digits (text + 5, 2, &month)
      || text[7] != '-' || !read_digits (text + 8, 2, &day))
    return FALSE;
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31
      || !g_date_valid_dmy ((GDateDay)day, (GDateMonth)month, (GDateYear)year))
    return FALSE;
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
  *ret_days = (int)g_date_get_julian (&date) - EPOCH_JULIAN;
  return TRUE;
}

static gboolean
to_date (int days, GDate *ret_date)
{
  /* 9999-12-31 */
  if (days <= -EPOCH_JULIAN || days > 2932896)
    return FALSE;
  g_date_clear (ret_date, 1);
  g_date_set_julian (ret_date, (guint32)(days + EPOCH_JULIAN));
  /* An accessor fills the day, month and year that a GDate set by its number leaves open. */
  (void)g_date_get_year (ret_date);
  return TRUE;
}

gboolean
kiosk_days_parse (const char *text, int *ret_days)
{
  return strlen (text) == 10 && read_date (text, ret_days);
}

char *
kiosk_days_print (int days)
{
  GDate date;

  if (!to_date (days, &date))
    return NULL;
  return g_strdup_printf ("%04d-%02d-%02d", date.year, date.month, date.day);
}

gboolean
kiosk_days_add_months (int days, int count, int *ret_days)
{
  GDate date;
  int month, year, day;

  if (!to_date (days, &date) || count < -120000 || count > 120000)
    return FALSE;
  month = g_date_get_year (&date) * 12 + (int)g_date_get_month (&date) - 1 + count;
  year = month / 12;
  if (month < 12 || year > 9999)
    return FALSE;
  day = MIN (g_date_get_day (&date),
             g_date_get_days_in_month ((GDateMonth)(month % 12 + 1), (GDateYear)year));
  g_date_set_dmy (&date, (GDateDay)day, (GDateMonth)(month % 12 + 1), (GDateYear)year);
  *ret_days = (int)g_date_get_julian (&date) - EPOCH_JULIAN;
  return TRUE;
}

char *
kiosk_days_words (int days, const char *language)
{
  KioskMoment moment = { .days = days };
  char *words;

  words = kiosk_moment_format (&moment,
                               g_str_has_prefix (language, "zh") ? "%Y年%n月%e日" : "%e %B %Y");
  return words != NULL ? words : g_strdup ("");
}

/* "+08:00", "-01:30" or "Z" at the end of the text. */
static gboolean
read_zone (const char *text, int *ret_minutes)
{
  int hours, minutes;

  if (g_str_equal (text, "Z"))
    {
      *ret_minutes = 0;
      return TRUE;
    }
  if ((text[0] != '+' && text[0] != '-') || !read_digits (text + 1, 2, &hours) || text[3] != ':'
      || !read_digits (text + 4, 2, &minutes) || text[6] != '\0' || hours > 14 || minutes > 59)
    return FALSE;
  *ret_minutes = (text[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
  return TRUE;
}

static gboolean
read_time (const char *text, KioskMoment *moment)
{
  int hours, minutes, seconds = 0, fraction = 0;

  if (!read_digits (text, 2, &hours) || text[2] != ':' || !read_digits (text + 3, 2, &minutes))
    return FALSE;
  text += 5;
  if (text[0] == ':')
    {
      if (!read_digits (text + 1, 2, &seconds))
        return FALSE;
      text += 3;
    }
  if (text[0] == '.')
    {
      if (!read_digits (text + 1, 3, &fraction))
        return FALSE;
      text += 4;
    }
  if (hours > 23 || minutes > 59 || seconds > 59)
    return FALSE;
  moment->milliseconds = ((hours * 60 + minutes) * 60 + seconds) * 1000 + fraction;
  return *text == '\0' || read_zone (text, &moment->offset_minutes);
}

gboolean
kiosk_moment_parse (const char *text, KioskMoment *ret_moment)
{
  KioskMoment moment = { .offset_minutes = 480 };

  if (strlen (text) < 10 || !read_date (text, &moment.days))
    return FALSE;
  moment.has_time = text[10] == 'T';
  if (text[10] != '\0' && !(moment.has_time && read_time (text + 11, &moment)))
    return FALSE;
  *ret_moment = moment;
  return TRUE;
}

double
kiosk_moment_days (const KioskMoment *self)
{
  if (!self->has_time)
    return self->days;
  return self->days + (self->milliseconds / 60000.0 - self->offset_minutes) / 1440.0;
}

/* The one letter after a percent sign. */
static gboolean
append_part (GString *out, const KioskMoment *self, const GDate *date, char letter)
{
  int seconds = self->milliseconds / 1000;

  switch (letter)
    {
    case 'Y':
      g_string_append_printf (out, "%04d", date->year);
      break;
    case 'y':
      g_string_append_printf (out, "%02d", date->year % 100);
      break;
    case 'm':
      g_string_append_printf (out, "%02d", date->month);
      break;
    case 'n':
      g_string_append_printf (out, "%d", date->month);
      break;
    case 'b':
      g_string_append_len (out, months[date->month - 1], 3);
      break;
    case 'B':
      g_string_append (out, months[date->month - 1]);
      break;
    case 'd':
      g_string_append_printf (out, "%02d", date->day);
      break;
    case 'e':
      g_string_append_printf (out, "%d", date->day);
      break;
    case 'a':
      g_string_append (out, weekdays[g_date_get_weekday (date) - 1]);
      break;
    case 'H':
      g_string_append_printf (out, "%02d", seconds / 3600);
      break;
    case 'h':
      g_string_append_printf (out, "%d", seconds / 3600);
      break;
    case 'M':
      g_string_append_printf (out, "%02d", seconds / 60 % 60);
      break;
    case 'S':
      g_string_append_printf (out, "%02d", seconds % 60);
      break;
    case '3':
      g_string_append_printf (out, "%03d", self->milliseconds % 1000);
      break;
    case '%':
      g_string_append_c (out, '%');
      break;
    default:
      return FALSE;
    }
  return TRUE;
}

char *
kiosk_moment_format (const KioskMoment *self, const char *pattern)
{
  g_autoptr (GString) out = g_string_new (NULL);
  GDate date;

  if (!to_date (self->days, &date))
    return NULL;
  for (const char *at = pattern; *at != '\0'; at++)
    {
      if (*at != '%')
        g_string_append_c (out, *at);
      else if (!append_part (out, self, &date, *++at))
        return NULL;
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}
