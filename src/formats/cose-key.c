#include "formats/cose-key.h"

#include "formats/cbor-item.h"

enum
{
  KEY_TYPE = 1,
  KEY_CURVE = -1,
  KEY_X = -2,
  KEY_Y = -3,
  KEY_PRIVATE = -4,
};

enum
{
  TYPE_OKP = 1,
  TYPE_EC2 = 2,
  CURVE_P256 = 1,
  CURVE_ED25519 = 6,
};

#define COORDINATE   32
#define POINT        65
#define UNCOMPRESSED 0x04

static gboolean
key_says (const cbor_item_t *key, gint64 label, gint64 wanted)
{
  gint64 value = 0;

  return kiosk_cbor_get_integer (kiosk_cbor_map_get (key, label), "key", wanted, wanted, &value,
                                 NULL);
}

static GBytes *
coordinate (const cbor_item_t *key, gint64 label)
{
  return kiosk_cbor_get_bytes (kiosk_cbor_map_get (key, label), "key", COORDINATE, COORDINATE,
                               NULL);
}

static GBytes *
point_of (GBytes *x, GBytes *y)
{
  g_autoptr (GByteArray) point = g_byte_array_new ();

  g_byte_array_append (point, (const guint8[]){ UNCOMPRESSED }, 1);
  g_byte_array_append (point, g_bytes_get_data (x, NULL), COORDINATE);
  g_byte_array_append (point, g_bytes_get_data (y, NULL), COORDINATE);
  return g_byte_array_free_to_bytes (g_steal_pointer (&point));
}

GBytes *
kiosk_cose_key_read (const cbor_item_t *key)
{
  g_autoptr (GBytes) x = coordinate (key, KEY_X);
  g_autoptr (GBytes) y = coordinate (key, KEY_Y);

  if (x == NULL || kiosk_cbor_map_get (key, KEY_PRIVATE) != NULL)
    return NULL;
  if (key_says (key, KEY_TYPE, TYPE_OKP) && key_says (key, KEY_CURVE, CURVE_ED25519))
    return g_steal_pointer (&x);
  if (key_says (key, KEY_TYPE, TYPE_EC2) && key_says (key, KEY_CURVE, CURVE_P256) && y != NULL)
    return point_of (x, y);
  return NULL;
}

static void
put_bytes (cbor_item_t *map, gint64 label, GBytes *bytes, gsize offset)
{
  g_autoptr (GBytes) half = g_bytes_new_from_bytes (bytes, offset, COORDINATE);

  kiosk_cbor_map_put (map, label, kiosk_cbor_new_bytes (half));
}

cbor_item_t *
kiosk_cose_key_new (GBytes *bytes)
{
  gboolean point = g_bytes_get_size (bytes) == POINT;
  cbor_item_t *map = cbor_new_definite_map (point ? 4 : 3);

  g_return_val_if_fail (point || g_bytes_get_size (bytes) == COORDINATE, map);
  kiosk_cbor_map_put (map, KEY_TYPE, kiosk_cbor_new_integer (point ? TYPE_EC2 : TYPE_OKP));
  kiosk_cbor_map_put (map, KEY_CURVE, kiosk_cbor_new_integer (point ? CURVE_P256 : CURVE_ED25519));
  put_bytes (map, KEY_X, bytes, point ? 1 : 0);
  if (point)
    put_bytes (map, KEY_Y, bytes, 1 + COORDINATE);
  return map;
}
