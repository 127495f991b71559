/* Opening a chip: Basic Access Control and PACE, ICAO Doc 9303-11, 4.3 and 4.4; and proving it:
 * chip authentication, 6.2 (private). Each leaves the session under the new keys. */
#pragma once

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

/* The first entry of EF.CardAccess that this program can do, or NULL. */
const KioskSecurityInfo *kiosk_card_pace_choose (const KioskSecurityInfos *infos);

/**
 * kiosk_card_pace:
 * @password: the CAN's digits, or kiosk_mrz_access_info()
 * @ret_tries_left: of this password, when the error is %KIOSK_CARD_ERROR_ACCESS_DENIED; −1: the
 * chip does not say
 */
gboolean kiosk_card_pace (KioskCardSession *session, const KioskSecurityInfos *infos,
                          const KioskSecurityInfo *info, KioskPacePassword kind,
                          KioskSecret *password, int *ret_tries_left, GError **error);
/* With the terminal's two ephemeral keys given: the worked example of 9303-11, G.1. */
gboolean
kiosk_card_pace_with_keys (KioskCardSession *session, const KioskSecurityInfos *infos,
                           const KioskSecurityInfo *info, KioskPacePassword kind,
                           KioskSecret *password, const BIGNUM *mapping_key,
                           const BIGNUM *agreement_key, int *ret_tries_left, GError **error);

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
kiosk_card_chip_authenticate_with_key (KioskCardSession *session, const KioskSecurityInfo *info,
                                       const KioskChipKey *key, const EC_GROUP *group,
                                       const EC_POINT *chip_point, const BIGNUM *ephemeral_key,
                                       GError **error);
/* Which protocol and key DG14 offers, and the key's curve and point. */
gboolean kiosk_card_chip_choose (const KioskSecurityInfos *infos, KioskSecurityInfo *ret_info,
                                 const KioskChipKey **ret_key, EC_GROUP **ret_group,
                                 EC_POINT **ret_point, GError **error);

G_END_DECLS
