/* A gateway that lies: TLS by the gateway's own key, at the end of the cable, on a thread of its
 * own. It keeps nothing. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _Liar Liar;

/* (transfer full): what it answers a record with. On the liar's thread. */
typedef GBytes *(*LiarReceipt) (const char *kiosk, const char *txid, GBytes *sealed, gpointer data);

typedef struct
{
  guint status;            /* to every request */
  const char *retry_after; /* nullable */
  LiarReceipt receipt;     /* NULL: a problem without details */
  gpointer data;
} Lie;

/* @pki: the gateway's folder, with server.pem and server.key. Listens on a port that it picks. */
Liar *liar_new (const char *pki, const Lie *lie, GError **error);
void liar_free (Liar *self);
guint16 liar_port (Liar *self);

/* Blocks until so many records have come, FALSE: not in @seconds. */
gboolean liar_await_records (Liar *self, guint records, guint seconds);
/* Microseconds between the first record and the second. */
gint64 liar_first_gap_us (Liar *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Liar, liar_free)

G_END_DECLS
