#include "groups.h"

#include <openssl/x509.h>
#include <string.h>

#include "formats/lds.h"
#include "formats/tlv.h"

#define TAG_INTEGER         0x02
#define TAG_OID             0x06
#define TAG_SEQUENCE        0x30
#define TAG_SET             0x31
#define TAG_TAG_LIST        0x5c
#define TAG_LDS_VERSION     0x5f01
#define TAG_UNICODE         0x5f36
#define TAG_FULL_NAME       0x5f0e
#define TAG_SYMBOLS         0xdf21
#define TAG_COUNT           0x02
#define TAG_SIGNATURE       0x5f43
#define TAG_AUTHORITY       0x5f19
#define TAG_ISSUE_DATE      0x5f26
#define TAG_COM             0x60
#define TAG_CAPABILITIES    0x47
#define TAG_LENGTHS         0x7f66
#define PACE_VERSION        2
#define CHIP_AUTH_VERSION   1
#define ACTIVE_AUTH_VERSION 1

/* id-PK-DH, id-PK-ECDH */
static const guint8 dh_key_oid[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, 0x01, 0x01 };
static const guint8 ec_key_oid[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, 0x01, 0x02 };
/* id-icao-mrtd-security-aaProtocolObject, ecdsa-plain-SHA256 */
static const guint8 active_oid[] = { 0x67, 0x81, 0x08, 0x01, 0x01, 0x05 };
static const guint8 plain_ecdsa_oid[]
  = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01, 0x03 };

static GBytes *
wrap (guint32 tag, const GByteArray *inside)
{
  GByteArray *whole = g_byte_array_new ();

  kiosk_tlv_append (whole, tag, inside->data, inside->len);
  return g_byte_array_free_to_bytes (whole);
}

static void
append_byte (GByteArray *to, guint32 tag, guint8 value)
{
  kiosk_tlv_append (to, tag, &value, 1);
}

static void
append_text (GByteArray *to, guint32 tag, const char *text)
{
  kiosk_tlv_append (to, tag, text, strlen (text));
}

static void
append_pace_infos (GByteArray *to, const KioskEmuAbilities *abilities)
{
  for (gsize i = 0; i < abilities->n_pace; i++)
    {
      g_autoptr (GByteArray) info = g_byte_array_new ();
      guint8 oid[KIOSK_EMU_PACE_OID_LENGTH];

      kiosk_emu_pace_protocol_oid (&abilities->pace[i], oid);
      kiosk_tlv_append (info, TAG_OID, oid, sizeof oid);
      append_byte (info, TAG_INTEGER, PACE_VERSION);
      append_byte (info, TAG_INTEGER, (guint8)abilities->pace[i].parameter);
      kiosk_tlv_append (to, TAG_SEQUENCE, info->data, info->len);
    }
}

static void
append_public_key (GByteArray *to, EVP_PKEY *key)
{
  const guint8 *oid = EVP_PKEY_is_a (key, "EC") ? ec_key_oid : dh_key_oid;
  g_autoptr (GByteArray) info = g_byte_array_new ();
  guint8 *der = NULL;
  int length = i2d_PUBKEY (key, &der);

  if (length <= 0)
    g_error ("OpenSSL: i2d_PUBKEY");
  kiosk_tlv_append (info, TAG_OID, oid, sizeof ec_key_oid);
  g_byte_array_append (info, der, (guint)length);
  kiosk_tlv_append (to, TAG_SEQUENCE, info->data, info->len);
  OPENSSL_free (der);
}

GBytes *
kiosk_emu_group_card_access (const KioskEmuAbilities *abilities)
{
  g_autoptr (GByteArray) infos = g_byte_array_new ();

  append_pace_infos (infos, abilities);
  return wrap (TAG_SET, infos);
}

GBytes *
kiosk_emu_group_card_security (const KioskEmuAbilities *abilities)
{
  g_autoptr (GByteArray) infos = g_byte_array_new ();

  append_pace_infos (infos, abilities);
  append_public_key (infos, abilities->chip_key);
  return wrap (TAG_SET, infos);
}

GBytes *
kiosk_emu_group_com (guint groups)
{
  g_autoptr (GByteArray) inside = g_byte_array_new ();
  g_autoptr (GByteArray) tags = g_byte_array_new ();

  append_text (inside, TAG_LDS_VERSION, "0107");
  append_text (inside, TAG_UNICODE, "040000");
  for (guint number = 1; number <= KIOSK_LDS_GROUPS; number++)
    if ((groups & 1u << (number - 1)) != 0)
      {
        guint8 tag = (guint8)kiosk_lds_group_tag (number);
        g_byte_array_append (tags, &tag, 1);
      }
  kiosk_tlv_append (inside, TAG_TAG_LIST, tags->data, tags->len);
  return wrap (TAG_COM, inside);
}

