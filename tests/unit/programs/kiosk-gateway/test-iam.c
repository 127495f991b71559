/* Sessions of iAM Smart without a network: their table, what is stored of them, what is sealed. */
#include "formats/json.h"
#include "programs/kiosk-gateway/iam-seal.h"
#include "programs/kiosk-gateway/store.h"
#include "trust/cms.h"
#include <glib/gstdio.h>
#include <string.h>

#define NOW_MS  G_GINT64_CONSTANT (1790000000000)
#define DAY_MS  (G_GINT64_CONSTANT (24) * 3600 * 1000)
#define N_PAIRS (KIOSK_GATEWAY_IAM_N_STAGES * KIOSK_GATEWAY_IAM_N_EVENTS)

typedef struct
{
  char *folder;
  KioskRandom *random;
  KioskGatewayStore *store;
  KioskGatewayDatabase *database;
  KioskGatewayIamSettings *settings;
  EVP_PKEY *kiosk_key;
  X509 *kiosk_cert;
} Fixture;

static void
file_put (const Fixture *f, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
wire_put (const Fixture *f, const char *name)
{
  g_autofree char *from
    = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "..", "data", "identity", name, NULL);
  g_autofree char *text = NULL;
  g_assert_true (g_file_get_contents (from, &text, NULL, NULL));
  file_put (f, name, text);
}

static void
settings_make (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EVP_PKEY) kek = EVP_RSA_gen (2048);
  g_autofree char *key_path = g_build_filename (f->folder, "kek.key", NULL);
  g_autofree char *pem = kiosk_pki_cert_to_pem (f->kiosk_cert);
  kiosk_pki_key_save (kek, key_path, &error);
  g_assert_no_error (error);
  file_put (f, "iam.ini", "[iamsmart]\nclient=test-client\n");
  file_put (f, "secret", "0123456789abcdef0123456789abcdef\n");
  file_put (f, "ca.pem", pem);
  wire_put (f, "iamsmart.ini");
  wire_put (f, "iamsmart-codes.ini");
  f->settings = kiosk_gateway_iam_settings_load (f->folder, "https://localhost:1", &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  const KioskCertTemplate template = { .role = KIOSK_CERT_KIOSK,
                                       .common_name = "k-one",
                                       .not_before_ms = NOW_MS - DAY_MS,
                                       .not_after_ms = NOW_MS + DAY_MS };
  g_autoptr (GError) error = NULL;
  f->folder = g_dir_make_tmp ("iam-XXXXXX", &error);
  f->random = kiosk_random_new_seeded (4);
  f->kiosk_key = kiosk_pki_key_new (&error);
  f->kiosk_cert = kiosk_pki_issue (&template, f->kiosk_key, NULL, f->kiosk_key, &error);
  g_assert_no_error (error);
  settings_make (f);
  g_autofree char *uri = g_strdup_printf ("sqlite:%s/gateway.db", f->folder);
  f->store = kiosk_gateway_store_open (uri, f->random, &error);
  g_assert_no_error (error);
  f->database = kiosk_gateway_store_database (f->store);
  g_assert_true (kiosk_gateway_store_begin (f->store, NULL));
  static const char *const kiosks[] = { "k-one", "k-two" };
  for (gsize i = 0; i < G_N_ELEMENTS (kiosks); i++)
    g_assert_true (kiosk_gateway_database_run (
      f->database, NULL, "INSERT INTO kiosks (id, enrolled_ms) VALUES (?, 0)", "s", kiosks[i]));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  kiosk_gateway_store_close (f->store);
  kiosk_gateway_iam_settings_free (f->settings);
  X509_free (f->kiosk_cert);
  EVP_PKEY_free (f->kiosk_key);
  kiosk_random_unref (f->random);
  static const char *const names[] = { "gateway.db", "kek.key",      "iam.ini",           "secret",
                                       "ca.pem",     "iamsmart.ini", "iamsmart-codes.ini" };
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (f->folder, names[i], NULL);
      g_unlink (path);
    }
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
}

