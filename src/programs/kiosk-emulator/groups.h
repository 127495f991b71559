/* The files of a document that only its maker writes: ICAO Doc 9303-10, 9303-11 and the
 * simulation's own page in data/cards/README.md. */
#pragma once

#include <glib.h>
#include <openssl/evp.h>

G_BEGIN_DECLS

/* EF.CardAccess: PACE with ECDH, generic mapping, AES-128, on the curve @parameter. */
GBytes *kiosk_emu_group_card_access (int parameter);
/* EF.COM: LDS 1.7, Unicode 4.0, and the groups that are there (bit n − 1 for group n). */
GBytes *kiosk_emu_group_com (guint groups);
/* DG11: the full name in national characters. */
GBytes *kiosk_emu_group_dg11 (const char *name);
/* DG13 of the simulated identity card: the symbols on its face. */
GBytes *kiosk_emu_group_dg13 (const char *symbols);
/* DG14: chip authentication with @key; the PACE of EF.CardAccess again, this time signed, unless
 * @parameter is 0. */
GBytes *kiosk_emu_group_dg14 (EVP_PKEY *key, int parameter);

G_END_DECLS
