/* Hong Kong's vaccination record and exemption: fields between "|", the last a signature over all
 * that comes before it. The shape is known from public generator code, not from a specification,
 * and no key is public: what such a code says can be shown as *not verifiable here*, never as
 * verified. Wiped when freed. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_HKSARG_PREFIX   "HKSARG|"
#define KIOSK_HKSARG_TEXT_MAX 1024
#define KIOSK_HKSARG_DOSES    3

/* A dose that is not recorded has both NULL; the third-last has no product's name but its code. */
typedef struct
{
  char *date; /* "DD-MM-YYYY" */
  char *product;
} KioskHksargDose;

typedef struct
{
  gboolean exemption; /* MEC, not VAC */
  char *version;
  char *key_version;
  char *reference;
  char *masked_id;                           /* "A123****" */
  char *masked_name;                         /* "CHAN T** M**" */
  KioskHksargDose doses[KIOSK_HKSARG_DOSES]; /* last first */
  gboolean recovered;                        /* the special indicator 001 */
  char *valid_until;                         /* exemption: "DD-MM-YYYY" */
  char *birth;                               /* "DD-MM-YYYY"; NULL when not said */
  gint64 dose_count;                         /* −1 when not said */
  char *printed;                             /* as it stands */
  gsize signed_length; /* bytes of the text that the signature covers, the last "|" among them */
  GBytes *signature;   /* DER; ECDSA by its look */
} KioskHksarg;

/* Errors are of %KIOSK_CODE_ERROR. Returns: (transfer full) (nullable) */
KioskHksarg *kiosk_hksarg_parse (const char *text, gsize length, GError **error);
void kiosk_hksarg_free (KioskHksarg *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskHksarg, kiosk_hksarg_free)

G_END_DECLS
