#include "programs/kiosk-sandbox/iam-core.h"
#include "programs/kiosk-sandbox/iam-private.h"
#include <string.h>

#define CODE_MS     (G_GINT64_CONSTANT (30) * 1000)
#define TOKEN_MS    (G_GINT64_CONSTANT (4) * 60 * 60 * 1000)
#define SCOPE_MAX   200
#define GRANT_WORDS "authorization_code"

void
kiosk_iam_grant_free (gpointer data)
{
  KioskIamGrant *self = data;

  g_strfreev (self->scopes);
  g_free (self->redirect_uri);
  g_free (self);
}

static KioskIamGrant *
grant_new (KioskIamCore *core, KioskIamAccount *account, char **scopes, const char *redirect_uri,
           gint64 life_ms)
{
  KioskIamGrant *self = g_new0 (KioskIamGrant, 1);

  self->account = account;
  self->scopes = g_strdupv (scopes);
  self->redirect_uri = g_strdup (redirect_uri);
  self->expires_ms = kiosk_iam_now (core) + life_ms;
  return self;
}

static gboolean
is_scope (const char *word)
{
  static const char *const known[] = { "eidapi_auth", "eidapi_profiles", "eidapi_formFilling",
                                       "eidapi_sign", "eidapi_fr",       "eidapi_bulksign",
                                       NULL };

  return g_strv_contains (known, word);
}

static guint
take_scopes (JsonObject *query, KioskIamTicket *ticket)
{
  const char *scope;
  guint code = kiosk_iam_take (query, "scope", SCOPE_MAX, TRUE, &scope);

  if (code != KIOSK_IAM_OK)
    return code;
  ticket->scopes = g_strsplit (scope, " ", -1);
  for (guint i = 0; ticket->scopes[i] != NULL; i++)
    if (!is_scope (ticket->scopes[i]))
      return KIOSK_IAM_SCOPE;
  return g_strv_contains ((const char *const *)ticket->scopes, "eidapi_auth") ? KIOSK_IAM_OK
                                                                              : KIOSK_IAM_SCOPE;
}

static guint
check_client (KioskIamCore *core, JsonObject *query)
{
  const char *client;
  const char *type;
  guint code = kiosk_iam_take (query, "clientID", 64, TRUE, &client);

  if (code == KIOSK_IAM_OK)
    code = kiosk_iam_take (query, "responseType", 10, TRUE, &type);
  if (code != KIOSK_IAM_OK)
    return code;
  return strcmp (client, core->client.id) == 0 && strcmp (type, "code") == 0 ? KIOSK_IAM_OK
                                                                             : KIOSK_IAM_WRONG;
}

static guint
qr_open (KioskIamCore *core, JsonObject *query, char **ret_link)
{
  KioskIamTicket *ticket = NULL;
  guint code = check_client (core, query);

  if (code == KIOSK_IAM_OK)
    code = kiosk_iam_ticket_open (core, KIOSK_IAM_LOGIN, TRUE, query, &ticket);
  if (code == KIOSK_IAM_OK)
    code = take_scopes (query, ticket);
  if (code == KIOSK_IAM_OK)
    {
      kiosk_iam_ticket_keep (core, ticket);
      *ret_link = kiosk_iam_ticket_link (core, ticket);
    }
  else if (ticket != NULL)
    kiosk_iam_ticket_free (ticket);
  return code;
}

gboolean
kiosk_iam_core_is_qr (const KioskIamCore *self, const char *path)
{
  return strcmp (path, self->profile->paths[KIOSK_IAMSMART_GET_QR]) == 0;
}

/* Not signed: it is a person's browser that comes here. */
char *
kiosk_iam_core_qr (KioskIamCore *self, GHashTable *query, char **ret_link)
{
  g_autoptr (JsonObject) members = json_object_new ();
  g_autoptr (KioskIamsmartAnswer) answer = NULL;
  GHashTableIter iter;
  gpointer name;
  gpointer value;
  guint code;

  if (query != NULL)
    {
      g_hash_table_iter_init (&iter, query);
      while (g_hash_table_iter_next (&iter, &name, &value))
        json_object_set_string_member (members, name, value);
    }
  self->requests++;
  code = qr_open (self, members, ret_link);
  if (code == KIOSK_IAM_OK)
    return NULL;
  answer = g_new0 (KioskIamsmartAnswer, 1);
  answer->code = kiosk_iam_code (self, code);
  return kiosk_iamsmart_answer_print (answer, "FAILED");
}

