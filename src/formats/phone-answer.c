#include "formats/phone-answer.h"

#include "base/secret.h"
#include "formats/json.h"

#include <stdio.h>
#include <string.h>

#define NAME_MAX_BYTES   400
#define NUMBER_MAX_BYTES 8
#define SIGNATURE_MAX    1024
#define CERTIFICATE_MAX  8192
#define ALGORITHM_MAX    32
#define LATEST_MS        G_GINT64_CONSTANT (253402300799999) /* the last moment of year 9999 */
#define DIGEST_BYTES     32

G_DEFINE_QUARK (kiosk_phone_answer_error, kiosk_phone_answer_error)

void
kiosk_phone_profile_free (KioskPhoneProfile *self)
{
  if (self == NULL)
    return;
  kiosk_wipe_string (self->number);
  kiosk_wipe_string (self->name_latin);
  kiosk_wipe_string (self->name_chinese);
  kiosk_wipe_string (self->birth_date);
  kiosk_wipe_string (self->sex);
  g_free (self);
}

void
kiosk_phone_signature_free (KioskPhoneSignature *self)
{
  if (self == NULL)
    return;
  g_free (self->algorithm);
  g_clear_pointer (&self->signature, g_bytes_unref);
  g_clear_pointer (&self->certificate, g_bytes_unref);
  g_free (self);
}

KioskPhoneSignature *
kiosk_phone_signature_copy (const KioskPhoneSignature *self)
{
  KioskPhoneSignature *copy = g_new0 (KioskPhoneSignature, 1);

  *copy = *self;
  copy->algorithm = g_strdup (self->algorithm);
  copy->signature = g_bytes_ref (self->signature);
  copy->certificate = g_bytes_ref (self->certificate);
  return copy;
}

static gboolean
malformed (GError **error, const char *what)
{
  g_set_error (error, KIOSK_PHONE_ANSWER_ERROR, KIOSK_PHONE_ANSWER_ERROR_MALFORMED,
               "a phone's answer: %s", what);
  return FALSE;
}

static JsonObject *
parse (gconstpointer data, gsize length, const char *type, GError **error)
{
  g_autoptr (JsonObject) object
    = kiosk_json_parse (data, length, KIOSK_PHONE_ANSWER_MAX_BYTES, NULL);

  if (object != NULL && g_strcmp0 (kiosk_json_string (object, "type", 16, NULL), type) == 0)
    return g_steal_pointer (&object);
  malformed (error, object == NULL ? "no JSON, or too long" : "of another type");
  return NULL;
}

/* Absent and empty are the same. FALSE: not a text, or one too long. */
static gboolean
take_optional (JsonObject *object, const char *member, char **ret_text)
{
  JsonNode *node = json_object_get_member (object, member);
  const char *text;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return FALSE;
  text = json_node_get_string (node);
  if (strlen (text) > NAME_MAX_BYTES)
    return FALSE;
  if (*text != '\0')
    *ret_text = g_strdup (text);
  return TRUE;
}

