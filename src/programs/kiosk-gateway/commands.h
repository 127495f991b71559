/* The verbs beside serving: each opens the database beside a running gateway, does one thing and
 * prints it. @arguments: what stood behind the verb. */
#pragma once

#include "base/clock.h"
#include "programs/kiosk-gateway/store.h"

G_BEGIN_DECLS

typedef struct
{
  const char *database;
  int valid_minutes;
  gboolean json;
  KioskClock *clock;
  KioskRandom *random;
} KioskGatewayCommand;

/* `code`: makes a one-time enrolment code; only its hash is stored. */
gboolean kiosk_gateway_command_code (const KioskGatewayCommand *command, GError **error);
/* `report`: counts what the database holds. */
gboolean kiosk_gateway_command_report (const KioskGatewayCommand *command, GError **error);
/* `revoke KIOSK`: its certificates open nothing from the next request on. */
gboolean kiosk_gateway_command_revoke (const KioskGatewayCommand *command, const char *kiosk,
                                       GError **error);
/* `restored`: after a backup was put back, with no gateway running: a new epoch tells the kiosks
 * that what they sent since may be missing. */
gboolean kiosk_gateway_command_restored (const KioskGatewayCommand *command, GError **error);

G_END_DECLS
