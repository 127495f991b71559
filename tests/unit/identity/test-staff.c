/* The list of staff, and the table of who may do what. */
#include <string.h>

#include "base/file.h"
#include "staff-maker.h"

#define CHEAP 1024u

/* RFC 7914, 12: the second vector is scrypt ("password", "NaCl", N=1024, r=8, p=16, 64 bytes); the
 * cost here is the third's: ("pleaseletmein", "SodiumChloride", 16384, 8, 1). A salt here has 16
 * bytes, so the vectors are run through the same call by the openssl command instead. */
static void
test_hash (void)
{
  static const guint8 salt[KIOSK_STAFF_SALT] = "0123456789abcdef";
  const KioskStaffCost cost = { 16384, 8, 1 };
  g_autoptr (KioskSecret) pin = maker_pin ("482019");
  guint8 hash[KIOSK_STAFF_HASH];
  g_autofree char *ours = NULL;
  g_autofree char *theirs = NULL;
  GString *plain = g_string_new (NULL);

  g_assert_true (kiosk_staff_pin_hash (&cost, salt, pin, hash));
  ours = kiosk_hex_encode (hash, sizeof hash);
  g_spawn_command_line_sync (
    "openssl kdf -keylen 32 -kdfopt pass:482019 -kdfopt salt:0123456789abcdef -kdfopt n:16384 "
    "-kdfopt r:8 -kdfopt p:1 SCRYPT",
    &theirs, NULL, NULL, NULL);
  for (const char *p = theirs; *p != '\0'; p++)
    if (g_ascii_isxdigit (*p))
      g_string_append_c (plain, g_ascii_tolower (*p));
  g_assert_cmpstr (ours, ==, plain->str);
  g_string_free (plain, TRUE);
}

static void
test_bounds (void)
{
  static const KioskStaffCost bad[]
    = { { 512, 8, 1 },    { 1025, 8, 1 },  { 1u << 18, 8, 1 }, { 16384, 0, 1 },
        { 16384, 17, 1 }, { 16384, 8, 0 }, { 16384, 8, 5 },    { 1u << 17, 16, 1 } };
  static const guint8 salt[KIOSK_STAFF_SALT];
  g_autoptr (KioskSecret) pin = maker_pin ("482019");
  guint8 hash[KIOSK_STAFF_HASH];

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (kiosk_staff_pin_hash (&bad[i], salt, pin, hash));
  g_assert_true (kiosk_staff_pin_is_formed ("123456"));
  g_assert_true (kiosk_staff_pin_is_formed ("123456789012"));
  g_assert_false (kiosk_staff_pin_is_formed ("12345"));
  g_assert_false (kiosk_staff_pin_is_formed ("1234567890123"));
  g_assert_false (kiosk_staff_pin_is_formed ("12345a"));
}

static void
test_pin (void)
{
  Maker maker;
  g_autoptr (GBytes) card = NULL;
  g_autoptr (KioskStaffList) list = NULL;
  g_autoptr (KioskSecret) right = maker_pin (MAKER_RIGHT);
  g_autoptr (KioskSecret) wrong = maker_pin (MAKER_WRONG);
  const KioskStaffMember *member;
  guint8 digest[KIOSK_STAFF_CARD];

  maker_init (&maker, CHEAP);
  card = maker_card (&maker, "S-1");
  maker_add (&maker, card, "S-1", "officer");
  list = maker_list (&maker);
  kiosk_staff_card_digest (card, digest);
  member = kiosk_staff_list_find (list, digest);
  g_assert_cmpstr (member->id, ==, "S-1");
  g_assert_true (kiosk_staff_pin_is_right (list, member, right));
  g_assert_false (kiosk_staff_pin_is_right (list, member, wrong));
  g_assert_false (kiosk_staff_pin_is_right (list, NULL, right));
  digest[0] ^= 1;
  g_assert_null (kiosk_staff_list_find (list, digest));
  maker_clear (&maker);
}

static void
assert_judged (Maker *maker, GBytes *card, gint64 now_ms, int code)
{
  g_autoptr (KioskStaffList) list = maker_list (maker);
  g_autoptr (GError) error = NULL;
  guint8 digest[KIOSK_STAFF_CARD];

  kiosk_staff_card_digest (card, digest);
  kiosk_staff_judge (list, kiosk_staff_list_find (list, digest), card, maker->issuers, now_ms,
                     &error);
  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, KIOSK_STAFF_ERROR, code);
}

static void
test_judged (void)
{
  Maker maker, stranger;
  g_autoptr (GBytes) card = NULL;
  g_autoptr (GBytes) foreign = NULL;
  JsonObject *member;

  maker_init (&maker, CHEAP);
  maker_init (&stranger, CHEAP);
  card = maker_card (&maker, "S-1");
  foreign = maker_card (&stranger, "S-2");
  member = maker_add (&maker, card, "S-1", "officer");
  maker_add (&maker, foreign, "S-2", "officer");
  assert_judged (&maker, card, MAKER_NOW + 1, -1);
  assert_judged (&maker, foreign, MAKER_NOW + 1, KIOSK_STAFF_ERROR_ISSUER);
  assert_judged (&maker, card, MAKER_NOW - 1000, KIOSK_STAFF_ERROR_EARLY);
  assert_judged (&maker, card, MAKER_NOW + 21 * MAKER_DAY, KIOSK_STAFF_ERROR_EXPIRED);
  assert_judged (&maker, card, MAKER_NOW + 51 * MAKER_DAY, KIOSK_STAFF_ERROR_EXPIRED);
  json_object_set_int_member (member, "not_after_ms", MAKER_NOW + 40 * MAKER_DAY);
  assert_judged (&maker, card, MAKER_NOW + 31 * MAKER_DAY, KIOSK_STAFF_ERROR_STALE);
  json_object_set_string_member (member, "state", "revoked");
  assert_judged (&maker, card, MAKER_NOW + 1, KIOSK_STAFF_ERROR_REVOKED);
  maker_clear (&maker);
  maker_clear (&stranger);
}

