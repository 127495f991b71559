#include "programs/kiosk-sandbox/department.h"
#include "base/file.h"
#include "formats/json.h"
#include "programs/kiosk-sandbox/decision.h"
#include "programs/kiosk-sandbox/error.h"
#include "trust/seal.h"
#include <libsoup/soup.h>
#include <string.h>

#define PAGE_MAX  (16 * 1024 * 1024)
#define ITEMS_MAX 1024
#define ID_MAX    64

struct _KioskSandboxDepartment
{
  KioskSandboxClient *client;
  KioskSandboxBundles *bundles;
  KioskSandboxOffice office;
  KioskSigner signer;
  KioskClock *clock;
  char *name; /* "td" */
  char *refuse;
  char *issuer;
  char *issued;
  char *cursor_path;
  gint64 after;
  char *epoch; /* of the gateway that the cursor belongs to; "" before the first */
};

static gboolean
signer_load (const char *folder, const char *name, KioskSigner *ret_signer, GError **error)
{
  g_autofree char *cert = g_strdup_printf ("%s/%s.pem", folder, name);
  g_autofree char *key = g_strdup_printf ("%s/%s.key", folder, name);
  return kiosk_signer_load (cert, key, ret_signer, error);
}

static gboolean
cursor_load (KioskSandboxDepartment *self, GError **error)
{
  g_autoptr (GError) own = NULL;
  g_autoptr (GBytes) bytes = kiosk_file_read (self->cursor_path, 4096, &own);
  self->epoch = g_strdup ("");
  if (g_error_matches (own, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return TRUE;
  g_autoptr (JsonObject) json = NULL;
  if (bytes != NULL)
    json = kiosk_json_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), 4096, &own);
  const char *epoch = json != NULL ? kiosk_json_string (json, "epoch", ID_MAX, &own) : NULL;
  if (epoch == NULL || !kiosk_json_integer (json, "after", 0, G_MAXINT64, &self->after, &own))
    {
      g_set_error (error, KIOSK_SANDBOX_ERROR, KIOSK_SANDBOX_ERROR_STATE,
                   "%s: %s; remove it: everything is decided again, the same way",
                   self->cursor_path, own->message);
      return FALSE;
    }
  g_free (self->epoch);
  self->epoch = g_strdup (epoch);
  return TRUE;
}

static gboolean
cursor_save (KioskSandboxDepartment *self, GError **error)
{
  g_autoptr (JsonObject) json = json_object_new ();
  json_object_set_string_member (json, "epoch", self->epoch);
  json_object_set_int_member (json, "after", self->after);
  g_autoptr (GBytes) bytes = kiosk_json_print (json);
  return kiosk_file_write (self->cursor_path, bytes, 0600, error);
}

static gboolean
state_load (KioskSandboxDepartment *self, const char *folder, GError **error)
{
  g_autofree char *state = g_build_filename (folder, "state", NULL);
  g_autofree char *anchors = g_build_filename (folder, "anchors.pem", NULL);
  self->cursor_path = g_build_filename (state, "cursor.json", NULL);
  if (!kiosk_folder_make (state, 0700, error) || !cursor_load (self, error))
    return FALSE;
  self->bundles
    = kiosk_sandbox_bundles_new (anchors, state, kiosk_clock_wall_ms (self->clock), error);
  return self->bundles != NULL && kiosk_folder_make (self->issued, 0700, error);
}

