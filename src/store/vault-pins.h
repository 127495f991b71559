/* Tries of staff PINs, counted in the vault. Threads and blocking as in vault.h. */
#pragma once

#include "store/vault.h"

G_BEGIN_DECLS

#define KIOSK_PIN_TRIES 15 /* wrong ones in a row lock a card */

/* What stands between a card and its next try; told before a PIN is typed. */
typedef struct
{
  guint wrong;
  guint left;     /* 0: locked, until the staff bundle's "unlock" of that card is higher */
  gint64 wait_ms; /* 0: a try is allowed now */
} KioskPinTries;

/**
 * kiosk_vault_pin_look:
 * @card: SHA-256 of a staff card's certificate, known or not
 * @unlock: of the staff bundle; 0 for a card that it does not list
 */
gboolean kiosk_vault_pin_look (KioskVault *self, const guint8 card[32], guint64 unlock,
                               KioskPinTries *ret_tries, GError **error);
/* Counts a try as wrong, by one commit; only when this has returned TRUE may the PIN be judged.
 * %KIOSK_VAULT_ERROR_STATE: it is locked, or must wait; nothing was counted. */
gboolean kiosk_vault_pin_count (KioskVault *self, const guint8 card[32], gboolean known,
                                guint64 unlock, KioskPinTries *ret_tries, GError **error);
/* It was right: nothing counts any more. @who, a staff id, goes into the audit log. */
gboolean
kiosk_vault_pin_right (KioskVault *self, const guint8 card[32], const char *who, GError **error);

G_END_DECLS
