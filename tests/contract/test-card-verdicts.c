/* What a whole reading says of the chip, for each card of the emulator's matrix that proves itself
 * or cannot. */
#include <glib/gstdio.h>
#include <openssl/pem.h>
#include <string.h>

#include "air.h"
#include "personalise.h"
#include "recipe.h"

static char *folder;

static void
on_found (gpointer data, const KioskCardProfile *profile)
{
}

/* The document's key as a person types it. */
static KioskSecret *
on_key (gpointer data, const KioskCardProfile *profile, KioskCardKey asked, KioskCardKey *ret_kind,
        GError **error)
{
  const KioskEmuCard *card = data;
  g_autoptr (KioskMrz) mrz
    = kiosk_lds_parse_dg1 (kiosk_emu_card_file (card, KIOSK_LDS_EF_DG (1)), NULL);

  *ret_kind = KIOSK_CARD_KEY_MRZ;
  return kiosk_secret_new_take (
    g_strconcat (mrz->document_number, ",", mrz->birth, ",", mrz->expiry, NULL));
}

static void
on_denied (gpointer data, int tries_left)
{
  g_assert_not_reached ();
}

static void
on_progress (gpointer data, double fraction)
{
}

static KioskCsca *
country (void)
{
  KioskCsca *csca = kiosk_csca_new ();
  g_autofree char *path = g_build_filename (folder, "csca.pem", NULL);
  BIO *in = BIO_new_file (path, "r");
  g_autoptr (X509) cert = PEM_read_bio_X509 (in, NULL, NULL, NULL);

  g_assert_nonnull (cert);
  BIO_free (in);
  kiosk_csca_add (csca, cert);
  return csca;
}

static KioskEvidence *
read_as (KioskEmuCard *card, gboolean details, GError **error)
{
  const KioskCardHost host = {
    .found = on_found, .key = on_key, .denied = on_denied, .progress = on_progress, .data = card
  };
  Air *air = air_new (card, FALSE, 424, 460800);
  KioskCardTarget target = air_begin (air);
  KioskCardReader reader = { .channel = &air->channel,
                             .profiles = kiosk_card_profiles_load (g_getenv ("PROFILES"), error),
                             .csca = country (),
                             .clock = kiosk_clock_new_system (),
                             .random = kiosk_random_new_seeded (5),
                             .details = details };
  KioskEvidence *evidence = kiosk_card_read (&reader, &target, &host, error);

  g_ptr_array_unref (reader.profiles);
  kiosk_csca_unref (reader.csca);
  kiosk_clock_unref (reader.clock);
  kiosk_random_unref (reader.random);
  air_free (air);
  return evidence;
}

static KioskEvidence *
read_whole (KioskEmuCard *card, GError **error)
{
  return read_as (card, FALSE, error);
}

static KioskEmuCard *
load (const char *name)
{
  g_autofree char *path = g_build_filename (folder, "cards", name, NULL);
  g_autoptr (GError) error = NULL;
  KioskEmuCard *card = kiosk_emu_card_load (path, name, NULL, &error);

  g_assert_no_error (error);
  return card;
}

/* One row: what settles the claim that the chip is no copy. */
typedef struct
{
  const char *card, *method;
  KioskProof proof;
  const char *reason;
} Row;

