/* The department's line to the gateway: one request at a time, bounded, with its certificate. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _KioskSandboxClient KioskSandboxClient;

/* @folder: NAME/ with NAME.pem, NAME.key and gateway-ca.pem. */
KioskSandboxClient *
kiosk_sandbox_client_new (const char *gateway, const char *folder, GError **error);
void kiosk_sandbox_client_free (KioskSandboxClient *self);

typedef struct
{
  guint status;
  char *etag; /* nullable */
  GBytes *body;
} KioskSandboxReply;
void kiosk_sandbox_reply_clear (KioskSandboxReply *reply);

/* Blocks, 30 seconds of silence at most. FALSE: no answer came. Any status is an answer. */
gboolean
kiosk_sandbox_client_get (KioskSandboxClient *self, const char *path, const char *etag,
                          GCancellable *cancellable, KioskSandboxReply *ret_reply, GError **error);
gboolean kiosk_sandbox_client_post (KioskSandboxClient *self, const char *path, const char *type,
                                    GBytes *body, GCancellable *cancellable,
                                    KioskSandboxReply *ret_reply, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskSandboxClient, kiosk_sandbox_client_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KioskSandboxReply, kiosk_sandbox_reply_clear)

G_END_DECLS
