/* One document: the chip's files, its key, and what card.ini says of it. */
#pragma once

#include "person.h"
#include "trust/cms.h"

G_BEGIN_DECLS

typedef struct
{
  X509 *cert;
  KioskSigner signer; /* of documents */
} KioskEmuCountry;

typedef struct
{
  GHashTable *files; /* file identifier → GBytes */
  EVP_PKEY *chip_key;
  GKeyFile *ini;
} KioskEmuDocument;

/* @variety: which face; @today: from which the expiry is counted. */
KioskEmuDocument *
kiosk_emu_document_make (const KioskEmuPerson *person, const KioskEmuCountry *country,
                         GDateTime *today, guint variety, GError **error);
void kiosk_emu_document_free (KioskEmuDocument *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuDocument, kiosk_emu_document_free)

G_END_DECLS
