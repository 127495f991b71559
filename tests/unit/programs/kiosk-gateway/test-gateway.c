/* The promise of delivery: once, with a receipt that anybody can check, and never lost. */
#include "rig.h"
#include <string.h>

static const char txid_one[] = "0123456789abcdefghjkmnpqrs";
static const char txid_two[] = "1123456789abcdefghjkmnpqrs";

static void
assert_count (Rig *rig, const char *member, gint64 expected)
{
  g_autoptr (JsonObject) report = rig_report (rig);
  g_assert_cmpint (json_object_get_int_member (report, member), ==, expected);
}

static void
test_receipt (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (RigPeer) kiosk = rig_enrol (rig);
  g_autoptr (GBytes) sealed = rig_seal (rig, kiosk, txid_one, 2000);
  g_autoptr (RigReply) reply = rig_put (rig, kiosk, txid_one, sealed);
  g_assert_cmpuint (reply->status, ==, 201);
  g_autofree char *receipt
    = rig_file (rig, g_bytes_get_data (reply->body, NULL), g_bytes_get_size (reply->body));
  g_autofree char *ca = g_build_filename (rig->folder, "gateway/receipt.pem", NULL);
  const char *const verify[]
    = { "openssl", "cms", "-verify",  "-cades", "-inform",        "DER", "-in", receipt,
        "-CAfile", ca,    "-purpose", "any",    "-partial_chain", NULL };
  g_autofree char *content = rig_run (verify);
  guint8 digest[32];
  kiosk_seal_digest (sealed, digest);
  g_assert_nonnull (strstr (content, kiosk->id));
  g_assert_nonnull (strstr (content, txid_one));
  g_assert_nonnull (strstr (content, "\"index\":1,"));
  const char *const hash[] = {
    "sh", "-c", "cd \"$0\" && sha256sum < \"$1\" | cut -c1-64", rig->folder, "file-sealed", NULL
  };
  g_autofree char *path = g_build_filename (rig->folder, "file-sealed", NULL);
  g_file_set_contents (path, g_bytes_get_data (sealed, NULL), (gssize)g_bytes_get_size (sealed),
                       NULL);
  g_autofree char *hex = g_strchomp (rig_run (hash));
  g_assert_nonnull (strstr (content, hex));
}

static void
test_same_again (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (RigPeer) kiosk = rig_enrol (rig);
  g_autoptr (GBytes) sealed = rig_seal (rig, kiosk, txid_one, 2000);
  g_autoptr (RigReply) first = rig_put (rig, kiosk, txid_one, sealed);
  rig_stop (rig);
  rig_start (rig);
  g_autoptr (RigReply) second = rig_put (rig, kiosk, txid_one, sealed);
  g_assert_cmpuint (first->status, ==, 201);
  g_assert_cmpuint (second->status, ==, 200);
  g_assert_true (g_bytes_equal (first->body, second->body));
  assert_count (rig, "transactions", 1);
  assert_count (rig, "duplicates", 0);
  assert_count (rig, "resends", 1);
}

static void
test_other_bytes (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (RigPeer) kiosk = rig_enrol (rig);
  g_autoptr (GBytes) sealed = rig_seal (rig, kiosk, txid_one, 2000);
  g_autoptr (GBytes) other = rig_seal (rig, kiosk, txid_one, 2000);
  g_autoptr (RigReply) first = rig_put (rig, kiosk, txid_one, sealed);
  g_autoptr (RigReply) second = rig_put (rig, kiosk, txid_one, other);
  g_autoptr (RigReply) again = rig_put (rig, kiosk, txid_one, other);
  g_autoptr (RigReply) good = rig_put (rig, kiosk, txid_one, sealed);
  g_assert_cmpuint (second->status, ==, 409);
  g_assert_cmpstr (second->code, ==, "digest-mismatch");
  g_assert_cmpuint (again->status, ==, 409);
  g_assert_cmpuint (good->status, ==, 200);
  g_assert_true (g_bytes_equal (first->body, good->body));
  assert_count (rig, "transactions", 1);
  assert_count (rig, "quarantined", 1);
}

