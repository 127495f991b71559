/* Facts as an instance: "holder.number" is /facts/holder/number. Private to services. */
#pragma once

#include "services/catalogue.h"
#include <libxml/tree.h>

G_BEGIN_DECLS

/* (transfer full). Facts whose name is not lower-case words joined by points are left out. */
xmlDoc *kiosk_facts_to_doc (const KioskFacts *self);
/* The fact "today"; %KIOSK_SERVICES_ERROR_INCOMPLETE unless it is a day. */
const char *kiosk_facts_today (const KioskFacts *self, GError **error);

G_END_DECLS
