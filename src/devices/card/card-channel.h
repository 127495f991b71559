/* The seam below which bytes leave the program: four functions. libnfc is one side of it, a
 * recording another. One thread owns a channel. */
#pragma once

#include "devices/card/card-device.h"
#include "devices/card/card-port.h"

G_BEGIN_DECLS

#define KIOSK_CARD_UID_MAX        10
#define KIOSK_CARD_HISTORICAL_MAX 48

/* What is known of a card before the first command. */
typedef struct
{
  gboolean is_type_b;
  gboolean takes_commands; /* ISO/IEC 14443-4; a card without it is no document */
  guint8 uid[KIOSK_CARD_UID_MAX];
  gsize uid_length;
  guint8 historical[KIOSK_CARD_HISTORICAL_MAX]; /* of the ATS; type B has none */
  gsize historical_length;
  /* What can pass, in bytes; 0: what libnfc's easy framing passes. */
  gsize command_max, answer_max;
  gsize frame_bytes; /* the longest frame towards the reader */
} KioskCardTarget;

/* Measured: a longer command overruns libnfc 1.8.0's buffer, a longer answer does not come. */
#define KIOSK_CARD_EASY_COMMAND_MAX 262
#define KIOSK_CARD_EASY_ANSWER_MAX  263

typedef enum
{
  KIOSK_CARD_PRESENCE_FAILED, /* the error says why */
  KIOSK_CARD_PRESENCE_EMPTY,
  KIOSK_CARD_PRESENCE_FOUND,
} KioskCardPresence;

typedef struct _KioskCardChannel KioskCardChannel;
struct _KioskCardChannel
{
  /* Looks for a card once, at most half a second, and activates it. More than one card:
   * FAILED with %KIOSK_CARD_ERROR_MANY_CARDS; try again once they are gone. */
  KioskCardPresence (*poll) (KioskCardChannel *self, KioskCardTarget *ret_target, GError **error);
  /* The field goes off and on, and the card that lay there is activated once more: it has
   * forgotten everything. The caller compares what comes with what was there. Nullable. */
  KioskCardPresence (*reactivate) (KioskCardChannel *self, KioskCardTarget *ret_target,
                                   GError **error);
  /* Appends data and status word, at least two bytes, to @response. @timeout_ms: 1 … 10,000.
   * %KIOSK_CARD_ERROR_LOST, _RF: ask for the card again. %KIOSK_CARD_ERROR_TIMEOUT: free the
   * channel, a late answer would poison the next call. */
  gboolean (*transmit) (KioskCardChannel *self, const guint8 *command, gsize length,
                        GByteArray *response, guint timeout_ms, GError **error);
  /* Whether the activated card still answers. */
  gboolean (*is_present) (KioskCardChannel *self);
  void (*free) (KioskCardChannel *self);
};

/**
 * kiosk_card_channel_new_libnfc:
 * @device: a libnfc connection string, "pn532_uart:/dev/ttyUSB0"
 * @ret_device: (optional): what libnfc says that it opened
 * @error: %KIOSK_CARD_ERROR_NO_READER, %KIOSK_CARD_ERROR_READER_BUSY
 *
 * Takes the device for itself (flock, TIOCEXCL where it is a serial port).
 */
KioskCardChannel *
kiosk_card_channel_new_libnfc (const char *device, KioskCardDevice *ret_device, GError **error);

static inline void
kiosk_card_channel_free (KioskCardChannel *self)
{
  if (self != NULL)
    self->free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskCardChannel, kiosk_card_channel_free)

G_END_DECLS
