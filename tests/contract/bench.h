/* kiosk-emulator with freshly personalised cards, and the card port of kioskd over the real
 * kiosk-reader and the real libnfc. */
#pragma once

#include "devices/card/card-worker.h"
#include "process.h"

G_BEGIN_DECLS

typedef struct
{
  char *folder; /* "reader" in it leads to the reader wherever it is plugged in */
  char *device;
  GBytes *csca; /* the country signer, DER */
  StageProcess *emulator;
  GSocketConnection *control;
  GDataInputStream *answers;
  KioskClock *clock;
  KioskCardPort *port;
  GString *heard;          /* one word an event, errors by name */
  KioskEvidence *evidence; /* the last */
  GBytes *certificate;     /* of the last staff card */
  int tries_left;
  const char *key; /* given when asked for, nullable */
  KioskCardKey key_kind;
  KioskCardKey asked;
  double fraction;
  char previewed[64]; /* the name that came before the rest */
} Bench;

void bench_init (Bench *self);
/* With a card for each way to open and to prove one besides. */
void bench_init_matrix (Bench *self);
void bench_clear (Bench *self);
/* A line to the emulator's control socket; its answer must begin with "ok". Formatted. */
void bench_do (Bench *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* The same; (transfer full): the answer. */
char *bench_ask (Bench *self, const char *line);
/* Runs the main loop until @word has been heard since the last bench_forget(). */
void bench_await (Bench *self, const char *word);
void bench_forget (Bench *self);
/* A value of a personalised card's card.ini. */
char *bench_card_value (Bench *self, const char *card, const char *group, const char *key);
/* Starts the port anew. */
void bench_start (Bench *self);
/* The same for staff cards. */
void bench_start_staff (Bench *self);

G_END_DECLS
