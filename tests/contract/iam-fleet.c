#include "iam-fleet.h"
#include <string.h>

#define PATIENCE_MS 6000  /* of a person; then the kiosk is left */
#define CROWDED_MS  20000 /* likewise where many kiosks share a small machine */
#define CROWD       16
#define TROUBLE     4    /* one login in so many begins with a fault of the core's */
#define RELEASE_MS  1500 /* until what the core holds back goes */
#define APPROVE     "approve"

struct _FleetKiosk
{
  Fleet *fleet;
  IamKiosk *kiosk;
  /* Of the login under way. */
  char *session;
  char *code;
  guint person;
  const char *decision; /* NULL: the person does nothing */
  gint64 version;
  GCancellable *waiting; /* cut when the person leaves */
  guint patience;
};

static void begin (FleetKiosk *self);

static char *
url_new (FleetKiosk *self, const char *session, gint64 after)
{
  return iam_url (self->fleet->stage, (guint)g_rand_int_range (self->fleet->rand, 0, 2), session,
                  after);
}

/* One login came to its end: the next, if there are any. */
static void
next (FleetKiosk *self)
{
  if (self->patience != 0)
    g_source_remove (self->patience);
  self->patience = 0;
  g_clear_pointer (&self->session, g_free);
  g_clear_pointer (&self->code, g_free);
  g_clear_object (&self->waiting);
  if (self->fleet->begun < self->fleet->n_logins)
    begin (self);
  else
    self->fleet->running--;
}

static void
departed (IamReply *reply, gpointer data)
{
  FleetKiosk *self = data;
  g_assert_cmpuint (reply->status, ==, 204);
  iam_reply_free (reply);
  self->fleet->left++;
  next (self);
}

static gboolean
lose_patience (gpointer data)
{
  FleetKiosk *self = data;
  self->patience = 0;
  g_cancellable_cancel (self->waiting);
  return G_SOURCE_REMOVE;
}

static void
reason_count (Fleet *fleet, const char *reason)
{
  guint *count = g_hash_table_lookup (fleet->reasons, reason);
  if (count == NULL)
    {
      count = g_new0 (guint, 1);
      g_hash_table_insert (fleet->reasons, g_strdup (reason), count);
    }
  (*count)++;
}

/* A refusal is told as what it was, an approval never as one. */
static void
check_reason (FleetKiosk *self, const char *reason)
{
  static const char *const own[] = { "expired", "unavailable", "fault", NULL };
  reason_count (self->fleet, reason);
  if (g_strv_contains (own, reason))
    return;
  g_assert_cmpstr (self->decision, !=, APPROVE);
  g_assert_nonnull (self->decision);
  g_assert_cmpstr (reason, ==, strcmp (self->decision, "refuse") == 0 ? "refused" : "cancelled");
}

/* The answer is about the person whose phone approved this very code, and opens here alone. */
static void
check_answer (FleetKiosk *self, const IamReply *reply)
{
  Fleet *fleet = self->fleet;
  g_assert_cmpstr (self->decision, ==, APPROVE);
  g_autoptr (JsonObject) profile = iam_kiosk_open (self->kiosk, reply);
  g_autofree char *number = g_strconcat (json_object_get_string_member (profile, "hkid"),
                                         json_object_get_string_member (profile, "check"), NULL);
  g_assert_cmpstr (number, ==, fleet->stage->numbers[self->person]);
  FleetKiosk *other = fleet->kiosks[g_rand_int_range (fleet->rand, 0, (gint)fleet->n_kiosks)];
  if (other == self)
    return;
  g_assert_false (iam_kiosk_can_open (other->kiosk, reply));
  fleet->peeks++;
}

static void wait_on (FleetKiosk *self);

static void
looked (IamReply *reply, gpointer data)
{
  FleetKiosk *self = data;
  g_autoptr (IamReply) own = reply;
  if (g_cancellable_is_cancelled (self->waiting) && reply->status != 200)
    {
      g_autofree char *url = url_new (self, self->session, 0);
      iam_client_send (self->kiosk->client, "DELETE", url, NULL, NULL, departed, self);
      return;
    }
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpstr (json_object_get_string_member (reply->json, "id"), ==, self->session);
  const char *state = json_object_get_string_member (reply->json, "state");
  gint64 version = json_object_get_int_member (reply->json, "version");
  g_assert_cmpint (version, >=, self->version);
  self->version = version;
  if (strcmp (state, "done") == 0)
    {
      check_answer (self, reply);
      self->fleet->done++;
      next (self);
    }
  else if (strcmp (state, "failed") == 0)
    {
      check_reason (self, json_object_get_string_member (reply->json, "reason"));
      self->fleet->failed++;
      next (self);
    }
  else
    wait_on (self);
}

static void
wait_on (FleetKiosk *self)
{
  g_autofree char *url = url_new (self, self->session, self->version);
  iam_client_send (self->kiosk->client, "GET", url, NULL, self->waiting, looked, self);
}

static void
decided (IamReply *reply, gpointer data)
{
  g_assert_cmpuint (reply->status, ==, 200);
  iam_reply_free (reply);
}

/* Somebody else, with the session's id in hand, from a kiosk of their own. */
static void
peeked (IamReply *reply, gpointer data)
{
  Fleet *fleet = data;
  g_assert_cmpuint (reply->status, ==, 404);
  g_assert_cmpstr (reply->code, ==, "unknown-session");
  fleet->peeks++;
  iam_reply_free (reply);
}

