/* A form with answers in it: what is relevant, what is computed, what is wrong. Private to
 * services. */
#pragma once

#include "xform.h"

G_BEGIN_DECLS

typedef struct _KioskInstance KioskInstance;

typedef enum
{
  KIOSK_PROBLEM_NONE,
  KIOSK_PROBLEM_MISSING,
  KIOSK_PROBLEM_TYPE,
  KIOSK_PROBLEM_CONSTRAINT,
} KioskProblem;

/* @xform must outlive it. Facts fill what the binds ask for; "today" must be among them. */
KioskInstance *
kiosk_instance_new (const KioskXForm *xform, const KioskFacts *facts, GError **error);
void kiosk_instance_free (KioskInstance *self);
const KioskXForm *kiosk_instance_xform (const KioskInstance *self);

gboolean kiosk_instance_is_relevant (const KioskInstance *self, int index);
/* (transfer full): "" when there is none or it is not relevant. */
char *kiosk_instance_value (const KioskInstance *self, int index);
/* What was given for a field that is asked or known; NULL forgets it. Recomputes; on an error
 * everything is as before. */
gboolean kiosk_instance_set (KioskInstance *self, int index, const char *value, GError **error);
/* The same without recomputing: for many at once. */
void kiosk_instance_put (KioskInstance *self, int index, const char *value);
gboolean kiosk_instance_recompute (KioskInstance *self, GError **error);
/* @today "YYYY-MM-DD" */
gboolean kiosk_instance_set_today (KioskInstance *self, const char *today, GError **error);

/* What keeps the field from being submitted. */
gboolean
kiosk_instance_problem (KioskInstance *self, int index, KioskProblem *ret_problem, GError **error);
/* FALSE: INCOMPLETE or CONSTRAINT, naming the first field that is not as it should be. */
gboolean kiosk_instance_complete (KioskInstance *self, GError **error);
gboolean kiosk_instance_is_required (KioskInstance *self, int index);
/* 0: the form has no fee, or none yet. */
gint64 kiosk_instance_fee_cents (KioskInstance *self);
/* (transfer full): the form's sentence for it. */
char *kiosk_instance_sentence (KioskInstance *self, int index, KioskProblem problem, int language);
/* (transfer full): a text of the form; "" if it cannot be made. */
char *
kiosk_instance_text (KioskInstance *self, int index, const char *id, int language, gboolean brief);

/* (transfer full): what is relevant, canonical (C14N 1.0). */
GBytes *kiosk_instance_canonical (KioskInstance *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskInstance, kiosk_instance_free)

G_END_DECLS
