/* Makes the emulator's documents: country signers, a document signer under each, signed security
 * objects, chip keys. Every run makes new keys; nothing secret is shipped. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * kiosk_emu_personalise:
 * @folder: made if it is not there; then holds csca.pem, csca.crl.pem and cards/NAME/
 * @today: (nullable): "YYYY-MM-DD" from which validities are counted; NULL: the machine's date
 * @matrix: a card for each way to open and to prove one as well (recipe.h)
 */
gboolean
kiosk_emu_personalise (const char *folder, const char *today, gboolean matrix, GError **error);

G_END_DECLS