static const Row rows[] = {
  { "bac", "chip-authentication", KIOSK_PROOF_NOT_POSSIBLE, "no-key" },
  { "cam", "pace-cam", KIOSK_PROOF_PASSED, NULL },
  { "cam-aes-256", "pace-cam", KIOSK_PROOF_PASSED, NULL },
  { "cam-cloned", "pace-cam", KIOSK_PROOF_FAILED, "clone" },
  { "ca", "chip-authentication", KIOSK_PROOF_PASSED, NULL },
  { "ca-3des", "chip-authentication", KIOSK_PROOF_PASSED, NULL },
  { "ca-dh", "chip-authentication", KIOSK_PROOF_PASSED, NULL },
  { "ca-cloned", "chip-authentication", KIOSK_PROOF_FAILED, "clone" },
  { "aa", "active-authentication", KIOSK_PROOF_PASSED, NULL },
  { "aa-rsa-2048", "active-authentication", KIOSK_PROOF_PASSED, NULL },
  { "aa-ec", "active-authentication", KIOSK_PROOF_PASSED, NULL },
  { "aa-cloned", "active-authentication", KIOSK_PROOF_FAILED, "clone-aa" },
  { "explicit-curve", "chip-authentication", KIOSK_PROOF_PASSED, NULL },
  { "tampered-sod", "chip-authentication", KIOSK_PROOF_NOT_POSSIBLE, "pa-bad-signature" },
};

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskEmuCard) card = load (row->card);
  g_autoptr (KioskEvidence) evidence = NULL;
  const KioskStatement *verdict;

  evidence = read_whole (card, &error);
  g_assert_no_error (error);
  verdict = kiosk_evidence_verdict (evidence, KIOSK_CLAIM_CHIP);
  g_assert_cmpstr (verdict->method, ==, row->method);
  g_assert_cmpint (verdict->proof, ==, row->proof);
  g_assert_cmpstr (verdict->reason, ==, row->reason);
}

/* EF.CardSecurity with one bit turned is not what its issuer signed. */
static void
test_altered_card_security (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskEmuCard) card = load ("cam");
  GBytes *file = kiosk_emu_card_file (card, KIOSK_EMU_CARD_SECURITY);
  gsize length = g_bytes_get_size (file);
  guint8 *altered = g_memdup2 (g_bytes_get_data (file, NULL), length);
  g_autoptr (KioskEvidence) evidence = NULL;
  const KioskStatement *verdict;

  altered[length - 1] ^= 1; /* the signature's last byte */
  g_hash_table_insert (card->files, GUINT_TO_POINTER (KIOSK_EMU_CARD_SECURITY),
                       g_bytes_new_take (altered, length));
  evidence = read_whole (card, &error);
  g_assert_no_error (error);
  verdict = kiosk_evidence_verdict (evidence, KIOSK_CLAIM_CHIP);
  g_assert_cmpstr (verdict->method, ==, "pace-cam");
  g_assert_cmpint (verdict->proof, ==, KIOSK_PROOF_FAILED);
  g_assert_cmpstr (verdict->reason, ==, "pa-bad-signature");
}

static const KioskStatement *
hash_of (const KioskEvidence *evidence, guint number)
{
  for (guint i = 0; i < evidence->statements->len; i++)
    {
      const KioskStatement *statement = g_ptr_array_index (evidence->statements, i);

      if (statement->group == number && strcmp (statement->method, KIOSK_METHOD_HASH) == 0)
        return statement;
    }
  return NULL;
}

/* DG7 and DG12 lie on the chip; who does not ask for them waits for nothing of them. */
static void
test_details (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskEmuCard) card = load ("jpeg2000");
  g_autoptr (KioskEvidence) everyday = read_as (card, FALSE, &error);
  g_autoptr (KioskEvidence) closer = read_as (card, TRUE, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (everyday->groups[1].bytes, >, 0);
  g_assert_cmpuint (everyday->groups[6].bytes, ==, 0);
  g_assert_cmpuint (everyday->groups[11].bytes, ==, 0);
  g_assert_null (hash_of (everyday, 12));
  g_assert_null (everyday->issuing_authority);
  g_assert_cmpuint (everyday->apdus, <, closer->apdus);
  for (guint number = 7; number <= 12; number += 5)
    {
      GBytes *file = kiosk_emu_card_file (card, KIOSK_LDS_EF_DG (number));

      g_assert_cmpuint (closer->groups[number - 1].bytes, ==, g_bytes_get_size (file));
      g_assert_null (closer->groups[number - 1].note);
      g_assert_cmpint (hash_of (closer, number)->proof, ==, KIOSK_PROOF_PASSED);
    }
  g_assert_cmpstr (closer->issuing_authority, ==, "SIMULATED AUTHORITY");
  g_assert_cmpuint (strlen (closer->issue_date), ==, 10);
  g_assert_cmpstr (closer->signature_type, ==, "image/jpeg");
}