static gboolean
is_number (const char *body, const char *check)
{
  gsize letters = strspn (body, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

  return (letters == 1 || letters == 2) && strlen (body) == letters + 6
         && strspn (body + letters, "0123456789") == 6 && strlen (check) == 1
         && strchr ("0123456789A", check[0]) != NULL;
}

static gboolean
take_number (JsonObject *object, KioskPhoneProfile *profile)
{
  const char *body = kiosk_json_string (object, "hkid", NUMBER_MAX_BYTES, NULL);
  const char *check = kiosk_json_string (object, "check", 1, NULL);

  if (body == NULL || check == NULL || !is_number (body, check))
    return FALSE;
  profile->number = g_strconcat (body, check, NULL);
  return TRUE;
}

/* "19850228" → "1985-02-28" */
static gboolean
take_birth (JsonObject *object, KioskPhoneProfile *profile)
{
  const char *digits = kiosk_json_string (object, "birth_date", 8, NULL);
  guint year, month, day;

  if (digits == NULL || strlen (digits) != 8 || strspn (digits, "0123456789") != 8
      || sscanf (digits, "%4u%2u%2u", &year, &month, &day) != 3
      || !g_date_valid_dmy ((GDateDay)day, (GDateMonth)month, (GDateYear)year))
    return FALSE;
  profile->birth_date = g_strdup_printf ("%04u-%02u-%02u", year, month, day);
  return TRUE;
}

static gboolean
take_type (JsonObject *object, KioskPhoneProfile *profile)
{
  const char *type = kiosk_json_string (object, "user_type", 16, NULL);

  profile->may_sign = g_strcmp0 (type, "sign") == 0;
  return profile->may_sign || g_strcmp0 (type, "basic") == 0;
}

static gboolean
take_names (JsonObject *object, KioskPhoneProfile *profile)
{
  profile->name_latin = g_strdup (kiosk_json_string (object, "name", NAME_MAX_BYTES, NULL));
  return profile->name_latin != NULL
         && take_optional (object, "name_chinese", &profile->name_chinese);
}

static gboolean
take_sex (JsonObject *object, KioskPhoneProfile *profile)
{
  static const char *const known[] = { "M", "F", "X", NULL };

  return take_optional (object, "gender", &profile->sex)
         && (profile->sex == NULL || g_strv_contains (known, profile->sex));
}

KioskPhoneProfile *
kiosk_phone_profile_parse (gconstpointer data, gsize length, GError **error)
{
  g_autoptr (JsonObject) object = parse (data, length, "profile", error);
  g_autoptr (KioskPhoneProfile) profile = g_new0 (KioskPhoneProfile, 1);

  if (object == NULL)
    return NULL;
  if (!take_number (object, profile))
    return malformed (error, "the number is not one of an identity card"), NULL;
  if (!take_names (object, profile))
    return malformed (error, "a name is missing or too long"), NULL;
  if (!take_birth (object, profile))
    return malformed (error, "the birth date is no date"), NULL;
  if (!take_sex (object, profile) || !take_type (object, profile))
    return malformed (error, "gender or user type is none that is known"), NULL;
  return g_steal_pointer (&profile);
}

static gboolean
take_digest (JsonObject *object, guint8 ret_digest[DIGEST_BYTES])
{
  g_autoptr (GBytes) digest = kiosk_json_bytes (object, "digest", DIGEST_BYTES, NULL);

  if (digest == NULL || g_bytes_get_size (digest) != DIGEST_BYTES)
    return FALSE;
  memcpy (ret_digest, g_bytes_get_data (digest, NULL), DIGEST_BYTES);
  return TRUE;
}

KioskPhoneSignature *
kiosk_phone_signature_parse (gconstpointer data, gsize length, GError **error)
{
  g_autoptr (JsonObject) object = parse (data, length, "signature", error);
  g_autoptr (KioskPhoneSignature) signature = g_new0 (KioskPhoneSignature, 1);

  if (object == NULL)
    return NULL;
  signature->algorithm = g_strdup (kiosk_json_string (object, "algorithm", ALGORITHM_MAX, NULL));
  signature->signature = kiosk_json_bytes (object, "signature", SIGNATURE_MAX, NULL);
  signature->certificate = kiosk_json_bytes (object, "certificate", CERTIFICATE_MAX, NULL);
  if (signature->algorithm == NULL || signature->signature == NULL
      || signature->certificate == NULL)
    return malformed (error, "algorithm, signature or certificate is missing or too long"), NULL;
  if (!kiosk_json_integer (object, "timestamp_ms", 0, LATEST_MS, &signature->signed_ms, NULL)
      || !take_digest (object, signature->digest))
    return malformed (error, "time or digest is missing or out of range"), NULL;
  return g_steal_pointer (&signature);
}

static void
put_bytes (JsonObject *object, const char *member, gconstpointer data, gsize length)
{
  g_autofree char *text = g_base64_encode (data, length);

  json_object_set_string_member (object, member, text);
}

GBytes *
kiosk_phone_signature_print (const KioskPhoneSignature *self)
{
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_string_member (object, "type", "signature");
  json_object_set_string_member (object, "algorithm", self->algorithm);
  put_bytes (object, "signature", g_bytes_get_data (self->signature, NULL),
             g_bytes_get_size (self->signature));
  put_bytes (object, "certificate", g_bytes_get_data (self->certificate, NULL),
             g_bytes_get_size (self->certificate));
  json_object_set_int_member (object, "timestamp_ms", self->signed_ms);
  put_bytes (object, "digest", self->digest, DIGEST_BYTES);
  return kiosk_json_print (object);
}
