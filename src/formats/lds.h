/* The logical data structure of a travel document: ICAO Doc 9303-10. Each function takes a whole
 * elementary file, outer tag and all, and trusts nothing in it. */
#pragma once

#include "formats/mrz.h"
#include "formats/tlv.h"

G_BEGIN_DECLS

#define KIOSK_LDS_ERROR (kiosk_lds_error_quark ())
GQuark kiosk_lds_error_quark (void);

typedef enum
{
  KIOSK_LDS_ERROR_MALFORMED,   /* not such a file, or damaged */
  KIOSK_LDS_ERROR_UNSUPPORTED, /* well-formed, of a kind this program does not read */
} KioskLdsError;

#define KIOSK_LDS_GROUPS 16

/* Elementary files by their identifiers; a short identifier is the low byte. */
#define KIOSK_LDS_EF_CARD_ACCESS   0x011c
#define KIOSK_LDS_EF_SOD           0x011d
#define KIOSK_LDS_EF_CARD_SECURITY 0x011d /* in the master file */
#define KIOSK_LDS_EF_COM           0x011e
#define KIOSK_LDS_EF_ATR_INFO      0x2f01 /* in the master file */
#define KIOSK_LDS_EF_DG(number)    ((guint16)(0x0100 + (number)))

/* The outer tag of a data group, 1 … 16: 61, 75, 63 …. */
guint32 kiosk_lds_group_tag (guint number);
KioskMrz *kiosk_lds_parse_dg1 (GBytes *dg1, GError **error);
/* (transfer full): 61 { 5F1F } around a zone. */
GBytes *kiosk_lds_build_dg1 (const char *zone);

/* EF.COM: bit n − 1 of @ret_groups for data group n. Not signed: a hint, never a proof. */
gboolean kiosk_lds_parse_com (GBytes *com, guint16 *ret_groups, GError **error);

/* Of what has come of EF.ATR/INFO, which is a run of objects: how many bytes the chip takes in a
 * command and gives in a response (7F66; 9303-10, 3.11; ISO/IEC 7816-4, 12.7.1). */
gboolean kiosk_lds_parse_lengths (const guint8 *data, gsize length, guint32 *ret_command,
                                  guint32 *ret_response, GError **error);

/* The first face of DG2: ISO/IEC 19794-5 (in 7F61/7F60/5F2E) or 39794-5 (in 7F2E). @ret_type:
 * static, "image/jpeg" or "image/jp2" (a codestream by itself too). %KIOSK_LDS_ERROR_UNSUPPORTED:
 * another kind of picture. Returns: (transfer full): the encoded picture */
GBytes *kiosk_lds_parse_dg2 (GBytes *dg2, const char **ret_type, GError **error);
/* (transfer full): one face, @picture a JPEG or a JPEG 2000. */
GBytes *kiosk_lds_build_dg2 (GBytes *picture, guint16 width, guint16 height);

/* (transfer full): the value of @tag inside group @number, valid UTF-8 without control characters,
 * 1 … 256 bytes; wipe it. NULL without an error when the group has no such tag. DG11 (6B) and
 * DG13 (6D) are such runs of tags. */
char *kiosk_lds_group_text (GBytes *group, guint number, guint32 tag, GError **error);

/* SecurityInfos of EF.CardAccess, EF.CardSecurity and DG14 (9303-11, 9.2). */
typedef enum
{
  KIOSK_CIPHER_3DES,
  KIOSK_CIPHER_AES_128,
  KIOSK_CIPHER_AES_192,
  KIOSK_CIPHER_AES_256,
} KioskCipher;

/* How PACE turns the chip's nonce into a generator, 9303-11, 4.4.3.3. */
typedef enum
{
  KIOSK_MAPPING_GENERIC,
  KIOSK_MAPPING_INTEGRATED,
  KIOSK_MAPPING_CHIP, /* as generic, and the chip proves itself by the way */
} KioskMapping;

typedef enum
{
  KIOSK_LDS_DIGEST_NONE,
  KIOSK_LDS_DIGEST_SHA1,
  KIOSK_LDS_DIGEST_SHA224,
  KIOSK_LDS_DIGEST_SHA256,
  KIOSK_LDS_DIGEST_SHA384,
  KIOSK_LDS_DIGEST_SHA512,
} KioskLdsDigest;

typedef struct
{
  guint8 oid[12]; /* value of the OBJECT IDENTIFIER, as MSE:Set AT wants it */
  gsize oid_length;
  gboolean supported;   /* a protocol that the standard defines */
  gboolean is_ecdh;     /* else Diffie-Hellman in a finite field */
  KioskMapping mapping; /* PACE only */
  KioskCipher cipher;
  guint version;
  gint64 id; /* PACE: standardised domain parameters; chip authentication: key id; −1: none */
} KioskSecurityInfo;

typedef struct
{
  gint64 id; /* −1: none */
  gboolean is_ecdh;
  GBytes *spki; /* DER SubjectPublicKeyInfo */
} KioskChipKey;

typedef struct
{
  GArray *pace;                 /* (element-type KioskSecurityInfo) */
  GArray *chip;                 /* (element-type KioskSecurityInfo) */
  GPtrArray *keys;              /* (element-type KioskChipKey) */
  KioskLdsDigest active_digest; /* of active authentication by ECDSA; NONE: not said, or unknown */
} KioskSecurityInfos;

/* EF.CardAccess, and what EF.CardSecurity signs: a SET at the top. Infos of unknown protocols are
 * passed over. */
KioskSecurityInfos *kiosk_lds_parse_card_access (GBytes *file, GError **error);
KioskSecurityInfos *kiosk_lds_parse_dg14 (GBytes *dg14, GError **error);
void kiosk_security_infos_free (KioskSecurityInfos *self);
/* (transfer full): the DER SubjectPublicKeyInfo of DG15, the key of active authentication. */
GBytes *kiosk_lds_parse_dg15 (GBytes *dg15, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskSecurityInfos, kiosk_security_infos_free)

G_END_DECLS
