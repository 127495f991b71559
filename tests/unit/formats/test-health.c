#include "../vectors.h"
#include "altered.h"
#include "base/file.h"
#include "formats/cbor-item.h"
#include "token-maker.h"

typedef struct
{
  guint read;
  guint implausible;
  guint altered;
} Tally;

static const char *
text_of (JsonObject *object, const char *member)
{
  return object != NULL && json_object_has_member (object, member)
           ? json_object_get_string_member (object, member)
           : NULL;
}

static void
check_holder (const KioskHealth *health, JsonObject *json)
{
  JsonObject *names = json_object_get_object_member (json, "nam");

  g_assert_cmpstr (health->version, ==, text_of (json, "ver"));
  g_assert_cmpstr (health->birth, ==, text_of (json, "dob"));
  g_assert_cmpstr (health->family_name, ==, text_of (names, "fn"));
  g_assert_cmpstr (health->given_name, ==, text_of (names, "gn"));
  g_assert_cmpstr (health->family_name_mrz, ==, text_of (names, "fnt"));
  g_assert_cmpstr (health->given_name_mrz, ==, text_of (names, "gnt"));
}

static void
check_entry (const KioskHealthEntry *entry, JsonObject *json)
{
  g_assert_cmpstr (entry->disease, ==, text_of (json, "tg"));
  g_assert_cmpstr (entry->country, ==, text_of (json, "co"));
  g_assert_cmpstr (entry->issuer, ==, text_of (json, "is"));
  g_assert_cmpstr (entry->id, ==, text_of (json, "ci"));
  if (entry->kind == KIOSK_HEALTH_VACCINATION)
    {
      g_assert_cmpstr (entry->date, ==, text_of (json, "dt"));
      g_assert_cmpstr (entry->product, ==, text_of (json, "mp"));
      g_assert_cmpint (entry->dose, ==, json_object_get_int_member (json, "dn"));
      g_assert_cmpint (entry->of_doses, ==, json_object_get_int_member (json, "sd"));
    }
  else if (entry->kind == KIOSK_HEALTH_TEST)
    {
      g_assert_cmpstr (entry->date, ==, text_of (json, "sc"));
      g_assert_cmpstr (entry->result, ==, text_of (json, "tr"));
      g_assert_cmpstr (entry->centre, ==, text_of (json, "tc"));
    }
  else
    {
      g_assert_cmpstr (entry->from, ==, text_of (json, "df"));
      g_assert_cmpstr (entry->until, ==, text_of (json, "du"));
    }
}

static void
check_entries (const KioskHealth *health, JsonObject *json)
{
  static const char *const groups[] = { "v", "t", "r" };
  guint at = 0;

  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      JsonArray *list = json_object_has_member (json, groups[i])
                          ? json_object_get_array_member (json, groups[i])
                          : NULL;

      for (guint j = 0; list != NULL && j < json_array_get_length (list); j++)
        check_entry (health->entries->pdata[at++], json_array_get_object_element (list, j));
    }
  g_assert_cmpuint (at, ==, health->entries->len);
}

static gboolean
expects (JsonObject *vector, const char *what, gboolean otherwise)
{
  JsonObject *expected = json_object_get_object_member (vector, "EXPECTEDRESULTS");

  return json_object_has_member (expected, what) ? json_object_get_boolean_member (expected, what)
                                                 : otherwise;
}

/* The payload is the vector's CBOR where that is given apart from the token. */
static void
check_payload (const KioskHealth *health, JsonObject *vector)
{
  g_autofree char *hex = kiosk_hex_encode (g_bytes_get_data (health->token->payload, NULL),
                                           g_bytes_get_size (health->token->payload));
  g_autofree char *cose = g_ascii_strdown (text_of (vector, "COSE"), -1);

  g_assert_nonnull (strstr (cose, hex));
}

