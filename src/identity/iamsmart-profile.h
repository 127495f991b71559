/* What is known of iAM Smart's wire, read from data/identity: paths, padding, bounds, and what each
 * answer code means. The official specification is put in there, without a line of C. Immutable
 * once loaded: any thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_IAMSMART_ERROR (kiosk_iamsmart_error_quark ())
GQuark kiosk_iamsmart_error_quark (void);

/* One domain for the wire; each code means one next action. Messages hold no field of a person, no
 * key and no text of the peer's but a code of the shape "D40001". */
typedef enum
{
  /* The table's actions. */
  KIOSK_IAMSMART_ERROR_RETRY,       /* undecided: the same request again, later */
  KIOSK_IAMSMART_ERROR_REKEY,       /* the content key does not fit: fetch one, send again, once */
  KIOSK_IAMSMART_ERROR_ASK_AGAIN,   /* the person did not approve: say so, offer it again */
  KIOSK_IAMSMART_ERROR_START_OVER,  /* code or ticket is spent: a new QR code, from the beginning */
  KIOSK_IAMSMART_ERROR_TELL_PERSON, /* this account cannot do this: say why and what can */
  KIOSK_IAMSMART_ERROR_OPERATOR,    /* registration, settings or request: alert the operator */
  /* What the codec itself finds. */
  KIOSK_IAMSMART_ERROR_MALFORMED, /* bytes that are not what they should be: drop them */
  KIOSK_IAMSMART_ERROR_SIGNATURE, /* not signed by the client it names: refuse */
  KIOSK_IAMSMART_ERROR_REPLAY,    /* seen before, or out of order: refuse; nothing was changed */
  KIOSK_IAMSMART_ERROR_CLOCK,     /* outside the window: compare the clocks */
} KioskIamsmartError;

typedef enum
{
  KIOSK_IAMSMART_GET_KEY,
  KIOSK_IAMSMART_REVOKE_KEY,
  KIOSK_IAMSMART_GET_QR,
  KIOSK_IAMSMART_GET_TOKEN,
  KIOSK_IAMSMART_PROFILE,
  KIOSK_IAMSMART_FORM_FILLING,
  KIOSK_IAMSMART_STEP_UP,
  KIOSK_IAMSMART_SIGNING,
  KIOSK_IAMSMART_SIGNING_ACKNOWLEDGE,
  KIOSK_IAMSMART_PDF_SIGNING,
  KIOSK_IAMSMART_ANONYMOUS_FORM_FILLING,
  KIOSK_IAMSMART_ANONYMOUS_FORM_FILLING_RESULT,
  KIOSK_IAMSMART_ANONYMOUS_SIGNING,
  KIOSK_IAMSMART_ANONYMOUS_SIGNING_RESULT,
  KIOSK_IAMSMART_ANONYMOUS_PDF_SIGNING,
  KIOSK_IAMSMART_ANONYMOUS_PDF_SIGNING_RESULT,
  KIOSK_IAMSMART_N_PATHS,
} KioskIamsmartPath;

/* How the content key is wrapped (RFC 8017, 7.1 and 7.2). The last is what Java calls
 * OAEPWithSHA-256AndMGF1Padding. */
typedef enum
{
  KIOSK_IAMSMART_PKCS1,
  KIOSK_IAMSMART_OAEP_SHA1,
  KIOSK_IAMSMART_OAEP_SHA256,
  KIOSK_IAMSMART_OAEP_SHA256_MGF1_SHA1,
} KioskIamsmartPadding;

typedef struct
{
  char *method;      /* signatureMethod */
  gboolean percent;  /* the signature is percent-encoded */
  gint64 window_ms;  /* most that a request's time may differ from ours */
  guint nonces_most; /* remembered at once */
  KioskIamsmartPadding padding;
  gboolean text_inside; /* a wrapped key may be Base64 text */
  gint64 absolute_from_ms;
  gint64 rekey_before_ms;
  gint64 longest_ms;
  gsize content_most; /* bytes of plaintext */
  char *paths[KIOSK_IAMSMART_N_PATHS];
  char *success;     /* the code of success */
  char *letters;     /* each may stand before a number */
  GHashTable *codes; /* private to iamsmart-profile.c */
} KioskIamsmartProfile;

/**
 * kiosk_iamsmart_profile_load:
 * @folder: holds iamsmart.ini and iamsmart-codes.ini, at most 64 KiB each
 * @error: %KIOSK_SETTINGS_ERROR: one line that says which file, where in it, and what to do
 *
 * Returns: (transfer full) (nullable): never with a key missing, unknown or out of range
 */
KioskIamsmartProfile *kiosk_iamsmart_profile_load (const char *folder, GError **error);
void kiosk_iamsmart_profile_free (KioskIamsmartProfile *self);

/**
 * kiosk_iamsmart_profile_check_code:
 * @code: from outside, any text
 * @error: %KIOSK_IAMSMART_ERROR: what to do next; %KIOSK_IAMSMART_ERROR_OPERATOR for a code that
 * the table does not know, %KIOSK_IAMSMART_ERROR_MALFORMED for what has not the shape of one
 *
 * Returns: %TRUE for the code of success alone
 */
gboolean kiosk_iamsmart_profile_check_code (const KioskIamsmartProfile *self, const char *code,
                                            GError **error);

/* (transfer none) (nullable): the word that the table gives a code of failure, such as "refused";
 * NULL where it gives none. @code: from outside, any text. */
const char *kiosk_iamsmart_profile_reason (const KioskIamsmartProfile *self, const char *code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskIamsmartProfile, kiosk_iamsmart_profile_free)

G_END_DECLS
