/* One engine for every flow: state × event × guard → action, next. A flow is a table that can be
 * read, drawn and compared with its golden diagram. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_FLOW_ANY  (-1) /* in a row's state: whatever state has no row of its own */
#define KIOSK_FLOW_STAY (-2) /* in a row's next */

typedef gboolean (*KioskFlowGuard) (gpointer context, gconstpointer detail);
typedef void (*KioskFlowAction) (gpointer context, gconstpointer detail);

typedef struct
{
  int state;
  int event;
  KioskFlowGuard guard; /* NULL: always */
  const char *guard_name;
  KioskFlowAction action; /* NULL: nothing */
  const char *action_name;
  int next;
} KioskFlowRow;

/* clang-format off */
/* Rows read as the diagram does; the names come from the functions. */
#define KIOSK_FLOW_ROW(state, event, next) { (state), (event), NULL, NULL, NULL, NULL, (next) }
#define KIOSK_FLOW_DO(state, event, action, next) \
  { (state), (event), NULL, NULL, (action), #action, (next) }
#define KIOSK_FLOW_IF(state, event, guard, action, next) \
  { (state), (event), (guard), #guard, (action), #action, (next) }
/* clang-format on */

typedef struct
{
  const char *name;
  const char *const *states;
  int n_states;
  const char *const *events;
  int n_events;
  const KioskFlowRow *rows;
  gsize n_rows;
} KioskFlowTable;

typedef struct _KioskFlow KioskFlow;

/* Called after each change of state, once the action has run. */
typedef void (*KioskFlowWatch) (gpointer context, int from, int event, int to);
/* Called for a pair that no row lists; it has been ignored. */
typedef void (*KioskFlowStray) (gpointer context, int state, int event);

/* @table and @context must outlive the flow. One thread. */
KioskFlow *kiosk_flow_new (const KioskFlowTable *table, int start, gpointer context);
void kiosk_flow_free (KioskFlow *self);
void kiosk_flow_set_watch (KioskFlow *self, KioskFlowWatch watch, KioskFlowStray stray);

int kiosk_flow_state (const KioskFlow *self);
/* The first row in table order whose state (or, failing all of those, ANY), event and guard match:
 * sets the next state, runs the action, then tells the watch. An event raised from inside an
 * action is queued and handled after it. FALSE: no row matched, nothing happened. */
gboolean kiosk_flow_handle (KioskFlow *self, int event, gconstpointer detail);
/* Whether a row lists the pair, guards aside: which actions a page may offer. */
gboolean kiosk_flow_lists (const KioskFlow *self, int event);

/* (transfer full): the table as a Mermaid state diagram, one row a line, in table order. */
char *kiosk_flow_diagram (const KioskFlowTable *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskFlow, kiosk_flow_free)

G_END_DECLS
