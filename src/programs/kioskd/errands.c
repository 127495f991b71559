#include "programs/kioskd/errands.h"

struct _KioskErrands
{
  GThreadPool *thread;
};

typedef struct
{
  GTask *task;
  GTaskThreadFunc function;
} Errand;

static void
run (gpointer data, gpointer user_data)
{
  Errand *errand = data;

  errand->function (errand->task, g_task_get_source_object (errand->task),
                    g_task_get_task_data (errand->task), g_task_get_cancellable (errand->task));
  g_object_unref (errand->task);
  g_free (errand);
}

KioskErrands *
kiosk_errands_new (void)
{
  KioskErrands *self = g_new0 (KioskErrands, 1);

  self->thread = g_thread_pool_new (run, NULL, 1, TRUE, NULL);
  return self;
}

void
kiosk_errands_free (KioskErrands *self)
{
  if (self == NULL)
    return;
  g_thread_pool_free (self->thread, FALSE, TRUE);
  g_free (self);
}

void
kiosk_errands_push (KioskErrands *self, GTask *task, GTaskThreadFunc function)
{
  Errand *errand = g_new (Errand, 1);

  errand->task = task;
  errand->function = function;
  g_thread_pool_push (self->thread, errand, NULL);
}
