#include "identity/iamsmart-envelope.h"

#include <string.h>

#define TX_ID_MAX  128
#define CODE_MAX   16
#define KEY_MAX    1400  /* Base64 of 8,192 bits */
#define AROUND_MAX 16384 /* everything but the content */
#define FRAME      32    /* what the content adds to its plaintext */

static void
malformed (GError **error, const char *what)
{
  g_set_error_literal (error, KIOSK_IAMSMART_ERROR, KIOSK_IAMSMART_ERROR_MALFORMED, what);
}

/* Characters of Base64 that the longest content takes. */
static gsize
text_max (const KioskIamsmartProfile *profile)
{
  return (profile->content_most + FRAME + 2) / 3 * 4;
}

void
kiosk_iamsmart_answer_free (KioskIamsmartAnswer *self)
{
  if (self == NULL)
    return;
  g_free (self->tx_id);
  g_free (self->code);
  g_free (self->secret_key);
  g_free (self->content);
  g_clear_pointer (&self->plain, json_object_unref);
  g_free (self);
}

static char *
print (JsonObject *object)
{
  g_autoptr (GBytes) bytes = kiosk_json_print (object);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

char *
kiosk_iamsmart_request_print (const char *content)
{
  g_autoptr (JsonObject) request = json_object_new ();

  json_object_set_string_member (request, "content", content);
  return print (request);
}

char *
kiosk_iamsmart_request_parse (const KioskIamsmartProfile *profile, gconstpointer body, gsize length,
                              GError **error)
{
  g_autoptr (JsonObject) request
    = kiosk_json_parse (body, length, text_max (profile) + AROUND_MAX, NULL);
  const char *content = NULL;

  if (request != NULL && json_object_get_size (request) == 1)
    content = kiosk_json_string (request, "content", text_max (profile), NULL);
  if (content == NULL)
    malformed (error, "a request that is not {\"content\":\"…\"}");
  return g_strdup (content);
}

static gboolean
is_tx_id (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    if (!g_ascii_isprint (*c))
      return FALSE;
  return TRUE;
}

/* NULL where the member is not there or null; FALSE where it is anything but a string. */
static gboolean
take_string (JsonObject *object, const char *member, gsize maximum, char **ret_value)
{
  if (!json_object_has_member (object, member) || json_object_get_null_member (object, member))
    return TRUE;
  *ret_value = g_strdup (kiosk_json_string (object, member, maximum, NULL));
  return *ret_value != NULL;
}

static gboolean
take_content (const KioskIamsmartProfile *profile, KioskIamsmartAnswer *self, JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "content");

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return take_string (object, "content", text_max (profile), &self->content);
  self->plain = json_object_ref (json_node_get_object (node));
  return TRUE;
}

KioskIamsmartAnswer *
kiosk_iamsmart_answer_parse (const KioskIamsmartProfile *profile, gconstpointer body, gsize length,
                             GError **error)
{
  g_autoptr (JsonObject) object
    = kiosk_json_parse (body, length, text_max (profile) + AROUND_MAX, NULL);
  g_autoptr (KioskIamsmartAnswer) self = g_new0 (KioskIamsmartAnswer, 1);

  if (object == NULL || !take_string (object, "code", CODE_MAX, &self->code) || self->code == NULL)
    {
      malformed (error, "an answer that is not a JSON object with a code");
      return NULL;
    }
  if (!take_string (object, "txID", TX_ID_MAX, &self->tx_id)
      || (self->tx_id != NULL && !is_tx_id (self->tx_id))
      || !take_string (object, "secretKey", KEY_MAX, &self->secret_key)
      || !take_content (profile, self, object))
    {
      malformed (error, "an answer whose txID, secretKey or content is of another kind");
      return NULL;
    }
  return g_steal_pointer (&self);
}

char *
kiosk_iamsmart_answer_print (const KioskIamsmartAnswer *self, const char *message)
{
  g_autoptr (JsonObject) object = json_object_new ();

  if (self->tx_id != NULL)
    json_object_set_string_member (object, "txID", self->tx_id);
  json_object_set_string_member (object, "code", self->code);
  json_object_set_string_member (object, "message", message);
  if (self->secret_key != NULL)
    json_object_set_string_member (object, "secretKey", self->secret_key);
  if (self->content != NULL)
    json_object_set_string_member (object, "content", self->content);
  else if (self->plain != NULL)
    json_object_set_object_member (object, "content", json_object_ref (self->plain));
  return print (object);
}

KioskSecret *
kiosk_iamsmart_callback_open (const KioskIamsmartProfile *profile, const KioskIamsmartAnswer *self,
                              KioskIamsmartKek *kek, GError **error)
{
  g_autoptr (KioskSecret) own = NULL;
  KioskSecret *plain = NULL;

  if (self->content == NULL || self->secret_key == NULL)
    {
      malformed (error, "a callback without sealed content, or without a key of its own");
      return NULL;
    }
  own = kiosk_iamsmart_kek_unwrap (kek, self->secret_key, NULL);
  if (own != NULL)
    plain = kiosk_iamsmart_content_open_with (profile, own, self->content, NULL);
  if (plain == NULL)
    malformed (error, "a callback that its own key does not open");
  return plain;
}

KioskSecret *
kiosk_iamsmart_answer_open (const KioskIamsmartProfile *profile, const KioskIamsmartAnswer *self,
                            const KioskIamsmartKey *key, KioskIamsmartKek *kek, gint64 now_ms,
                            GError **error)
{
  if (!kiosk_iamsmart_profile_check_code (profile, self->code, error))
    return NULL;
  if (self->content == NULL || (self->secret_key != NULL ? kek == NULL : key == NULL))
    {
      malformed (error, "an answer without sealed content, or without a key to open it");
      return NULL;
    }
  if (self->secret_key != NULL)
    return kiosk_iamsmart_callback_open (profile, self, kek, error);
  return kiosk_iamsmart_content_open (profile, key, self->content, now_ms, error);
}
