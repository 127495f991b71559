/* One request to iAM Smart's core and its answer: TLS 1.3, every size and time bounded. Blocks;
 * each worker thread has its own. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _KioskGatewayIamHttp KioskGatewayIamHttp;

typedef struct
{
  const char *name;
  const char *value;
} KioskGatewayIamHeader;

typedef struct
{
  guint status;
  char *location; /* nullable */
  GBytes *body;   /* of at most what was asked for */
} KioskGatewayIamReply;
void kiosk_gateway_iam_reply_free (KioskGatewayIamReply *self);

/* In the thread that asks, as every other call. @cancellable: cut when the gateway ends. */
KioskGatewayIamHttp *
kiosk_gateway_iam_http_new (const char *base, GTlsDatabase *authorities, GCancellable *cancellable);
void kiosk_gateway_iam_http_free (KioskGatewayIamHttp *self);

/**
 * kiosk_gateway_iam_http_send:
 * @path: behind the base, with its query, escaped
 * @headers: (array length=n_headers)
 * @body: (nullable): JSON; NULL for none
 * @maximum: bytes of the answer's body
 * @error: %G_IO_ERROR of any code: it is not known whether the request arrived; another: it did not
 *
 * Redirects are answers, not followed. Ends within KIOSK_GATEWAY_IAM_PATIENCE_MS.
 */
KioskGatewayIamReply *
kiosk_gateway_iam_http_send (KioskGatewayIamHttp *self, const char *method, const char *path,
                             const KioskGatewayIamHeader *headers, gsize n_headers,
                             const char *body, gsize maximum, GError **error);

#define KIOSK_GATEWAY_IAM_PATIENCE_MS 5000

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskGatewayIamReply, kiosk_gateway_iam_reply_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskGatewayIamHttp, kiosk_gateway_iam_http_free)

G_END_DECLS
