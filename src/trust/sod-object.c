#include "trust/sod-object.h"

#include <openssl/asn1t.h>
#include <openssl/err.h>

/* The template macros define functions that nobody declared or calls. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wunused-function"

typedef struct
{
  ASN1_INTEGER *number;
  ASN1_OCTET_STRING *hash;
} Group;

ASN1_SEQUENCE (Group) = {
  ASN1_SIMPLE (Group, number, ASN1_INTEGER),
  ASN1_SIMPLE (Group, hash, ASN1_OCTET_STRING),
} static_ASN1_SEQUENCE_END (Group)

DEFINE_STACK_OF (Group)

typedef struct
{
  ASN1_PRINTABLESTRING *lds;
  ASN1_PRINTABLESTRING *unicode;
} VersionInfo;

ASN1_SEQUENCE (VersionInfo) = {
  ASN1_SIMPLE (VersionInfo, lds, ASN1_PRINTABLESTRING),
  ASN1_SIMPLE (VersionInfo, unicode, ASN1_PRINTABLESTRING),
} static_ASN1_SEQUENCE_END (VersionInfo)

typedef struct
{
  ASN1_INTEGER *version;
  X509_ALGOR *algorithm;
  STACK_OF (Group) * groups;
  VersionInfo *info;
} SecurityObject;

ASN1_SEQUENCE (SecurityObject) = {
  ASN1_SIMPLE (SecurityObject, version, ASN1_INTEGER),
  ASN1_SIMPLE (SecurityObject, algorithm, X509_ALGOR),
  ASN1_SEQUENCE_OF (SecurityObject, groups, Group),
  ASN1_OPT (SecurityObject, info, VersionInfo),
} static_ASN1_SEQUENCE_END (SecurityObject)

#pragma GCC diagnostic pop

void
kiosk_sod_object_clear (KioskSodObject *self)
{
  for (guint i = 0; i <= KIOSK_SOD_OBJECT_GROUPS; i++)
    g_clear_pointer (&self->hashes[i], g_bytes_unref);
}

const EVP_MD *
kiosk_sod_object_digest (const X509_ALGOR *algorithm)
{
  const ASN1_OBJECT *object = NULL;

  X509_ALGOR_get0 (&object, NULL, NULL, algorithm);
  switch (OBJ_obj2nid (object))
    {
    case NID_sha1:
      return EVP_sha1 ();
    case NID_sha224:
      return EVP_sha224 ();
    case NID_sha256:
      return EVP_sha256 ();
    case NID_sha384:
      return EVP_sha384 ();
    case NID_sha512:
      return EVP_sha512 ();
    default:
      return NULL;
    }
}

static gboolean
read_group (KioskSodObject *self, const Group *group)
{
  gint64 number = 0;

  if (ASN1_INTEGER_get_int64 (&number, group->number) != 1 || number < 1
      || number > KIOSK_SOD_OBJECT_GROUPS || self->hashes[number] != NULL
      || ASN1_STRING_length (group->hash) != EVP_MD_get_size (self->digest))
    return FALSE;
  self->hashes[number]
    = g_bytes_new (ASN1_STRING_get0_data (group->hash), (gsize)ASN1_STRING_length (group->hash));
  return TRUE;
}

static gboolean
read_groups (KioskSodObject *self, const SecurityObject *object)
{
  for (int i = 0; i < sk_Group_num (object->groups); i++)
    if (!read_group (self, sk_Group_value (object->groups, i)))
      return FALSE;
  return sk_Group_num (object->groups) > 0;
}

gboolean
kiosk_sod_object_parse (KioskSodObject *self, const guint8 *der, gsize length, GError **error)
{
  const ASN1_ITEM *template = ASN1_ITEM_rptr (SecurityObject);
  const guint8 *at = der;
  SecurityObject *object = (SecurityObject *)ASN1_item_d2i (NULL, &at, (long)length, template);
  gint64 version = -1;
  gboolean known = FALSE;
  gboolean good = FALSE;

  ERR_clear_error ();
  if (object != NULL && at == der + length)
    {
      self->digest = kiosk_sod_object_digest (object->algorithm);
      known = ASN1_INTEGER_get_int64 (&version, object->version) == 1
              && (version == 0 || version == 1) && self->digest != NULL;
      good = known && read_groups (self, object);
    }
  if (!good)
    g_set_error_literal (error, KIOSK_TRUST_ERROR,
                         object != NULL && !known ? KIOSK_TRUST_ERROR_UNSUPPORTED
                                                  : KIOSK_TRUST_ERROR_MALFORMED,
                         "security object: not a list of data group hashes that can be used");
  ASN1_item_free ((ASN1_VALUE *)object, template);
  return good;
}

static gboolean
add_group (SecurityObject *object, guint number, GBytes *content)
{
  Group *group = (Group *)ASN1_item_new (ASN1_ITEM_rptr (Group));
  guint8 hash[EVP_MAX_MD_SIZE];
  unsigned int hash_length = 0;
  gsize length = 0;
  gconstpointer data = g_bytes_get_data (content, &length);

  if (group != NULL && EVP_Digest (data, length, hash, &hash_length, EVP_sha256 (), NULL) == 1
      && ASN1_INTEGER_set_int64 (group->number, number) == 1
      && ASN1_OCTET_STRING_set (group->hash, hash, (int)hash_length) == 1
      && sk_Group_push (object->groups, group) > 0)
    return TRUE;
  ASN1_item_free ((ASN1_VALUE *)group, ASN1_ITEM_rptr (Group));
  return FALSE;
}

GBytes *
kiosk_sod_object_build (GPtrArray *groups, GError **error)
{
  const ASN1_ITEM *template = ASN1_ITEM_rptr (SecurityObject);
  SecurityObject *object = (SecurityObject *)ASN1_item_new (template);
  guint8 *der = NULL;
  int length = -1;
  GBytes *bytes = NULL;
  gboolean good
    = object != NULL && ASN1_INTEGER_set_int64 (object->version, 0) == 1
      && X509_ALGOR_set0 (object->algorithm, OBJ_nid2obj (NID_sha256), V_ASN1_NULL, NULL) == 1;

  for (guint i = 0; good && i < MIN (groups->len, KIOSK_SOD_OBJECT_GROUPS); i++)
    if (g_ptr_array_index (groups, i) != NULL)
      good = add_group (object, i + 1, g_ptr_array_index (groups, i));
  if (good)
    length = ASN1_item_i2d ((ASN1_VALUE *)object, &der, template);
  if (length > 0)
    bytes = g_bytes_new (der, (gsize)length);
  else
    kiosk_trust_set_openssl_error (error, KIOSK_TRUST_ERROR_INTERNAL, "security object");
  OPENSSL_free (der);
  ASN1_item_free ((ASN1_VALUE *)object, template);
  return bytes;
}
