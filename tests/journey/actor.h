/* A person at the screen: finds things by what they are called in the accessibility tree (AT-SPI)
 * of the real window, and touches the place where they are with a real pointer event. */
#pragma once

#include "process.h"

G_BEGIN_DECLS

typedef struct _StageActor StageActor;

/* The environment (DISPLAY, DBUS_SESSION_BUS_ADDRESS) must lead to the kiosk's session bus. */
StageActor *stage_actor_new (GError **error);
void stage_actor_free (StageActor *self);

/* Waits until a heading with this text is on the page. */
gboolean
stage_actor_wait_heading (StageActor *self, const char *text, guint seconds, GError **error);
/* Waits until one of the NULL-terminated headings is there; its index, or −1. */
int stage_actor_wait_headings (StageActor *self, const char *const *texts, guint seconds,
                               GError **error);
/* Waits until anything visible is called so, or has this text in its name. */
gboolean stage_actor_wait_text (StageActor *self, const char *text, guint seconds, GError **error);
/* Waits until no page is sliding in. */
gboolean stage_actor_wait_still (StageActor *self, GError **error);
/* Waits for a button or choice of this name that can be pressed and stands still, and presses it.
 */
gboolean stage_actor_press (StageActor *self, const char *name, GError **error);
/* Presses one key of the key pad after the other. */
gboolean stage_actor_type (StageActor *self, const char *keys, GError **error);
/* (transfer full): every name on the page, one a line: for messages when something is missing. */
char *stage_actor_describe (StageActor *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StageActor, stage_actor_free)

G_END_DECLS
