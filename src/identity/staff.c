#include "identity/staff.h"

#include "base/file.h"
#include "formats/json.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <string.h>

#define MEMBERS_MAX 2048
#define LABEL_MAX   128
#define ID_MAX      32
#define N_MIN       (1u << 10)
#define N_MAX       (1u << 17)
#define R_MAX       16u
#define P_MAX       4u
#define MEMORY_MAX  (G_GUINT64_CONSTANT (160) * 1024 * 1024)

G_DEFINE_QUARK (kiosk_staff_error, kiosk_staff_error)

struct _KioskStaffList
{
  gatomicrefcount references;
  KioskStaffCost cost;
  GPtrArray *members;
  gint64 until_ms;
};

static const char *const names[] = {
  [KIOSK_STAFF_ERROR_LIST] = "list",       [KIOSK_STAFF_ERROR_ISSUER] = "issuer",
  [KIOSK_STAFF_ERROR_REVOKED] = "revoked", [KIOSK_STAFF_ERROR_EARLY] = "early",
  [KIOSK_STAFF_ERROR_EXPIRED] = "expired", [KIOSK_STAFF_ERROR_STALE] = "stale",
};

const char *
kiosk_staff_error_name (KioskStaffError code)
{
  return names[(guint)code < G_N_ELEMENTS (names) ? code : KIOSK_STAFF_ERROR_LIST];
}

static gboolean
refuse (GError **error, KioskStaffError code, const char *what)
{
  g_set_error (error, KIOSK_STAFF_ERROR, (int)code, "staff: %s", what);
  return FALSE;
}

/* The list */

static void
member_free (KioskStaffMember *self)
{
  g_free (self->id);
  g_free (self->name);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskStaffMember, member_free)

static gboolean
is_power_of_two (guint64 n)
{
  return n != 0 && (n & (n - 1)) == 0;
}

/* A list may neither be so cheap that its hashes give PINs away, nor so dear that a kiosk stands
 * still. */
static gboolean
cost_is_sound (const KioskStaffCost *cost)
{
  return cost->n >= N_MIN && cost->n <= N_MAX && is_power_of_two (cost->n) && cost->r >= 1
         && cost->r <= R_MAX && cost->p >= 1 && cost->p <= P_MAX
         && 128 * cost->n * cost->r <= MEMORY_MAX;
}

static gboolean
read_cost (KioskStaffCost *cost, JsonObject *body, GError **error)
{
  JsonObject *pin = kiosk_json_object (body, "pin", error);
  const char *algorithm = pin != NULL ? kiosk_json_string (pin, "algorithm", 16, error) : NULL;
  gint64 n, r, p;

  if (algorithm == NULL || !kiosk_json_integer (pin, "n", N_MIN, N_MAX, &n, error)
      || !kiosk_json_integer (pin, "r", 1, R_MAX, &r, error)
      || !kiosk_json_integer (pin, "p", 1, P_MAX, &p, error))
    return FALSE;
  *cost = (KioskStaffCost){ (guint64)n, (guint32)r, (guint32)p };
  return (strcmp (algorithm, "scrypt") == 0 && cost_is_sound (cost))
         || refuse (error, KIOSK_STAFF_ERROR_LIST, "the PINs' hash is not one that is taken here");
}

static gboolean
read_hex (JsonObject *object, const char *member, guint8 *ret_bytes, gsize length, GError **error)
{
  const char *text = kiosk_json_string (object, member, 2 * length, error);
  g_autoptr (GBytes) bytes = text != NULL ? kiosk_hex_decode (text) : NULL;

  if (text == NULL)
    return FALSE;
  if (bytes == NULL || g_bytes_get_size (bytes) != length)
    return refuse (error, KIOSK_STAFF_ERROR_LIST,
                   "a member's card, salt or hash has another length");
  memcpy (ret_bytes, g_bytes_get_data (bytes, NULL), length);
  return TRUE;
}

static gboolean
read_roles (KioskStaffMember *self, JsonObject *object, GError **error)
{
  JsonArray *roles = kiosk_json_array (object, "roles", KIOSK_ROLES, error);

  if (roles == NULL)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (roles); i++)
    {
      JsonNode *node = json_array_get_element (roles, i);
      const char *name = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
      KioskRole role;

      if (name == NULL || !kiosk_role_from_name (name, &role) || role == KIOSK_ROLE_CITIZEN)
        return refuse (error, KIOSK_STAFF_ERROR_LIST, "a member has a role that there is not");
      self->roles |= KIOSK_ROLE_ONLY (role);
    }
  return self->roles != 0 || refuse (error, KIOSK_STAFF_ERROR_LIST, "a member has no role");
}

