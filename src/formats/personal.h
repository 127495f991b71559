/* A personal code: identity data of one person (MOSIP 169 QR Code Specification 1.2.2): Base45,
 * zlib, COSE_Sign1, CWT with claim 169. Its shape only: who signed it, and whether the kiosk takes
 * that signer's word, is for trust and identity. Wiped when freed. */
#pragma once

#include "formats/cwt.h"

G_BEGIN_DECLS

#define KIOSK_PERSONAL_TEXT_MAX 4296 /* characters; there is no prefix */

/* Every text may be NULL: the specification demands none. */
typedef struct
{
  KioskCwt *token;
  char *id;
  char *version;
  char *language; /* of the texts, ISO 639-3 */
  char *full_name;
  char *first_name;
  char *middle_name;
  char *last_name;
  char *birth; /* "YYYYMMDD" */
  char *address;
  char *email;
  char *phone;
  char *nationality;
  char *guardian;
  char *second_name; /* the full name in another language … */
  char *second_language;
  char *location;
  char *legal_status;
  char *issuing_country;
  gint64 gender;      /* 0 not said, 1 male, 2 female, 3 other */
  gint64 marital;     /* 0 not said, 1 unmarried, 2 married, 3 divorced */
  GBytes *face;       /* nullable: an encoded picture */
  gint64 face_format; /* 0 PNG, 1 JPEG, 2 JPEG 2000, 3 AVIF, 4 WebP; −1 without a picture */
  /* The public key of the phone that the issuer gave it to (RFC 8747: cnf, COSE_Key): 65 bytes, a
   * point of P-256 as 04 ‖ x ‖ y, or 32 bytes, Ed25519. NULL when bound to no key that this program
   * can use: no phone can then prove to be its holder's. */
  GBytes *holder_key;
} KioskPersonal;

/* Whether Base45 of a zlib stream begins @text: all that tells a personal code from other text. */
gboolean kiosk_personal_is_likely (const char *text, gsize length);
/* Errors are of %KIOSK_CODE_ERROR. Returns: (transfer full) (nullable) */
KioskPersonal *kiosk_personal_parse (const char *text, gsize length, GError **error);
/* The same without Base45: @packed is the zlib stream. */
KioskPersonal *kiosk_personal_parse_packed (GBytes *packed, GError **error);
void kiosk_personal_free (KioskPersonal *self);

/* The claims that say what @self says, and no more: an issuer's, who signs them
 * (trust/cose.h) and packs what is signed. (transfer full): to be wiped */
GBytes *kiosk_personal_claims (const KioskPersonal *self);
/* @cose: of these claims. (transfer full): the code's text, to be wiped; its stream: the same
 * without Base45 */
char *kiosk_personal_text (GBytes *cose);
GBytes *kiosk_personal_pack (GBytes *cose);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskPersonal, kiosk_personal_free)

G_END_DECLS
