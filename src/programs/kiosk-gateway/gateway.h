/* The reference gateway: receives what kiosks sealed, once each, and hands it to departments. */
#pragma once

#include "base/clock.h"
#include "base/random.h"

G_BEGIN_DECLS

typedef struct
{
  const char *database; /* see database.h */
  /* server.pem, server.key; kiosk-ca.pem, kiosk-ca.key; receipt.pem, receipt.key; departments.pem:
   * one certificate a department, its common name the department's id; bundles/NAME.p7 */
  const char *pki_folder;
  const char *address; /* numeric, "127.0.0.1" */
  guint16 port;        /* 0: the system picks */
  /* iAM Smart's core, "https://HOST:PORT"; NULL: none. pki_folder/iamsmart holds iam.ini, secret,
   * kek.key, ca.pem, iamsmart.ini, iamsmart-codes.ini then. */
  const char *iam;
  const char *iam_public; /* where it calls us back; NULL: https://localhost:PORT */
} KioskGatewayConfig;

typedef struct _KioskGateway KioskGateway;

/* Listens in the thread-default main context of the caller, which must own every other call too.
 * @clock and @random must outlive it. */
KioskGateway *kiosk_gateway_new (const KioskGatewayConfig *config, KioskClock *clock,
                                 KioskRandom *random, GError **error);
/* Stops listening, finishes what is in hand, closes the database. */
void kiosk_gateway_free (KioskGateway *self);
guint16 kiosk_gateway_port (KioskGateway *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskGateway, kiosk_gateway_free)

G_END_DECLS
