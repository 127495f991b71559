/* BER-TLV as smart cards use it (ISO/IEC 7816-4, ITU-T X.690): a reader that never leaves its bytes
 * and a writer. Definite lengths only; tags of 1 to 3 bytes as one number (5F1F, 7F61). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_TLV_ERROR (kiosk_tlv_error_quark ())
GQuark kiosk_tlv_error_quark (void);

typedef enum
{
  KIOSK_TLV_ERROR_TRUNCATED, /* more bytes may complete it */
  KIOSK_TLV_ERROR_MALFORMED, /* no bytes can */
  KIOSK_TLV_ERROR_MISSING,   /* well-formed, but not the tag that was asked for */
} KioskTlvError;

/* Borrowed: what it points to must outlive it. */
typedef struct
{
  guint32 tag;
  const guint8 *value;
  gsize length;
  const guint8 *start; /* the whole object, header and all */
  gsize size;
} KioskTlv;

/* A place in a run of objects. Start with {data, length}. */
typedef struct
{
  const guint8 *data;
  gsize length;
} KioskTlvCursor;

/* Tag and length alone, at the start of @data, which may end before the value does.
 * @ret_header: bytes of tag and length; @ret_length: bytes of value */
gboolean kiosk_tlv_header (const guint8 *data, gsize length, guint32 *ret_tag, gsize *ret_header,
                           gsize *ret_length, GError **error);

/* Takes the next object and moves on. At the end: %KIOSK_TLV_ERROR_TRUNCATED. */
gboolean kiosk_tlv_next (KioskTlvCursor *cursor, KioskTlv *ret_tlv, GError **error);
/* The same, and it must be @tag. */
gboolean kiosk_tlv_expect (KioskTlvCursor *cursor, guint32 tag, KioskTlv *ret_tlv, GError **error);
/* The first object with @tag in a run; the run before it must be well-formed. */
gboolean
kiosk_tlv_find (const guint8 *data, gsize length, guint32 tag, KioskTlv *ret_tlv, GError **error);
KioskTlvCursor kiosk_tlv_inside (const KioskTlv *tlv);

/* Appends one object, its length in the shortest form. @value may be NULL when @length is 0. */
void kiosk_tlv_append (GByteArray *array, guint32 tag, gconstpointer value, gsize length);

G_END_DECLS
