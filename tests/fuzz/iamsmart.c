/* What comes from iAM Smart, or from whoever says so. The first byte chooses: an answer, a request,
 * a key's content (text after it), or edits (as in edit.h) of a good sealed content or signature.
 */
#include <openssl/rsa.h>
#include <string.h>

#include "edit.h"
#include "identity/iamsmart-envelope.h"
#include "identity/iamsmart-headers.h"

#define NOW_MS G_GINT64_CONSTANT (1795492800000)
#define PLAIN  "{\"code\":\"made-up\"}"
#define BODY   "{\"content\":\"AAAADA==\"}"

static char method[] = "HmacSHA256";

static KioskIamsmartProfile profile = {
  .method = method,
  .percent = TRUE,
  .window_ms = 300000,
  .nonces_most = 10,
  .text_inside = TRUE,
  .absolute_from_ms = G_GINT64_CONSTANT (1000000000000),
  .rekey_before_ms = 60000,
  .longest_ms = 86400000,
  .content_most = 4096,
};

static void
try_answer (const guint8 *data, gsize length)
{
  g_autoptr (KioskIamsmartAnswer) answer
    = kiosk_iamsmart_answer_parse (&profile, data, length, NULL);
  g_autoptr (KioskIamsmartAnswer) again = NULL;
  g_autofree char *printed = NULL;

  if (answer == NULL)
    return;
  printed = kiosk_iamsmart_answer_print (answer, "");
  again = kiosk_iamsmart_answer_parse (&profile, printed, strlen (printed), NULL);
  g_assert_nonnull (again);
  g_assert_cmpstr (again->code, ==, answer->code);
  g_assert_cmpstr (again->tx_id, ==, answer->tx_id);
  g_assert_cmpstr (again->secret_key, ==, answer->secret_key);
  g_assert_cmpstr (again->content, ==, answer->content);
  g_assert_true ((again->plain == NULL) == (answer->plain == NULL));
}

static void
try_request (const guint8 *data, gsize length)
{
  g_autofree char *content = kiosk_iamsmart_request_parse (&profile, data, length, NULL);
  g_autofree char *printed = NULL;
  g_autofree char *again = NULL;

  if (content == NULL)
    return;
  printed = kiosk_iamsmart_request_print (content);
  again = kiosk_iamsmart_request_parse (&profile, printed, strlen (printed), NULL);
  g_assert_cmpstr (again, ==, content);
}

static void
try_key (const guint8 *data, gsize length)
{
  static EVP_PKEY *rsa = NULL;
  g_autoptr (KioskRandom) random = kiosk_random_new_seeded (4);
  g_autoptr (KioskIamsmartKek) kek = NULL;
  g_autoptr (JsonObject) content = kiosk_json_parse (data, length, 4096, NULL);
  g_autoptr (KioskIamsmartKey) key = NULL;

  if (rsa == NULL)
    rsa = EVP_RSA_gen (2048);
  kek = kiosk_iamsmart_kek_new (&profile, rsa, random, NULL);
  if (content != NULL)
    key = kiosk_iamsmart_key_parse (kek, content, NOW_MS, NULL);
  if (key == NULL)
    return;
  g_assert_cmpuint (kiosk_secret_length (key->bytes), ==, KIOSK_IAMSMART_KEY_LENGTH);
  g_assert_true (key->expires_ms > NOW_MS && key->due_ms <= key->expires_ms);
}

static void
try_content (const guint8 *data, gsize length)
{
  g_autoptr (KioskRandom) random = kiosk_random_new_seeded (4);
  g_autoptr (KioskSecret) bytes = kiosk_secret_new (KIOSK_IAMSMART_KEY_LENGTH);
  g_autoptr (KioskIamsmartKey) key = kiosk_iamsmart_key_new (&profile, bytes, NOW_MS, 60000);
  g_autofree char *good
    = kiosk_iamsmart_content_seal (&profile, key, random, PLAIN, strlen (PLAIN), NOW_MS, NULL);
  g_autoptr (GBytes) whole = g_bytes_new (good, strlen (good) + 1);
  g_autoptr (GBytes) edited = fuzz_edit (whole, data, length);
  g_autofree char *text = g_strndup (g_bytes_get_data (edited, NULL), g_bytes_get_size (edited));
  g_autoptr (KioskSecret) plain = kiosk_iamsmart_content_open (&profile, key, text, NOW_MS, NULL);

  g_assert_true ((plain != NULL) == (strcmp (text, good) == 0));
}

/* All that is signed, a line each; an edit may move the lines' ends too. */
static void
try_headers (const guint8 *data, gsize length)
{
  g_autoptr (KioskRandom) random = kiosk_random_new_seeded (4);
  g_autoptr (KioskSecret) shared = kiosk_secret_new_copy ("fuzz", 4);
  g_autoptr (KioskIamsmartSigner) signer
    = kiosk_iamsmart_signer_new (&profile, "client", shared, random, 0);
  g_autoptr (KioskIamsmartGuard) guard = kiosk_iamsmart_guard_new (&profile, "client", shared, 0);
  g_autoptr (KioskIamsmartHeaders) headers = kiosk_iamsmart_signer_sign (signer, BODY, NOW_MS);
  g_autofree char *good = g_strjoin ("\n", headers->client, headers->method, headers->timestamp,
                                     headers->nonce, headers->signature, BODY, NULL);
  g_autoptr (GBytes) whole = g_bytes_new (good, strlen (good));
  g_autoptr (GBytes) edited = fuzz_edit (whole, data, length);
  g_autofree char *text = g_strndup (g_bytes_get_data (edited, NULL), g_bytes_get_size (edited));
  g_auto (GStrv) lines = g_strsplit (text, "\n", 6);
  KioskIamsmartHeaders came = { 0 };

  if (g_strv_length (lines) != 6)
    return;
  came = (KioskIamsmartHeaders){ lines[0], lines[1], lines[2], lines[3], lines[4] };
  g_assert_true (
    kiosk_iamsmart_guard_check (guard, &came, lines[5], strlen (lines[5]), NOW_MS, NULL)
    == (strcmp (text, good) == 0));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  static void (*const tries[]) (const guint8 *, gsize)
    = { try_answer, try_request, try_key, try_content, try_headers };

  if (length > 0)
    tries[data[0] % G_N_ELEMENTS (tries)](data + 1, length - 1);
  return 0;
}