static void
assert_refused (Maker *maker)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (kiosk_staff_list_new (&maker->bundle, &error));
  g_assert_error (error, KIOSK_STAFF_ERROR, KIOSK_STAFF_ERROR_LIST);
}

static void
test_refused (void)
{
  static const struct
  {
    const char *member, *value;
  } bad[] = {
    { "id", "S 1" },    { "id", "S\"1" }, { "card", "00" },        { "salt", "zz" },
    { "hash", "0011" }, { "name", "" },   { "state", "sleeping" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      Maker maker;
      g_autoptr (GBytes) card = NULL;

      maker_init (&maker, CHEAP);
      card = maker_card (&maker, "S-1");
      json_object_set_string_member (maker_add (&maker, card, "S-1", "officer"), bad[i].member,
                                     bad[i].value);
      assert_refused (&maker);
      maker_clear (&maker);
    }
}

static void
test_refused_roles (void)
{
  static const char *const roles[] = { "king", "citizen" };

  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      Maker maker;
      g_autoptr (GBytes) card = NULL;

      maker_init (&maker, CHEAP);
      card = maker_card (&maker, "S-1");
      maker_add (&maker, card, "S-1", roles[i]);
      assert_refused (&maker);
      maker_clear (&maker);
    }
}

static void
test_refused_lists (void)
{
  Maker maker;
  g_autoptr (GBytes) card = NULL;
  JsonObject *pin;

  maker_init (&maker, CHEAP);
  card = maker_card (&maker, "S-1");
  maker_add (&maker, card, "S-1", "officer");
  maker_add (&maker, card, "S-2", "officer");
  assert_refused (&maker);
  json_array_remove_element (maker.staff, 1);
  pin = json_object_get_object_member (maker.bundle.body, "pin");
  json_object_set_int_member (pin, "n", 1000);
  assert_refused (&maker);
  json_object_set_int_member (pin, "n", 1024);
  json_object_set_string_member (pin, "algorithm", "md5");
  assert_refused (&maker);
  maker_clear (&maker);
}

/* The written table is the table. */
static void
test_table (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("KIOSK_IDENTITY_DATA"), "roles.md", NULL);
  g_autofree char *described = kiosk_roles_describe ();
  g_autofree char *written = NULL;

  g_assert_true (g_file_get_contents (path, &written, NULL, NULL));
  g_assert_nonnull (strstr (written, described));
}

static void
test_nobody (void)
{
  KioskDeed deed;
  KioskRole role;

  for (guint i = 0; i < KIOSK_DEEDS; i++)
    {
      g_assert_true (kiosk_deed_from_name (kiosk_deed_name ((KioskDeed)i), &deed));
      g_assert_cmpint (deed, ==, i);
      g_assert_false (kiosk_roles_may (0, deed));
    }
  for (guint i = 0; i < KIOSK_ROLES; i++)
    {
      g_assert_true (kiosk_role_from_name (kiosk_role_name ((KioskRole)i), &role));
      g_assert_false (kiosk_roles_may (KIOSK_ROLE_ONLY (role), KIOSK_DEEDS));
    }
  g_assert_false (kiosk_deed_from_name ("Format", &deed));
  /* Whoever is signed in is no citizen, and a citizen is nobody of the staff. */
  for (guint i = KIOSK_DEED_SIGN_OUT; i < KIOSK_DEEDS; i++)
    g_assert_false (kiosk_roles_may (KIOSK_ROLE_ONLY (KIOSK_ROLE_CITIZEN), (KioskDeed)i));
  for (guint i = KIOSK_ROLE_HELPER; i < KIOSK_ROLES; i++)
    g_assert_false (kiosk_roles_may (KIOSK_ROLE_ONLY (i), KIOSK_DEED_CITIZEN));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/staff/hash/is-what-the-openssl-command-makes", test_hash);
  g_test_add_func ("/staff/hash/neither-too-cheap-nor-too-dear", test_bounds);
  g_test_add_func ("/staff/pin/opens-for-its-card-alone", test_pin);
  g_test_add_func ("/staff/judged/each-reason-by-its-code", test_judged);
  g_test_add_func ("/staff/list/bad-members-are-refused", test_refused);
  g_test_add_func ("/staff/list/roles-that-are-none-are-refused", test_refused_roles);
  g_test_add_func ("/staff/list/bad-lists-are-refused", test_refused_lists);
  g_test_add_func ("/staff/roles/table-is-the-written-one", test_table);
  g_test_add_func ("/staff/roles/nobody-may-nothing", test_nobody);
  return g_test_run ();
}
