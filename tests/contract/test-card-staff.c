/* Staff cards, through the program that is shipped and unchanged libnfc. */
#include <string.h>

#include "base/file.h"
#include "bench.h"
#include "trust/pki.h"

static Bench bench;

static GBytes *
certificate_of (const char *card, const char *slot)
{
  g_autofree char *name = g_strconcat (slot, ".der", NULL);
  g_autofree char *path = g_build_filename (bench.folder, "cards", card, name, NULL);
  g_autoptr (GError) error = NULL;
  GBytes *content = kiosk_file_read (path, 8192, &error);

  g_assert_no_error (error);
  return content;
}

static void
place (const char *card)
{
  bench_forget (&bench);
  bench_do (&bench, "place %s", card);
}

static void
take_away (void)
{
  bench_do (&bench, "remove");
  bench_await (&bench, "removed");
}

static void
assert_proves (const char *card)
{
  g_autoptr (GBytes) shown = certificate_of (card, "9E");

  place (card);
  bench_await (&bench, "staff");
  g_assert_cmpstr (bench.heard->str, ==, "found staff ");
  g_assert_true (g_bytes_equal (bench.certificate, shown));
  take_away ();
}

/* One process of the reader, several cards: each gets a challenge of its own. */
static void
test_proves (void)
{
  bench_start_staff (&bench);
  bench_await (&bench, "ready");
  assert_proves ("officer");
  assert_proves ("second-officer");
  assert_proves ("technician");
  assert_proves ("officer");
}

static void
assert_refused (const char *card, const char *why)
{
  place (card);
  bench_await (&bench, why);
  g_assert_null (strstr (bench.heard->str, "staff "));
  take_away ();
}

static void
test_refused (void)
{
  bench_start_staff (&bench);
  bench_await (&bench, "ready");
  assert_refused ("copied-officer", "clone");
  assert_refused ("contact-officer", "unsupported");
  assert_refused ("good", "wrong-card");
  assert_refused ("passport", "wrong-card");
}

/* A citizen's page does not take a staff card for a document. */
static void
test_no_document (void)
{
  bench_start (&bench);
  bench_await (&bench, "ready");
  assert_refused ("officer", "wrong-card");
}

static void
test_lost (void)
{
  bench_start_staff (&bench);
  bench_await (&bench, "ready");
  bench_do (&bench, "remove-after 2");
  place ("officer");
  bench_await (&bench, "removed");
  g_assert_null (strstr (bench.heard->str, "staff "));
  assert_proves ("officer");
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  bench_init (&bench);
  g_test_add_func ("/card-staff/card-proves-its-key", test_proves);
  g_test_add_func ("/card-staff/what-is-no-staff-card-is-refused", test_refused);
  g_test_add_func ("/card-staff/is-no-document", test_no_document);
  g_test_add_func ("/card-staff/taken-away-proves-nothing", test_lost);
  status = g_test_run ();
  bench_clear (&bench);
  return status;
}