static gboolean
read_state (KioskStaffMember *self, JsonObject *object, GError **error)
{
  const char *state = kiosk_json_string (object, "state", 16, error);
  gint64 unlock;

  if (state == NULL || !kiosk_json_integer (object, "unlock", 0, G_MAXINT32, &unlock, error)
      || !kiosk_json_integer (object, "not_before_ms", 0, G_MAXINT64, &self->not_before_ms, error)
      || !kiosk_json_integer (object, "not_after_ms", self->not_before_ms, G_MAXINT64,
                              &self->not_after_ms, error))
    return FALSE;
  self->unlock = (guint64)unlock;
  self->revoked = strcmp (state, "revoked") == 0;
  return self->revoked || strcmp (state, "active") == 0
         || refuse (error, KIOSK_STAFF_ERROR_LIST,
                    "a member's state is neither active nor revoked");
}

static gboolean
id_is_plain (const char *id)
{
  return strspn (id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.")
         == strlen (id);
}

static KioskStaffMember *
read_member (JsonNode *node, GError **error)
{
  g_autoptr (KioskStaffMember) self = g_new0 (KioskStaffMember, 1);
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  if (object == NULL)
    {
      refuse (error, KIOSK_STAFF_ERROR_LIST, "a member is no object");
      return NULL;
    }
  self->id = g_strdup (kiosk_json_string (object, "id", ID_MAX, error));
  self->name
    = self->id != NULL ? g_strdup (kiosk_json_string (object, "name", LABEL_MAX, error)) : NULL;
  if (self->name == NULL || !read_roles (self, object, error)
      || !read_hex (object, "card", self->card, sizeof self->card, error)
      || !read_hex (object, "salt", self->salt, sizeof self->salt, error)
      || !read_hex (object, "hash", self->hash, sizeof self->hash, error)
      || !read_state (self, object, error))
    return NULL;
  if (!id_is_plain (self->id))
    {
      refuse (error, KIOSK_STAFF_ERROR_LIST, "a member's id has signs that it may not have");
      return NULL;
    }
  return g_steal_pointer (&self);
}

static gboolean
read_members (KioskStaffList *self, JsonObject *body, GError **error)
{
  JsonArray *staff = kiosk_json_array (body, "staff", MEMBERS_MAX, error);
  g_autoptr (GHashTable) cards
    = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);

  for (guint i = 0; staff != NULL && i < json_array_get_length (staff); i++)
    {
      KioskStaffMember *member = read_member (json_array_get_element (staff, i), error);

      if (member == NULL)
        return FALSE;
      g_ptr_array_add (self->members, member);
      if (!g_hash_table_add (cards, g_bytes_new_static (member->card, sizeof member->card)))
        return refuse (error, KIOSK_STAFF_ERROR_LIST, "two members have one card");
    }
  return staff != NULL;
}

KioskStaffList *
kiosk_staff_list_new (const KioskBundle *bundle, GError **error)
{
  g_autoptr (KioskStaffList) self = g_new0 (KioskStaffList, 1);
  g_autoptr (GError) problem = NULL;

  g_atomic_ref_count_init (&self->references);
  self->members = g_ptr_array_new_with_free_func ((GDestroyNotify)member_free);
  self->until_ms = bundle->next_update_ms;
  if (read_cost (&self->cost, bundle->body, &problem)
      && read_members (self, bundle->body, &problem))
    return g_steal_pointer (&self);
  if (problem->domain == KIOSK_STAFF_ERROR)
    g_propagate_error (error, g_steal_pointer (&problem));
  else
    refuse (error, KIOSK_STAFF_ERROR_LIST, problem->message);
  return NULL;
}

KioskStaffList *
kiosk_staff_list_ref (KioskStaffList *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
kiosk_staff_list_unref (KioskStaffList *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->references))
    return;
  g_ptr_array_unref (self->members);
  g_free (self);
}

guint
kiosk_staff_list_length (const KioskStaffList *self)
{
  return self->members->len;
}

/* Looks at every one, whoever it is. */
const KioskStaffMember *
kiosk_staff_list_find (const KioskStaffList *self, const guint8 card[KIOSK_STAFF_CARD])
{
  const KioskStaffMember *found = NULL;

  for (guint i = 0; i < self->members->len; i++)
    {
      const KioskStaffMember *member = g_ptr_array_index (self->members, i);

      if (CRYPTO_memcmp (member->card, card, KIOSK_STAFF_CARD) == 0)
        found = member;
    }
  return found;
}

