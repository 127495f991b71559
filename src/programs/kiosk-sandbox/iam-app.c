#include "programs/kiosk-sandbox/iam-core.h"
#include "programs/kiosk-sandbox/iam-private.h"
#include <string.h>

#define BODY_MAX     4096
#define DECISION_MAX 10

enum
{
  HTTP_OK = 200,
  HTTP_BAD = 400,
  HTTP_UNKNOWN_PHONE = 401,
  HTTP_NOT_YOURS = 403,
  HTTP_NO_PATH = 404,
  HTTP_DECIDED = 409,
};

static const char *const kinds[KIOSK_IAM_N_KINDS] = {
  [KIOSK_IAM_LOGIN] = "login",       [KIOSK_IAM_PROFILE] = "profile",
  [KIOSK_IAM_FORM] = "form-filling", [KIOSK_IAM_STEP_UP] = "step-up",
  [KIOSK_IAM_SIGN] = "sign",         [KIOSK_IAM_PDF] = "sign",
};

/* What the phone shows before its holder decides. */
static void
describe (KioskIamCore *core, const KioskIamTicket *ticket, JsonObject *answer)
{
  JsonArray *scopes = json_array_new ();

  for (guint i = 0; ticket->scopes != NULL && ticket->scopes[i] != NULL; i++)
    json_array_add_string_element (scopes, ticket->scopes[i]);
  json_object_set_string_member (answer, "kind", kinds[ticket->kind]);
  json_object_set_string_member (answer, "client", core->client.name);
  json_object_set_array_member (answer, "scopes", scopes);
  json_object_set_string_member (answer, "service", ticket->service != NULL ? ticket->service : "");
  json_object_set_string_member (answer, "document",
                                 ticket->document != NULL ? ticket->document : "");
  json_object_set_string_member (answer, "identificationCode",
                                 ticket->identification != NULL ? ticket->identification : "");
}

static guint
approve (KioskIamCore *core, KioskIamTicket *ticket, KioskIamAccount *account)
{
  switch (ticket->kind)
    {
    case KIOSK_IAM_LOGIN:
      return kiosk_iam_login_approve (core, ticket, account);
    case KIOSK_IAM_SIGN:
    case KIOSK_IAM_PDF:
      return kiosk_iam_sign_approve (core, ticket, account);
    default:
      return kiosk_iam_form_approve (core, ticket, account);
    }
}

static guint
decide (KioskIamCore *core, KioskIamTicket *ticket, KioskIamAccount *account, JsonObject *request,
        JsonObject *answer)
{
  gboolean steps_up = ticket->kind == KIOSK_IAM_STEP_UP;
  const char *decision = kiosk_json_string (request, "decision", DECISION_MAX, NULL);
  g_autofree char *text = NULL;
  guint code;

  if (g_strcmp0 (decision, "approve") == 0)
    code = approve (core, ticket, account);
  else if (g_strcmp0 (decision, "refuse") == 0)
    code = steps_up ? KIOSK_IAM_STEP_UP_REFUSED : KIOSK_IAM_REFUSED;
  else if (g_strcmp0 (decision, "cancel") == 0)
    code = steps_up ? KIOSK_IAM_STEP_UP_CANCELLED : KIOSK_IAM_CANCELLED;
  else
    return HTTP_BAD;
  if (!ticket->decided)
    kiosk_iam_ticket_settle (core, ticket, code, NULL);
  text = kiosk_iam_code (core, code);
  json_object_set_string_member (answer, "code", text);
  return HTTP_OK;
}

static guint
find (KioskIamCore *core, KioskIamAccount *account, JsonObject *request,
      KioskIamTicket **ret_ticket)
{
  const char *id = kiosk_json_string (request, "ticket", KIOSK_IAM_ID_MAX, NULL);
  KioskIamTicket *ticket = NULL;

  kiosk_iam_sweep (core, FALSE);
  if (id == NULL)
    return HTTP_BAD;
  ticket = g_hash_table_lookup (core->tickets, id);
  if (ticket == NULL)
    return HTTP_NO_PATH;
  if (ticket->bound != NULL && ticket->bound != account)
    return HTTP_NOT_YOURS;
  if (ticket->decided)
    return HTTP_DECIDED;
  *ret_ticket = ticket;
  return HTTP_OK;
}

guint
kiosk_iam_core_app (KioskIamCore *self, const char *path, const char *token, const char *body,
                    gsize length, char **ret_body)
{
  gboolean opens = strcmp (path, "/app/open") == 0;
  KioskIamAccount *account
    = token != NULL ? kiosk_iam_account_by_token (self->accounts, token) : NULL;
  g_autoptr (JsonObject) request = kiosk_json_parse (body, length, BODY_MAX, NULL);
  g_autoptr (JsonObject) answer = json_object_new ();
  g_autoptr (GBytes) text = NULL;
  KioskIamTicket *ticket = NULL;
  guint status = HTTP_OK;

  if (!opens && strcmp (path, "/app/decide") != 0)
    status = HTTP_NO_PATH;
  else if (account == NULL)
    status = HTTP_UNKNOWN_PHONE;
  else if (request == NULL)
    status = HTTP_BAD;
  else
    status = find (self, account, request, &ticket);
  if (status == HTTP_OK && opens)
    {
      ticket->opened = TRUE;
      describe (self, ticket, answer);
    }
  else if (status == HTTP_OK)
    status = decide (self, ticket, account, request, answer);
  text = kiosk_json_print (answer);
  *ret_body = g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
  return status;
}
