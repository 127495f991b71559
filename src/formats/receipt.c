#include "formats/receipt.h"

#include "formats/base45.h"
#include "formats/cbor-item.h"
#include "formats/plain-text.h"

#include <string.h>

G_DEFINE_QUARK (kiosk_receipt_error, kiosk_receipt_error)

enum
{
  CLAIM_KIOSK = 1,
  CLAIM_SEALED = 6,
  CLAIM_TXID = 7,
  CLAIM_REFERENCE = -70001,
  CLAIM_SERVICE = -70002,
  CLAIM_DIGEST = -70003,
  CLAIM_LEAF = -70004,
  CLAIM_FEE = -70005,
};

#define N_CLAIMS      8
#define TXID_LENGTH   26
#define TOKEN_MAX     64
#define REFERENCE_MAX 32
#define CBOR_MAX      512
/* 9999-12-31, after which no calendar here can print it. */
#define TIME_MAX_MS G_GINT64_CONSTANT (253402300799999)
#define FEE_MAX     G_GINT64_CONSTANT (100000000000)

void
kiosk_receipt_free (KioskReceipt *self)
{
  if (self == NULL)
    return;
  g_free (self->kiosk);
  g_free (self->txid);
  g_free (self->reference);
  g_free (self->service);
  g_free (self);
}

GBytes *
kiosk_receipt_to_cbor (const KioskReceipt *self)
{
  g_autoptr (cbor_item_t) map = cbor_new_definite_map (N_CLAIMS);
  g_autoptr (GBytes) txid = g_bytes_new (self->txid, strlen (self->txid));
  g_autoptr (GBytes) digest = g_bytes_new (self->digest, sizeof self->digest);

  kiosk_cbor_map_put (map, CLAIM_KIOSK, kiosk_cbor_new_text (self->kiosk));
  kiosk_cbor_map_put (map, CLAIM_SEALED, kiosk_cbor_new_integer (self->sealed_ms));
  kiosk_cbor_map_put (map, CLAIM_TXID, kiosk_cbor_new_bytes (txid));
  kiosk_cbor_map_put (map, CLAIM_REFERENCE, kiosk_cbor_new_text (self->reference));
  kiosk_cbor_map_put (map, CLAIM_SERVICE, kiosk_cbor_new_text (self->service));
  kiosk_cbor_map_put (map, CLAIM_DIGEST, kiosk_cbor_new_bytes (digest));
  kiosk_cbor_map_put (map, CLAIM_LEAF, kiosk_cbor_new_integer ((gint64)self->leaf));
  kiosk_cbor_map_put (map, CLAIM_FEE, kiosk_cbor_new_integer (self->fee_cents));
  return kiosk_cbor_encode (map);
}

/* Names on a receipt go to a screen and to paper: nothing in them may act on either. */
static gboolean
read_name (const cbor_item_t *map, gint64 claim, const char *what, gsize maximum, char **ret_name,
           GError **error)
{
  g_autofree char *name
    = kiosk_cbor_get_text (kiosk_cbor_map_get (map, claim), what, maximum, error);

  if (name == NULL)
    return FALSE;
  if (!kiosk_text_is_name (name))
    {
      g_set_error (error, KIOSK_RECEIPT_ERROR, KIOSK_RECEIPT_ERROR_MALFORMED,
                   "%s has characters that it must not have", what);
      return FALSE;
    }
  *ret_name = g_steal_pointer (&name);
  return TRUE;
}

