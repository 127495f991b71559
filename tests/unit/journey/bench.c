/* The journey on the bench: its face, and a person who acts on its pages. */
#include "bench.h"

#include "formats/receipt.h"

#include <string.h>

#define IDLE_MS 45000
#define WARNING 20

static void
face_page (gpointer data, guint serial, const char *page, GVariant *model,
           const char *const *actions)
{
  Bench *bench = data;

  g_assert_true (g_variant_is_of_type (model, G_VARIANT_TYPE_VARDICT));
  g_assert_true (g_variant_is_normal_form (model));
  bench->pages++;
}

static void
face_idle (gpointer data, guint seconds)
{
  Bench *bench = data;

  bench->idles++;
  bench->idle_seconds = seconds;
}

static void
face_status (gpointer data)
{
  ((Bench *)data)->statuses++;
}

static KioskCatalogue *
give_catalogue (gpointer data)
{
  return kiosk_catalogue_ref (((Bench *)data)->catalogue);
}

static const KioskBundle *
give_lost_cards (gpointer data)
{
  return ((Bench *)data)->lost_cards;
}

static KioskCatalogue *
load_catalogue (void)
{
  g_autofree char *folder
    = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "..", "data", "services", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) body = kiosk_catalogue_assemble (folder, &error);
  KioskBundle bundle = { .name = (char *)"catalogue", .serial = 7, .body = body };
  KioskCatalogue *catalogue;

  g_assert_no_error (error);
  catalogue = kiosk_catalogue_new (&bundle, &error);
  g_assert_no_error (error);
  return catalogue;
}

static Bench *
bench_new_with (gboolean everything)
{
  static const KioskJourneyFace face = { face_page, face_idle, face_status };
  Bench *bench = g_new0 (Bench, 1);
  KioskJourneyPorts ports;

  bench->clock = kiosk_clock_new_manual (BENCH_NOON_MS);
  bench->random = kiosk_random_new_seeded (1);
  bench->catalogue = load_catalogue ();
  bench_plug_ports (bench);
  ports = (KioskJourneyPorts){
    .clock = bench->clock,
    .card = &bench->card,
    .camera = everything ? &bench->camera : NULL,
    .phone = everything ? &bench->phone : NULL,
    .printer = everything ? &bench->printer : NULL,
    .ledger = &bench->ledger,
    .catalogue = give_catalogue,
    .lost_cards = give_lost_cards,
    .random = bench->random,
    .data = bench,
    .language = "zh_HK",
    .idle_ms = IDLE_MS,
    .warning_seconds = WARNING,
  };
  bench->journey = kiosk_journey_new (&ports, &face, bench);
  bench_expect (bench, "unavailable");
  kiosk_journey_withhold (bench->journey, NULL);
  return bench;
}

Bench *
bench_new (void)
{
  return bench_new_with (TRUE);
}

Bench *
bench_new_bare (void)
{
  return bench_new_with (FALSE);
}

void
bench_free (Bench *bench)
{
  kiosk_journey_free (bench->journey);
  kiosk_catalogue_unref (bench->catalogue);
  kiosk_random_unref (bench->random);
  bench_unplug_ports (bench);
  g_clear_pointer (&bench->lost_cards, kiosk_bundle_free);
  kiosk_clock_unref (bench->clock);
  g_free (bench);
}

void
bench_settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

gboolean
bench_try (Bench *bench, const char *action, const char *value)
{
  static const char *const names[][2]
    = { { "start", "language" }, { "submit", "value" }, { "choose", "service" },
        { "answer", "value" },   { "change", "ref" },   { "show", "txid" },
        { "back", "value" },     { "scan", "wanted" } };
  g_autoptr (GVariant) arguments = NULL;
  GVariantBuilder builder;
  gboolean accepted;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; value != NULL && i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i][0], action) == 0)
      g_variant_builder_add (&builder, "{sv}", names[i][1], g_variant_new_string (value));
  arguments = g_variant_ref_sink (g_variant_builder_end (&builder));
  accepted = kiosk_journey_act (bench->journey, bench_serial (bench), action, arguments);
  bench_settle ();
  return accepted;
}

void
bench_act (Bench *bench, const char *action, const char *value)
{
  if (!bench_try (bench, action, value))
    g_error ("\"%s\" was not accepted", action);
}

gboolean
bench_offers (Bench *bench, const char *action)
{
  guint serial;
  const char *page;
  GVariant *model;
  const char *const *actions;

  kiosk_journey_get (bench->journey, &serial, &page, &model, &actions);
  return g_strv_contains (actions, action);
}

void
bench_expect (Bench *bench, const char *page)
{
  guint serial;
  const char *standing;
  GVariant *model;
  const char *const *actions;

  kiosk_journey_get (bench->journey, &serial, &standing, &model, &actions);
  g_assert_cmpstr (standing, ==, page);
}

guint
bench_serial (Bench *bench)
{
  guint serial;
  const char *page;
  GVariant *model;
  const char *const *actions;

  kiosk_journey_get (bench->journey, &serial, &page, &model, &actions);
  return serial;
}

GVariant *
bench_value (Bench *bench, const char *key)
{
  guint serial;
  const char *page;
  GVariant *model;
  const char *const *actions;

  kiosk_journey_get (bench->journey, &serial, &page, &model, &actions);
  return g_variant_lookup_value (model, key, NULL);
}

const char *
bench_text (Bench *bench, const char *key)
{
  g_autoptr (GVariant) value = bench_value (bench, key);

  if (value == NULL)
    g_error ("the page has no \"%s\"", key);
  return g_intern_string (g_variant_get_string (value, NULL));
}

void
bench_identify (Bench *bench)
{
  g_autoptr (KioskEvidence) evidence = card_good_evidence ();

  bench_act (bench, "start", "en");
  card_ready (bench);
  card_place (bench, BENCH_PROFILE, KIOSK_CARD_KEY_CAN);
  bench_act (bench, "submit", "123456");
  card_progress (bench, 0.5);
  card_tell (bench, evidence);
  bench_settle ();
  bench_expect (bench, "services");
}

void
bench_scan (Bench *bench)
{
  bench_scan_for (bench, NULL);
}

void
bench_scan_for (Bench *bench, const char *wanted)
{
  bench_act (bench, "start", "en");
  card_ready (bench);
  bench_act (bench, "scan", wanted);
  bench_expect (bench, "scan");
  camera_ready (bench);
}

void
bench_show_receipt (Bench *bench, const char *cose)
{
  GBytes *bytes = g_bytes_new (cose, strlen (cose));
  char *text = kiosk_receipt_text (bytes);

  camera_see (bench, text);
  kiosk_wipe_bytes (bytes);
  kiosk_wipe_string (text);
}

void
bench_answer_all (Bench *bench)
{
  static const char *const answers[]
    = { "AB 1234", "private-car", "1500",       "2024",    "2026-12-31",
        "12",      "2026-12-01",  "2027-12-01", "91234567" };

  bench_act (bench, "choose", "td-vehicle-licence-renewal");
  bench_expect (bench, "eligibility");
  bench_act (bench, "continue", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      bench_expect (bench, "question");
      bench_act (bench, "answer", answers[i]);
    }
  bench_expect (bench, "review");
}

void
bench_declare (Bench *bench)
{
  bench_identify (bench);
  bench_answer_all (bench);
  bench_act (bench, "continue", NULL);
  bench_expect (bench, "declaration");
  bench_act (bench, "accept", NULL);
  bench_expect (bench, "sealing");
}
