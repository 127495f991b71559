/* A personal code, shown by its holder's phone without a network, becomes a holder. */
#pragma once

#include "base/clock.h"
#include "formats/code.h"
#include "identity/holder.h"

G_BEGIN_DECLS

/* How old a code may be, by the time that the phone put into it. */
#define KIOSK_PERSONAL_CODE_AGE_MS (60 * G_GINT64_CONSTANT (1000))
/* How far a phone's clock may be ahead of the kiosk's; one that is behind makes its codes good for
 * that much less. */
#define KIOSK_PERSONAL_CODE_SKEW_MS (10 * G_GINT64_CONSTANT (1000))
/* The role in the "trust" bundle of those who may issue credentials. */
#define KIOSK_PERSONAL_CODE_ROLE "personal-issuer"

#define KIOSK_PERSONAL_CODE_ERROR (kiosk_personal_code_error_quark ())
GQuark kiosk_personal_code_error_quark (void);

/* Each code means one next action. In the order in which they are judged. */
typedef enum
{
  KIOSK_PERSONAL_CODE_ERROR_BARE,   /* the credential alone, a printout or a picture: open it in the
                                     * phone's application and choose to show it to this kiosk */
  KIOSK_PERSONAL_CODE_ERROR_ISSUER, /* of no issuer that this kiosk recognises, or altered: identify
                                     * by card */
  KIOSK_PERSONAL_CODE_ERROR_UNBOUND,     /* given to no phone: ask the issuer for one that is */
  KIOSK_PERSONAL_CODE_ERROR_NOT_HOLDER,  /* another person's key: show it on the phone that it was
                                          * given to */
  KIOSK_PERSONAL_CODE_ERROR_OTHER_KIOSK, /* made for another kiosk: make a new one for this one */
  KIOSK_PERSONAL_CODE_ERROR_CLOCK, /* the kiosk's clock cannot be relied on: identify by card, tell
                                    * staff */
  KIOSK_PERSONAL_CODE_ERROR_TOO_OLD, /* a picture of an earlier one: make a new one now */
  KIOSK_PERSONAL_CODE_ERROR_AHEAD, /* the phone's clock is ahead of the kiosk's: let the network set
                                    * the phone's; if that was right, identify by card */
  KIOSK_PERSONAL_CODE_ERROR_EXPIRED,    /* the credential is past its date, not good yet, or without
                                         * one: renew it with its issuer */
  KIOSK_PERSONAL_CODE_ERROR_INCOMPLETE, /* no name, birth date or number that can be used: identify
                                         * by card */
  KIOSK_PERSONAL_CODE_ERROR_USED,       /* shown before: make a new one */
  KIOSK_PERSONAL_CODE_ERROR_NOT_KEPT,   /* that it is used cannot be remembered: identify by card */
} KioskPersonalCodeError;
/* "too-old", "not-holder": as a page names it. */
const char *kiosk_personal_code_error_name (KioskPersonalCodeError code);

/* What remembers used codes, as a port: kiosk_vault_spend_code() in kioskd.
 * @expires_ms: Unix milliseconds after which the code is too old for anybody
 * @error: %KIOSK_PERSONAL_CODE_ERROR_USED; %KIOSK_PERSONAL_CODE_ERROR_CLOCK: the code has expired
 *   by a time that was seen before; anything else: NOT_KEPT
 *
 * Returns: TRUE once for each digest */
typedef gboolean (*KioskSpendCode) (gpointer data, const guint8 digest[32], gint64 expires_ms,
                                    GError **error);

typedef struct
{
  const char *kiosk;        /* this kiosk's id, the audience that a code must have */
  const KioskBundle *trust; /* the "trust" bundle */
  KioskClock *clock;
  KioskSpendCode spend;
  gpointer spend_data;
} KioskPersonalCodeJudge;

/**
 * kiosk_personal_code_judge:
 * @code: of the kind %KIOSK_CODE_PRESENTATION, or %KIOSK_CODE_PERSONAL, which is refused as BARE
 * @error: a %KIOSK_PERSONAL_CODE_ERROR, or %KIOSK_CODE_ERROR_OTHER_KIND. No message holds anything
 *   of a person.
 *
 * Blocks for a flush of the disk. The code is spent last, so that nothing but a good one is
 * remembered, and before a holder is there, so that there never is one for a code not spent. What
 * the credential does not say stays empty in the holder, and so do symbols and the document's
 * expiry date, which are the card's.
 *
 * Returns: (transfer full) (nullable): with %KIOSK_ASSURANCE_PERSONAL_CODE
 */
KioskHolder *kiosk_personal_code_judge (const KioskPersonalCodeJudge *self, const KioskCode *code,
                                        GError **error);

G_END_DECLS