static void
test_killed (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (RigPeer) kiosk = rig_enrol (rig);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *txid = g_strdup_printf ("%u%s", i, txid_one + 1);
      g_autoptr (GBytes) sealed = rig_seal (rig, kiosk, txid, 2000);
      g_autoptr (RigReply) first = rig_put (rig, kiosk, txid, sealed);
      rig_kill (rig);
      g_assert_cmpuint (first->status, ==, 201);
      assert_count (rig, "transactions", i + 1);
      g_autofree char *answer = rig_ask (
        rig, rig_is_on_postgresql ()
               ? "SELECT 'ok'; SELECT max(seq) FROM transactions"
               : "PRAGMA integrity_check; PRAGMA foreign_key_check; SELECT max(seq) FROM "
                 "transactions");
      g_autofree char *expected = g_strdup_printf ("ok\n%u\n", i + 1);
      g_assert_cmpstr (answer, ==, expected);
      rig_start (rig);
      g_autoptr (RigReply) second = rig_put (rig, kiosk, txid, sealed);
      g_assert_cmpuint (second->status, ==, 200);
      g_assert_true (g_bytes_equal (first->body, second->body));
    }
}

/* @n transfers of one curl, all at once; (transfer full): the statuses, one a line, sorted. */
static char *
put_at_once (Rig *rig, const RigPeer *kiosk, guint n, gboolean same)
{
  g_autoptr (GString) config = g_string_new (NULL);
  g_autoptr (GBytes) one = rig_seal (rig, kiosk, txid_two, 1500);
  g_autofree char *out = g_build_filename (rig->folder, "out", NULL);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *txid = g_strdup_printf ("%02u%s", same ? 11 : i, txid_two + 2);
      g_autoptr (GBytes) own = same ? g_bytes_ref (one) : rig_seal (rig, kiosk, txid, 1500);
      g_autofree char *digest = rig_digest_header (own);
      g_autofree char *file = rig_file (rig, g_bytes_get_data (own, NULL), g_bytes_get_size (own));
      g_string_append_printf (
        config,
        "%surl = \"https://localhost:%u/v1/transactions/%s/%s\"\n"
        "upload-file = \"%s\"\nheader = \"%s\"\nheader = \"Content-Type: %s\"\n"
        "cert = \"%s\"\nkey = \"%s\"\ncacert = \"%s/kiosk/gateway-ca.pem\"\n"
        "output = \"%s-%u\"\nwrite-out = \"%%{http_code}\\n\"\n",
        i > 0 ? "next\n" : "", rig->port, kiosk->id, txid, file, digest, KIOSK_SEAL_MEDIA_TYPE,
        kiosk->cert_path, kiosk->key_path, rig->folder, out, i);
    }
  g_autofree char *path = rig_file (rig, config->str, config->len);
  const char *const curl[] = { "sh", "-c",
                               "curl -sS --max-time 60 --parallel --parallel-immediate"
                               " --parallel-max 64 -K \"$0\" | sort",
                               path, NULL };
  return rig_run (curl);
}

static void
test_two_at_once (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (RigPeer) kiosk = rig_enrol (rig);
  g_autofree char *statuses = put_at_once (rig, kiosk, 2, TRUE);
  g_assert_cmpstr (statuses, ==, "200\n201\n");
  const char *const compare[] = { "sh", "-c", "cd \"$0\" && cmp out-0 out-1", rig->folder, NULL };
  g_free (rig_run (compare));
  assert_count (rig, "transactions", 1);
}

