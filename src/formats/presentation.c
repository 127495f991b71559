#include "formats/presentation.h"

#include "base/secret.h"
#include "formats/base45.h"
#include "formats/cbor-item.h"
#include "formats/code-error.h"
#include "formats/plain-text.h"
#include "formats/sign1.h"

#include <string.h>

#define N_HEADERS      2
#define N_CLAIMS       3
#define TOKEN_MAX      64
#define CBOR_MAX       2864 /* what the largest QR code holds of Base45 */
#define CREDENTIAL_MAX 2600
#define MS             1000
/* 9999-12-31, after which no calendar here can print it. */
#define TIME_MAX_S G_GINT64_CONSTANT (253402300799)

enum
{
  LABEL_ALGORITHM = 1,
  LABEL_CREDENTIAL = -70007,
};

enum
{
  CLAIM_AUDIENCE = 3,
  CLAIM_ISSUED = 6,
  CLAIM_NONCE = 7,
};

void
kiosk_presentation_free (KioskPresentation *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->credential, kiosk_personal_free);
  g_free (self->audience);
  g_clear_pointer (&self->protected_header, kiosk_wipe_bytes);
  g_clear_pointer (&self->payload, g_bytes_unref);
  g_clear_pointer (&self->signature, g_bytes_unref);
  g_free (self);
}

GBytes *
kiosk_presentation_header (gint64 algorithm, GBytes *credential)
{
  cbor_item_t *map = cbor_new_definite_map (N_HEADERS);
  GBytes *header = NULL;

  kiosk_cbor_map_put (map, LABEL_ALGORITHM, kiosk_cbor_new_integer (algorithm));
  kiosk_cbor_map_put (map, LABEL_CREDENTIAL, kiosk_cbor_new_bytes (credential));
  header = kiosk_cbor_encode (map);
  kiosk_cbor_item_wipe (map);
  return header;
}

GBytes *
kiosk_presentation_payload (const char *audience, gint64 issued_ms,
                            const guint8 nonce[KIOSK_PRESENTATION_NONCE])
{
  g_autoptr (cbor_item_t) map = cbor_new_definite_map (N_CLAIMS);
  g_autoptr (GBytes) bytes = g_bytes_new (nonce, KIOSK_PRESENTATION_NONCE);

  kiosk_cbor_map_put (map, CLAIM_AUDIENCE, kiosk_cbor_new_text (audience));
  kiosk_cbor_map_put (map, CLAIM_ISSUED, kiosk_cbor_new_integer (issued_ms / MS));
  kiosk_cbor_map_put (map, CLAIM_NONCE, kiosk_cbor_new_bytes (bytes));
  return kiosk_cbor_encode (map);
}

char *
kiosk_presentation_text (GBytes *protected_header, GBytes *payload, GBytes *signature)
{
  return kiosk_sign1_text (KIOSK_PRESENTATION_PREFIX, protected_header, payload, signature);
}

static gboolean
set_error (GError **error, KioskCodeError code, const char *what)
{
  g_set_error (error, KIOSK_CODE_ERROR, code, "the code that the phone shows: %s", what);
  return FALSE;
}

static gboolean
read_parts (KioskPresentation *self, GBytes *cose, GError **error)
{
  return kiosk_sign1_read (cose, CBOR_MAX, &self->protected_header, &self->payload,
                           &self->signature)
         || set_error (error, KIOSK_CODE_ERROR_DAMAGED, "its parts are not those of a signed one");
}

/* @members: how many there must be: what else a later version says is not to be passed over.
 * Returns: (transfer full): to be wiped */
static cbor_item_t *
open_map (GBytes *bytes, gsize members, GError **error)
{
  gsize length = g_bytes_get_size (bytes);
  cbor_item_t *map = kiosk_cbor_decode (g_bytes_get_data (bytes, NULL), length, length, NULL);

  if (map != NULL && cbor_isa_map (map) && cbor_map_size (map) == members)
    return map;
  if (map != NULL && cbor_isa_map (map) && cbor_map_size (map) > members)
    set_error (error, KIOSK_CODE_ERROR_VERSION, "it says more than this program knows: update it");
  else
    set_error (error, KIOSK_CODE_ERROR_DAMAGED, "a part is not a map of what it must say");
  kiosk_cbor_item_wipe (map);
  return NULL;
}

