/* The invented citizens whose documents the emulator makes, and what is wrong with each document.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  KIOSK_EMU_FLAW_NONE,
  KIOSK_EMU_FLAW_EXPIRED,         /* the document's expiry is past; its signer is fine */
  KIOSK_EMU_FLAW_CLONED,          /* the chip does not hold the key that DG14 promises */
  KIOSK_EMU_FLAW_ALTERED_DG1,     /* DG1 is not what was signed */
  KIOSK_EMU_FLAW_ALTERED_SOD,     /* the signature is not the signer's */
  KIOSK_EMU_FLAW_UNKNOWN_COUNTRY, /* signed under a country signer that nobody trusts */
} KioskEmuFlaw;

typedef struct
{
  const char *card; /* the card's name */
  KioskEmuFlaw flaw;
  int pace; /* the simulated identity card, TD1 by PACE on this curve; 0: a passport, TD3 by BAC */
  const char *document_number;
  const char *hkid; /* letters and digits without the check digit */
  const char *surname;
  const char *given_names;
  const char *chinese;
  const char *birth; /* YYYY-MM-DD */
  const char *sex;
  const char *symbols;
  const char *can;
  guint uid; /* the last three bytes; 08 goes before them */
} KioskEmuPerson;

extern const KioskEmuPerson kiosk_emu_persons[];
extern const gsize kiosk_emu_n_persons;

G_END_DECLS
