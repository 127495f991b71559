/* PACE from the card's side: ICAO Doc 9303-11, 4.4. */
#pragma once

#include "domain.h"
#include "messaging.h"

G_BEGIN_DECLS

#define KIOSK_EMU_PACE_NONCE_MAXIMUM 32
#define KIOSK_EMU_PACE_OID_LENGTH    10

typedef enum
{
  KIOSK_EMU_MAPPING_GENERIC,
  KIOSK_EMU_MAPPING_INTEGRATED,
  KIOSK_EMU_MAPPING_CHIP, /* generic, and the chip proves itself with it; elliptic and AES only */
} KioskEmuMapping;

/* One that EF.CardAccess announces. */
typedef struct
{
  KioskEmuMapping mapping;
  KioskEmuCipher cipher;
  int parameter; /* of the standardised domain parameters: 0 … 2, 8 … 18 */
} KioskEmuPaceProtocol;

/* "cam aes-128 13" ↔ protocol. FALSE: not such words, or a pair that the standard does not have. */
gboolean kiosk_emu_pace_protocol_parse (const char *text, KioskEmuPaceProtocol *ret_protocol);
char *kiosk_emu_pace_protocol_print (const KioskEmuPaceProtocol *protocol);
/* The value of its OBJECT IDENTIFIER, id-PACE-…. */
void kiosk_emu_pace_protocol_oid (const KioskEmuPaceProtocol *protocol,
                                  guint8 ret_oid[KIOSK_EMU_PACE_OID_LENGTH]);

/* What the chip draws for one run. */
typedef struct
{
  guint8 nonce[KIOSK_EMU_PACE_NONCE_MAXIMUM];
  gsize nonce_length;
  BIGNUM *mapping; /* unused by integrated mapping */
  BIGNUM *ephemeral;
} KioskEmuPaceSecrets;

typedef struct _KioskEmuPace KioskEmuPace;

/**
 * kiosk_emu_pace_new:
 * @password: the CAN's digits, or the SHA-1 of the MRZ's key fields
 * @chip_key: (nullable): the static key that chip authentication mapping proves
 *
 * Nonce and keys are drawn from @random.
 */
KioskEmuPace *kiosk_emu_pace_new (const KioskEmuPaceProtocol *protocol, const guint8 *password,
                                  gsize length, EVP_PKEY *chip_key, KioskRandom *random);
/* With given secrets: what the worked examples of the standard print. Takes the numbers. */
KioskEmuPace *
kiosk_emu_pace_new_chosen (const KioskEmuPaceProtocol *protocol, const guint8 *password,
                           gsize length, EVP_PKEY *chip_key, const KioskEmuPaceSecrets *secrets);
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

/* Chip authentication mapping's @data, encrypted for the reader: 4.4.3.5. */
void kiosk_emu_pace_encrypt_chip_data (KioskEmuCipher cipher, const guint8 *key, const guint8 *data,
                                       gsize length, GByteArray *ret_cryptogram);
/* Integrated mapping's pseudo-random function, 4.4.3.3.2: at least @bits + 64 bits. */
GByteArray *kiosk_emu_pace_spread (KioskEmuCipher cipher, const guint8 *nonce, gsize nonce_length,
                                   const guint8 *key, gsize bits);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuPace, kiosk_emu_pace_free)

G_END_DECLS
