/* A department's office, simulated, the Transport Department's or the registry's: opens what
 * citizens sent, computes it again with the library that made it, decides, signs. Blocks; one
 * thread. */
#pragma once

#include "base/clock.h"
#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  const char *gateway; /* "https://localhost:8443" */
  const char *folder;  /* its name is the department's: td/ with td.pem, td.key, recipient.*,
                        * gateway-ca.pem, anchors.pem; state/ */
  const char *refuse;  /* (nullable): refuse everything, with this reason */
  const char *issuer;  /* (nullable): folder that signs credentials: each enrolment that is granted
                        * leaves one as state/issued/TXID.txt, for the phone that it names */
} KioskSandboxConfig;

typedef struct _KioskSandboxDepartment KioskSandboxDepartment;

/* @clock must outlive it. */
KioskSandboxDepartment *
kiosk_sandbox_department_new (const KioskSandboxConfig *config, KioskClock *clock, GError **error);
void kiosk_sandbox_department_free (KioskSandboxDepartment *self);

/* What an officer says: until the next word all that could be granted is refused with this reason.
 * @code: (nullable): granted again */
void kiosk_sandbox_department_refuse (KioskSandboxDepartment *self, const char *code);

/**
 * kiosk_sandbox_department_round:
 * @ret_decided: how many were decided
 *
 * Fetches newer bundles, then decides everything that waits. What was decided stays decided: the
 * cursor is kept, and deciding the same again after a crash gives the same answer.
 *
 * Returns: FALSE when it could not finish, with what is left for the next round
 */
gboolean kiosk_sandbox_department_round (KioskSandboxDepartment *self, GCancellable *cancellable,
                                         guint *ret_decided, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskSandboxDepartment, kiosk_sandbox_department_free)

G_END_DECLS
