/* Whole readings, recorded through libnfc from an emulated card and played back: the terminal's
 * random numbers are seeded as they were then, so each command must be the same. */
#include <string.h>

#include "base/file.h"
#include "devices/card/card-reading.h"
#include "replay-channel.h"
#include "trust/pki.h"

typedef struct
{
  KioskCardReader reader;
  KioskCardHost host;
  KioskCardTarget target;
  KioskSecret *can;
  guint keys_asked, denials;
  char *profile;
} Played;

static void
on_found (gpointer data, const KioskCardProfile *profile)
{
  Played *self = data;

  g_assert_null (self->profile);
  self->profile = g_strdup (profile->name);
}

/* Once; asked again, the person goes away. */
static KioskSecret *
on_key (gpointer data, const KioskCardProfile *profile, KioskCardKey asked, KioskCardKey *ret_kind,
        GError **error)
{
  Played *self = data;

  *ret_kind = KIOSK_CARD_KEY_CAN;
  if (self->keys_asked++ == 0)
    return kiosk_secret_ref (self->can);
  g_set_error_literal (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_CANCELLED, "went away");
  return NULL;
}

static void
on_denied (gpointer data, int tries_left)
{
  ((Played *)data)->denials++;
}

static void
on_progress (gpointer data, double fraction)
{
  g_assert_true (fraction >= 0.0 && fraction <= 1.0);
}

/* A line "WORD value" of a recording. */
static char *
header (const char *path, const char *word)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], word) && lines[i][strlen (word)] == ' ')
      return g_strdup (lines[i] + strlen (word) + 1);
  g_error ("%s: no line %s", path, word);
}

static void
played_init (Played *self, const char *recording)
{
  g_autofree char *name = g_strconcat (recording, ".txt", NULL);
  g_autofree char *path
    = g_test_build_filename (G_TEST_DIST, "devices/card/recordings", name, NULL);
  g_autofree char *csca = header (path, "csca"), *at = header (path, "at");
  g_autofree char *historical = header (path, "historical"), *can = header (path, "can");
  g_autoptr (GBytes) der = kiosk_hex_decode (csca);
  g_autoptr (X509) country = NULL;
  g_autoptr (GBytes) ats = kiosk_hex_decode (historical);
  g_autoptr (GError) error = NULL;

  *self = (Played){ .host = { on_found, on_key, on_denied, on_progress, NULL, NULL, self } };
  self->target
    = (KioskCardTarget){ .takes_commands = TRUE, .historical_length = g_bytes_get_size (ats) };
  memcpy (self->target.historical, g_bytes_get_data (ats, NULL), g_bytes_get_size (ats));
  self->can = kiosk_secret_new_copy (can, strlen (can));
  self->reader = (KioskCardReader){
    .channel = replay_channel_new_from_file (path),
    .profiles = kiosk_card_profiles_load (g_getenv ("PROFILES"), &error),
    .csca = kiosk_csca_new (),
    .clock = kiosk_clock_new_manual (g_ascii_strtoll (at, NULL, 10)),
    .random = kiosk_random_new_seeded (1),
  };
  g_assert_no_error (error);
  country = kiosk_pki_cert_from_der (der, &error);
  g_assert_no_error (error);
  kiosk_csca_add (self->reader.csca, country);
  g_assert_no_error (error);
}

static void
played_clear (Played *self)
{
  kiosk_card_channel_free (self->reader.channel);
  g_ptr_array_unref (self->reader.profiles);
  kiosk_csca_unref (self->reader.csca);
  kiosk_clock_unref (self->reader.clock);
  kiosk_random_unref (self->reader.random);
  kiosk_secret_unref (self->can);
  g_free (self->profile);
}

static KioskEvidence *
play (Played *self, GError **error)
{
  return kiosk_card_read (&self->reader, &self->target, &self->host, error);
}

static void
test_good (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskEvidence) evidence = NULL;
  Played played;

  played_init (&played, "good");
  evidence = play (&played, &error);
  g_assert_no_error (error);
  replay_channel_assert_finished (played.reader.channel);
  g_assert_true (kiosk_evidence_is_proved (evidence));
  g_assert_cmpstr (played.profile, ==, "hkid-simulated");
  g_assert_cmpuint (evidence->apdus, ==, replay_channel_length (played.reader.channel));
  g_assert_cmpstr (evidence->name_latin, ==, "CHEUNG, WING SUM");
  g_assert_cmpstr (evidence->name_chinese, ==, "張詠心");
  g_assert_cmpstr (evidence->birth_date, ==, "1984-07-19");
  g_assert_cmpstr (evidence->issuing_state, ==, "CHN");
  g_assert_nonnull (evidence->symbols);
  g_assert_cmpstr (evidence->portrait_type, ==, "image/jpeg");
  played_clear (&played);
}

static void
assert_verdict (Played *played, KioskProof passive, const char *passive_reason, KioskProof chip,
                const char *chip_reason)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskEvidence) evidence = play (played, &error);
  const KioskStatement *verdict;

  g_assert_no_error (error);
  verdict = kiosk_evidence_verdict (evidence, KIOSK_CLAIM_ACCESS);
  g_assert_cmpint (verdict->proof, ==, KIOSK_PROOF_PASSED);
  verdict = kiosk_evidence_verdict (evidence, KIOSK_CLAIM_PASSIVE);
  g_assert_cmpint (verdict->proof, ==, passive);
  g_assert_cmpstr (verdict->reason, ==, passive_reason);
  verdict = kiosk_evidence_verdict (evidence, KIOSK_CLAIM_CHIP);
  g_assert_cmpint (verdict->proof, ==, chip);
  g_assert_cmpstr (verdict->reason, ==, chip_reason);
  played_clear (played);
}

