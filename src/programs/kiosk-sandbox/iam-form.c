#include "programs/kiosk-sandbox/iam-private.h"
#include <string.h>

#define FIELDS_MAX 40
#define FIELD_MAX  64

/* (transfer full): NULL where none are named. */
static guint
take_fields (JsonObject *content, const char *member, char ***ret_fields)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  JsonArray *array;

  if (!json_object_has_member (content, member))
    return KIOSK_IAM_OK;
  array = kiosk_json_array (content, member, FIELDS_MAX, NULL);
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      const char *name
        = JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
            ? json_node_get_string (node)
            : NULL;

      if (name == NULL || strlen (name) > FIELD_MAX)
        return KIOSK_IAM_WRONG;
      g_ptr_array_add (names, g_strdup (name));
    }
  if (array == NULL || names->len == 0)
    return KIOSK_IAM_WRONG;
  g_ptr_array_add (names, NULL);
  *ret_fields = (char **)g_ptr_array_free (g_steal_pointer (&names), FALSE);
  return KIOSK_IAM_OK;
}

/* Approved with the login: the callback goes at once. */
guint
kiosk_iam_profile (KioskIamCore *core, JsonObject *content, JsonObject **ret_content)
{
  KioskIamTicket *ticket = NULL;
  g_autoptr (JsonObject) person = json_object_new ();
  guint code = kiosk_iam_ticket_open (core, KIOSK_IAM_PROFILE, FALSE, content, &ticket);

  if (code == KIOSK_IAM_OK)
    code = take_fields (content, "profileFields", &ticket->fields);
  if (code == KIOSK_IAM_OK
      && !kiosk_iam_account_fields (ticket->bound, (const char *const *)ticket->fields, FALSE,
                                    person))
    code = KIOSK_IAM_WRONG;
  if (code != KIOSK_IAM_OK)
    {
      g_clear_pointer (&ticket, kiosk_iam_ticket_free);
      return code;
    }
  kiosk_iam_ticket_keep (core, ticket);
  kiosk_iam_ticket_settle (core, ticket, KIOSK_IAM_OK, g_steal_pointer (&person));
  *ret_content = json_object_new ();
  json_object_set_boolean_member (*ret_content, "authByQR", FALSE);
  json_object_set_string_member (*ret_content, "ticketID", ticket->id);
  return KIOSK_IAM_OK;
}

static guint
form_open (KioskIamCore *core, KioskIamKind kind, gboolean anonymous, JsonObject *content,
           JsonObject **ret_content)
{
  g_autofree char *link = NULL;
  KioskIamTicket *ticket = NULL;
  guint code = kiosk_iam_ticket_open (core, kind, anonymous, content, &ticket);

  if (code == KIOSK_IAM_OK)
    code = take_fields (content, "eMEFields", &ticket->fields);
  if (code != KIOSK_IAM_OK)
    {
      g_clear_pointer (&ticket, kiosk_iam_ticket_free);
      return code;
    }
  kiosk_iam_ticket_keep (core, ticket);
  link = kiosk_iam_ticket_link (core, ticket);
  *ret_content = json_object_new ();
  json_object_set_boolean_member (*ret_content, "authByQR", TRUE);
  json_object_set_string_member (*ret_content, "ticketID", ticket->id);
  json_object_set_string_member (*ret_content, "ticketURL", link);
  return KIOSK_IAM_OK;
}

guint
kiosk_iam_form (KioskIamCore *core, JsonObject *content, JsonObject **ret_content)
{
  return form_open (core, KIOSK_IAM_FORM, FALSE, content, ret_content);
}

guint
kiosk_iam_form_anonymous (KioskIamCore *core, JsonObject *content, JsonObject **ret_content)
{
  return form_open (core, KIOSK_IAM_FORM, TRUE, content, ret_content);
}

guint
kiosk_iam_step_up (KioskIamCore *core, JsonObject *content, JsonObject **ret_content)
{
  return form_open (core, KIOSK_IAM_STEP_UP, FALSE, content, ret_content);
}

guint
kiosk_iam_form_approve (KioskIamCore *core, KioskIamTicket *ticket, KioskIamAccount *account)
{
  JsonObject *content = json_object_new ();
  guint code = KIOSK_IAM_OK;

  if (ticket->kind == KIOSK_IAM_STEP_UP)
    json_object_set_string_member (content, "isPassed", "true");
  else if (!kiosk_iam_account_fields (account, (const char *const *)ticket->fields, TRUE, content))
    code = KIOSK_IAM_FORM_FAILED;
  kiosk_iam_ticket_settle (core, ticket, code, content);
  return code;
}