/* One letter of the issuer, and the document is no longer what was signed. */
static void
test_altered_details (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskEmuCard) card = load ("jpeg2000");
  GBytes *file = kiosk_emu_card_file (card, KIOSK_LDS_EF_DG (12));
  gsize length = g_bytes_get_size (file);
  guint8 *altered = g_memdup2 (g_bytes_get_data (file, NULL), length);
  g_autoptr (KioskEvidence) evidence = NULL;

  altered[length - 1] ^= 1;
  g_hash_table_insert (card->files, GUINT_TO_POINTER (KIOSK_LDS_EF_DG (12)),
                       g_bytes_new_take (altered, length));
  evidence = read_as (card, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (hash_of (evidence, 12)->proof, ==, KIOSK_PROOF_FAILED);
  g_assert_cmpstr (kiosk_evidence_verdict (evidence, KIOSK_CLAIM_PASSIVE)->reason, ==, "pa-hash");
}

/* The security object lists them and the chip does not give one: said, and nothing is lost by it.
 */
static void
test_missing_details (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskEmuCard) card = load ("jpeg2000");
  g_autoptr (KioskEvidence) evidence = NULL;

  g_hash_table_remove (card->files, GUINT_TO_POINTER (KIOSK_LDS_EF_DG (12)));
  evidence = read_as (card, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (kiosk_evidence_verdict (evidence, KIOSK_CLAIM_PASSIVE)->proof, ==,
                   KIOSK_PROOF_PASSED);
  g_assert_cmpuint (evidence->groups[11].bytes, ==, 0);
  g_assert_cmpstr (evidence->groups[11].note, ==, "lds-malformed");
  g_assert_cmpstr (evidence->signature_type, ==, "image/jpeg");
}

/* Whoever signed half a picture, or none, did not make a forgery of the document. */
static void
test_no_picture (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskEmuCard) card = load ("no-picture");
  g_autoptr (KioskEvidence) evidence = read_as (card, FALSE, &error);

  g_assert_no_error (error);
  g_assert_true (kiosk_evidence_is_proved (evidence));
  g_assert_null (evidence->portrait);
  g_assert_cmpuint (evidence->groups[1].bytes, >, 0);
  g_assert_cmpstr (evidence->groups[1].note, ==, "lds-malformed");
  g_assert_null (evidence->groups[0].note);
}

/* A chip that answers with a thousand bytes at most is asked for as many from the start, as its
 * EF.ATR/INFO says; one that does not say so is found out by a refusal, and read in short form. */
static void
test_lengths (void)
{
  static const char *const changes[] = { "historical=", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskEmuCard) card = load ("lengths");
  g_autoptr (KioskEvidence) told = read_as (card, FALSE, &error), untold = NULL;

  g_assert_no_error (error);
  g_assert_true (kiosk_emu_card_change (card, changes, &error));
  untold = read_as (card, FALSE, &error);
  g_assert_no_error (error);
  g_test_message ("%u commands, %u where it does not say", told->apdus, untold->apdus);
  g_assert_cmpint (kiosk_evidence_verdict (told, KIOSK_CLAIM_PASSIVE)->proof, ==,
                   KIOSK_PROOF_PASSED);
  g_assert_cmpuint (told->apdus, <, untold->apdus / 2);
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_all (child);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("verdicts-XXXXXX", &error);
  g_assert_no_error (error);
  g_assert_true (kiosk_emu_personalise (folder, NULL, TRUE, &error));
  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/card/verdicts/", rows[i].card, NULL);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/card/verdicts/altered-card-security-proves-no-chip",
                   test_altered_card_security);
  g_test_add_func ("/card/verdicts/details-are-read-and-checked-for-whoever-asks", test_details);
  g_test_add_func ("/card/verdicts/altered-details-are-an-altered-document", test_altered_details);
  g_test_add_func ("/card/verdicts/missing-details-cost-nothing", test_missing_details);
  g_test_add_func ("/card/verdicts/half-a-picture-stops-nobody", test_no_picture);
  g_test_add_func ("/card/verdicts/lengths-that-the-chip-announces-are-kept", test_lengths);
  result = g_test_run ();
  remove_all (folder);
  g_free (folder);
  return result;
}
