#include "formats/cbor-item.h"

#include "formats/cbor-scan.h"

#include <stdlib.h>
#include <string.h>

G_DEFINE_QUARK (kiosk_cbor_error, kiosk_cbor_error)

void
kiosk_cbor_item_free (cbor_item_t *item)
{
  if (item != NULL)
    cbor_decref (&item);
}

static cbor_item_t *
decode (gconstpointer data, gsize length, gsize maximum, KioskCborRules rules, GError **error)
{
  struct cbor_load_result result;
  cbor_item_t *item = NULL;

  if (length > maximum)
    {
      g_set_error (error, KIOSK_CBOR_ERROR, KIOSK_CBOR_ERROR_TOO_BIG,
                   "CBOR of %" G_GSIZE_FORMAT " bytes, at most %" G_GSIZE_FORMAT " are accepted",
                   length, maximum);
      return NULL;
    }
  if (length > 0 && kiosk_cbor_scan (data, length, rules))
    item = cbor_load (data, length, &result);
  if (item == NULL)
    g_set_error (error, KIOSK_CBOR_ERROR, KIOSK_CBOR_ERROR_MALFORMED, "not %sCBOR",
                 rules == KIOSK_CBOR_RULES_OURS ? "deterministic " : "");
  return item;
}

/* Depth is bounded by the scan that came first. */
static void
wipe_strings (cbor_item_t *item)
{
  if (cbor_isa_string (item) && cbor_string_length (item) > 0)
    explicit_bzero (cbor_string_handle (item), cbor_string_length (item));
  else if (cbor_isa_bytestring (item) && cbor_bytestring_length (item) > 0)
    explicit_bzero (cbor_bytestring_handle (item), cbor_bytestring_length (item));
  else if (cbor_isa_array (item))
    for (gsize i = 0; i < cbor_array_size (item); i++)
      wipe_strings (cbor_array_handle (item)[i]);
  else if (cbor_isa_map (item))
    for (gsize i = 0; i < cbor_map_size (item); i++)
      {
        wipe_strings (cbor_map_handle (item)[i].key);
        wipe_strings (cbor_map_handle (item)[i].value);
      }
  else if (cbor_isa_tag (item))
    {
      g_autoptr (cbor_item_t) inner = cbor_tag_item (item);

      wipe_strings (inner);
    }
}

void
kiosk_cbor_item_wipe (cbor_item_t *item)
{
  if (item != NULL)
    wipe_strings (item);
  kiosk_cbor_item_free (item);
}

cbor_item_t *
kiosk_cbor_decode (gconstpointer data, gsize length, gsize maximum, GError **error)
{
  return decode (data, length, maximum, KIOSK_CBOR_RULES_OURS, error);
}

cbor_item_t *
kiosk_cbor_decode_foreign (gconstpointer data, gsize length, gsize maximum, GError **error)
{
  return decode (data, length, maximum, KIOSK_CBOR_RULES_FOREIGN, error);
}

/* libcbor reports exhausted memory by NULL or FALSE; the rest of the program aborts on it. */
static cbor_item_t *
demand (cbor_item_t *item)
{
  if (item == NULL)
    g_error ("out of memory");
  return item;
}

GBytes *
kiosk_cbor_encode (const cbor_item_t *item)
{
  cbor_mutable_data buffer = NULL;
  gsize capacity = 0;
  gsize length = cbor_serialize_alloc (item, &buffer, &capacity);
  GBytes *bytes = NULL;

  g_assert (length > 0 && kiosk_cbor_scan (buffer, length, KIOSK_CBOR_RULES_OURS));
  bytes = g_bytes_new (buffer, length);
  free (buffer);
  return bytes;
}

cbor_item_t *
kiosk_cbor_new_integer (gint64 value)
{
  guint64 magnitude = (guint64)(value < 0 ? -(value + 1) : value);
  cbor_item_t *item = NULL;

  if (magnitude <= G_MAXUINT8)
    item = cbor_build_uint8 ((guint8)magnitude);
  else if (magnitude <= G_MAXUINT16)
    item = cbor_build_uint16 ((guint16)magnitude);
  else if (magnitude <= G_MAXUINT32)
    item = cbor_build_uint32 ((guint32)magnitude);
  else
    item = cbor_build_uint64 (magnitude);
  demand (item);
  if (value < 0)
    cbor_mark_negint (item);
  return item;
}

