/* The block protocol of ISO/IEC 14443-4 on the reader's side: commands and answers of any length
 * over frames of at most 256 bytes (private). A state machine over a function that exchanges one
 * frame; it knows no reader. */
#pragma once

#include "base/clock.h"
#include "devices/card/card-port.h"

G_BEGIN_DECLS

/* With the CRC's two bytes, which the reader adds and takes off. */
#define KIOSK_ISODEP_FRAME_MAX  256
#define KIOSK_ISODEP_ANSWER_MAX 65538 /* 65,536 bytes and a status word */

typedef enum
{
  KIOSK_FRAME_WHOLE,
  KIOSK_FRAME_LOST,   /* silence, or damage on the air: it is asked for again */
  KIOSK_FRAME_FAILED, /* the error says why */
} KioskFrameResult;

/* Sends @frame and waits at most @timeout_ms for the card's. */
typedef KioskFrameResult (*KioskFrameExchange) (gpointer data, const guint8 *frame, gsize length,
                                                guint timeout_ms,
                                                guint8 ret_answer[KIOSK_ISODEP_FRAME_MAX],
                                                gsize *ret_length, GError **error);

typedef struct
{
  KioskFrameExchange exchange;
  gpointer data;
  KioskClock *clock;         /* not owned */
  gsize card_frame;          /* bytes that the card takes in a frame, CRC included */
  guint frame_ms;            /* the longest that it may think before a frame */
  guint guard_us;            /* what it asks to be left alone after its ATS */
  guint8 to_card, from_card; /* bit n: 106 · 2^(n+1) kbit/s is offered, 0 … 2 */
  gboolean one_rate;         /* only the same rate both ways */
  guint8 number;             /* of the next block */
  guint recovered;           /* frames that had to be asked for again */
} KioskIsodep;

void kiosk_isodep_init (KioskIsodep *self, KioskClock *clock, KioskFrameExchange exchange,
                        gpointer data);

/**
 * kiosk_isodep_activate:
 * @ret_historical: emptied first; the ATS's historical bytes
 * @error: %KIOSK_CARD_ERROR_LOST: no answer to select; %KIOSK_CARD_ERROR_RF: one that cannot be
 *
 * Sends RATS, which promises frames of 256 bytes, and keeps what the ATS says.
 */
gboolean kiosk_isodep_activate (KioskIsodep *self, GByteArray *ret_historical, GError **error);
/* For a card that something else has activated: it takes @card_frame bytes, and thinks @fwi. */
void kiosk_isodep_take_over (KioskIsodep *self, gsize card_frame, guint fwi);

/* The highest rate offered both ways, at most @most: 0 … 3 for 106, 212, 424, 848 kbit/s. */
guint kiosk_isodep_best_rate (const KioskIsodep *self, guint most);
/* PPS; FALSE without an error: the card declines and stays at 106. The reader must change its own
 * rate once the card has said yes. */
gboolean kiosk_isodep_change_rate (KioskIsodep *self, guint rate, GError **error);

/**
 * kiosk_isodep_transmit:
 * @response: the answer is appended
 * @timeout_ms: for all of it, whatever more time the card asks for
 * @error: %KIOSK_CARD_ERROR_LOST: silence; %KIOSK_CARD_ERROR_RF: no sense in what comes;
 *   %KIOSK_CARD_ERROR_TIMEOUT: the card asks for ever more time; or what the exchange failed with
 *
 * After an error the card must be activated anew.
 */
gboolean kiosk_isodep_transmit (KioskIsodep *self, const guint8 *command, gsize length,
                                GByteArray *response, guint timeout_ms, GError **error);
/* Whether the card still answers; changes nothing. */
gboolean kiosk_isodep_is_present (KioskIsodep *self);

G_END_DECLS
