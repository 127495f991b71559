#include "base/flow.h"

typedef struct
{
  int event;
  gconstpointer detail;
} Queued;

struct _KioskFlow
{
  const KioskFlowTable *table;
  int state;
  gpointer context;
  KioskFlowWatch watch;
  KioskFlowStray stray;
  gboolean busy;
  GQueue queue; /* Queued, raised from inside an action */
};

KioskFlow *
kiosk_flow_new (const KioskFlowTable *table, int start, gpointer context)
{
  KioskFlow *self = g_new0 (KioskFlow, 1);

  g_assert (start >= 0 && start < table->n_states);
  self->table = table;
  self->state = start;
  self->context = context;
  g_queue_init (&self->queue);
  return self;
}

void
kiosk_flow_free (KioskFlow *self)
{
  if (self == NULL)
    return;
  g_queue_clear_full (&self->queue, g_free);
  g_free (self);
}

void
kiosk_flow_set_watch (KioskFlow *self, KioskFlowWatch watch, KioskFlowStray stray)
{
  self->watch = watch;
  self->stray = stray;
}

int
kiosk_flow_state (const KioskFlow *self)
{
  return self->state;
}

static const KioskFlowRow *
find_row (const KioskFlow *self, int state, int event, gconstpointer detail)
{
  for (gsize i = 0; i < self->table->n_rows; i++)
    {
      const KioskFlowRow *row = &self->table->rows[i];

      if (row->state == state && row->event == event
          && (row->guard == NULL || row->guard (self->context, detail)))
        return row;
    }
  return NULL;
}

static gboolean
step (KioskFlow *self, int event, gconstpointer detail)
{
  int from = self->state;
  const KioskFlowRow *row = find_row (self, from, event, detail);

  if (row == NULL)
    row = find_row (self, KIOSK_FLOW_ANY, event, detail);
  if (row == NULL)
    {
      if (self->stray != NULL)
        self->stray (self->context, from, event);
      return FALSE;
    }

  if (row->next != KIOSK_FLOW_STAY)
    self->state = row->next;
  if (row->action != NULL)
    row->action (self->context, detail);
  if (self->watch != NULL)
    self->watch (self->context, from, event, self->state);
  return TRUE;
}

gboolean
kiosk_flow_handle (KioskFlow *self, int event, gconstpointer detail)
{
  gboolean handled;

  g_assert (event >= 0 && event < self->table->n_events);
  if (self->busy)
    {
      Queued *queued = g_new (Queued, 1);

      queued->event = event;
      queued->detail = detail;
      g_queue_push_tail (&self->queue, queued);
      return TRUE;
    }

  self->busy = TRUE;
  handled = step (self, event, detail);
  while (!g_queue_is_empty (&self->queue))
    {
      g_autofree Queued *queued = g_queue_pop_head (&self->queue);

      step (self, queued->event, queued->detail);
    }
  self->busy = FALSE;
  return handled;
}

gboolean
kiosk_flow_lists (const KioskFlow *self, int event)
{
  for (gsize i = 0; i < self->table->n_rows; i++)
    {
      const KioskFlowRow *row = &self->table->rows[i];

      if (row->event == event && (row->state == self->state || row->state == KIOSK_FLOW_ANY))
        return TRUE;
    }
  return FALSE;
}

static const char *
state_name (const KioskFlowTable *table, int state)
{
  return state == KIOSK_FLOW_ANY ? "any" : table->states[state];
}

char *
kiosk_flow_diagram (const KioskFlowTable *table)
{
  GString *text = g_string_new ("stateDiagram-v2\n");

  for (gsize i = 0; i < table->n_rows; i++)
    {
      const KioskFlowRow *row = &table->rows[i];
      int next = row->next == KIOSK_FLOW_STAY ? row->state : row->next;

      g_string_append_printf (text, "  %s --> %s: %s", state_name (table, row->state),
                              state_name (table, next), table->events[row->event]);
      if (row->guard_name != NULL)
        g_string_append_printf (text, " [%s]", row->guard_name);
      if (row->action_name != NULL)
        g_string_append_printf (text, " / %s", row->action_name);
      g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}
