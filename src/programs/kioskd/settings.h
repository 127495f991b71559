/* What kioskd can be told, in one table; data/settings/kioskd.ini is its documentation. */
#pragma once

#include "base/settings.h"

G_BEGIN_DECLS

KioskSettings *kiosk_house_settings_load (const char *path, GError **error);
/* (transfer full): every group and key with its help and fallback, as a key file. */
char *kiosk_house_settings_describe (void);

G_END_DECLS
