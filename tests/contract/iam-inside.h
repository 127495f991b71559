/* A gateway inside the test, on a thread of its own, whose clock the test sets. */
#pragma once

#include "iam-stage.h"

G_BEGIN_DECLS

typedef struct _IamInside IamInside;

/* Takes the place of the stage's first gateway, on its database and with its keys. */
IamInside *iam_inside_new (IamStage *stage);
void iam_inside_free (IamInside *self);
/* Time passes there, and at the core. */
void iam_inside_advance (IamInside *self, gint64 ms);
/* Time passes there alone. */
void iam_inside_pass (IamInside *self, gint64 ms);
/* Its clock is set, the core's is not. */
void iam_inside_set_back (IamInside *self, gint64 ms);
/* Waits until so many long polls wait. */
void iam_inside_await_waiting (IamInside *self, guint polls);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IamInside, iam_inside_free)

G_END_DECLS
