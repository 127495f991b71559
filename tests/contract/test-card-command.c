/* "kioskctl card read" as a technician runs it: no kioskd, one document, one answer. */
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "bench.h"

static Bench bench;

/* What it printed; @key with "--can=" or "--mrz=" before it, @input for its standard input, @more:
 * (nullable): one more option. */
static char *
ask_more (const char *device, const char *profile, const char *key, const char *input,
          const char *more, char **ret_errors, int *ret_status)
{
  g_autofree char *csca = g_build_filename (bench.folder, "csca.pem", NULL);
  g_autofree char *settings = g_build_filename (bench.folder, "kioskd.ini", NULL);
  g_autofree char *text = g_strdup_printf ("[nfc]\ndevice=%s\n[paths]\nreader=%s\nprofiles=%s\n",
                                           device, g_getenv ("READER"), g_getenv ("PROFILES"));
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  char *said = NULL;

  g_assert_true (g_file_set_contents (settings, text, -1, NULL));
  process = g_subprocess_new (
    G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
    &error, g_getenv ("KIOSKCTL"), "card", "read", "--profile", profile, key, "--csca", csca,
    "--settings", settings, "--timeout=60", "--json", more, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, input, NULL, &said, ret_errors, &error));
  g_assert_no_error (error);
  *ret_status = g_subprocess_get_exit_status (process);
  return said;
}

static char *
ask (const char *device, const char *profile, const char *key, const char *input, char **ret_errors,
     int *ret_status)
{
  return ask_more (device, profile, key, input, NULL, ret_errors, ret_status);
}

static JsonObject *
parse (JsonParser *parser, const char *said)
{
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, said, -1, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}

static void
assert_read (const char *device, const char *profile, const char *key, const char *input,
             const char *access)
{
  g_autofree char *errors = NULL;
  int status = 0;
  g_autofree char *said = ask (device, profile, key, input, &errors, &status);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *answer;
  guint passed = 0;
  JsonArray *statements;

  g_test_message ("%s%s", said, errors);
  g_assert_cmpint (status, ==, 0);
  answer = parse (parser, said);
  g_assert_cmpstr (json_object_get_string_member (answer, "profile"), ==, profile);
  g_assert_cmpstr (json_object_get_string_member (answer, "access"), ==, access);
  g_assert_cmpint (json_object_get_int_member (answer, "apdus"), >, 5);
  g_assert_cmpint (json_object_get_int_member (answer, "time_ms"), >, 0);
  g_assert_cmpint (
    json_array_get_int_element (json_object_get_array_member (answer, "data_groups"), 0), ==, 1);
  statements = json_object_get_array_member (answer, "statements");
  for (guint i = 0; i < json_array_get_length (statements); i++)
    if (g_str_equal (
          json_object_get_string_member (json_array_get_object_element (statements, i), "proof"),
          "passed"))
      passed++;
  g_assert_cmpuint (passed, >=, 5);
}

static void
assert_fails (const char *profile, const char *key, const char *why)
{
  g_autofree char *errors = NULL;
  int status = 0;
  g_autofree char *said = ask (bench.device, profile, key, NULL, &errors, &status);

  g_test_message ("%s", errors);
  g_assert_cmpint (status, ==, 1);
  g_assert_cmpstr (said, ==, "");
  g_assert_nonnull (strstr (errors, why));
}

/* "--mrz=KJ0264813,881005,321124" of a card that the emulator made. */
static char *
zone_of (const char *card)
{
  g_autofree char *number = bench_card_value (&bench, card, "person", "document-number");
  g_autofree char *birth = bench_card_value (&bench, card, "person", "birth");
  g_autofree char *expiry = bench_card_value (&bench, card, "person", "expiry");

  return g_strdup_printf ("--mrz=%s,%.2s%.2s%.2s,%.2s%.2s%.2s", number, birth + 2, birth + 5,
                          birth + 8, expiry + 2, expiry + 5, expiry + 8);
}

