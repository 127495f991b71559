#include "formats/lds.h"

#include <string.h>

#include "base/secret.h"

G_DEFINE_QUARK (kiosk_lds_error, kiosk_lds_error)

#define TAG_ZONE           0x5f1f
#define TAG_TEMPLATE_GROUP 0x7f61
#define TAG_TEMPLATE       0x7f60
#define TAG_COUNT          0x02
#define TAG_HEADER         0xa1
#define TAG_RECORD         0x5f2e
#define TEXT_MAX           256

static const guint8 group_tags[KIOSK_LDS_GROUPS] = {
  0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x70,
};

guint32
kiosk_lds_group_tag (guint number)
{
  return number >= 1 && number <= KIOSK_LDS_GROUPS ? group_tags[number - 1] : 0;
}

static gboolean
malformed (GError **error, const char *what)
{
  g_set_error_literal (error, KIOSK_LDS_ERROR, KIOSK_LDS_ERROR_MALFORMED, what);
  return FALSE;
}

/* The one object that a file is. Chips pad their files, so what follows is not looked at. */
static gboolean
open_file (GBytes *file, guint32 tag, KioskTlv *ret_tlv, const char *what, GError **error)
{
  KioskTlvCursor cursor;

  cursor.data = g_bytes_get_data (file, &cursor.length);
  if (!kiosk_tlv_expect (&cursor, tag, ret_tlv, NULL))
    return malformed (error, what);
  return TRUE;
}

KioskMrz *
kiosk_lds_parse_dg1 (GBytes *dg1, GError **error)
{
  g_autoptr (GError) inner = NULL;
  KioskTlv outer, zone;
  KioskMrz *mrz;

  if (!open_file (dg1, kiosk_lds_group_tag (1), &outer, "DG1 has no tag 61", error))
    return NULL;
  if (!kiosk_tlv_find (outer.value, outer.length, TAG_ZONE, &zone, NULL))
    {
      malformed (error, "DG1 has no zone");
      return NULL;
    }
  mrz = kiosk_mrz_parse ((const char *)zone.value, zone.length, &inner);
  if (mrz == NULL)
    g_set_error (error, KIOSK_LDS_ERROR, KIOSK_LDS_ERROR_MALFORMED, "DG1: %s", inner->message);
  return mrz;
}

GBytes *
kiosk_lds_build_dg1 (const char *zone)
{
  g_autoptr (GByteArray) inner = g_byte_array_new ();
  GByteArray *file = g_byte_array_new ();

  kiosk_tlv_append (inner, TAG_ZONE, zone, strlen (zone));
  kiosk_tlv_append (file, kiosk_lds_group_tag (1), inner->data, inner->len);
  return g_byte_array_free_to_bytes (file);
}

/* ISO/IEC 19794-5:2005: a facial record header of 14 bytes; for each face 20 bytes of facial
 * information, 8 a feature point, 12 of image information, then the picture. Big-endian. */
#define RECORD_HEADER     14
#define FACE_INFORMATION  20
#define FEATURE_POINT     8
#define IMAGE_INFORMATION 12
#define FACE_LENGTH_MAX   (1024 * 1024)

static guint
get16 (const guint8 *at)
{
  return (guint)at[0] << 8 | at[1];
}

static guint32
get32 (const guint8 *at)
{
  return (guint32)get16 (at) << 16 | get16 (at + 2);
}

static const char *
picture_type (const guint8 *data, gsize length)
{
  static const guint8 jpeg[] = { 0xff, 0xd8, 0xff };
  static const guint8 jp2[] = { 0, 0, 0, 0x0c, 'j', 'P', ' ', ' ' };
  static const guint8 codestream[] = { 0xff, 0x4f, 0xff, 0x51 };

  if (length >= sizeof jpeg && memcmp (data, jpeg, sizeof jpeg) == 0)
    return "image/jpeg";
  if ((length >= sizeof jp2 && memcmp (data, jp2, sizeof jp2) == 0)
      || (length >= sizeof codestream && memcmp (data, codestream, sizeof codestream) == 0))
    return "image/jp2";
  return NULL;
}

static GBytes *
take_face (const guint8 *record, gsize length, const char **ret_type, GError **error)
{
  const guint8 *face = record + RECORD_HEADER;
  gsize face_length, header;
  const char *type;

  if (length < RECORD_HEADER + FACE_INFORMATION + IMAGE_INFORMATION
      || memcmp (record,
                 "FAC\0"
                 "010\0",
                 8)
           != 0
      || get16 (record + 12) == 0)
    {
      malformed (error, "DG2 holds no facial record");
      return NULL;
    }
  face_length = get32 (face);
  header = FACE_INFORMATION + (gsize)get16 (face + 4) * FEATURE_POINT + IMAGE_INFORMATION;
  if (face_length > length - RECORD_HEADER || face_length > FACE_LENGTH_MAX
      || face_length <= header)
    {
      malformed (error, "DG2's face is longer than its record");
      return NULL;
    }
  type = picture_type (face + header, face_length - header);
  if (type == NULL)
    {
      g_set_error_literal (error, KIOSK_LDS_ERROR, KIOSK_LDS_ERROR_UNSUPPORTED,
                           "DG2's picture is neither JPEG nor JPEG 2000");
      return NULL;
    }
  *ret_type = type;
  return g_bytes_new (face + header, face_length - header);
}

