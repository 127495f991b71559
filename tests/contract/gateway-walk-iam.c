#include "gateway-walk.h"

#define CALLBACK "/v1/iam/callback"

static const char begin[] = "{\"purpose\":\"login\",\"language\":\"zh_HK\"}";
static const char nowhere[] = "/v1/iam/sessions/0123456789abcdefghjkmnpqrs";

static RigReply *
ask (Walk *walk, const RigPeer *peer, const char *method, const char *path)
{
  return rig_request (walk->rig, peer, method, path, NULL, NULL);
}

static void
walk_sessions (Walk *walk)
{
  static const char *const malformed[]
    = { "{}", "{\"purpose\":\"login\",\"language\":\"fr\"}",
        "{\"purpose\":\"vote\",\"language\":\"en\"}",
        "{\"purpose\":\"sign\",\"language\":\"en\",\"digest\":\"AAAA\"}" };
  Rig *rig = walk->rig;
  for (gsize i = 0; i < G_N_ELEMENTS (malformed); i++)
    walk_check (walk, "iam-begin",
                rig_post_json (rig, walk->kiosk, "/v1/iam/sessions", malformed[i]), 400,
                "malformed");
  g_free (iam_stage_core (walk->stage, "fault no-answer 1"));
  walk_check (walk, "iam-begin", rig_post_json (rig, walk->kiosk, "/v1/iam/sessions", begin), 503,
              "iam-unreachable");
  RigReply *begun = rig_post_json (rig, walk->kiosk, "/v1/iam/sessions", begin);
  g_autofree char *path
    = g_strconcat ("/v1/iam/sessions/", json_object_get_string_member (begun->json, "id"), NULL);
  walk_check (walk, "iam-begin", begun, 201, NULL);
  walk_check (walk, "iam-wait", ask (walk, walk->kiosk, "GET", path), 200, NULL);
  walk_check (walk, "iam-wait", ask (walk, walk->other, "GET", path), 404, "unknown-session");
  walk_check (walk, "iam-leave", ask (walk, walk->other, "DELETE", path), 204, NULL);
  walk_check (walk, "iam-wait", ask (walk, walk->kiosk, "GET", path), 200, NULL);
  for (guint i = 0; i < 3; i++)
    walk_check (walk, "iam-begin", rig_post_json (rig, walk->kiosk, "/v1/iam/sessions", begin), 201,
                NULL);
  walk_check (walk, "iam-begin", rig_post_json (rig, walk->kiosk, "/v1/iam/sessions", begin), 429,
              "iam-many");
  walk_check (walk, "iam-leave", ask (walk, walk->kiosk, "DELETE", path), 204, NULL);
  walk_check (walk, "iam-leave", ask (walk, walk->kiosk, "DELETE", path), 204, NULL);
  walk_check (walk, "iam-wait", ask (walk, walk->kiosk, "GET", path), 404, "unknown-session");
  walk_check (walk, "iam-begin", rig_post_json (rig, walk->kiosk, "/v1/iam/sessions", begin), 201,
              NULL);
  g_autofree char *bad = g_strconcat (path, "?after=x", NULL);
  walk_check (walk, "iam-wait", ask (walk, walk->kiosk, "GET", bad), 400, "query");
  walk_check (walk, "iam-begin", rig_post_json (rig, walk->revoked, "/v1/iam/sessions", begin), 403,
              "revoked");
  walk_check (walk, "iam-wait", ask (walk, walk->revoked, "GET", path), 403, "revoked");
  walk_check (walk, "iam-leave", ask (walk, walk->revoked, "DELETE", path), 403, "revoked");
}

static void
walk_callbacks (Walk *walk)
{
  static const char *const queries[]
    = { CALLBACK, CALLBACK "?state=a", CALLBACK "?code=a",
        CALLBACK "?state=a&code=b&error_code=D40000", CALLBACK "?state=a%20b&code=c" };
  static const char *const kinds[] = { "profile", "signing" };
  for (gsize i = 0; i < G_N_ELEMENTS (queries); i++)
    walk_check (walk, "iam-redirect", ask (walk, NULL, "GET", queries[i]), 400, "malformed");
  walk_check (walk, "iam-redirect", ask (walk, NULL, "GET", CALLBACK "?state=a&code=b"), 200, NULL);
  walk_check (walk, "iam-redirect", ask (walk, NULL, "GET", CALLBACK "?state=a&error_code=D40000"),
              200, NULL);
  g_autofree char *envelope
    = iam_stage_envelope (walk->stage, "D00000", "{\"businessID\":\"nobody-asked\"}");
  g_autofree char *failure
    = iam_stage_envelope (walk->stage, "D40001", "{\"businessID\":\"nobody-asked\"}");
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *path = g_strconcat (CALLBACK "/", kinds[i], NULL);
      g_autofree char *id = g_strconcat ("iam-", kinds[i], NULL);
      walk_check (walk, id, rig_post_json (walk->rig, NULL, path, envelope), 200, NULL);
      walk_check (walk, id, rig_post_json (walk->rig, NULL, path, failure), 200, NULL);
      walk_check (walk, id, rig_post_json (walk->rig, NULL, path, "{\"code\":\"D00000\"}"), 400,
                  "malformed");
    }
}

/* A gateway that was not told where iAM Smart is. */
static void
walk_off (Walk *walk)
{
  Rig *rig = walk->rig;
  char *iam = g_steal_pointer (&rig->iam);
  rig_stop (rig);
  rig_start (rig);
  walk_check (walk, "iam-begin", rig_post_json (rig, walk->kiosk, "/v1/iam/sessions", begin), 503,
              "iam-off");
  walk_check (walk, "iam-wait", ask (walk, walk->kiosk, "GET", nowhere), 503, "iam-off");
  walk_check (walk, "iam-leave", ask (walk, walk->kiosk, "DELETE", nowhere), 503, "iam-off");
  walk_check (walk, "iam-redirect", ask (walk, NULL, "GET", CALLBACK), 503, "iam-off");
  walk_check (walk, "iam-profile", rig_post_json (rig, NULL, CALLBACK "/profile", "{}"), 503,
              "iam-off");
  walk_check (walk, "iam-signing", rig_post_json (rig, NULL, CALLBACK "/signing", "{}"), 503,
              "iam-off");
  rig->iam = iam;
  rig_stop (rig);
  rig_start (rig);
}

void
walk_iam (Walk *walk)
{
  walk_sessions (walk);
  walk_callbacks (walk);
  walk_off (walk);
}
