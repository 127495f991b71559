#include "base/flow.h"

enum
{
  IDLE,
  READING,
  CONSENT,
  REFUSED,
  N_STATES
};
enum
{
  EV_CARD,
  EV_HOLDER,
  EV_REMOVED,
  N_EVENTS
};

typedef struct
{
  KioskFlow *flow;
  gboolean adult;
  GString *log;
} Context;

static gboolean
is_adult (gpointer context, gconstpointer detail)
{
  return ((Context *)context)->adult;
}

static void
read_lds (gpointer context, gconstpointer detail)
{
  Context *self = context;

  g_string_append (self->log, "read ");
  if (detail != NULL) /* an event raised from inside an action waits its turn */
    kiosk_flow_handle (self->flow, EV_HOLDER, NULL);
  g_string_append (self->log, "done ");
}

static void
wipe (gpointer context, gconstpointer detail)
{
  g_string_append (((Context *)context)->log, "wipe ");
}

static const char *const states[] = { "idle", "reading", "consent", "refused" };
static const char *const events[] = { "card", "holder", "removed" };
static const KioskFlowRow rows[] = {
  KIOSK_FLOW_DO (IDLE, EV_CARD, read_lds, READING),
  { READING, EV_HOLDER, is_adult, "is_adult", NULL, NULL, CONSENT },
  KIOSK_FLOW_ROW (READING, EV_HOLDER, REFUSED),
  KIOSK_FLOW_ROW (REFUSED, EV_REMOVED, KIOSK_FLOW_STAY),
  KIOSK_FLOW_DO (KIOSK_FLOW_ANY, EV_REMOVED, wipe, IDLE),
};
static const KioskFlowTable table
  = { "enrol", states, N_STATES, events, N_EVENTS, rows, G_N_ELEMENTS (rows) };

static void
watch (gpointer context, int from, int event, int to)
{
  g_string_append_printf (((Context *)context)->log, "%s>%s ", states[from], states[to]);
}

static void
stray (gpointer context, int state, int event)
{
  g_string_append_printf (((Context *)context)->log, "stray:%s/%s ", states[state], events[event]);
}

static void
run (gboolean adult, const char *expected)
{
  g_autoptr (GString) log = g_string_new (NULL);
  Context context = { NULL, adult, log };
  g_autoptr (KioskFlow) flow = kiosk_flow_new (&table, IDLE, &context);

  context.flow = flow;
  kiosk_flow_set_watch (flow, watch, stray);
  g_assert_true (kiosk_flow_lists (flow, EV_CARD));
  g_assert_false (kiosk_flow_lists (flow, EV_HOLDER));
  g_assert_true (kiosk_flow_lists (flow, EV_REMOVED));
  g_assert_false (kiosk_flow_handle (flow, EV_HOLDER, NULL));
  g_assert_true (kiosk_flow_handle (flow, EV_CARD, "raise"));
  g_assert_true (kiosk_flow_handle (flow, EV_REMOVED, NULL));
  g_assert_cmpstr (log->str, ==, expected);
}

static void
test_the_first_row_that_matches_decides (void)
{
  run (TRUE, "stray:idle/holder read done idle>reading reading>consent wipe consent>idle ");
}

static void
test_a_state_s_own_row_goes_before_any (void)
{
  run (FALSE, "stray:idle/holder read done idle>reading reading>refused refused>refused ");
}

static void
test_the_table_draws_itself (void)
{
  g_autofree char *diagram = kiosk_flow_diagram (&table);

  g_assert_cmpstr (diagram, ==,
                   "stateDiagram-v2\n"
                   "  idle --> reading: card / read_lds\n"
                   "  reading --> consent: holder [is_adult]\n"
                   "  reading --> refused: holder\n"
                   "  refused --> refused: removed\n"
                   "  any --> idle: removed / wipe\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flow/the-first-row-that-matches-decides",
                   test_the_first_row_that_matches_decides);
  g_test_add_func ("/flow/a-state-s-own-row-goes-before-any",
                   test_a_state_s_own_row_goes_before_any);
  g_test_add_func ("/flow/the-table-draws-itself", test_the_table_draws_itself);
  return g_test_run ();
}
