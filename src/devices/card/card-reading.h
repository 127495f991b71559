/* One reading: from a card found to evidence. Blocks; one thread. */
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "devices/card/card-profile.h"

G_BEGIN_DECLS

/* What a reading needs from outside. */
typedef struct
{
  KioskCardChannel *channel;
  GPtrArray *profiles; /* (element-type KioskCardProfile) */
  GPtrArray *csca;     /* (element-type X509): country signers we trust */
  KioskClock *clock;
  KioskRandom *random;
} KioskCardReader;

/* Who watches the reading. */
typedef struct
{
  void (*found) (gpointer data, const KioskCardProfile *profile);
  /* Waits until a key is typed. NULL: %KIOSK_CARD_ERROR_LOST, the card was taken away meanwhile;
   * %KIOSK_CARD_ERROR_CANCELLED. @asked: the kind to ask for; @ret_kind: the kind given */
  KioskSecret *(*key) (gpointer data, const KioskCardProfile *profile, KioskCardKey asked,
                       KioskCardKey *ret_kind, GError **error);
  /* The key was not this card's; key() is called again. @tries_left: −1, the chip does not say */
  void (*denied) (gpointer data, int tries_left);
  void (*progress) (gpointer data, double fraction); /* 0 … 1, never falling */
  void (*tick) (gpointer data);                      /* before each command */
  gpointer data;
} KioskCardHost;

/**
 * kiosk_card_read:
 *
 * Opens the card, reads what its profile names, checks it and proves the chip. An altered or copied
 * card is evidence too: its failed statement carries the reason.
 *
 * Returns: (transfer full) (nullable): NULL with %KIOSK_CARD_ERROR
 */
KioskEvidence *kiosk_card_read (const KioskCardReader *reader, const KioskCardTarget *target,
                                const KioskCardHost *host, GError **error);

G_END_DECLS
