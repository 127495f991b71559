/* What the two halves of the libnfc channel share (private): card-libnfc.c finds cards and lets the
 * reader's firmware speak to them, card-libnfc-raw.c speaks ISO-DEP itself. */
#pragma once

#include <nfc/nfc.h>

#include "devices/card/card-channel.h"
#include "devices/card/card-isodep.h"

G_BEGIN_DECLS

typedef struct
{
  KioskCardChannel channel;
  KioskClock *clock;
  int lock; /* −1: the driver takes no device file */
  gboolean serial;
  nfc_context *context;
  nfc_device *device;
  nfc_modulation kind; /* of the card last selected */
  KioskIsodep isodep;
  gboolean is_raw;   /* the selected card is spoken to in our own blocks */
  gboolean no_raw;   /* this reader, or this card, would not have it */
  gboolean no_rates; /* likewise a rate above 106 kbit/s */
  guint patience_ms; /* what the reader was last told to wait for a frame */
} KioskNfcChannel;

/* The driver's own words for a reader that has gone away. */
static inline gboolean
kiosk_nfc_is_gone (int result)
{
  return result == NFC_EIO || result == NFC_ENOTSUCHDEV;
}

/* Makes the card that has just been selected without RATS one of ours. FALSE without an error:
 * it is selected, but must be selected again for the firmware to speak to it. */
gboolean kiosk_nfc_raw_activate (KioskNfcChannel *self, KioskCardTarget *target, GError **error);
gboolean kiosk_nfc_raw_transmit (KioskNfcChannel *self, const guint8 *command, gsize length,
                                 GByteArray *response, guint timeout_ms, GError **error);
gboolean kiosk_nfc_raw_is_present (KioskNfcChannel *self);

G_END_DECLS
