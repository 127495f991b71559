/* Payment codes as Hong Kong shows them: EMVCo merchant-presented TLV, with the Faster Payment
 * System's account in tag 26 (HKQR). Sub-tags 26-05 and 26-06 are known from public code and
 * samples, not from the clearing house's text. Paying happens in the payer's own application: the
 * kiosk shows what a code says, and writes codes for its demand notes. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_HKQR_TEXT_MAX  512 /* EMVCo's bound */
#define KIOSK_HKQR_NAME_MAX  25  /* characters of a merchant's name, a bill number, a reference */
#define KIOSK_HKQR_CITY_MAX  15
#define KIOSK_HKQR_CENTS_MAX G_GINT64_CONSTANT (999999999999)

/* Texts that are not there are NULL. */
typedef struct
{
  gboolean dynamic; /* for one payment only */
  gboolean is_fps;  /* tag 26 is the Faster Payment System's: one or more of the next four */
  char *bank;       /* clearing code, "003" */
  char *fps_id;
  char *mobile; /* "+852-87654321" */
  char *email;
  gint64 expires_ms; /* Unix milliseconds, −1 when it does not run out */
  gboolean payer_may_edit;
  gint64 amount_cents; /* −1: the payer says how much */
  char *currency;      /* "HKD" or "CNY", else the ISO 4217 number */
  char *country;       /* "HK" */
  char *merchant;
  char *merchant_local; /* in the language of 64-00 */
  char *city;
  char *bill;      /* 62-01: makes it a bill */
  char *reference; /* 62-05 */
} KioskHkqr;

/* Checks the CRC first. Errors are of %KIOSK_CODE_ERROR. Returns: (transfer full) (nullable) */
KioskHkqr *kiosk_hkqr_parse (const char *text, gsize length, GError **error);
void kiosk_hkqr_free (KioskHkqr *self);

/**
 * kiosk_hkqr_text:
 * @self: is_fps, with exactly one of @fps_id, @mobile and @email; @merchant and @city set; all
 *   texts ASCII (a length in characters and one in bytes are then the same); merchant_local NULL
 *
 * Returns: (transfer full) (nullable): NULL when a member cannot be written so
 */
char *kiosk_hkqr_text (const KioskHkqr *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskHkqr, kiosk_hkqr_free)

G_END_DECLS
