#include "programs/kiosk-sandbox/iam-private.h"
#include <string.h>

#define TICKET_MS      (G_GINT64_CONSTANT (18) * 60 * 1000)
#define URI_MAX        500
#define SOURCE_MAX     40
#define LANG_MAX       5
#define DEPARTMENT_MAX 100
#define NAME_MAX       255

void
kiosk_iam_ticket_free (gpointer data)
{
  KioskIamTicket *self = data;

  g_free (self->id);
  g_free (self->business_id);
  g_free (self->state);
  g_free (self->redirect_uri);
  g_strfreev (self->scopes);
  g_strfreev (self->fields);
  g_free (self->service);
  g_free (self->document);
  g_free (self->digest_text);
  g_clear_pointer (&self->digest, g_bytes_unref);
  g_free (self->hkic_hash);
  g_free (self->identification);
  g_clear_pointer (&self->result, json_object_unref);
  g_free (self);
}

/* Where the person's browser or app is: the kinds that are in public, versions after them. */
static gboolean
is_source (const char *source)
{
  static const char *const known[]
    = { "PC_Browser", "Android_", "iOS_", "App_Link", "App_Package", "App_Scheme" };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_has_prefix (source, known[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_language (const char *language)
{
  static const char *const known[] = { "en-US", "zh-HK", "zh-CN", NULL };

  return g_strv_contains (known, language);
}

static guint
take_place (KioskIamCore *core, KioskIamTicket *self, JsonObject *content)
{
  const char *source;
  const char *language;
  const char *uri;
  guint code
    = kiosk_iam_take (content, "source", SOURCE_MAX, self->kind == KIOSK_IAM_LOGIN, &source);

  if (code == KIOSK_IAM_OK)
    code = kiosk_iam_take (content, "lang", LANG_MAX, FALSE, &language);
  if (code == KIOSK_IAM_OK)
    code = kiosk_iam_take (content, "redirectURI", URI_MAX, self->kind != KIOSK_IAM_PROFILE, &uri);
  if (code != KIOSK_IAM_OK)
    return code;
  if ((source != NULL && !is_source (source)) || (language != NULL && !is_language (language)))
    return KIOSK_IAM_WRONG;
  if (uri != NULL && !kiosk_iam_client_knows (&core->client, uri))
    return KIOSK_IAM_ADDRESS;
  self->redirect_uri = g_strdup (uri);
  return KIOSK_IAM_OK;
}

static guint
take_numbers (KioskIamCore *core, KioskIamTicket *self, JsonObject *content)
{
  const char *state;
  const char *business = NULL;
  guint code
    = kiosk_iam_take (content, "state", KIOSK_IAM_ID_MAX, self->kind == KIOSK_IAM_LOGIN, &state);

  if (code == KIOSK_IAM_OK && self->kind != KIOSK_IAM_LOGIN)
    code = kiosk_iam_take (content, "businessID", KIOSK_IAM_ID_MAX, TRUE, &business);
  if (code != KIOSK_IAM_OK)
    return code;
  if ((state != NULL && !kiosk_iam_is_id (state))
      || (business != NULL && !kiosk_iam_is_id (business)))
    return KIOSK_IAM_WRONG;
  if (business != NULL && g_hash_table_contains (core->businesses, business))
    return KIOSK_IAM_USED_BEFORE;
  self->state = g_strdup (state);
  self->business_id = g_strdup (business);
  return KIOSK_IAM_OK;
}

static guint
take_names (KioskIamTicket *self, JsonObject *content)
{
  gboolean signs = self->kind == KIOSK_IAM_SIGN || self->kind == KIOSK_IAM_PDF;
  const char *document_member = self->kind == KIOSK_IAM_FORM ? "formName" : "documentName";
  const char *department;
  const char *service;
  const char *document;
  guint code = kiosk_iam_take (content, "department", DEPARTMENT_MAX, signs, &department);

  if (code == KIOSK_IAM_OK)
    code = kiosk_iam_take (content, "serviceName", NAME_MAX, signs, &service);
  if (code == KIOSK_IAM_OK)
    code = kiosk_iam_take (content, document_member, NAME_MAX,
                           signs || self->kind == KIOSK_IAM_FORM, &document);
  if (code != KIOSK_IAM_OK)
    return code;
  self->service = g_strdup (service != NULL ? service : department);
  self->document = g_strdup (document);
  return KIOSK_IAM_OK;
}

static guint
take_account (KioskIamCore *core, KioskIamTicket *self, JsonObject *content)
{
  static const char *const scopes[KIOSK_IAM_N_KINDS] = {
    [KIOSK_IAM_PROFILE] = "eidapi_profiles", [KIOSK_IAM_FORM] = "eidapi_formFilling",
    [KIOSK_IAM_STEP_UP] = "eidapi_fr",       [KIOSK_IAM_SIGN] = "eidapi_sign",
    [KIOSK_IAM_PDF] = "eidapi_sign",
  };
  guint code = KIOSK_IAM_OK;
  KioskIamGrant *grant = kiosk_iam_token_check (core, content, scopes[self->kind], &code);

  if (grant == NULL)
    return code;
  self->bound = grant->account;
  if (self->redirect_uri == NULL)
    self->redirect_uri = g_strdup (grant->redirect_uri);
  return KIOSK_IAM_OK;
}

guint
kiosk_iam_ticket_open (KioskIamCore *core, KioskIamKind kind, gboolean anonymous,
                       JsonObject *content, KioskIamTicket **ret_ticket)
{
  KioskIamTicket *self = g_new0 (KioskIamTicket, 1);
  guint code;

  self->kind = kind;
  self->anonymous = anonymous;
  code = g_hash_table_size (core->tickets) < KIOSK_IAM_OPEN_MAX ? take_place (core, self, content)
                                                                : KIOSK_IAM_BUSY;
  if (code == KIOSK_IAM_OK)
    code = take_numbers (core, self, content);
  if (code == KIOSK_IAM_OK)
    code = take_names (self, content);
  if (code == KIOSK_IAM_OK && !anonymous)
    code = take_account (core, self, content);
  if (code == KIOSK_IAM_OK)
    *ret_ticket = self;
  else
    kiosk_iam_ticket_free (self);
  return code;
}

static void
time_over (gpointer data)
{
  kiosk_iam_sweep (data, FALSE);
}

void
kiosk_iam_ticket_keep (KioskIamCore *core, KioskIamTicket *self)
{
  self->id = kiosk_random_id (core->random);
  self->expires_ms = kiosk_iam_now (core) + TICKET_MS;
  self->timeout = kiosk_clock_add_timeout (core->clock, TICKET_MS, time_over, core);
  g_hash_table_insert (core->tickets, self->id, self);
  if (self->business_id != NULL)
    g_hash_table_insert (core->businesses, g_strdup (self->business_id), g_strdup (self->id));
}

char *
kiosk_iam_ticket_link (const KioskIamCore *core, const KioskIamTicket *self)
{
  return g_strconcat (core->base, "/app?ticket=", self->id, NULL);
}

/* A login ends where the person's browser would go on. */
static void
redirect (KioskIamCore *core, KioskIamTicket *self, guint code, JsonObject *content,
          const char *state, gboolean late, guint copies)
{
  g_autofree char *number = code != KIOSK_IAM_OK ? kiosk_iam_code (core, code) : NULL;
  const char *value = number != NULL ? number : json_object_get_string_member (content, "code");
  g_autofree char *uri
    = g_strconcat (self->redirect_uri, strchr (self->redirect_uri, '?') != NULL ? "&" : "?",
                   number != NULL ? "error_code=" : "code=", value, "&state=", state, NULL);

  for (guint i = 0; i < copies; i++)
    kiosk_iam_post_send (core->post, uri, NULL, late);
}

static void
deliver (KioskIamCore *core, KioskIamTicket *self, guint code, JsonObject *content,
         const char *stranger, gboolean late, guint copies)
{
  g_autofree char *uri = kiosk_iam_client_callback (&core->client, self->redirect_uri, self->kind);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;
  const char *business = stranger != NULL ? stranger : self->business_id;
  const char *state = stranger != NULL ? stranger : self->state;

  json_object_set_string_member (content, "businessID", business);
  if (state != NULL)
    json_object_set_string_member (content, "state", state);
  body = kiosk_iam_callback_print (core, code, content, &error);
  if (body == NULL)
    g_printerr ("kiosk-sandbox: callback: %s\n", error->message);
  for (guint i = 0; body != NULL && i < copies; i++)
    kiosk_iam_post_send (core->post, uri, body, late);
}

void
kiosk_iam_ticket_settle (KioskIamCore *core, KioskIamTicket *self, guint code, JsonObject *content)
{
  gboolean foreign = kiosk_iam_faults_take (&core->faults, KIOSK_IAM_FAULT_FOREIGN_STATE);
  gboolean late = kiosk_iam_faults_take (&core->faults, KIOSK_IAM_FAULT_LATE_CALLBACK);
  guint copies = kiosk_iam_faults_take (&core->faults, KIOSK_IAM_FAULT_DUPLICATE_CALLBACK) ? 2 : 1;
  g_autofree char *stranger = foreign ? kiosk_random_id (core->random) : NULL;

  if (content == NULL)
    content = json_object_new ();
  self->decided = TRUE;
  self->code = code;
  if (kiosk_iam_faults_take (&core->faults, KIOSK_IAM_FAULT_LOST_CALLBACK))
    copies = 0;
  if (self->kind == KIOSK_IAM_LOGIN)
    redirect (core, self, code, content, stranger != NULL ? stranger : self->state, late, copies);
  else
    deliver (core, self, code, content, stranger, late, copies);
  self->result = content;
  if (foreign && self->business_id != NULL)
    json_object_set_string_member (self->result, "businessID", self->business_id);
}

KioskIamTicket *
kiosk_iam_ticket_of (KioskIamCore *core, JsonObject *content)
{
  const char *business = kiosk_json_string (content, "businessID", KIOSK_IAM_ID_MAX, NULL);
  const char *id = business != NULL ? g_hash_table_lookup (core->businesses, business) : NULL;
  const char *named = kiosk_json_optional_string (content, "ticketID", KIOSK_IAM_ID_MAX, NULL);

  if (id == NULL || (named != NULL && strcmp (named, id) != 0))
    return NULL;
  return g_hash_table_lookup (core->tickets, id);
}

static gboolean
grant_is_over (gpointer key, gpointer value, gpointer data)
{
  const KioskIamGrant *grant = value;
  const gint64 *now_ms = data;

  return grant->expires_ms <= *now_ms;
}

void
kiosk_iam_sweep (KioskIamCore *core, gboolean everything)
{
  static const guint silence[KIOSK_IAM_N_KINDS] = {
    [KIOSK_IAM_LOGIN] = KIOSK_IAM_NO_ANSWER,
    [KIOSK_IAM_PROFILE] = KIOSK_IAM_NO_ANSWER,
    [KIOSK_IAM_FORM] = KIOSK_IAM_NO_ANSWER,
    [KIOSK_IAM_SIGN] = KIOSK_IAM_NO_ANSWER,
    [KIOSK_IAM_STEP_UP] = KIOSK_IAM_STEP_UP_NO_ANSWER,
    [KIOSK_IAM_PDF] = KIOSK_IAM_NO_ANSWER,
  };
  gint64 now_ms = kiosk_iam_now (core);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, core->tickets);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      KioskIamTicket *ticket = value;

      if (!everything && ticket->expires_ms > now_ms)
        continue;
      if (!ticket->decided)
        kiosk_iam_ticket_settle (core, ticket, silence[ticket->kind], NULL);
      kiosk_clock_cancel (core->clock, ticket->timeout);
      if (ticket->business_id != NULL)
        g_hash_table_remove (core->businesses, ticket->business_id);
      g_hash_table_iter_remove (&iter);
    }
  g_hash_table_foreach_remove (core->codes, grant_is_over, &now_ms);
  g_hash_table_foreach_remove (core->tokens, grant_is_over, &now_ms);
}
