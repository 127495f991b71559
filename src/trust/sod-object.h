/* LDSSecurityObject (ICAO 9303-10, 4.6.2.3): the hashes that a document signer signs. Private to
 * trust. */
#pragma once

#include "trust/pki.h"

G_BEGIN_DECLS

#define KIOSK_SOD_OBJECT_GROUPS 16

typedef struct
{
  const EVP_MD *digest;
  GBytes
    *hashes[KIOSK_SOD_OBJECT_GROUPS + 1]; /* by number of the data group; NULL when not listed */
} KioskSodObject;

void kiosk_sod_object_clear (KioskSodObject *self);
/* Versions 0 and 1; each group at most once; hashes as long as the algorithm gives. */
gboolean
kiosk_sod_object_parse (KioskSodObject *self, const guint8 *der, gsize length, GError **error);
/* Version 0 with SHA-256; @groups as kiosk_sod_create() takes them. */
GBytes *kiosk_sod_object_build (GPtrArray *groups, GError **error);
/* SHA-1 to SHA-512; NULL for others. */
const EVP_MD *kiosk_sod_object_digest (const X509_ALGOR *algorithm);

G_END_DECLS
