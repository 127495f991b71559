/* Staff cards: an issuer, and the cards of a terminal's staff. Keys and PINs are made on the spot.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Writes @folder/staff-ca.pem, the issuer, and the cards under @folder/cards. */
gboolean kiosk_emu_staff_make (const char *folder, GDateTime *today, GError **error);

G_END_DECLS
