/* A personal code as its holder's phone shows it: the issuer's credential and a fresh signature by
 * the key inside it. "KP1:" and Base45 of
 *
 *   18([ h'{1: alg, -70007: credential}', {}, h'{3: aud, 6: iat, 7: cti}', signature ])
 *
 * a COSE_Sign1 (RFC 9052) over a CWT (RFC 8392), all of it deterministic CBOR, so that one showing
 * has one form. The credential is the zlib stream inside the issuer's own code, to the byte; it
 * stands in the protected header, where the signature covers it, as "kcwt" of RFC 9528 does, but
 * packed. iat is whole seconds. Shape only: trust/presentation-verify.h judges the signatures,
 * identity/personal-code.h all the rest. */
#pragma once

#include "formats/personal.h"

G_BEGIN_DECLS

#define KIOSK_PRESENTATION_PREFIX   "KP1:"
#define KIOSK_PRESENTATION_TEXT_MAX 4296 /* characters: QR version 40, L */
#define KIOSK_PRESENTATION_NONCE    16   /* bytes, random */

/* What a kiosk's screen says to phones, as a code: this and its id, the audience; a colon and a
 * purpose may follow. */
#define KIOSK_AUDIENCE_PREFIX "KA1:"

/* COSE: what a key of KioskPersonal.holder_key signs with. */
#define KIOSK_PRESENTATION_ES256 (-7)
#define KIOSK_PRESENTATION_EDDSA (-8)

typedef struct
{
  KioskPersonal *credential;
  char *audience;                         /* 3 (aud): the kiosk that it is meant for, "k-0042" */
  gint64 issued_ms;                       /* 6 (iat), Unix milliseconds, a whole second */
  guint8 nonce[KIOSK_PRESENTATION_NONCE]; /* 7 (cti) */

  gint64 algorithm;
  GBytes *protected_header; /* as signed */
  GBytes *payload;          /* as signed */
  GBytes *signature;        /* 64 bytes */
} KioskPresentation;

/* What a phone signs, in the two parts of the signature's input, and the whole of what it then
 * shows. (transfer full) */
GBytes *kiosk_presentation_header (gint64 algorithm, GBytes *credential);
GBytes *kiosk_presentation_payload (const char *audience, gint64 issued_ms,
                                    const guint8 nonce[KIOSK_PRESENTATION_NONCE]);
char *kiosk_presentation_text (GBytes *protected_header, GBytes *payload, GBytes *signature);

/* Errors are of %KIOSK_CODE_ERROR. Returns: (transfer full) (nullable) */
KioskPresentation *kiosk_presentation_parse (const char *text, gsize length, GError **error);
/* Wiped when freed. */
void kiosk_presentation_free (KioskPresentation *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskPresentation, kiosk_presentation_free)

G_END_DECLS
