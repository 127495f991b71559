#include "identity/iamsmart-profile.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/settings.h"
#include "iamsmart-fixture.h"

static void
test_paths_are_those_of_public_clients (void)
{
  g_autoptr (KioskIamsmartProfile) profile = shipped_profile ();

  g_assert_cmpstr (profile->paths[KIOSK_IAMSMART_GET_KEY], ==, "/api/v1/security/getKey");
  g_assert_cmpstr (profile->paths[KIOSK_IAMSMART_REVOKE_KEY], ==, "/api/v1/security/revokeKey");
  g_assert_cmpstr (profile->paths[KIOSK_IAMSMART_GET_QR], ==, "/api/v1/auth/getQR");
  g_assert_cmpstr (profile->paths[KIOSK_IAMSMART_GET_TOKEN], ==, "/api/v1/auth/getToken");
  g_assert_cmpstr (profile->paths[KIOSK_IAMSMART_ANONYMOUS_PDF_SIGNING_RESULT], ==,
                   "/api/v1/anonymous/pdfsigning/getResult");
  g_assert_cmpstr (profile->method, ==, "HmacSHA256");
}

static void
test_each_code_has_one_next_action (void)
{
  static const struct
  {
    const char *code;
    KioskIamsmartError action;
  } table[] = {
    { "D20001", KIOSK_IAMSMART_ERROR_OPERATOR },    { "D20006", KIOSK_IAMSMART_ERROR_OPERATOR },
    { "D20008", KIOSK_IAMSMART_ERROR_OPERATOR },    { "D20011", KIOSK_IAMSMART_ERROR_OPERATOR },
    { "M20012", KIOSK_IAMSMART_ERROR_OPERATOR },    { "M20015", KIOSK_IAMSMART_ERROR_OPERATOR },
    { "D30002", KIOSK_IAMSMART_ERROR_REKEY },       { "D30004", KIOSK_IAMSMART_ERROR_REKEY },
    { "D40000", KIOSK_IAMSMART_ERROR_ASK_AGAIN },   { "D40001", KIOSK_IAMSMART_ERROR_ASK_AGAIN },
    { "D40003", KIOSK_IAMSMART_ERROR_ASK_AGAIN },   { "D40004", KIOSK_IAMSMART_ERROR_START_OVER },
    { "M50003", KIOSK_IAMSMART_ERROR_START_OVER },  { "D60001", KIOSK_IAMSMART_ERROR_START_OVER },
    { "D70001", KIOSK_IAMSMART_ERROR_START_OVER },  { "D70004", KIOSK_IAMSMART_ERROR_TELL_PERSON },
    { "D70005", KIOSK_IAMSMART_ERROR_TELL_PERSON }, { "D80002", KIOSK_IAMSMART_ERROR_ASK_AGAIN },
  };
  g_autoptr (KioskIamsmartProfile) profile = shipped_profile ();

  g_assert_true (kiosk_iamsmart_profile_check_code (profile, "D00000", NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (kiosk_iamsmart_profile_check_code (profile, table[i].code, &error));
      g_assert_error (error, KIOSK_IAMSMART_ERROR, (int)table[i].action);
      g_assert_true (g_str_has_prefix (error->message, table[i].code));
    }
}

static void
test_an_unknown_code_is_for_the_operator (void)
{
  static const char *const codes[] = { "D99999", "X40001", "M00000", "D10000" };
  g_autoptr (KioskIamsmartProfile) profile = shipped_profile ();

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (kiosk_iamsmart_profile_check_code (profile, codes[i], &error));
      g_assert_error (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_OPERATOR);
    }
}

static void
test_what_has_not_the_shape_of_a_code_is_not_repeated (void)
{
  static const char *const codes[]
    = { "", "D", "D0000", "D000000", "d00000", "D0000x", "CHAN TAI MAN", "D 0000", "D+0000" };
  g_autoptr (KioskIamsmartProfile) profile = shipped_profile ();

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (kiosk_iamsmart_profile_check_code (profile, codes[i], &error));
      g_assert_error (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_MALFORMED);
      g_assert_true (strlen (codes[i]) < 5 || strstr (error->message, codes[i]) == NULL);
    }
}

