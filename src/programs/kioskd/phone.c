#include "programs/kioskd/phone.h"

typedef struct
{
  KioskPhonePort port;
  KioskIam *iam;
  KioskPhoneWatch watch;
  gpointer data;
} Phone;

static gboolean
is_offered (KioskPhonePort *port)
{
  return !kiosk_iam_is_off (((Phone *)port)->iam);
}

static void
hear (gpointer data, const KioskIamNews *news)
{
  static const KioskPhoneEventType types[] = {
    [KIOSK_IAM_WAITING] = KIOSK_PHONE_WAITING,
    [KIOSK_IAM_OPENED] = KIOSK_PHONE_OPENED,
    [KIOSK_IAM_DONE] = KIOSK_PHONE_KNOWN,
    [KIOSK_IAM_FAILED] = KIOSK_PHONE_FAILED,
  };
  const Phone *self = data;
  const KioskPhoneEvent event = {
    .type = types[news->state],
    .code = news->code,
    .identification = news->identification,
    .expires_ms = news->expires_ms,
    .profile = news->profile,
    .reason = kiosk_iam_error_name (news->reason),
  };

  self->watch (self->data, &event);
}

static void
start (KioskPhonePort *port, const char *language, KioskPhoneWatch watch, gpointer data)
{
  Phone *self = (Phone *)port;
  const KioskIamRequest request = { .language = language };

  self->watch = watch;
  self->data = data;
  kiosk_iam_start (self->iam, &request, hear, self);
}

static void
stop (KioskPhonePort *port)
{
  kiosk_iam_stop (((Phone *)port)->iam);
}

static void
free_port (KioskPhonePort *port)
{
  Phone *self = (Phone *)port;

  kiosk_iam_free (self->iam);
  g_free (self);
}

KioskPhonePort *
kiosk_phone_new (KioskSync *sync)
{
  Phone *self = g_new0 (Phone, 1);

  self->port = (KioskPhonePort){ is_offered, start, stop, free_port };
  self->iam = kiosk_iam_new (sync);
  return &self->port;
}
