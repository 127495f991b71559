#include "formats/base64.h"
#include "programs/kiosk-sandbox/iam-private.h"
#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <openssl/rsa.h>
#include <string.h>

#define DIGEST        32
#define RSA_BYTES_MAX 1024
#define HASH_MAX      64
#define STRANGER_MS   (G_GINT64_CONSTANT (24) * 3600 * 1000)

static guint
take_hash (JsonObject *content, const char *member, gboolean needed, char **ret_text,
           GBytes **ret_bytes)
{
  const char *text;
  g_autoptr (GBytes) bytes = NULL;
  guint code = kiosk_iam_take (content, member, HASH_MAX, needed, &text);

  if (code != KIOSK_IAM_OK || text == NULL)
    return code;
  bytes = kiosk_base64_decode (text, DIGEST);
  if (bytes == NULL || g_bytes_get_size (bytes) != DIGEST)
    return KIOSK_IAM_WRONG;
  *ret_text = g_strdup (text);
  *ret_bytes = g_steal_pointer (&bytes);
  return KIOSK_IAM_OK;
}

/* The others that are in public (NONEwithRSA, SM3withSM2, NONEwithSM2) are not played here. */
static guint
check_algorithm (JsonObject *content)
{
  const char *algorithm;
  guint code = kiosk_iam_take (content, "sigAlgo", 40, FALSE, &algorithm);

  if (code == KIOSK_IAM_OK && algorithm != NULL && strcmp (algorithm, "SHA256withRSA") != 0)
    return KIOSK_IAM_WRONG;
  return code;
}

static guint
take_document (KioskIamCore *core, KioskIamTicket *ticket, JsonObject *content)
{
  const char *member = ticket->kind == KIOSK_IAM_PDF ? "docDigest" : "hashCode";
  g_autoptr (GBytes) hkic = NULL;
  guint code = take_hash (content, member, TRUE, &ticket->digest_text, &ticket->digest);

  if (code == KIOSK_IAM_OK)
    code = take_hash (content, "HKICHash", ticket->anonymous, &ticket->hkic_hash, &hkic);
  if (code == KIOSK_IAM_OK)
    code = check_algorithm (content);
  if (code == KIOSK_IAM_OK && hkic != NULL)
    ticket->identification
      = kiosk_iamsmart_identification_code (ticket->digest, hkic, core->client.id);
  return code;
}

static guint
sign_open (KioskIamCore *core, KioskIamKind kind, gboolean anonymous, JsonObject *content,
           JsonObject **ret_content)
{
  g_autofree char *link = NULL;
  KioskIamTicket *ticket = NULL;
  guint code = kiosk_iam_ticket_open (core, kind, anonymous, content, &ticket);

  if (code == KIOSK_IAM_OK)
    code = take_document (core, ticket, content);
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
  if (ticket->identification != NULL)
    json_object_set_string_member (*ret_content, "identificationCode", ticket->identification);
  return KIOSK_IAM_OK;
}

guint
kiosk_iam_sign (KioskIamCore *core, JsonObject *content, JsonObject **ret_content)
{
  return sign_open (core, KIOSK_IAM_SIGN, FALSE, content, ret_content);
}

guint
kiosk_iam_sign_anonymous (KioskIamCore *core, JsonObject *content, JsonObject **ret_content)
{
  return sign_open (core, KIOSK_IAM_SIGN, TRUE, content, ret_content);
}

guint
kiosk_iam_pdf (KioskIamCore *core, JsonObject *content, JsonObject **ret_content)
{
  return sign_open (core, KIOSK_IAM_PDF, FALSE, content, ret_content);
}

guint
kiosk_iam_pdf_anonymous (KioskIamCore *core, JsonObject *content, JsonObject **ret_content)
{
  return sign_open (core, KIOSK_IAM_PDF, TRUE, content, ret_content);
}

