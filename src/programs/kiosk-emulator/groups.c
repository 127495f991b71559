#include "groups.h"

#include <openssl/x509.h>
#include <string.h>

#include "chip-auth.h"
#include "formats/lds.h"
#include "formats/tlv.h"
#include "pace.h"

#define TAG_INTEGER       0x02
#define TAG_OID           0x06
#define TAG_SEQUENCE      0x30
#define TAG_SET           0x31
#define TAG_TAG_LIST      0x5c
#define TAG_LDS_VERSION   0x5f01
#define TAG_UNICODE       0x5f36
#define TAG_FULL_NAME     0x5f0e
#define TAG_SYMBOLS       0xdf21
#define TAG_COM           0x60
#define PACE_VERSION      2
#define CHIP_AUTH_VERSION 1

/* id-PK-ECDH */
static const guint8 public_key_oid[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, 0x01, 0x02 };

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
append_pace_info (GByteArray *to, int parameter)
{
  g_autoptr (GByteArray) info = g_byte_array_new ();

  kiosk_tlv_append (info, TAG_OID, kiosk_emu_pace_oid, sizeof kiosk_emu_pace_oid);
  append_byte (info, TAG_INTEGER, PACE_VERSION);
  append_byte (info, TAG_INTEGER, (guint8)parameter);
  kiosk_tlv_append (to, TAG_SEQUENCE, info->data, info->len);
}

GBytes *
kiosk_emu_group_card_access (int parameter)
{
  g_autoptr (GByteArray) infos = g_byte_array_new ();

  append_pace_info (infos, parameter);
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

static void
append_public_key (GByteArray *to, EVP_PKEY *key)
{
  g_autoptr (GByteArray) info = g_byte_array_new ();
  guint8 *der = NULL;
  int length = i2d_PUBKEY (key, &der);

  if (length <= 0)
    g_error ("OpenSSL: i2d_PUBKEY");
  kiosk_tlv_append (info, TAG_OID, public_key_oid, sizeof public_key_oid);
  g_byte_array_append (info, der, (guint)length);
  kiosk_tlv_append (to, TAG_SEQUENCE, info->data, info->len);
  OPENSSL_free (der);
}

GBytes *
kiosk_emu_group_dg14 (EVP_PKEY *key, int parameter)
{
  g_autoptr (GByteArray) infos = g_byte_array_new ();
  g_autoptr (GByteArray) info = g_byte_array_new ();
  g_autoptr (GBytes) set = NULL;
  g_autoptr (GByteArray) inside = g_byte_array_new ();
  gsize length;
  const guint8 *bytes;

  kiosk_tlv_append (info, TAG_OID, kiosk_emu_chip_auth_oid, sizeof kiosk_emu_chip_auth_oid);
  append_byte (info, TAG_INTEGER, CHIP_AUTH_VERSION);
  kiosk_tlv_append (infos, TAG_SEQUENCE, info->data, info->len);
  append_public_key (infos, key);
  if (parameter != 0)
    append_pace_info (infos, parameter);
  set = wrap (TAG_SET, infos);
  bytes = g_bytes_get_data (set, &length);
  g_byte_array_append (inside, bytes, (guint)length);
  return wrap (kiosk_lds_group_tag (14), inside);
}