KioskSandboxDepartment *
kiosk_sandbox_department_new (const KioskSandboxConfig *config, KioskClock *clock, GError **error)
{
  g_autoptr (KioskSandboxDepartment) self = g_new0 (KioskSandboxDepartment, 1);
  self->clock = clock;
  self->refuse = g_strdup (config->refuse);
  self->name = g_path_get_basename (config->folder);
  self->issuer = g_strdup (config->issuer);
  self->issued = g_build_filename (config->folder, "state", "issued", NULL);
  self->office.department = self->name;
  self->office.refuse = self->refuse;
  self->office.issuer = self->issuer;
  self->office.issued = self->issued;
  self->office.clock = clock;
  if (!signer_load (config->folder, self->name, &self->signer, error)
      || !signer_load (config->folder, "recipient", &self->office.recipient, error))
    return NULL;
  self->client = kiosk_sandbox_client_new (config->gateway, config->folder, error);
  /* Last what is written to: the state. */
  if (self->client == NULL || !state_load (self, config->folder, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
kiosk_sandbox_department_free (KioskSandboxDepartment *self)
{
  if (self == NULL)
    return;
  kiosk_sandbox_client_free (self->client);
  kiosk_sandbox_bundles_free (self->bundles);
  kiosk_signer_clear (&self->signer);
  kiosk_signer_clear (&self->office.recipient);
  g_free (self->name);
  g_free (self->refuse);
  g_free (self->issuer);
  g_free (self->issued);
  g_free (self->cursor_path);
  g_free (self->epoch);
  g_free (self);
}

void
kiosk_sandbox_department_refuse (KioskSandboxDepartment *self, const char *code)
{
  g_free (self->refuse);
  self->refuse = g_strdup (code);
  self->office.refuse = self->refuse;
}

static GBytes *
outcome_sign (KioskSandboxDepartment *self, GBytes *sealed, const char *kiosk, const char *txid,
              const KioskSandboxDecision *decision, GError **error)
{
  guint8 digest[32];
  kiosk_seal_digest (sealed, digest);
  g_autofree char *hex = kiosk_hex_encode (digest, sizeof digest);
  g_autoptr (JsonObject) json = json_object_new ();
  json_object_set_string_member (json, "kiosk", kiosk);
  json_object_set_string_member (json, "txid", txid);
  json_object_set_string_member (json, "digest", hex);
  json_object_set_string_member (json, "department", self->name);
  json_object_set_string_member (json, "outcome", decision->outcome);
  if (decision->reason != NULL)
    json_object_set_string_member (json, "reason", decision->reason);
  else
    json_object_set_null_member (json, "reason");
  json_object_set_int_member (json, "decided_ms", kiosk_clock_wall_ms (self->clock));
  g_autoptr (GBytes) content = kiosk_json_print (json);
  return kiosk_cms_sign (content, &self->signer, 1, FALSE, error);
}

/* TRUE: nothing is left to do about it. Conflict: decided otherwise before, and that stands. What
 * the gateway will never take is reported and passed by, or everybody behind it would wait. */
static gboolean
outcome_is_done (guint status, const char *kiosk, const char *txid, GError **error)
{
  if (status == SOUP_STATUS_CREATED || status == SOUP_STATUS_OK || status == SOUP_STATUS_CONFLICT)
    return TRUE;
  if (status == SOUP_STATUS_NOT_FOUND || status == SOUP_STATUS_UNPROCESSABLE_ENTITY)
    {
      g_printerr ("kiosk-sandbox: %s of %s: the gateway refuses its outcome for good: %u\n", txid,
                  kiosk, status);
      return TRUE;
    }
  g_set_error (error, KIOSK_SANDBOX_ERROR, KIOSK_SANDBOX_ERROR_GATEWAY,
               "%s of %s: the gateway answers %u to its outcome", txid, kiosk, status);
  return FALSE;
}

static gboolean
item_settle (KioskSandboxDepartment *self, JsonObject *item, GCancellable *cancellable,
             GError **error)
{
  const char *kiosk = kiosk_json_string (item, "kiosk", ID_MAX, error);
  const char *txid = kiosk != NULL ? kiosk_json_string (item, "txid", ID_MAX, error) : NULL;
  g_autoptr (GBytes) sealed
    = txid != NULL ? kiosk_json_bytes (item, "sealed", KIOSK_SEAL_MAX, error) : NULL;
  if (sealed == NULL)
    return FALSE;
  KioskSandboxDecision decision
    = kiosk_sandbox_decide (&self->office, self->bundles, sealed, kiosk, txid);
  g_autoptr (GBytes) outcome = outcome_sign (self, sealed, kiosk, txid, &decision, error);
  g_autofree char *path = g_strdup_printf ("/v1/departments/%s/outcomes", self->name);
  g_auto (KioskSandboxReply) reply = { 0 };
  return outcome != NULL
         && kiosk_sandbox_client_post (self->client, path, "application/cms", outcome, cancellable,
                                       &reply, error)
         && outcome_is_done (reply.status, kiosk, txid, error);
}

static JsonObject *
page_fetch (KioskSandboxDepartment *self, GCancellable *cancellable, GError **error)
{
  g_autofree char *path
    = g_strdup_printf ("/v1/departments/%s/inbox?after=%" G_GINT64_FORMAT, self->name, self->after);
  g_auto (KioskSandboxReply) reply = { 0 };
  if (!kiosk_sandbox_client_get (self->client, path, NULL, cancellable, &reply, error))
    return NULL;
  if (reply.status != SOUP_STATUS_OK)
    {
      g_set_error (error, KIOSK_SANDBOX_ERROR, KIOSK_SANDBOX_ERROR_GATEWAY,
                   "%s: the gateway answers %u", path, reply.status);
      return NULL;
    }
  gsize size;
  gconstpointer data = g_bytes_get_data (reply.body, &size);
  return kiosk_json_parse (data, size, PAGE_MAX, error);
}

/* A restored gateway counts from an older place: everything is looked at again. */
static gboolean
epoch_follow (KioskSandboxDepartment *self, JsonObject *page, gboolean *ret_changed, GError **error)
{
  const char *epoch = kiosk_json_string (page, "epoch", ID_MAX, error);
  if (epoch == NULL)
    return FALSE;
  *ret_changed = strcmp (epoch, self->epoch) != 0;
  if (!*ret_changed)
    return TRUE;
  g_free (self->epoch);
  self->epoch = g_strdup (epoch);
  self->after = 0;
  return cursor_save (self, error);
}

/* Settles in order and stops at the first that cannot be: the cursor must not pass it. */
static gboolean
items_settle (KioskSandboxDepartment *self, JsonArray *items, GCancellable *cancellable,
              guint *decided, GError **error)
{
  gboolean good = TRUE;
  gint64 before = self->after;
  for (guint i = 0; good && i < json_array_get_length (items); i++)
    {
      JsonNode *node = json_array_get_element (items, i);
      JsonObject *item = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      gint64 seq;
      if (item == NULL)
        g_set_error (error, KIOSK_SANDBOX_ERROR, KIOSK_SANDBOX_ERROR_GATEWAY,
                     "the inbox holds something that is no item");
      good = item != NULL
             && kiosk_json_integer (item, "seq", self->after + 1, G_MAXINT64, &seq, error)
             && item_settle (self, item, cancellable, error);
      if (good)
        {
          self->after = seq;
          (*decided)++;
        }
    }
  if (self->after == before)
    return good;
  return cursor_save (self, good ? error : NULL) && good;
}

gboolean
kiosk_sandbox_department_round (KioskSandboxDepartment *self, GCancellable *cancellable,
                                guint *ret_decided, GError **error)
{
  *ret_decided = 0;
  if (!kiosk_sandbox_bundles_refresh (self->bundles, self->client,
                                      kiosk_clock_wall_ms (self->clock), cancellable, error))
    return FALSE;
  for (;;)
    {
      g_autoptr (JsonObject) page = page_fetch (self, cancellable, error);
      JsonArray *items = page != NULL ? kiosk_json_array (page, "items", ITEMS_MAX, error) : NULL;
      gboolean changed;
      if (items == NULL || !epoch_follow (self, page, &changed, error))
        return FALSE;
      if (changed)
        continue;
      if (json_array_get_length (items) == 0)
        return TRUE;
      if (!items_settle (self, items, cancellable, ret_decided, error))
        return FALSE;
    }
}
