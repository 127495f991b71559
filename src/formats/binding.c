#include "formats/binding.h"

#include "base/secret.h"
#include "formats/base45.h"
#include "formats/cbor-item.h"
#include "formats/code-error.h"
#include "formats/cose-key.h"
#include "formats/plain-text.h"
#include "formats/sign1.h"

#include <string.h>

#define ES256     (-7)
#define EDDSA     (-8)
#define POINT     65
#define N_CLAIMS  4
#define N_HEADERS 1
#define N_CNF     1
#define TOKEN_MAX 64
#define CBOR_MAX  341 /* what Base45 of the longest text holds */
#define MS        1000
/* 9999-12-31, after which no calendar here can print it. */
#define TIME_MAX_S G_GINT64_CONSTANT (253402300799)

#define LABEL_ALGORITHM 1
#define CNF_COSE_KEY    1

enum
{
  CLAIM_AUDIENCE = 3,
  CLAIM_ISSUED = 6,
  CLAIM_NONCE = 7,
  CLAIM_CNF = 8,
};

void
kiosk_binding_free (KioskBinding *self)
{
  if (self == NULL)
    return;
  g_free (self->audience);
  g_clear_pointer (&self->key, g_bytes_unref);
  g_clear_pointer (&self->protected_header, g_bytes_unref);
  g_clear_pointer (&self->payload, kiosk_wipe_bytes);
  g_clear_pointer (&self->signature, g_bytes_unref);
  kiosk_wipe_free (self, sizeof *self);
}

static gint64
algorithm_of (GBytes *key)
{
  return g_bytes_get_size (key) == POINT ? ES256 : EDDSA;
}

GBytes *
kiosk_binding_header (GBytes *key)
{
  g_autoptr (cbor_item_t) map = cbor_new_definite_map (N_HEADERS);

  kiosk_cbor_map_put (map, LABEL_ALGORITHM, kiosk_cbor_new_integer (algorithm_of (key)));
  return kiosk_cbor_encode (map);
}

GBytes *
kiosk_binding_payload (const char *audience, gint64 issued_ms,
                       const guint8 nonce[KIOSK_BINDING_NONCE], GBytes *key)
{
  cbor_item_t *map = cbor_new_definite_map (N_CLAIMS);
  cbor_item_t *cnf = cbor_new_definite_map (N_CNF);
  g_autoptr (GBytes) bytes = g_bytes_new (nonce, KIOSK_BINDING_NONCE);
  GBytes *payload = NULL;

  kiosk_cbor_map_put (cnf, CNF_COSE_KEY, kiosk_cose_key_new (key));
  kiosk_cbor_map_put (map, CLAIM_AUDIENCE, kiosk_cbor_new_text (audience));
  kiosk_cbor_map_put (map, CLAIM_ISSUED, kiosk_cbor_new_integer (issued_ms / MS));
  kiosk_cbor_map_put (map, CLAIM_NONCE, kiosk_cbor_new_bytes (bytes));
  kiosk_cbor_map_put (map, CLAIM_CNF, cnf);
  payload = kiosk_cbor_encode (map);
  kiosk_cbor_item_wipe (map);
  return payload;
}

char *
kiosk_binding_text (GBytes *protected_header, GBytes *payload, GBytes *signature)
{
  return kiosk_sign1_text (KIOSK_BINDING_PREFIX, protected_header, payload, signature);
}

static gboolean
set_error (GError **error, KioskCodeError code, const char *what)
{
  g_set_error (error, KIOSK_CODE_ERROR, code, "the code that binds a phone: %s", what);
  return FALSE;
}

static cbor_item_t *
open_map (GBytes *bytes)
{
  return kiosk_cbor_decode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), CBOR_MAX,
                            NULL);
}

/* @members: how many there must be: what else a later version says is not to be passed over. */
static gboolean
require_map (const cbor_item_t *map, gsize members, GError **error)
{
  if (map == NULL || !cbor_isa_map (map) || cbor_map_size (map) < members)
    return set_error (error, KIOSK_CODE_ERROR_DAMAGED, "a part is not a map of what it must say");
  return cbor_map_size (map) == members
         || set_error (error, KIOSK_CODE_ERROR_VERSION,
                       "it says more than this program knows: update it");
}

