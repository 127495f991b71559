/* SecurityInfos: ICAO Doc 9303-11, 9.2, and BSI TR-03110-3, A.1. DER in the TLV reader's terms. */
#include <string.h>

#include "formats/lds.h"

#define TAG_INTEGER  0x02
#define TAG_OID      0x06
#define TAG_SEQUENCE 0x30
#define TAG_SET      0x31
#define INFOS_MAX    32

/* 0.4.0.127.0.7.2.2, under which 1 is id-PK, 3 is id-CA and 4 is id-PACE. */
static const guint8 smartcard_arc[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02 };
/* 2.23.136.1.1.5: ActiveAuthenticationInfo. */
static const guint8 active_oid[] = { 0x67, 0x81, 0x08, 0x01, 0x01, 0x05 };
/* 0.4.0.127.0.7.1.1.4.1, under which the plain signatures are numbered by their hash. */
static const guint8 plain_arc[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01 };
/* 1.2.840.10045.4.3, X9.62: not the standard's choice, but seen. */
static const guint8 x962_arc[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03 };

enum
{
  ARC_PK = 1,
  ARC_CA = 3,
  ARC_PACE = 4,
};

/* What follows the arc of a protocol. */
typedef struct
{
  guint8 arc, variant;
  gboolean is_ecdh;
  KioskMapping mapping;
  KioskCipher weakest;
} Variant;

static const Variant variants[] = {
  { ARC_PACE, 1, FALSE, KIOSK_MAPPING_GENERIC, KIOSK_CIPHER_3DES },
  { ARC_PACE, 2, TRUE, KIOSK_MAPPING_GENERIC, KIOSK_CIPHER_3DES },
  { ARC_PACE, 3, FALSE, KIOSK_MAPPING_INTEGRATED, KIOSK_CIPHER_3DES },
  { ARC_PACE, 4, TRUE, KIOSK_MAPPING_INTEGRATED, KIOSK_CIPHER_3DES },
  { ARC_PACE, 6, TRUE, KIOSK_MAPPING_CHIP, KIOSK_CIPHER_AES_128 },
  { ARC_CA, 1, FALSE, KIOSK_MAPPING_GENERIC, KIOSK_CIPHER_3DES },
  { ARC_CA, 2, TRUE, KIOSK_MAPPING_GENERIC, KIOSK_CIPHER_3DES },
};

/* Of id-PK. */
enum
{
  KEY_ECDH = 2,
};

static void
chip_key_free (gpointer data)
{
  KioskChipKey *key = data;

  g_bytes_unref (key->spki);
  g_free (key);
}

void
kiosk_security_infos_free (KioskSecurityInfos *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->pace);
  g_array_unref (self->chip);
  g_ptr_array_unref (self->keys);
  g_free (self);
}

static gboolean
malformed (GError **error, const char *what)
{
  g_set_error_literal (error, KIOSK_LDS_ERROR, KIOSK_LDS_ERROR_MALFORMED, what);
  return FALSE;
}

static gboolean
take_integer (KioskTlvCursor *cursor, gint64 *ret_value, GError **error)
{
  KioskTlv tlv;
  gint64 value = 0;

  if (!kiosk_tlv_expect (cursor, TAG_INTEGER, &tlv, NULL) || tlv.length == 0 || tlv.length > 8
      || (tlv.value[0] & 0x80) != 0)
    return malformed (error, "a SecurityInfo's number is out of form");
  for (gsize i = 0; i < tlv.length; i++)
    value = value << 8 | tlv.value[i];
  *ret_value = value;
  return TRUE;
}

static gboolean
take_optional_integer (KioskTlvCursor *cursor, gint64 *ret_value, GError **error)
{
  if (cursor->length > 0)
    return take_integer (cursor, ret_value, error);
  *ret_value = -1;
  return TRUE;
}

/* arc, protocol, variant, cipher */
static void
apply_variant (KioskSecurityInfo *info)
{
  const guint8 *tail = info->oid + sizeof smartcard_arc;

  for (guint i = 0; i < G_N_ELEMENTS (variants); i++)
    if (variants[i].arc == tail[0] && variants[i].variant == tail[1]
        && tail[2] >= 1 + variants[i].weakest && tail[2] <= 1 + KIOSK_CIPHER_AES_256)
      {
        info->supported = TRUE;
        info->is_ecdh = variants[i].is_ecdh;
        info->mapping = variants[i].mapping;
        info->cipher = (KioskCipher)(tail[2] - 1);
      }
}

static gboolean
take_protocol (GArray *infos, const KioskTlv *oid, KioskTlvCursor *rest, GError **error)
{
  KioskSecurityInfo info = { .oid_length = oid->length };
  gint64 version;

  /* A shorter one names explicit domain parameters, or is of an obsolete profile. */
  if (oid->length != sizeof smartcard_arc + 3)
    return TRUE;
  memcpy (info.oid, oid->value, oid->length);
  if (!take_integer (rest, &version, error) || !take_optional_integer (rest, &info.id, error))
    return FALSE;
  info.version = (guint)MIN (version, G_MAXUINT);
  apply_variant (&info);
  g_array_append_val (infos, info);
  return TRUE;
}

static gboolean
take_key (GPtrArray *keys, const KioskTlv *oid, KioskTlvCursor *rest, GError **error)
{
  KioskTlv spki;
  KioskChipKey *key;
  gint64 id;

  if (!kiosk_tlv_expect (rest, TAG_SEQUENCE, &spki, NULL))
    return malformed (error, "a chip key is out of form");
  if (!take_optional_integer (rest, &id, error))
    return FALSE;
  key = g_new0 (KioskChipKey, 1);
  key->id = id;
  key->is_ecdh = oid->length == sizeof smartcard_arc + 2 && oid->value[8] == KEY_ECDH;
  key->spki = g_bytes_new (spki.start, spki.size);
  g_ptr_array_add (keys, key);
  return TRUE;
}

