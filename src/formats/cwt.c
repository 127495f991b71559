#include "formats/cwt.h"

#include "base/secret.h"
#include "formats/base45.h"
#include "formats/cbor-item.h"
#include "formats/code-error.h"
#include "formats/inflate.h"
#include "formats/plain-text.h"

#include <math.h>
#include <string.h>

#define PACKED_MAX 3072 /* what the largest QR code holds of Base45 */
#define ISSUER_MAX 256
#define N_PARTS    4

/* libcbor 0.8 does not read the tags 6 … 20, so the outer ones are taken off by hand. */
#define TAG_SIGN1_BYTE    0xd2 /* 18 */
#define TAG_ENCRYPT0_BYTE 0xd0 /* 16 */
static const guint8 tag_cwt[] = { 0xd8, 61 };

enum
{
  LABEL_ALGORITHM = 1,
  LABEL_CRITICAL = 2,
  LABEL_KEY_ID = 4,
};

enum
{
  CLAIM_ISSUER = 1,
  CLAIM_SUBJECT = 2,
  CLAIM_EXPIRES = 4,
  CLAIM_NOT_BEFORE = 5,
  CLAIM_ISSUED = 6,
};

void
kiosk_cwt_free (KioskCwt *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->protected_header, g_bytes_unref);
  g_clear_pointer (&self->payload, kiosk_wipe_bytes);
  g_clear_pointer (&self->signature, g_bytes_unref);
  g_clear_pointer (&self->key_id, g_bytes_unref);
  g_free (self->issuer);
  kiosk_wipe_string (self->subject);
  g_free (self);
}

static gboolean
set_damaged (GError **error, const char *what)
{
  g_set_error (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_DAMAGED, "the token's %s", what);
  return FALSE;
}

static GBytes *
bytes_of (const cbor_item_t *item, gsize minimum)
{
  return kiosk_cbor_get_bytes (item, "part", minimum, KIOSK_INFLATE_MAX, NULL);
}

/* Anything marked critical is something that we would have to know (RFC 9052, 3.1). */
static gboolean
read_header (KioskCwt *self, const cbor_item_t *unprotected, GError **error)
{
  gsize length = g_bytes_get_size (self->protected_header);
  g_autoptr (cbor_item_t) map = kiosk_cbor_decode_foreign (
    g_bytes_get_data (self->protected_header, NULL), length, length, NULL);

  if (map == NULL
      || !kiosk_cbor_get_integer (kiosk_cbor_map_get (map, LABEL_ALGORITHM), "algorithm",
                                  G_MININT64, G_MAXINT64, &self->algorithm, NULL))
    return set_damaged (error, "header is not one, or names no algorithm");
  if (kiosk_cbor_map_get (map, LABEL_CRITICAL) != NULL)
    {
      g_set_error_literal (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_VERSION,
                           "the token demands what this program does not know");
      return FALSE;
    }
  self->key_id = bytes_of (kiosk_cbor_map_get (map, LABEL_KEY_ID), 1);
  if (self->key_id == NULL)
    self->key_id = bytes_of (kiosk_cbor_map_get (unprotected, LABEL_KEY_ID), 1);
  return TRUE;
}

static gboolean
take_parts (KioskCwt *self, const cbor_item_t *array, GError **error)
{
  const cbor_item_t *unprotected = kiosk_cbor_array_get (array, 1);

  if (unprotected == NULL || cbor_array_size (array) != N_PARTS || !cbor_isa_map (unprotected))
    return set_damaged (error, "parts are not those of a signed one");
  self->protected_header = bytes_of (kiosk_cbor_array_get (array, 0), 0);
  self->payload = bytes_of (kiosk_cbor_array_get (array, 2), 1);
  self->signature = bytes_of (kiosk_cbor_array_get (array, 3), 1);
  if (self->protected_header == NULL || self->payload == NULL || self->signature == NULL)
    return set_damaged (error, "parts are not those of a signed one");
  return read_header (self, unprotected, error);
}

