/* Many requests at once by one curl, to one gateway or several. */
#pragma once

#include "rig.h"

G_BEGIN_DECLS

typedef struct _Flood Flood;
typedef void (*FloodMoment) (gpointer data);

Flood *flood_new (void);
void flood_free (Flood *self);
/* Each returns the number of the request, from 0. */
guint flood_put (Flood *self, Rig *to, const RigPeer *kiosk, const char *txid, GBytes *sealed);
/* @peer: nullable. */
guint flood_post (Flood *self, Rig *to, const RigPeer *peer, const char *path, const char *type,
                  GBytes *body);
/* Sends them all, up to @at_once together, in the order in which they were added. @moment:
 * (nullable): called once, as soon as @after of them were answered. */
void flood_run (Flood *self, guint at_once, guint after, FloodMoment moment, gpointer data);
/* Of the last run; 0: no answer, or not all of it. */
guint flood_status (const Flood *self, guint request);
/* (transfer full). */
GBytes *flood_body (const Flood *self, guint request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Flood, flood_free)

G_END_DECLS
