/* What a document is made of: the demo's, one flaw each, and the matrix's, one way to open or to
 * prove it each. */
#pragma once

#include "formats/mrz.h"
#include "pace.h"
#include "person.h"

G_BEGIN_DECLS

typedef enum
{
  KIOSK_EMU_FLAW_NONE,
  KIOSK_EMU_FLAW_EXPIRED,         /* the document's expiry is past; its signer is fine */
  KIOSK_EMU_FLAW_CLONED,          /* the chip does not hold the keys that were signed */
  KIOSK_EMU_FLAW_ALTERED_DG1,     /* DG1 is not what was signed */
  KIOSK_EMU_FLAW_ALTERED_SOD,     /* the signature is not the signer's */
  KIOSK_EMU_FLAW_UNKNOWN_COUNTRY, /* signed under a country signer that nobody trusts */
  KIOSK_EMU_FLAW_STRANGE_SIGNER,  /* the signer's certificate spells out a curve of nobody's */
  KIOSK_EMU_FLAW_REVOKED_SIGNER,  /* the country's revocation list names the signer */
  KIOSK_EMU_FLAW_NO_PICTURE,      /* what was signed as the portrait is half a picture */
} KioskEmuFlaw;

typedef enum
{
  KIOSK_EMU_LAYOUT_HKID, /* the simulated identity card: TD1, DG11, DG13, number in the zone */
  KIOSK_EMU_LAYOUT_TD1,  /* ICAO documents by their form */
  KIOSK_EMU_LAYOUT_TD2,
  KIOSK_EMU_LAYOUT_TD3,
} KioskEmuLayout;

typedef enum
{
  KIOSK_EMU_ACTIVE_NONE,
  KIOSK_EMU_ACTIVE_RSA_1024, /* its answer fits in a short one */
  KIOSK_EMU_ACTIVE_RSA_2048,
  KIOSK_EMU_ACTIVE_EC,
} KioskEmuActive;

typedef struct
{
  const char *card; /* the card's name */
  KioskEmuPerson person;
  KioskEmuLayout layout;
  KioskEmuFlaw flaw;
  gboolean open; /* asks for nothing */
  gboolean bac;
  const char *pace;        /* (nullable): protocols as card.ini lists them */
  int chip;                /* domain parameters of the chip's key, 0 … 18; −1: none */
  const char *chip_cipher; /* (nullable): chip authentication with it; NULL: none, if a key's */
  KioskEmuActive active;
  gboolean jpeg2000;       /* DG2's picture */
  gboolean details;        /* DG7 and DG12 */
  gboolean explicit_curve; /* DG14 spells out the curve of the chip's key */
  gboolean short_only;     /* no extended lengths */
  guint16 response;        /* bytes at most, as EF.ATR/INFO says; 0: there is no such file */
} KioskEmuRecipe;

extern const KioskEmuRecipe kiosk_emu_demo_recipes[];
extern const gsize kiosk_emu_n_demo_recipes;
extern const KioskEmuRecipe kiosk_emu_matrix_recipes[];
extern const gsize kiosk_emu_n_matrix_recipes;

G_END_DECLS
