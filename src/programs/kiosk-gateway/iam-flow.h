/* The life of one session of iAM Smart, as a table. A session is a row of the database that any
 * gateway process may move on; the table says what may follow what, so that a callback which comes
 * twice, late or out of turn moves nothing. */
#pragma once

#include "base/flow.h"

G_BEGIN_DECLS

/* Stored: only ever added to at the end. */
typedef enum
{
  KIOSK_GATEWAY_IAM_OPENING,  /* the core is being asked for the code that the kiosk shows */
  KIOSK_GATEWAY_IAM_WAITING,  /* the code is shown; the phone's turn */
  KIOSK_GATEWAY_IAM_CHECKING, /* sign: the end is near: the core is asked whether a callback was
                                 lost */
  KIOSK_GATEWAY_IAM_ASKING,   /* login: approved; the core is being asked for the profile */
  KIOSK_GATEWAY_IAM_PROMISED, /* the core has promised a profile; its callback's turn */
  KIOSK_GATEWAY_IAM_DONE,     /* sealed to the kiosk */
  KIOSK_GATEWAY_IAM_FAILED,   /* with a reason */
  KIOSK_GATEWAY_IAM_GONE,     /* the row is to be deleted */
  KIOSK_GATEWAY_IAM_N_STAGES
} KioskGatewayIamStage;

typedef enum
{
  KIOSK_GATEWAY_IAM_EV_CODE,     /* the core gave a code to show */
  KIOSK_GATEWAY_IAM_EV_APPROVED, /* login: the callback brought a code to exchange */
  KIOSK_GATEWAY_IAM_EV_PROMISED, /* the core took the request for the profile */
  KIOSK_GATEWAY_IAM_EV_RESULT,   /* profile or signature is there */
  KIOSK_GATEWAY_IAM_EV_FAIL,     /* refused by the person, by the core, or not answered */
  KIOSK_GATEWAY_IAM_EV_ASK,      /* a ticket's end is near: the result is asked for, once */
  KIOSK_GATEWAY_IAM_EV_DUE,      /* the stage's time is over */
  KIOSK_GATEWAY_IAM_EV_LEFT,     /* the person left */
  KIOSK_GATEWAY_IAM_N_EVENTS
} KioskGatewayIamEvent;

const KioskFlowTable *kiosk_gateway_iam_table (void);
/* FALSE: no row lists the pair; nothing is to happen. */
gboolean kiosk_gateway_iam_follow (KioskGatewayIamStage stage, KioskGatewayIamEvent event,
                                   KioskGatewayIamStage *ret_next);
/* "waiting", "opened", "done", "failed": what the kiosk is told. */
const char *kiosk_gateway_iam_state (KioskGatewayIamStage stage);
/* Neither done nor failed yet. */
gboolean kiosk_gateway_iam_is_open (KioskGatewayIamStage stage);

G_END_DECLS