static gboolean
read_txid (const cbor_item_t *map, KioskReceipt *receipt, GError **error)
{
  g_autoptr (GBytes) bytes = kiosk_cbor_get_bytes (kiosk_cbor_map_get (map, CLAIM_TXID),
                                                   "transaction", TXID_LENGTH, TXID_LENGTH, error);

  if (bytes == NULL)
    return FALSE;
  receipt->txid = g_strndup (g_bytes_get_data (bytes, NULL), TXID_LENGTH);
  if (strlen (receipt->txid) != TXID_LENGTH || !kiosk_text_is_name (receipt->txid))
    {
      g_set_error_literal (error, KIOSK_RECEIPT_ERROR, KIOSK_RECEIPT_ERROR_MALFORMED,
                           "the transaction's id has characters that it must not have");
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_digest (const cbor_item_t *map, KioskReceipt *receipt, GError **error)
{
  g_autoptr (GBytes) digest
    = kiosk_cbor_get_bytes (kiosk_cbor_map_get (map, CLAIM_DIGEST), "digest",
                            sizeof receipt->digest, sizeof receipt->digest, error);

  if (digest == NULL)
    return FALSE;
  memcpy (receipt->digest, g_bytes_get_data (digest, NULL), sizeof receipt->digest);
  return TRUE;
}

static gboolean
read_claims (const cbor_item_t *map, KioskReceipt *receipt, GError **error)
{
  gint64 leaf = 0;

  if (!read_name (map, CLAIM_KIOSK, "kiosk", TOKEN_MAX, &receipt->kiosk, error)
      || !kiosk_cbor_get_integer (kiosk_cbor_map_get (map, CLAIM_SEALED), "time of sealing", 0,
                                  TIME_MAX_MS, &receipt->sealed_ms, error)
      || !read_txid (map, receipt, error)
      || !read_name (map, CLAIM_REFERENCE, "reference", REFERENCE_MAX, &receipt->reference, error)
      || !read_name (map, CLAIM_SERVICE, "service", TOKEN_MAX, &receipt->service, error)
      || !read_digest (map, receipt, error)
      || !kiosk_cbor_get_integer (kiosk_cbor_map_get (map, CLAIM_LEAF), "audit leaf", 0, G_MAXINT64,
                                  &leaf, error)
      || !kiosk_cbor_get_integer (kiosk_cbor_map_get (map, CLAIM_FEE), "fee", 0, FEE_MAX,
                                  &receipt->fee_cents, error))
    return FALSE;
  receipt->leaf = (guint64)leaf;
  return TRUE;
}

/* The readers below report in their own domain; a caller of this room's receipt knows one. */
static void
set_malformed (GError **error, const GError *problem)
{
  g_set_error (error, KIOSK_RECEIPT_ERROR, KIOSK_RECEIPT_ERROR_MALFORMED, "receipt: %s",
               problem->message);
}

KioskReceipt *
kiosk_receipt_from_cbor (GBytes *cbor, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (KioskReceipt) receipt = g_new0 (KioskReceipt, 1);
  g_autoptr (cbor_item_t) map = kiosk_cbor_decode (g_bytes_get_data (cbor, NULL),
                                                   g_bytes_get_size (cbor), CBOR_MAX, &problem);

  if (map == NULL || !read_claims (map, receipt, &problem))
    {
      set_malformed (error, problem);
      return NULL;
    }
  if (cbor_map_size (map) != N_CLAIMS)
    {
      g_set_error_literal (error, KIOSK_RECEIPT_ERROR, KIOSK_RECEIPT_ERROR_VERSION,
                           "the receipt says more than this program knows: update it");
      return NULL;
    }
  return g_steal_pointer (&receipt);
}

char *
kiosk_receipt_text (GBytes *cose)
{
  g_autofree char *base45
    = kiosk_base45_encode (g_bytes_get_data (cose, NULL), g_bytes_get_size (cose));

  return g_strconcat (KIOSK_RECEIPT_PREFIX, base45, NULL);
}

/* "KR2:" and on: what a later version of this program will write. */
static gboolean
is_newer (const char *text, gsize length)
{
  gsize i = 2;

  if (length < 4 || memcmp (text, "KR", 2) != 0)
    return FALSE;
  while (i < length && i < 6 && g_ascii_isdigit (text[i]))
    i++;
  return i > 2 && i < length && text[i] == ':';
}

GBytes *
kiosk_receipt_untext (const char *text, gssize length, GError **error)
{
  gsize size = length < 0 ? strlen (text) : (gsize)length;
  gsize prefix = strlen (KIOSK_RECEIPT_PREFIX);
  GBytes *cose = NULL;

  if (size < prefix || memcmp (text, KIOSK_RECEIPT_PREFIX, prefix) != 0)
    {
      gboolean newer = is_newer (text, size);

      g_set_error_literal (error, KIOSK_RECEIPT_ERROR,
                           newer ? KIOSK_RECEIPT_ERROR_VERSION : KIOSK_RECEIPT_ERROR_OTHER_KIND,
                           newer ? "a receipt of a newer kiosk: update this program"
                                 : "this code is not a receipt");
      return NULL;
    }
  if (size <= KIOSK_RECEIPT_TEXT_MAX)
    cose = kiosk_base45_decode (text + prefix, size - prefix, KIOSK_RECEIPT_TEXT_MAX);
  if (cose == NULL)
    g_set_error_literal (error, KIOSK_RECEIPT_ERROR, KIOSK_RECEIPT_ERROR_MALFORMED,
                         "the receipt's code is damaged or too long");
  return cose;
}
