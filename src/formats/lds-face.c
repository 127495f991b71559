/* DG2: the holder's face, ICAO Doc 9303-10, 4.7.2. */
#include <string.h>

#include "formats/lds-private.h"

#define TAG_TEMPLATE_GROUP 0x7f61
#define TAG_TEMPLATE       0x7f60
#define TAG_COUNT          0x02
#define TAG_HEADER         0xa1
#define TAG_RECORD         0x5f2e /* ISO/IEC 19794-5 */
#define TAG_BLOCK          0x7f2e /* ISO/IEC 39794-5 */

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

const char *
kiosk_lds_picture_type (const guint8 *data, gsize length)
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

GBytes *
kiosk_lds_take_picture (const guint8 *data, gsize length, const char **ret_type, GError **error)
{
  const char *type = kiosk_lds_picture_type (data, length);

  if (type == NULL)
    {
      g_set_error_literal (error, KIOSK_LDS_ERROR, KIOSK_LDS_ERROR_UNSUPPORTED,
                           "a picture that is neither JPEG nor JPEG 2000");
      return NULL;
    }
  *ret_type = type;
  return g_bytes_new (data, length);
}

static GBytes *
take_face (const guint8 *record, gsize length, const char **ret_type, GError **error)
{
  const guint8 *face = record + RECORD_HEADER;
  gsize face_length, header;

  if (length < RECORD_HEADER + FACE_INFORMATION + IMAGE_INFORMATION
      || memcmp (record,
                 "FAC\0"
                 "010\0",
                 8)
           != 0
      || get16 (record + 12) == 0)
    {
      kiosk_lds_malformed (error, "DG2 holds no facial record");
      return NULL;
    }
  face_length = get32 (face);
  header = FACE_INFORMATION + (gsize)get16 (face + 4) * FEATURE_POINT + IMAGE_INFORMATION;
  if (face_length > length - RECORD_HEADER || face_length > FACE_LENGTH_MAX
      || face_length <= header)
    {
      kiosk_lds_malformed (error, "DG2's face is longer than its record");
      return NULL;
    }
  return kiosk_lds_take_picture (face + header, face_length - header, ret_type, error);
}

static gboolean
is_facial_record (const KioskTlv *block)
{
  return block->length >= 4 && memcmp (block->value, "FAC", 4) == 0;
}

/* ICAO wraps the block of 39794-5 once more, in A1. */
static GBytes *
take_face_39794 (const KioskTlv *block, const char **ret_type, GError **error)
{
  KioskTlv picture;

  if (!kiosk_lds_find_face_39794 (block->value, block->length, &picture))
    {
      kiosk_lds_malformed (error, "DG2 holds no facial record");
      return NULL;
    }
  return kiosk_lds_take_picture (picture.value, picture.length, ret_type, error);
}

/* The block's tag is no sure sign of its form: some issuers put the old one under the new tag. */
GBytes *
kiosk_lds_parse_dg2 (GBytes *dg2, const char **ret_type, GError **error)
{
  KioskTlv outer, group, template, block;
  KioskTlvCursor cursor;

  if (!kiosk_lds_open (dg2, kiosk_lds_group_tag (2), &outer, "DG2 has no tag 75", error))
    return NULL;
  cursor = kiosk_tlv_inside (&outer);
  if (!kiosk_tlv_expect (&cursor, TAG_TEMPLATE_GROUP, &group, NULL)
      || !kiosk_tlv_find (group.value, group.length, TAG_TEMPLATE, &template, NULL))
    {
      kiosk_lds_malformed (error, "DG2 has no biometric template");
      return NULL;
    }
  if (!kiosk_tlv_find (template.value, template.length, TAG_RECORD, &block, NULL)
      && !kiosk_tlv_find (template.value, template.length, TAG_BLOCK, &block, NULL))
    {
      kiosk_lds_malformed (error, "DG2's template has no data");
      return NULL;
    }
  return is_facial_record (&block) || block.tag == TAG_RECORD
           ? take_face (block.value, block.length, ret_type, error)
           : take_face_39794 (&block, ret_type, error);
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
  gboolean is_jpeg = g_strcmp0 (kiosk_lds_picture_type (data, size), "image/jpeg") == 0;

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
