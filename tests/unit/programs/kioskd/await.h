/* An asynchronous answer, waited for in the default main context. */
#pragma once

#include <gio/gio.h>

/* A GAsyncReadyCallback. @slot: a GAsyncResult *, which it fills. */
static inline void
await_keep (GObject *source, GAsyncResult *result, gpointer slot)
{
  *(GAsyncResult **)slot = g_object_ref (result);
}

/* (transfer none) */
static inline GAsyncResult *
await_result (GAsyncResult **slot)
{
  while (*slot == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *slot;
}
