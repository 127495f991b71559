/* Passive authentication: a document's security object, ICAO Doc 9303-10 and 9303-12. */
#pragma once

#include "trust/cms.h"
#include "trust/signed.h"

G_BEGIN_DECLS

typedef struct _KioskSod KioskSod;

/* @der: EF.SOD with its outer tag 77. Parses CMS SignedData and LDSSecurityObject v0 and v1. */
KioskSod *kiosk_sod_parse (GBytes *der, GError **error);
void kiosk_sod_free (KioskSod *self);

/* (transfer none): signature, chain and revocation are its to judge. */
KioskSigned *kiosk_sod_signed (KioskSod *self);
/* Whether data group @number (1 … 16) is listed, and @content is what it was when signed. */
gboolean kiosk_sod_lists (const KioskSod *self, guint number);
gboolean kiosk_sod_check (KioskSod *self, guint number, GBytes *content, GError **error);

/* Personalisation, for the emulator and tests: signs the hashes of @groups (element-type GBytes,
 * index = number − 1, NULL for absent). */
GBytes *kiosk_sod_create (GPtrArray *groups, const KioskSigner *document_signer, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskSod, kiosk_sod_free)

G_END_DECLS
