#include "trust/cms-profile.h"

#include <openssl/asn1t.h>
#include <openssl/err.h>
#include <string.h>

#define SIGNERS_MAX 8
#define NONCE       12
#define TAG         16

/* The template macros define functions that nobody declared or calls. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wunused-function"

typedef struct
{
  ASN1_OBJECT *type;
  ASN1_OCTET_STRING *content;
} Content;

ASN1_SEQUENCE (Content) = {
  ASN1_SIMPLE (Content, type, ASN1_OBJECT),
  ASN1_EXP_OPT (Content, content, ASN1_OCTET_STRING, 0),
} static_ASN1_SEQUENCE_END (Content)

typedef struct
{
  ASN1_INTEGER *version;
  ASN1_TYPE *signer;
  X509_ALGOR *digest;
  STACK_OF (X509_ATTRIBUTE) * attributes;
  X509_ALGOR *algorithm;
  ASN1_OCTET_STRING *signature;
} Signer;

ASN1_SEQUENCE (Signer) = {
  ASN1_SIMPLE (Signer, version, ASN1_INTEGER),
  ASN1_SIMPLE (Signer, signer, ASN1_ANY),
  ASN1_SIMPLE (Signer, digest, X509_ALGOR),
  ASN1_IMP_SET_OF (Signer, attributes, X509_ATTRIBUTE, 0),
  ASN1_SIMPLE (Signer, algorithm, X509_ALGOR),
  ASN1_SIMPLE (Signer, signature, ASN1_OCTET_STRING),
} static_ASN1_SEQUENCE_END (Signer)

DEFINE_STACK_OF (Signer)

typedef struct
{
  ASN1_INTEGER *version;
  STACK_OF (X509_ALGOR) * digests;
  Content *content;
  STACK_OF (X509) * certs;
  STACK_OF (Signer) * signers;
} Signed;

ASN1_SEQUENCE (Signed) = {
  ASN1_SIMPLE (Signed, version, ASN1_INTEGER),
  ASN1_SET_OF (Signed, digests, X509_ALGOR),
  ASN1_SIMPLE (Signed, content, Content),
  ASN1_IMP_SET_OF_OPT (Signed, certs, X509, 0),
  ASN1_SET_OF (Signed, signers, Signer),
} static_ASN1_SEQUENCE_END (Signed)

typedef struct
{
  ASN1_OBJECT *type;
  Signed *signed_data;
} SignedMessage;

ASN1_SEQUENCE (SignedMessage) = {
  ASN1_SIMPLE (SignedMessage, type, ASN1_OBJECT),
  ASN1_EXP (SignedMessage, signed_data, Signed, 0),
} static_ASN1_SEQUENCE_END (SignedMessage)

typedef struct
{
  ASN1_OBJECT *type;
  X509_ALGOR *algorithm;
  ASN1_OCTET_STRING *ciphertext;
} Encrypted;

ASN1_SEQUENCE (Encrypted) = {
  ASN1_SIMPLE (Encrypted, type, ASN1_OBJECT),
  ASN1_SIMPLE (Encrypted, algorithm, X509_ALGOR),
  ASN1_IMP (Encrypted, ciphertext, ASN1_OCTET_STRING, 0),
} static_ASN1_SEQUENCE_END (Encrypted)

typedef struct
{
  ASN1_INTEGER *version;
  STACK_OF (ASN1_TYPE) * recipients;
  Encrypted *content;
  ASN1_OCTET_STRING *tag;
} Enveloped;

ASN1_SEQUENCE (Enveloped) = {
  ASN1_SIMPLE (Enveloped, version, ASN1_INTEGER),
  ASN1_SET_OF (Enveloped, recipients, ASN1_ANY),
  ASN1_SIMPLE (Enveloped, content, Encrypted),
  ASN1_SIMPLE (Enveloped, tag, ASN1_OCTET_STRING),
} static_ASN1_SEQUENCE_END (Enveloped)

typedef struct
{
  ASN1_OBJECT *type;
  Enveloped *enveloped;
} EnvelopedMessage;

ASN1_SEQUENCE (EnvelopedMessage) = {
  ASN1_SIMPLE (EnvelopedMessage, type, ASN1_OBJECT),
  ASN1_EXP (EnvelopedMessage, enveloped, Enveloped, 0),
} static_ASN1_SEQUENCE_END (EnvelopedMessage)

/* RFC 5084, 3.2; ICVlen is absent when it is 12. */
typedef struct
{
  ASN1_OCTET_STRING *nonce;
  ASN1_INTEGER *tag_length;
} GcmParameters;

ASN1_SEQUENCE (GcmParameters) = {
  ASN1_SIMPLE (GcmParameters, nonce, ASN1_OCTET_STRING),
  ASN1_SIMPLE (GcmParameters, tag_length, ASN1_INTEGER),
} static_ASN1_SEQUENCE_END (GcmParameters)

#pragma GCC diagnostic pop

/* Parses all of @bytes by @template, and only DER. The caller frees the value. */
static ASN1_VALUE *
parse (GBytes *bytes, const ASN1_ITEM *template)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  const guint8 *at = data;
  ASN1_VALUE *value
    = length > 0 && length <= G_MAXINT ? ASN1_item_d2i (NULL, &at, (long)length, template) : NULL;
  guint8 *again = NULL;
  int again_length = value != NULL ? ASN1_item_i2d (value, &again, template) : -1;
  gboolean same
    = at == data + length && again_length == (int)length && memcmp (again, data, length) == 0;

  OPENSSL_clear_free (again, again_length > 0 ? (gsize)again_length : 0);
  ERR_clear_error ();
  if (same)
    return value;
  ASN1_item_free (value, template);
  return NULL;
}

