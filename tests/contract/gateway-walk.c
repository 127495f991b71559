/* The running gateway against its contract, both ways: no route, status or code that the contract
 * does not name, none in it that the gateway does not give. */
#include "gateway-walk.h"
#include "base/file.h"
#include "programs/kiosk-gateway/routes.h"
#include <string.h>

static const char txid_one[] = "0123456789abcdefghjkmnpqrs";
static const char txid_two[] = "1123456789abcdefghjkmnpqrs";

void
walk_check (Walk *walk, const char *id, RigReply *reply, guint status, const char *code)
{
  g_test_message ("%s: %u %s", id, reply->status, reply->code != NULL ? reply->code : "-");
  g_assert_cmpuint (reply->status, ==, status);
  g_assert_cmpstr (reply->code, ==, code);
  contract_check (walk->contract, id, reply);
  rig_reply_free (reply);
}

/* The path with its braces filled so that only what is tested can be wrong. */
static char *
path_of (Walk *walk, const char *pattern)
{
  g_autoptr (GString) path = g_string_new (pattern);
  g_string_replace (path, "{kiosk}", walk->kiosk->id, 0);
  g_string_replace (path, "{txid}", txid_one, 0);
  g_string_replace (path, "{session}", txid_one, 0);
  g_string_replace (path, "{name}", "trust", 0);
  g_string_replace (path, "{department}", "td", 0);
  return g_string_free (g_steal_pointer (&path), FALSE);
}

static char *
media_type_of (const ContractOperation *operation)
{
  JsonObject *body = json_object_get_object_member (operation->operation, "requestBody");
  g_autoptr (GList) types
    = json_object_get_members (json_object_get_object_member (body, "content"));
  g_assert_cmpuint (g_list_length (types), ==, 1);
  return g_strdup_printf ("Content-Type: %s", (char *)types->data);
}

static gboolean
is_for (const ContractOperation *operation, const char *scheme)
{
  JsonArray *security = json_object_get_array_member (operation->operation, "security");
  for (guint i = 0; i < json_array_get_length (security); i++)
    if (json_object_has_member (json_array_get_object_element (security, i), scheme))
      return TRUE;
  return FALSE;
}

static const RigPeer *
peer_of (Walk *walk, const ContractOperation *operation)
{
  return is_for (operation, "kiosk")        ? walk->kiosk
         : is_for (operation, "department") ? walk->department
                                            : NULL;
}