guint
kiosk_iam_login_approve (KioskIamCore *core, KioskIamTicket *ticket, KioskIamAccount *account)
{
  JsonObject *content = json_object_new ();
  char *code = kiosk_random_id (core->random);

  json_object_set_string_member (content, "code", code);
  g_hash_table_insert (core->codes, code,
                       grant_new (core, account, ticket->scopes, ticket->redirect_uri, CODE_MS));
  kiosk_iam_ticket_settle (core, ticket, KIOSK_IAM_OK, content);
  return KIOSK_IAM_OK;
}

/* Spent by the first who brings it, in time or not. */
static KioskIamGrant *
code_spend (KioskIamCore *core, const char *code)
{
  char *key = NULL;
  KioskIamGrant *grant = NULL;

  if (!g_hash_table_steal_extended (core->codes, code, (gpointer *)&key, (gpointer *)&grant))
    return NULL;
  g_free (key);
  if (grant->expires_ms > kiosk_iam_now (core)
      && !kiosk_iam_faults_take (&core->faults, KIOSK_IAM_FAULT_CODE_EXPIRED))
    return grant;
  kiosk_iam_grant_free (grant);
  return NULL;
}

static void
token_give (KioskIamCore *core, KioskIamGrant *grant, JsonObject *content)
{
  g_autofree char *open_id = kiosk_iam_account_open_id (grant->account, core->client.id);
  g_autofree char *scope = g_strjoinv (" ", grant->scopes);
  char *token = kiosk_random_id (core->random);

  json_object_set_string_member (content, "accessToken", token);
  json_object_set_string_member (content, "openID", open_id);
  json_object_set_string_member (content, "userType", grant->account->may_sign ? "sign" : "basic");
  json_object_set_string_member (content, "scope", scope);
  json_object_set_int_member (content, "expiresIn", TOKEN_MS);
  json_object_set_int_member (content, "lastModifiedDate", kiosk_iam_now (core));
  g_hash_table_insert (
    core->tokens, token,
    grant_new (core, grant->account, grant->scopes, grant->redirect_uri, TOKEN_MS));
}

guint
kiosk_iam_get_token (KioskIamCore *core, JsonObject *content, JsonObject **ret_content)
{
  const char *text;
  const char *type;
  KioskIamGrant *grant;
  guint code = kiosk_iam_take (content, "code", KIOSK_IAM_ID_MAX, TRUE, &text);

  if (code == KIOSK_IAM_OK)
    code = kiosk_iam_take (content, "grantType", 40, TRUE, &type);
  if (code != KIOSK_IAM_OK)
    return code;
  if (strcmp (type, GRANT_WORDS) != 0)
    return KIOSK_IAM_WRONG;
  kiosk_iam_sweep (core, FALSE);
  if (g_hash_table_size (core->tokens) >= KIOSK_IAM_OPEN_MAX)
    return KIOSK_IAM_BUSY;
  grant = code_spend (core, text);
  if (grant == NULL)
    return KIOSK_IAM_CODE_OVER;
  *ret_content = json_object_new ();
  token_give (core, grant, *ret_content);
  kiosk_iam_grant_free (grant);
  return KIOSK_IAM_OK;
}

KioskIamGrant *
kiosk_iam_token_check (KioskIamCore *core, JsonObject *content, const char *scope, guint *ret_code)
{
  const char *token;
  const char *open_id;
  KioskIamGrant *grant = NULL;
  g_autofree char *ours = NULL;

  *ret_code = kiosk_iam_take (content, "accessToken", KIOSK_IAM_ID_MAX, TRUE, &token);
  if (*ret_code == KIOSK_IAM_OK)
    *ret_code = kiosk_iam_take (content, "openID", KIOSK_IAM_ID_MAX, FALSE, &open_id);
  if (*ret_code != KIOSK_IAM_OK)
    return NULL;
  grant = g_hash_table_lookup (core->tokens, token);
  *ret_code = KIOSK_IAM_TOKEN;
  if (grant == NULL || grant->expires_ms <= kiosk_iam_now (core))
    return NULL;
  ours = kiosk_iam_account_open_id (grant->account, core->client.id);
  if (open_id != NULL && strcmp (open_id, ours) != 0)
    return NULL;
  *ret_code = KIOSK_IAM_SCOPE;
  return g_strv_contains ((const char *const *)grant->scopes, scope) ? grant : NULL;
}
