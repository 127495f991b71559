#include "identity/holder.h"
#include "base/file.h"
#include "formats/hkid.h"
#include "formats/json.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#define LOST_MAX         1000000
#define HONG_KONG_MS     (8 * 3600 * G_GINT64_CONSTANT (1000))
#define HKID_PROFILE     "hkid"
#define PHONE_PROFILE    "iamsmart"
#define OLDEST_YEARS     130
#define TAG_SEPARATOR    '\0'
#define DIGEST_HEX_BYTES 64

G_DEFINE_QUARK (kiosk_holder_error, kiosk_holder_error)

const char *
kiosk_assurance_name (KioskAssurance assurance)
{
  static const char *const names[] = {
    [KIOSK_ASSURANCE_NONE] = "none",
    [KIOSK_ASSURANCE_PERSONAL_CODE] = "personal-code",
    [KIOSK_ASSURANCE_IAMSMART] = "iamsmart",
    [KIOSK_ASSURANCE_DOCUMENT] = "document",
  };

  return names[(guint)assurance < G_N_ELEMENTS (names) ? assurance : KIOSK_ASSURANCE_NONE];
}

void
kiosk_holder_free (KioskHolder *self)
{
  if (self == NULL)
    return;
  kiosk_wipe_string (self->name_latin);
  kiosk_wipe_string (self->name_chinese);
  kiosk_wipe_string (self->number);
  kiosk_wipe_string (self->birth_date);
  kiosk_wipe_string (self->expiry_date);
  kiosk_wipe_string (self->sex);
  kiosk_wipe_string (self->symbols);
  kiosk_evidence_free (self->evidence);
  g_free (self);
}

/* Each claim by name, the first that did not pass first. */
static gboolean
require_proof (const KioskEvidence *evidence, GError **error)
{
  for (guint claim = 0; claim < KIOSK_CLAIMS; claim++)
    {
      const KioskStatement *verdict = kiosk_evidence_verdict (evidence, (KioskClaim)claim);

      if (verdict->proof != KIOSK_PROOF_PASSED)
        {
          g_set_error (error, KIOSK_HOLDER_ERROR, KIOSK_HOLDER_ERROR_NOT_PROVED, "%s %s: %s",
                       kiosk_claim_name ((KioskClaim)claim), kiosk_proof_name (verdict->proof),
                       verdict->reason != NULL ? verdict->reason : "no reason given");
          return FALSE;
        }
    }
  return TRUE;
}

/* "hkid", "hkid-simulated". */
static gboolean
is_identity_card (const KioskEvidence *evidence)
{
  const char *profile = evidence->profile != NULL ? evidence->profile : "";
  gsize length = strlen (HKID_PROFILE);

  return strncmp (profile, HKID_PROFILE, length) == 0
         && (profile[length] == '\0' || profile[length] == '-');
}

/* An identity card's HKID number; of any other document its own, whatever number of another
 * country's register it has beside that. */
static const char *
choose_number (const KioskEvidence *evidence, gboolean *ret_is_hkid, GError **error)
{
  gboolean is_hkid = is_identity_card (evidence);
  const char *number = is_hkid ? evidence->national_number : evidence->document_number;

  if (number == NULL || *number == '\0' || (is_hkid && !kiosk_hkid_is_valid (number)))
    {
      g_set_error (error, KIOSK_HOLDER_ERROR, KIOSK_HOLDER_ERROR_NUMBER, "%s",
                   is_hkid ? "the identity card number fails its check digit or is not there"
                           : "the document has no number");
      return NULL;
    }
  *ret_is_hkid = is_hkid;
  return number;
}

char *
kiosk_lost_card_digest (const char *salt_hex, const char *document_number)
{
  g_autoptr (GBytes) salt = kiosk_hex_decode (salt_hex);
  g_autoptr (GChecksum) checksum = NULL;

  if (salt == NULL)
    return NULL;
  checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (checksum, g_bytes_get_data (salt, NULL), (gssize)g_bytes_get_size (salt));
  g_checksum_update (checksum, (const guchar *)document_number, (gssize)strlen (document_number));
  return g_strdup (g_checksum_get_string (checksum));
}

