/* The content key (CEK) and its life: what getKey answers, when it ends, when to fetch the next.
 * Time comes from outside, in Unix milliseconds. Immutable: any thread. */
#pragma once

#include "formats/json.h"
#include "identity/iamsmart-kek.h"

G_BEGIN_DECLS

typedef struct
{
  KioskSecret *bytes; /* 32 */
  gint64 issued_ms;
  gint64 expires_ms;
  gint64 due_ms; /* from here on the next one should be fetched */
} KioskIamsmartKey;

/**
 * kiosk_iamsmart_key_new:
 * @bytes: 32, a reference is taken
 * @lifetime_ms: 1 or more
 *
 * Due rekey-before-ms before its end, but not before two thirds of a short life: a key that is due
 * from the start would be fetched for ever.
 *
 * Returns: (transfer full)
 */
KioskIamsmartKey *kiosk_iamsmart_key_new (const KioskIamsmartProfile *profile, KioskSecret *bytes,
                                          gint64 issued_ms, gint64 lifetime_ms);
void kiosk_iamsmart_key_free (KioskIamsmartKey *self);

/**
 * kiosk_iamsmart_key_parse:
 * @content: the "content" of getKey's answer: secretKey, issueAt, expiresIn, maybe pubKey
 * @error: %KIOSK_IAMSMART_ERROR_MALFORMED; _REKEY as of kiosk_iamsmart_kek_unwrap(); _CLOCK: issued
 *   in a time outside the window, or already over; _OPERATOR: wrapped to another key than ours
 *
 * expiresIn is a duration, or from absolute-from-ms on a moment; both are seen in public. A life
 * longer than longest-ms ends there.
 *
 * Returns: (transfer full) (nullable)
 */
KioskIamsmartKey *kiosk_iamsmart_key_parse (KioskIamsmartKek *kek, JsonObject *content,
                                            gint64 now_ms, GError **error);

/* (transfer full) (nullable): what kiosk_iamsmart_key_parse() reads, for the sandbox. Errors as of
 * kiosk_iamsmart_wrap(). */
JsonObject *
kiosk_iamsmart_key_print (const KioskIamsmartProfile *profile, const KioskIamsmartKey *self,
                          EVP_PKEY *public_key, GError **error);

gboolean kiosk_iamsmart_key_is_due (const KioskIamsmartKey *self, gint64 now_ms);
/* %KIOSK_IAMSMART_ERROR_REKEY from its last millisecond on. */
gboolean kiosk_iamsmart_key_check (const KioskIamsmartKey *self, gint64 now_ms, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskIamsmartKey, kiosk_iamsmart_key_free)

G_END_DECLS