static void
test_reads (void)
{
  g_autofree char *can = bench_card_value (&bench, "good", "access", "can");
  g_autofree char *option = g_strconcat ("--can=", can, NULL);
  g_autofree char *line = g_strconcat (can, "\n", NULL);
  g_autofree char *fast = g_strconcat (bench.device, ":460800", NULL);
  g_autofree char *zone = zone_of ("passport");

  bench_do (&bench, "place good");
  assert_read (bench.device, "hkid-simulated", option, NULL, "pace-can");
  assert_read (bench.device, "hkid-simulated", "--can=-", line, "pace-can");
  assert_read (fast, "hkid-simulated", option, NULL, "pace-can");
  bench_do (&bench, "remove");
  bench_do (&bench, "place passport");
  assert_read (bench.device, "icao-td3", zone, NULL, "bac");
}

/* What a data group's file on the chip weighs. */
static goffset
weight_of (const char *card, gint64 number)
{
  g_autofree char *name = g_strdup_printf ("%04X.bin", (guint)(0x100 + number));
  g_autofree char *path = g_build_filename (bench.folder, "cards", card, name, NULL);
  GStatBuf about;

  g_assert_cmpint (g_stat (path, &about), ==, 0);
  return about.st_size;
}

static gboolean
has_hash (JsonObject *answer, gint64 number)
{
  JsonArray *statements = json_object_get_array_member (answer, "statements");

  for (guint i = 0; i < json_array_get_length (statements); i++)
    {
      JsonObject *statement = json_array_get_object_element (statements, i);

      if (json_object_get_int_member_with_default (statement, "group", 0) == number)
        return g_str_equal (json_object_get_string_member (statement, "proof"), "passed");
    }
  return FALSE;
}

/* Every group that the document has, by the real reader: its size, its hash, and of DG7 and DG12
 * what they say, but no picture. */
static void
test_details (void)
{
  static const gint64 expected[] = { 1, 2, 7, 11, 12, 14 };
  g_autofree char *zone = zone_of ("jpeg2000");
  g_autofree char *errors = NULL;
  g_autofree char *said = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *answer;
  JsonArray *groups;
  int status = 0;

  bench_do (&bench, "remove");
  bench_do (&bench, "place jpeg2000");
  said = ask (bench.device, "icao-td3", zone, NULL, &errors, &status);
  g_test_message ("%s%s", said, errors);
  g_assert_cmpint (status, ==, 0);
  answer = parse (parser, said);
  groups = json_object_get_array_member (answer, "groups");
  g_assert_cmpuint (json_array_get_length (groups), ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      JsonObject *group = json_array_get_object_element (groups, i);

      g_assert_cmpint (json_object_get_int_member (group, "group"), ==, expected[i]);
      g_assert_cmpint (json_object_get_int_member (group, "bytes"), ==,
                       weight_of ("jpeg2000", expected[i]));
      g_assert_true (has_hash (answer, expected[i]));
    }
  g_assert_cmpstr (json_object_get_string_member (answer, "issuing_authority"), ==,
                   "SIMULATED AUTHORITY");
  g_assert_nonnull (json_object_get_string_member (answer, "issue_date"));
  g_assert_cmpstr (json_object_get_string_member (answer, "portrait"), ==, "decoded");
  g_assert_cmpstr (json_object_get_string_member (answer, "signature"), ==, "image/jpeg");
  g_assert_cmpuint (strlen (said), <, 4096);
}

/* The document is genuine and its portrait is half a picture: said, and no failure. */
static void
test_no_picture (void)
{
  g_autofree char *zone = zone_of ("no-picture");
  g_autofree char *errors = NULL;
  g_autofree char *said = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *answer, *portrait;
  int status = 0;

  bench_do (&bench, "remove");
  bench_do (&bench, "place no-picture");
  said = ask (bench.device, "icao-td3", zone, NULL, &errors, &status);
  g_test_message ("%s%s", said, errors);
  g_assert_cmpint (status, ==, 0);
  answer = parse (parser, said);
  g_assert_true (has_hash (answer, 2));
  g_assert_cmpstr (json_object_get_string_member (answer, "portrait"), ==, "cannot-be-decoded");
  portrait = json_array_get_object_element (json_object_get_array_member (answer, "groups"), 1);
  g_assert_cmpint (json_object_get_int_member (portrait, "group"), ==, 2);
  g_assert_cmpstr (json_object_get_string_member (portrait, "note"), ==, "lds-malformed");
}