/* Loads the shipped files with @from replaced by @to in @file. */
static gboolean
loads_with (const char *file, const char *from, const char *to, GError **error)
{
  static const char *const names[] = { "iamsmart.ini", "iamsmart-codes.ini" };
  g_autofree char *folder = g_dir_make_tmp ("kiosk-iamsmart-XXXXXX", NULL);
  g_autoptr (KioskIamsmartProfile) profile = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *source = g_build_filename (g_getenv ("KIOSK_IDENTITY_DATA"), names[i], NULL);
      g_autofree char *target = g_build_filename (folder, names[i], NULL);
      g_autofree char *text = NULL;
      GString *edited = NULL;

      g_assert_true (g_file_get_contents (source, &text, NULL, NULL));
      edited = g_string_new (text);
      if (strcmp (names[i], file) == 0)
        g_assert_cmpuint (g_string_replace (edited, from, to, 1), ==, 1);
      g_assert_true (g_file_set_contents (target, edited->str, -1, NULL));
      g_string_free (edited, TRUE);
    }
  profile = kiosk_iamsmart_profile_load (folder, error);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *target = g_build_filename (folder, names[i], NULL);

      g_unlink (target);
    }
  g_rmdir (folder);
  return profile != NULL;
}

static void
test_a_file_of_another_shape_is_refused (void)
{
  static const struct
  {
    const char *file, *from, *to;
  } edits[] = {
    { "iamsmart.ini", "padding=pkcs1", "padding=none" },
    { "iamsmart.ini", "padding=pkcs1\n", "" },
    { "iamsmart.ini", "encoding=url", "encoding=hex" },
    { "iamsmart.ini", "window-ms=300000", "window-ms=0" },
    { "iamsmart.ini", "text-inside=true", "text-inside=maybe" },
    { "iamsmart.ini", "[content]", "[contents]" },
    { "iamsmart.ini", "get-qr=/api/v1/auth/getQR", "get-qr=//elsewhere.example/getQR" },
    { "iamsmart.ini", "get-qr=/api/v1/auth/getQR", "get-qr=/api/../getQR" },
    { "iamsmart.ini", "get-qr=", "get-code=" },
    { "iamsmart-codes.ini", "30002=rekey;", "30002=shrug;" },
    { "iamsmart-codes.ini", "30002=rekey;public;", "30002=rekey;rumour;" },
    { "iamsmart-codes.ini", "30002=rekey;public;the content key has expired", "30002=rekey" },
    { "iamsmart-codes.ini", "30002=", "3002=" },
    { "iamsmart-codes.ini", "30002=", "D30002=" },
    { "iamsmart-codes.ini", "letters=DM", "letters=dm" },
    { "iamsmart-codes.ini", "success=D00000", "success=0" },
    { "iamsmart-codes.ini", "success=D00000", "success=X00000" },
    { "iamsmart-codes.ini", "success=D00000", "succes=D00000" },
    { "iamsmart-codes.ini", "[codes]", "[code]" },
    { "iamsmart-codes.ini", "[table]", "[more]\na=b\n[table]" },
  };
  g_autoptr (GError) none = NULL;

  g_assert_true (loads_with ("iamsmart.ini", "padding=pkcs1", "padding=oaep-sha256", &none));
  g_assert_no_error (none);
  for (gsize i = 0; i < G_N_ELEMENTS (edits); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (loads_with (edits[i].file, edits[i].from, edits[i].to, &error));
      g_assert_nonnull (error);
      g_assert_true (error->domain == KIOSK_SETTINGS_ERROR);
      g_assert_nonnull (strstr (error->message, edits[i].file));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/iamsmart/profile/paths-are-those-of-public-clients",
                   test_paths_are_those_of_public_clients);
  g_test_add_func ("/iamsmart/profile/each-code-has-one-next-action",
                   test_each_code_has_one_next_action);
  g_test_add_func ("/iamsmart/profile/an-unknown-code-is-for-the-operator",
                   test_an_unknown_code_is_for_the_operator);
  g_test_add_func ("/iamsmart/profile/what-has-not-the-shape-of-a-code-is-not-repeated",
                   test_what_has_not_the_shape_of_a_code_is_not_repeated);
  g_test_add_func ("/iamsmart/profile/a-file-of-another-shape-is-refused",
                   test_a_file_of_another_shape_is_refused);
  return g_test_run ();
}