static void
test_many_at_once (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (RigPeer) kiosk = rig_enrol (rig);
  g_autofree char *statuses = put_at_once (rig, kiosk, 64, FALSE);
  g_auto (GStrv) lines = g_strsplit (statuses, "\n", -1);
  for (guint i = 0; i < 64; i++)
    g_assert_cmpstr (lines[i], ==, "201");
  assert_count (rig, "transactions", 64);
  g_autoptr (RigReply) metrics = rig_request (rig, NULL, "GET", "/metrics", NULL, NULL);
  g_autofree char *text
    = g_strndup (g_bytes_get_data (metrics->body, NULL), g_bytes_get_size (metrics->body));
  g_assert_nonnull (strstr (text, "kiosk_gateway_accepted_total 64\n"));
}

static void
test_only_tls_13 (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *ca = g_build_filename (rig->folder, "kiosk/gateway-ca.pem", NULL);
  g_autofree char *url = g_strdup_printf ("https://localhost:%u/healthz", rig->port);
  const char *const old[] = {
    "sh", "-c", "curl -s --max-time 20 --tls-max 1.2 --cacert \"$0\" \"$1\" > /dev/null; echo $?",
    ca,   url,  NULL
  };
  g_autofree char *status = rig_run (old);
  g_assert_cmpstr (status, ==, "35\n");
  const char *const new[]
    = { "curl", "-sS", "--max-time", "20", "--tlsv1.3", "--cacert", ca, url, NULL };
  g_autofree char *health = rig_run (new);
  g_assert_true (g_str_has_prefix (health, "{\"status\":\"ok\","));
}

static void
test_client_gone (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (RigPeer) kiosk = rig_enrol (rig);
  g_autoptr (GBytes) sealed = rig_seal (rig, kiosk, txid_one, 600000);
  g_autofree char *digest = rig_digest_header (sealed);
  g_autofree char *file
    = rig_file (rig, g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed));
  g_autofree char *command = g_strdup_printf (
    "(printf 'PUT /v1/transactions/%s/%s HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Type: %s\\r\\n"
    "%s\\r\\nContent-Length: %" G_GSIZE_FORMAT "\\r\\n\\r\\n'; cat %s) |"
    " openssl s_client -quiet -no_ign_eof -connect localhost:%u -cert %s -key %s -CAfile"
    " %s/kiosk/gateway-ca.pem > /dev/null 2>&1 || true",
    kiosk->id, txid_one, KIOSK_SEAL_MEDIA_TYPE, digest, g_bytes_get_size (sealed), file, rig->port,
    kiosk->cert_path, kiosk->key_path, rig->folder);
  const char *const gone[] = { "sh", "-c", command, NULL };
  for (guint i = 0; i < 5; i++)
    g_free (rig_run (gone)); /* leaves as soon as the last byte is written */
  g_autoptr (RigReply) reply = rig_put (rig, kiosk, txid_one, sealed);
  g_assert_true (reply->status == 200 || reply->status == 201);
  assert_count (rig, "transactions", 1);
}

/* curl asks twice over one connection, and says how often it connected. */
static void
test_kept_connection (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (RigPeer) kiosk = rig_enrol (rig);
  g_autofree char *url = g_strdup_printf ("https://localhost:%u/v1/outcomes", rig->port);
  g_autofree char *ca = g_build_filename (rig->folder, "kiosk/gateway-ca.pem", NULL);
  const char *const curl[] = { "curl",       "-sS",
                               "--max-time", "20",
                               "--cacert",   ca,
                               "--cert",     kiosk->cert_path,
                               "--key",      kiosk->key_path,
                               "-w",         " %{http_code} %{num_connects}\n",
                               url,          url,
                               NULL };
  g_autofree char *out = rig_run (curl);
  g_assert_cmpstr (out, ==,
                   "{\"outcomes\":[],\"next\":0} 200 1\n{\"outcomes\":[],\"next\":0} 200 0\n");
}

