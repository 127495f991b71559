/* What the readers of elementary files share. Private to formats. */
#pragma once

#include "formats/lds.h"

G_BEGIN_DECLS

#define KIOSK_LDS_TEXT_MAX 256

/* FALSE, always. */
gboolean kiosk_lds_malformed (GError **error, const char *what);
/* The one object that a file is. Chips pad their files, so what follows is not looked at. */
gboolean
kiosk_lds_open (GBytes *file, guint32 tag, KioskTlv *ret_tlv, const char *what, GError **error);
/* UTF-8 without control characters, 1 … KIOSK_LDS_TEXT_MAX bytes. */
gboolean kiosk_lds_is_text (const char *text, gsize length);
/* "image/jpeg" or "image/jp2" by how it begins; NULL: neither. */
const char *kiosk_lds_picture_type (const guint8 *data, gsize length);
/* (transfer full): a picture of a kind that we know. %KIOSK_LDS_ERROR_UNSUPPORTED for another */
GBytes *
kiosk_lds_take_picture (const guint8 *data, gsize length, const char **ret_type, GError **error);

/* ISO/IEC 39794-5: the picture of the first representation. */
gboolean kiosk_lds_find_face_39794 (const guint8 *data, gsize length, KioskTlv *ret_picture);

G_END_DECLS
