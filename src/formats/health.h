/* The EU Digital COVID Certificate: "HC1:", Base45, zlib, COSE_Sign1, CWT, CBOR (eHealth Network,
 * Technical Specifications volumes 1 and 3; value sets of schema 1.3). trust/health-verify.h judges
 * the signature. Wiped when freed. */
#pragma once

#include "formats/cwt.h"

G_BEGIN_DECLS

#define KIOSK_HEALTH_PREFIX   "HC1:"
#define KIOSK_HEALTH_TEXT_MAX 4096 /* characters, prefix and all */
#define KIOSK_HEALTH_MAX      8    /* entries */

/* Bits, as a signer's extended key usage allows them one by one. */
typedef enum
{
  KIOSK_HEALTH_TEST = 1 << 0,
  KIOSK_HEALTH_VACCINATION = 1 << 1,
  KIOSK_HEALTH_RECOVERY = 1 << 2,
} KioskHealthKind;

/* Codes are of the value sets, as they stand in the certificate. A text that the entry does not
 * have is NULL. Dates are "YYYY-MM-DD", moments RFC 3339. */
typedef struct
{
  KioskHealthKind kind;
  char *disease; /* "840539006" is COVID-19 */
  char *country;
  char *issuer;
  char *id;
  char *date;      /* vaccinated; sampled (a moment); first positive test */
  char *from;      /* recovery: valid from … */
  char *until;     /* … until */
  char *product;   /* vaccine; type of test */
  char *maker;     /* of the vaccine; of the test, if said */
  char *result;    /* test: "260415000" is not detected; may be "" */
  char *centre;    /* test: where; may be "" */
  gint64 dose;     /* vaccination: 1 … */
  gint64 of_doses; /* … of so many */
} KioskHealthEntry;

typedef struct
{
  KioskCwt *token;
  char *version; /* of the schema, "1.3.0" */
  char *family_name;
  char *given_name;
  char *family_name_mrz; /* transliterated as in an MRZ */
  char *given_name_mrz;
  char *birth;        /* "YYYY-MM-DD", "YYYY-MM", "YYYY" or "" */
  guint kinds;        /* KioskHealthKind bits of the entries */
  GPtrArray *entries; /* (element-type KioskHealthEntry): 1 … KIOSK_HEALTH_MAX */
} KioskHealth;

/* Errors are of %KIOSK_CODE_ERROR. Returns: (transfer full) (nullable) */
KioskHealth *kiosk_health_parse (const char *text, gsize length, GError **error);
void kiosk_health_free (KioskHealth *self);

/* Whether what is said can be: born in 1900 or later and before the certificate was issued, and
 * each name with its transliteration. A signature can hold over what cannot be. */
gboolean kiosk_health_is_plausible (const KioskHealth *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskHealth, kiosk_health_free)

G_END_DECLS
