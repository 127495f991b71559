/* The whole promise of a personal code, with two kiosks and a vault each on a real disk: whatever
 * is done to the first, no code of a phone's is good twice. */
#include "code-maker.h"
#include "journey/spend-code.h"

#include <string.h>

#define HOUR_MS (60 * MINUTE_MS)

typedef struct
{
  const char *id;
  char *folder;
  KioskClock *clock;
  KioskVault *vault;
} Kiosk;

typedef struct
{
  Identity *issuer;
  EVP_PKEY *phone;
  GBytes *credential;
  KioskBundle trust;
  Kiosk first, second;
} World;

static void
kiosk_start (Kiosk *kiosk)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *set_aside = NULL;

  kiosk->vault = kiosk_vault_open (kiosk->folder, kiosk->clock, &set_aside, &error);
  g_assert_no_error (error);
  g_assert_null (set_aside);
}

static void
kiosk_restart (Kiosk *kiosk)
{
  g_clear_pointer (&kiosk->vault, kiosk_vault_close);
  kiosk_start (kiosk);
}

static void
kiosk_set_up (Kiosk *kiosk, const char *id)
{
  kiosk->id = id;
  kiosk->folder = folder_new ();
  kiosk->clock = kiosk_clock_new_manual (NOW_MS);
  kiosk_start (kiosk);
}

static void
kiosk_tear_down (Kiosk *kiosk)
{
  kiosk_vault_close (kiosk->vault);
  kiosk_clock_unref (kiosk->clock);
  folder_remove (kiosk->folder);
  g_free (kiosk->folder);
}

static void
world_set_up (World *world, gconstpointer data)
{
  Said said;

  world->issuer = identity_new (KIOSK_CERT_SIGNER, "Identity issuer", NULL);
  world->phone = phone_new ("EC");
  said = said_usual (world->phone);
  world->credential = maker_credential (&said, world->issuer->key);
  world->trust.name = (char *)"trust";
  world->trust.body = maker_trust (world->issuer->cert);
  kiosk_set_up (&world->first, "k-0042");
  kiosk_set_up (&world->second, "k-0043");
}

static void
world_tear_down (World *world, gconstpointer data)
{
  kiosk_tear_down (&world->first);
  kiosk_tear_down (&world->second);
  identity_free (world->issuer);
  EVP_PKEY_free (world->phone);
  g_bytes_unref (world->credential);
  json_object_unref (world->trust.body);
}

/* A code that the phone makes now, for the first kiosk. */
static char *
phone_shows (World *world, guint8 nonce)
{
  return maker_show (world->credential, world->phone, world->first.id,
                     kiosk_clock_wall_ms (world->first.clock), nonce);
}

static KioskHolder *
identify (World *world, Kiosk *kiosk, const char *text, GError **error)
{
  g_autoptr (KioskCode) code = kiosk_code_parse ((const guint8 *)text, strlen (text), NULL);
  KioskPersonalCodeJudge judge = { .kiosk = kiosk->id,
                                   .trust = &world->trust,
                                   .clock = kiosk->clock,
                                   .spend = kiosk_spend_code_in_vault,
                                   .spend_data = kiosk->vault };

  g_assert_nonnull (code);
  return kiosk_personal_code_judge (&judge, code, error);
}

static void
assert_good (World *world, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskHolder) holder = identify (world, &world->first, text, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (holder->number, ==, "A1234563");
}

static void
assert_refused (World *world, Kiosk *kiosk, const char *text, const char *name)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (identify (world, kiosk, text, &error));
  g_assert_cmpuint (error->domain, ==, KIOSK_PERSONAL_CODE_ERROR);
  g_assert_cmpstr (kiosk_personal_code_error_name ((KioskPersonalCodeError)error->code), ==, name);
}

static void
test_twice (World *world, gconstpointer data)
{
  g_autofree char *text = phone_shows (world, 1);
  g_autofree char *another = phone_shows (world, 2);

  assert_good (world, text);
  assert_refused (world, &world->first, text, "used");
  assert_good (world, another);
}

static void
test_restart (World *world, gconstpointer data)
{
  g_autofree char *text = phone_shows (world, 1);

  assert_good (world, text);
  kiosk_restart (&world->first);
  assert_refused (world, &world->first, text, "used");
}

/* An hour later it is too old; with the clock set back to when it was fresh, it was used before. */
static void
test_clock_back (World *world, gconstpointer data)
{
  g_autofree char *text = phone_shows (world, 1);
  g_autofree char *later = NULL;

  assert_good (world, text);
  kiosk_clock_advance (world->first.clock, HOUR_MS);
  assert_refused (world, &world->first, text, "too-old");
  later = phone_shows (world, 2);
  assert_good (world, later);
  kiosk_clock_set_wall (world->first.clock, NOW_MS);
  assert_refused (world, &world->first, text, "used");
  kiosk_restart (&world->first);
  assert_refused (world, &world->first, text, "used");
}

/* Made before and kept unused, or used so long ago that the vault has forgotten it: the time that
 * the vault has seen refuses it. */
static void
test_day_back (World *world, gconstpointer data)
{
  g_autofree char *used = phone_shows (world, 1);
  g_autofree char *kept = phone_shows (world, 2);
  g_autofree char *later = NULL;

  assert_good (world, used);
  kiosk_clock_advance (world->first.clock, DAY_MS);
  later = phone_shows (world, 3);
  assert_good (world, later);
  kiosk_clock_set_wall (world->first.clock, NOW_MS);
  kiosk_restart (&world->first);
  assert_refused (world, &world->first, used, "clock");
  assert_refused (world, &world->first, kept, "clock");
}

static void
test_second_kiosk (World *world, gconstpointer data)
{
  g_autofree char *text = phone_shows (world, 1);

  assert_refused (world, &world->second, text, "other-kiosk");
  assert_good (world, text);
  assert_refused (world, &world->second, text, "other-kiosk");
}

/* Nothing of the person, the phone or the code lies on the disk. */
static void
test_names_nobody (World *world, gconstpointer data)
{
  g_autofree char *text = phone_shows (world, 1);
  g_autoptr (GBytes) file = NULL;
  const char *bytes = NULL;
  gsize length = 0;

  assert_good (world, text);
  file = folder_read (world->first.folder, "vault.db");
  bytes = g_bytes_get_data (file, &length);
  g_assert_null (memmem (bytes, length, "A1234563", 8));
  g_assert_null (memmem (bytes, length, "CHAN", 4));
  g_assert_null (memmem (bytes, length, text + 4, 16));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/journey/personal-code/" name, World, NULL, world_set_up, function, world_tear_down)
  ADD ("is-good-once", test_twice);
  ADD ("is-used-after-a-restart", test_restart);
  ADD ("is-used-after-the-clock-is-set-back-an-hour", test_clock_back);
  ADD ("is-refused-after-the-clock-is-set-back-a-day", test_day_back);
  ADD ("is-refused-at-a-second-kiosk", test_second_kiosk);
  ADD ("leaves-nothing-of-the-person-on-the-disk", test_names_nobody);
  return g_test_run ();
}
