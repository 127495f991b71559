/* Decisions of departments, fetched behind a cursor. Each is believed for what its department
 * signed: the gateway only carries it. */
#include "sync-private.h"

#include <string.h>

#include "base/file.h"
#include "trust/seal.h"

#define PAGE_MAX    (2 * 1024 * 1024)
#define PAGE_ITEMS  1000
#define OUTCOME_MAX (64 * 1024)
#define PAGES_MOST  16
/* How long an outcome of a signer not known yet holds the cursor back. */
#define HOLD_MS (24 * G_GINT64_CONSTANT (3600000))
#define CURSOR  "outcomes-after"

typedef struct
{
  char *kiosk, *txid, *digest, *department, *outcome, *reason;
} Outcome;

static void
outcome_free (Outcome *self)
{
  g_free (self->kiosk);
  g_free (self->txid);
  g_free (self->digest);
  g_free (self->department);
  g_free (self->outcome);
  g_free (self->reason);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Outcome, outcome_free)

static gboolean
protocol (const char *what, GError **error)
{
  g_set_error (error, KIOSK_SYNC_ERROR, KIOSK_SYNC_ERROR_PROTOCOL, "outcome: %s", what);
  return FALSE;
}

static gboolean
read_text (JsonObject *object, const char *member, char **slot, GError **error)
{
  *slot = g_strdup (kiosk_json_string (object, member, 64, error));
  return *slot != NULL;
}

