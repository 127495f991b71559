/* Every route of the gateway, asked by everybody who may come: who is refused, and by which word.
 */
#include "gateway-walk.h"
#include "programs/kiosk-gateway/routes.h"
#include <string.h>

static const char txid[] = "0123456789abcdefghjkmnpqrs";

/* Those who ask, in the order of the columns below. */
typedef enum
{
  NOBODY,
  STRANGER, /* a certificate of the same name that another authority signed */
  KIOSK,
  OTHER, /* another kiosk */
  LAPSED,
  REVOKED,
  DEPARTMENT,
  OTHER_DEPARTMENT,
  N_CALLERS
} Caller;

/* What each hears: . is let in; c client-certificate, l certificate-lapsed (401); r role, x
 * revoked, w wrong-kiosk, d wrong-department (403); u unknown-session (404). Paths name KIOSK and
 * DEPARTMENT.
 */
static const struct
{
  const char *route;
  const char *heard;
} doors[] = {
  /*                                              nobody … other department */
  { "POST /v1/kiosks", "........" },
  { "POST /v1/kiosks/renew", "cc...xrr" },
  { "PUT /v1/transactions/{kiosk}/{txid}", "cc.wlwrr" },
  { "GET /v1/outcomes", "cc..lxrr" },
  { "GET /v1/bundles/{name}", "cc..lx.." },
  { "POST /v1/heartbeat", "cc..lxrr" },
  { "GET /v1/departments/{department}/inbox", "ccrrlr.d" },
  { "POST /v1/departments/{department}/outcomes", "ccrrlr.d" },
  { "POST /v1/iam/sessions", "cc..lxrr" },
  { "GET /v1/iam/sessions/{session}", "cc.ulxrr" },
  { "DELETE /v1/iam/sessions/{session}", "cc..lxrr" }, /* another's: said to be gone, and is not */
  { "GET /v1/iam/callback", "........" },
  { "POST /v1/iam/callback/profile", "........" },
  { "POST /v1/iam/callback/signing", "........" },
  { "GET /healthz", "........" },
  { "GET /metrics", "........" },
};

static const struct
{
  char letter;
  guint status;
  const char *code;
} words[] = {
  { 'c', 401, "client-certificate" },
  { 'l', 401, "certificate-lapsed" },
  { 'r', 403, "role" },
  { 'x', 403, "revoked" },
  { 'w', 403, "wrong-kiosk" },
  { 'd', 403, "wrong-department" },
  { 'u', 404, "unknown-session" },
};

typedef struct
{
  Walk *walk;
  char *session; /* of KIOSK */
  char *renewal;
  GBytes *sealed;
} Doors;

static const RigPeer *
caller (const Doors *self, Caller who)
{
  const Walk *walk = self->walk;
  const RigPeer *const peers[N_CALLERS]
    = { NULL,         walk->stranger, walk->kiosk,      walk->other,
        walk->lapsed, walk->revoked,  walk->department, walk->other_department };
  return peers[who];
}

static char *
session_new (Doors *self)
{
  g_autoptr (RigReply) reply
    = rig_post_json (self->walk->rig, self->walk->kiosk, "/v1/iam/sessions", IAM_LOGIN);
  g_assert_cmpuint (reply->status, ==, 201);
  return g_strdup (json_object_get_string_member (reply->json, "id"));
}

static char *
renewal_new (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EVP_PKEY) key = kiosk_pki_key_new (&error);
  g_autofree char *csr = kiosk_pki_csr_new (key, "x", &error);
  g_assert_no_error (error);
  g_autoptr (GString) line = g_string_new (csr);
  g_string_replace (line, "\n", "\\n", 0);
  return g_strdup_printf ("{\"csr\":\"%s\"}", line->str);
}

/* A body that only its sender can be wrong about. */
static GBytes *
body_of (const Doors *self, const KioskGatewayRoute *route)
{
  const char *text = "{}";
  if (strcmp (route->media_type, KIOSK_SEAL_MEDIA_TYPE) == 0)
    return g_bytes_ref (self->sealed);
  if (strcmp (route->pattern, "/v1/kiosks/renew") == 0)
    text = self->renewal;
  else if (strcmp (route->pattern, "/v1/heartbeat") == 0)
    text = "{\"counts\":{},\"audit\":{\"size\":1}}";
  else if (strcmp (route->pattern, "/v1/iam/sessions") == 0)
    text = IAM_LOGIN;
  return g_bytes_new (text, strlen (text));
}