static gboolean
read_header (KioskPresentation *self, const cbor_item_t *map, GError **error)
{
  GBytes *packed = kiosk_cbor_get_bytes (kiosk_cbor_map_get (map, LABEL_CREDENTIAL), "credential",
                                         1, CREDENTIAL_MAX, NULL);

  if (packed == NULL
      || !kiosk_cbor_get_integer (kiosk_cbor_map_get (map, LABEL_ALGORITHM), "algorithm",
                                  G_MININT64, G_MAXINT64, &self->algorithm, NULL))
    set_error (error, KIOSK_CODE_ERROR_DAMAGED, "its header is not in form");
  else if (self->algorithm != KIOSK_PRESENTATION_ES256
           && self->algorithm != KIOSK_PRESENTATION_EDDSA)
    set_error (error, KIOSK_CODE_ERROR_VERSION, "signed in a way that this program does not know");
  else
    self->credential = kiosk_personal_parse_packed (packed, error);
  kiosk_wipe_bytes (packed);
  return self->credential != NULL;
}

static gboolean
read_claims (KioskPresentation *self, const cbor_item_t *map, GError **error)
{
  g_autoptr (GBytes) nonce
    = kiosk_cbor_get_bytes (kiosk_cbor_map_get (map, CLAIM_NONCE), "nonce",
                            KIOSK_PRESENTATION_NONCE, KIOSK_PRESENTATION_NONCE, NULL);
  gint64 issued_s = 0;

  self->audience
    = kiosk_cbor_get_text (kiosk_cbor_map_get (map, CLAIM_AUDIENCE), "audience", TOKEN_MAX, NULL);
  if (nonce == NULL || self->audience == NULL || !kiosk_text_is_name (self->audience)
      || !kiosk_cbor_get_integer (kiosk_cbor_map_get (map, CLAIM_ISSUED), "time", 0, TIME_MAX_S,
                                  &issued_s, NULL))
    return set_error (error, KIOSK_CODE_ERROR_DAMAGED, "its claims are not in form");
  self->issued_ms = issued_s * MS;
  memcpy (self->nonce, g_bytes_get_data (nonce, NULL), sizeof self->nonce);
  return TRUE;
}

static gboolean
read_all (KioskPresentation *self, GBytes *cose, GError **error)
{
  cbor_item_t *header = NULL;
  g_autoptr (cbor_item_t) claims = NULL;
  gboolean good = FALSE;

  if (!read_parts (self, cose, error))
    return FALSE;
  claims = open_map (self->payload, N_CLAIMS, error);
  if (claims == NULL || !read_claims (self, claims, error))
    return FALSE;
  header = open_map (self->protected_header, N_HEADERS, error);
  good = header != NULL && read_header (self, header, error);
  kiosk_cbor_item_wipe (header);
  return good;
}

KioskPresentation *
kiosk_presentation_parse (const char *text, gsize length, GError **error)
{
  const gsize prefix = strlen (KIOSK_PRESENTATION_PREFIX);
  g_autoptr (KioskPresentation) self = g_new0 (KioskPresentation, 1);
  GBytes *cose = NULL;
  gboolean good = FALSE;

  if (length < prefix || memcmp (text, KIOSK_PRESENTATION_PREFIX, prefix) != 0)
    {
      set_error (error, KIOSK_CODE_ERROR_UNKNOWN, "it is none of a phone's");
      return NULL;
    }
  cose = kiosk_base45_decode (text + prefix, length - prefix, CBOR_MAX);
  good = cose != NULL ? read_all (self, cose, error)
                      : set_error (error, KIOSK_CODE_ERROR_DAMAGED, "its letters are not Base45");
  kiosk_wipe_bytes (cose);
  return good ? g_steal_pointer (&self) : NULL;
}