static void
file_limit (Rig *rig, const char *limit)
{
  g_autofree char *size = g_strconcat ("--fsize=", limit, NULL);
  g_autofree char *pid = g_strdup_printf ("%d", stage_process_pid (rig->gateway));
  const char *const prlimit[] = { "prlimit", "--pid", pid, size, NULL };
  g_free (rig_run (prlimit));
}

static void
test_disk_full (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (RigPeer) kiosk = rig_enrol (rig);
  g_autoptr (GBytes) sealed = rig_seal (rig, kiosk, txid_one, 200000);
  file_limit (rig, "65536:unlimited");
  g_autoptr (RigReply) full = rig_put (rig, kiosk, txid_one, sealed);
  g_assert_cmpuint (full->status, ==, 503);
  g_assert_cmpstr (full->code, ==, "storage");
  g_autofree char *later = rig_reply_header (full, "Retry-After");
  g_assert_cmpstr (later, ==, "5");
  assert_count (rig, "transactions", 0);
  file_limit (rig, "unlimited:unlimited");
  g_autoptr (RigReply) good = rig_put (rig, kiosk, txid_one, sealed);
  g_assert_cmpuint (good->status, ==, 201);
  assert_count (rig, "transactions", 1);
}

/* Sealed while its certificate was good, delivered after it ran out, by the kiosk as it is today.
 */
static void
test_late (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (RigPeer) today = rig_enrol (rig);
  gint64 now_ms = kiosk_clock_wall_ms (rig->clock);
  gint64 day_ms = G_GINT64_CONSTANT (24) * 3600 * 1000;
  g_autoptr (RigPeer) then = rig_peer_issued (rig, today->id, &rig->keys->kiosk_ca,
                                              now_ms - 95 * day_ms, now_ms - 5 * day_ms);
  g_autoptr (KioskSealHeader) header = rig_header (rig, today->id, txid_one);
  g_autoptr (GBytes) submission = g_bytes_new_static ("x", 1);
  header->sealed_ms = now_ms - 6 * day_ms;
  g_autoptr (GBytes) in_time = rig_seal_at (rig, then, header, submission);
  header->sealed_ms = now_ms - 4 * day_ms;
  g_autoptr (GBytes) too_late = rig_seal_at (rig, then, header, submission);
  g_autoptr (RigReply) refused = rig_put (rig, today, txid_one, too_late);
  g_assert_cmpuint (refused->status, ==, 422);
  g_autoptr (RigReply) taken = rig_put (rig, today, txid_one, in_time);
  g_assert_cmpuint (taken->status, ==, 201);
}

/* (transfer full): the answer to an enrolment with that code and a new key, or @key. */
static RigReply *
enrol_with (Rig *rig, const char *code, EVP_PKEY *key)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *csr = kiosk_pki_csr_new (key, "x", &error);
  g_assert_no_error (error);
  g_autoptr (GString) line = g_string_new (csr);
  g_string_replace (line, "\n", "\\n", 0);
  g_autofree char *json = g_strdup_printf ("{\"code\":\"%s\",\"csr\":\"%s\"}", code, line->str);
  return rig_post_json (rig, NULL, "/v1/kiosks", json);
}

static void
test_code (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (EVP_PKEY) mine = kiosk_pki_key_new (NULL);
  g_autoptr (EVP_PKEY) theirs = kiosk_pki_key_new (NULL);
  g_autofree char *code = rig_code (rig);
  g_autofree char *typed = g_ascii_strdown (code, -1);
  g_autoptr (RigReply) first = enrol_with (rig, typed, mine);
  g_autoptr (RigReply) again = enrol_with (rig, code, mine); /* its answer was lost */
  g_autoptr (RigReply) other = enrol_with (rig, code, theirs);
  g_assert_cmpuint (first->status, ==, 201);
  g_assert_true (g_bytes_equal (first->body, again->body));
  g_assert_cmpuint (other->status, ==, 403);
  g_autofree char *out = rig_command (rig, "--minutes", "0", "code", NULL);
  g_autofree char *expired = g_strndup (out + strlen ("code="), 9);
  g_autoptr (RigReply) late = enrol_with (rig, expired, theirs);
  g_assert_cmpuint (late->status, ==, 403);
  g_autofree char *rows
    = rig_ask (rig, rig_is_on_postgresql () ? "SELECT * FROM codes"
                                            : "SELECT quote (hash), quote (public_key), kiosk,"
                                              " quote (certificate) FROM codes");
  g_assert_nonnull (strstr (rows, "BEGIN CERTIFICATE"));
  g_assert_null (strstr (rows, code)); /* only its hash is kept */
}

