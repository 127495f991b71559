/* What a person who enrols by oneself hands in: the form that they saw and declared, and what was
 * captured beside it. One deterministic CBOR map, which is the submission that a kiosk seals:
 *
 *   {1: 1, 2: form, 3: evidence, 4: portrait, 5: binding, 6: consent version, 7: language}
 *
 * form is kiosk_form_submission(); evidence the KioskEvidence of the card, as a GVariant a{sv} in
 * little endian, with the chip's portrait in it; portrait a JPEG of the live one; binding the KB1:
 * text that the phone showed. The registry judges it with this same library. Nothing here compares
 * the two portraits: a person does. */
#pragma once

#include "formats/binding.h"
#include "formats/evidence.h"
#include "services/form.h"

G_BEGIN_DECLS

#define KIOSK_ENROLMENT_MAX          (640 * 1024)
#define KIOSK_ENROLMENT_PORTRAIT_MAX (128 * 1024)
#define KIOSK_ENROLMENT_SIDE_MIN     200 /* pixels of the live portrait, either way … */
#define KIOSK_ENROLMENT_SIDE_MAX     2000

#define KIOSK_ENROLMENT_ERROR (kiosk_enrolment_error_quark ())
GQuark kiosk_enrolment_error_quark (void);

/* Each is a reason code of the service, so that each has its own sentence. */
typedef enum
{
  KIOSK_ENROLMENT_ERROR_MALFORMED, /* not this format: "form-malformed" */
  KIOSK_ENROLMENT_ERROR_DIFFERS,   /* the form says other than the evidence: "form-differs" */
  KIOSK_ENROLMENT_ERROR_EVIDENCE,  /* the card was not proved: "evidence" */
  KIOSK_ENROLMENT_ERROR_CHIP,      /* no portrait from the chip: "portrait-missing" */
  KIOSK_ENROLMENT_ERROR_PORTRAIT,  /* the live one cannot be looked at: "portrait-unclear" */
  KIOSK_ENROLMENT_ERROR_PHONE,     /* no proof of the key, or for another kiosk: "phone" */
  KIOSK_ENROLMENT_ERROR_CONSENT,   /* to another wording: "consent" */
  KIOSK_ENROLMENT_ERROR_AGE,       /* under 18 on the day of sealing: "age" */
} KioskEnrolmentError;
/* As a service's catalogue names the reason. */
const char *kiosk_enrolment_error_reason (KioskEnrolmentError code);

typedef struct
{
  GBytes *form;
  KioskEvidence *evidence;
  GBytes *portrait;
  char *binding; /* "KB1:…" */
  gint64 consent_version;
  char *language; /* that the consent was read in */
} KioskEnrolment;

/* Wiped when freed. */
void kiosk_enrolment_free (KioskEnrolment *self);
/* (transfer full): %KIOSK_ENROLMENT_ERROR_MALFORMED: something is missing, or larger than it may
 * be. */
GBytes *kiosk_enrolment_encode (const KioskEnrolment *self, GError **error);
/* Untrusted bytes. The form inside is not looked into. */
KioskEnrolment *kiosk_enrolment_parse (GBytes *bytes, GError **error);

/* The live portrait is a JPEG of a size that can be looked at; its pixels are not decoded. */
gboolean kiosk_enrolment_check_portrait (GBytes *jpeg, GError **error);
/* (transfer full): what the form shows of the phone's key: "4F2A 91C3 07BE". */
char *kiosk_enrolment_key_digits (const KioskBinding *binding);

/**
 * kiosk_enrolment_judge:
 * @kiosk: who sealed it, the audience that the phone must have answered
 * @today: the day of sealing in Hong Kong, "YYYY-MM-DD"
 * @sealed_ms: when; the phone must have answered within the hour before
 * @error: a %KIOSK_ENROLMENT_ERROR, or what kiosk_form_recompute() says
 * @ret_binding: (out) (optional) (transfer full): with the key that a credential is to be made for
 *
 * The registry's side, all but the portraits. That the card was proved is the kiosk's word, under
 * its signature: the evidence holds its statements, not the chip's own signatures.
 */
gboolean kiosk_enrolment_judge (const KioskEnrolment *self, KioskCatalogue *catalogue,
                                const KioskService *service, const char *kiosk, const char *today,
                                gint64 sealed_ms, KioskBinding **ret_binding, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEnrolment, kiosk_enrolment_free)

G_END_DECLS
