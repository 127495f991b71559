/* Two gateways beside each other on one PostgreSQL keep the promises of one. */
#include "formats/json.h"
#include "gateway-flood.h"
#include <string.h>

#define KIOSKS  3
#define RECORDS 60 /* of all of them */
#define AT_ONCE 16

typedef struct
{
  Rig *rigs[2];
  RigPeer *kiosks[KIOSKS];
  char *txids[RECORDS];
  GBytes *sealed[RECORDS];
} Fleet;

static void
set_up (Fleet *f, gconstpointer data)
{
  f->rigs[0] = rig_new ();
  f->rigs[1] = rig_twin (f->rigs[0]);
  for (guint i = 0; i < KIOSKS; i++)
    f->kiosks[i] = rig_enrol (f->rigs[i % 2]);
  for (guint i = 0; i < RECORDS; i++)
    {
      f->txids[i] = g_strdup_printf ("%02u23456789abcdefghjkmnpqrs", i);
      f->sealed[i] = rig_seal (f->rigs[0], f->kiosks[i % KIOSKS], f->txids[i], 1500);
    }
}

static void
tear_down (Fleet *f, gconstpointer data)
{
  for (guint i = 0; i < RECORDS; i++)
    {
      g_free (f->txids[i]);
      g_bytes_unref (f->sealed[i]);
    }
  for (guint i = 0; i < KIOSKS; i++)
    rig_peer_free (f->kiosks[i]);
  rig_free (f->rigs[1]);
  rig_free (f->rigs[0]);
}

static guint
put (Flood *flood, Fleet *f, guint to, guint record)
{
  return flood_put (flood, f->rigs[to], f->kiosks[record % KIOSKS], f->txids[record],
                    f->sealed[record]);
}

/* Every record once, and their numbers are 1, 2, 3 … */
static void
assert_all_there_once (Fleet *f)
{
  g_autofree char *expected = g_strdup_printf ("%u|1|%u|%u\n", RECORDS, RECORDS, RECORDS);
  g_autofree char *answer
    = rig_ask (f->rigs[0], "SELECT count(*), min(seq), max(seq), count(DISTINCT receipt)"
                           " FROM transactions");
  g_assert_cmpstr (answer, ==, expected);
}

static void
test_same_to_both (Fleet *f, gconstpointer data)
{
  g_autoptr (Flood) flood = flood_new ();
  for (guint i = 0; i < RECORDS; i++)
    {
      put (flood, f, i % 2, i);
      put (flood, f, 1 - i % 2, i);
    }
  flood_run (flood, AT_ONCE, 0, NULL, NULL);
  for (guint i = 0; i < RECORDS; i++)
    {
      g_autoptr (GBytes) one = flood_body (flood, 2 * i);
      g_autoptr (GBytes) other = flood_body (flood, 2 * i + 1);
      g_assert_cmpuint (flood_status (flood, 2 * i) + flood_status (flood, 2 * i + 1), ==, 401);
      g_assert_true (g_bytes_equal (one, other));
    }
  assert_all_there_once (f);
  g_autoptr (JsonObject) report = rig_report (f->rigs[1]);
  g_assert_cmpint (json_object_get_int_member (report, "resends"), ==, RECORDS);
}

/* Sends every record to one gateway each, something happens meanwhile; then, when all is well
 * again, every record to the other one: what had a receipt has the very same. */
static void
interrupt (Fleet *f, FloodMoment moment, FloodMoment mend)
{
  g_autoptr (Flood) first = flood_new ();
  g_autoptr (Flood) second = flood_new ();
  guint answered = 0;
  for (guint i = 0; i < RECORDS; i++)
    put (first, f, i % 2, i);
  flood_run (first, AT_ONCE, RECORDS / 3, moment, f);
  mend (f);
  for (guint i = 0; i < RECORDS; i++)
    put (second, f, 1 - i % 2, i);
  flood_run (second, AT_ONCE, 0, NULL, NULL);
  for (guint i = 0; i < RECORDS; i++)
    {
      guint before = flood_status (first, i), now = flood_status (second, i);
      if (before != 0 && before != 503)
        g_assert_cmpuint (before, ==, 201);
      g_assert_true (now == 200 || now == 201);
      if (before != 201)
        continue;
      g_autoptr (GBytes) one = flood_body (first, i);
      g_autoptr (GBytes) other = flood_body (second, i);
      g_assert_cmpuint (now, ==, 200);
      g_assert_true (g_bytes_equal (one, other));
      answered++;
    }
  g_test_message ("%u of %u answered before", answered, RECORDS);
  g_assert_cmpuint (answered, >, 0);
  g_assert_cmpuint (answered, <, RECORDS);
  assert_all_there_once (f);
}

