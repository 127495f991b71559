/* Opening a chip: Basic Access Control and PACE, ICAO Doc 9303-11, 4.3 and 4.4; and proving it:
 * PACE's chip authentication mapping, chip authentication, 6.2, active authentication, 6.1
 * (private). PACE, BAC and chip authentication leave the session under new keys. */
#pragma once

#include "devices/card/card-group.h"
#include "devices/card/card-session.h"

G_BEGIN_DECLS

/* Passwords of PACE as MSE:Set AT numbers them. */
typedef enum
{
  KIOSK_PACE_MRZ = 1,
  KIOSK_PACE_CAN = 2,
} KioskPacePassword;

/**
 * kiosk_card_bac:
 * @access_info: from kiosk_mrz_access_info()
 * @error: %KIOSK_CARD_ERROR_ACCESS_DENIED: another document's zone;
 *   %KIOSK_CARD_ERROR_ACCESS_PROTOCOL: the chip's answer is wrong
 */
gboolean kiosk_card_bac (KioskCardSession *session, KioskSecret *access_info, GError **error);
/* With the terminal's choices given: the worked example of 9303-11, D.3. */
gboolean
kiosk_card_bac_with_nonces (KioskCardSession *session, KioskSecret *access_info,
                            const guint8 challenge[8], const guint8 key[16], GError **error);

/* The best entry of EF.CardAccess that this program can do, or NULL: by mapping (chip
 * authentication, generic, integrated), then curves before finite fields, then the longest key of
 * AES, 3DES last, then in the chip's order. Generic before integrated: far more chips were met. */
const KioskSecurityInfo *kiosk_card_pace_choose (const KioskSecurityInfos *infos);

/* What PACE with chip authentication mapping leaves to be checked against EF.CardSecurity. */
typedef struct
{
  KioskCardGroup *group;
  KioskCardElement *mapping_key; /* the chip's */
  KioskSecret *data;             /* chip authentication data */
} KioskPaceChip;

void kiosk_pace_chip_free (KioskPaceChip *self);

/**
 * kiosk_card_pace:
 * @password: the CAN's digits, or kiosk_mrz_access_info()
 * @ret_tries_left: of this password, when the error is %KIOSK_CARD_ERROR_ACCESS_DENIED; −1: the
 *   chip does not say
 * @ret_chip: (out) (transfer full) (optional): NULL unless the mapping is chip authentication
 * @error: %KIOSK_CARD_ERROR_ACCESS_DENIED: another document's password, never repeated here;
 *   %KIOSK_CARD_ERROR_ACCESS_PROTOCOL: the chip broke the protocol
 */
gboolean
kiosk_card_pace (KioskCardSession *session, const KioskSecurityInfos *infos,
                 const KioskSecurityInfo *info, KioskPacePassword kind, KioskSecret *password,
                 int *ret_tries_left, KioskPaceChip **ret_chip, GError **error);

/* The terminal's random choices, given: worked examples and recorded sessions. */
typedef struct
{
  const BIGNUM *mapping_key, *agreement_key;
  const guint8 *mapping_nonce; /* integrated mapping */
} KioskPaceChoices;

gboolean
kiosk_card_pace_with_choices (KioskCardSession *session, const KioskSecurityInfos *infos,
                              const KioskSecurityInfo *info, KioskPacePassword kind,
                              KioskSecret *password, const KioskPaceChoices *choices,
                              int *ret_tries_left, KioskPaceChip **ret_chip, GError **error);

/**
 * kiosk_pace_chip_check:
 * @card_security: from EF.CardSecurity's content, whose signature must have been checked
 * @error: %KIOSK_CARD_ERROR_CLONE: the chip does not hold the key;
 *   %KIOSK_CARD_ERROR_UNSUPPORTED: no key of PACE's group there
 */
gboolean kiosk_pace_chip_check (const KioskPaceChip *self, const KioskSecurityInfos *card_security,
                                GError **error);

/* Which protocol DG14 offers, and the key for it. */
typedef struct
{
  KioskSecurityInfo info; /* oid_length 0: early documents give a key alone */
  gint64 key_id;          /* −1: none */
  KioskCardGroup *group;
  KioskCardElement *key;
} KioskChipChoice;

void kiosk_chip_choice_clear (KioskChipChoice *self);

/* Curves before finite fields, then the longest key of AES, 3DES last.
 * %KIOSK_CARD_ERROR_UNSUPPORTED: nothing this program can do. */
gboolean kiosk_card_chip_choose (const KioskSecurityInfos *infos, KioskChipChoice *ret_choice,
                                 GError **error);

/**
 * kiosk_card_chip_authenticate:
 * @infos: from DG14, whose hash must have been checked
 * @error: %KIOSK_CARD_ERROR_CLONE: the chip refuses its own key; %KIOSK_CARD_ERROR_UNSUPPORTED
 *
 * The proof is complete only when an answer has come under the new keys.
 */
gboolean kiosk_card_chip_authenticate (KioskCardSession *session, const KioskSecurityInfos *infos,
                                       GError **error);
/* With the terminal's ephemeral key given, for recorded sessions. */
gboolean
kiosk_card_chip_authenticate_with_key (KioskCardSession *session, const KioskChipChoice *choice,
                                       const BIGNUM *ephemeral_key, GError **error);

#define KIOSK_ACTIVE_NONCE_BYTES 8

/**
 * kiosk_card_active_authenticate:
 * @dg15: its hash must have been checked
 * @digest: from DG14's ActiveAuthenticationInfo; ECDSA only; NONE: by the curve's length
 * @error: %KIOSK_CARD_ERROR_CLONE_AA: the chip refuses, or signs wrongly;
 *   %KIOSK_CARD_ERROR_UNSUPPORTED: a key this program cannot check, or an answer too long for the
 *   reader; %KIOSK_CARD_ERROR_LDS_MALFORMED: DG15 is damaged
 *
 * Complete by itself: the keys of the session stay.
 */
gboolean kiosk_card_active_authenticate (KioskCardSession *session, GBytes *dg15,
                                         KioskLdsDigest digest, GError **error);
/* With the terminal's nonce given, for recorded sessions. */
gboolean kiosk_card_active_authenticate_with_nonce (KioskCardSession *session, GBytes *dg15,
                                                    KioskLdsDigest digest,
                                                    const guint8 nonce[KIOSK_ACTIVE_NONCE_BYTES],
                                                    GError **error);
/* The answer alone. @spki: from kiosk_lds_parse_dg15() */
gboolean kiosk_card_active_verify (GBytes *spki, KioskLdsDigest digest,
                                   const guint8 nonce[KIOSK_ACTIVE_NONCE_BYTES],
                                   const guint8 *signature, gsize length, GError **error);

/* What an RSA signature opens to, ISO/IEC 9796-2: header, M1, H(M1 ‖ nonce), trailer. */
gboolean kiosk_card_active_check_representative (const guint8 *message, gsize length,
                                                 const guint8 nonce[KIOSK_ACTIVE_NONCE_BYTES],
                                                 GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskPaceChip, kiosk_pace_chip_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KioskChipChoice, kiosk_chip_choice_clear)

G_END_DECLS
