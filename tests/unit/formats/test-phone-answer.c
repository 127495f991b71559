/* A phone's answer: only the shape that was agreed is taken, and no message repeats a person. */
#include "formats/phone-answer.h"

#include <string.h>

#define PROFILE(number, check, birth, gender, type)                                                \
  "{\"type\":\"profile\",\"hkid\":\"" number "\",\"check\":\"" check                               \
  "\",\"name\":\"CHAN, TAI MAN\",\"name_chinese\":\"陳大文\",\"birth_date\":\"" birth              \
  "\",\"gender\":\"" gender "\",\"user_type\":\"" type "\"}"

static void
test_profile (void)
{
  const char *json = PROFILE ("A123456", "3", "19860517", "M", "sign");
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskPhoneProfile) profile = kiosk_phone_profile_parse (json, strlen (json), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (profile->number, ==, "A1234563");
  g_assert_cmpstr (profile->name_latin, ==, "CHAN, TAI MAN");
  g_assert_cmpstr (profile->name_chinese, ==, "陳大文");
  g_assert_cmpstr (profile->birth_date, ==, "1986-05-17");
  g_assert_cmpstr (profile->sex, ==, "M");
  g_assert_true (profile->may_sign);
}

static void
test_little (void)
{
  const char *json = "{\"type\":\"profile\",\"hkid\":\"CA182361\",\"check\":\"1\",\"name\":\"X\","
                     "\"birth_date\":\"20000229\",\"user_type\":\"basic\"}";
  g_autoptr (KioskPhoneProfile) profile = kiosk_phone_profile_parse (json, strlen (json), NULL);

  g_assert_cmpstr (profile->number, ==, "CA1823611");
  g_assert_null (profile->name_chinese);
  g_assert_null (profile->sex);
  g_assert_false (profile->may_sign);
}

static void
test_refused (void)
{
  static const char *const wrong[] = {
    "",
    "[]",
    "{\"type\":\"signature\"}",
    PROFILE ("A12345", "3", "19860517", "M", "sign"),
    PROFILE ("A1234567", "3", "19860517", "M", "sign"),
    PROFILE ("a123456", "3", "19860517", "M", "sign"),
    PROFILE ("A123456", "B", "19860517", "M", "sign"),
    PROFILE ("A123456", "3", "19860231", "M", "sign"),
    PROFILE ("A123456", "3", "1986051", "M", "sign"),
    PROFILE ("A123456", "3", "19860517", "?", "sign"),
    PROFILE ("A123456", "3", "19860517", "M", "officer"),
    "{\"type\":\"profile\",\"hkid\":\"A123456\",\"check\":\"3\",\"birth_date\":\"19860517\","
    "\"user_type\":\"basic\"}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (kiosk_phone_profile_parse (wrong[i], strlen (wrong[i]), &error));
      g_assert_error (error, KIOSK_PHONE_ANSWER_ERROR, KIOSK_PHONE_ANSWER_ERROR_MALFORMED);
      g_assert_null (strstr (error->message, "A12345"));
      g_assert_null (strstr (error->message, "1986"));
    }
}

static void
test_too_long (void)
{
  g_autofree char *name = g_strnfill (401, 'X');
  g_autofree char *json
    = g_strdup_printf ("{\"type\":\"profile\",\"hkid\":\"A123456\",\"check\":\"3\",\"name\":\"%s\","
                       "\"birth_date\":\"19860517\",\"user_type\":\"basic\"}",
                       name);

  g_assert_null (kiosk_phone_profile_parse (json, strlen (json), NULL));
}

static void
test_signature (void)
{
  const char *json
    = "{\"type\":\"signature\",\"algorithm\":\"SHA256withRSA\",\"signature\":\"AAEC\","
      "\"certificate\":\"MAA=\",\"timestamp_ms\":1795500000000,"
      "\"digest\":\"AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}";
  g_autoptr (KioskPhoneSignature) signature
    = kiosk_phone_signature_parse (json, strlen (json), NULL);
  g_autoptr (GBytes) printed = kiosk_phone_signature_print (signature);

  g_assert_cmpint (signature->signed_ms, ==, G_GINT64_CONSTANT (1795500000000));
  g_assert_cmpint (signature->digest[2], ==, 3);
  g_assert_cmpmem (g_bytes_get_data (printed, NULL), (int)g_bytes_get_size (printed), json,
                   (int)strlen (json));
}

static void
test_signature_refused (void)
{
  static const char *const wrong[] = {
    "{\"type\":\"profile\"}",
    "{\"type\":\"signature\",\"algorithm\":\"SHA256withRSA\",\"signature\":\"AAEC\","
    "\"certificate\":\"MAA=\",\"timestamp_ms\":1,\"digest\":\"AQID\"}",
    "{\"type\":\"signature\",\"algorithm\":\"SHA256withRSA\",\"signature\":\"A\","
    "\"certificate\":\"MAA=\",\"timestamp_ms\":1,"
    "\"digest\":\"AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}",
    "{\"type\":\"signature\",\"algorithm\":\"SHA256withRSA\",\"signature\":\"AAEC\","
    "\"certificate\":\"MAA=\",\"timestamp_ms\":-1,"
    "\"digest\":\"AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_null (kiosk_phone_signature_parse (wrong[i], strlen (wrong[i]), NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/phone-answer/names-a-person", test_profile);
  g_test_add_func ("/formats/phone-answer/leaves-out-what-is-not-said", test_little);
  g_test_add_func ("/formats/phone-answer/refuses-every-other-shape", test_refused);
  g_test_add_func ("/formats/phone-answer/refuses-a-name-without-end", test_too_long);
  g_test_add_func ("/formats/phone-answer/carries-a-signature", test_signature);
  g_test_add_func ("/formats/phone-answer/refuses-half-a-signature", test_signature_refused);
  return g_test_run ();
}
