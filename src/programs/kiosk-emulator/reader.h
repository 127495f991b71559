/* The reader as a whole: a field, a PN532 over it, a serial line to it, a socket to play with it.
 */
#pragma once

#include <glib.h>

#include "timing.h"

G_BEGIN_DECLS

typedef struct
{
  char *cards;   /* the folder that personalisation made */
  char *control; /* the socket */
  char *alias;   /* (nullable): a symbolic link to the terminal */
  char *place;   /* (nullable): the card that lies there from the start */
  KioskEmuLink link;
  gint64 garble; /* −1: no reply is damaged */
} KioskEmuReaderOptions;

/* Prints "ready tty=…" and runs until "quit", SIGTERM or SIGINT. */
gboolean kiosk_emu_reader_run (const KioskEmuReaderOptions *options, GError **error);

G_END_DECLS
