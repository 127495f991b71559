/* kioskctl's commands, one file each. A command gets its own argument vector, its name first, and
 * answers with the exit status: 0 done, 1 no, 2 wrongly asked. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *socket; /* of kioskd's control */
} KioskctlContext;

int kioskctl_audit (const KioskctlContext *context, int argc, char **argv);
int kioskctl_bundle (const KioskctlContext *context, int argc, char **argv);
int kioskctl_camera (const KioskctlContext *context, int argc, char **argv);
int kioskctl_card (const KioskctlContext *context, int argc, char **argv);
int kioskctl_enrol (const KioskctlContext *context, int argc, char **argv);
int kioskctl_flow (const KioskctlContext *context, int argc, char **argv);
int kioskctl_nudge (const KioskctlContext *context, int argc, char **argv);
int kioskctl_outbox (const KioskctlContext *context, int argc, char **argv);
int kioskctl_status (const KioskctlContext *context, int argc, char **argv);
int kioskctl_verify (const KioskctlContext *context, int argc, char **argv);
int kioskctl_wait (const KioskctlContext *context, int argc, char **argv);

G_END_DECLS
