/* The headers that sign a request of iAM Smart: made by the relying party, checked by the sandbox.
 *
 *   signature = percent-encoded (Base64 (HMAC-SHA256 (secret,
 *                 clientID ‖ signatureMethod ‖ timestamp ‖ nonce ‖ body)))
 *
 * with nothing between the parts, body the exact bytes of the request (none for a key). Time comes
 * from outside, in Unix milliseconds. A signer or guard belongs to one thread; one of them serves
 * one client: a timestamp below an earlier one is refused over there, so that kiosks which share a
 * client need one place where requests are put in order. Source: public clients of iAM Smart. */
#pragma once

#include "base/random.h"
#include "base/secret.h"
#include "identity/iamsmart-profile.h"

G_BEGIN_DECLS

#define KIOSK_IAMSMART_HEADER_CLIENT    "clientID"
#define KIOSK_IAMSMART_HEADER_METHOD    "signatureMethod"
#define KIOSK_IAMSMART_HEADER_TIMESTAMP "timestamp"
#define KIOSK_IAMSMART_HEADER_NONCE     "nonce"
#define KIOSK_IAMSMART_HEADER_SIGNATURE "signature"

/* The five values, each of a header that was there once. NULL: it was not. */
typedef struct
{
  char *client;
  char *method;
  char *timestamp; /* 13 digits: milliseconds */
  char *nonce;     /* 1 … 36 of A–Z a–z 0–9 _ - */
  char *signature;
} KioskIamsmartHeaders;

void kiosk_iamsmart_headers_free (KioskIamsmartHeaders *self);

typedef struct _KioskIamsmartSigner KioskIamsmartSigner;

/* @profile outlives the signer; takes references to @secret and @random. @floor_ms: no timestamp
 * below it is sent: the last that an earlier run sent, or 0. */
KioskIamsmartSigner *
kiosk_iamsmart_signer_new (const KioskIamsmartProfile *profile, const char *client,
                           KioskSecret *secret, KioskRandom *random, gint64 floor_ms);
void kiosk_iamsmart_signer_free (KioskIamsmartSigner *self);

/**
 * kiosk_iamsmart_signer_sign:
 * @body: exactly what is sent, NULL or empty for none
 * @now_ms: where it lies below an earlier request's, that one's time is sent again
 *
 * Returns: (transfer full): with a fresh nonce
 */
KioskIamsmartHeaders *
kiosk_iamsmart_signer_sign (KioskIamsmartSigner *self, const char *body, gint64 now_ms);

typedef struct _KioskIamsmartGuard KioskIamsmartGuard;

/* As above; no timestamp at or below @floor_ms is taken: the last that an earlier run took, or 0.
 */
KioskIamsmartGuard *
kiosk_iamsmart_guard_new (const KioskIamsmartProfile *profile, const char *client,
                          KioskSecret *secret, gint64 floor_ms);
void kiosk_iamsmart_guard_free (KioskIamsmartGuard *self);
/* What to hand to the next run's guard. */
gint64 kiosk_iamsmart_guard_last_ms (const KioskIamsmartGuard *self);

/**
 * kiosk_iamsmart_guard_check:
 * @body: (array length=length): exactly what came; empty, or one JSON object
 * @error: %KIOSK_IAMSMART_ERROR_MALFORMED, _SIGNATURE, _CLOCK, _REPLAY; _RETRY when as many nonces
 *   as are remembered lie within the window
 *
 * Remembers time and nonce only of a request that is well signed: nobody else can push one out.
 * The parts are signed without a mark between them, so each is held to a shape that leaves one way
 * to part them: a timestamp of 13 digits, a nonce that cannot hold the brace a body begins with.
 */
gboolean kiosk_iamsmart_guard_check (KioskIamsmartGuard *self, const KioskIamsmartHeaders *headers,
                                     const char *body, gsize length, gint64 now_ms, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskIamsmartHeaders, kiosk_iamsmart_headers_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskIamsmartSigner, kiosk_iamsmart_signer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskIamsmartGuard, kiosk_iamsmart_guard_free)

G_END_DECLS
