#pragma once

#include "stage.h"

struct _Stage
{
  char *build;
  char *source;
  char *state;   /* kept */
  char *passing; /* goes with the stage: sockets, cards, keys of authorities */
  char *logs;
  gboolean window;
  int width, height;
  double scale;
  int poll_ms;

  StageDisplay *display; /* NULL when the screen is someone else's */
  char **environ;
  char **kioskd_environ; /* "NAME=value"; NULL: none more */
  char *printer_uri;
  const char *control_role; /* NULL: what kioskd does without one */
  guint16 gateway_port;     /* 0: the system picks one */
  StageCable *cable;
  GSocketService *cable_control; /* for the bench window; NULL without one */
  GPtrArray *running;            /* StageProcess, in the order of starting */
  GHashTable *by_name;           /* name → StageProcess, owned by running */
};

/* (transfer full): the path of a program of the build. */
char *stage_program_path (Stage *self, const char *name);
/* Starts a program and waits for its ready line. */
StageProcess *stage_raise (Stage *self, const char *name, const char *const *argv, GError **error);
/* In another environment than the stage's. */
StageProcess *stage_raise_in (Stage *self, const char *name, const char *const *argv,
                              const char *const *environment, GError **error);
/* Ends and forgets one. */
void stage_drop (Stage *self, const char *name);

gboolean stage_raise_authorities (Stage *self, GError **error);
gboolean stage_raise_gateway (Stage *self, GError **error);
gboolean stage_raise_reader (Stage *self, GError **error);
gboolean stage_raise_printer (Stage *self, GError **error);
gboolean stage_raise_terminal (Stage *self, GError **error);
gboolean stage_raise_kioskd (Stage *self, GError **error);
gboolean stage_raise_kiosk (Stage *self, GError **error);
