/* A card as it was personalised: what DIR/cards/NAME holds, read once and never changed. */
#pragma once

#include <glib.h>
#include <openssl/evp.h>

#include "base/secret.h"
#include "pace.h"
#include "radio.h"

G_BEGIN_DECLS

#define KIOSK_EMU_ERROR (kiosk_emu_error_quark ())
GQuark kiosk_emu_error_quark (void);

typedef enum
{
  KIOSK_EMU_ERROR_CARD,    /* a card's folder is not what it should be: personalise again */
  KIOSK_EMU_ERROR_DEVICE,  /* no pseudo-terminal, or the link or socket cannot be made */
  KIOSK_EMU_ERROR_COMMAND, /* the control socket was asked for something it does not know */
} KioskEmuError;

#define KIOSK_EMU_CARD_PACE_MAXIMUM 4
/* Files of the master file; the rest lie in the application. 011C is EF.CardAccess, 2F01
 * EF.ATR/INFO; EF.CardSecurity
 * is 011D there and EF.SOD 011D in the application, so one needs another name. */
#define KIOSK_EMU_CARD_SECURITY 0x1011d
#define KIOSK_EMU_ATR_INFO      0x2f01

/* A key of a staff card's, and the certificate that goes with it. */
typedef struct
{
  EVP_PKEY *key; /* NULL: there is none */
  GBytes *certificate;
  gboolean wants_pin; /* and nothing here can give it one */
} KioskEmuPivSlot;

typedef struct
{
  gatomicrefcount references;
  char *name;
  KioskEmuRadio radio;
  GHashTable *files;    /* file identifier, or KIOSK_EMU_CARD_SECURITY → GBytes */
  KioskSecret *can;     /* (nullable): six digits */
  KioskSecret *mrz_key; /* the MRZ's key fields with their check digits */
  gboolean open;        /* asks for nothing: every file may be read */
  gboolean bac;         /* opens by BAC */
  KioskEmuPaceProtocol pace[KIOSK_EMU_CARD_PACE_MAXIMUM];
  gsize n_pace;
  EVP_PKEY *chip_key; /* (nullable): of chip authentication, and of PACE's chip mapping */
  gboolean chip_authentication;
  KioskEmuCipher chip_cipher;
  EVP_PKEY *active_key; /* (nullable): of active authentication */
  gboolean piv;         /* a staff card: it has none of the above, but these two */
  KioskEmuPivSlot piv_9a, piv_9e;
} KioskEmuCard;

/* card.ini, the .bin files, chip.key and active.key of @folder, or 9A.key, 9A.der, 9E.key and
 * 9E.der; @name is what the control socket calls it. @changes: (nullable): "KEY=VALUE" of radio.h,
 * over what card.ini says. */
KioskEmuCard *kiosk_emu_card_load (const char *folder, const char *name, const char *const *changes,
                                   GError **error);
/* "KEY=VALUE" of radio.h, NULL at the end; nothing is changed by a NULL. */
gboolean kiosk_emu_card_change (KioskEmuCard *self, const char *const *changes, GError **error);
/* A card without files that opens by nothing: for whoever fills it himself. */
KioskEmuCard *kiosk_emu_card_new (const char *name);
KioskEmuCard *kiosk_emu_card_ref (KioskEmuCard *self);
void kiosk_emu_card_unref (KioskEmuCard *self);
/* (nullable): the file's content. */
GBytes *kiosk_emu_card_file (const KioskEmuCard *self, guint identifier);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuCard, kiosk_emu_card_unref)

G_END_DECLS