static void
check_vector (const char *name, JsonObject *vector, gpointer data)
{
  Tally *tally = data;
  const char *text = text_of (vector, "PREFIX");
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskCode) code = kiosk_code_parse ((const guint8 *)text, strlen (text), &error);

  g_test_message ("%s", name);
  g_assert_true (expects (vector, "EXPECTEDDECODE", TRUE));
  g_assert_no_error (error);
  g_assert_cmpint (code->kind, ==, KIOSK_CODE_HEALTH);
  check_holder (code->health, json_object_get_object_member (vector, "JSON"));
  check_entries (code->health, json_object_get_object_member (vector, "JSON"));
  check_payload (code->health, vector);
  g_assert_true (kiosk_health_is_plausible (code->health)
                 == expects (vector, "EXPECTEDSCHEMAVALIDATION", TRUE));
  tally->read++;
  tally->implausible += kiosk_health_is_plausible (code->health) ? 0 : 1;
}

static void
test_published (void)
{
  Tally tally = { 0 };

  if (vectors_health (check_vector, &tally) == 0)
    return;
  g_test_message ("%u certificates read, %u of them not plausible", tally.read, tally.implausible);
  g_assert_cmpuint (tally.read, >=, 328);
  g_assert_cmpuint (tally.implausible, ==, 96);
}

static void
check_same (const KioskCode *code, gpointer data)
{
  const KioskHealth *wanted = data;

  if (code == NULL || code->kind != KIOSK_CODE_HEALTH)
    return;
  g_assert_true (g_bytes_equal (code->health->token->payload, wanted->token->payload));
  g_assert_true (g_bytes_equal (code->health->token->signature, wanted->token->signature));
  g_assert_true (
    g_bytes_equal (code->health->token->protected_header, wanted->token->protected_header));
}

/* Every fortieth: the sanitizers make each of 600 characters × 5 alterations dear. */
static void
alter_vector (const char *name, JsonObject *vector, gpointer data)
{
  Tally *tally = data;
  const char *text = text_of (vector, "PREFIX");
  g_autoptr (KioskHealth) health = NULL;

  if (tally->altered++ % 40 != 0)
    return;
  health = kiosk_health_parse (text, strlen (text), NULL);
  altered_each (text, strlen (text), check_same, health);
  tally->read++;
}

static void
test_altered_published (void)
{
  Tally tally = { 0 };

  if (vectors_health (alter_vector, &tally) > 0)
    g_assert_cmpuint (tally.read, >=, 8);
}

static cbor_item_t *
text_map (const char *const *pairs)
{
  guint count = g_strv_length ((GStrv)pairs) / 2;
  cbor_item_t *map = cbor_new_definite_map (count);

  for (guint i = 0; i < count; i++)
    {
      g_autoptr (cbor_item_t) key = kiosk_cbor_new_text (pairs[2 * i]);
      g_autoptr (cbor_item_t) value = kiosk_cbor_new_text (pairs[2 * i + 1]);

      g_assert_true (cbor_map_add (map, (struct cbor_pair){ .key = key, .value = value }));
    }
  return map;
}

static void
put (cbor_item_t *map, const char *key, cbor_item_t *value)
{
  g_autoptr (cbor_item_t) name = kiosk_cbor_new_text (key);

  g_assert_true (cbor_map_add (map, (struct cbor_pair){ .key = name, .value = value }));
  kiosk_cbor_item_free (value);
}

