/* A technician at the control socket: what kioskctl asks, without a process a question. */
#pragma once

#include "stage.h"

G_BEGIN_DECLS

typedef struct _Technician Technician;

/* Comes to the kioskd that runs now; works in the default main context. */
Technician *technician_new (Stage *stage, GError **error);
void technician_free (Technician *self);

/* A number or a flag of Status; 0 when there is none. */
gboolean technician_status (Technician *self, const char *group, const char *key,
                            gint64 *ret_number, GError **error);
/* Records by state, all of one moment. */
typedef struct
{
  gint64 received, accepted, settled, quarantined;
} TechnicianCounts;
gboolean technician_counts (Technician *self, TechnicianCounts *ret_counts, GError **error);
gboolean technician_nudge (Technician *self, GError **error);
/* (transfer full): of one record, by transaction id or reference. */
char *technician_record (Technician *self, const char *key, const char *member, GError **error);
gboolean
technician_attempts (Technician *self, const char *key, gint64 *ret_attempts, GError **error);
/* Every leaf, every checkpoint, every record; the error says what is wrong. */
gboolean technician_verify_audit (Technician *self, GError **error);

/* Asked again whenever kioskd says that something has changed. */
typedef gboolean (*TechnicianTest) (Technician *self, gpointer data);
/* FALSE: @seconds passed, or kioskd went away. */
gboolean technician_wait (Technician *self, TechnicianTest is_so, gpointer data, guint seconds,
                          const char *what, GError **error);
/* Until the record is in that state, or past it. */
gboolean technician_wait_record (Technician *self, const char *txid, const char *state,
                                 guint seconds, GError **error);
/* Until nothing is left that the gateway has not signed for. */
gboolean technician_wait_drained (Technician *self, guint seconds, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Technician, technician_free)

G_END_DECLS
