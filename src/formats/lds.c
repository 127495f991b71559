#include "formats/lds-private.h"

#include <string.h>

#include "base/secret.h"

G_DEFINE_QUARK (kiosk_lds_error, kiosk_lds_error)

#define TAG_ZONE     0x5f1f
#define TAG_COM      0x60
#define TAG_TAG_LIST 0x5c
#define TAG_LENGTHS  0x7f66
#define TAG_INTEGER  0x02
#define INTEGER_MAX  4

static const guint8 group_tags[KIOSK_LDS_GROUPS] = {
  0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x70,
};

guint32
kiosk_lds_group_tag (guint number)
{
  return number >= 1 && number <= KIOSK_LDS_GROUPS ? group_tags[number - 1] : 0;
}

gboolean
kiosk_lds_malformed (GError **error, const char *what)
{
  g_set_error_literal (error, KIOSK_LDS_ERROR, KIOSK_LDS_ERROR_MALFORMED, what);
  return FALSE;
}

gboolean
kiosk_lds_open (GBytes *file, guint32 tag, KioskTlv *ret_tlv, const char *what, GError **error)
{
  KioskTlvCursor cursor;

  cursor.data = g_bytes_get_data (file, &cursor.length);
  if (!kiosk_tlv_expect (&cursor, tag, ret_tlv, NULL))
    return kiosk_lds_malformed (error, what);
  return TRUE;
}

KioskMrz *
kiosk_lds_parse_dg1 (GBytes *dg1, GError **error)
{
  g_autoptr (GError) inner = NULL;
  KioskTlv outer, zone;
  KioskMrz *mrz;

  if (!kiosk_lds_open (dg1, kiosk_lds_group_tag (1), &outer, "DG1 has no tag 61", error))
    return NULL;
  if (!kiosk_tlv_find (outer.value, outer.length, TAG_ZONE, &zone, NULL))
    {
      kiosk_lds_malformed (error, "DG1 has no zone");
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

gboolean
kiosk_lds_is_text (const char *text, gsize length)
{
  if (length == 0 || length > KIOSK_LDS_TEXT_MAX || !g_utf8_validate_len (text, length, NULL))
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

  if (!kiosk_lds_open (group, kiosk_lds_group_tag (number), &outer,
                       "a data group has another's tag", error))
    return NULL;
  if (!kiosk_tlv_find (outer.value, outer.length, tag, &text, &inner))
    {
      if (!g_error_matches (inner, KIOSK_TLV_ERROR, KIOSK_TLV_ERROR_MISSING))
        kiosk_lds_malformed (error, "a data group's tags are damaged");
      return NULL;
    }
  if (!kiosk_lds_is_text ((const char *)text.value, text.length))
    {
      kiosk_lds_malformed (error, "a data group's text is not plain UTF-8");
      return NULL;
    }
  return g_strndup ((const char *)text.value, text.length);
}

gboolean
kiosk_lds_parse_com (GBytes *com, guint16 *ret_groups, GError **error)
{
  KioskTlv outer, list;
  guint16 groups = 0;

  if (!kiosk_lds_open (com, TAG_COM, &outer, "EF.COM has no tag 60", error))
    return FALSE;
  if (!kiosk_tlv_find (outer.value, outer.length, TAG_TAG_LIST, &list, NULL))
    return kiosk_lds_malformed (error, "EF.COM lists no groups");
  for (gsize i = 0; i < list.length; i++)
    {
      const guint8 *at = memchr (group_tags, list.value[i], sizeof group_tags);

      if (at == NULL)
        return kiosk_lds_malformed (error, "EF.COM lists what is no group");
      groups = (guint16)(groups | 1u << (at - group_tags));
    }
  *ret_groups = groups;
  return TRUE;
}

/* A positive one; the standard's are written without a sign. */
static gboolean
take_integer (KioskTlvCursor *cursor, guint32 *ret_value)
{
  KioskTlv tlv;
  guint32 value = 0;

  if (!kiosk_tlv_expect (cursor, TAG_INTEGER, &tlv, NULL) || tlv.length == 0
      || tlv.length > INTEGER_MAX)
    return FALSE;
  for (gsize i = 0; i < tlv.length; i++)
    value = value << 8 | tlv.value[i];
  *ret_value = value;
  return value > 0;
}

gboolean
kiosk_lds_parse_lengths (const guint8 *data, gsize length, guint32 *ret_command,
                         guint32 *ret_response, GError **error)
{
  KioskTlv lengths;
  KioskTlvCursor cursor;
  guint32 command, response;

  if (!kiosk_tlv_find (data, length, TAG_LENGTHS, &lengths, NULL))
    return kiosk_lds_malformed (error, "EF.ATR/INFO says nothing of lengths");
  cursor = kiosk_tlv_inside (&lengths);
  if (!take_integer (&cursor, &command) || !take_integer (&cursor, &response))
    return kiosk_lds_malformed (error, "EF.ATR/INFO's lengths are no numbers");
  *ret_command = command;
  *ret_response = response;
  return TRUE;
}
