/* PACE with ECDH and generic mapping, AES-128, from the card's side: ICAO Doc 9303-11, 4.4. */
#pragma once

#include "curve.h"
#include "messaging.h"

G_BEGIN_DECLS

#define KIOSK_EMU_PACE_NONCE 16

/* The value of id-PACE-ECDH-GM-AES-CBC-CMAC-128. */
#define KIOSK_EMU_PACE_OID_LENGTH 10
extern const guint8 kiosk_emu_pace_oid[KIOSK_EMU_PACE_OID_LENGTH];

typedef struct _KioskEmuPace KioskEmuPace;

/* @password: the CAN's digits, or the SHA-1 of the MRZ's key fields. Nonce and ephemeral keys are
 * drawn from @random. %NULL when @parameter is no curve of ours. */
KioskEmuPace *
kiosk_emu_pace_new (int parameter, const guint8 *password, gsize length, KioskRandom *random);
/* With given secrets: what the worked examples of the standard print. Takes the scalars. */
KioskEmuPace *kiosk_emu_pace_new_chosen (int parameter, const guint8 *password, gsize length,
                                         const guint8 nonce[KIOSK_EMU_PACE_NONCE], BIGNUM *mapping,
                                         BIGNUM *ephemeral);
void kiosk_emu_pace_free (KioskEmuPace *self);

/**
 * kiosk_emu_pace_step:
 * @tag: of the object the reader sent inside 7C; 0 when 7C was empty
 * @ret_answer: (out caller-allocates): the object to answer with is appended to it
 *
 * Returns: 9000; 6300 when the reader's token is wrong, so it does not know the password; 6A80 for
 *   anything else, after which the run is over
 */
guint16 kiosk_emu_pace_step (KioskEmuPace *self, guint32 tag, const guint8 *data, gsize length,
                             GByteArray *ret_answer);
/* TRUE after the last step. */
gboolean kiosk_emu_pace_is_done (const KioskEmuPace *self);
/* (transfer full): secure messaging from here on; only when done. */
KioskEmuMessaging *kiosk_emu_pace_session (KioskEmuPace *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuPace, kiosk_emu_pace_free)

G_END_DECLS
