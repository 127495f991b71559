#include "../assert-bytes.h"
#include "formats/json.h"

#include <string.h>

static JsonObject *
parse (const char *text, GError **error)
{
  return kiosk_json_parse (text, strlen (text), 4096, error);
}

static void
assert_refused (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = parse (text, &error);

  if (object != NULL)
    g_error ("accepted: %s", text);
  g_assert_error (error, KIOSK_JSON_ERROR, KIOSK_JSON_ERROR_MALFORMED);
}

static void
test_round_trip (void)
{
  static const char *const texts[] = {
    "{}",
    "{\"a\":1,\"b\":[true,false,null,\"x\"],\"c\":{\"d\":-5}}",
    "{\"z\":1,\"a\":2}",
    "{\"max\":9223372036854775807,\"min\":-9223372036854775808}",
    "{\"text\":\"\\\"\\\\ 陳大文\"}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonObject) object = parse (texts[i], &error);
      g_autoptr (GBytes) printed = NULL;

      g_assert_no_error (error);
      printed = kiosk_json_print (object);
      assert_bytes (printed, texts[i], strlen (texts[i]));
    }
}

static void
test_strictness (void)
{
  /* Each of these is either not RFC 8259, or two readers could read it in two ways. */
  static const char *const texts[] = {
    "",
    " ",
    "[]",
    "1",
    "{\"a\":1}x",
    "{\"a\":1,}",
    "{\"a\":[1,]}",
    "{a:1}",
    "{'a':1}",
    "{\"a\":01}",
    "{\"a\":+1}",
    "{\"a\":.5}",
    "{\"a\":1.}",
    "{\"a\":1e}",
    "{\"a\":0x10}",
    "{\"a\":NaN}",
    "{\"a\":1.0}",
    "{\"a\":1e3}",
    "{\"a\":-}",
    "{\"a\":9223372036854775808}",
    "{\"a\":123456789012345678901234567890}",
    "{\"a\":\"\t\"}",
    "{\"a\":\"\\x\"}",
    "{\"a\":\"\\u0000\"}",
    "{\"a\":\"\\ud800\"}",
    "{\"a\":\"\\ud800\\u0041\"}",
    "{\"a\":\"\\udc00\"}",
    "{\"a\":\"\\u12\"}",
    "{\"a\":/* note */1}",
    "{\"a\":1 // note\n}",
    "{\"a\"=1}",
    "{\"a\":1;\"b\":2}",
    "{\"a\":tru}",
    "{\"a\":\"",
    "{\"a\":\"\\",
    "{\"a\"",
    "{",
    "{\"a\":1,\"a\":2}",
    "{\"o\":{\"a\":1,\"a\":1}}",
    "{\"a\":1,\"\\u0061\":2}",
    "{\"a\":\"\xff\"}",
    "\xef\xbb\xbf{}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_refused (texts[i]);
}

/* An object with lists in it, @depth deep in all. */
static char *
nested (guint depth)
{
  GString *text = g_string_new ("{\"a\":");

  for (guint i = 1; i < depth; i++)
    g_string_append_c (text, '[');
  for (guint i = 1; i < depth; i++)
    g_string_append_c (text, ']');
  g_string_append_c (text, '}');
  return g_string_free (text, FALSE);
}

static void
test_bounds (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *deep = nested (32);
  g_autofree char *deeper = nested (33);
  g_autoptr (JsonObject) object = parse (deep, &error);

  g_assert_no_error (error);
  g_assert_nonnull (object);
  assert_refused (deeper);
  g_assert_null (kiosk_json_parse ("{\"a\":1}", 7, 6, &error));
  g_assert_error (error, KIOSK_JSON_ERROR, KIOSK_JSON_ERROR_TOO_BIG);
  g_clear_error (&error);
  g_assert_null (kiosk_json_parse ("{}\0{}", 5, 10, &error));
  g_assert_error (error, KIOSK_JSON_ERROR, KIOSK_JSON_ERROR_MALFORMED);
}

static void
test_getters (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object
    = parse ("{\"s\":\"abc\",\"n\":7,\"l\":[1,2],\"o\":{},\"b\":\"AAEC/w==\"}", &error);
  g_autoptr (GBytes) bytes = NULL;
  gint64 number = 0;

  g_assert_cmpstr (kiosk_json_string (object, "s", 3, &error), ==, "abc");
  g_assert_true (kiosk_json_integer (object, "n", 7, 7, &number, &error));
  g_assert_cmpint (number, ==, 7);
  g_assert_cmpuint (json_array_get_length (kiosk_json_array (object, "l", 2, &error)), ==, 2);
  g_assert_nonnull (kiosk_json_object (object, "o", &error));
  bytes = kiosk_json_bytes (object, "b", 4, &error);
  g_assert_no_error (error);
  assert_bytes (bytes, "\x00\x01\x02\xff", 4);
  g_assert_null (kiosk_json_optional_string (object, "absent", 9, &error));
  g_assert_no_error (error);
}

static void
assert_member_error (GError *error, const char *member)
{
  g_assert_error (error, KIOSK_JSON_ERROR, KIOSK_JSON_ERROR_MEMBER);
  g_assert_nonnull (strstr (error->message, member));
  g_error_free (error);
}

static void
test_wrong_strings (void)
{
  g_autoptr (JsonObject) object = parse ("{\"s\":\"abc\",\"e\":\"\",\"n\":7,\"b\":\"AA=A\"}", NULL);
  GError *error = NULL;

  g_assert_null (kiosk_json_string (object, "absent", 3, &error));
  assert_member_error (g_steal_pointer (&error), "absent");
  g_assert_null (kiosk_json_string (object, "s", 2, &error));
  assert_member_error (g_steal_pointer (&error), "\"s\"");
  g_assert_null (kiosk_json_string (object, "e", 2, &error));
  assert_member_error (g_steal_pointer (&error), "\"e\"");
  g_assert_null (kiosk_json_string (object, "n", 2, &error));
  assert_member_error (g_steal_pointer (&error), "\"n\"");
  g_assert_null (kiosk_json_optional_string (object, "n", 2, &error));
  assert_member_error (g_steal_pointer (&error), "\"n\"");
  g_assert_null (kiosk_json_bytes (object, "b", 9, &error));
  assert_member_error (g_steal_pointer (&error), "\"b\"");
  g_assert_null (kiosk_json_bytes (object, "s", 9, &error));
  assert_member_error (g_steal_pointer (&error), "\"s\"");
}

static void
test_wrong_members (void)
{
  g_autoptr (JsonObject) object = parse ("{\"s\":\"abc\",\"n\":7,\"f\":true,\"l\":[1,2]}", NULL);
  gint64 number = -1;
  GError *error = NULL;

  g_assert_false (kiosk_json_integer (object, "s", 0, 9, &number, &error));
  assert_member_error (g_steal_pointer (&error), "\"s\"");
  g_assert_false (kiosk_json_integer (object, "f", 0, 9, &number, &error));
  assert_member_error (g_steal_pointer (&error), "\"f\"");
  g_assert_false (kiosk_json_integer (object, "n", 0, 6, &number, &error));
  assert_member_error (g_steal_pointer (&error), "\"n\"");
  g_assert_cmpint (number, ==, -1);
  g_assert_null (kiosk_json_array (object, "l", 1, &error));
  assert_member_error (g_steal_pointer (&error), "\"l\"");
  g_assert_null (kiosk_json_array (object, "n", 1, &error));
  assert_member_error (g_steal_pointer (&error), "\"n\"");
  g_assert_null (kiosk_json_object (object, "l", &error));
  assert_member_error (g_steal_pointer (&error), "\"l\"");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/json/prints-what-it-parsed", test_round_trip);
  g_test_add_func ("/formats/json/refuses-what-is-not-rfc-8259", test_strictness);
  g_test_add_func ("/formats/json/refuses-too-big-and-too-deep", test_bounds);
  g_test_add_func ("/formats/json/reads-typed-members", test_getters);
  g_test_add_func ("/formats/json/names-the-wrong-string", test_wrong_strings);
  g_test_add_func ("/formats/json/names-the-wrong-member", test_wrong_members);
  return g_test_run ();
}
