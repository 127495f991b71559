#include "base/event.h"

#include <string.h>
#include <unistd.h>

static const char *const level_names[] = { "debug", "info", "warning", "alert" };
/* The journal's priorities, syslog(3). */
static const char *const level_priorities[] = { "7", "6", "4", "1" };

static KioskEventSink chosen_sink;
static gpointer chosen_data;

KioskEventRecord
kiosk_event_record (const char *txid)
{
  KioskEventRecord record = { "invalid" };

  if (txid != NULL && strlen (txid) == 26
      && strspn (txid, "0123456789abcdefghjkmnpqrstvwxyz") == 26)
    memcpy (record.text, txid, 27);
  return record;
}

static void
append_field (GString *text, const KioskEventField *field)
{
  g_string_append_printf (text, ",\"%s\":", field->name);
  switch (field->type)
    {
    case KIOSK_EVENT_FIELD_NUMBER:
      g_string_append_printf (text, "%" G_GINT64_FORMAT, field->number);
      break;
    case KIOSK_EVENT_FIELD_FLAG:
      g_string_append (text, field->number != 0 ? "true" : "false");
      break;
    case KIOSK_EVENT_FIELD_CHOICE:
      g_string_append_printf (text, "\"%s\"", field->choice);
      break;
    case KIOSK_EVENT_FIELD_RECORD:
    default:
      g_string_append_printf (text, "\"%s\"", field->record.text);
      break;
    }
}

char *
kiosk_event_to_json (const KioskEvent *event)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "{\"event\":\"%s\",\"level\":\"%s\"", event->name,
                          level_names[event->level]);
  for (gsize i = 0; i < event->n_fields; i++)
    append_field (text, &event->fields[i]);
  g_string_append_c (text, '}');
  return g_string_free (text, FALSE);
}

static void
emit_default (const KioskEvent *event)
{
  g_autofree char *json = kiosk_event_to_json (event);
  const GLogField fields[] = { { "MESSAGE", json, -1 },
                               { "KIOSK_EVENT", event->name, -1 },
                               { "PRIORITY", level_priorities[event->level], -1 } };

  if (g_log_writer_is_journald (STDERR_FILENO))
    g_log_writer_journald (G_LOG_LEVEL_INFO, fields, G_N_ELEMENTS (fields), NULL);
  else
    g_printerr ("%s\n", json);
}

void
kiosk_event_set_sink (KioskEventSink sink, gpointer data)
{
  chosen_sink = sink;
  chosen_data = data;
}

void
kiosk_event_emit (const KioskEvent *event)
{
  if (chosen_sink != NULL)
    chosen_sink (event, chosen_data);
  else
    emit_default (event);
}
