#include "programs/kiosk-gateway/iam-flow.h"

static const char *const stages[]
  = { "opening", "waiting", "checking", "asking", "promised", "done", "failed", "gone" };
static const char *const events[]
  = { "code", "approved", "promised", "result", "fail", "ask", "due", "left" };

#define ROW(from, event, to)                                                                       \
  KIOSK_FLOW_ROW (KIOSK_GATEWAY_IAM_##from, KIOSK_GATEWAY_IAM_EV_##event, KIOSK_GATEWAY_IAM_##to)

static const KioskFlowRow rows[] = {
  ROW (OPENING, CODE, WAITING),
  ROW (OPENING, FAIL, GONE), /* the kiosk hears it as the answer to its request */
  ROW (OPENING, DUE, GONE),
  ROW (WAITING, APPROVED, ASKING),
  ROW (WAITING, RESULT, DONE),
  ROW (WAITING, FAIL, FAILED),
  ROW (WAITING, ASK, CHECKING),
  ROW (WAITING, DUE, FAILED),
  ROW (CHECKING, RESULT, DONE),
  ROW (CHECKING, FAIL, FAILED),
  ROW (CHECKING, DUE, FAILED),
  ROW (ASKING, PROMISED, PROMISED),
  ROW (ASKING, RESULT, DONE), /* the callback may overtake the answer that promises it */
  ROW (ASKING, FAIL, FAILED),
  ROW (ASKING, DUE, FAILED),
  ROW (PROMISED, RESULT, DONE),
  ROW (PROMISED, FAIL, FAILED),
  ROW (PROMISED, DUE, FAILED),
  ROW (DONE, DUE, GONE),
  ROW (FAILED, DUE, GONE),
  KIOSK_FLOW_ROW (KIOSK_FLOW_ANY, KIOSK_GATEWAY_IAM_EV_LEFT, KIOSK_GATEWAY_IAM_GONE),
};

static const KioskFlowTable table = {
  .name = "iam",
  .states = stages,
  .n_states = G_N_ELEMENTS (stages),
  .events = events,
  .n_events = G_N_ELEMENTS (events),
  .rows = rows,
  .n_rows = G_N_ELEMENTS (rows),
};

const KioskFlowTable *
kiosk_gateway_iam_table (void)
{
  return &table;
}

gboolean
kiosk_gateway_iam_follow (KioskGatewayIamStage stage, KioskGatewayIamEvent event,
                          KioskGatewayIamStage *ret_next)
{
  g_autoptr (KioskFlow) flow = kiosk_flow_new (&table, (int)stage, NULL);
  if (!kiosk_flow_handle (flow, (int)event, NULL))
    return FALSE;
  *ret_next = (KioskGatewayIamStage)kiosk_flow_state (flow);
  return TRUE;
}

const char *
kiosk_gateway_iam_state (KioskGatewayIamStage stage)
{
  switch (stage)
    {
    case KIOSK_GATEWAY_IAM_ASKING:
    case KIOSK_GATEWAY_IAM_PROMISED:
      return "opened";
    case KIOSK_GATEWAY_IAM_DONE:
      return "done";
    case KIOSK_GATEWAY_IAM_FAILED:
      return "failed";
    default:
      return "waiting";
    }
}

gboolean
kiosk_gateway_iam_is_open (KioskGatewayIamStage stage)
{
  return stage < KIOSK_GATEWAY_IAM_DONE;
}
