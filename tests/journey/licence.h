/* What journeys have in common that renew a vehicle licence. */
#pragma once

#include "play.h"

G_BEGIN_DECLS

/* From the services page to the page "receipt". */
gboolean licence_apply (Play *play, GError **error);
/* What was printed last, as a picture at the printer's 203 dots an inch. (transfer full): its path.
 */
char *licence_draw_paper (Play *play, GError **error);
/* (transfer full): the text of the QR code on a picture, as zbarimg reads it. */
char *licence_read_code (const char *picture, GError **error);

G_END_DECLS
