/* What is in the phone, before those who judge it: the signatures are the wallet's own work, the
 * checks are trust's. */
#include <glib/gstdio.h>
#include <string.h>

#include "card.h"
#include "formats/binding.h"
#include "formats/presentation.h"
#include "trust/binding-verify.h"
#include "trust/cose.h"
#include "trust/presentation-verify.h"
#include "wallet.h"

#define NOW_MS G_GINT64_CONSTANT (1795485600000)
#define SEEN   KIOSK_AUDIENCE_PREFIX "k-0042:identify"

typedef struct
{
  char *folder;
  KioskClock *clock;
  KioskRandom *random;
  KioskEmuWallet *wallet;
} Pocket;

static void
pocket_init (Pocket *self)
{
  g_autofree char *base = g_dir_make_tmp ("wallet-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;

  self->folder = g_steal_pointer (&base);
  self->clock = kiosk_clock_new_manual (NOW_MS);
  self->random = kiosk_random_new_seeded (1);
  self->wallet = kiosk_emu_wallet_open (self->folder, self->clock, self->random, &error);
  g_assert_no_error (error);
}

static void
pocket_clear (Pocket *self)
{
  static const char *const names[] = { "key.pem", "public.pem", "credential.txt" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (self->folder, names[i], NULL);

      g_remove (path);
    }
  kiosk_emu_wallet_free (self->wallet);
  kiosk_random_unref (self->random);
  kiosk_clock_unref (self->clock);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
}

/* What an issuer gives to the wallet's key. */
static void
give_credential (Pocket *self)
{
  g_autoptr (KioskPersonal) person = g_new0 (KioskPersonal, 1);
  g_autoptr (EVP_PKEY) issuer = kiosk_pki_key_new (NULL);
  g_autofree char *path = g_build_filename (self->folder, "credential.txt", NULL);
  g_autoptr (GBytes) claims = NULL;
  g_autoptr (GBytes) cose = NULL;
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;

  person->token = g_new0 (KioskCwt, 1);
  person->token->issued_ms = NOW_MS;
  person->token->not_before_ms = -1;
  person->token->expires_ms = NOW_MS + 1000;
  person->full_name = g_strdup ("CHAN, TAI MAN");
  person->holder_key = kiosk_emu_wallet_point (self->wallet);
  claims = kiosk_personal_claims (person);
  cose = kiosk_cose_sign1_unnamed (claims, issuer, NULL);
  text = kiosk_personal_text (cose);
  line = g_strconcat (text, "\n", NULL);
  g_assert_true (g_file_set_contents (path, line, -1, NULL));
}

/* @words: separated by a space */
static char *
present (Pocket *self, const char *words, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (words, " ", 0);
  g_auto (KioskEmuManner) manner = { 0 };

  if (!kiosk_emu_manner_parse (parts, &manner, error))
    return NULL;
  return kiosk_emu_wallet_present (self->wallet, SEEN, &manner, error);
}

static KioskPresentation *
shown (Pocket *self, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = present (self, words, &error);
  KioskPresentation *code = NULL;

  g_assert_no_error (error);
  code = kiosk_presentation_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  return code;
}

static void
test_presents (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskPresentation) code = NULL;
  Pocket pocket;

  pocket_init (&pocket);
  give_credential (&pocket);
  code = shown (&pocket, "");
  g_assert_cmpstr (code->audience, ==, "k-0042");
  g_assert_cmpint (code->issued_ms, ==, NOW_MS);
  kiosk_presentation_check_holder (code, &error);
  g_assert_no_error (error);
  pocket_clear (&pocket);
}

static void
test_manners (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskPresentation) elsewhere = NULL;
  g_autoptr (KioskPresentation) yesterday = NULL;
  g_autoptr (KioskPresentation) thief = NULL;
  Pocket pocket;

  pocket_init (&pocket);
  give_credential (&pocket);
  elsewhere = shown (&pocket, "kiosk=k-7 clock=30");
  g_assert_cmpstr (elsewhere->audience, ==, "k-7");
  g_assert_cmpint (elsewhere->issued_ms, ==, NOW_MS + 30000);
  g_assert_true (kiosk_presentation_check_holder (elsewhere, NULL));
  yesterday = shown (&pocket, "clock=-86400");
  g_assert_cmpint (yesterday->issued_ms, ==, NOW_MS - 86400000);
  thief = shown (&pocket, "key=other");
  g_assert_false (kiosk_presentation_check_holder (thief, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_SIGNATURE);
  g_clear_error (&error);
  g_assert_null (present (&pocket, "key=mine", &error));
  g_assert_error (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_COMMAND);
  pocket_clear (&pocket);
}