static char *
base64 (GBytes *bytes)
{
  return g_base64_encode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* RSASSA-PKCS1-v1_5 over what was already hashed (RFC 8017, 8.2). */
static GBytes *
digest_sign (GBytes *digest, EVP_PKEY *key)
{
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new (key, NULL);
  guint8 signature[RSA_BYTES_MAX];
  size_t length = sizeof signature;
  gboolean good
    = context != NULL && EVP_PKEY_sign_init (context) == 1
      && EVP_PKEY_CTX_set_rsa_padding (context, RSA_PKCS1_PADDING) == 1
      && EVP_PKEY_CTX_set_signature_md (context, EVP_sha256 ()) == 1
      && EVP_PKEY_sign (context, signature, &length, g_bytes_get_data (digest, NULL), DIGEST) == 1;

  EVP_PKEY_CTX_free (context);
  if (!good)
    g_error ("RSA cannot sign");
  return g_bytes_new (signature, length);
}

/* PKCS#7 SignedData without the document, which nobody has shown us: adbe.pkcs7.detached of ISO
 * 32000-1, 12.8.3.3. CMS of OpenSSL 3.0 wants the document itself. */
static GBytes *
pdf_sign (GBytes *digest, const KioskSigner *signer)
{
  PKCS7 *pkcs7 = PKCS7_new ();
  PKCS7_SIGNER_INFO *info = NULL;
  guint8 *der = NULL;
  int length = -1;
  GBytes *bytes;

  if (pkcs7 != NULL && PKCS7_set_type (pkcs7, NID_pkcs7_signed) == 1
      && PKCS7_content_new (pkcs7, NID_pkcs7_data) == 1 && PKCS7_set_detached (pkcs7, 1) == 1
      && PKCS7_add_certificate (pkcs7, signer->cert) == 1)
    info = PKCS7_add_signature (pkcs7, signer->cert, signer->key, EVP_sha256 ());
  if (info != NULL && PKCS7_add_attrib_content_type (info, NULL) == 1
      && PKCS7_add1_attrib_digest (info, g_bytes_get_data (digest, NULL), DIGEST) == 1
      && PKCS7_add0_attrib_signing_time (info, NULL) == 1 && PKCS7_SIGNER_INFO_sign (info) == 1)
    length = i2d_PKCS7 (pkcs7, &der);
  PKCS7_free (pkcs7);
  if (length <= 0)
    g_error ("PKCS#7 cannot sign");
  bytes = g_bytes_new (der, (gsize)length);
  OPENSSL_free (der);
  return bytes;
}

/* One who certified himself, under the account's own name. */
static const KioskSigner *
stranger (KioskIamCore *core, const KioskIamAccount *account)
{
  g_autofree char *name = kiosk_pki_cert_common_name (account->signer.cert);
  gint64 now_ms = kiosk_clock_wall_ms (core->clock);
  const KioskCertTemplate template = {
    .role = KIOSK_CERT_CITIZEN,
    .common_name = name,
    .serial_number = account->hkic_hash,
    .country = "HK",
    .not_before_ms = now_ms - STRANGER_MS,
    .not_after_ms = now_ms + STRANGER_MS,
  };

  kiosk_signer_clear (&core->stranger);
  core->stranger.key = EVP_RSA_gen (2048);
  core->stranger.cert
    = kiosk_pki_issue (&template, core->stranger.key, NULL, core->stranger.key, NULL);
  return &core->stranger;
}

/* One bit is another: at its end, where no length is coded. */
static GBytes *
spoil (GBytes *bytes)
{
  gsize length;
  guint8 *data = g_bytes_unref_to_data (bytes, &length);

  data[length - 1] ^= 1;
  return g_bytes_new_take (data, length);
}

static JsonObject *
signature_make (KioskIamCore *core, const KioskIamTicket *ticket, const KioskIamAccount *account)
{
  const KioskSigner *signer = kiosk_iam_faults_take (&core->faults, KIOSK_IAM_FAULT_FOREIGN_SIGNER)
                                ? stranger (core, account)
                                : &account->signer;
  gboolean is_pdf = ticket->kind == KIOSK_IAM_PDF;
  g_autoptr (GBytes) signature
    = is_pdf ? pdf_sign (ticket->digest, signer) : digest_sign (ticket->digest, signer->key);
  g_autoptr (GBytes) der = kiosk_pki_cert_to_der (signer->cert);
  g_autofree char *signature_text = NULL;
  g_autofree char *cert_text = base64 (der);
  JsonObject *content = json_object_new ();

  if (kiosk_iam_faults_take (&core->faults, KIOSK_IAM_FAULT_BAD_SIGNATURE))
    signature = spoil (g_steal_pointer (&signature));
  signature_text = base64 (signature);
  json_object_set_string_member (content, is_pdf ? "docDigest" : "hashCode", ticket->digest_text);
  json_object_set_string_member (content, is_pdf ? "pdfSignature" : "signature", signature_text);
  if (!is_pdf)
    {
      json_object_set_string_member (content, "cert", cert_text);
      json_object_set_int_member (content, "timestamp", kiosk_iam_now (core));
    }
  return content;
}

guint
kiosk_iam_sign_approve (KioskIamCore *core, KioskIamTicket *ticket, KioskIamAccount *account)
{
  JsonObject *content = NULL;
  guint code = KIOSK_IAM_OK;

  if (!account->may_sign)
    code = KIOSK_IAM_MAY_NOT_SIGN;
  else if (ticket->hkic_hash != NULL && strcmp (ticket->hkic_hash, account->hkic_hash) != 0)
    code = KIOSK_IAM_OTHER_CARD;
  else
    content = signature_make (core, ticket, account);
  kiosk_iam_ticket_settle (core, ticket, code, content);
  return code;
}

guint
kiosk_iam_acknowledge (KioskIamCore *core, JsonObject *content, JsonObject **ret_content)
{
  KioskIamTicket *ticket = kiosk_iam_ticket_of (core, content);

  if (ticket == NULL || !ticket->decided)
    return KIOSK_IAM_WRONG;
  if (!ticket->acknowledged)
    core->acknowledged++;
  ticket->acknowledged = TRUE;
  *ret_content = json_object_new ();
  return KIOSK_IAM_OK;
}

/* What the callback said, or would have; while nothing is decided, the business number alone. */
guint
kiosk_iam_result (KioskIamCore *core, JsonObject *content, JsonObject **ret_content)
{
  KioskIamTicket *ticket = kiosk_iam_ticket_of (core, content);

  if (ticket == NULL || !ticket->anonymous)
    return KIOSK_IAM_WRONG;
  if (ticket->decided && ticket->code != KIOSK_IAM_OK)
    return ticket->code;
  if (ticket->decided)
    {
      *ret_content = json_object_ref (ticket->result);
      return KIOSK_IAM_OK;
    }
  *ret_content = json_object_new ();
  json_object_set_string_member (*ret_content, "businessID", ticket->business_id);
  return KIOSK_IAM_OK;
}
