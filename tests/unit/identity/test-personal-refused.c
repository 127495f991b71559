/* Why a code makes a holder of nobody: each reason by its name. */
#include "phone-world.h"

static void
test_incomplete (World *world, gconstpointer data)
{
  static const struct
  {
    const char *id, *name, *birth, *country;
  } cases[] = {
    { NULL, "CHAN", "19850228", "HK" },       { "A1234564", "CHAN", "19850228", "HK" },
    { "A1234563", NULL, "19850228", "HK" },   { "A1234563", "CHAN", NULL, "HK" },
    { "A1234563", "CHAN", "19850229", "HK" }, { "A1234563", "CHAN", "19850228", NULL },
    { "A 123", "CHAN", "19850228", "PHL" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Said said = said_usual (world->phone);
      g_autofree char *text = NULL;

      said.id = cases[i].id;
      said.name = cases[i].name;
      said.birth = cases[i].birth;
      said.country = cases[i].country;
      text = shown_by (world, &said, world->phone);
      g_test_message ("case %u", i);
      assert_refused (world, text, KIOSK_PERSONAL_CODE_ERROR_INCOMPLETE);
    }
}

static void
test_screenshot (World *world, gconstpointer data)
{
  static const struct
  {
    gint64 made_ms;
    KioskPersonalCodeError code;
  } cases[] = { { NOW_MS - DAY_MS, KIOSK_PERSONAL_CODE_ERROR_TOO_OLD },
                { NOW_MS - MINUTE_MS - 1000, KIOSK_PERSONAL_CODE_ERROR_TOO_OLD },
                { NOW_MS + KIOSK_PERSONAL_CODE_SKEW_MS + 1000, KIOSK_PERSONAL_CODE_ERROR_AHEAD },
                { NOW_MS + DAY_MS, KIOSK_PERSONAL_CODE_ERROR_AHEAD } };
  g_autofree char *oldest = usual (world, KIOSK, NOW_MS - MINUTE_MS);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = usual (world, KIOSK, cases[i].made_ms);

      assert_refused (world, text, cases[i].code);
    }
  assert_holder (world, oldest);
}

static void
test_skew (World *world, gconstpointer data)
{
  g_autofree char *text = usual (world, KIOSK, NOW_MS + KIOSK_PERSONAL_CODE_SKEW_MS);

  assert_holder (world, text);
}

/* The credential of one, shown by the phone of another: copied, not held. */
static void
test_another_key (World *world, gconstpointer data)
{
  g_autoptr (EVP_PKEY) thief = phone_new ("EC");
  g_autoptr (EVP_PKEY) other_thief = phone_new ("ED25519");
  Said said = said_usual (world->phone);
  g_autofree char *text = shown_by (world, &said, thief);
  g_autofree char *other = shown_by (world, &said, other_thief);

  assert_refused (world, text, KIOSK_PERSONAL_CODE_ERROR_NOT_HOLDER);
  assert_refused (world, other, KIOSK_PERSONAL_CODE_ERROR_NOT_HOLDER);
}

static void
test_unbound (World *world, gconstpointer data)
{
  Said said = said_usual (NULL);
  g_autofree char *text = shown_by (world, &said, world->phone);

  assert_refused (world, text, KIOSK_PERSONAL_CODE_ERROR_UNBOUND);
}

static void
test_another_kiosk (World *world, gconstpointer data)
{
  g_autofree char *text = usual (world, "k-0043", NOW_MS);

  assert_refused (world, text, KIOSK_PERSONAL_CODE_ERROR_OTHER_KIOSK);
}

