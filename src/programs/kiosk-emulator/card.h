/* A card as it was personalised: what DIR/cards/NAME holds, read once and never changed. */
#pragma once

#include <glib.h>
#include <openssl/evp.h>

#include "base/secret.h"

G_BEGIN_DECLS

#define KIOSK_EMU_ERROR (kiosk_emu_error_quark ())
GQuark kiosk_emu_error_quark (void);

typedef enum
{
  KIOSK_EMU_ERROR_CARD,    /* a card's folder is not what it should be: personalise again */
  KIOSK_EMU_ERROR_DEVICE,  /* no pseudo-terminal, or the link or socket cannot be made */
  KIOSK_EMU_ERROR_COMMAND, /* the control socket was asked for something it does not know */
} KioskEmuError;

#define KIOSK_EMU_CARD_UID_MAXIMUM 10

typedef struct
{
  gatomicrefcount references;
  char *name;
  char type; /* 'A' or 'B' */
  guint8 uid[KIOSK_EMU_CARD_UID_MAXIMUM];
  gsize uid_length;
  GBytes *historical;   /* of the ATS */
  gboolean extended;    /* the chip takes extended lengths */
  GHashTable *files;    /* file identifier → GBytes; 011C lies in the MF, the rest in the eMRTD */
  KioskSecret *can;     /* (nullable): six digits */
  KioskSecret *mrz_key; /* the MRZ's key fields with their check digits */
  gboolean bac;         /* opens by BAC; otherwise only by PACE */
  int pace_parameter;   /* ICAO 9303-11, 9.5.1: 12 P-256, 13 brainpoolP256r1; 0 no PACE */
  EVP_PKEY *chip_key;   /* (nullable): of chip authentication */
} KioskEmuCard;

/* card.ini, the .bin files and chip.key of @folder; @name is what the control socket calls it. */
KioskEmuCard *kiosk_emu_card_load (const char *folder, const char *name, GError **error);
KioskEmuCard *kiosk_emu_card_ref (KioskEmuCard *self);
void kiosk_emu_card_unref (KioskEmuCard *self);
/* (nullable): the file's content. */
GBytes *kiosk_emu_card_file (const KioskEmuCard *self, guint identifier);
/* (transfer full): answer to select, ISO/IEC 14443-4, 5.2: 256-byte frames, every rate, FWI 13. */
GByteArray *kiosk_emu_card_ats (const KioskEmuCard *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuCard, kiosk_emu_card_unref)

G_END_DECLS
