/* The store over its database. */
#pragma once

#include "programs/kiosk-gateway/store.h"

G_BEGIN_DECLS

struct _KioskGatewayStore
{
  KioskGatewayDatabase *db;
  char *epoch;
  guint8 salt[KIOSK_GATEWAY_SALT];
};

/* Counts up: 1, 2, 3 … without gaps, and never a lower one after a higher one was seen, because
 * one transaction at a time writes. */
gboolean kiosk_gateway_store_count (KioskGatewayStore *self, const char *counter,
                                    guint64 *ret_number, GError **error);

G_END_DECLS
