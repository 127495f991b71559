#include "formats/sign1.h"

#include "base/secret.h"
#include "formats/base45.h"
#include "formats/cbor-item.h"

#define TAG_SIGN1  18
#define SIGN1_BYTE (0xc0 | TAG_SIGN1) /* libcbor 0.8 writes this tag but does not read it */
#define N_PARTS    4
#define SIGNATURE  64

char *
kiosk_sign1_text (const char *prefix, GBytes *protected_header, GBytes *payload, GBytes *signature)
{
  cbor_item_t *array = cbor_new_definite_array (N_PARTS);
  cbor_item_t *tag = cbor_new_tag (TAG_SIGN1);
  GBytes *cose = NULL;
  char *base45 = NULL, *text = NULL;

  kiosk_cbor_array_push (array, kiosk_cbor_new_bytes (protected_header));
  kiosk_cbor_array_push (array, cbor_new_definite_map (0));
  kiosk_cbor_array_push (array, kiosk_cbor_new_bytes (payload));
  kiosk_cbor_array_push (array, kiosk_cbor_new_bytes (signature));
  cbor_tag_set_item (tag, array);
  cose = kiosk_cbor_encode (tag);
  kiosk_cbor_item_free (tag);
  kiosk_cbor_item_wipe (array);
  base45 = kiosk_base45_encode (g_bytes_get_data (cose, NULL), g_bytes_get_size (cose));
  text = g_strconcat (prefix, base45, NULL);
  kiosk_wipe_bytes (cose);
  kiosk_wipe_string (base45);
  return text;
}

static GBytes *
part (const cbor_item_t *array, gsize index, gsize minimum, gsize maximum)
{
  return kiosk_cbor_get_bytes (kiosk_cbor_array_get (array, index), "part", minimum, maximum, NULL);
}

static gboolean
is_empty_map (const cbor_item_t *item)
{
  return item != NULL && cbor_isa_map (item) && cbor_map_size (item) == 0;
}

gboolean
kiosk_sign1_read (GBytes *cose, gsize maximum, GBytes **ret_protected_header, GBytes **ret_payload,
                  GBytes **ret_signature)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (cose, &length);
  cbor_item_t *array = NULL;
  GBytes *header = NULL, *payload = NULL, *signature = NULL;
  gboolean good = FALSE;

  if (length > 1 && data[0] == SIGN1_BYTE)
    array = kiosk_cbor_decode (data + 1, length - 1, maximum, NULL);
  if (is_empty_map (kiosk_cbor_array_get (array, 1)) && cbor_array_size (array) == N_PARTS)
    {
      header = part (array, 0, 1, maximum);
      payload = part (array, 2, 1, maximum);
      signature = part (array, 3, SIGNATURE, SIGNATURE);
    }
  kiosk_cbor_item_wipe (array);
  good = header != NULL && payload != NULL && signature != NULL;
  if (good)
    {
      *ret_protected_header = g_steal_pointer (&header);
      *ret_payload = g_steal_pointer (&payload);
      *ret_signature = g_steal_pointer (&signature);
    }
  g_clear_pointer (&header, kiosk_wipe_bytes);
  g_clear_pointer (&payload, kiosk_wipe_bytes);
  g_clear_pointer (&signature, kiosk_wipe_bytes);
  return good;
}
