/* One kiosk-reader process and the socket to it (private). */
#pragma once

#include "base/clock.h"
#include "devices/card/card-wire.h"

G_BEGIN_DECLS

typedef struct _KioskCardLink KioskCardLink;

typedef void (*KioskCardLinkMessage) (gpointer data, KioskCardWireKind kind, GVariant *payload);
/* The process is gone and everything it said has been told. */
typedef void (*KioskCardLinkClosed) (gpointer data);

/* Spawns @program with its socket as descriptor 3 and a bare environment. NULL: it cannot be run.
 */
KioskCardLink *
kiosk_card_link_new (const char *program, KioskClock *clock, KioskCardLinkMessage on_message,
                     KioskCardLinkClosed on_closed, gpointer data);
/* @payload: consumed if floating. */
void kiosk_card_link_send (KioskCardLink *self, KioskCardWireKind kind, GVariant *payload);
void kiosk_card_link_kill (KioskCardLink *self);
/* Hangs up, so that the reader closes its device and ends, and kills it after @patience_ms. Nothing
 * more is told but @on_closed; the link must still be freed. */
void kiosk_card_link_end (KioskCardLink *self, gint64 patience_ms);
/* Kills the process if it runs; nothing more is told. NULL is ignored. */
void kiosk_card_link_free (KioskCardLink *self);

G_END_DECLS