static gboolean
is_type (const ASN1_OBJECT *object, int nid)
{
  return OBJ_obj2nid (object) == nid;
}

static gboolean
is_integer (const ASN1_INTEGER *integer, gint64 wanted)
{
  gint64 value = 0;

  return ASN1_INTEGER_get_int64 (&value, integer) == 1 && value == wanted;
}

/* The algorithm's number when its parameters are absent or NULL; else NID_undef. */
static int
plain_algorithm (const X509_ALGOR *algorithm)
{
  const ASN1_OBJECT *object = NULL;
  int type = V_ASN1_UNDEF;

  X509_ALGOR_get0 (&object, &type, NULL, algorithm);
  return type == V_ASN1_UNDEF || type == V_ASN1_NULL ? OBJ_obj2nid (object) : NID_undef;
}

static gboolean
is_strong_digest (int nid)
{
  return nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512;
}

static gboolean
fits (const Signer *signer)
{
  int digest = plain_algorithm (signer->digest);
  int algorithm = plain_algorithm (signer->algorithm);
  int digest_of_algorithm = NID_undef;
  int key = NID_undef;

  if (!is_integer (signer->version, 1) || signer->signer->type != V_ASN1_SEQUENCE
      || !is_strong_digest (digest))
    return FALSE;
  if (algorithm == NID_rsaEncryption)
    return TRUE;
  return OBJ_find_sigid_algs (algorithm, &digest_of_algorithm, &key) == 1
         && digest_of_algorithm == digest
         && (key == NID_X9_62_id_ecPublicKey || key == NID_rsaEncryption);
}

static gboolean
is_used (const X509_ALGOR *digest, const STACK_OF (Signer) * signers)
{
  int nid = plain_algorithm (digest);

  for (int i = 0; i < sk_Signer_num (signers); i++)
    if (nid != NID_undef && nid == plain_algorithm (sk_Signer_value (signers, i)->digest))
      return TRUE;
  return FALSE;
}

static gboolean
is_our_signed (const SignedMessage *message)
{
  const Signed *data = message->signed_data;
  int n_signers = sk_Signer_num (data->signers);

  if (!is_type (message->type, NID_pkcs7_signed) || !is_integer (data->version, 1)
      || !is_type (data->content->type, NID_pkcs7_data) || n_signers < 1 || n_signers > SIGNERS_MAX
      || sk_X509_ALGOR_num (data->digests) > n_signers)
    return FALSE;
  for (int i = 0; i < n_signers; i++)
    if (!fits (sk_Signer_value (data->signers, i)))
      return FALSE;
  for (int i = 0; i < sk_X509_ALGOR_num (data->digests); i++)
    if (!is_used (sk_X509_ALGOR_value (data->digests, i), data->signers))
      return FALSE;
  return TRUE;
}

gboolean
kiosk_cms_check_signed (GBytes *cms, GError **error)
{
  const ASN1_ITEM *template = ASN1_ITEM_rptr (SignedMessage);
  ASN1_VALUE *value = parse (cms, template);
  SignedMessage *message = (SignedMessage *)value;
  gboolean good = FALSE;

  if (message == NULL)
    {
      g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED,
                           "not a signed CMS message in DER, or one with unsigned attributes");
      return FALSE;
    }
  good = is_our_signed (message);
  if (message->signed_data->content->content != NULL)
    OPENSSL_cleanse (message->signed_data->content->content->data,
                     (gsize)message->signed_data->content->content->length);
  ASN1_item_free (value, template);
  if (!good)
    g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_UNSUPPORTED,
                         "CMS signature of another version, content type or algorithm");
  return good;
}

static gboolean
is_gcm (const X509_ALGOR *algorithm)
{
  const ASN1_ITEM *template = ASN1_ITEM_rptr (GcmParameters);
  const ASN1_OBJECT *object = NULL;
  const void *parameter = NULL;
  int type = V_ASN1_UNDEF;
  g_autoptr (GBytes) bytes = NULL;
  ASN1_VALUE *value = NULL;
  GcmParameters *gcm = NULL;
  gboolean good = FALSE;

  X509_ALGOR_get0 (&object, &type, &parameter, algorithm);
  if (!is_type (object, NID_aes_256_gcm) || type != V_ASN1_SEQUENCE)
    return FALSE;
  bytes
    = g_bytes_new_static (ASN1_STRING_get0_data (parameter), (gsize)ASN1_STRING_length (parameter));
  value = parse (bytes, template);
  gcm = (GcmParameters *)value;
  good
    = gcm != NULL && ASN1_STRING_length (gcm->nonce) == NONCE && is_integer (gcm->tag_length, TAG);
  ASN1_item_free (value, template);
  return good;
}

gboolean
kiosk_cms_check_enveloped (GBytes *cms, GError **error)
{
  const ASN1_ITEM *template = ASN1_ITEM_rptr (EnvelopedMessage);
  ASN1_VALUE *value = parse (cms, template);
  EnvelopedMessage *message = (EnvelopedMessage *)value;
  gboolean good = message != NULL && is_type (message->type, NID_id_smime_ct_authEnvelopedData)
                  && is_integer (message->enveloped->version, 0)
                  && is_type (message->enveloped->content->type, NID_pkcs7_data)
                  && is_gcm (message->enveloped->content->algorithm)
                  && ASN1_STRING_length (message->enveloped->tag) == TAG;

  ASN1_item_free (value, template);
  if (!good)
    g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_UNSUPPORTED,
                         "not AuthEnvelopedData with AES-256-GCM and without attributes");
  return good;
}