/* What may follow what, said a second time and in other words. */
static void
test_table (void)
{
  static const char *const allowed[] = {
    "opening code waiting",    "opening fail gone",    "opening due gone",
    "waiting approved asking", "waiting result done",  "waiting fail failed",
    "waiting ask checking",    "waiting due failed",   "asking promised promised",
    "checking result done",    "checking fail failed", "checking due failed",
    "checking left gone",      "asking result done",   "asking fail failed",
    "asking due failed",       "promised result done", "promised fail failed",
    "promised due failed",     "done due gone",        "failed due gone",
    "opening left gone",       "waiting left gone",    "asking left gone",
    "promised left gone",      "done left gone",       "failed left gone",
    "gone left gone",
  };
  const KioskFlowTable *table = kiosk_gateway_iam_table ();
  guint seen = 0;
  for (guint pair = 0; pair < N_PAIRS; pair++)
    {
      KioskGatewayIamStage stage = pair / KIOSK_GATEWAY_IAM_N_EVENTS, next;
      KioskGatewayIamEvent event = pair % KIOSK_GATEWAY_IAM_N_EVENTS;
      if (!kiosk_gateway_iam_follow (stage, event, &next))
        continue;
      g_autofree char *row = g_strdup_printf ("%s %s %s", table->states[stage],
                                              table->events[event], table->states[next]);
      gboolean known = FALSE;
      for (gsize i = 0; i < G_N_ELEMENTS (allowed); i++)
        known |= strcmp (allowed[i], row) == 0;
      g_test_message ("%s", row);
      g_assert_true (known);
      seen++;
    }
  g_assert_cmpuint (seen, ==, G_N_ELEMENTS (allowed));
}

/* No stage but the last is one that time does not end. */
static void
test_time_ends_every_stage (void)
{
  for (KioskGatewayIamStage stage = 0; stage < KIOSK_GATEWAY_IAM_GONE; stage++)
    {
      KioskGatewayIamStage at = stage;
      guint steps = 0;
      while (at != KIOSK_GATEWAY_IAM_GONE && steps++ < KIOSK_GATEWAY_IAM_N_STAGES)
        g_assert_true (kiosk_gateway_iam_follow (at, KIOSK_GATEWAY_IAM_EV_DUE, &at));
      g_assert_cmpint (at, ==, KIOSK_GATEWAY_IAM_GONE);
    }
}

static KioskGatewayIamSession
session_new (Fixture *f, const char *id, const char *kiosk)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *state = g_strconcat ("state-", id, NULL);
  g_autofree char *business = g_strconcat ("business-", id, NULL);
  const KioskGatewayIamHeld held = { .business = business, .user_type = (char *)"basic" };
  KioskGatewayIamSession row = {
    .id = g_strdup (id),
    .kiosk = g_strdup (kiosk),
    .version = 1,
    .expires_ms = NOW_MS + KIOSK_GATEWAY_IAM_LIFE_MS,
    .due_ms = NOW_MS + 1000,
    .seen_ms = NOW_MS,
    .certificate = kiosk_pki_cert_to_der (f->kiosk_cert),
    .held = kiosk_gateway_iam_hold (f->settings, f->random, id, &held, &error),
  };
  g_assert_no_error (error);
  kiosk_gateway_iam_session_hash (state, row.state_hash);
  kiosk_gateway_iam_session_hash (business, row.business_hash);
  kiosk_gateway_iam_session_add (f->database, &row, &error);
  g_assert_no_error (error);
  return row;
}

static void
test_found_by_its_own (Fixture *f, gconstpointer data)
{
  g_auto (KioskGatewayIamSession) one = session_new (f, "one", "k-one");
  g_auto (KioskGatewayIamSession) two = session_new (f, "two", "k-two");
  g_auto (KioskGatewayIamSession) found = { 0 };
  gboolean is_there;
  g_assert_true (
    kiosk_gateway_iam_session_find (f->database, "one", "k-two", &is_there, &found, NULL));
  g_assert_false (is_there);
  g_assert_true (
    kiosk_gateway_iam_session_find_state (f->database, "business-one", &is_there, &found, NULL));
  g_assert_false (is_there);
  g_assert_true (
    kiosk_gateway_iam_session_find_business (f->database, "business-two", &is_there, &found, NULL));
  g_assert_true (is_there);
  g_assert_cmpstr (found.id, ==, "two");
  g_assert_cmpstr (found.kiosk, ==, "k-two");
  g_assert_true (g_bytes_equal (found.certificate, two.certificate));
  g_assert_cmpstr (found.held, ==, two.held);
}

