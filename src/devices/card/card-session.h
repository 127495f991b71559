/* A card that has been found: commands go in plain or under secure messaging (private). */
#pragma once

#include "base/random.h"
#include "base/secret.h"
#include "devices/card/card-channel.h"
#include "devices/card/card-sm.h"

G_BEGIN_DECLS

typedef struct
{
  KioskCardChannel *channel;
  KioskRandom *random;
  KioskCardSm *sm; /* owned; NULL: plain */
  guint apdus;
  gsize command_max; /* bytes that pass towards the card */
  guint le;          /* what the last read could ask for; falls on a ladder if a chip refuses it */
  gboolean no_sfi;   /* the chip wants SELECT before READ BINARY */
  gboolean head_first; /* the chip gives nothing when asked for more than the file has */
  gboolean extended;   /* chip and channel take commands in extended form, as far as is known */
  void (*tick) (gpointer data); /* before each command; nullable */
  gpointer tick_data;
} KioskCardSession;

void
kiosk_card_session_init (KioskCardSession *self, KioskCardChannel *channel, KioskRandom *random);
void kiosk_card_session_clear (KioskCardSession *self);
/* What passes to and from this card, and whether its historical bytes speak against extended form;
 * if they do not, the first read tries it. */
void kiosk_card_session_meet (KioskCardSession *self, const KioskCardTarget *target);
/* What the chip says of itself: @command_max bytes of a command, @le of data in extended form. */
void kiosk_card_session_bound (KioskCardSession *self, gsize command_max, guint le);
/* The card was activated anew: no keys, but what was learned of its habits is kept. */
void kiosk_card_session_restart (KioskCardSession *self);
/* Takes @sm; NULL goes back to plain. */
void kiosk_card_session_secure (KioskCardSession *self, KioskCardSm *sm);

gboolean kiosk_card_session_takes_extended (const KioskCardSession *self);
/* Shorter reads from now on; FALSE: there are none shorter. */
gboolean kiosk_card_session_lower (KioskCardSession *self);

/* One exchange; any status word is a result. @ret_data: emptied first. */
gboolean kiosk_card_session_send (KioskCardSession *self, const KioskApdu *apdu,
                                  GByteArray *ret_data, guint16 *ret_sw, GError **error);

gboolean
kiosk_card_session_select_application (KioskCardSession *self, guint16 *ret_sw, GError **error);

/* Called as bytes arrive: @total is known from the first answer on. */
typedef void (*KioskCardFileProgress) (gpointer data, gsize done, gsize total);

/* A file on its way in; it outlives a session. */
typedef struct
{
  guint16 id;
  GByteArray *bytes; /* what has come */
  gsize total;       /* 0: not known yet */
} KioskCardFile;

void kiosk_card_file_init (KioskCardFile *self, guint16 id);
void kiosk_card_file_clear (KioskCardFile *self);

/**
 * kiosk_card_session_continue_file:
 * @file: new, or what an earlier session of the same card left
 * @maximum: bytes; a larger one is %KIOSK_CARD_ERROR_LDS_TOO_BIG
 * @error: %KIOSK_CARD_ERROR_ACCESS_PROTOCOL: the chip refuses to read it
 * @ret_found: FALSE when there is no such file
 *
 * Reads by short identifier, by offset after it, by odd READ BINARY past 7FFF. What has come before
 * an error stays in @file.
 */
gboolean kiosk_card_session_continue_file (KioskCardSession *self, KioskCardFile *file,
                                           gsize maximum, KioskCardFileProgress progress,
                                           gpointer data, gboolean *ret_found, GError **error);

/**
 * kiosk_card_session_read_file:
 * @file: an identifier, 0100 … 01FF
 * @ret_file: (out) (transfer full): one BER-TLV object, no padding; NULL when there is no such file
 *
 * The whole file in one session; otherwise as above.
 */
gboolean kiosk_card_session_read_file (KioskCardSession *self, guint16 file, gsize maximum,
                                       KioskCardFileProgress progress, gpointer data,
                                       GBytes **ret_file, GError **error);

G_END_DECLS