/* Keys in the order that our own encoder demands. */
static char *
make (const char *birth, const char *given, const char *given_mrz, guint entries)
{
  static const char *const recovery[]
    = { "ci", "URN:1",      "co", "HK", "df", "2021-01-12", "du", "2021-07-01",
        "fr", "2021-01-01", "is", "TD", "tg", "840539006",  NULL };
  const char *const names[] = { "fn", "Chan", "gn", given, "fnt", "CHAN", "gnt", given_mrz, NULL };
  cbor_item_t *list = cbor_new_definite_array (entries);
  cbor_item_t *map = cbor_new_definite_map (4);
  cbor_item_t *outer = cbor_new_definite_map (1);
  cbor_item_t *claims = cbor_new_definite_map (3);

  for (guint i = 0; i < entries; i++)
    kiosk_cbor_array_push (list, text_map (recovery));
  put (map, "r", list);
  put (map, "dob", kiosk_cbor_new_text (birth));
  put (map, "nam", text_map (names));
  put (map, "ver", kiosk_cbor_new_text ("1.3.0"));
  kiosk_cbor_map_put (outer, 1, map);
  kiosk_cbor_map_put (claims, 1, kiosk_cbor_new_text ("HK"));
  kiosk_cbor_map_put (claims, 6, kiosk_cbor_new_integer (1620324000));
  kiosk_cbor_map_put (claims, -260, outer);
  return token_text (claims, KIOSK_HEALTH_PREFIX);
}

static void
test_plausible (void)
{
  const struct
  {
    const char *birth, *given, *mrz;
    gboolean plausible;
  } cases[] = {
    { "1980-02-29", "Tai Man", "TAI<MAN", TRUE },
    { "1980", "Tai Man", "TAI<MAN", TRUE },
    { "2021-05", "Tai Man", "TAI<MAN", TRUE },
    { "2021-06", "Tai Man", "TAI<MAN", FALSE },
    { "1899-12-31", "A", "A", FALSE },
    { "1980", "Tai Man", "Tai Man", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = make (cases[i].birth, cases[i].given, cases[i].mrz, 1);
      g_autoptr (GError) error = NULL;
      g_autoptr (KioskHealth) health = kiosk_health_parse (text, strlen (text), &error);

      g_assert_no_error (error);
      g_assert_cmpstr (health->token->issuer, ==, "HK");
      g_assert_cmpuint (health->kinds, ==, KIOSK_HEALTH_RECOVERY);
      g_assert_true (kiosk_health_is_plausible (health) == cases[i].plausible);
    }
}

static void
assert_refused (const char *text, KioskCodeError wanted)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (kiosk_code_parse ((const guint8 *)text, strlen (text), &error));
  g_assert_error (error, KIOSK_CODE_ERROR, (int)wanted);
}

static void
test_refused (void)
{
  g_autofree char *none = make ("1980", "A", "A", 0);
  g_autofree char *nine = make ("1980", "A", "A", 9);
  g_autofree char *birth = make ("29-02-1980", "A", "A", 1);
  g_autofree char *acts = make ("1980", "A\x1b[2J", "A", 1);

  assert_refused (none, KIOSK_CODE_ERROR_DAMAGED);
  assert_refused (nine, KIOSK_CODE_ERROR_DAMAGED);
  assert_refused (birth, KIOSK_CODE_ERROR_DAMAGED);
  assert_refused (acts, KIOSK_CODE_ERROR_DAMAGED);
  assert_refused ("HC1:", KIOSK_CODE_ERROR_DAMAGED);
  assert_refused ("HC2:ABC", KIOSK_CODE_ERROR_VERSION);
}

/* Five megabytes of nothing in four thousand characters. */
static void
test_bomb (void)
{
  gsize length = 1 << 20;
  g_autofree guint8 *zeros = g_malloc0 (length);
  g_autofree char *text = token_pack (zeros, length, KIOSK_HEALTH_PREFIX);

  g_assert_cmpuint (strlen (text), <, KIOSK_HEALTH_TEXT_MAX);
  assert_refused (text, KIOSK_CODE_ERROR_TOO_BIG);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/health/reads-every-countrys-vectors", test_published);
  g_test_add_func ("/formats/health/notices-every-alteration", test_altered_published);
  g_test_add_func ("/formats/health/tells-what-can-be-from-what-cannot", test_plausible);
  g_test_add_func ("/formats/health/refuses-what-is-not-in-form", test_refused);
  g_test_add_func ("/formats/health/does-not-unpack-a-bomb", test_bomb);
  return g_test_run ();
}
