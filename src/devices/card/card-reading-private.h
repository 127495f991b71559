/* A reading on its way (private): card-reading.c says what is read and in which order,
 * card-contents.c what it says, card-recovery.c how it goes on when the card was lost. */
#pragma once

#include "devices/card/card-open.h"
#include "devices/card/card-plan.h"
#include "devices/card/card-reading.h"

G_BEGIN_DECLS

typedef struct
{
  const KioskCardReader *reader;
  const KioskCardTarget *target;
  const KioskCardHost *host;
  KioskCardSession session;
  KioskSecurityInfos *card_access; /* NULL: none */
  gboolean offers_pace;
  KioskCardOpening opening;
  const KioskCardProfile *profile;
  KioskCardPlan plan;
  guint at;           /* the planned file being read */
  KioskCardFile file; /* what has come of it */
  gsize done;         /* bytes of the files before it */
  GBytes *sod;
  GBytes *groups[KIOSK_LDS_GROUPS];      /* index = number − 1 */
  const char *refused[KIOSK_LDS_GROUPS]; /* why a detail could not be had; NULL: it was not tried */
  KioskEvidence *evidence;               /* not ours */
  KioskCardVerifying *verifying;
  gboolean previewed;
  KioskCardKey kind; /* of the key that opened it */
  KioskSecret *key;
  guint recoveries;
} KioskCardReading;

typedef gboolean (*KioskCardStep) (KioskCardReading *self, GError **error);

/* Does @step, which goes on from where it stopped; a card lost on the way is opened again, three
 * times in a reading. */
gboolean kiosk_card_reading_step (KioskCardReading *self, KioskCardStep step, GError **error);

/* Does @step, the first that sends a command, in the clear. Extended form is tried with it, and
 * some chips fall silent at that: then once more without. */
gboolean kiosk_card_reading_probe (KioskCardReading *self, KioskCardStep step, GError **error);

/* What the zone and the groups say, into the evidence. FALSE: a group that a field of the profile
 * comes from is damaged. */
gboolean kiosk_card_reading_fill (KioskCardReading *self, const KioskMrz *mrz, GError **error);
/* How long each group is that was read, and which were refused. */
void kiosk_card_reading_fill_sizes (KioskCardReading *self);

G_END_DECLS
