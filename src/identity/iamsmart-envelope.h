/* The JSON around the content: a request's body, and what an answer or a callback says.
 *
 *   request   {"content":"…"}
 *   answer    {"txID":"…","code":"D00000","message":"…","content":"…" or {…}}
 *   callback  the same, and maybe "secretKey": a content key of its own
 *
 * "msg" stands for "message" in some; the text is never kept: what a person is told comes from the
 * code. Source: public clients of iAM Smart. No state: any thread. */
#pragma once

#include "identity/iamsmart-content.h"

G_BEGIN_DECLS

typedef struct
{
  char *tx_id;       /* (nullable): at most 128 printable ASCII characters */
  char *code;        /* at most 16 bytes; see kiosk_iamsmart_profile_check_code() */
  char *secret_key;  /* (nullable): a callback's own key, wrapped, Base64 */
  char *content;     /* (nullable): sealed, Base64 */
  JsonObject *plain; /* (nullable): content that came as it is, as getKey's does */
} KioskIamsmartAnswer;

void kiosk_iamsmart_answer_free (KioskIamsmartAnswer *self);

/* (transfer full): the exact bytes to sign and send. */
char *kiosk_iamsmart_request_print (const char *content);

/**
 * kiosk_iamsmart_request_parse:
 * @body: (array length=length): whose signature holds
 * @error: %KIOSK_IAMSMART_ERROR_MALFORMED
 *
 * Returns: (transfer full) (nullable): the content, still sealed
 */
char *kiosk_iamsmart_request_parse (const KioskIamsmartProfile *profile, gconstpointer body,
                                    gsize length, GError **error);

/**
 * kiosk_iamsmart_answer_parse:
 * @body: (array length=length): an answer or a callback; members beyond those above are ignored
 * @error: %KIOSK_IAMSMART_ERROR_MALFORMED
 *
 * Returns: (transfer full) (nullable)
 */
KioskIamsmartAnswer *kiosk_iamsmart_answer_parse (const KioskIamsmartProfile *profile,
                                                  gconstpointer body, gsize length, GError **error);

/* (transfer full): what kiosk_iamsmart_answer_parse() reads, for the sandbox. */
char *kiosk_iamsmart_answer_print (const KioskIamsmartAnswer *self, const char *message);

/**
 * kiosk_iamsmart_answer_open:
 * @key: (nullable): the content key that the request went under
 * @kek: (nullable): opens a callback's own key; NULL where none may come
 * @error: what the answer's code asks for; else as of kiosk_iamsmart_content_open(). A callback
 * that its own key does not open is %KIOSK_IAMSMART_ERROR_MALFORMED, whatever the reason: it may
 * come from anybody, and no other key would help
 *
 * Returns: (transfer full) (nullable): the plaintext of a success
 */
KioskSecret *
kiosk_iamsmart_answer_open (const KioskIamsmartProfile *profile, const KioskIamsmartAnswer *self,
                            const KioskIamsmartKey *key, KioskIamsmartKek *kek, gint64 now_ms,
                            GError **error);

/**
 * kiosk_iamsmart_callback_open:
 * @kek: opens the callback's own key
 * @error: %KIOSK_IAMSMART_ERROR_MALFORMED: no key of its own, or it does not open
 *
 * The content of a callback whatever its code says: one that failed says there which request it
 * belongs to. The code is for kiosk_iamsmart_profile_check_code(), afterwards.
 *
 * Returns: (transfer full) (nullable)
 */
KioskSecret *
kiosk_iamsmart_callback_open (const KioskIamsmartProfile *profile, const KioskIamsmartAnswer *self,
                              KioskIamsmartKek *kek, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskIamsmartAnswer, kiosk_iamsmart_answer_free)

G_END_DECLS
