/* The service catalogue: which services there are, who may use them today, what they cost and which
 * form they ask. Signed data; the same library serves kiosk and department. */
#pragma once

#include "trust/bundle.h"

G_BEGIN_DECLS

#define KIOSK_SERVICES_ERROR (kiosk_services_error_quark ())
GQuark kiosk_services_error_quark (void);

typedef enum
{
  KIOSK_SERVICES_ERROR_MALFORMED,  /* the catalogue or a form is not what it should be */
  KIOSK_SERVICES_ERROR_UNKNOWN,    /* no such service, form, version, question or option */
  KIOSK_SERVICES_ERROR_CONSTRAINT, /* the answer breaks a rule; the message is the form's own */
  KIOSK_SERVICES_ERROR_INCOMPLETE, /* a required answer is missing */
  KIOSK_SERVICES_ERROR_DIFFERS,    /* recomputed values differ from the submitted ones */
} KioskServicesError;

/* Never changes once it is loaded, yet used by one thread at a time, with all forms made from it:
 * compiled expressions keep caches of their own. */
typedef struct _KioskCatalogue KioskCatalogue;

/* Facts about the person and the day that checks and forms may use: "holder.name",
 * "holder.number", "today" (YYYY-MM-DD, Hong Kong) … Values are wiped when freed. */
typedef struct _KioskFacts KioskFacts;
KioskFacts *kiosk_facts_new (void);
void kiosk_facts_free (KioskFacts *self);
void kiosk_facts_set (KioskFacts *self, const char *name, const char *value);
const char *kiosk_facts_get (const KioskFacts *self, const char *name);

/**
 * kiosk_catalogue_assemble:
 * @folder: data/services: catalogue.json and forms/
 *
 * For whoever signs a catalogue. Nothing is judged here but the shape it needs:
 * kiosk_catalogue_new() does that.
 *
 * Returns: (transfer full) (nullable): the body of the "catalogue" bundle, as
 * data/services/README.md has it
 */
JsonObject *kiosk_catalogue_assemble (const char *folder, GError **error);

/* @bundle: "catalogue", checked by its opener. Every text must be there in en, zh_HK and zh_CN. */
KioskCatalogue *kiosk_catalogue_new (const KioskBundle *bundle, GError **error);
KioskCatalogue *kiosk_catalogue_ref (KioskCatalogue *self);
void kiosk_catalogue_unref (KioskCatalogue *self);
gint64 kiosk_catalogue_serial (const KioskCatalogue *self);

typedef struct _KioskService KioskService; /* owned by its catalogue */
guint kiosk_catalogue_n_services (const KioskCatalogue *self);
const KioskService *kiosk_catalogue_service (const KioskCatalogue *self, guint index);
const KioskService *kiosk_catalogue_find (const KioskCatalogue *self, const char *id);

const char *kiosk_service_id (const KioskService *self);
const char *kiosk_service_department (const KioskService *self);
const char *kiosk_service_form (const KioskService *self);
gint64 kiosk_service_form_version (const KioskService *self);
/* @language: "en", "zh_HK", "zh_CN"; any other reads as "en". */
const char *kiosk_service_title (const KioskService *self, const char *language);
const char *kiosk_service_summary (const KioskService *self, const char *language);
const char *kiosk_service_department_name (const KioskService *self, const char *language);
/* What the person declares, one paragraph a line. */
const char *kiosk_service_declaration (const KioskService *self, const char *language);
/* A service that enrols: before it is declared, consent is asked for, a portrait taken and a phone
 * bound, and the record is a KioskEnrolment (enrolment.h). 0: it does not. */
gint64 kiosk_service_consent_version (const KioskService *self);
/* What is asked to be consented to, point by point: what is kept, by whom, how long … */
guint kiosk_service_n_consent (const KioskService *self);
const char *
kiosk_service_consent_title (const KioskService *self, guint index, const char *language);
const char *
kiosk_service_consent_text (const KioskService *self, guint index, const char *language);
/* The sentence for an outcome or refusal code of this service; NULL if it has none. */
const char *kiosk_service_reason (const KioskService *self, const char *code, const char *language);

/* Eligibility in plain words, before anything is typed. */
typedef enum
{
  KIOSK_CHECK_MET,
  KIOSK_CHECK_UNMET,  /* cannot go on: the text says why and what to do */
  KIOSK_CHECK_TO_ASK, /* will be asked and checked on the way */
} KioskCheckState;
typedef struct
{
  char *code;
  KioskCheckState state;
  char *text;   /* "Your licence ends on or before 24 March 2027" */
  char *detail; /* nullable */
} KioskCheck;
void kiosk_check_free (KioskCheck *self);
/* (element-type KioskCheck) (transfer full). The fact "today" must be set. */
GPtrArray *kiosk_service_checks (const KioskService *self, const KioskFacts *facts,
                                 const char *language, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskFacts, kiosk_facts_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskCatalogue, kiosk_catalogue_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskCheck, kiosk_check_free)

G_END_DECLS
