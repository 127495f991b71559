/* The reader's end of the socket to kioskd (private): blocking, one thread. */
#pragma once

#include "devices/card/card-port.h"
#include "devices/card/card-wire.h"

G_BEGIN_DECLS

typedef struct
{
  int fd;
  gboolean is_over; /* kioskd hung up, or spoke out of form: end */
} Inbox;

/* Waits at most @timeout_ms, −1 for ever. NULL: nothing came, or it is over. */
GVariant *inbox_take (Inbox *self, int timeout_ms, KioskCardWireKind *ret_kind);
/* @payload: consumed if floating. */
void inbox_say (Inbox *self, KioskCardWireKind kind, GVariant *payload);
void inbox_say_failed (Inbox *self, const GError *error);

G_END_DECLS