static void
test_issuer (World *world, gconstpointer data)
{
  g_autoptr (Identity) stranger = identity_new (KIOSK_CERT_SIGNER, "Identity issuer", NULL);
  Said said = said_usual (world->phone);
  g_autoptr (GBytes) credential = maker_credential (&said, stranger->key);
  g_autofree char *text = maker_show (credential, world->phone, KIOSK, NOW_MS, 1);
  g_autofree char *good = usual (world, KIOSK, NOW_MS);

  assert_refused (world, text, KIOSK_PERSONAL_CODE_ERROR_ISSUER);
  json_object_unref (world->trust.body);
  world->trust.body = maker_trust (NULL);
  assert_refused (world, good, KIOSK_PERSONAL_CODE_ERROR_ISSUER);
  json_object_unref (world->trust.body);
  world->trust.body = json_object_new ();
  assert_refused (world, good, KIOSK_PERSONAL_CODE_ERROR_ISSUER);
}

/* The issuer's certificate must have been valid when it signed, and need not be any more. */
static void
test_issuer_time (World *world, gconstpointer data)
{
  g_autoptr (Identity) past = identity_new_valid (KIOSK_CERT_SIGNER, "Identity issuer", NULL,
                                                  NOW_MS - 90 * DAY_MS, NOW_MS - 10 * DAY_MS);
  static const struct
  {
    gint64 days;
    gboolean good;
  } cases[] = { { 30, TRUE }, { 5, FALSE }, { 91, FALSE } };

  json_object_unref (world->trust.body);
  world->trust.body = maker_trust (past->cert);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Said said = said_usual (world->phone);
      g_autoptr (GBytes) credential = NULL;
      g_autofree char *text = NULL;

      said.issued_ms = NOW_MS - cases[i].days * DAY_MS;
      credential = maker_credential (&said, past->key);
      text = maker_show (credential, world->phone, KIOSK, NOW_MS, 1);
      if (cases[i].good)
        assert_holder (world, text);
      else
        assert_refused (world, text, KIOSK_PERSONAL_CODE_ERROR_ISSUER);
    }
}

static void
test_validity (World *world, gconstpointer data)
{
  const struct
  {
    gint64 issued_ms, not_before_ms, expires_ms;
    KioskPersonalCodeError code;
  } cases[] = {
    { NOW_MS - DAY_MS, -1, NOW_MS - 1000, KIOSK_PERSONAL_CODE_ERROR_EXPIRED },
    { NOW_MS - DAY_MS, -1, -1, KIOSK_PERSONAL_CODE_ERROR_EXPIRED },
    { NOW_MS - DAY_MS, NOW_MS + 1000, NOW_MS + DAY_MS, KIOSK_PERSONAL_CODE_ERROR_EXPIRED },
    { NOW_MS + 1000, -1, NOW_MS + DAY_MS, KIOSK_PERSONAL_CODE_ERROR_EXPIRED },
    { -1, -1, NOW_MS + DAY_MS, KIOSK_PERSONAL_CODE_ERROR_ISSUER },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Said said = said_usual (world->phone);
      g_autofree char *text = NULL;

      said.issued_ms = cases[i].issued_ms;
      said.not_before_ms = cases[i].not_before_ms;
      said.expires_ms = cases[i].expires_ms;
      text = shown_by (world, &said, world->phone);
      g_test_message ("case %u", i);
      assert_refused (world, text, cases[i].code);
    }
}

static void
test_bare (World *world, gconstpointer data)
{
  Said said = said_usual (world->phone);
  g_autoptr (GBytes) credential = maker_credential (&said, world->issuer->key);
  g_autofree char *text
    = kiosk_base45_encode (g_bytes_get_data (credential, NULL), g_bytes_get_size (credential));
  g_autoptr (GError) error = NULL;

  assert_refused (world, text, KIOSK_PERSONAL_CODE_ERROR_BARE);
  g_assert_null (judge (world, "https://example.org", &error));
  g_assert_error (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_OTHER_KIND);
}

