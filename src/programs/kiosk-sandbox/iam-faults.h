/* What goes wrong on purpose in the simulated core, by name, so many times. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  /* A request of the relying party is answered as if … */
  KIOSK_IAM_FAULT_EXPIRED_KEY,       /* its content key had ended: 30002 */
  KIOSK_IAM_FAULT_REKEY_NOW,         /* the content key is another from now on: 30004 */
  KIOSK_IAM_FAULT_REPLAYED_NONCE,    /* its nonce had been seen: 20007 */
  KIOSK_IAM_FAULT_CLOCK_SKEW,        /* the core's clock were ahead by twice the window: 20005 */
  KIOSK_IAM_FAULT_REFUSED_SIGNATURE, /* it were signed by another: 20006 */
  KIOSK_IAM_FAULT_CODE_EXPIRED,      /* getToken: the code's 30 seconds were over: 40004 */
  KIOSK_IAM_FAULT_WRONG_PADDING,     /* getKey: wrapped by a padding that was not agreed */
  KIOSK_IAM_FAULT_SLOW_ANSWER,       /* held until "release" */
  KIOSK_IAM_FAULT_NO_ANSWER,         /* the line is cut */
  KIOSK_IAM_FAULT_HTTP_500,          /* status 500, no code */
  KIOSK_IAM_FAULT_GARBAGE,           /* bytes that are no JSON */
  /* A callback … */
  KIOSK_IAM_FAULT_DUPLICATE_CALLBACK, /* comes twice */
  KIOSK_IAM_FAULT_LATE_CALLBACK,      /* is held until "release" */
  KIOSK_IAM_FAULT_LOST_CALLBACK,      /* never comes */
  KIOSK_IAM_FAULT_FOREIGN_KEY,        /* brings a key that is wrapped to somebody else */
  KIOSK_IAM_FAULT_FOREIGN_STATE,      /* names a state that nobody asked under */
  /* A signature … */
  KIOSK_IAM_FAULT_BAD_SIGNATURE,  /* has one bit that is another */
  KIOSK_IAM_FAULT_FOREIGN_SIGNER, /* is good, by a certificate that nobody recognised issued */
  KIOSK_IAM_N_FAULTS,
} KioskIamFault;

typedef struct
{
  guint counts[KIOSK_IAM_N_FAULTS];
} KioskIamFaults;

/* FALSE: no such name. @count: 0 disarms it. */
gboolean kiosk_iam_faults_arm (KioskIamFaults *self, const char *name, guint count);
/* Whether it is to happen now; counts it. */
gboolean kiosk_iam_faults_take (KioskIamFaults *self, KioskIamFault fault);
/* "NAME:COUNT,NAME:COUNT", or "none". */
void kiosk_iam_faults_describe (const KioskIamFaults *self, GString *text);

G_END_DECLS
