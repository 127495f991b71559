#include "programs/kiosk-sandbox/setup-staff.h"
#include "base/file.h"
#include "identity/staff.h"
#include "programs/kiosk-sandbox/error.h"

#define INI_MAX         (64 * 1024)
#define CERTIFICATE_MAX (64 * 1024)
#define VALID_MS        (G_GINT64_CONSTANT (365) * 24 * 3600 * 1000)
#define BACKDATE_MS     (G_GINT64_CONSTANT (5) * 60 * 1000)

/* 32 MiB and a tenth of a second on a small machine. */
static const KioskStaffCost cost = { 1u << 15, 8, 1 };

static gboolean
refuse (GError **error, const char *file, const char *what)
{
  g_set_error (error, KIOSK_SANDBOX_ERROR, KIOSK_SANDBOX_ERROR_OPTION,
               "--staff %s: %s; give the card.ini of a staff card", file, what);
  return FALSE;
}

static GBytes *
certificate_of (const char *file, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (file);
  g_autofree char *card_authentication = g_build_filename (folder, "9E.der", NULL);
  g_autofree char *authentication = g_build_filename (folder, "9A.der", NULL);
  return kiosk_file_read (
    g_file_test (card_authentication, G_FILE_TEST_EXISTS) ? card_authentication : authentication,
    CERTIFICATE_MAX, error);
}

static void
set_hex (JsonObject *member, const char *name, gconstpointer bytes, gsize length)
{
  g_autofree char *hex = kiosk_hex_encode (bytes, length);
  json_object_set_string_member (member, name, hex);
}

static void
set_pin (JsonObject *member, KioskSecret *pin, KioskRandom *random)
{
  guint8 salt[KIOSK_STAFF_SALT], hash[KIOSK_STAFF_HASH];
  kiosk_random_fill (random, salt, sizeof salt);
  if (!kiosk_staff_pin_hash (&cost, salt, pin, hash))
    g_error ("the cost of a staff PIN is out of bounds");
  set_hex (member, "salt", salt, sizeof salt);
  set_hex (member, "hash", hash, sizeof hash);
}

static JsonObject *
make_member (GKeyFile *ini, GBytes *certificate, KioskSecret *pin, KioskRandom *random,
             gint64 now_ms)
{
  g_autofree char *id = g_key_file_get_string (ini, "staff", "id", NULL);
  g_autofree char *name = g_key_file_get_string (ini, "staff", "name", NULL);
  g_autofree char *role = g_key_file_get_string (ini, "staff", "role", NULL);
  guint8 card[KIOSK_STAFF_CARD];
  JsonObject *member = json_object_new ();
  JsonArray *roles = json_array_new ();
  json_object_set_string_member (member, "id", id);
  json_object_set_string_member (member, "name", name);
  json_array_add_string_element (roles, role);
  json_object_set_array_member (member, "roles", roles);
  kiosk_staff_card_digest (certificate, card);
  set_hex (member, "card", card, sizeof card);
  set_pin (member, pin, random);
  json_object_set_string_member (
    member, "state", g_key_file_get_boolean (ini, "staff", "revoked", NULL) ? "revoked" : "active");
  json_object_set_int_member (member, "unlock", 0);
  json_object_set_int_member (member, "not_before_ms", now_ms - BACKDATE_MS);
  json_object_set_int_member (member, "not_after_ms", now_ms + VALID_MS);
  return member;
}

static gboolean
add_member (JsonArray *staff, const char *file, KioskRandom *random, gint64 now_ms, GError **error)
{
  g_autoptr (GBytes) content = kiosk_file_read (file, INI_MAX, error);
  g_autoptr (GBytes) certificate = content != NULL ? certificate_of (file, error) : NULL;
  g_autoptr (GKeyFile) ini = g_key_file_new ();
  if (certificate == NULL)
    return FALSE;
  if (!g_key_file_load_from_bytes (ini, content, G_KEY_FILE_NONE, NULL))
    return refuse (error, file, "not a key file");
  g_autoptr (KioskSecret) pin
    = kiosk_secret_new_take (g_key_file_get_string (ini, "staff", "pin", NULL));
  if (pin == NULL || !kiosk_staff_pin_is_formed (kiosk_secret_text (pin))
      || !g_key_file_has_key (ini, "staff", "id", NULL)
      || !g_key_file_has_key (ini, "staff", "name", NULL)
      || !g_key_file_has_key (ini, "staff", "role", NULL))
    return refuse (error, file, "no [staff] with id, name, role and pin");
  json_array_add_object_element (staff, make_member (ini, certificate, pin, random, now_ms));
  return TRUE;
}

/* A list that kiosks would refuse is not signed. */
static gboolean
check (JsonObject *body, gint64 now_ms, GError **error)
{
  const KioskBundle bundle = {
    .name = (char *)KIOSK_STAFF_BUNDLE,
    .serial = 1,
    .issued_ms = now_ms,
    .next_update_ms = now_ms,
    .body = body,
  };
  g_autoptr (KioskStaffList) list = kiosk_staff_list_new (&bundle, error);
  return list != NULL;
}

JsonObject *
kiosk_sandbox_staff_body (const char *const *files, KioskRandom *random, gint64 now_ms,
                          GError **error)
{
  g_autoptr (JsonObject) body = json_object_new ();
  JsonObject *pin = json_object_new ();
  JsonArray *staff = json_array_new ();
  json_object_set_string_member (pin, "algorithm", "scrypt");
  json_object_set_int_member (pin, "n", (gint64)cost.n);
  json_object_set_int_member (pin, "r", cost.r);
  json_object_set_int_member (pin, "p", cost.p);
  json_object_set_object_member (body, "pin", pin);
  json_object_set_array_member (body, "staff", staff);
  for (; files != NULL && *files != NULL; files++)
    if (!add_member (staff, *files, random, now_ms, error))
      return NULL;
  return check (body, now_ms, error) ? g_steal_pointer (&body) : NULL;
}
