/* Chip authentication with ECDH and AES-128, from the card's side: ICAO Doc 9303-11, 6.2. */
#pragma once

#include "curve.h"
#include "messaging.h"

G_BEGIN_DECLS

/* The value of id-CA-ECDH-AES-CBC-CMAC-128. */
#define KIOSK_EMU_CHIP_AUTH_OID_LENGTH 10
extern const guint8 kiosk_emu_chip_auth_oid[KIOSK_EMU_CHIP_AUTH_OID_LENGTH];

/* (transfer full) (nullable): the session that takes over once this command is answered, its
 * counter zero; NULL when @point is not on the key's curve. */
KioskEmuMessaging *kiosk_emu_chip_auth_agree (EVP_PKEY *key, const guint8 *point, gsize length);

G_END_DECLS
