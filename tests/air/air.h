/* A reader and a card in this process: the card room's own block protocol against the emulator's
 * card, frame by frame, every byte counted and nothing waited for. What hands do to the card
 * happens at a named command. */
#pragma once

#include "devices/card/card-isodep.h"
#include "devices/card/card-reading.h"
#include "picc.h"

G_BEGIN_DECLS

typedef struct
{
  KioskCardChannel channel;
  KioskRandom *random;
  KioskClock *clock;
  KioskEmuField *field;
  KioskEmuPicc *picc;
  KioskIsodep isodep;
  gsize frame;   /* the longest that the card is told to send: 64 or 256 */
  gboolean easy; /* the firmware speaks ISO-DEP, in frames of 64 bytes */
  guint rf_kbit, baud;

  /* counted since air_forget() */
  guint commands;
  guint64 air_bytes;  /* with CRC */
  guint64 wire_bytes; /* between host and reader, both ways */
  double us;          /* that the radio and the serial line take */

  /* weather */
  gboolean mute_extended; /* the chip falls silent at a command in extended form */
  guint lost_at;          /* the card is gone before this command, from 1; 0: never */
  guint lost_every;       /* and after so many more again */
  guint empty;            /* how often nothing is found then */
  KioskEmuCard *instead;  /* (nullable): what lies there then */
  guint activations;      /* after the first */
} Air;

/* @card: stays the caller's. */
Air *air_new (KioskEmuCard *card, gboolean easy, guint rf_kbit, guint baud);
void air_free (Air *self);
/* Activates the card; its target. */
KioskCardTarget air_begin (Air *self);
void air_forget (Air *self);

/* What one command and its answer cost: in frames of @frame bytes, in our blocks or the firmware's.
 * 9 bits a byte and 90 µs a frame on the air; PN532's HSU frames of ten bits a byte on the line. */
typedef struct
{
  gboolean easy;
  gsize frame;
  guint rf_kbit, baud;
} AirLink;

double air_link_us (const AirLink *link, gsize command, gsize answer);

/* A passport of exactly these sizes, opened by BAC; DG1 is 93 bytes. */
typedef struct
{
  KioskEmuCard *card;
  X509 *csca;
  EVP_PKEY *csca_key;
  char *mrz; /* "DOCNO,YYMMDD,YYMMDD" */
} AirDocument;

void air_document_init (AirDocument *self, gsize dg2, gsize dg14, gsize sod);
void air_document_clear (AirDocument *self);

G_END_DECLS
