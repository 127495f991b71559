/* Structured events. What a program may say is listed in data/events; the functions that say it are
 * generated from there into base/events.h. No field can hold free text, so none can hold a person's
 * data: a field is a number, a flag, one of a list, or the random id of a record. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  KIOSK_EVENT_DEBUG,
  KIOSK_EVENT_INFO,
  KIOSK_EVENT_WARNING, /* a technician should look when there is time */
  KIOSK_EVENT_ALERT,   /* somebody must act */
} KioskEventLevel;

/* The random id of a record, kept as a type of its own so that no other text can take its place. */
typedef struct
{
  char text[27];
} KioskEventRecord;

/* "invalid" unless @txid has the shape of kiosk_random_id(). */
KioskEventRecord kiosk_event_record (const char *txid);

typedef enum
{
  KIOSK_EVENT_FIELD_NUMBER,
  KIOSK_EVENT_FIELD_FLAG,
  KIOSK_EVENT_FIELD_CHOICE,
  KIOSK_EVENT_FIELD_RECORD,
} KioskEventFieldType;

typedef struct
{
  const char *name;
  KioskEventFieldType type;
  gint64 number;      /* NUMBER, FLAG */
  const char *choice; /* CHOICE: from the catalogue's own list */
  KioskEventRecord record;
} KioskEventField;

typedef struct
{
  const char *name;
  KioskEventLevel level;
  const KioskEventField *fields;
  gsize n_fields;
} KioskEvent;

typedef void (*KioskEventSink) (const KioskEvent *event, gpointer data);

/* Where events go: by default the journal when standard error is the journal, else one line of JSON
 * on standard error. Set once, before the first event; tests set their own. */
void kiosk_event_set_sink (KioskEventSink sink, gpointer data);
/* Called by the generated functions only. Any thread. */
void kiosk_event_emit (const KioskEvent *event);
/* (transfer full): the event as one line of JSON. */
char *kiosk_event_to_json (const KioskEvent *event);

G_END_DECLS