/* A machine's clock that stands behind what the gateway has signed tells nothing about a minute. */
static void
test_clock_unsure (World *world, gconstpointer data)
{
  g_autofree char *text = usual (world, KIOSK, NOW_MS);

  kiosk_clock_raise_floor (world->judge.clock, NOW_MS);
  kiosk_clock_set_wall (world->judge.clock, NOW_MS - DAY_MS);
  assert_refused (world, text, KIOSK_PERSONAL_CODE_ERROR_CLOCK);
}

static void
test_not_kept (World *world, gconstpointer data)
{
  g_autofree char *text = usual (world, KIOSK, NOW_MS);

  world->trouble = g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_NOSPC, "disk full");
  assert_refused (world, text, KIOSK_PERSONAL_CODE_ERROR_NOT_KEPT);
  g_clear_error (&world->trouble);
  world->trouble = g_error_new_literal (KIOSK_PERSONAL_CODE_ERROR, KIOSK_PERSONAL_CODE_ERROR_CLOCK,
                                        "the clock runs back");
  assert_refused (world, text, KIOSK_PERSONAL_CODE_ERROR_CLOCK);
}

/* A byte of it altered, in its place or in the credential's, makes a holder of nobody. */
static void
test_altered (World *world, gconstpointer data)
{
  static const guint8 flips[] = { 0x01, 0x80 };
  g_autofree char *text = usual (world, KIOSK, NOW_MS);
  const char *base45 = text + strlen (KIOSK_PRESENTATION_PREFIX);
  g_autoptr (GBytes) good = kiosk_base45_decode (base45, strlen (base45), 4096);
  gsize length = g_bytes_get_size (good);
  g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (good, NULL), length);

  for (gsize i = 0; i < length * G_N_ELEMENTS (flips); i++)
    {
      g_autoptr (KioskCode) code = NULL;
      g_autofree char *altered = NULL;
      g_autofree char *shown = NULL;

      copy[i / 2] ^= flips[i % 2];
      altered = kiosk_base45_encode (copy, length);
      shown = g_strconcat (KIOSK_PRESENTATION_PREFIX, altered, NULL);
      copy[i / 2] ^= flips[i % 2];
      code = kiosk_code_parse ((const guint8 *)shown, strlen (shown), NULL);
      if (code != NULL && kiosk_personal_code_judge (&world->judge, code, NULL) != NULL)
        g_error ("byte %" G_GSIZE_FORMAT " may be altered", i / 2);
    }
  g_assert_cmpuint (g_hash_table_size (world->spent), ==, 0);
  assert_holder (world, text);
}

/* Each name is another, so that a page can put its own words to it. */
static void
test_error_names (void)
{
  for (int i = 0; i <= KIOSK_PERSONAL_CODE_ERROR_NOT_KEPT; i++)
    for (int j = 0; j < i; j++)
      g_assert_cmpstr (kiosk_personal_code_error_name ((KioskPersonalCodeError)i), !=,
                       kiosk_personal_code_error_name ((KioskPersonalCodeError)j));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("needs-name-birth-date-and-number", test_incomplete);
  ADD ("screenshot-of-yesterdays-is-too-old", test_screenshot);
  ADD ("allows-for-a-phone-a-little-ahead", test_skew);
  ADD ("another-persons-key-is-not-the-holders", test_another_key);
  ADD ("a-credential-given-to-no-phone-has-no-holder", test_unbound);
  ADD ("for-another-kiosk-is-refused", test_another_kiosk);
  ADD ("an-issuer-not-on-the-list-is-refused", test_issuer);
  ADD ("the-issuer-was-valid-when-it-signed", test_issuer_time);
  ADD ("a-credential-past-its-date-is-refused", test_validity);
  ADD ("a-bare-credential-identifies-nobody", test_bare);
  ADD ("a-clock-not-sure-judges-no-minute", test_clock_unsure);
  ADD ("what-cannot-be-remembered-lets-nobody-in", test_not_kept);
  ADD ("notices-every-altered-byte", test_altered);
  g_test_add_func ("/identity/personal-code/every-refusal-has-its-name", test_error_names);
  return g_test_run ();
}
