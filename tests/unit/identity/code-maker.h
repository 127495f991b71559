/* Credentials and what phones show of them, made for tests with keys made on the spot. The
 * structures that are signed are written by hand, and OpenSSL is asked directly, so that what
 * judges them does not only agree with itself. */
#pragma once

#include "fixture.h"
#include "formats/presentation.h"
#include "trust/bundle.h"

#define MINUTE_MS G_GINT64_CONSTANT (60000)

/* What an issuer says of a person. */
typedef struct
{
  const char *id, *name, *second_name, *birth, *country;
  gint64 gender;                               /* 0: not said */
  gint64 issued_ms, not_before_ms, expires_ms; /* −1: not said */
  EVP_PKEY *phone;                             /* NULL: given to none */
} Said;

/* Chan Tai Man, for thirty days yet. */
Said said_usual (EVP_PKEY *phone);
/* "EC" or "ED25519". */
EVP_PKEY *phone_new (const char *type);

/* Its public key: a point of P-256, or the 32 bytes of Ed25519. */
GBytes *maker_public (EVP_PKEY *phone);
/* A phone's signature over the two parts, raw. */
GBytes *maker_sign (EVP_PKEY *key, GBytes *header, GBytes *payload);
GBytes *maker_claims (const Said *said);
/* RFC 9052, 4.4: ["Signature1", protected, h'', payload]. */
GBytes *maker_signed_bytes (GBytes *header, GBytes *payload);
/* An ECDSA signature, DER → r ‖ s. */
GBytes *maker_raw (const guint8 *der, gsize length);
/* The zlib stream of the COSE_Sign1 of three parts. */
GBytes *maker_pack (GBytes *header, GBytes *claims, GBytes *signature);
/* The same, made and signed by the issuer's key. */
GBytes *maker_credential (const Said *said, EVP_PKEY *issuer);
/* What the phone with key @phone shows of @credential. */
char *maker_show (GBytes *credential, EVP_PKEY *phone, const char *audience, gint64 issued_ms,
                  guint8 nonce);
/* The "trust" bundle's body with one issuer of credentials; NULL: with none. */
JsonObject *maker_trust (X509 *issuer);
