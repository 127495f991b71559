/* Writing a portrait as JPEG (private). */
#pragma once

#include "devices/card/card-portrait.h"

G_BEGIN_DECLS

/* (transfer full): baseline, without metadata. */
GBytes *kiosk_card_portrait_encode (const KioskCardPicture *picture, GError **error);

G_END_DECLS