cbor_item_t *
kiosk_cbor_new_bytes (GBytes *bytes)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  /* GLib gives NULL for no bytes, and memcpy() must not see it. */
  return demand (cbor_build_bytestring (data != NULL ? data : (const guint8 *)"", length));
}

cbor_item_t *
kiosk_cbor_new_text (const char *text)
{
  return demand (cbor_build_string (text));
}

void
kiosk_cbor_array_push (cbor_item_t *array, cbor_item_t *item)
{
  if (!cbor_array_push (array, item))
    g_error ("out of memory");
  cbor_decref (&item);
}

void
kiosk_cbor_map_put (cbor_item_t *map, gint64 key, cbor_item_t *item)
{
  g_autoptr (cbor_item_t) key_item = kiosk_cbor_new_integer (key);

  if (!cbor_map_add (map, (struct cbor_pair){ .key = key_item, .value = item }))
    g_error ("out of memory");
  cbor_decref (&item);
}

static gboolean
read_integer (const cbor_item_t *item, gint64 *ret_value)
{
  guint64 magnitude = 0;

  if (item == NULL || !cbor_is_int (item))
    return FALSE;
  magnitude = cbor_get_int (item);
  if (magnitude > G_MAXINT64)
    return FALSE;
  *ret_value = cbor_isa_negint (item) ? -(gint64)magnitude - 1 : (gint64)magnitude;
  return TRUE;
}

cbor_item_t *
kiosk_cbor_map_get (const cbor_item_t *map, gint64 key)
{
  if (map == NULL || !cbor_isa_map (map))
    return NULL;
  for (gsize i = 0; i < cbor_map_size (map); i++)
    {
      struct cbor_pair *pair = &cbor_map_handle (map)[i];
      gint64 found = 0;

      if (read_integer (pair->key, &found) && found == key)
        return pair->value;
    }
  return NULL;
}

cbor_item_t *
kiosk_cbor_map_find (const cbor_item_t *map, const char *key)
{
  gsize length = strlen (key);

  if (map == NULL || !cbor_isa_map (map))
    return NULL;
  for (gsize i = 0; i < cbor_map_size (map); i++)
    {
      struct cbor_pair *pair = &cbor_map_handle (map)[i];

      if (cbor_isa_string (pair->key) && cbor_string_length (pair->key) == length
          && memcmp (cbor_string_handle (pair->key), key, length) == 0)
        return pair->value;
    }
  return NULL;
}

cbor_item_t *
kiosk_cbor_array_get (const cbor_item_t *array, gsize index)
{
  if (array == NULL || !cbor_isa_array (array) || index >= cbor_array_size (array))
    return NULL;
  return cbor_array_handle (array)[index];
}

static void
set_member_error (GError **error, const char *what, const char *problem)
{
  g_set_error (error, KIOSK_CBOR_ERROR, KIOSK_CBOR_ERROR_MEMBER, "%s %s", what, problem);
}

gboolean
kiosk_cbor_get_integer (const cbor_item_t *item, const char *what, gint64 minimum, gint64 maximum,
                        gint64 *ret_value, GError **error)
{
  gint64 value = 0;

  if (!read_integer (item, &value))
    {
      set_member_error (error, what, "is missing or not a whole number");
      return FALSE;
    }
  if (value < minimum || value > maximum)
    {
      set_member_error (error, what, "is out of range");
      return FALSE;
    }
  *ret_value = value;
  return TRUE;
}

GBytes *
kiosk_cbor_get_bytes (const cbor_item_t *item, const char *what, gsize minimum, gsize maximum,
                      GError **error)
{
  if (item == NULL || !cbor_isa_bytestring (item) || cbor_bytestring_length (item) < minimum
      || cbor_bytestring_length (item) > maximum)
    {
      set_member_error (error, what, "is missing, not a byte string or of the wrong length");
      return NULL;
    }
  return g_bytes_new (cbor_bytestring_handle (item), cbor_bytestring_length (item));
}

char *
kiosk_cbor_get_text (const cbor_item_t *item, const char *what, gsize maximum, GError **error)
{
  if (item == NULL || !cbor_isa_string (item) || cbor_string_length (item) == 0
      || cbor_string_length (item) > maximum
      || memchr (cbor_string_handle (item), '\0', cbor_string_length (item)) != NULL)
    {
      set_member_error (error, what, "is missing, not text or of the wrong length");
      return NULL;
    }
  return g_strndup ((const char *)cbor_string_handle (item), cbor_string_length (item));
}
