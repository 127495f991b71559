/* What a citizen's phone answered through the hub: who they are, or their signature over a digest.
 * The JSON inside the seal that only the kiosk which asked can open. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_PHONE_ANSWER_ERROR (kiosk_phone_answer_error_quark ())
GQuark kiosk_phone_answer_error_quark (void);

typedef enum
{
  KIOSK_PHONE_ANSWER_ERROR_MALFORMED, /* not this shape, or a bound passed: ask again */
} KioskPhoneAnswerError;

#define KIOSK_PHONE_ANSWER_MAX_BYTES (32 * 1024)

/* Personal; wiped when freed. Nothing is judged but its shape. */
typedef struct
{
  char *number;       /* of the identity card with its check digit, "A1234563" */
  char *name_latin;   /* "CHAN, TAI MAN" */
  char *name_chinese; /* nullable */
  char *birth_date;   /* "YYYY-MM-DD" */
  char *sex;          /* nullable: "M", "F", "X" */
  gboolean may_sign;  /* the account is one that signs ("+") */
} KioskPhoneProfile;

typedef struct
{
  char *algorithm;     /* "SHA256withRSA" */
  GBytes *signature;   /* at most 1 KiB */
  GBytes *certificate; /* DER, at most 8 KiB */
  gint64 signed_ms;    /* Unix milliseconds, as the core says */
  guint8 digest[32];   /* what was signed is the SHA-256 of */
} KioskPhoneSignature;

void kiosk_phone_profile_free (KioskPhoneProfile *self);
void kiosk_phone_signature_free (KioskPhoneSignature *self);
KioskPhoneSignature *kiosk_phone_signature_copy (const KioskPhoneSignature *self);

/* Untrusted input. Members that are not known are passed over; no message holds anything of a
 * person. */
KioskPhoneProfile *kiosk_phone_profile_parse (gconstpointer data, gsize length, GError **error);
KioskPhoneSignature *kiosk_phone_signature_parse (gconstpointer data, gsize length, GError **error);
/* (transfer full): what the parser reads. */
GBytes *kiosk_phone_signature_print (const KioskPhoneSignature *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskPhoneProfile, kiosk_phone_profile_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskPhoneSignature, kiosk_phone_signature_free)

G_END_DECLS