/* What is stated of the signer with @more: "passed", or the reason why not. */
static void
assert_revocation (const char *card, const char *more, const char *expected, int expected_status)
{
  g_autofree char *zone = zone_of (card);
  g_autofree char *errors = NULL;
  g_autofree char *said = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonArray *statements;
  guint found = 0;
  int status = 0;

  bench_do (&bench, "remove");
  bench_do (&bench, "place %s", card);
  said = ask_more (bench.device, "icao-td1", zone, NULL, more, &errors, &status);
  g_test_message ("%s%s", said, errors);
  g_assert_cmpint (status, ==, expected_status);
  statements = json_object_get_array_member (parse (parser, said), "statements");
  for (guint i = 0; i < json_array_get_length (statements); i++)
    {
      JsonObject *statement = json_array_get_object_element (statements, i);

      if (!g_str_equal (json_object_get_string_member (statement, "method"), "revocation"))
        continue;
      found++;
      g_assert_cmpstr (json_object_get_string_member_with_default (statement, "reason", "passed"),
                       ==, expected);
    }
  g_assert_cmpuint (found, ==, 1);
}

static void
test_called_back (void)
{
  g_autofree char *list = g_strconcat ("--crl=", bench.folder, "/csca.crl.pem", NULL);
  g_autofree char *none = g_strconcat ("--crl=", bench.folder, "/csca.pem", NULL);
  g_autofree char *errors = NULL;
  g_autofree char *said = NULL;
  int status = 0;

  assert_revocation ("revoked-signer", NULL, "crl-none", 0);
  assert_revocation ("revoked-signer", list, "pa-revoked", 1);
  assert_revocation ("ca", list, "passed", 0);
  said = ask_more (bench.device, "icao-td1", "--can=271828", NULL, none, &errors, &status);
  g_assert_cmpint (status, ==, 1);
  g_assert_nonnull (strstr (errors, "csca.pem: not a list"));
}

static void
test_refusals (void)
{
  g_autofree char *zone = zone_of ("passport");

  bench_do (&bench, "remove");
  bench_do (&bench, "place passport");
  assert_fails ("icao-td3", "--mrz=KJ0264814,881005,321124", "access-denied");
  assert_fails ("hkid-simulated", "--can=123456", "other-document: this is icao-td");
  assert_fails ("icao-td1", zone, "other-document: this is icao-td3");
  assert_fails ("no-such", zone, "reader-fault");
}

/* Nothing of the person comes out. */
static void
test_privacy (void)
{
  g_autofree char *number = bench_card_value (&bench, "passport", "person", "document-number");
  g_autofree char *zone = zone_of ("passport");
  g_autofree char *errors = NULL;
  g_autofree char *said = NULL;
  int status = 0;

  bench_do (&bench, "remove");
  bench_do (&bench, "place passport");
  said = ask (bench.device, "icao-td3", zone, NULL, &errors, &status);
  g_assert_cmpint (status, ==, 0);
  g_assert_null (strstr (said, number));
  g_assert_null (strstr (errors, number));
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  bench_init_matrix (&bench);
  g_test_add_func ("/card/command/reads-by-every-key-at-every-speed", test_reads);
  g_test_add_func ("/card/command/says-of-each-group-what-it-is", test_details);
  g_test_add_func ("/card/command/says-that-a-portrait-cannot-be-shown", test_no_picture);
  g_test_add_func ("/card/command/says-whether-the-signer-was-called-back", test_called_back);
  g_test_add_func ("/card/command/says-why-not-in-one-word", test_refusals);
  g_test_add_func ("/card/command/tells-nothing-of-the-person", test_privacy);
  result = g_test_run ();
  bench_clear (&bench);
  return result;
}