static Outcome *
outcome_parse (GBytes *json, GError **error)
{
  static const char *const outcomes[] = { "granted", "refused", "visit", "superseded", NULL };
  g_autoptr (Outcome) self = g_new0 (Outcome, 1);
  g_autoptr (JsonObject) object
    = kiosk_json_parse (g_bytes_get_data (json, NULL), g_bytes_get_size (json), OUTCOME_MAX, error);

  if (object == NULL || !read_text (object, "kiosk", &self->kiosk, error)
      || !read_text (object, "txid", &self->txid, error)
      || !read_text (object, "digest", &self->digest, error)
      || !read_text (object, "department", &self->department, error)
      || !read_text (object, "outcome", &self->outcome, error))
    return NULL;
  if (!g_strv_contains (outcomes, self->outcome))
    return protocol ("of no known kind", error), NULL;
  if (json_object_has_member (object, "reason") && !json_object_get_null_member (object, "reason")
      && !read_text (object, "reason", &self->reason, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* What @cms says, when it is signed by a department's key and speaks for that department. */
static Outcome *
open_outcome (KioskSync *self, GBytes *cms, GError **error)
{
  JsonObject *roles = kiosk_json_object (self->trust->body, "roles", error);
  g_autoptr (GList) names = roles != NULL ? json_object_get_members (roles) : NULL;

  for (GList *at = names; at != NULL; at = at->next)
    {
      const char *role = at->data;
      g_autoptr (GError) problem = NULL;
      g_autoptr (GBytes) json = g_str_has_prefix (role, "department/")
                                  ? kiosk_sync_verify (self, cms, role, &problem)
                                  : NULL;
      g_autoptr (Outcome) outcome = json != NULL ? outcome_parse (json, error) : NULL;

      if (json == NULL)
        continue;
      if (outcome != NULL && !g_str_equal (outcome->department, role + strlen ("department/")))
        return protocol ("signed by another department than it names", error), NULL;
      return g_steal_pointer (&outcome);
    }
  g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_CHAIN, "outcome: signer not known");
  return NULL;
}

/* The department that the record was sealed for, from its signed header. */
static gboolean
check_department (KioskSync *self, const KioskRecord *record, const Outcome *outcome,
                  GError **error)
{
  g_autoptr (GPtrArray) authorities = kiosk_bundle_certs (self->trust, "kiosk-ca", error);
  g_autoptr (KioskSealHeader) header
    = authorities != NULL
        ? kiosk_seal_peek (record->sealed, authorities, record->sealed_ms, NULL, error)
        : NULL;

  if (header == NULL)
    return FALSE;
  return g_str_equal (header->department, outcome->department)
         || protocol ("of a department that was not asked", error);
}

static gboolean
settle (KioskSync *self, GBytes *cms, GError **error)
{
  g_autoptr (Outcome) outcome = open_outcome (self, cms, error);
  g_autoptr (KioskRecord) record = NULL;
  g_autofree char *digest = NULL;

  if (outcome == NULL)
    return FALSE;
  record = kiosk_vault_find (self->vault, outcome->txid, error);
  if (record == NULL)
    return FALSE;
  digest = kiosk_hex_encode (record->digest, sizeof record->digest);
  if (!g_str_equal (outcome->kiosk, kiosk_sync_identity (self)->kiosk)
      || !g_str_equal (outcome->digest, digest))
    return protocol ("of another record", error);
  if (!check_department (self, record, outcome, error)
      || !kiosk_vault_settle (self->vault, outcome->txid, outcome->outcome, outcome->reason, cms,
                              error))
    return FALSE;
  KIOSK_SYNC_COUNT (self, outcomes);
  kiosk_sync_tell (self, KIOSK_SYNC_CHANGED_RECORD, outcome->txid);
  return TRUE;
}

/* Whether the cursor must stay before this outcome, because newer trust lists may make it good. */
static gboolean
holds_cursor (KioskSync *self, gint64 seq, const GError *problem)
{
  gint64 now = kiosk_clock_wall_ms (self->clock);

  if (!g_error_matches (problem, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_CHAIN))
    return FALSE;
  if (self->held_seq != seq)
    {
      self->held_seq = seq;
      self->held_since_ms = now;
    }
  return now - self->held_since_ms < HOLD_MS;
}

/* One item of a page. FALSE: the disk. */
static gboolean
take_item (KioskSync *self, gint64 seq, GBytes *cms, gboolean *ret_hold)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *detail = NULL;

  *ret_hold = FALSE;
  if (settle (self, cms, &problem))
    return TRUE;
  if (g_error_matches (problem, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_DISK))
    return FALSE;
  *ret_hold = holds_cursor (self, seq, problem);
  if (*ret_hold)
    return TRUE;
  KIOSK_SYNC_COUNT (self, refusals);
  detail = g_strdup_printf ("{\"seq\":%" G_GINT64_FORMAT "}", seq);
  return kiosk_vault_audit (self->vault, "outcome-refused", detail, NULL);
}

typedef struct
{
  gint64 after;  /* the page was asked for behind this */
  gint64 cursor; /* where the next round starts */
  gboolean held; /* cursor stays before an outcome that may become good */
} Progress;

static KioskStep
take_items (KioskSync *self, JsonArray *items, Progress *progress)
{
  for (guint i = 0; i < json_array_get_length (items); i++)
    {
      JsonNode *node = json_array_get_element (items, i);
      JsonObject *item = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      g_autoptr (GBytes) cms
        = item != NULL ? kiosk_json_bytes (item, "cms", OUTCOME_MAX, NULL) : NULL;
      gboolean hold = FALSE;
      gint64 seq = 0;

      if (cms == NULL
          || !kiosk_json_integer (item, "seq", progress->after + 1, G_MAXINT64, &seq, NULL))
        return KIOSK_STEP_FAILED;
      if (!take_item (self, seq, cms, &hold))
        return KIOSK_STEP_TROUBLE;
      progress->held = progress->held || hold;
      progress->after = seq;
      if (!progress->held)
        progress->cursor = seq;
    }
  return KIOSK_STEP_DONE;
}

static JsonObject *
fetch_page (KioskSync *self, gint64 after, KioskStep *ret_step)
{
  g_autofree char *path = g_strdup_printf ("/v1/outcomes?after=%" G_GINT64_FORMAT, after);
  g_autoptr (KioskAnswer) answer = kiosk_sync_exchange (
    self, &(KioskRequest){ .method = "GET", .path = path, .maximum = PAGE_MAX }, NULL);
  JsonObject *page;

  *ret_step = KIOSK_STEP_TROUBLE;
  if (answer == NULL)
    return NULL;
  *ret_step = answer->status == 200 ? KIOSK_STEP_FAILED : kiosk_sync_answer_trouble (self, answer);
  page = answer->status == 200 ? kiosk_answer_json (answer, NULL) : NULL;
  return page;
}

/* *@ret_more: the page held something, so there may be another. */
static KioskStep
take_page (KioskSync *self, Progress *progress, gboolean *ret_more)
{
  KioskStep step = KIOSK_STEP_DONE;
  g_autoptr (JsonObject) page = fetch_page (self, progress->after, &step);
  JsonArray *items = page != NULL ? kiosk_json_array (page, "outcomes", PAGE_ITEMS, NULL) : NULL;

  *ret_more = FALSE;
  if (items == NULL)
    return step;
  *ret_more = json_array_get_length (items) > 0;
  return take_items (self, items, progress);
}

static gint64
load_cursor (KioskSync *self)
{
  g_autoptr (GBytes) stored = kiosk_vault_get (self->vault, CURSOR);
  g_autofree char *text = stored != NULL
                            ? g_strndup (g_bytes_get_data (stored, NULL), g_bytes_get_size (stored))
                            : NULL;

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}

static gboolean
store_cursor (KioskSync *self, gint64 cursor)
{
  char *text = g_strdup_printf ("%" G_GINT64_FORMAT, cursor);
  g_autoptr (GBytes) value = g_bytes_new_take (text, strlen (text));

  return kiosk_vault_put (self->vault, CURSOR, value, NULL);
}

KioskStep
kiosk_sync_fetch_outcomes (KioskSync *self)
{
  gint64 stored = load_cursor (self);
  Progress progress = { .after = stored, .cursor = stored };
  KioskStep step = KIOSK_STEP_DONE;
  gboolean more = self->trust != NULL;

  for (guint page = 0; page < PAGES_MOST && more && step == KIOSK_STEP_DONE; page++)
    step = take_page (self, &progress, &more);
  if (progress.cursor != stored && !store_cursor (self, progress.cursor))
    return KIOSK_STEP_TROUBLE;
  return step;
}
