#include "staff-maker.h"

#include <string.h>

#include "base/file.h"

static JsonObject *
make_cost (guint n)
{
  JsonObject *pin = json_object_new ();

  json_object_set_string_member (pin, "algorithm", "scrypt");
  json_object_set_int_member (pin, "n", n);
  json_object_set_int_member (pin, "r", 8);
  json_object_set_int_member (pin, "p", 1);
  return pin;
}

void
maker_init (Maker *self, guint n)
{
  const KioskCertTemplate template = {
    .role = KIOSK_CERT_CA,
    .common_name = "Issuer",
    .not_before_ms = MAKER_NOW - MAKER_DAY,
    .not_after_ms = MAKER_NOW + 100 * MAKER_DAY,
  };
  g_autoptr (GError) error = NULL;

  *self = (Maker){ .bundle = { .name = (char *)"staff",
                               .serial = 1,
                               .issued_ms = MAKER_NOW,
                               .next_update_ms = MAKER_NOW + 30 * MAKER_DAY,
                               .body = json_object_new () },
                   .staff = json_array_new (),
                   .issuer_key = kiosk_pki_key_new (NULL),
                   .issuers = g_ptr_array_new_with_free_func ((GDestroyNotify)X509_free) };
  json_object_set_object_member (self->bundle.body, "pin", make_cost (n));
  json_object_set_array_member (self->bundle.body, "staff", self->staff);
  g_ptr_array_add (self->issuers,
                   kiosk_pki_issue (&template, self->issuer_key, NULL, self->issuer_key, &error));
  g_assert_no_error (error);
}

void
maker_clear (Maker *self)
{
  json_object_unref (self->bundle.body);
  EVP_PKEY_free (self->issuer_key);
  g_ptr_array_unref (self->issuers);
}

GBytes *
maker_card (Maker *self, const char *id)
{
  const KioskCertTemplate template = {
    .role = KIOSK_CERT_STAFF,
    .common_name = id,
    .not_before_ms = MAKER_NOW - MAKER_DAY,
    .not_after_ms = MAKER_NOW + 50 * MAKER_DAY,
  };
  g_autoptr (EVP_PKEY) key = kiosk_pki_key_new (NULL);
  g_autoptr (X509) cert = kiosk_pki_issue (&template, key, g_ptr_array_index (self->issuers, 0),
                                           self->issuer_key, NULL);

  return kiosk_pki_cert_to_der (cert);
}

static void
set_hex (JsonObject *member, const char *name, gconstpointer bytes, gsize length)
{
  g_autofree char *hex = kiosk_hex_encode (bytes, length);

  json_object_set_string_member (member, name, hex);
}

JsonObject *
maker_add (Maker *self, GBytes *card, const char *id, const char *role)
{
  JsonObject *pin = json_object_get_object_member (self->bundle.body, "pin");
  const KioskStaffCost cost = { (guint64)json_object_get_int_member (pin, "n"), 8, 1 };
  JsonObject *member = json_object_new ();
  JsonArray *roles = json_array_new ();
  g_autoptr (KioskSecret) right = maker_pin (MAKER_RIGHT);
  guint8 digest[KIOSK_STAFF_CARD], salt[KIOSK_STAFF_SALT] = { 0 }, hash[KIOSK_STAFF_HASH];

  kiosk_staff_card_digest (card, digest);
  memcpy (salt, digest, sizeof salt);
  g_assert_true (kiosk_staff_pin_hash (&cost, salt, right, hash));
  json_array_add_string_element (roles, role);
  json_object_set_string_member (member, "id", id);
  json_object_set_string_member (member, "name", "SOMEBODY, At Work");
  json_object_set_array_member (member, "roles", roles);
  set_hex (member, "card", digest, sizeof digest);
  set_hex (member, "salt", salt, sizeof salt);
  set_hex (member, "hash", hash, sizeof hash);
  json_object_set_string_member (member, "state", "active");
  json_object_set_int_member (member, "unlock", 0);
  json_object_set_int_member (member, "not_before_ms", MAKER_NOW);
  json_object_set_int_member (member, "not_after_ms", MAKER_NOW + 20 * MAKER_DAY);
  json_array_add_object_element (self->staff, member);
  return member;
}

KioskStaffList *
maker_list (Maker *self)
{
  g_autoptr (GError) error = NULL;
  KioskStaffList *list = kiosk_staff_list_new (&self->bundle, &error);

  g_assert_no_error (error);
  return list;
}

KioskSecret *
maker_pin (const char *digits)
{
  return kiosk_secret_new_copy (digits, strlen (digits));
}