/* A key of its kind has no members but those that make it, so that it has one spelling. */
static gboolean
read_key (KioskBinding *self, const cbor_item_t *cnf, GError **error)
{
  const cbor_item_t *key = kiosk_cbor_map_get (cnf, CNF_COSE_KEY);
  g_autoptr (GBytes) given = NULL;
  g_autoptr (GBytes) plain = NULL;
  g_autoptr (cbor_item_t) again = NULL;

  if (!require_map (cnf, N_CNF, error))
    return FALSE;
  self->key = kiosk_cose_key_read (key);
  if (self->key == NULL)
    return set_error (error, KIOSK_CODE_ERROR_VERSION, "a key of a kind that is not used here");
  given = kiosk_cbor_encode (key);
  again = kiosk_cose_key_new (self->key);
  plain = kiosk_cbor_encode (again);
  return g_bytes_equal (given, plain)
         || set_error (error, KIOSK_CODE_ERROR_VERSION, "a key that says more than a key must");
}

static gboolean
read_claims (KioskBinding *self, const cbor_item_t *map, GError **error)
{
  g_autoptr (GBytes) nonce = kiosk_cbor_get_bytes (kiosk_cbor_map_get (map, CLAIM_NONCE), "nonce",
                                                   KIOSK_BINDING_NONCE, KIOSK_BINDING_NONCE, NULL);
  gint64 issued_s = 0;

  self->audience
    = kiosk_cbor_get_text (kiosk_cbor_map_get (map, CLAIM_AUDIENCE), "audience", TOKEN_MAX, NULL);
  if (nonce == NULL || self->audience == NULL || !kiosk_text_is_name (self->audience)
      || !kiosk_cbor_get_integer (kiosk_cbor_map_get (map, CLAIM_ISSUED), "time", 0, TIME_MAX_S,
                                  &issued_s, NULL))
    return set_error (error, KIOSK_CODE_ERROR_DAMAGED, "its claims are not in form");
  self->issued_ms = issued_s * MS;
  memcpy (self->nonce, g_bytes_get_data (nonce, NULL), sizeof self->nonce);
  return read_key (self, kiosk_cbor_map_get (map, CLAIM_CNF), error);
}

static gboolean
read_algorithm (KioskBinding *self, GError **error)
{
  g_autoptr (cbor_item_t) map = open_map (self->protected_header);

  if (!require_map (map, N_HEADERS, error))
    return FALSE;
  if (!kiosk_cbor_get_integer (kiosk_cbor_map_get (map, LABEL_ALGORITHM), "algorithm", G_MININT64,
                               G_MAXINT64, &self->algorithm, NULL))
    return set_error (error, KIOSK_CODE_ERROR_DAMAGED, "its header is not in form");
  return self->algorithm == algorithm_of (self->key)
         || set_error (error, KIOSK_CODE_ERROR_VERSION,
                       "signed in a way that is not its key's own");
}

static gboolean
read_all (KioskBinding *self, GBytes *cose, GError **error)
{
  cbor_item_t *claims = NULL;
  gboolean good = FALSE;

  if (!kiosk_sign1_read (cose, CBOR_MAX, &self->protected_header, &self->payload, &self->signature))
    return set_error (error, KIOSK_CODE_ERROR_DAMAGED, "its parts are not those of a signed one");
  claims = open_map (self->payload);
  good = require_map (claims, N_CLAIMS, error) && read_claims (self, claims, error);
  kiosk_cbor_item_wipe (claims);
  return good && read_algorithm (self, error);
}

KioskBinding *
kiosk_binding_parse (const char *text, gsize length, GError **error)
{
  const gsize prefix = strlen (KIOSK_BINDING_PREFIX);
  g_autoptr (KioskBinding) self = g_new0 (KioskBinding, 1);
  GBytes *cose = NULL;
  gboolean good = FALSE;

  if (length < prefix || memcmp (text, KIOSK_BINDING_PREFIX, prefix) != 0)
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
