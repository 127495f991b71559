/* CBOR as this house writes it: deterministic (RFC 8949, 4.2.1), bounded, and refused in any other
 * encoding, so that a signed record has one form only. Wraps libcbor; arrays, maps, tags and
 * strings are built with libcbor's own functions. */
#pragma once

#include <cbor.h>
#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_CBOR_ERROR (kiosk_cbor_error_quark ())
GQuark kiosk_cbor_error_quark (void);

typedef enum
{
  KIOSK_CBOR_ERROR_TOO_BIG,
  KIOSK_CBOR_ERROR_MALFORMED, /* not deterministic CBOR, or nested deeper than 16 */
  KIOSK_CBOR_ERROR_MEMBER,    /* an item is missing, of another type or out of range */
} KioskCborError;

/* (transfer full): the one item that @data is, at most @maximum bytes. libcbor 0.8 does not know
 * the tags 6 … 20 and refuses them. */
cbor_item_t *kiosk_cbor_decode (gconstpointer data, gsize length, gsize maximum, GError **error);
/* As kiosk_cbor_decode(), for what others wrote: map keys in any order, each once; floats. */
cbor_item_t *
kiosk_cbor_decode_foreign (gconstpointer data, gsize length, gsize maximum, GError **error);
/* (transfer full): maps must have been filled in deterministic order; another order, a float or an
 * indefinite length is a programming error and aborts. */
GBytes *kiosk_cbor_encode (const cbor_item_t *item);

/* Builders: (transfer full) results; put and push take their @item over. */
cbor_item_t *kiosk_cbor_new_integer (gint64 value);
cbor_item_t *kiosk_cbor_new_bytes (GBytes *bytes);
cbor_item_t *kiosk_cbor_new_text (const char *text);
void kiosk_cbor_array_push (cbor_item_t *array, cbor_item_t *item);
void kiosk_cbor_map_put (cbor_item_t *map, gint64 key, cbor_item_t *item);

/* Readers. @item may be NULL, which reads as missing; @what names it in the error. */
/* (transfer none) (nullable) */
cbor_item_t *kiosk_cbor_map_get (const cbor_item_t *map, gint64 key);
/* The same for a key that is text. */
cbor_item_t *kiosk_cbor_map_find (const cbor_item_t *map, const char *key);
cbor_item_t *kiosk_cbor_array_get (const cbor_item_t *array, gsize index);
gboolean kiosk_cbor_get_integer (const cbor_item_t *item, const char *what, gint64 minimum,
                                 gint64 maximum, gint64 *ret_value, GError **error);
/* (transfer full): @minimum … @maximum bytes. */
GBytes *kiosk_cbor_get_bytes (const cbor_item_t *item, const char *what, gsize minimum,
                              gsize maximum, GError **error);
/* (transfer full): 1 … @maximum bytes, without NUL. */
char *
kiosk_cbor_get_text (const cbor_item_t *item, const char *what, gsize maximum, GError **error);

void kiosk_cbor_item_free (cbor_item_t *item);
/* The same for one that held something personal and that nobody else holds: wipes its strings. */
void kiosk_cbor_item_wipe (cbor_item_t *item);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (cbor_item_t, kiosk_cbor_item_free)

G_END_DECLS
