/* The hub's requests to iAM Smart: signed, sealed under the content key, put in order. What the
 * core answers is acted upon here as far as asking again goes: a content key that does not fit is
 * fetched anew and the request sent once more, an undecided one is sent again. Blocks; one thread.
 */
#pragma once

#include "base/random.h"
#include "programs/kiosk-gateway/iam-http.h"
#include "programs/kiosk-gateway/iam-sequence.h"
#include "programs/kiosk-gateway/iam-settings.h"
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What a kiosk is told of a failure. */
#define KIOSK_GATEWAY_IAM_UNAVAILABLE "unavailable"
#define KIOSK_GATEWAY_IAM_FAULT       "fault"
#define KIOSK_GATEWAY_IAM_EXPIRED     "expired"

typedef struct _KioskGatewayIamClient KioskGatewayIamClient;

/* @settings outlives it. @sequence: (transfer none) (nullable): NULL: asks only what goes unsigned.
 */
KioskGatewayIamClient *
kiosk_gateway_iam_client_new (const KioskGatewayIamSettings *settings, KioskClock *clock,
                              KioskRandom *random, KioskGatewayIamSequence *sequence,
                              GCancellable *cancellable, GError **error);
void kiosk_gateway_iam_client_free (KioskGatewayIamClient *self);

/* What a failure of the wire, or a code of the core's, is to the person: a literal, or of the
 * profile. @code: (nullable). */
const char *kiosk_gateway_iam_reason (const KioskIamsmartProfile *profile, const char *code,
                                      const GError *error);

/* (transfer full): the address that the phone is to open: the text of the code on the screen.
 * @language: "en-US". @state: goes back with the callback. */
char *kiosk_gateway_iam_client_get_qr (KioskGatewayIamClient *self, const char *language,
                                       const char *state, const char **ret_reason, GError **error);

/**
 * kiosk_gateway_iam_client_ask:
 * @content: what is sealed
 * @ret_reason: (out): set on failure: kiosk_gateway_iam_reason()
 *
 * Returns: (transfer full) (nullable): the JSON of the answer's content; wipe its strings' copies
 */
JsonObject *
kiosk_gateway_iam_client_ask (KioskGatewayIamClient *self, KioskIamsmartPath path,
                              JsonObject *content, const char **ret_reason, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskGatewayIamClient, kiosk_gateway_iam_client_free)

G_END_DECLS
