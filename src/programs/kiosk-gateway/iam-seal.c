#include "programs/kiosk-gateway/iam-seal.h"
#include "formats/json.h"
#include "identity/iamsmart-content.h"
#include "trust/cms.h"
#include <string.h>

#define HELD_MAX   4096
#define PERSON_MAX 256 /* bytes of a name */
#define CERT_MAX   16384
#define SIGNED_MAX 2048 /* Base64 of a signature */

void
kiosk_gateway_iam_held_clear (KioskGatewayIamHeld *self)
{
  g_clear_pointer (&self->business, kiosk_wipe_string);
  g_clear_pointer (&self->ticket, kiosk_wipe_string);
  g_clear_pointer (&self->user_type, kiosk_wipe_string);
  g_clear_pointer (&self->digest, kiosk_wipe_string);
}

static void
member_set (JsonObject *object, const char *name, const char *value)
{
  if (value != NULL)
    json_object_set_string_member (object, name, value);
}

/* A key of the codec's kind that never runs out. */
static KioskIamsmartKey *
store_key (const KioskGatewayIamSettings *settings)
{
  return kiosk_iamsmart_key_new (settings->profile, settings->store_key, 0, G_MAXINT64 / 2);
}

char *
kiosk_gateway_iam_hold (const KioskGatewayIamSettings *settings, KioskRandom *random,
                        const char *session, const KioskGatewayIamHeld *held, GError **error)
{
  g_autoptr (JsonObject) json = json_object_new ();
  member_set (json, "session", session);
  member_set (json, "business", held->business);
  member_set (json, "ticket", held->ticket);
  member_set (json, "user_type", held->user_type);
  member_set (json, "digest", held->digest);
  GBytes *plain = kiosk_json_print (json);
  g_autoptr (KioskIamsmartKey) key = store_key (settings);
  gsize size;
  gconstpointer data = g_bytes_get_data (plain, &size);
  char *text = kiosk_iamsmart_content_seal (settings->profile, key, random, data, size, 0, error);
  kiosk_wipe_bytes (plain);
  return text;
}

gboolean
kiosk_gateway_iam_recall (const KioskGatewayIamSettings *settings, const char *session,
                          const char *text, KioskGatewayIamHeld *ret_held, GError **error)
{
  g_autoptr (KioskSecret) plain
    = kiosk_iamsmart_content_open_with (settings->profile, settings->store_key, text, error);
  g_autoptr (JsonObject) json
    = plain != NULL
        ? kiosk_json_parse (kiosk_secret_data (plain), kiosk_secret_length (plain), HELD_MAX, error)
        : NULL;
  const char *of = json != NULL ? kiosk_json_string (json, "session", 64, error) : NULL;
  const char *business = of != NULL ? kiosk_json_string (json, "business", 64, error) : NULL;
  if (business == NULL)
    return FALSE;
  if (strcmp (of, session) != 0)
    {
      g_set_error_literal (error, KIOSK_JSON_ERROR, KIOSK_JSON_ERROR_MEMBER,
                           "what was held is another session's");
      return FALSE;
    }
  ret_held->business = g_strdup (business);
  ret_held->ticket = g_strdup (kiosk_json_optional_string (json, "ticket", 256, NULL));
  ret_held->user_type = g_strdup (kiosk_json_optional_string (json, "user_type", 16, NULL));
  ret_held->digest = g_strdup (kiosk_json_optional_string (json, "digest", 64, NULL));
  return TRUE;
}

GBytes *
kiosk_gateway_iam_seal (GBytes *certificate, JsonObject *answer, GError **error)
{
  g_autoptr (X509) cert = kiosk_pki_cert_from_der (certificate, error);
  if (cert == NULL)
    return NULL;
  g_autoptr (GPtrArray) recipients = g_ptr_array_new ();
  g_ptr_array_add (recipients, cert);
  GBytes *plain = kiosk_json_print (answer);
  GBytes *cms = kiosk_cms_encrypt (plain, recipients, error);
  kiosk_wipe_bytes (plain);
  return cms;
}