static void
test_moves_are_kept (Fixture *f, gconstpointer data)
{
  g_auto (KioskGatewayIamSession) row = session_new (f, "one", "k-one");
  g_auto (KioskGatewayIamSession) found = { 0 };
  gboolean is_there;
  g_assert_true (
    kiosk_gateway_iam_session_move (&row, KIOSK_GATEWAY_IAM_EV_CODE, NULL, NOW_MS + 5));
  g_assert_cmpint (row.version, ==, 1);
  g_assert_true (
    kiosk_gateway_iam_session_move (&row, KIOSK_GATEWAY_IAM_EV_APPROVED, NULL, NOW_MS));
  g_assert_cmpint (row.version, ==, 2);
  g_assert_false (
    kiosk_gateway_iam_session_move (&row, KIOSK_GATEWAY_IAM_EV_APPROVED, NULL, NOW_MS));
  g_assert_true (
    kiosk_gateway_iam_session_move (&row, KIOSK_GATEWAY_IAM_EV_FAIL, "refused", NOW_MS));
  g_assert_cmpint (row.version, ==, 3);
  g_assert_false (kiosk_gateway_iam_session_move (&row, KIOSK_GATEWAY_IAM_EV_RESULT, NULL, NOW_MS));
  g_assert_true (kiosk_gateway_iam_session_save (f->database, &row, NULL));
  g_assert_true (kiosk_gateway_iam_session_find_due (f->database, NOW_MS, &is_there, &found, NULL));
  g_assert_true (is_there);
  g_assert_cmpint (found.stage, ==, KIOSK_GATEWAY_IAM_FAILED);
  g_assert_cmpstr (found.reason, ==, "refused");
  g_assert_true (kiosk_gateway_iam_session_move (&row, KIOSK_GATEWAY_IAM_EV_DUE, NULL, 0));
  g_assert_true (kiosk_gateway_iam_session_save (f->database, &row, NULL));
  kiosk_gateway_iam_session_clear (&found);
  g_assert_true (kiosk_gateway_iam_session_find_id (f->database, "one", &is_there, &found, NULL));
  g_assert_false (is_there);
}

static void
test_counted_and_forgotten (Fixture *f, gconstpointer data)
{
  static const char *const ids[] = { "a", "b", "c", "d" };
  gint64 open, all;
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_auto (KioskGatewayIamSession) row = session_new (f, ids[i], "k-one");
      g_assert_true (
        kiosk_gateway_iam_session_seen (f->database, ids[i], NOW_MS + (gint64)i, NULL));
    }
  g_auto (KioskGatewayIamSession) other = session_new (f, "e", "k-two");
  g_assert_true (kiosk_gateway_iam_session_count (f->database, "k-one", &open, &all, NULL));
  g_assert_cmpint (open, ==, 4);
  g_assert_cmpint (all, ==, 5);
  g_assert_true (kiosk_gateway_iam_session_forget (f->database, "k-one", NOW_MS, NULL));
  g_assert_cmpint (kiosk_gateway_database_changed (f->database), ==, 0);
  g_assert_true (kiosk_gateway_iam_session_forget (f->database, "k-one", NOW_MS + 3, NULL));
  g_assert_cmpint (kiosk_gateway_database_changed (f->database), ==, 1);
  g_auto (KioskGatewayIamSession) found = { 0 };
  gboolean is_there;
  g_assert_true (kiosk_gateway_iam_session_find_id (f->database, "a", &is_there, &found, NULL));
  g_assert_false (is_there);
}

static void
test_held_for_one_session (Fixture *f, gconstpointer data)
{
  g_auto (KioskGatewayIamSession) one = session_new (f, "one", "k-one");
  g_auto (KioskGatewayIamHeld) held = { 0 };
  g_autoptr (GError) error = NULL;
  g_assert_true (kiosk_gateway_iam_recall (f->settings, "one", one.held, &held, &error));
  g_assert_cmpstr (held.business, ==, "business-one");
  g_assert_cmpstr (held.user_type, ==, "basic");
  g_assert_null (held.ticket);
  g_assert_false (kiosk_gateway_iam_recall (f->settings, "two", one.held, &held, &error));
  g_assert_error (error, KIOSK_JSON_ERROR, KIOSK_JSON_ERROR_MEMBER);
  g_clear_error (&error);
  one.held[30] = one.held[30] == 'A' ? 'B' : 'A';
  g_assert_false (kiosk_gateway_iam_recall (f->settings, "one", one.held, &held, &error));
  g_assert_nonnull (error);
}

