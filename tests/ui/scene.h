/* A hall as a camera sees it, and somebody who holds a phone up: pictures for the page "scan",
 * drawn, so that there is something to look at without a camera. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _Scene Scene;

Scene *scene_new (void);
void scene_free (Scene *self);
/* Of the page's model: where the phone is. */
void scene_paint (Scene *self, const char *guidance);
/* A descriptor for reading, as kioskd hands it out; the caller closes it. */
int scene_share (Scene *self);
/* No picture any more. */
void scene_wipe (Scene *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

G_END_DECLS