static gboolean
is_listed (JsonArray *documents, const char *salt, const char *number)
{
  g_autofree char *digest = number != NULL ? kiosk_lost_card_digest (salt, number) : NULL;

  for (guint i = 0; digest != NULL && i < json_array_get_length (documents); i++)
    {
      JsonNode *node = json_array_get_element (documents, i);

      if (JSON_NODE_HOLDS_VALUE (node) && g_strcmp0 (json_node_get_string (node), digest) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Every entry must be a digest: a list of another shape would let every lost card pass. */
static gboolean
is_list_of_digests (JsonArray *documents)
{
  for (guint i = 0; i < json_array_get_length (documents); i++)
    {
      JsonNode *node = json_array_get_element (documents, i);

      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING
          || strlen (json_node_get_string (node)) != DIGEST_HEX_BYTES)
        return FALSE;
    }
  return TRUE;
}

gboolean
kiosk_lost_cards_check (const KioskBundle *lost, GError **error)
{
  const char *salt = kiosk_json_string (lost->body, "salt", 256, NULL);
  JsonArray *documents = kiosk_json_array (lost->body, "documents", LOST_MAX, NULL);
  g_autoptr (GBytes) decoded = salt != NULL ? kiosk_hex_decode (salt) : NULL;

  if (g_str_equal (lost->name, "lost-cards") && decoded != NULL && documents != NULL
      && is_list_of_digests (documents))
    return TRUE;
  g_set_error (error, KIOSK_HOLDER_ERROR, KIOSK_HOLDER_ERROR_NOT_PROVED,
               "the list of lost cards cannot be read");
  return FALSE;
}

/* @document: (nullable) */
static gboolean
require_not_lost (const char *document, const char *number, const KioskBundle *lost, GError **error)
{
  const char *salt;
  JsonArray *documents;

  if (!kiosk_lost_cards_check (lost, error))
    return FALSE;
  salt = kiosk_json_string (lost->body, "salt", 256, NULL);
  documents = kiosk_json_array (lost->body, "documents", LOST_MAX, NULL);
  if (is_listed (documents, salt, document) || is_listed (documents, salt, number))
    {
      g_set_error (error, KIOSK_HOLDER_ERROR, KIOSK_HOLDER_ERROR_LOST,
                   "the document is reported lost");
      return FALSE;
    }
  return TRUE;
}

/* (transfer full) (nullable): in Hong Kong, which has no summer time. */
static char *
day_of (gint64 now_ms)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc ((now_ms + HONG_KONG_MS) / 1000);

  return now != NULL ? g_date_time_format (now, "%Y-%m-%d") : NULL;
}

/* A document is good until the end of its last day. */
static gboolean
require_not_expired (const KioskEvidence *evidence, gint64 now_ms, GError **error)
{
  g_autofree char *today = day_of (now_ms);
  const char *expiry = evidence->expiry_date;

  if (today == NULL || expiry == NULL || strlen (expiry) != 10 || strcmp (expiry, today) < 0)
    {
      g_set_error (error, KIOSK_HOLDER_ERROR, KIOSK_HOLDER_ERROR_EXPIRED,
                   "the document is past its date, or has none");
      return FALSE;
    }
  return TRUE;
}

KioskHolder *
kiosk_holder_from_evidence (const KioskEvidence *evidence, const KioskBundle *lost, gint64 now_ms,
                            GError **error)
{
  gboolean is_hkid;
  const char *number;
  KioskHolder *self;

  if (!require_proof (evidence, error))
    return NULL;
  number = choose_number (evidence, &is_hkid, error);
  if (number == NULL
      || (lost != NULL
          && !require_not_lost (evidence->document_number, evidence->national_number, lost, error))
      || !require_not_expired (evidence, now_ms, error))
    return NULL;
  self = g_new0 (KioskHolder, 1);
  self->assurance = KIOSK_ASSURANCE_DOCUMENT;
  self->number = g_strdup (number);
  self->number_is_hkid = is_hkid;
  self->name_latin = g_strdup (evidence->name_latin);
  self->name_chinese = g_strdup (evidence->name_chinese);
  self->birth_date = g_strdup (evidence->birth_date);
  self->expiry_date = g_strdup (evidence->expiry_date);
  self->sex = g_strdup (evidence->sex);
  self->symbols = g_strdup (evidence->symbols);
  self->evidence = kiosk_evidence_copy (evidence);
  return self;
}

/* Somebody must be meant: a Latin name, and a birth that has been and is not of another age. */
static gboolean
require_person (const KioskPhoneProfile *profile, gint64 now_ms, GError **error)
{
  g_autofree char *today = day_of (now_ms);
  const char *birth = profile->birth_date, *name = profile->name_latin;

  if (today != NULL && birth != NULL && strlen (birth) == 10 && strcmp (birth, today) <= 0
      && g_ascii_strtoll (birth, NULL, 10) + OLDEST_YEARS >= g_ascii_strtoll (today, NULL, 10)
      && name != NULL && g_utf8_validate (name, -1, NULL) && strpbrk (name, "\r\n\t") == NULL
      && *name != '\0')
    return TRUE;
  g_set_error (error, KIOSK_HOLDER_ERROR, KIOSK_HOLDER_ERROR_PROFILE,
               "the profile names nobody, or somebody of no possible age");
  return FALSE;
}

KioskHolder *
kiosk_holder_from_profile (const KioskPhoneProfile *profile, const KioskBundle *lost, gint64 now_ms,
                           GError **error)
{
  KioskHolder *self;

  if (profile->number == NULL || !kiosk_hkid_is_valid (profile->number))
    {
      g_set_error (error, KIOSK_HOLDER_ERROR, KIOSK_HOLDER_ERROR_NUMBER,
                   "the identity card number fails its check digit or is not there");
      return NULL;
    }
  if ((lost != NULL && !require_not_lost (NULL, profile->number, lost, error))
      || !require_person (profile, now_ms, error))
    return NULL;
  self = g_new0 (KioskHolder, 1);
  self->assurance = KIOSK_ASSURANCE_IAMSMART;
  self->number = g_strdup (profile->number);
  self->number_is_hkid = TRUE;
  self->name_latin = g_strdup (profile->name_latin);
  self->name_chinese = g_strdup (profile->name_chinese);
  self->birth_date = g_strdup (profile->birth_date);
  self->sex = g_strdup (profile->sex);
  self->evidence = kiosk_evidence_new ();
  self->evidence->profile = g_strdup (PHONE_PROFILE);
  /* Nothing here has spoken to the real iAM Smart yet: people are told so. */
  self->evidence->simulated = TRUE;
  return self;
}

void
kiosk_holder_tag (const KioskHolder *self, KioskSecret *pepper, guint8 ret_tag[32])
{
  /* Two countries may give out the same number; an HKID number is one whichever card carries it. */
  const char *type = self->number_is_hkid                    ? "hkid"
                     : self->evidence->issuing_state != NULL ? self->evidence->issuing_state
                                                             : "";
  gsize type_length = strlen (type), number_length = strlen (self->number);
  gsize length = type_length + 1 + number_length;
  guint8 *message = g_malloc (length);
  guint written = 32;

  memcpy (message, type, type_length);
  message[type_length] = TAG_SEPARATOR;
  memcpy (message + type_length + 1, self->number, number_length);
  if (HMAC (EVP_sha256 (), kiosk_secret_data (pepper), (int)kiosk_secret_length (pepper), message,
            length, ret_tag, &written)
      == NULL)
    g_error ("HMAC-SHA256 is not available");
  kiosk_wipe_free (message, length);
}
