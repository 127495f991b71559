/* Where a relying party asks to be called back: whatever is asked, the simulated core calls nobody
 * but a registered host, by https. */
#include <string.h>

#include "programs/kiosk-sandbox/iam-client.h"

#define TEXT_MAX 4096

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  static char *hosts[] = { (char *)"localhost", (char *)"127.0.0.1", NULL };
  KioskIamClient client
    = { .hosts = hosts, .callbacks = { [KIOSK_IAM_SIGN] = (char *)"/v1/iam/callback/signing" } };
  g_autofree char *text = NULL;
  g_autofree char *callback = NULL;
  g_autoptr (GUri) uri = NULL;

  if (length == 0 || length > TEXT_MAX || memchr (data, '\0', length) != NULL)
    return 0;
  text = g_strndup ((const char *)data, length);
  if (!kiosk_iam_client_knows (&client, text))
    return 0;
  g_assert_true (g_str_has_prefix (text, "https:") || g_ascii_strncasecmp (text, "https:", 6) == 0);
  callback = kiosk_iam_client_callback (&client, text, KIOSK_IAM_SIGN);
  uri = g_uri_parse (callback, G_URI_FLAGS_NONE, NULL);
  g_assert_nonnull (uri);
  g_assert_cmpstr (g_uri_get_scheme (uri), ==, "https");
  g_assert_true (g_strv_contains ((const char *const *)hosts, g_uri_get_host (uri)));
  g_assert_cmpstr (g_uri_get_path (uri), ==, "/v1/iam/callback/signing");
  g_assert_true (kiosk_iam_client_knows (&client, callback));
  return 0;
}
