/* A journey under way in a real kioskd, and its two sockets, for those who would disturb it. */
#pragma once

#include "bad-input.h"

G_BEGIN_DECLS

#define BAD_JOURNEY_PATH "/hk/kiosk/journey"
#define BAD_JOURNEY      "hk.kiosk.Journey1"
#define BAD_CONTROL_PATH "/hk/kiosk/control"
#define BAD_CONTROL      "hk.kiosk.Control1"
#define BAD_CALL_MS      60000

typedef struct
{
  BadWorld *world;
  GDBusConnection *front;
  GDBusConnection *control;
  guint serial; /* of the page that the person is at */
  int pid;
} BadJourney;

/* An enrolled kiosk, and a person who has begun. One for all cases: each leaves it as it was. */
void bad_journey_begin (BadJourney *self);
void bad_journey_end (BadJourney *self);
/* Nothing has happened: the same process, the same page under the same serial; and a technician is
 * still answered. */
void bad_journey_check (BadJourney *self);

GDBusConnection *bad_connect (const char *path, GError **error);
GVariant *
bad_call (GDBusConnection *connection, const char *method, GVariant *arguments, GError **error);
GVariant *bad_call_control (GDBusConnection *connection, const char *method, GVariant *arguments,
                            GError **error);
/* (transfer full): the page as Get tells it. */
char *bad_page (GDBusConnection *front, guint *ret_serial);
/* Whether it was accepted. */
gboolean bad_act (BadJourney *self, guint serial, const char *action, GVariant *arguments);
/* (transfer floating): a{sv} of one text. */
GVariant *bad_one_text (const char *name, const char *value);

G_END_DECLS
