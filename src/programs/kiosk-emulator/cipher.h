/* The two families of symmetric cryptography that a chip speaks, ICAO Doc 9303-11, 9.7 and 9.8.
 * Written apart from the reader's own on purpose: two independent hands catch each other's slips.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_EMU_KEY_MAXIMUM   32
#define KIOSK_EMU_BLOCK_MAXIMUM 16
#define KIOSK_EMU_MAC_LENGTH    8

typedef enum
{
  KIOSK_EMU_CIPHER_3DES,    /* two-key CBC, and the retail MAC of ISO/IEC 9797-1, algorithm 3 */
  KIOSK_EMU_CIPHER_AES_128, /* CBC, and CMAC cut to eight bytes */
  KIOSK_EMU_CIPHER_AES_192,
  KIOSK_EMU_CIPHER_AES_256,
} KioskEmuCipher;

/* Counters of the key derivation function, 9.7.1. */
enum
{
  KIOSK_EMU_KDF_ENCRYPTION = 1,
  KIOSK_EMU_KDF_MAC = 2,
  KIOSK_EMU_KDF_PASSWORD = 3,
};

/* "3des", "aes-128". */
const char *kiosk_emu_cipher_name (KioskEmuCipher cipher);
gboolean kiosk_emu_cipher_from_name (const char *name, KioskEmuCipher *ret_cipher);
/* 8 or 16 bytes. */
gsize kiosk_emu_cipher_block (KioskEmuCipher cipher);
/* 16, 24 or 32 bytes. */
gsize kiosk_emu_cipher_key_length (KioskEmuCipher cipher);
/* CBC over whole blocks; @iv is a block, or NULL for zeros. @ret_output holds @length bytes. */
void kiosk_emu_cipher_encrypt (KioskEmuCipher cipher, const guint8 *key, const guint8 *iv,
                               const guint8 *input, gsize length, guint8 *ret_output);
void kiosk_emu_cipher_decrypt (KioskEmuCipher cipher, const guint8 *key, const guint8 *iv,
                               const guint8 *input, gsize length, guint8 *ret_output);
/* One block, for the initial vector that secure messaging makes of its counter. AES. */
void kiosk_emu_cipher_ecb (KioskEmuCipher cipher, const guint8 *key, const guint8 *block,
                           guint8 *ret_block);
/* @length is whole blocks for 3DES, anything for AES. */
void kiosk_emu_cipher_mac (KioskEmuCipher cipher, const guint8 *key, const guint8 *input,
                           gsize length, guint8 ret_mac[KIOSK_EMU_MAC_LENGTH]);
/* SHA-1 for keys of 16 bytes, SHA-256 for longer ones. */
void kiosk_emu_cipher_kdf (KioskEmuCipher cipher, const guint8 *secret, gsize length,
                           guint8 counter, guint8 ret_key[KIOSK_EMU_KEY_MAXIMUM]);
/* ISO/IEC 9797-1, method 2: 80, then zeros to a multiple of @block counted from @from. */
void kiosk_emu_pad (GByteArray *bytes, gsize from, gsize block);
/* The length without the padding; FALSE when it is not there. */
gboolean kiosk_emu_unpad (const guint8 *bytes, gsize length, gsize *ret_length);

G_END_DECLS