static char *
path_of (const Doors *self, const KioskGatewayRoute *route)
{
  g_autoptr (GString) path = g_string_new (route->pattern);
  g_string_replace (path, "{kiosk}", self->walk->kiosk->id, 0);
  g_string_replace (path, "{txid}", txid, 0);
  g_string_replace (path, "{name}", "trust", 0);
  g_string_replace (path, "{department}", "td", 0);
  g_string_replace (path, "{session}", self->session, 0);
  return g_string_free (g_steal_pointer (&path), FALSE);
}

static void
knock (Doors *self, const KioskGatewayRoute *route, Caller who, char letter)
{
  g_autofree char *path = path_of (self, route);
  g_autofree char *digest = rig_digest_header (self->sealed);
  g_autofree char *type = g_strconcat ("Content-Type: ", route->media_type, NULL);
  const char *const headers[] = { type, digest, NULL };
  g_autoptr (GBytes) body = route->media_type != NULL ? body_of (self, route) : NULL;
  g_autoptr (RigReply) reply = rig_request (self->walk->rig, caller (self, who), route->method,
                                            path, body != NULL ? headers : NULL, body);
  g_test_message ("%s %s, caller %d: %u %s", route->method, route->pattern, who, reply->status,
                  reply->code != NULL ? reply->code : "");
  if (letter == '.')
    {
      g_assert_cmpuint (reply->status, !=, 401);
      g_assert_cmpuint (reply->status, !=, 403);
      g_assert_cmpuint (reply->status, <, 500);
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (words[i].letter == letter)
      {
        g_assert_cmpuint (reply->status, ==, words[i].status);
        g_assert_cmpstr (reply->code, ==, words[i].code);
        return;
      }
  g_assert_not_reached ();
}

static const char *
heard_of (const KioskGatewayRoute *route)
{
  g_autofree char *name = g_strdup_printf ("%s %s", route->method, route->pattern);
  for (gsize i = 0; i < G_N_ELEMENTS (doors); i++)
    if (strcmp (doors[i].route, name) == 0)
      return doors[i].heard;
  g_test_message ("%s: nobody has said who may come in", name);
  g_assert_not_reached ();
}

/* The callers that are refused come first: KIOSK's own DELETE would end what they are refused. */
static void
route_try (Doors *self, const KioskGatewayRoute *route)
{
  const char *heard = heard_of (route);
  g_assert_cmpuint (strlen (heard), ==, N_CALLERS);
  for (Caller who = 0; who < N_CALLERS; who++)
    if (who != KIOSK)
      knock (self, route, who, heard[who]);
  knock (self, route, KIOSK, heard[KIOSK]);
}

static void
test_doors (void)
{
  Doors self = { .walk = walk_new () };
  self.renewal = renewal_new ();
  self.sealed = rig_seal (self.walk->rig, self.walk->kiosk, txid, 1000);
  self.session = session_new (&self);
  g_assert_cmpuint (G_N_ELEMENTS (doors), ==, kiosk_gateway_n_routes);
  for (gsize i = 0; i < kiosk_gateway_n_routes; i++)
    route_try (&self, &kiosk_gateway_routes[i]);
  g_bytes_unref (self.sealed);
  g_free (self.renewal);
  g_free (self.session);
  walk_free (self.walk);
}

/* That another kiosk was told "gone" about a session took nothing from the one whose it is. */
static void
test_another_cannot_end_it (void)
{
  Doors self = { .walk = walk_new () };
  self.session = session_new (&self);
  g_autofree char *path = g_strconcat ("/v1/iam/sessions/", self.session, NULL);
  const RigPeer *const others[] = { self.walk->other, self.walk->kiosk };
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (RigReply) left
        = rig_request (self.walk->rig, others[i], "DELETE", path, NULL, NULL);
      g_assert_cmpuint (left->status, ==, 204);
      g_autoptr (RigReply) there
        = rig_request (self.walk->rig, self.walk->kiosk, "GET", path, NULL, NULL);
      g_assert_cmpuint (there->status, ==, i == 0 ? 200 : 404);
    }
  g_free (self.session);
  walk_free (self.walk);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gateway-access/every-route-by-everybody", test_doors);
  g_test_add_func ("/gateway-access/another-kiosk-cannot-end-a-session",
                   test_another_cannot_end_it);
  return rig_test_run ();
}
