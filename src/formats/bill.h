/* The number of a demand note: unique without asking anyone, and a slip of the finger shows.
 * KIOSK-COUNTER-CHECK, "0042-00000017-K": the kiosk's id without "k-" in capitals, its counter, and
 * a check character over both (ISO/IEC 7064, MOD 37,36). At most 25 characters, as tag 62-01 of an
 * EMVCo code holds. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_BILL_NUMBER_MAX  25
#define KIOSK_BILL_COUNTER_MAX 99999999

/* (transfer full) (nullable): NULL when @kiosk is not "k-" and 1 … 13 letters and digits, or
 * @counter is larger than fits: the kiosk must be enrolled anew. */
char *kiosk_bill_number (const char *kiosk, guint64 counter);
/* ISO/IEC 7064, MOD 37,36, over the digits and capitals of @text; what else it holds is skipped. */
char kiosk_bill_check (const char *text, gsize length);
/* Whether @number is one of ours and its check character holds. @ret_kiosk: (out) (optional)
 * (transfer full): the kiosk's id; @ret_counter: (out) (optional) */
gboolean kiosk_bill_number_read (const char *number, char **ret_kiosk, guint64 *ret_counter);

G_END_DECLS