static JsonObject *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonObject *json = kiosk_json_parse (text, strlen (text), 65536, &error);
  g_assert_no_error (error);
  return json;
}

static void
test_sealed_to_the_kiosk (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) content
    = parse ("{\"businessID\":\"b\",\"idNo\":{\"Identification\":\"A123456\",\"CheckDigit\":\"3\"},"
             "\"enName\":{\"UnstructuredName\":\"CANARY, Chan\"},\"chName\":\"陳\","
             "\"birthDate\":\"19900131\",\"gender\":\"F\"}");
  g_autoptr (JsonObject) answer = kiosk_gateway_iam_profile_print (content, "sign", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (json_object_get_string_member (answer, "hkid"), ==, "A123456");
  g_assert_cmpstr (json_object_get_string_member (answer, "name_chinese"), ==, "陳");
  g_assert_cmpstr (json_object_get_string_member (answer, "user_type"), ==, "sign");
  g_autoptr (GBytes) certificate = kiosk_pki_cert_to_der (f->kiosk_cert);
  g_autoptr (GBytes) sealed = kiosk_gateway_iam_seal (certificate, answer, &error);
  g_assert_no_error (error);
  g_assert_null (memmem (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed), "CANARY", 6));
  g_autoptr (GBytes) plain = kiosk_cms_decrypt (sealed, f->kiosk_cert, f->kiosk_key, &error);
  g_assert_no_error (error);
  g_assert_nonnull (memmem (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain), "CANARY", 6));
  g_autoptr (EVP_PKEY) other = kiosk_pki_key_new (&error);
  g_assert_null (kiosk_cms_decrypt (sealed, f->kiosk_cert, other, &error));
}

static void
test_incomplete_is_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (JsonObject) nobody = parse ("{\"businessID\":\"b\",\"birthDate\":\"19900131\"}");
  g_autoptr (JsonObject) no_time = parse ("{\"signature\":\"AA==\",\"cert\":\"AA==\"}");
  g_autoptr (JsonObject) whole
    = parse ("{\"signature\":\"AA==\",\"cert\":\"AA==\",\"timestamp\":1790000000000}");
  g_autoptr (GError) error = NULL;
  g_assert_null (kiosk_gateway_iam_profile_print (nobody, "basic", &error));
  g_assert_error (error, KIOSK_JSON_ERROR, KIOSK_JSON_ERROR_MEMBER);
  g_clear_error (&error);
  g_assert_null (kiosk_gateway_iam_signature_print (no_time, "digest", &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_autoptr (JsonObject) answer = kiosk_gateway_iam_signature_print (whole, "digest", &error);
  g_assert_no_error (error);
  g_assert_cmpint (json_object_get_int_member (answer, "timestamp_ms"), ==, NOW_MS);
}

/* Each file that is missing or wrong is named. */
static void
test_settings_are_named (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *text;
  } broken[] = { { "ca.pem", "none" }, /* in the order opposite to that in which they are read */
                 { "kek.key", "none" },
                 { "secret", "short" },
                 { "iamsmart-codes.ini", "[table]\n" },
                 { "iam.ini", "[iamsmart]\nclient=\n" } };
  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GError) error = NULL;
      file_put (f, broken[i].name, broken[i].text);
      g_assert_null (kiosk_gateway_iam_settings_load (f->folder, "https://localhost:1", &error));
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, broken[i].name));
    }
  static const char *const addresses[]
    = { "http://localhost:1", "https://", "https://localhost/path", "localhost", "https://a:1?q" };
  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    g_assert_false (kiosk_gateway_iam_address_is_good (addresses[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/iam/table/lists-these-and-no-other", test_table);
  g_test_add_func ("/iam/table/time-ends-every-stage", test_time_ends_every_stage);
#define CASE(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  CASE ("/iam/session/is-found-by-its-own-kiosk-and-numbers", test_found_by_its_own);
  CASE ("/iam/session/keeps-its-moves", test_moves_are_kept);
  CASE ("/iam/session/is-counted-and-the-stalest-forgotten", test_counted_and_forgotten);
  CASE ("/iam/held/opens-for-its-session-alone", test_held_for_one_session);
  CASE ("/iam/answer/is-sealed-to-the-kiosk", test_sealed_to_the_kiosk);
  CASE ("/iam/answer/is-whole-or-none", test_incomplete_is_refused);
  CASE ("/iam/settings/name-the-file", test_settings_are_named);
  return g_test_run ();
}
