/* The reader as a whole: a field, a PN532 over it, a serial line to it, a socket to play with it.
 */
#pragma once

#include <glib.h>

#include "timing.h"

G_BEGIN_DECLS

typedef struct
{
  char *cards;   /* (nullable): the folder that personalisation made */
  char *control; /* (nullable): the socket */
  char *alias;   /* (nullable): a symbolic link to the terminal */
  char *camera;  /* (nullable): a named pipe for the frames of a camera */
  char *app;     /* (nullable): the folder of what the phone's application is given */
  char *core;    /* (nullable): the one address that it speaks to */
  char *wallet;  /* (nullable): the folder of what is in the phone */
  char *place;   /* (nullable): the card that lies there from the start */
  KioskEmuLink link;
  int vpcd;    /* port for a card in another program; 0: any; −1: none */
  gint64 fuzz; /* a seed; −1: nothing is mutated */
} KioskEmuReaderOptions;

/* Prints "ready tty=… [vpcd=PORT] [camera=PATH]" and runs until "quit", SIGTERM or SIGINT. */
gboolean kiosk_emu_reader_run (const KioskEmuReaderOptions *options, GError **error);

G_END_DECLS