static void
peek (FleetKiosk *self)
{
  Fleet *fleet = self->fleet;
  FleetKiosk *other = fleet->kiosks[g_rand_int_range (fleet->rand, 0, (gint)fleet->n_kiosks)];
  if (other == self || g_rand_int_range (fleet->rand, 0, 8) != 0)
    return;
  g_autofree char *url = url_new (self, self->session, 0);
  iam_client_send (other->kiosk->client, "GET", url, NULL, NULL, peeked, fleet);
}

static void
decide (FleetKiosk *self)
{
  Fleet *fleet = self->fleet;
  gint dice = g_rand_int_range (fleet->rand, 0, 20);
  self->person = (guint)g_rand_int_range (fleet->rand, 0, (gint)fleet->stage->people);
  self->decision = dice < 17 ? APPROVE : dice == 17 ? "refuse" : dice == 18 ? "cancel" : NULL;
  if (self->decision == NULL)
    return;
  g_autofree char *url = g_strconcat (fleet->stage->core_url, "/app/decide", NULL);
  g_autofree char *body = iam_decision (self->code, self->decision);
  iam_client_send (fleet->phones[self->person], "POST", url, body, NULL, decided, self);
}

static void
began (IamReply *reply, gpointer data)
{
  FleetKiosk *self = data;
  g_autoptr (IamReply) own = reply;
  if (reply->status == 503)
    {
      g_assert_cmpstr (reply->code, ==, "iam-unreachable");
      self->fleet->refused++;
      next (self);
      return;
    }
  g_assert_cmpuint (reply->status, ==, 201);
  self->session = g_strdup (json_object_get_string_member (reply->json, "id"));
  self->code = g_strdup (json_object_get_string_member (reply->json, "code"));
  self->version = json_object_get_int_member (reply->json, "version");
  self->waiting = g_cancellable_new ();
  self->patience
    = g_timeout_add (self->fleet->n_kiosks < CROWD ? PATIENCE_MS : CROWDED_MS, lose_patience, self);
  wait_on (self);
  decide (self);
  peek (self);
}

/* The core fails by name, at random. */
static void
misfortune (Fleet *self)
{
  static const char *const faults[] = {
    "expired-key",        "rekey-now",
    "replayed-nonce",     "clock-skew",
    "refused-signature",  "code-expired",
    "wrong-padding",      "no-answer",
    "http-500",           "garbage",
    "duplicate-callback", "lost-callback",
    "late-callback",      "callback-with-foreign-key",
    "slow-answer",        "callback-with-foreign-state",
  };
  guint which = (guint)g_rand_int_range (self->rand, 0, G_N_ELEMENTS (faults));
  /* One that holds everybody up for seconds comes more seldom. */
  if (strcmp (faults[which], "slow-answer") == 0 && g_rand_int_range (self->rand, 0, 4) != 0)
    return;
  g_autofree char *line = g_strdup_printf ("fault %s 1", faults[which]);
  g_free (iam_stage_core (self->stage, line));
}

static void
begin (FleetKiosk *self)
{
  g_autofree char *url = url_new (self, NULL, 0);
  self->fleet->begun++;
  if (g_rand_int_range (self->fleet->rand, 0, TROUBLE) == 0)
    misfortune (self->fleet);
  iam_client_send (self->kiosk->client, "POST", url, IAM_LOGIN, NULL, began, self);
}

static gboolean
release (gpointer data)
{
  Fleet *self = data;
  g_free (iam_stage_core (self->stage, "release"));
  return G_SOURCE_CONTINUE;
}

Fleet *
fleet_new (guint kiosks, guint logins, guint seed)
{
  Fleet *self = g_new0 (Fleet, 1);
  self->rand = g_rand_new_with_seed (seed);
  self->stage = iam_stage_new (kiosks, 2);
  self->n_kiosks = kiosks;
  self->n_logins = logins;
  self->reasons = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->kiosks = g_new0 (FleetKiosk *, kiosks);
  self->phones = g_new0 (IamClient *, self->stage->people);
  for (guint i = 0; i < self->stage->people; i++)
    self->phones[i] = iam_phone_new (self->stage, i);
  for (guint i = 0; i < kiosks; i++)
    {
      self->kiosks[i] = g_new0 (FleetKiosk, 1);
      self->kiosks[i]->fleet = self;
      self->kiosks[i]->kiosk = iam_kiosk_new (self->stage);
    }
  return self;
}

static void
tell_reason (gpointer reason, gpointer count, gpointer data)
{
  g_test_message ("reason %s: %u", (char *)reason, *(guint *)count);
}

void
fleet_run (Fleet *self)
{
  guint relief = g_timeout_add (RELEASE_MS, release, self);
  self->running = self->n_kiosks;
  for (guint i = 0; i < self->n_kiosks; i++)
    begin (self->kiosks[i]);
  while (self->running > 0)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (relief);
  g_hash_table_foreach (self->reasons, tell_reason, NULL);
}

void
fleet_free (Fleet *self)
{
  for (guint i = 0; i < self->n_kiosks; i++)
    {
      iam_kiosk_free (self->kiosks[i]->kiosk);
      g_free (self->kiosks[i]);
    }
  for (guint i = 0; i < self->stage->people; i++)
    iam_client_free (self->phones[i]);
  g_free (self->kiosks);
  g_free (self->phones);
  g_hash_table_unref (self->reasons);
  iam_stage_free (self->stage);
  g_rand_free (self->rand);
  g_free (self);
}
