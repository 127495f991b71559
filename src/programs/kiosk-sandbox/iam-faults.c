#include "programs/kiosk-sandbox/iam-faults.h"
#include <string.h>

static const char *const names[KIOSK_IAM_N_FAULTS] = {
  [KIOSK_IAM_FAULT_EXPIRED_KEY] = "expired-key",
  [KIOSK_IAM_FAULT_REKEY_NOW] = "rekey-now",
  [KIOSK_IAM_FAULT_REPLAYED_NONCE] = "replayed-nonce",
  [KIOSK_IAM_FAULT_CLOCK_SKEW] = "clock-skew",
  [KIOSK_IAM_FAULT_REFUSED_SIGNATURE] = "refused-signature",
  [KIOSK_IAM_FAULT_CODE_EXPIRED] = "code-expired",
  [KIOSK_IAM_FAULT_WRONG_PADDING] = "wrong-padding",
  [KIOSK_IAM_FAULT_SLOW_ANSWER] = "slow-answer",
  [KIOSK_IAM_FAULT_NO_ANSWER] = "no-answer",
  [KIOSK_IAM_FAULT_HTTP_500] = "http-500",
  [KIOSK_IAM_FAULT_GARBAGE] = "garbage",
  [KIOSK_IAM_FAULT_DUPLICATE_CALLBACK] = "duplicate-callback",
  [KIOSK_IAM_FAULT_LATE_CALLBACK] = "late-callback",
  [KIOSK_IAM_FAULT_LOST_CALLBACK] = "lost-callback",
  [KIOSK_IAM_FAULT_FOREIGN_KEY] = "callback-with-foreign-key",
  [KIOSK_IAM_FAULT_FOREIGN_STATE] = "callback-with-foreign-state",
  [KIOSK_IAM_FAULT_BAD_SIGNATURE] = "bad-signature",
  [KIOSK_IAM_FAULT_FOREIGN_SIGNER] = "foreign-signer",
};

gboolean
kiosk_iam_faults_arm (KioskIamFaults *self, const char *name, guint count)
{
  for (guint i = 0; i < KIOSK_IAM_N_FAULTS; i++)
    if (g_strcmp0 (names[i], name) == 0)
      {
        self->counts[i] = count;
        return TRUE;
      }
  return FALSE;
}

gboolean
kiosk_iam_faults_take (KioskIamFaults *self, KioskIamFault fault)
{
  if (self->counts[fault] == 0)
    return FALSE;
  self->counts[fault]--;
  return TRUE;
}

void
kiosk_iam_faults_describe (const KioskIamFaults *self, GString *text)
{
  const char *separator = "";

  for (guint i = 0; i < KIOSK_IAM_N_FAULTS; i++)
    if (self->counts[i] > 0)
      {
        g_string_append_printf (text, "%s%s:%u", separator, names[i], self->counts[i]);
        separator = ",";
      }
  if (*separator == '\0')
    g_string_append (text, "none");
}
