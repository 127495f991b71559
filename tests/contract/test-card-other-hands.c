/* Cards that we did not write, behind the emulated reader, read by the program that is shipped:
 * vsmartcard's passport with its own BAC, and its German identity card with the PACE of libeac.
 * Both hold the files of documents personalised here, so that what is read can be proved. */
#include <string.h>

#include "base/file.h"
#include "bench.h"

#define PYTHON "/usr/bin/python3"

static Bench bench;

static gboolean
have_cards (void)
{
  const char *const argv[]
    = { PYTHON, "-c",
        "import ctypes, sys; sys.path.insert(0, '/usr/lib/python3/site-packages/virtualsmartcard');"
        "import virtualsmartcard.utils, Cryptodome; ctypes.CDLL('libeac.so.3')",
        NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *said = stage_run (argv, NULL, &error);

  return error == NULL;
}

/* The emulator puts the card down once its program has said what it is. */
static StageProcess *
start_card (const char *kind, const char *card, const char *can)
{
  g_autofree char *script = g_build_filename (g_getenv ("VICC"), "card.py", NULL);
  g_autofree char *folder = g_build_filename (bench.folder, "cards", card, NULL);
  const char *const argv[]
    = { PYTHON, script, kind, folder, stage_process_value (bench.emulator, "vpcd"), can, NULL };
  g_autoptr (GError) error = NULL;
  StageProcess *process = stage_process_start ("vicc", argv, NULL, bench.folder, &error);

  g_assert_no_error (error);
  return process;
}

static void
end_card (StageProcess *process)
{
  g_autoptr (GError) error = NULL;

  bench_forget (&bench);
  stage_process_stop (process, 15, &error);
  stage_process_free (process);
  bench_await (&bench, "removed");
}

static char *
zone_key (const char *card)
{
  g_autofree char *document = bench_card_value (&bench, card, "person", "document-number");
  g_autofree char *birth = bench_card_value (&bench, card, "person", "birth");
  g_autofree char *expiry = bench_card_value (&bench, card, "person", "expiry");

  return g_strdup_printf ("%s,%.2s%.2s%.2s,%.2s%.2s%.2s", document, birth + 2, birth + 5, birth + 8,
                          expiry + 2, expiry + 5, expiry + 8);
}

static const KioskStatement *
verdict (KioskClaim claim)
{
  return kiosk_evidence_verdict (bench.evidence, claim);
}

static void
assert_read (const char *card, const char *method)
{
  g_autofree char *name = bench_card_value (&bench, card, "person", "name");
  g_autofree char *number = bench_card_value (&bench, card, "person", "document-number");

  g_assert_cmpstr (verdict (KIOSK_CLAIM_ACCESS)->method, ==, method);
  g_assert_cmpint (verdict (KIOSK_CLAIM_ACCESS)->proof, ==, KIOSK_PROOF_PASSED);
  g_assert_cmpint (verdict (KIOSK_CLAIM_PASSIVE)->proof, ==, KIOSK_PROOF_PASSED);
  g_assert_cmpstr (bench.evidence->name_latin, ==, name);
  g_assert_cmpstr (bench.evidence->document_number, ==, number);
  g_assert_nonnull (bench.evidence->portrait);
}

static void
test_bac (void)
{
  g_autofree char *key = zone_key ("passport");
  StageProcess *card;

  bench.key = key;
  bench.key_kind = KIOSK_CARD_KEY_MRZ;
  bench_forget (&bench);
  card = start_card ("bac", "passport", NULL);
  bench_await (&bench, "evidence");
  assert_read ("passport", "bac");
  end_card (card);
  bench.key = NULL;
}

static void
test_pace (void)
{
  g_autofree char *can = bench_card_value (&bench, "good", "access", "can");
  StageProcess *card;

  bench.key = can;
  bench.key_kind = KIOSK_CARD_KEY_CAN;
  bench_forget (&bench);
  card = start_card ("pace", "good", can);
  bench_await (&bench, "evidence");
  assert_read ("good", "pace-can");
  end_card (card);
  bench.key = NULL;
}

static void
lay_out (const char *from, const char *folder, const char *name)
{
  g_autofree char *to = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) content = kiosk_file_read (from, 64 * 1024, &error);

  g_assert_no_error (error);
  g_assert_true (kiosk_file_write (to, content, 0600, &error));
}

/* A published document: BSI TR-03105-5's passport of Erika Mustermann. Its face is not published;
 * a drawn one lies there, which the reading must find out. */
static void
lay_out_published (void)
{
  static const struct
  {
    const char *from;
    const char *to;
  } files[] = { { "dg1.bin", "0101.bin" }, { "dg14.bin", "010E.bin" }, { "sod.bin", "011D.bin" } };
  g_autofree char *folder = g_build_filename (bench.folder, "cards", "published", NULL);
  g_autofree char *face = g_build_filename (bench.folder, "cards", "passport", "0102.bin", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (kiosk_folder_make (folder, 0700, &error));
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *from = g_build_filename (g_getenv ("BSI"), files[i].from, NULL);

      lay_out (from, folder, files[i].to);
    }
  lay_out (face, folder, "0102.bin");
}

/* @reason: NULL when it passed. */
static void
assert_stated (const char *method, guint group, const char *reason)
{
  for (guint i = 0; i < bench.evidence->statements->len; i++)
    {
      const KioskStatement *statement = g_ptr_array_index (bench.evidence->statements, i);

      if (g_str_equal (statement->method, method) && statement->group == group)
        {
          g_assert_cmpstr (statement->reason, ==, reason);
          g_assert_cmpint (statement->proof, ==,
                           reason == NULL ? KIOSK_PROOF_PASSED : KIOSK_PROOF_FAILED);
          return;
        }
    }
  g_error ("nothing is said of %s %u", method, group);
}

static void
test_published (void)
{
  StageProcess *card;

  lay_out_published ();
  bench.key = "C11T002JM,960812,231031";
  bench.key_kind = KIOSK_CARD_KEY_MRZ;
  bench_forget (&bench);
  card = start_card ("bac", "published", NULL);
  bench_await (&bench, "evidence");
  g_assert_cmpstr (verdict (KIOSK_CLAIM_ACCESS)->method, ==, "bac");
  g_assert_cmpstr (bench.evidence->name_latin, ==, "MUSTERMANN, ERIKA");
  g_assert_cmpint (verdict (KIOSK_CLAIM_PASSIVE)->proof, ==, KIOSK_PROOF_FAILED);
  assert_stated (KIOSK_METHOD_SIGNATURE, 0, NULL);
  assert_stated (KIOSK_METHOD_CHAIN, 0, "pa-no-csca"); /* never published either */
  assert_stated (KIOSK_METHOD_HASH, 1, NULL);
  assert_stated (KIOSK_METHOD_HASH, 2, "pa-hash");
  end_card (card);
  bench.key = NULL;
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  if (!have_cards ())
    {
      g_test_message ("vsmartcard-vpicc, python3-pycryptodome or libeac3 is not installed");
      return 77;
    }
  bench_init (&bench);
  bench_start (&bench);
  bench_await (&bench, "ready");
  g_test_add_func ("/other-hands/opens-a-passport-by-bac", test_bac);
  g_test_add_func ("/other-hands/opens-an-identity-card-by-pace", test_pace);
  g_test_add_func ("/other-hands/opens-a-published-document", test_published);
  result = g_test_run ();
  bench_clear (&bench);
  return result;
}
