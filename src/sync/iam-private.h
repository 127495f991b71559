/* One exchange each with the hub's sessions. Private to the room. */
#pragma once

#include "sync-private.h"
#include "sync/iam.h"

G_BEGIN_DECLS

/* A session as the hub last told it. */
typedef struct
{
  char *id;
  gint64 version;
  KioskIamState state;
  KioskIamError reason; /* with FAILED */
  char *code, *identification;
  gint64 expires_ms;
  GBytes *sealed; /* with DONE */
} KioskIamSession;

void kiosk_iam_session_free (KioskIamSession *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskIamSession, kiosk_iam_session_free)

/* All block; %KIOSK_IAM_ERROR or %G_IO_ERROR_CANCELLED. */
KioskIamSession *
kiosk_iam_session_open (KioskLink *link, GBytes *body, GCancellable *cancellable, GError **error);
/* Held by the gateway until something is new, 25 seconds at most; nothing new is no failure. */
gboolean kiosk_iam_session_poll (KioskIamSession *self, KioskLink *link, GCancellable *cancellable,
                                 GError **error);
/* The person left, or has what they came for. */
gboolean kiosk_iam_session_close (KioskLink *link, const char *id, GCancellable *cancellable,
                                  GError **error);
/* (transfer full): what @request says on the wire. */
GBytes *kiosk_iam_request_body (const KioskIamRequest *request);
/* (transfer full): what is inside the seal; the caller's to wipe. */
GBytes *kiosk_iam_session_unseal (const KioskIamSession *self, KioskSync *sync, GError **error);

G_END_DECLS
