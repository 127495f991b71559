/* The two families of symmetric cryptography that a chip speaks, ICAO Doc 9303-11, 9.7 and 9.8.
 * Written apart from the reader's own on purpose: two independent hands catch each other's slips.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_EMU_KEY_LENGTH 16
#define KIOSK_EMU_MAC_LENGTH 8

typedef enum
{
  KIOSK_EMU_CIPHER_3DES, /* two-key CBC, and the retail MAC of ISO/IEC 9797-1, algorithm 3 */
  KIOSK_EMU_CIPHER_AES,  /* AES-128 CBC, and CMAC cut to eight bytes */
} KioskEmuCipher;

/* Counters of the key derivation function, 9.7.1. */
enum
{
  KIOSK_EMU_KDF_ENCRYPTION = 1,
  KIOSK_EMU_KDF_MAC = 2,
  KIOSK_EMU_KDF_PASSWORD = 3,
};

/* 8 or 16 bytes. */
gsize kiosk_emu_cipher_block (KioskEmuCipher cipher);
/* CBC over whole blocks; @iv is a block, or NULL for zeros. @ret_output holds @length bytes. */
void kiosk_emu_cipher_encrypt (KioskEmuCipher cipher, const guint8 *key, const guint8 *iv,
                               const guint8 *input, gsize length, guint8 *ret_output);
void kiosk_emu_cipher_decrypt (KioskEmuCipher cipher, const guint8 *key, const guint8 *iv,
                               const guint8 *input, gsize length, guint8 *ret_output);
/* One AES block, for the initial vector that secure messaging makes of its counter. */
void kiosk_emu_cipher_ecb (const guint8 *key, const guint8 *block, guint8 *ret_block);
/* @length is whole blocks for 3DES, anything for AES. */
void kiosk_emu_cipher_mac (KioskEmuCipher cipher, const guint8 *key, const guint8 *input,
                           gsize length, guint8 ret_mac[KIOSK_EMU_MAC_LENGTH]);
void kiosk_emu_cipher_kdf (const guint8 *secret, gsize length, guint8 counter,
                           guint8 ret_key[KIOSK_EMU_KEY_LENGTH]);
/* ISO/IEC 9797-1, method 2: 80, then zeros to a multiple of @block counted from @from. */
void kiosk_emu_pad (GByteArray *bytes, gsize from, gsize block);
/* The length without the padding; FALSE when it is not there. */
gboolean kiosk_emu_unpad (const guint8 *bytes, gsize length, gsize *ret_length);

G_END_DECLS
