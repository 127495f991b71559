/* The symmetric primitives of ICAO Doc 9303-11 (private). 3DES is two-key, AES is CBC without
 * padding. */
#pragma once

#include "formats/lds.h"

G_BEGIN_DECLS

#define KIOSK_CARD_KEY_MAX   32
#define KIOSK_CARD_BLOCK_MAX 16
#define KIOSK_CARD_MAC_BYTES 8

/* For calls of OpenSSL that fail only when memory is out or the build lacks the algorithm: there is
 * no way on from the first, and the second shows in the first test. */
void kiosk_card_must (gboolean ok);

/* Counters of the key derivation function, 9303-11, 9.7.1. */
typedef enum
{
  KIOSK_KDF_ENCRYPTION = 1,
  KIOSK_KDF_MAC = 2,
  KIOSK_KDF_PASSWORD = 3,
} KioskKdfCounter;

gsize kiosk_cipher_key_bytes (KioskCipher cipher);   /* 16, 16, 24, 32 */
gsize kiosk_cipher_block_bytes (KioskCipher cipher); /* 8 or 16 */

/* @ret_key: kiosk_cipher_key_bytes() of it */
void kiosk_card_kdf (const guint8 *secret, gsize length, KioskKdfCounter counter,
                     KioskCipher cipher, guint8 *ret_key);

/* @length is a multiple of the block; @iv NULL for zeros. */
void kiosk_card_encrypt (KioskCipher cipher, const guint8 *key, const guint8 *iv, const guint8 *in,
                         gsize length, guint8 *ret_out);
void kiosk_card_decrypt (KioskCipher cipher, const guint8 *key, const guint8 *iv, const guint8 *in,
                         gsize length, guint8 *ret_out);
/* One block, for the IV of AES secure messaging. */
void
kiosk_card_encrypt_block (KioskCipher cipher, const guint8 *key, const guint8 *in, guint8 *ret_out);
/* 3DES: retail MAC (ISO 9797-1, algorithm 3) with padding method 2 added here. AES: CMAC, first
 * eight bytes; secure messaging pads its input by itself, tokens do not. */
void kiosk_card_mac (KioskCipher cipher, const guint8 *key, const guint8 *in, gsize length,
                     guint8 ret_mac[KIOSK_CARD_MAC_BYTES]);

/* ISO 9797-1 padding method 2: 80 and zeros up to a multiple of @block. */
void kiosk_card_pad (GByteArray *array, gsize block);
/* The length without padding, or −1. */
gssize kiosk_card_unpadded_length (const guint8 *data, gsize length);

void kiosk_card_sha1 (const guint8 *data, gsize length, guint8 ret_digest[20]);

G_END_DECLS
