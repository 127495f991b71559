/* One thread for whatever may wait for the disk: the main loop never does. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _KioskErrands KioskErrands;

KioskErrands *kiosk_errands_new (void);
/* Everything that was pushed is done first. */
void kiosk_errands_free (KioskErrands *self);
/* @task: (transfer full): its callback comes in the context that made it. In order. */
void kiosk_errands_push (KioskErrands *self, GTask *task, GTaskThreadFunc function);

G_END_DECLS
