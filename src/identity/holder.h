/* Evidence becomes a holder: a person with an assurance level, and where each field came from. */
#pragma once

#include "base/secret.h"
#include "formats/evidence.h"
#include "formats/phone-answer.h"
#include "trust/bundle.h"

G_BEGIN_DECLS

#define KIOSK_HOLDER_ERROR (kiosk_holder_error_quark ())
GQuark kiosk_holder_error_quark (void);

typedef enum
{
  KIOSK_HOLDER_ERROR_NOT_PROVED, /* a statement failed: the evidence's reason names it */
  KIOSK_HOLDER_ERROR_EXPIRED,    /* the document is past its date: another document, or staff */
  KIOSK_HOLDER_ERROR_LOST,       /* reported lost: staff */
  KIOSK_HOLDER_ERROR_NUMBER,     /* the number fails its check digit: staff */
  KIOSK_HOLDER_ERROR_PROFILE,    /* a phone's profile names nobody, or one not yet born: the card */
} KioskHolderError;

typedef enum
{
  KIOSK_ASSURANCE_NONE,
  KIOSK_ASSURANCE_PERSONAL_CODE, /* an issuer's word, and the phone that it was given to; nobody saw
                                  * a document (identity/personal-code.h) */
  KIOSK_ASSURANCE_IAMSMART, /* the government's word for whoever unlocked their phone: the number is
                             * of an account opened with an identity card, no card was seen here */
  KIOSK_ASSURANCE_DOCUMENT, /* a genuine document, opened by what is printed on it */
} KioskAssurance;
/* "document": as checks of services name it. */
const char *kiosk_assurance_name (KioskAssurance assurance);

typedef struct
{
  KioskAssurance assurance;
  char *name_latin;
  char *name_chinese; /* nullable */
  char *number;       /* HKID number with check digit; a travel document's number otherwise */
  gboolean number_is_hkid;
  char *birth_date;  /* "YYYY-MM-DD" */
  char *expiry_date; /* of the document */
  char *sex;
  char *symbols;           /* nullable */
  KioskEvidence *evidence; /* of a card; of a personal code its country alone, of a phone nothing
                            * but its profile's name: no statements */
} KioskHolder;

/* Fields wiped when freed. */
void kiosk_holder_free (KioskHolder *self);

/**
 * kiosk_holder_from_evidence:
 * @lost: (nullable): the "lost-cards" bundle
 * @now_ms: Unix milliseconds, Hong Kong's day is taken from it
 */
KioskHolder *kiosk_holder_from_evidence (const KioskEvidence *evidence, const KioskBundle *lost,
                                         gint64 now_ms, GError **error);

/**
 * kiosk_holder_from_profile:
 * @lost: (nullable): the "lost-cards" bundle; a number whose card was reported lost is refused, for
 *   the phone may have gone with the wallet
 * @now_ms: Unix milliseconds
 * @error: %KIOSK_HOLDER_ERROR_NUMBER, LOST, PROFILE, or NOT_PROVED when the list cannot be read
 *
 * Returns: (transfer full) (nullable): with %KIOSK_ASSURANCE_IAMSMART; symbols and the card's
 * expiry date, which a profile does not hold, stay empty
 */
KioskHolder *kiosk_holder_from_profile (const KioskPhoneProfile *profile, const KioskBundle *lost,
                                        gint64 now_ms, GError **error);

/* Keyed hash of type and number: finds the same holder's records again, names nobody. */
void kiosk_holder_tag (const KioskHolder *self, KioskSecret *pepper, guint8 ret_tag[32]);

/* Whether the "lost-cards" bundle can be looked into at all. */
gboolean kiosk_lost_cards_check (const KioskBundle *lost, GError **error);
/* The lost-cards bundle's body: {"salt":"hex","documents":["sha256 hex of salt ‖ number",…]}. */
char *kiosk_lost_card_digest (const char *salt_hex, const char *document_number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskHolder, kiosk_holder_free)

G_END_DECLS