GBytes *
kiosk_emu_group_atr_info (guint16 command, guint16 response)
{
  GByteArray *file = g_byte_array_new ();
  g_autoptr (GByteArray) lengths = g_byte_array_new ();
  const guint8 most[2][2] = { { (guint8)(command >> 8), (guint8)command },
                              { (guint8)(response >> 8), (guint8)response } };

  kiosk_tlv_append (lengths, TAG_INTEGER, most[0], sizeof most[0]);
  kiosk_tlv_append (lengths, TAG_INTEGER, most[1], sizeof most[1]);
  kiosk_tlv_append (file, TAG_CAPABILITIES, KIOSK_EMU_CAPABILITIES, 3);
  kiosk_tlv_append (file, TAG_LENGTHS, lengths->data, lengths->len);
  return g_byte_array_free_to_bytes (file);
}

GBytes *
kiosk_emu_group_dg11 (const char *name)
{
  g_autoptr (GByteArray) inside = g_byte_array_new ();

  kiosk_tlv_append (inside, TAG_TAG_LIST, "\x5f\x0e", 2);
  append_text (inside, TAG_FULL_NAME, name);
  return wrap (kiosk_lds_group_tag (11), inside);
}

GBytes *
kiosk_emu_group_dg13 (const char *symbols)
{
  g_autoptr (GByteArray) inside = g_byte_array_new ();

  append_text (inside, TAG_SYMBOLS, symbols);
  return wrap (kiosk_lds_group_tag (13), inside);
}

GBytes *
kiosk_emu_group_dg7 (GBytes *picture)
{
  g_autoptr (GByteArray) inside = g_byte_array_new ();

  append_byte (inside, TAG_COUNT, 1);
  kiosk_tlv_append (inside, TAG_SIGNATURE, g_bytes_get_data (picture, NULL),
                    g_bytes_get_size (picture));
  return wrap (kiosk_lds_group_tag (7), inside);
}

GBytes *
kiosk_emu_group_dg12 (const char *authority, const char *date)
{
  g_autoptr (GByteArray) inside = g_byte_array_new ();
  g_autofree char *digits = g_strdup_printf ("%.4s%.2s%.2s", date, date + 5, date + 8);

  kiosk_tlv_append (inside, TAG_TAG_LIST, "\x5f\x19\x5f\x26", 4);
  append_text (inside, TAG_AUTHORITY, authority);
  append_text (inside, TAG_ISSUE_DATE, digits);
  return wrap (kiosk_lds_group_tag (12), inside);
}

static void
append_chip_authentication (GByteArray *to, const KioskEmuAbilities *abilities)
{
  g_autoptr (GByteArray) info = g_byte_array_new ();
  guint8 oid[KIOSK_EMU_CHIP_AUTH_OID_LENGTH];

  kiosk_emu_chip_auth_oid (abilities->chip_key, abilities->chip_cipher, oid);
  kiosk_tlv_append (info, TAG_OID, oid, sizeof oid);
  append_byte (info, TAG_INTEGER, CHIP_AUTH_VERSION);
  kiosk_tlv_append (to, TAG_SEQUENCE, info->data, info->len);
  append_public_key (to, abilities->chip_key);
}

static void
append_active_authentication (GByteArray *to)
{
  g_autoptr (GByteArray) info = g_byte_array_new ();

  kiosk_tlv_append (info, TAG_OID, active_oid, sizeof active_oid);
  append_byte (info, TAG_INTEGER, ACTIVE_AUTH_VERSION);
  kiosk_tlv_append (info, TAG_OID, plain_ecdsa_oid, sizeof plain_ecdsa_oid);
  kiosk_tlv_append (to, TAG_SEQUENCE, info->data, info->len);
}

GBytes *
kiosk_emu_group_dg14 (const KioskEmuAbilities *abilities)
{
  g_autoptr (GByteArray) infos = g_byte_array_new ();
  g_autoptr (GByteArray) inside = g_byte_array_new ();

  if (abilities->chip_authentication)
    append_chip_authentication (infos, abilities);
  if (abilities->active_ec)
    append_active_authentication (infos);
  append_pace_infos (infos, abilities);
  if (infos->len == 0)
    return NULL;
  kiosk_tlv_append (inside, TAG_SET, infos->data, infos->len);
  return wrap (kiosk_lds_group_tag (14), inside);
}

GBytes *
kiosk_emu_group_dg15 (EVP_PKEY *key)
{
  g_autoptr (GByteArray) inside = g_byte_array_new ();
  guint8 *der = NULL;
  int length = i2d_PUBKEY (key, &der);

  if (length <= 0)
    g_error ("OpenSSL: i2d_PUBKEY");
  g_byte_array_append (inside, der, (guint)length);
  OPENSSL_free (der);
  return wrap (kiosk_lds_group_tag (15), inside);
}