/* {"idNo":{"Identification":…}}: a part of a person, or the person where it is flat. */
static const char *
nested (JsonObject *object, const char *member, const char *inner, gsize maximum)
{
  if (!json_object_has_member (object, member))
    return NULL;
  JsonNode *node = json_object_get_member (object, member);
  if (JSON_NODE_HOLDS_OBJECT (node))
    return kiosk_json_optional_string (json_node_get_object (node), inner, maximum, NULL);
  return kiosk_json_optional_string (object, member, maximum, NULL);
}

/* The public sources do not agree on whether the fields stand inside a member of their own. */
static JsonObject *
fields_of (JsonObject *content)
{
  static const char *const members[] = { "profileFields", "profile" };
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    if (json_object_has_member (content, members[i])
        && JSON_NODE_HOLDS_OBJECT (json_object_get_member (content, members[i])))
      return json_object_get_object_member (content, members[i]);
  return content;
}

JsonObject *
kiosk_gateway_iam_profile_print (JsonObject *content, const char *user_type, GError **error)
{
  JsonObject *fields = fields_of (content);
  const char *number = nested (fields, "idNo", "Identification", 16);
  const char *check = nested (fields, "idNo", "CheckDigit", 1);
  const char *name = nested (fields, "enName", "UnstructuredName", PERSON_MAX);
  const char *chinese = nested (fields, "chName", "ChineseName", PERSON_MAX);
  const char *birth = kiosk_json_optional_string (fields, "birthDate", 8, NULL);
  const char *gender = kiosk_json_optional_string (fields, "gender", 8, NULL);
  if (number == NULL || check == NULL || name == NULL || birth == NULL || user_type == NULL)
    {
      g_set_error_literal (error, KIOSK_JSON_ERROR, KIOSK_JSON_ERROR_MEMBER,
                           "a profile without number, name or date of birth");
      return NULL;
    }
  JsonObject *answer = json_object_new ();
  json_object_set_string_member (answer, "type", "profile");
  json_object_set_string_member (answer, "hkid", number);
  json_object_set_string_member (answer, "check", check);
  json_object_set_string_member (answer, "name", name);
  member_set (answer, "name_chinese", chinese);
  json_object_set_string_member (answer, "birth_date", birth);
  member_set (answer, "gender", gender);
  json_object_set_string_member (answer, "user_type", user_type);
  return answer;
}

/* Milliseconds, as a number or as text. */
static gboolean
timestamp_read (JsonObject *content, gint64 *ret_ms)
{
  if (kiosk_json_integer (content, "timestamp", 1, G_MAXINT64, ret_ms, NULL))
    return TRUE;
  const char *text = json_object_has_member (content, "timestamp")
                       ? kiosk_json_optional_string (content, "timestamp", 16, NULL)
                       : NULL;
  return text != NULL && g_ascii_string_to_signed (text, 10, 1, G_MAXINT64, ret_ms, NULL);
}

JsonObject *
kiosk_gateway_iam_signature_print (JsonObject *content, const char *digest, GError **error)
{
  const char *signature = kiosk_json_string (content, "signature", SIGNED_MAX, error);
  const char *cert
    = signature != NULL ? kiosk_json_string (content, "cert", CERT_MAX, error) : NULL;
  gint64 timestamp_ms;
  if (cert == NULL)
    return NULL;
  if (digest == NULL || !timestamp_read (content, &timestamp_ms))
    {
      g_set_error_literal (error, KIOSK_JSON_ERROR, KIOSK_JSON_ERROR_MEMBER,
                           "a signature without its time");
      return NULL;
    }
  JsonObject *answer = json_object_new ();
  json_object_set_string_member (answer, "type", "signature");
  json_object_set_string_member (answer, "algorithm", "SHA256withRSA");
  json_object_set_string_member (answer, "signature", signature);
  json_object_set_string_member (answer, "certificate", cert);
  json_object_set_int_member (answer, "timestamp_ms", timestamp_ms);
  json_object_set_string_member (answer, "digest", digest);
  return answer;
}
