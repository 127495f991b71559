/* The core's HTTPS side: relying parties, browsers and phones come to the same port. */
#pragma once

#include <gio/gio.h>

#include "programs/kiosk-sandbox/iam-core.h"

G_BEGIN_DECLS

typedef struct _KioskIamServer KioskIamServer;

/* @folder: holds tls.pem and tls.key. @core must outlive it. Binds to the loopback. */
KioskIamServer *
kiosk_iam_server_new (KioskIamCore *core, const char *folder, guint16 port, GError **error);
void kiosk_iam_server_free (KioskIamServer *self);
guint16 kiosk_iam_server_port (const KioskIamServer *self);
/* Held answers go. */
void kiosk_iam_server_release (KioskIamServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskIamServer, kiosk_iam_server_free)

G_END_DECLS
