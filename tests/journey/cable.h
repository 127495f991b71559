/* The network cable: a relay between the kiosk and the gateway that can be pulled out, put back, or
 * cut after so many bytes. It carries TLS and sees nothing of it. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _StageCable StageCable;

/* Listens on a loopback port of its own and relays to @port on loopback. */
StageCable *stage_cable_new (guint16 port, GError **error);
void stage_cable_free (StageCable *self);

guint16 stage_cable_port (StageCable *self);
/* Out: what is open breaks, and nobody listens. In: as before, on the same port. */
void stage_cable_pull (StageCable *self);
gboolean stage_cable_put_back (StageCable *self, GError **error);
gboolean stage_cable_is_in (StageCable *self);
/* Every connection from now on breaks once @bytes came from the gateway on it; −1: never. */
void stage_cable_cut_after (StageCable *self, gint64 bytes);
/* How many broke so since that was said. */
guint stage_cable_cuts (StageCable *self);
/* Where it leads from now on. */
void stage_cable_lead_to (StageCable *self, guint16 port);
/* Bytes that came from the gateway on the connection opened last. */
gint64 stage_cable_carried (StageCable *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StageCable, stage_cable_free)

G_END_DECLS