/* What every operation with a certificate does with a wrong one. */
static void
walk_peers (const ContractOperation *operation, gpointer data)
{
  Walk *walk = data;
  if (peer_of (walk, operation) == NULL)
    return;
  g_autofree char *path = path_of (walk, operation->path);
  gboolean has_body = json_object_has_member (operation->operation, "requestBody");
  g_autofree char *type = has_body ? media_type_of (operation) : NULL;
  g_autoptr (GBytes) body = has_body ? g_bytes_new ("{}", 2) : NULL;
  const char *const headers[] = { type, NULL };
  gboolean renewal = strcmp (operation->id, "renew") == 0;
  const struct
  {
    const RigPeer *peer;
    guint status;
    const char *code;
  } cases[] = {
    { NULL, 401, "client-certificate" },
    { walk->stranger, 401, "client-certificate" },
    { walk->old, 401, "client-certificate" },
    { renewal ? NULL : walk->lapsed, 401, renewal ? "client-certificate" : "certificate-lapsed" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    walk_check (walk, operation->id,
                rig_request (walk->rig, cases[i].peer, operation->method, path, headers, body),
                cases[i].status, cases[i].code);
  if (!is_for (operation, "department") || !is_for (operation, "kiosk"))
    walk_check (walk, operation->id,
                rig_request (walk->rig,
                             is_for (operation, "kiosk") ? walk->department : walk->kiosk,
                             operation->method, path, headers, body),
                403, "role");
}

/* What every operation with a body does with a wrong one. */
static void
walk_bodies (const ContractOperation *operation, gpointer data)
{
  Walk *walk = data;
  if (!json_object_has_member (operation->operation, "requestBody"))
    return;
  const RigPeer *peer = peer_of (walk, operation);
  g_autofree char *path = path_of (walk, operation->path);
  g_autofree char *type = media_type_of (operation);
  gsize maximum = (gsize)json_object_get_int_member (operation->operation, "x-body-max");
  g_autoptr (GBytes) small = g_bytes_new ("{}", 2);
  g_autoptr (GBytes) large = g_bytes_new_take (g_malloc0 (maximum + 1), maximum + 1);
  const char *const good[] = { type, NULL };
  const char *const plain[] = { "Content-Type: text/plain", NULL };
  const char *const chunked[] = { type, "Transfer-Encoding: chunked", NULL };
  walk_check (walk, operation->id,
              rig_request (walk->rig, peer, operation->method, path, good, large), 413,
              "too-large");
  walk_check (walk, operation->id,
              rig_request (walk->rig, peer, operation->method, path, plain, small), 415,
              "media-type");
  walk_check (walk, operation->id,
              rig_request (walk->rig, peer, operation->method, path, chunked, small), 411,
              "length");
}

static void
walk_enrolment (Walk *walk)
{
  static const char *const malformed[] = { "", "[]", "{\"code\":1}", "{\"code\":\"A\"}", "{" };
  for (gsize i = 0; i < G_N_ELEMENTS (malformed); i++)
    walk_check (walk, "enrol", rig_post_json (walk->rig, NULL, "/v1/kiosks", malformed[i]), 400,
                i == 3 ? "csr" : "malformed");
  walk_check (walk, "renew", rig_post_json (walk->rig, walk->kiosk, "/v1/kiosks/renew", "{"), 400,
              "malformed");
  walk_check (walk, "renew",
              rig_post_json (walk->rig, walk->kiosk, "/v1/kiosks/renew", "{\"csr\":\"none\"}"), 400,
              "csr");
  g_autoptr (GError) error = NULL;
  g_autoptr (EVP_PKEY) key = kiosk_pki_key_new (&error);
  g_autofree char *csr = kiosk_pki_csr_new (key, "x", &error);
  g_assert_no_error (error);
  g_autoptr (GString) line = g_string_new (csr);
  g_string_replace (line, "\n", "\\n", 0);
  g_autofree char *renew = g_strdup_printf ("{\"csr\":\"%s\"}", line->str);
  walk_check (walk, "renew", rig_post_json (walk->rig, walk->kiosk, "/v1/kiosks/renew", renew), 201,
              NULL);
  walk_check (walk, "renew", rig_post_json (walk->rig, walk->lapsed, "/v1/kiosks/renew", renew),
              201, NULL);
  walk_check (walk, "renew", rig_post_json (walk->rig, walk->revoked, "/v1/kiosks/renew", renew),
              403, "revoked");
  g_autofree char *code = rig_code (walk->rig);
  g_autofree char *enrol = g_strdup_printf ("{\"code\":\"%s\",\"csr\":\"%s\"}", code, line->str);
  walk_check (walk, "enrol", rig_post_json (walk->rig, NULL, "/v1/kiosks", enrol), 201, NULL);
  g_autofree char *wrong = g_strdup_printf ("{\"code\":\"0000-0000\",\"csr\":\"%s\"}", line->str);
  for (guint i = 0; i < 20; i++)
    walk_check (walk, "enrol", rig_post_json (walk->rig, NULL, "/v1/kiosks", wrong), 403,
                "enrolment-code");
  walk_check (walk, "enrol", rig_post_json (walk->rig, NULL, "/v1/kiosks", wrong), 429,
              "enrolment-limit");
}

static void
walk_deliveries (Walk *walk)
{
  Rig *rig = walk->rig;
  const RigPeer *kiosk = walk->kiosk;
  g_autoptr (GBytes) sealed = rig_seal (rig, kiosk, txid_one, 1000);
  g_autoptr (GBytes) other = rig_seal (rig, kiosk, txid_one, 1000);
  g_autoptr (GBytes) junk = g_bytes_new ("\x84\x01", 2);
  g_autoptr (GBytes) foreign = rig_seal (rig, walk->other, txid_two, 1000);
  g_autoptr (GBytes) revoked = rig_seal (rig, walk->revoked, txid_two, 1000);
  g_autoptr (KioskSealHeader) header = rig_header (rig, kiosk->id, txid_two);
  g_free (header->department);
  header->department = g_strdup ("nowhere");
  g_autoptr (GBytes) nowhere = rig_seal_at (rig, kiosk, header, junk);
  walk_check (walk, "deliver", rig_put (rig, kiosk, txid_one, sealed), 201, NULL);
  walk_check (walk, "deliver", rig_put (rig, kiosk, txid_one, sealed), 200, NULL);
  walk_check (walk, "deliver", rig_put (rig, kiosk, txid_one, other), 409, "digest-mismatch");
  walk_check (walk, "deliver", rig_put (rig, kiosk, txid_two, junk), 422, "seal");
  walk_check (walk, "deliver", rig_put (rig, kiosk, txid_two, sealed), 422, "seal");
  walk_check (walk, "deliver", rig_put (rig, kiosk, txid_two, foreign), 422, "seal");
  walk_check (walk, "deliver", rig_put (rig, kiosk, txid_two, nowhere), 422, "department");
  walk_check (walk, "deliver", rig_put (rig, kiosk, "short", sealed), 400, "malformed");
  walk_check (walk, "deliver", rig_put (rig, walk->revoked, txid_two, revoked), 403, "revoked");
  g_autofree char *digest = rig_digest_header (sealed);
  g_autofree char *path = g_strdup_printf ("/v1/transactions/%s/%s", kiosk->id, txid_one);
  const char *const headers[] = { "Content-Type: " KIOSK_SEAL_MEDIA_TYPE, digest, NULL };
  const char *const none[] = { "Content-Type: " KIOSK_SEAL_MEDIA_TYPE, NULL };
  walk_check (walk, "deliver", rig_request (rig, walk->other, "PUT", path, headers, sealed), 403,
              "wrong-kiosk");
  walk_check (walk, "deliver", rig_request (rig, kiosk, "PUT", path, headers, other), 400,
              "content-digest");
  walk_check (walk, "deliver", rig_request (rig, kiosk, "PUT", path, none, sealed), 400,
              "content-digest");
}

static void
walk_decisions (Walk *walk)
{
  Rig *rig = walk->rig;
  const RigPeer *td = walk->department;
  g_autoptr (GBytes) sealed = rig_seal (rig, walk->kiosk, txid_two, 1000);
  walk_check (walk, "deliver", rig_put (rig, walk->kiosk, txid_two, sealed), 201, NULL);
  walk_check (walk, "inbox",
              rig_request (rig, td, "GET", "/v1/departments/td/inbox?after=1", NULL, NULL), 200,
              NULL);
  walk_check (walk, "inbox",
              rig_request (rig, td, "GET", "/v1/departments/td/inbox?after=x", NULL, NULL), 400,
              "query");
  walk_check (walk, "inbox", rig_request (rig, td, "GET", "/v1/departments/immd/inbox", NULL, NULL),
              403, "wrong-department");
  g_autoptr (GBytes) visit
    = rig_outcome (rig, td, walk->kiosk->id, txid_two, sealed, "visit", "original-documents");
  g_autoptr (GBytes) granted
    = rig_outcome (rig, td, walk->kiosk->id, txid_two, sealed, "granted", NULL);
  g_autoptr (GBytes) refused
    = rig_outcome (rig, td, walk->kiosk->id, txid_two, sealed, "refused", "window");
  g_autoptr (GBytes) maybe
    = rig_outcome (rig, td, walk->kiosk->id, txid_two, sealed, "maybe", NULL);
  g_autoptr (GBytes) nobody = rig_outcome (rig, td, "k-nobody", txid_two, sealed, "granted", NULL);
  g_autoptr (GBytes) about_other
    = rig_outcome (rig, td, walk->kiosk->id, txid_two, granted, "granted", NULL);
  g_autoptr (GBytes) not_theirs
    = rig_outcome (rig, walk->other_department, walk->kiosk->id, txid_two, sealed, "granted", NULL);
  walk_check (walk, "decide", rig_post_outcome (rig, td, visit), 201, NULL);
  walk_check (walk, "decide", rig_post_outcome (rig, td, granted), 201, NULL);
  walk_check (walk, "decide", rig_post_outcome (rig, td, granted), 200, NULL);
  walk_check (walk, "decide", rig_post_outcome (rig, td, refused), 409, "outcome-conflict");
  walk_check (walk, "decide", rig_post_outcome (rig, td, about_other), 409, "digest-mismatch");
  walk_check (walk, "decide", rig_post_outcome (rig, td, maybe), 422, "outcome");
  walk_check (walk, "decide", rig_post_outcome (rig, td, not_theirs), 422, "outcome");
  walk_check (walk, "decide", rig_post_outcome (rig, td, nobody), 404, "unknown-transaction");
  walk_check (walk, "decide", rig_post_outcome (rig, walk->other_department, not_theirs), 403,
              "wrong-department");
  walk_check (walk, "outcomes", rig_request (rig, walk->kiosk, "GET", "/v1/outcomes", NULL, NULL),
              200, NULL);
  walk_check (walk, "outcomes",
              rig_request (rig, walk->kiosk, "GET", "/v1/outcomes?after=-1", NULL, NULL), 400,
              "query");
  walk_check (walk, "outcomes", rig_request (rig, walk->revoked, "GET", "/v1/outcomes", NULL, NULL),
              403, "revoked");
}

static void
walk_the_rest (Walk *walk)
{
  static const char beat[] = "{\"counts\":{\"received\":1},\"audit\":{\"size\":3}}";
  Rig *rig = walk->rig;
  const char *const have[] = { "If-None-Match: \"7\"", NULL };
  const char *const old[] = { "If-None-Match: \"6\"", NULL };
  walk_check (walk, "heartbeat", rig_post_json (rig, walk->kiosk, "/v1/heartbeat", beat), 200,
              NULL);
  walk_check (walk, "heartbeat", rig_post_json (rig, walk->kiosk, "/v1/heartbeat", "{}"), 400,
              "malformed");
  walk_check (walk, "heartbeat", rig_post_json (rig, walk->revoked, "/v1/heartbeat", beat), 403,
              "revoked");
  walk_check (walk, "bundle", rig_request (rig, walk->kiosk, "GET", "/v1/bundles/trust", old, NULL),
              200, NULL);
  walk_check (walk, "bundle",
              rig_request (rig, walk->kiosk, "GET", "/v1/bundles/trust", have, NULL), 304, NULL);
  walk_check (walk, "bundle",
              rig_request (rig, walk->department, "GET", "/v1/bundles/none", NULL, NULL), 404,
              "unknown-bundle");
  walk_check (walk, "bundle",
              rig_request (rig, walk->revoked, "GET", "/v1/bundles/trust", NULL, NULL), 403,
              "revoked");
  g_autofree char *path = g_build_filename (rig->folder, "gateway/bundles/trust.p7", NULL);
  g_assert_true (g_file_set_contents (path, "not a bundle", -1, NULL));
  walk_check (walk, "bundle",
              rig_request (rig, walk->kiosk, "GET", "/v1/bundles/trust", NULL, NULL), 503,
              "bundle");
  walk_check (walk, "healthz", rig_request (rig, NULL, "GET", "/healthz", NULL, NULL), 200, NULL);
  walk_check (walk, "metrics", rig_request (rig, NULL, "GET", "/metrics", NULL, NULL), 200, NULL);
}

static void
test_walk (void)
{
  Walk *walk = walk_new ();
  contract_each (walk->contract, walk_peers, walk);
  contract_each (walk->contract, walk_bodies, walk);
  walk_deliveries (walk);
  walk_decisions (walk);
  walk_the_rest (walk);
  walk_iam (walk);
  walk_enrolment (walk); /* last: it closes enrolment for a minute */
  contract_assert_complete (walk->contract);
  walk_free (walk);
}

static void
has_route (const ContractOperation *operation, gpointer data)
{
  guint *n = data;
  for (gsize i = 0; i < kiosk_gateway_n_routes; i++)
    {
      const KioskGatewayRoute *route = &kiosk_gateway_routes[i];
      if (strcmp (route->method, operation->method) != 0
          || strcmp (route->pattern, operation->path) != 0)
        continue;
      gboolean has_body = json_object_has_member (operation->operation, "requestBody");
      g_assert_cmpint (has_body, ==, route->media_type != NULL);
      if (has_body)
        g_assert_cmpint (json_object_get_int_member (operation->operation, "x-body-max"), ==,
                         (gint64)route->body_max);
      (*n)++;
      return;
    }
  g_test_message ("no route: %s %s", operation->method, operation->path);
  g_assert_not_reached ();
}

static void
test_routes (void)
{
  g_autofree char *path
    = g_test_build_filename (G_TEST_DIST, "..", "..", "data", "gateway", "openapi.yaml", NULL);
  g_autoptr (Contract) contract = contract_load (path);
  guint n = 0;
  contract_each (contract, has_route, &n);
  g_assert_cmpuint (n, ==, kiosk_gateway_n_routes);
}

static void
test_elsewhere (void)
{
  static const struct
  {
    const char *method;
    const char *path;
    guint status;
    const char *code;
  } cases[] = {
    { "GET", "/", 404, "unknown-path" },
    { "GET", "/v1/departments/../inbox", 404, "unknown-path" },
    { "GET", "/v1/bundles/%2e%2e%2fserver", 400, NULL }, /* libsoup itself */
    { "GET", "/v1/bundles/UPPER", 404, "unknown-path" },
    { "GET", "/healthz/", 404, "unknown-path" },
    { "DELETE", "/v1/outcomes", 405, "method" },
  };
  g_autoptr (Rig) rig = rig_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (RigReply) reply
        = rig_request (rig, NULL, cases[i].method, cases[i].path, NULL, NULL);
      g_assert_cmpuint (reply->status, ==, cases[i].status);
      g_assert_cmpstr (reply->code, ==, cases[i].code);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/contract/gateway/routes-are-those-of-the-contract", test_routes);
  g_test_add_func ("/contract/gateway/every-answer-of-the-contract-and-no-other", test_walk);
  g_test_add_func ("/contract/gateway/nothing-elsewhere", test_elsewhere);
  return rig_test_run ();
}
