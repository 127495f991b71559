/* A country that issues documents: its signer, its document signers, and the list of those that it
 * has revoked. ICAO Doc 9303-12. */
#pragma once

#include "trust/cms.h"

G_BEGIN_DECLS

typedef enum
{
  KIOSK_EMU_SIGNER_PLAIN,
  KIOSK_EMU_SIGNER_STRANGE, /* its certificate spells out a curve that is none of the known ones */
  KIOSK_EMU_SIGNER_REVOKED,
  KIOSK_EMU_N_SIGNERS,
} KioskEmuSigner;

typedef struct
{
  X509 *cert;
  EVP_PKEY *key;
  KioskSigner signers[KIOSK_EMU_N_SIGNERS]; /* of documents */
} KioskEmuCountry;

/* Keys are made on the spot; @name is the country signer's common name. */
gboolean kiosk_emu_country_make (const char *name, GDateTime *today, KioskEmuCountry *ret_country,
                                 GError **error);
void kiosk_emu_country_clear (KioskEmuCountry *country);
/* (transfer full): the revocation list, PEM, of @today and good for 90 days. */
char *kiosk_emu_country_crl (const KioskEmuCountry *country, GDateTime *today);
/* (transfer full): @content of @type (dotted) signed by @signer: a CMS SignedData, DER. */
GBytes *kiosk_emu_country_sign (const KioskSigner *signer, const char *type, GBytes *content);

G_END_DECLS
