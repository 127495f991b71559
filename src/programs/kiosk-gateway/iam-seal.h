/* What leaves the hub for a kiosk, and what the hub keeps for itself, both sealed. */
#pragma once

#include "base/random.h"
#include "programs/kiosk-gateway/iam-session.h"
#include "programs/kiosk-gateway/iam-settings.h"

G_BEGIN_DECLS

/* What the hub needs of a session later. */
typedef struct
{
  char *business;  /* businessID of our requests */
  char *ticket;    /* sign: the core's; else NULL */
  char *user_type; /* login: "basic" or "sign", once known */
  char *digest;    /* sign: Base64; else NULL */
} KioskGatewayIamHeld;
void kiosk_gateway_iam_held_clear (KioskGatewayIamHeld *self);

/* (transfer full): under the store key, bound to the session's id. */
char *kiosk_gateway_iam_hold (const KioskGatewayIamSettings *settings, KioskRandom *random,
                              const char *session, const KioskGatewayIamHeld *held, GError **error);
gboolean kiosk_gateway_iam_recall (const KioskGatewayIamSettings *settings, const char *session,
                                   const char *text, KioskGatewayIamHeld *ret_held, GError **error);

/* (transfer full): CMS AuthEnvelopedData of @answer for that certificate (DER). */
GBytes *kiosk_gateway_iam_seal (GBytes *certificate, JsonObject *answer, GError **error);

/**
 * kiosk_gateway_iam_profile_print:
 * @content: of a profile's callback, any JSON
 *
 * Returns: (transfer full) (nullable): what the kiosk is to know; NULL when something is missing
 */
JsonObject *
kiosk_gateway_iam_profile_print (JsonObject *content, const char *user_type, GError **error);
/* Likewise of a signature's callback. */
JsonObject *
kiosk_gateway_iam_signature_print (JsonObject *content, const char *digest, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KioskGatewayIamHeld, kiosk_gateway_iam_held_clear)

G_END_DECLS
