/* A phone's public key with proof that the phone holds the other half, made for one ticket: how a
 * phone is bound to a person without a network. "KB1:" and Base45 of
 *
 *   18([ h'{1: alg}', {}, h'{3: aud, 6: iat, 7: cti, 8: {1: COSE_Key}}', signature ])
 *
 * a COSE_Sign1 (RFC 9052) over a CWT (RFC 8392) with the key itself in "cnf" (RFC 8747, 3.2),
 * signed by that very key; all of it deterministic CBOR, so that one binding has one form. cti is
 * the secret of the ticket (formats/ticket.h) that the phone read off the kiosk's screen. iat is
 * whole seconds. Shape only: trust/binding-verify.h judges the signature, identity/phone-binding.h
 * all the rest. */
#pragma once

#include "formats/ticket.h"

G_BEGIN_DECLS

#define KIOSK_BINDING_PREFIX   "KB1:"
#define KIOSK_BINDING_TEXT_MAX 512 /* characters: about 330 are needed */
#define KIOSK_BINDING_NONCE    KIOSK_TICKET_SECRET

typedef struct
{
  char *audience;                    /* 3 (aud): the kiosk that gave the ticket, "k-0042" */
  gint64 issued_ms;                  /* 6 (iat), Unix milliseconds, a whole second */
  guint8 nonce[KIOSK_BINDING_NONCE]; /* 7 (cti): the ticket's secret */
  /* 8 (cnf): 65 bytes, a point of P-256, signing with ES256 (−7), or 32 bytes, Ed25519, signing
   * with EdDSA (−8). */
  GBytes *key;

  gint64 algorithm;
  GBytes *protected_header; /* as signed */
  GBytes *payload;          /* as signed */
  GBytes *signature;        /* 64 bytes */
} KioskBinding;

/* What a phone signs, in the two parts of the signature's input, and the whole of what it then
 * shows. @key: its public key, as above. (transfer full) */
GBytes *kiosk_binding_header (GBytes *key);
GBytes *kiosk_binding_payload (const char *audience, gint64 issued_ms,
                               const guint8 nonce[KIOSK_BINDING_NONCE], GBytes *key);
char *kiosk_binding_text (GBytes *protected_header, GBytes *payload, GBytes *signature);

/* Errors are of %KIOSK_CODE_ERROR. Returns: (transfer full) (nullable) */
KioskBinding *kiosk_binding_parse (const char *text, gsize length, GError **error);
/* Wiped when freed: who has the nonce while it is good is taken for the person. */
void kiosk_binding_free (KioskBinding *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskBinding, kiosk_binding_free)

G_END_DECLS
