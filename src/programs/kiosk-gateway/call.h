/* One request on its way through the gateway: taken in on the main thread, prepared by a checker,
 * executed by the writer, answered on the main thread. One thread holds it at a time. */
#pragma once

#include "base/clock.h"
#include "programs/kiosk-gateway/authority.h"
#include "programs/kiosk-gateway/metrics.h"
#include "programs/kiosk-gateway/store.h"
#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Wrong enrolment codes of the last minute, all callers together. Atomic. */
typedef struct
{
  gint count;
  gint window_s; /* when the minute began, steady seconds */
} KioskGatewayGuesses;

/* What every stage may use. */
typedef struct
{
  KioskClock *clock;
  KioskRandom *random;
  KioskGatewayAuthority *authority;
  KioskGatewayMetrics *metrics;
  KioskGatewayStore *store;     /* the writer's alone */
  struct _KioskGatewayIam *iam; /* NULL: no --iam */
  char *bundles_folder;
  char *epoch;                     /* of the store, for the other threads */
  guint8 salt[KIOSK_GATEWAY_SALT]; /* likewise: of enrolment codes */
  KioskGatewayGuesses *guesses;
  gint in_hand;     /* atomic: requests taken in and not yet answered */
  gint iam_waiting; /* atomic: long polls among them that wait */
} KioskGatewayContext;

typedef struct _KioskGatewayCall KioskGatewayCall;

typedef enum
{
  KIOSK_GATEWAY_NEED_NOTHING,
  KIOSK_GATEWAY_NEED_KIOSK,
  KIOSK_GATEWAY_NEED_KIOSK_OR_LAPSED,
  KIOSK_GATEWAY_NEED_DEPARTMENT,
  KIOSK_GATEWAY_NEED_PEER, /* a kiosk or a department */
} KioskGatewayNeed;

typedef struct
{
  const char *method;
  const char *pattern; /* "/v1/transactions/{kiosk}/{txid}" */
  KioskGatewayNeed need;
  const char *media_type; /* of the request's body; NULL: no body */
  gsize body_max;         /* bytes */
  gboolean writes;        /* its execute step changes the store */
  /* Checker: everything that takes time and no store. FALSE: answered already. NULL: nothing. */
  gboolean (*prepare) (KioskGatewayCall *call, const KioskGatewayContext *context);
  /* Writer: FALSE with @error when the store failed; else answered. NULL: prepare answered. */
  gboolean (*execute) (KioskGatewayCall *call, KioskGatewayContext *context, GError **error);
} KioskGatewayRoute;

#define KIOSK_GATEWAY_CAPTURES 2

struct _KioskGatewayCall
{
  const KioskGatewayRoute *route;
  char *captures[KIOSK_GATEWAY_CAPTURES]; /* in the order of the pattern's braces */
  char *content_digest;                   /* headers that mean something here; nullable */
  char *if_none_match;
  guint64 asked_after; /* ?after=N */
  GHashTable *query;   /* of text; nullable */
  GBytes *body;
  X509 *peer_cert; /* nullable; as TLS showed it, unjudged */
  KioskGatewayPeer peer;
  char *peer_id;

  gpointer prepared; /* from prepare to execute */
  GDestroyNotify prepared_free;

  gpointer next; /* from execute to after */
  GDestroyNotify next_free;

  /* Writer: the route's, until a call that goes a longer way sets another. */
  gboolean (*execute) (KioskGatewayCall *call, KioskGatewayContext *context, GError **error);
  /* Main thread: after the commit, in place of the answer; takes the call over. NULL: answered. */
  void (*after) (KioskGatewayCall *call, KioskGatewayContext *context);

  KioskGatewayCount count; /* what to count once it is durable; KIOSK_GATEWAY_N_COUNTS: nothing */
  guint status;            /* 0 until answered */
  const char *reply_type;
  GBytes *reply;
  char *etag;
  guint retry_after_s; /* 0: none */

  GObject *message; /* the server's; NULL for what the gateway asks of itself */
};

/* @message: nullable. */
KioskGatewayCall *kiosk_gateway_call_new (const KioskGatewayRoute *route, GObject *message);
void kiosk_gateway_call_free (KioskGatewayCall *call);

#define KIOSK_GATEWAY_JSON "application/json"
#define KIOSK_GATEWAY_CMS  "application/cms"

/* @reply: (transfer full) (nullable). */
void
kiosk_gateway_call_answer (KioskGatewayCall *call, guint status, const char *type, GBytes *reply);
/* @object: (transfer full). */
void kiosk_gateway_call_answer_json (KioskGatewayCall *call, guint status, JsonObject *object);
/* RFC 9457. @code: what a program goes by; @detail: one plain sentence without personal data.
 * Returns FALSE, for `return kiosk_gateway_call_problem (…)`. */
gboolean kiosk_gateway_call_problem (KioskGatewayCall *call, guint status, const char *code,
                                     const char *detail);
/* Later: "busy", "storage". */
gboolean kiosk_gateway_call_problem_later (KioskGatewayCall *call, guint status, const char *code,
                                           const char *detail, guint retry_after_s);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskGatewayCall, kiosk_gateway_call_free)

G_END_DECLS