static void
kill_twin (gpointer data)
{
  rig_kill (((Fleet *)data)->rigs[1]);
}

static void
start_twin (gpointer data)
{
  rig_start (((Fleet *)data)->rigs[1]);
}

static void
test_one_killed (Fleet *f, gconstpointer data)
{
  interrupt (f, kill_twin, start_twin);
}

static void
crash_server (gpointer data)
{
  postgres_crash (rig_server ());
}

static void
start_server (gpointer data)
{
  postgres_start (rig_server ());
}

static void
test_server_crashed (Fleet *f, gconstpointer data)
{
  interrupt (f, crash_server, start_server);
}

static void
assert_health (Rig *rig, guint status)
{
  g_autoptr (RigReply) reply = rig_request (rig, NULL, "GET", "/healthz", NULL, NULL);
  g_assert_cmpuint (reply->status, ==, status);
}

static void
test_server_away (Fleet *f, gconstpointer data)
{
  Rig *rig = f->rigs[0];
  g_autoptr (RigReply) before = rig_put (rig, f->kiosks[0], f->txids[0], f->sealed[0]);
  g_assert_cmpuint (before->status, ==, 201);
  postgres_stop (rig_server ());
  g_autoptr (RigReply) away = rig_put (rig, f->kiosks[0], f->txids[0], f->sealed[0]);
  g_assert_cmpuint (away->status, ==, 503);
  g_assert_cmpstr (away->code, ==, "storage");
  g_autofree char *later = rig_reply_header (away, "Retry-After");
  g_assert_cmpstr (later, ==, "5");
  assert_health (rig, 503);
  postgres_start (rig_server ());
  assert_health (rig, 200);
  /* The other gateway's line broke while nobody used it: nobody is refused for that. */
  g_autoptr (RigReply) back = rig_put (f->rigs[1], f->kiosks[0], f->txids[0], f->sealed[0]);
  g_assert_cmpuint (back->status, ==, 200);
  g_assert_true (g_bytes_equal (before->body, back->body));
}

static GBytes *
enrolment (const char *code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EVP_PKEY) key = kiosk_pki_key_new (&error);
  g_autofree char *csr = kiosk_pki_csr_new (key, "x", &error);
  g_assert_no_error (error);
  g_autoptr (JsonObject) json = json_object_new ();
  json_object_set_string_member (json, "code", code);
  json_object_set_string_member (json, "csr", csr);
  return kiosk_json_print (json);
}

static void
test_code_once (Fleet *f, gconstpointer data)
{
  for (guint round = 0; round < 3; round++)
    {
      g_autoptr (Flood) flood = flood_new ();
      g_autofree char *code = rig_code (f->rigs[0]);
      guint taken = 0;
      for (guint i = 0; i < 6; i++)
        {
          g_autoptr (GBytes) body = enrolment (code);
          flood_post (flood, f->rigs[i % 2], NULL, "/v1/kiosks", "application/json", body);
        }
      flood_run (flood, 6, 0, NULL, NULL);
      for (guint i = 0; i < 6; i++)
        {
          guint status = flood_status (flood, i);
          g_assert_true (status == 201 || status == 403);
          taken += status == 201;
        }
      g_assert_cmpuint (taken, ==, 1);
    }
}

typedef struct
{
  Flood *flood;
  gint ended; /* atomic */
} Stream;

static gpointer
stream_run (gpointer data)
{
  Stream *stream = data;
  flood_run (stream->flood, AT_ONCE, 0, NULL, NULL);
  g_atomic_int_set (&stream->ended, 1);
  return NULL;
}