/* A picture is the same to the byte; a new one has another nonce, in the same second too. */
static void
test_again (void)
{
  g_autofree char *first = NULL, *picture = NULL, *second = NULL;
  Pocket pocket;

  pocket_init (&pocket);
  give_credential (&pocket);
  g_assert_null (kiosk_emu_wallet_again (pocket.wallet, 1, NULL));
  first = present (&pocket, "", NULL);
  picture = kiosk_emu_wallet_again (pocket.wallet, 1, NULL);
  second = present (&pocket, "", NULL);
  g_assert_cmpstr (first, ==, picture);
  g_assert_cmpstr (first, !=, second);
  g_clear_pointer (&picture, g_free);
  picture = kiosk_emu_wallet_again (pocket.wallet, 2, NULL);
  g_assert_cmpstr (first, ==, picture);
  g_assert_null (kiosk_emu_wallet_again (pocket.wallet, 3, NULL));
  pocket_clear (&pocket);
}

/* It knows only what its camera saw, and what an issuer gave. */
static void
test_knows_nothing (void)
{
  const KioskEmuManner manner = { 0 };
  g_autoptr (GError) error = NULL;
  Pocket pocket;

  pocket_init (&pocket);
  g_assert_null (kiosk_emu_wallet_present (pocket.wallet, SEEN, &manner, &error));
  g_assert_error (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_COMMAND);
  give_credential (&pocket);
  g_assert_null (kiosk_emu_wallet_present (pocket.wallet, NULL, &manner, NULL));
  g_assert_null (kiosk_emu_wallet_present (pocket.wallet, "https://example.org", &manner, NULL));
  g_assert_null (kiosk_emu_wallet_bind (pocket.wallet, SEEN, &manner, NULL));
  pocket_clear (&pocket);
}

/* Opened again it is the same phone. */
static void
test_same_key (void)
{
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  Pocket pocket;

  pocket_init (&pocket);
  before = kiosk_emu_wallet_point (pocket.wallet);
  kiosk_emu_wallet_free (pocket.wallet);
  pocket.wallet = kiosk_emu_wallet_open (pocket.folder, pocket.clock, pocket.random, NULL);
  after = kiosk_emu_wallet_point (pocket.wallet);
  g_assert_true (g_bytes_equal (before, after));
  pocket_clear (&pocket);
}

static KioskBinding *
bound (Pocket *self, const char *ticket, const KioskEmuManner *manner)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = kiosk_emu_wallet_bind (self->wallet, ticket, manner, &error);
  KioskBinding *binding = NULL;

  g_assert_no_error (error);
  binding = kiosk_binding_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  return binding;
}

static void
test_binds (void)
{
  KioskTicket ticket = { .issuer = (char *)"k-0042",
                         .expires_ms = NOW_MS + 60000,
                         .secret = { 1, 2, 3 },
                         .purpose = (char *)"bind-phone" };
  g_autofree char *text = kiosk_ticket_text (&ticket);
  const KioskEmuManner usual = { 0 }, thief = { .other_key = TRUE };
  g_autoptr (KioskBinding) good = NULL;
  g_autoptr (KioskBinding) stolen = NULL;
  g_autoptr (GBytes) point = NULL;
  Pocket pocket;

  pocket_init (&pocket);
  good = bound (&pocket, text, &usual);
  stolen = bound (&pocket, text, &thief);
  point = kiosk_emu_wallet_point (pocket.wallet);
  g_assert_cmpstr (good->audience, ==, "k-0042");
  g_assert_cmpint (good->issued_ms, ==, NOW_MS);
  g_assert_cmpmem (good->nonce, sizeof good->nonce, ticket.secret, sizeof ticket.secret);
  g_assert_true (g_bytes_equal (good->key, point));
  g_assert_true (kiosk_binding_check (good, NULL));
  g_assert_false (kiosk_binding_check (stolen, NULL));
  pocket_clear (&pocket);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emulator/wallet/presents-for-the-terminal-it-saw", test_presents);
  g_test_add_func ("/emulator/wallet/can-be-another-place-time-or-hand", test_manners);
  g_test_add_func ("/emulator/wallet/repeats-a-picture-to-the-byte", test_again);
  g_test_add_func ("/emulator/wallet/knows-only-what-it-was-given-or-saw", test_knows_nothing);
  g_test_add_func ("/emulator/wallet/keeps-its-key", test_same_key);
  g_test_add_func ("/emulator/wallet/answers-a-ticket-with-its-key", test_binds);
  return g_test_run ();
}