/* (transfer full): what the gateway says when it is started on a database that is not one of its
 * own, which it leaves as it is. */
static char *
refusal_of (const char *prepare)
{
  g_autoptr (Rig) rig = rig_new ();
  rig_stop (rig);
  const char *const start[]
    = { "sh",
        "-c",
        "cd \"$0\" && eval \"$2\" && before=$(sha256sum gateway.db) &&"
        " said=$(! timeout 20 \"$1\" --database sqlite:gateway.db --pki gateway 2>&1) &&"
        " [ \"$before\" = \"$(sha256sum gateway.db)\" ] && echo \"$said\"",
        rig->folder,
        g_getenv ("KIOSK_GATEWAY"),
        prepare,
        NULL };
  return rig_run (start);
}

static void
test_not_ours (void)
{
  static const struct
  {
    const char *prepare;
    const char *says;
  } cases[] = {
    { "printf 'hello, this is no database at all, whatever it says' > gateway.db",
      "kiosk-gateway: gateway.db: cannot read or write: file is not a database; restore it from its"
      " backup, or give another path\n" },
    { "sqlite3 gateway.db 'PRAGMA user_version=99'",
      "kiosk-gateway: gateway.db: version 99 of a newer gateway, this one knows " },
    { "rm gateway.db; sqlite3 gateway.db 'CREATE TABLE mine (x)'",
      "kiosk-gateway: gateway.db: a database of another program; give one of the gateway's "
      "own\n" },
    { "truncate -s 9000 gateway.db", "kiosk-gateway: gateway.db: " },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *said = refusal_of (cases[i].prepare);
      g_test_message ("%s", said);
      g_assert_true (g_str_has_prefix (said, cases[i].says));
      g_assert_cmpuint (strlen (strchr (said, '\n')), ==, 1); /* one line */
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gateway/receipt/verifies-with-openssl", test_receipt);
  g_test_add_func ("/gateway/deliver/same-bytes-earn-the-same-receipt", test_same_again);
  g_test_add_func ("/gateway/deliver/other-bytes-are-quarantined", test_other_bytes);
  g_test_add_func ("/gateway/deliver/is-there-after-a-kill", test_killed);
  g_test_add_func ("/gateway/deliver/two-at-once-are-one", test_two_at_once);
  g_test_add_func ("/gateway/deliver/sixty-four-at-once", test_many_at_once);
  g_test_add_func ("/gateway/deliver/a-caller-that-leaves-harms-nobody", test_client_gone);
  g_test_add_func ("/gateway/tls/nothing-older-than-1.3", test_only_tls_13);
  g_test_add_func ("/gateway/tls/knows-its-peer-on-every-request", test_kept_connection);
  g_test_add_func ("/gateway/deliver/a-seal-outlives-its-certificate", test_late);
  g_test_add_func ("/gateway/enrol/a-code-is-one-kiosk's", test_code);
  if (!rig_is_on_postgresql ()) /* of files; test-database.c asks a server the like */
    {
      g_test_add_func ("/gateway/deliver/a-full-disk-promises-nothing", test_disk_full);
      g_test_add_func ("/gateway/store/leaves-alone-what-is-not-its-own", test_not_ours);
    }
  return rig_test_run ();
}