void
kiosk_staff_card_digest (GBytes *certificate, guint8 ret_card[KIOSK_STAFF_CARD])
{
  gsize length;
  const guint8 *der = g_bytes_get_data (certificate, &length);

  if (EVP_Digest (der, length, ret_card, NULL, EVP_sha256 (), NULL) != 1)
    g_error ("OpenSSL: SHA-256");
}

/* The PIN */

gboolean
kiosk_staff_pin_is_formed (const char *pin)
{
  gsize length = strnlen (pin, KIOSK_STAFF_PIN_MAX + 1);

  return length >= KIOSK_STAFF_PIN_MIN && length <= KIOSK_STAFF_PIN_MAX
         && strspn (pin, "0123456789") == length;
}

gboolean
kiosk_staff_pin_hash (const KioskStaffCost *cost, const guint8 salt[KIOSK_STAFF_SALT],
                      KioskSecret *pin, guint8 ret_hash[KIOSK_STAFF_HASH])
{
  guint64 n = cost->n, memory = 2 * MEMORY_MAX;
  guint32 r = cost->r, p = cost->p;
  guint8 salted[KIOSK_STAFF_SALT];
  OSSL_PARAM parameters[] = {
    OSSL_PARAM_octet_string (OSSL_KDF_PARAM_PASSWORD, kiosk_secret_data (pin),
                             kiosk_secret_length (pin)),
    OSSL_PARAM_octet_string (OSSL_KDF_PARAM_SALT, salted, sizeof salted),
    OSSL_PARAM_uint64 (OSSL_KDF_PARAM_SCRYPT_N, &n),
    OSSL_PARAM_uint32 (OSSL_KDF_PARAM_SCRYPT_R, &r),
    OSSL_PARAM_uint32 (OSSL_KDF_PARAM_SCRYPT_P, &p),
    OSSL_PARAM_uint64 (OSSL_KDF_PARAM_SCRYPT_MAXMEM, &memory),
    OSSL_PARAM_END,
  };
  EVP_KDF *kdf;
  EVP_KDF_CTX *context;

  if (!cost_is_sound (cost))
    return FALSE;
  memcpy (salted, salt, sizeof salted);
  kdf = EVP_KDF_fetch (NULL, "SCRYPT", NULL);
  context = EVP_KDF_CTX_new (kdf);
  if (context == NULL || EVP_KDF_derive (context, ret_hash, KIOSK_STAFF_HASH, parameters) <= 0)
    g_error ("OpenSSL: scrypt");
  EVP_KDF_CTX_free (context);
  EVP_KDF_free (kdf);
  return TRUE;
}

gboolean
kiosk_staff_pin_is_right (const KioskStaffList *self, const KioskStaffMember *member,
                          KioskSecret *pin)
{
  static const KioskStaffMember nobody;
  const KioskStaffMember *judged = member != NULL ? member : &nobody;
  guint8 hash[KIOSK_STAFF_HASH];
  gboolean right;

  if (!kiosk_staff_pin_hash (&self->cost, judged->salt, pin, hash))
    g_error ("a list with a cost that is out of bounds");
  right = CRYPTO_memcmp (hash, judged->hash, sizeof hash) == 0;
  explicit_bzero (hash, sizeof hash);
  return right && member != NULL;
}

gboolean
kiosk_staff_judge (const KioskStaffList *self, const KioskStaffMember *member, GBytes *certificate,
                   GPtrArray *issuers, gint64 now_ms, GError **error)
{
  g_autoptr (X509) cert = kiosk_pki_cert_from_der (certificate, NULL);
  g_autoptr (GError) problem = NULL;

  if (cert == NULL || !kiosk_pki_verify (cert, NULL, issuers, now_ms, &problem))
    return refuse (error,
                   g_error_matches (problem, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_EXPIRED)
                     ? KIOSK_STAFF_ERROR_EXPIRED
                     : KIOSK_STAFF_ERROR_ISSUER,
                   problem != NULL ? problem->message : "the card's certificate is damaged");
  if (member->revoked)
    return refuse (error, KIOSK_STAFF_ERROR_REVOKED, "the card was called back");
  if (now_ms < member->not_before_ms)
    return refuse (error, KIOSK_STAFF_ERROR_EARLY, "the card is not good yet");
  if (now_ms > member->not_after_ms)
    return refuse (error, KIOSK_STAFF_ERROR_EXPIRED, "the card is not good any more");
  return now_ms <= self->until_ms
         || refuse (error, KIOSK_STAFF_ERROR_STALE, "the list of staff is past its date");
}
