/* What is in the phone: a key pair made on the spot, and the credential that an issuer gave to it.
 *
 *   FOLDER/key.pem         the private half; never leaves the folder
 *   FOLDER/public.pem      what an issuer is given
 *   FOLDER/credential.txt  the code of the credential (formats/personal.h), put there by whoever
 *                          issued it, read anew each time
 *
 * Its signatures are its own work: nothing here is shared with what judges them but the formats. */
#pragma once

#include "base/clock.h"
#include "base/random.h"

G_BEGIN_DECLS

typedef struct _KioskEmuWallet KioskEmuWallet;

/* What may be amiss with what a phone shows. */
typedef struct
{
  char *kiosk; /* (nullable): an audience that it did not read: what it shows at another kiosk */
  gint64 clock_ms;    /* how far the phone's clock is ahead; negative: behind */
  gboolean other_key; /* signed by another phone's */
} KioskEmuManner;

/* "kiosk=ID", "clock=SECONDS", "key=other"; NULL at the end. %KIOSK_EMU_ERROR_COMMAND */
gboolean kiosk_emu_manner_parse (char **words, KioskEmuManner *ret_manner, GError **error);
void kiosk_emu_manner_clear (KioskEmuManner *self);

/* Makes the folder and the keys when they are not there. %KIOSK_EMU_ERROR_DEVICE and errors of
 * files: they cannot be made or read. */
KioskEmuWallet *
kiosk_emu_wallet_open (const char *folder, KioskClock *clock, KioskRandom *random, GError **error);
void kiosk_emu_wallet_free (KioskEmuWallet *self);

/* (transfer full): the public half: 65 bytes, 04 ‖ x ‖ y. */
GBytes *kiosk_emu_wallet_point (const KioskEmuWallet *self);
/* (transfer full): ES256 (RFC 9053, 2.1) over the Sig_structure of a COSE_Sign1 (RFC 9052, 4.4): 64
 * bytes, r ‖ s. @other_key: by a key that is nobody's. */
GBytes *kiosk_emu_wallet_sign (const KioskEmuWallet *self, GBytes *protected_header,
                               GBytes *payload, gboolean other_key);

/* What the phone shows; (transfer full) (nullable). %KIOSK_EMU_ERROR_COMMAND: @seen is not what a
 * terminal shows for it, or there is no credential. */

/* A personal code (formats/presentation.h) for the terminal whose code "KA1:" it saw. */
char *kiosk_emu_wallet_present (KioskEmuWallet *self, const char *seen,
                                const KioskEmuManner *manner, GError **error);
/* The same once more, to the byte: a picture of the last one, or of the @nth before (1: the last).
 */
char *kiosk_emu_wallet_again (const KioskEmuWallet *self, guint nth, GError **error);
/* The credential alone. */
char *kiosk_emu_wallet_credential (const KioskEmuWallet *self, GError **error);
/* Its public key with proof of possession (formats/binding.h) for the ticket that it saw. */
char *kiosk_emu_wallet_bind (const KioskEmuWallet *self, const char *seen,
                             const KioskEmuManner *manner, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuWallet, kiosk_emu_wallet_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KioskEmuManner, kiosk_emu_manner_clear)

G_END_DECLS
