/* The gateway's own keys, and who may call it. Read once at the start; any thread. */
#pragma once

#include "base/random.h"
#include "trust/cms.h"

G_BEGIN_DECLS

#define KIOSK_GATEWAY_ID_MAX 64 /* bytes of a kiosk's or a department's id */

typedef struct _KioskGatewayAuthority KioskGatewayAuthority;

KioskGatewayAuthority *kiosk_gateway_authority_load (const char *pki_folder, GError **error);
void kiosk_gateway_authority_free (KioskGatewayAuthority *self);

/* Who signs receipts and the time. */
const KioskSigner *kiosk_gateway_authority_receipt (const KioskGatewayAuthority *self);
/* (element-type X509): whose certificates are kiosks. */
GPtrArray *kiosk_gateway_authority_kiosk_anchors (const KioskGatewayAuthority *self);
/* (element-type X509) (transfer none) (nullable): that department's certificates. */
GPtrArray *
kiosk_gateway_authority_department (const KioskGatewayAuthority *self, const char *department);

/* (transfer full): a certificate of 90 days for the key, as PEM. */
char *kiosk_gateway_authority_issue (const KioskGatewayAuthority *self, const char *kiosk,
                                     EVP_PKEY *key, gint64 now_ms, GError **error);
/* The issuer's certificate, as PEM. */
const char *kiosk_gateway_authority_chain (const KioskGatewayAuthority *self);

typedef enum
{
  KIOSK_GATEWAY_PEER_NONE, /* no certificate, or one that nobody here signed */
  KIOSK_GATEWAY_PEER_KIOSK,
  KIOSK_GATEWAY_PEER_KIOSK_LAPSED, /* ran out at most 30 days ago: may renew, nothing else */
  KIOSK_GATEWAY_PEER_DEPARTMENT,
} KioskGatewayPeer;

/* @cert: (nullable). @ret_id: (out) (transfer full): the common name, NULL for NONE. */
KioskGatewayPeer kiosk_gateway_authority_judge (const KioskGatewayAuthority *self, X509 *cert,
                                                gint64 now_ms, char **ret_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskGatewayAuthority, kiosk_gateway_authority_free)

G_END_DECLS
