/* What kioskd and the process of a device say to each other over their socket: frames of a 64-bit
 * big-endian length and a GVariant (sv), the payload's type fixed by the name. Bounded both ways.
 */
#pragma once

#include "base/secret.h"

G_BEGIN_DECLS

#define KIOSK_WORKER_FD           3 /* of the process */
#define KIOSK_WORKER_FRAME_HEADER 8 /* a GVariant's alignment */
#define KIOSK_WORKER_FRAME_MAX    (320 * 1024)

#define KIOSK_WORKER_FRAME_ERROR (kiosk_worker_frame_error_quark ())
GQuark kiosk_worker_frame_error_quark (void);

typedef enum
{
  KIOSK_WORKER_FRAME_ERROR_MALFORMED, /* the other side is not what it should be: end it */
} KioskWorkerFrameError;

typedef struct
{
  const char *name;
  const char *type; /* of the payload */
} KioskWorkerKind;

/* All that a device's process and kioskd may say to each other; a kind is an index. */
typedef struct
{
  const KioskWorkerKind *kinds;
  guint n_kinds;
} KioskWorkerDialect;

/* (transfer full): a whole frame. @payload: consumed if floating; NULL for (). Wiped when freed. */
KioskSecret *
kiosk_worker_frame_pack (const KioskWorkerDialect *dialect, guint kind, GVariant *payload);
/* The length of the body that follows a header. */
gboolean kiosk_worker_frame_length (const guint8 header[KIOSK_WORKER_FRAME_HEADER],
                                    gsize *ret_length, GError **error);
/* (transfer full): the payload, of the type that @ret_kind has. It borrows from @body, which is
 * wiped when both are gone. */
GVariant *kiosk_worker_frame_unpack (const KioskWorkerDialect *dialect, KioskSecret *body,
                                     guint *ret_kind, GError **error);

G_END_DECLS
