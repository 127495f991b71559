/* One document: the chip's files, its keys, and what card.ini says of it. */
#pragma once

#include "country.h"
#include "recipe.h"

G_BEGIN_DECLS

typedef struct
{
  GHashTable *files;    /* file identifier, or KIOSK_EMU_CARD_SECURITY → GBytes */
  EVP_PKEY *chip_key;   /* (nullable) */
  EVP_PKEY *active_key; /* (nullable) */
  GKeyFile *ini;
} KioskEmuDocument;

/* @number: which face, and the last of the UID; @today: from which the expiry is counted. */
KioskEmuDocument *
kiosk_emu_document_make (const KioskEmuRecipe *recipe, const KioskEmuCountry *country,
                         GDateTime *today, guint number, GError **error);
void kiosk_emu_document_free (KioskEmuDocument *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuDocument, kiosk_emu_document_free)

G_END_DECLS
