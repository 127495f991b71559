/* A ticket ties a phone to the person it was given to, once: "KT1:" and Base45 of a deterministic
 * CBOR map. It names no person and carries no signature: its 16 random bytes are looked up where it
 * was issued, which strikes it out. About 100 characters, so that its code is coarse. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_TICKET_PREFIX   "KT1:"
#define KIOSK_TICKET_TEXT_MAX 256 /* characters, prefix and all */
#define KIOSK_TICKET_SECRET   16  /* bytes */

typedef struct
{
  char *issuer;                       /* 1 (iss): the kiosk, "k-0042" */
  gint64 expires_ms;                  /* 4 (exp), Unix milliseconds */
  guint8 secret[KIOSK_TICKET_SECRET]; /* 7 (cti), random */
  char *purpose;                      /* -70006: "bind-phone", "sign" */
} KioskTicket;

/* (transfer full) */
char *kiosk_ticket_text (const KioskTicket *self);
/* Errors are of %KIOSK_CODE_ERROR. Returns: (transfer full) (nullable) */
KioskTicket *kiosk_ticket_parse (const char *text, gsize length, GError **error);
/* Wipes it: who holds the secret is taken for the person. */
void kiosk_ticket_free (KioskTicket *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskTicket, kiosk_ticket_free)

G_END_DECLS
