/* One reading: from a card found to evidence. Blocks; one thread. */
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "devices/card/card-profile.h"
#include "devices/card/card-verifier.h"

G_BEGIN_DECLS

/* What a reading needs from outside. */
typedef struct
{
  KioskCardChannel *channel;
  GPtrArray *profiles; /* (element-type KioskCardProfile) */
  KioskCsca *csca;     /* country signers we trust, and whom they called back */
  KioskClock *clock;
  KioskRandom *random;
  KioskCardVerifier *verifier; /* nullable: nothing is verified while files come */
  const char *asked; /* the one profile that will do; NULL: any. Another: _OTHER_DOCUMENT */
  gboolean details;  /* and what the profile has for those who look closer, last of all */
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
  /* The name in the zone, once what vouches for it is checked: the rest is still to come, and
   * nothing is proved yet. Nullable. */
  void (*preview) (gpointer data, const char *name);
  void (*tick) (gpointer data); /* before each command */
  gpointer data;
} KioskCardHost;

/**
 * kiosk_card_read:
 *
 * Opens the card, reads what its profile names, checks it and proves the chip. An altered or copied
 * card is evidence too: its failed statement carries the reason. A card that is lost on the way is
 * looked for, opened with the same key and read on from where it stopped, three times at most.
 *
 * Returns: (transfer full) (nullable): NULL with %KIOSK_CARD_ERROR
 */
KioskEvidence *kiosk_card_read (const KioskCardReader *reader, const KioskCardTarget *target,
                                const KioskCardHost *host, GError **error);

G_END_DECLS
