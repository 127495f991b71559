/* What a chip says by itself of how long commands and responses may be (private). */
#pragma once

#include "devices/card/card-session.h"

G_BEGIN_DECLS

/* By its historical bytes it takes no extended lengths. */
gboolean kiosk_card_lengths_declined (const KioskCardTarget *target);
/* By them EF.ATR/INFO says which lengths it takes. */
gboolean kiosk_card_lengths_announced (const KioskCardTarget *target);
/* The most data to ask for where a response may be @response bytes long, secure messaging and all;
 * 0: none. */
guint kiosk_card_lengths_le (guint32 response);

/**
 * kiosk_card_lengths_learn:
 *
 * Reads EF.ATR/INFO where the chip points to it, in the clear, so that no read is tried that the
 * chip would refuse; other chips are sent nothing. What cannot be read or understood is no error.
 * FALSE: the exchange failed
 */
gboolean
kiosk_card_lengths_learn (KioskCardSession *session, const KioskCardTarget *target, GError **error);

G_END_DECLS
