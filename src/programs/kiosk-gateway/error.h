/* What stops the gateway from starting. Each message is one line: which file, where, what to do. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_GATEWAY_ERROR (kiosk_gateway_error_quark ())
GQuark kiosk_gateway_error_quark (void);

typedef enum
{
  KIOSK_GATEWAY_ERROR_OPTION, /* a command line that cannot be followed: mend it */
  KIOSK_GATEWAY_ERROR_LISTEN, /* the address is taken or not ours: choose another */
} KioskGatewayError;

G_END_DECLS
