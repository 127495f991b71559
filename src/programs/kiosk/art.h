/* The drawings of data/art. */
#pragma once

#include <librsvg/rsvg.h>

G_BEGIN_DECLS

/* (transfer full) (nullable): "tap" is data/art/tap.svg. */
RsvgHandle *kiosk_art_load (const char *name);

#if !LIBRSVG_CHECK_VERSION(2, 58, 0)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RsvgHandle, g_object_unref)
#endif

G_END_DECLS