/* Asks both gateways in turn for what came after the last, while it streams in, as kiosks and
 * departments do; returns how many came. What becomes visible late is never asked for again. */
static guint
follow (Fleet *f, Stream *stream, const RigPeer *peer, const char *path, const char *member)
{
  guint seen = 0;
  gint64 next = 0;
  GThread *thread = g_thread_new ("stream", stream_run, stream);
  for (guint turn = 0, empty = 0; empty < 2; turn++)
    {
      gboolean ended = g_atomic_int_get (&stream->ended);
      g_autofree char *query = g_strdup_printf ("%s?after=%" G_GINT64_FORMAT, path, next);
      g_autoptr (RigReply) reply = rig_request (f->rigs[turn % 2], peer, "GET", query, NULL, NULL);
      g_assert_cmpuint (reply->status, ==, 200);
      guint came = json_array_get_length (json_object_get_array_member (reply->json, member));
      seen += came;
      empty = ended && came == 0 ? empty + 1 : 0;
      next = json_object_get_int_member (reply->json, "next");
    }
  g_thread_join (thread);
  return seen;
}

static void
test_in_order (Fleet *f, gconstpointer data)
{
  g_autoptr (RigPeer) td = rig_department (f->rigs[0]);
  g_autoptr (Flood) records = flood_new ();
  g_autoptr (Flood) decisions = flood_new ();
  guint of_first = 0;
  for (guint i = 0; i < RECORDS; i++)
    {
      const RigPeer *kiosk = f->kiosks[i % KIOSKS];
      g_autoptr (GBytes) cms
        = rig_outcome (f->rigs[0], td, kiosk->id, f->txids[i], f->sealed[i], "granted", NULL);
      put (records, f, i % 2, i);
      flood_post (decisions, f->rigs[i % 2], td, "/v1/departments/td/outcomes", "application/cms",
                  cms);
      of_first += i % KIOSKS == 0;
    }
  Stream stream = { records, 0 };
  g_assert_cmpuint (follow (f, &stream, td, "/v1/departments/td/inbox", "items"), ==, RECORDS);
  stream = (Stream){ decisions, 0 };
  g_assert_cmpuint (follow (f, &stream, f->kiosks[0], "/v1/outcomes", "outcomes"), ==, of_first);
  for (guint i = 0; i < RECORDS; i++)
    g_assert_cmpuint (flood_status (decisions, i), ==, 201);
}

/* The verbs beside the gateways: seen by both at once. */
static void
test_commands (Fleet *f, gconstpointer data)
{
  g_autoptr (RigReply) before = rig_put (f->rigs[0], f->kiosks[0], f->txids[0], f->sealed[0]);
  g_assert_cmpuint (before->status, ==, 201);
  g_free (rig_command (f->rigs[0], "revoke", f->kiosks[0]->id, NULL));
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (RigReply) after = rig_put (f->rigs[i], f->kiosks[0], f->txids[0], f->sealed[0]);
      g_assert_cmpuint (after->status, ==, 403);
      g_assert_cmpstr (after->code, ==, "revoked");
    }
  g_autofree char *epoch
    = rig_ask (f->rigs[0], "SELECT encode (value, 'escape') FROM meta WHERE key = 'epoch'");
  g_free (rig_command (f->rigs[0], "restored", NULL));
  g_autofree char *renewed
    = rig_ask (f->rigs[0], "SELECT encode (value, 'escape') FROM meta WHERE key = 'epoch'");
  g_assert_cmpstr (epoch, !=, renewed);
}

static void
add (const char *promise, void (*test) (Fleet *f, gconstpointer data))
{
  g_autofree char *path = g_strconcat ("/contract/gateway-fleet/", promise, NULL);
  g_test_add (path, Fleet, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("the-same-record-to-both-earns-one-receipt", test_same_to_both);
  add ("one-killed-half-way-loses-nothing", test_one_killed);
  add ("a-server-that-crashes-loses-nothing", test_server_crashed);
  add ("a-server-that-was-away-is-found-again", test_server_away);
  add ("a-code-is-used-once", test_code_once);
  add ("nothing-appears-behind-what-was-read", test_in_order);
  add ("commands-are-seen-by-both", test_commands);
  return rig_test_run ();
}
