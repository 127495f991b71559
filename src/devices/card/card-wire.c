#include "devices/card/card-wire.h"

static const KioskWorkerKind kinds[] = {
  [KIOSK_CARD_WIRE_CSCA] = { "csca", "ay" },
  [KIOSK_CARD_WIRE_CRL] = { "crl", "ay" },
  [KIOSK_CARD_WIRE_CHALLENGE] = { "challenge", "ay" },
  [KIOSK_CARD_WIRE_BEGIN] = { "begin", "(sssxbb)" },
  [KIOSK_CARD_WIRE_KEY] = { "key", "(bay)" },
  [KIOSK_CARD_WIRE_OPENED] = { "opened", "(sss)" },
  [KIOSK_CARD_WIRE_READY] = { "ready", "()" },
  [KIOSK_CARD_WIRE_FOUND] = { "found", "s" },
  [KIOSK_CARD_WIRE_NEEDS_KEY] = { "needs-key", "(sb)" },
  [KIOSK_CARD_WIRE_PREVIEW] = { "preview", "s" },
  [KIOSK_CARD_WIRE_PROGRESS] = { "progress", "d" },
  [KIOSK_CARD_WIRE_ALIVE] = { "alive", "()" },
  [KIOSK_CARD_WIRE_EVIDENCE] = { "evidence", "a{sv}" },
  [KIOSK_CARD_WIRE_STAFF] = { "staff", "(ayay)" },
  [KIOSK_CARD_WIRE_FAILED] = { "failed", "(si)" },
  [KIOSK_CARD_WIRE_REMOVED] = { "removed", "()" },
};
G_STATIC_ASSERT (G_N_ELEMENTS (kinds) == KIOSK_CARD_WIRE_KINDS);

const KioskWorkerDialect kiosk_card_wire = { kinds, G_N_ELEMENTS (kinds) };
