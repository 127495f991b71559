#include <string.h>

#include "base/file.h"
#include "sync-private.h"

#define RECEIPT_MAX 4096

void
kiosk_gateway_receipt_free (KioskGatewayReceipt *self)
{
  if (self == NULL)
    return;
  g_free (self->kiosk);
  g_free (self->txid);
  g_free (self->epoch);
  g_free (self);
}

GBytes *
kiosk_gateway_receipt_print (const KioskGatewayReceipt *self)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *digest = kiosk_hex_encode (self->digest, sizeof self->digest);

  json_object_set_string_member (object, "kiosk", self->kiosk);
  json_object_set_string_member (object, "txid", self->txid);
  json_object_set_string_member (object, "digest", digest);
  json_object_set_int_member (object, "index", (gint64)self->index);
  json_object_set_int_member (object, "accepted_ms", self->accepted_ms);
  json_object_set_string_member (object, "epoch", self->epoch);
  return kiosk_json_print (object);
}

static gboolean
read_members (JsonObject *object, KioskGatewayReceipt *receipt, GError **error)
{
  const char *kiosk = kiosk_json_string (object, "kiosk", 64, error);
  const char *txid = kiosk != NULL ? kiosk_json_string (object, "txid", 64, error) : NULL;
  const char *digest = txid != NULL ? kiosk_json_string (object, "digest", 64, error) : NULL;
  const char *epoch = digest != NULL ? kiosk_json_string (object, "epoch", 64, error) : NULL;
  g_autoptr (GBytes) bytes = epoch != NULL ? kiosk_hex_decode (digest) : NULL;
  gint64 index = 0;

  if (epoch == NULL || !kiosk_json_integer (object, "index", 0, G_MAXINT64, &index, error)
      || !kiosk_json_integer (object, "accepted_ms", 0, G_MAXINT64, &receipt->accepted_ms, error))
    return FALSE;
  if (bytes == NULL || g_bytes_get_size (bytes) != sizeof receipt->digest)
    {
      g_set_error (error, KIOSK_SYNC_ERROR, KIOSK_SYNC_ERROR_PROTOCOL, "digest: not 32 bytes");
      return FALSE;
    }
  memcpy (receipt->digest, g_bytes_get_data (bytes, NULL), sizeof receipt->digest);
  receipt->kiosk = g_strdup (kiosk);
  receipt->txid = g_strdup (txid);
  receipt->epoch = g_strdup (epoch);
  receipt->index = (guint64)index;
  return TRUE;
}

KioskGatewayReceipt *
kiosk_gateway_receipt_parse (GBytes *json, GError **error)
{
  g_autoptr (KioskGatewayReceipt) receipt = g_new0 (KioskGatewayReceipt, 1);
  g_autoptr (GError) problem = NULL;
  g_autoptr (JsonObject) object = kiosk_json_parse (g_bytes_get_data (json, NULL),
                                                    g_bytes_get_size (json), RECEIPT_MAX, &problem);

  if (object != NULL && read_members (object, receipt, &problem))
    return g_steal_pointer (&receipt);
  g_set_error (error, KIOSK_SYNC_ERROR, KIOSK_SYNC_ERROR_PROTOCOL, "gateway receipt: %s",
               problem->message);
  return NULL;
}
