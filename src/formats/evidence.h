/* What reading a document proved: the only thing that leaves kiosk-reader, and what identity turns
 * into a holder. Plain data; wiped when freed. */
#pragma once

#include "formats/statement.h"

G_BEGIN_DECLS

#define KIOSK_EVIDENCE_ERROR (kiosk_evidence_error_quark ())
GQuark kiosk_evidence_error_quark (void);

typedef enum
{
  KIOSK_EVIDENCE_ERROR_MALFORMED, /* not this shape, or a bound passed: drop it */
} KioskEvidenceError;

#define KIOSK_EVIDENCE_GROUPS 16

/* A data group of the document. */
typedef struct
{
  guint32 bytes; /* of its file as it was read; 0: not read */
  char *note;    /* why there is nothing to show of it, a name of KioskCardError: "lds-malformed",
                  * "unsupported". It stops nobody. NULL: nothing to say */
} KioskEvidenceGroup;

typedef struct
{
  char *profile;      /* which card profile read it, "hkid-simulated" */
  gboolean simulated; /* the profile is a simulation of a document whose protocol is not public */

  GPtrArray *statements; /* (element-type KioskStatement): the verdict */

  char *document_type;   /* "I", "P", … as DG1 says */
  char *issuing_state;   /* ICAO code, "CHN" for the simulated HKID */
  char *document_number; /* without filler */
  char *national_number; /* HKID number with its check digit, "A1234563"; NULL if none */
  char *name_latin;      /* "CHAN, TAI MAN" */
  char *name_chinese;    /* from DG11; NULL if none */
  char *birth_date;      /* "YYYY-MM-DD"; parts the document leaves open are "00" */
  char *sex;             /* "M", "F" or "X" */
  char *nationality;
  char *expiry_date;   /* "YYYY-MM-DD" */
  char *symbols;       /* HKID symbols, "AZ"; NULL if none */
  GBytes *portrait;    /* DG2's face, decoded and written anew by the reader; NULL if none */
  char *portrait_type; /* "image/jpeg" */

  KioskEvidenceGroup groups[KIOSK_EVIDENCE_GROUPS]; /* index = number − 1 */
  /* What only a reading of details has (devices/card). */
  char *issuing_authority; /* from DG12; NULL if none */
  char *issue_date;        /* from DG12, "YYYY-MM-DD" */
  char *signature_type;    /* DG7 holds the signature as a picture of this kind, "image/jpeg" or
                            * "image/jp2"; the picture itself stays behind */

  guint apdus;        /* exchanged for this reading */
  gint64 duration_us; /* from card found to verdict */
} KioskEvidence;

KioskEvidence *kiosk_evidence_new (void);
KioskEvidence *kiosk_evidence_copy (const KioskEvidence *self);
void kiosk_evidence_free (KioskEvidence *self);

/* Adds to the verdict: kiosk_statements_set(). */
void kiosk_evidence_state (KioskEvidence *self, KioskClaim claim, const char *method, guint group,
                           KioskProof proof, const char *reason);
/* Says why there is nothing to show of data group @number, 1 … KIOSK_EVIDENCE_GROUPS. */
void kiosk_evidence_note (KioskEvidence *self, guint number, const char *note);
/* (transfer none): what settles @claim: kiosk_statements_settle(). */
const KioskStatement *kiosk_evidence_verdict (const KioskEvidence *self, KioskClaim claim);
/* All three claims passed. Expiry and lost cards are identity's to judge. */
gboolean kiosk_evidence_is_proved (const KioskEvidence *self);

#define KIOSK_EVIDENCE_GROUPS_TYPE "a(uus)" /* number, bytes, note or "" */

/* (transfer full): floating, KIOSK_EVIDENCE_GROUPS_TYPE: those that were read or have a note. */
GVariant *kiosk_evidence_groups_to_variant (const KioskEvidence *self);
/* (transfer full): floating no more; type a{sv}, at most 256 KiB. */
GVariant *kiosk_evidence_to_variant (const KioskEvidence *self);
/* Untrusted input: sizes, alphabets and dates are checked. */
KioskEvidence *kiosk_evidence_from_variant (GVariant *variant, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEvidence, kiosk_evidence_free)

G_END_DECLS
