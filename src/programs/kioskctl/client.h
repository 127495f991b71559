/* What the commands share: the connection to kioskd, and how they speak. */
#pragma once

#include "bus-control1.h"
#include "programs/kioskctl/commands.h"

G_BEGIN_DECLS

/* (transfer full) (nullable): says on standard error why not. */
KioskBusControl1 *kioskctl_connect (const KioskctlContext *context);
/* Says on standard error what @error is, without the wire's own words. Returns 1. */
int kioskctl_fail (const GError *error);
/* Prints @value as JSON, one line. */
void kioskctl_print_json (GVariant *value);
/* Parses a command's own options: @entries after its name, then @n_words words and no more.
 * Otherwise says how to ask, and FALSE. */
gboolean kioskctl_parse (int *argc, char ***argv, const GOptionEntry *entries, const char *usage,
                         int n_words);
/* From a group of Status or a record; "" and 0 when it is not there. */
const char *kioskctl_text (GVariant *group, const char *key);
gint64 kioskctl_number (GVariant *group, const char *key);
/* (transfer full): Hong Kong's time, "2026-11-24 14:58"; "never" for 0. */
char *kioskctl_moment (gint64 ms);

G_END_DECLS