static gboolean
read_parts (KioskCwt *self, GBytes *cose, GError **error)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (cose, &length);
  cbor_item_t *array = NULL;
  gboolean good = FALSE;

  if (length >= 2 && data[0] == tag_cwt[0] && data[1] == tag_cwt[1])
    {
      data += sizeof tag_cwt;
      length -= sizeof tag_cwt;
    }
  if (length > 0 && data[0] == TAG_ENCRYPT0_BYTE)
    {
      g_set_error_literal (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_ENCRYPTED,
                           "the token is encrypted for another reader");
      return FALSE;
    }
  if (length > 0 && data[0] == TAG_SIGN1_BYTE)
    data++, length--;
  array = kiosk_cbor_decode_foreign (data, length, KIOSK_INFLATE_MAX, NULL);
  good = take_parts (self, array, error);
  kiosk_cbor_item_wipe (array);
  return good;
}

/* NumericDate (RFC 8392, 2): whole or fractional seconds, up to the year 9999. */
static gboolean
read_time (const cbor_item_t *claims, gint64 claim, gint64 *ret_ms)
{
  const gint64 last_s = G_GINT64_CONSTANT (253402300799);
  const cbor_item_t *item = kiosk_cbor_map_get (claims, claim);
  gint64 seconds = 0;

  *ret_ms = -1;
  if (item == NULL)
    return TRUE;
  if (cbor_is_float (item))
    {
      double value = cbor_float_get_float (item);

      if (!isfinite (value) || value < 0 || value > (double)last_s)
        return FALSE;
      *ret_ms = (gint64)(value * 1000);
      return TRUE;
    }
  if (!kiosk_cbor_get_integer (item, "time", 0, last_s, &seconds, NULL))
    return FALSE;
  *ret_ms = seconds * 1000;
  return TRUE;
}

static gboolean
read_name (const cbor_item_t *claims, gint64 claim, char **ret_name)
{
  const cbor_item_t *item = kiosk_cbor_map_get (claims, claim);

  if (item == NULL)
    return TRUE;
  *ret_name = kiosk_cbor_get_text (item, "name", ISSUER_MAX, NULL);
  return *ret_name != NULL && kiosk_text_is_plain (*ret_name, strlen (*ret_name));
}

static cbor_item_t *
read_claims (KioskCwt *self, GError **error)
{
  gsize length = g_bytes_get_size (self->payload);
  cbor_item_t *claims
    = kiosk_cbor_decode_foreign (g_bytes_get_data (self->payload, NULL), length, length, NULL);

  if (claims != NULL && cbor_isa_map (claims) && read_name (claims, CLAIM_ISSUER, &self->issuer)
      && read_name (claims, CLAIM_SUBJECT, &self->subject)
      && read_time (claims, CLAIM_EXPIRES, &self->expires_ms)
      && read_time (claims, CLAIM_NOT_BEFORE, &self->not_before_ms)
      && read_time (claims, CLAIM_ISSUED, &self->issued_ms))
    return claims;
  kiosk_cbor_item_wipe (claims);
  set_damaged (error, "claims are not in form");
  return NULL;
}

KioskCwt *
kiosk_cwt_read_packed (GBytes *packed, cbor_item_t **ret_claims, GError **error)
{
  g_autoptr (KioskCwt) self = g_new0 (KioskCwt, 1);
  GBytes *cose = kiosk_inflate (g_bytes_get_data (packed, NULL), g_bytes_get_size (packed), error);
  gboolean good = cose != NULL && read_parts (self, cose, error);
  cbor_item_t *claims = good ? read_claims (self, error) : NULL;

  kiosk_wipe_bytes (cose);
  if (claims == NULL)
    return NULL;
  *ret_claims = claims;
  return g_steal_pointer (&self);
}

KioskCwt *
kiosk_cwt_read (const char *text, gsize length, cbor_item_t **ret_claims, GError **error)
{
  GBytes *packed = kiosk_base45_decode (text, length, PACKED_MAX);
  KioskCwt *self = NULL;

  if (packed == NULL)
    {
      set_damaged (error, "letters are not Base45");
      return NULL;
    }
  self = kiosk_cwt_read_packed (packed, ret_claims, error);
  kiosk_wipe_bytes (packed);
  return self;
}
