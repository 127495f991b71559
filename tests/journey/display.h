/* A screen of one's own: Xvfb, a private session bus and its accessibility bus. Leaves nothing. */
#pragma once

#include "process.h"

G_BEGIN_DECLS

typedef struct _StageDisplay StageDisplay;

StageDisplay *stage_display_new (int width, int height, const char *log_folder, GError **error);
void stage_display_free (StageDisplay *self);

/* (transfer full): our environment with DISPLAY and DBUS_SESSION_BUS_ADDRESS of this screen. */
char **stage_display_environ (StageDisplay *self);
/* Makes this process's own environment that one too: for the actor. Before any thread starts. */
void stage_display_enter (StageDisplay *self);
/* Writes what is on the screen. */
gboolean stage_display_shoot (StageDisplay *self, const char *png, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StageDisplay, stage_display_free)

G_END_DECLS