static void
test_flawed (void)
{
  Played played;

  played_init (&played, "cloned");
  assert_verdict (&played, KIOSK_PROOF_PASSED, NULL, KIOSK_PROOF_FAILED, "clone");
  played_init (&played, "altered-dg1");
  assert_verdict (&played, KIOSK_PROOF_FAILED, "pa-hash", KIOSK_PROOF_NOT_POSSIBLE, "pa-hash");
  played_init (&played, "good");
  kiosk_csca_unref (played.reader.csca);
  played.reader.csca = kiosk_csca_new ();
  assert_verdict (&played, KIOSK_PROOF_FAILED, "pa-no-csca", KIOSK_PROOF_NOT_POSSIBLE,
                  "pa-no-csca");
}

static void
test_signer_s_time (void)
{
  Played played;

  played_init (&played, "good");
  kiosk_clock_set_wall (played.reader.clock, G_GINT64_CONSTANT (4102444800000)); /* 2100 */
  assert_verdict (&played, KIOSK_PROOF_FAILED, "pa-expired", KIOSK_PROOF_NOT_POSSIBLE,
                  "pa-expired");
}

static void
test_pulled_out (void)
{
  gsize length = 1;

  for (gsize n = 0; n < length; n++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (KioskEvidence) evidence = NULL;
      Played played;

      played_init (&played, "good");
      length = replay_channel_length (played.reader.channel);
      replay_channel_leave_before (played.reader.channel, n);
      evidence = play (&played, &error);
      g_assert_null (evidence);
      g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_LOST);
      played_clear (&played);
    }
}

/* A relay that turns one bit of any answer must never end with a proved card. */
static void
test_no_turned_bit_is_proved (void)
{
  gsize length = 1;

  for (gsize n = 0; n < length; n++)
    for (guint part = 0; part < 8; part++)
      {
        g_autoptr (KioskEvidence) evidence = NULL;
        Played played;
        gsize bits;

        played_init (&played, "good");
        length = replay_channel_length (played.reader.channel);
        bits = replay_channel_bits (played.reader.channel, n);
        replay_channel_turn_bit (played.reader.channel, n, (part * bits / 8 + part) % bits);
        evidence = play (&played, NULL);
        g_assert_true (evidence == NULL || !kiosk_evidence_is_proved (evidence));
        played_clear (&played);
      }
}

/* EF.CardAccess says PACE; PACE fails; nothing else is tried. */
static void
test_no_fall_back (void)
{
  g_autoptr (GError) error = NULL;
  Played played;

  played_init (&played, "good");
  replay_channel_alter (played.reader.channel, 1, "6a80");
  g_assert_null (play (&played, &error));
  g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_ACCESS_PROTOCOL);
  g_assert_cmpuint (played.keys_asked, ==, 1);
  played_clear (&played);
}

static void
test_wrong_can (void)
{
  g_autoptr (GError) error = NULL;
  Played played;

  played_init (&played, "good");
  replay_channel_alter (played.reader.channel, 5, "63c2");
  g_assert_null (play (&played, &error));
  /* Denied once, told, asked again: the port does not repeat the key by itself. */
  g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_CANCELLED);
  g_assert_cmpuint (played.denials, ==, 1);
  g_assert_cmpuint (played.keys_asked, ==, 2);
  played_clear (&played);
}

static void
test_other_cards (void)
{
  /* A payment card: no EF.CardAccess, no travel document application. */
  static const ReplayLine payment[] = {
    { "00B09C0000", "6A82" },
    { "00A4020C02011C", "6A82" },
    { "00A4040C07A0000002471001", "6A82" },
  };
  g_autoptr (GError) error = NULL;
  Played played;

  played_init (&played, "good");
  kiosk_card_channel_free (played.reader.channel);
  played.reader.channel = replay_channel_new (payment, G_N_ELEMENTS (payment));
  g_assert_null (play (&played, &error));
  g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_WRONG_CARD);
  replay_channel_assert_finished (played.reader.channel);
  g_assert_cmpuint (played.keys_asked, ==, 0);
  g_clear_error (&error);
  /* A ticket that takes no commands is sent none. */
  played.target.takes_commands = FALSE;
  g_assert_null (play (&played, &error));
  g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_WRONG_CARD);
  played_clear (&played);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/card/reading/a-good-card-is-proved", test_good);
  g_test_add_func ("/card/reading/flawed-cards-carry-their-reason", test_flawed);
  g_test_add_func ("/card/reading/a-signer-s-time-runs-out", test_signer_s_time);
  g_test_add_func ("/card/reading/pulled-out-anywhere-is-lost", test_pulled_out);
  g_test_add_func ("/card/reading/no-turned-bit-is-proved", test_no_turned_bit_is_proved);
  g_test_add_func ("/card/reading/advertised-pace-is-the-only-way", test_no_fall_back);
  g_test_add_func ("/card/reading/a-wrong-number-is-used-once", test_wrong_can);
  g_test_add_func ("/card/reading/other-cards-cost-nobody-a-number", test_other_cards);
  return g_test_run ();
}