static gboolean
starts_with (const KioskTlv *oid, const guint8 *arc, gsize length)
{
  return oid->length == length + 1 && memcmp (oid->value, arc, length) == 0;
}

/* The hash of a signature algorithm; one that is not known is not said. */
static KioskLdsDigest
digest_of (const KioskTlv *oid)
{
  static const KioskLdsDigest plain[]
    = { KIOSK_LDS_DIGEST_NONE,   KIOSK_LDS_DIGEST_SHA1,   KIOSK_LDS_DIGEST_SHA224,
        KIOSK_LDS_DIGEST_SHA256, KIOSK_LDS_DIGEST_SHA384, KIOSK_LDS_DIGEST_SHA512 };
  static const KioskLdsDigest x962[]
    = { KIOSK_LDS_DIGEST_NONE, KIOSK_LDS_DIGEST_SHA224, KIOSK_LDS_DIGEST_SHA256,
        KIOSK_LDS_DIGEST_SHA384, KIOSK_LDS_DIGEST_SHA512 };
  guint8 last = oid->value[oid->length - 1];

  if (starts_with (oid, plain_arc, sizeof plain_arc) && last < G_N_ELEMENTS (plain))
    return plain[last];
  if (starts_with (oid, x962_arc, sizeof x962_arc) && last < G_N_ELEMENTS (x962))
    return x962[last];
  return KIOSK_LDS_DIGEST_NONE;
}

static gboolean
take_active (KioskSecurityInfos *self, KioskTlvCursor *rest, GError **error)
{
  KioskTlv algorithm;
  gint64 version;

  if (!take_integer (rest, &version, error))
    return FALSE;
  if (!kiosk_tlv_expect (rest, TAG_OID, &algorithm, NULL) || algorithm.length == 0)
    return malformed (error, "active authentication names no algorithm");
  self->active_digest = digest_of (&algorithm);
  return TRUE;
}

static gboolean
take_info (KioskSecurityInfos *self, const KioskTlv *info, GError **error)
{
  KioskTlvCursor rest = kiosk_tlv_inside (info);
  KioskTlv oid;

  if (!kiosk_tlv_expect (&rest, TAG_OID, &oid, NULL) || oid.length == 0)
    return malformed (error, "a SecurityInfo has no protocol");
  if (oid.length == sizeof active_oid && memcmp (oid.value, active_oid, sizeof active_oid) == 0)
    return take_active (self, &rest, error);
  if (oid.length <= sizeof smartcard_arc + 1
      || memcmp (oid.value, smartcard_arc, sizeof smartcard_arc) != 0)
    return TRUE;
  switch (oid.value[sizeof smartcard_arc])
    {
    case ARC_PACE:
      return take_protocol (self->pace, &oid, &rest, error);
    case ARC_CA:
      return take_protocol (self->chip, &oid, &rest, error);
    case ARC_PK:
      return take_key (self->keys, &oid, &rest, error);
    default:
      return TRUE;
    }
}

static KioskSecurityInfos *
parse_set (KioskTlvCursor cursor, GError **error)
{
  g_autoptr (KioskSecurityInfos) self = g_new0 (KioskSecurityInfos, 1);
  KioskTlv set, info;
  guint n = 0;

  self->pace = g_array_new (FALSE, FALSE, sizeof (KioskSecurityInfo));
  self->chip = g_array_new (FALSE, FALSE, sizeof (KioskSecurityInfo));
  self->keys = g_ptr_array_new_with_free_func (chip_key_free);
  if (!kiosk_tlv_expect (&cursor, TAG_SET, &set, NULL))
    {
      malformed (error, "SecurityInfos are not a SET");
      return NULL;
    }
  for (cursor = kiosk_tlv_inside (&set); cursor.length > 0; n++)
    {
      if (n == INFOS_MAX || !kiosk_tlv_expect (&cursor, TAG_SEQUENCE, &info, NULL))
        {
          malformed (error, "SecurityInfos are damaged, or too many");
          return NULL;
        }
      if (!take_info (self, &info, error))
        return NULL;
    }
  return g_steal_pointer (&self);
}

KioskSecurityInfos *
kiosk_lds_parse_card_access (GBytes *file, GError **error)
{
  KioskTlvCursor cursor;

  cursor.data = g_bytes_get_data (file, &cursor.length);
  return parse_set (cursor, error);
}

KioskSecurityInfos *
kiosk_lds_parse_dg14 (GBytes *dg14, GError **error)
{
  KioskTlvCursor cursor;
  KioskTlv outer;

  cursor.data = g_bytes_get_data (dg14, &cursor.length);
  if (!kiosk_tlv_expect (&cursor, kiosk_lds_group_tag (14), &outer, NULL))
    {
      malformed (error, "DG14 has no tag 6E");
      return NULL;
    }
  return parse_set (kiosk_tlv_inside (&outer), error);
}

GBytes *
kiosk_lds_parse_dg15 (GBytes *dg15, GError **error)
{
  KioskTlvCursor cursor;
  KioskTlv outer, spki;

  cursor.data = g_bytes_get_data (dg15, &cursor.length);
  if (!kiosk_tlv_expect (&cursor, kiosk_lds_group_tag (15), &outer, NULL))
    {
      malformed (error, "DG15 has no tag 6F");
      return NULL;
    }
  cursor = kiosk_tlv_inside (&outer);
  if (!kiosk_tlv_expect (&cursor, TAG_SEQUENCE, &spki, NULL) || cursor.length > 0)
    {
      malformed (error, "DG15 holds no public key");
      return NULL;
    }
  return g_bytes_new (spki.start, spki.size);
}
