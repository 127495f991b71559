/* Which signs a question takes: "A-Z0-9 -", single signs and ranges of ASCII. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean kiosk_alphabet_has (const char *alphabet, char sign);
/* (transfer full): its signs that are no letter, digit or space; at most four. */
char *kiosk_alphabet_others (const char *alphabet);

G_END_DECLS