GBytes *
kiosk_lds_parse_dg2 (GBytes *dg2, const char **ret_type, GError **error)
{
  KioskTlv outer, group, template, record;
  KioskTlvCursor cursor;

  if (!open_file (dg2, kiosk_lds_group_tag (2), &outer, "DG2 has no tag 75", error))
    return NULL;
  cursor = kiosk_tlv_inside (&outer);
  if (!kiosk_tlv_expect (&cursor, TAG_TEMPLATE_GROUP, &group, NULL)
      || !kiosk_tlv_find (group.value, group.length, TAG_TEMPLATE, &template, NULL))
    {
      malformed (error, "DG2 has no biometric template");
      return NULL;
    }
  if (!kiosk_tlv_find (template.value, template.length, TAG_RECORD, &record, NULL))
    {
      g_set_error_literal (error, KIOSK_LDS_ERROR, KIOSK_LDS_ERROR_UNSUPPORTED,
                           "DG2's record is not of ISO/IEC 19794-5");
      return NULL;
    }
  return take_face (record.value, record.length, ret_type, error);
}

static void
append_be (GByteArray *array, guint64 number, guint n_bytes)
{
  while (n_bytes-- > 0)
    {
      guint8 byte = (guint8)(n_bytes < 8 ? number >> (8 * n_bytes) : 0);

      g_byte_array_append (array, &byte, 1);
    }
}

static GByteArray *
build_face_record (GBytes *picture, guint16 width, guint16 height)
{
  GByteArray *record = g_byte_array_new ();
  gsize size;
  const guint8 *data = g_bytes_get_data (picture, &size);
  gsize face_length = FACE_INFORMATION + IMAGE_INFORMATION + size;
  gboolean is_jpeg = g_strcmp0 (picture_type (data, size), "image/jpeg") == 0;

  g_byte_array_append (record,
                       (const guint8 *)"FAC\0"
                                       "010\0",
                       8);
  append_be (record, RECORD_HEADER + face_length, 4);
  append_be (record, 1, 2);
  append_be (record, face_length, 4);
  append_be (record, 0, FACE_INFORMATION - 4);
  append_be (record, 1, 1); /* full frontal */
  append_be (record, is_jpeg ? 0 : 1, 1);
  append_be (record, width, 2);
  append_be (record, height, 2);
  append_be (record, 1, 1); /* 24-bit RGB */
  append_be (record, 0, 5);
  g_byte_array_append (record, data, (guint)size);
  return record;
}

GBytes *
kiosk_lds_build_dg2 (GBytes *picture, guint16 width, guint16 height)
{
  /* CBEFF (ISO/IEC 19785): facial features, owner JTC 1/SC 37, format 19794-5. */
  static const guint8 header[] = { 0x81, 1, 2, 0x87, 2, 0x01, 0x01, 0x88, 2, 0x00, 0x08 };
  g_autoptr (GByteArray) record = build_face_record (picture, width, height);
  g_autoptr (GByteArray) template = g_byte_array_new ();
  g_autoptr (GByteArray) group = g_byte_array_new ();
  g_autoptr (GByteArray) inner = g_byte_array_new ();
  GByteArray *file = g_byte_array_new ();

  kiosk_tlv_append (template, TAG_HEADER, header, sizeof header);
  kiosk_tlv_append (template, TAG_RECORD, record->data, record->len);
  kiosk_tlv_append (group, TAG_COUNT, "\1", 1);
  kiosk_tlv_append (group, TAG_TEMPLATE, template->data, template->len);
  kiosk_tlv_append (inner, TAG_TEMPLATE_GROUP, group->data, group->len);
  kiosk_tlv_append (file, kiosk_lds_group_tag (2), inner->data, inner->len);
  return g_byte_array_free_to_bytes (file);
}

static gboolean
is_plain_text (const char *text, gsize length)
{
  if (length == 0 || length > TEXT_MAX || !g_utf8_validate_len (text, length, NULL))
    return FALSE;
  for (const char *at = text; at < text + length; at = g_utf8_next_char (at))
    if (g_unichar_iscntrl (g_utf8_get_char (at)))
      return FALSE;
  return TRUE;
}

char *
kiosk_lds_group_text (GBytes *group, guint number, guint32 tag, GError **error)
{
  g_autoptr (GError) inner = NULL;
  KioskTlv outer, text;

  if (!open_file (group, kiosk_lds_group_tag (number), &outer, "a data group has another's tag",
                  error))
    return NULL;
  if (!kiosk_tlv_find (outer.value, outer.length, tag, &text, &inner))
    {
      if (!g_error_matches (inner, KIOSK_TLV_ERROR, KIOSK_TLV_ERROR_MISSING))
        malformed (error, "a data group's tags are damaged");
      return NULL;
    }
  if (!is_plain_text ((const char *)text.value, text.length))
    {
      malformed (error, "a data group's text is not plain UTF-8");
      return NULL;
    }
  return g_strndup ((const char *)text.value, text.length);
}
