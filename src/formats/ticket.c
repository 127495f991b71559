#include "formats/ticket.h"

#include "base/secret.h"
#include "formats/base45.h"
#include "formats/cbor-item.h"
#include "formats/code-error.h"
#include "formats/plain-text.h"

#include <string.h>

enum
{
  CLAIM_ISSUER = 1,
  CLAIM_EXPIRES = 4,
  CLAIM_SECRET = 7,
  CLAIM_PURPOSE = -70006,
};

#define N_CLAIMS  4
#define TOKEN_MAX 64
#define CBOR_MAX  192
/* 9999-12-31, after which no calendar here can print it. */
#define TIME_MAX_MS G_GINT64_CONSTANT (253402300799999)

void
kiosk_ticket_free (KioskTicket *self)
{
  if (self == NULL)
    return;
  g_free (self->issuer);
  g_free (self->purpose);
  kiosk_wipe_free (self, sizeof *self);
}

char *
kiosk_ticket_text (const KioskTicket *self)
{
  g_autoptr (cbor_item_t) map = cbor_new_definite_map (N_CLAIMS);
  g_autoptr (GBytes) secret = g_bytes_new (self->secret, sizeof self->secret);
  g_autoptr (GBytes) cbor = NULL;
  g_autofree char *base45 = NULL;

  kiosk_cbor_map_put (map, CLAIM_ISSUER, kiosk_cbor_new_text (self->issuer));
  kiosk_cbor_map_put (map, CLAIM_EXPIRES, kiosk_cbor_new_integer (self->expires_ms));
  kiosk_cbor_map_put (map, CLAIM_SECRET, kiosk_cbor_new_bytes (secret));
  kiosk_cbor_map_put (map, CLAIM_PURPOSE, kiosk_cbor_new_text (self->purpose));
  cbor = kiosk_cbor_encode (map);
  base45 = kiosk_base45_encode (g_bytes_get_data (cbor, NULL), g_bytes_get_size (cbor));
  return g_strconcat (KIOSK_TICKET_PREFIX, base45, NULL);
}

static char *
read_name (const cbor_item_t *map, gint64 claim)
{
  g_autofree char *name
    = kiosk_cbor_get_text (kiosk_cbor_map_get (map, claim), "name", TOKEN_MAX, NULL);

  if (name == NULL || !kiosk_text_is_name (name))
    return NULL;
  return g_steal_pointer (&name);
}

static gboolean
read_claims (KioskTicket *self, const cbor_item_t *map)
{
  g_autoptr (GBytes) secret
    = kiosk_cbor_get_bytes (kiosk_cbor_map_get (map, CLAIM_SECRET), "secret", KIOSK_TICKET_SECRET,
                            KIOSK_TICKET_SECRET, NULL);

  self->issuer = read_name (map, CLAIM_ISSUER);
  self->purpose = read_name (map, CLAIM_PURPOSE);
  if (secret == NULL || self->issuer == NULL || self->purpose == NULL
      || !kiosk_cbor_get_integer (kiosk_cbor_map_get (map, CLAIM_EXPIRES), "expiry", 0, TIME_MAX_MS,
                                  &self->expires_ms, NULL))
    return FALSE;
  memcpy (self->secret, g_bytes_get_data (secret, NULL), sizeof self->secret);
  return TRUE;
}

KioskTicket *
kiosk_ticket_parse (const char *text, gsize length, GError **error)
{
  const gsize prefix = strlen (KIOSK_TICKET_PREFIX);
  g_autoptr (KioskTicket) self = g_new0 (KioskTicket, 1);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (cbor_item_t) map = NULL;

  if (length < prefix || memcmp (text, KIOSK_TICKET_PREFIX, prefix) != 0)
    {
      g_set_error_literal (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_UNKNOWN, "not a ticket");
      return NULL;
    }
  bytes = kiosk_base45_decode (text + prefix, length - prefix, CBOR_MAX);
  if (bytes != NULL)
    map = kiosk_cbor_decode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), CBOR_MAX,
                             NULL);
  if (map == NULL || !read_claims (self, map))
    {
      g_set_error_literal (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_DAMAGED,
                           "the ticket is damaged");
      return NULL;
    }
  if (cbor_map_size (map) != N_CLAIMS)
    {
      g_set_error_literal (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_VERSION,
                           "the ticket says more than this program knows: update it");
      return NULL;
    }
  return g_steal_pointer (&self);
}
