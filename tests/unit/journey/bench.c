#include "bench.h"

#include <string.h>

#define PROFILE "hkid-simulated"
#define NOON_MS G_GINT64_CONSTANT (1795500000000) /* 2026-11-24 14:00 in Hong Kong */
#define IDLE_MS 45000
#define WARNING 20

/* The card port */

static Bench *
of_card (KioskCardPort *port)
{
  return (Bench *)((char *)port - G_STRUCT_OFFSET (Bench, card));
}

static void
fake_start (KioskCardPort *port, KioskCardWatch watch, gpointer data)
{
  Bench *bench = of_card (port);

  g_assert_false (bench->card_watched);
  bench->card_watched = TRUE;
  bench->card_watch = watch;
  bench->card_data = data;
  bench->card_starts++;
}

static void
fake_give_key (KioskCardPort *port, KioskCardKey kind, KioskSecret *key)
{
  Bench *bench = of_card (port);

  g_assert_true (bench->card_watched);
  bench->keys_given++;
  bench->key_kind = kind;
  g_free (bench->key);
  bench->key = g_strdup (kiosk_secret_text (key));
}

static void
fake_stop (KioskCardPort *port)
{
  Bench *bench = of_card (port);

  bench->card_watched = FALSE;
  bench->card_stops++;
}

static void
card_event (Bench *bench, const KioskCardEvent *event)
{
  g_assert_true (bench->card_watched);
  bench->card_watch (bench->card_data, event);
}

void
card_ready (Bench *bench)
{
  const KioskCardEvent event = { .type = KIOSK_CARD_EVENT_READY };

  card_event (bench, &event);
}

void
card_place (Bench *bench, const char *profile, KioskCardKey key)
{
  const KioskCardEvent found = { .type = KIOSK_CARD_EVENT_FOUND, .profile = profile };
  const KioskCardEvent asks
    = { .type = KIOSK_CARD_EVENT_NEEDS_KEY, .profile = profile, .key = key };

  card_event (bench, &found);
  card_event (bench, &asks);
}

void
card_remove (Bench *bench)
{
  const KioskCardEvent event = { .type = KIOSK_CARD_EVENT_REMOVED };

  card_event (bench, &event);
}

void
card_progress (Bench *bench, double fraction)
{
  const KioskCardEvent event = { .type = KIOSK_CARD_EVENT_PROGRESS, .fraction = fraction };

  card_event (bench, &event);
}

void
card_fail (Bench *bench, KioskCardError code, int tries_left)
{
  const KioskCardEvent event
    = { .type = KIOSK_CARD_EVENT_FAILED, .error = code, .tries_left = tries_left };

  card_event (bench, &event);
}

void
card_tell (Bench *bench, const KioskEvidence *evidence)
{
  const KioskCardEvent event = { .type = KIOSK_CARD_EVENT_EVIDENCE, .evidence = evidence };

  card_event (bench, &event);
}

KioskEvidence *
card_good_evidence (void)
{
  KioskEvidence *evidence = kiosk_evidence_new ();

  evidence->profile = g_strdup (PROFILE);
  evidence->simulated = TRUE;
  evidence->access = (KioskStatement){ KIOSK_PROOF_PASSED, g_strdup ("pace-can"), NULL };
  evidence->passive = (KioskStatement){ KIOSK_PROOF_PASSED, g_strdup ("csca"), NULL };
  evidence->chip = (KioskStatement){ KIOSK_PROOF_PASSED, g_strdup ("chip-authentication"), NULL };
  evidence->document_type = g_strdup ("I");
  evidence->issuing_state = g_strdup ("CHN");
  evidence->document_number = g_strdup ("HK1234567");
  evidence->national_number = g_strdup ("A1234563");
  evidence->name_latin = g_strdup ("CHAN, TAI MAN");
  evidence->name_chinese = g_strdup ("陳大文");
  evidence->birth_date = g_strdup ("1986-05-17");
  evidence->sex = g_strdup ("M");
  evidence->nationality = g_strdup ("CHN");
  evidence->expiry_date = g_strdup ("2031-01-01");
  evidence->apdus = 120;
  evidence->duration_us = 900000;
  return evidence;
}

/* The printer port */

static Bench *
of_printer (KioskPrinterPort *port)
{
  return (Bench *)((char *)port - G_STRUCT_OFFSET (Bench, printer));
}

static void
fake_print (KioskPrinterPort *port, GBytes *pdf, GCancellable *cancellable,
            GAsyncReadyCallback callback, gpointer data)
{
  Bench *bench = of_printer (port);

  g_clear_pointer (&bench->paper, g_bytes_unref);
  bench->paper = g_bytes_ref (pdf);
  g_ptr_array_add (bench->jobs, g_task_new (NULL, cancellable, callback, data));
}

static gboolean
fake_print_finish (KioskPrinterPort *port, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* The ledger port */

static Bench *
of_ledger (KioskLedgerPort *port)
{
  return (Bench *)((char *)port - G_STRUCT_OFFSET (Bench, ledger));
}

static void
fake_watch (KioskLedgerPort *port, KioskLedgerWatch watch, gpointer data)
{
  of_ledger (port)->ledger_watch = watch;
  of_ledger (port)->ledger_data = data;
}

static gboolean
fake_is_online (KioskLedgerPort *port)
{
  return of_ledger (port)->online;
}

static const char *
fake_closed (KioskLedgerPort *port, const KioskService *service)
{
  return of_ledger (port)->closed;
}

static void
fake_tag (KioskLedgerPort *port, const KioskHolder *holder, guint8 ret_tag[32])
{
  memset (ret_tag, holder->number[0], 32);
}

static void
fake_seal (KioskLedgerPort *port, KioskDraft *draft, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (NULL, NULL, callback, data);

  g_task_set_task_data (task, draft, (GDestroyNotify)kiosk_draft_free);
  g_ptr_array_add (of_ledger (port)->seals, task);
}

static KioskRecord *
fake_seal_finish (KioskLedgerPort *port, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static KioskRecord *
copy_record (const KioskRecord *record)
{
  KioskRecord *copy = ledger_record (record->txid, record->state);

  copy->fee_cents = record->fee_cents;
  copy->outcome_code = g_strdup (record->outcome_code);
  copy->reason = g_strdup (record->reason);
  return copy;
}

static void
fake_list (KioskLedgerPort *port, const guint8 tag[32], GCancellable *cancellable,
           GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  GPtrArray *records = of_ledger (port)->records;
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify)kiosk_record_free);

  g_assert_cmpint (tag[0], ==, 'A');
  for (guint i = 0; i < records->len; i++)
    g_ptr_array_add (copy, copy_record (g_ptr_array_index (records, i)));
  g_task_return_pointer (task, copy, (GDestroyNotify)g_ptr_array_unref);
}

static GPtrArray *
fake_list_finish (KioskLedgerPort *port, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

KioskRecord *
ledger_record (const char *txid, KioskRecordState state)
{
  KioskRecord *record = g_new0 (KioskRecord, 1);

  record->txid = g_strdup (txid);
  record->reference = g_strdup ("7QK4-M2XD");
  record->service = g_strdup ("td-vehicle-licence-renewal");
  record->sealed_ms = NOON_MS;
  record->receipt = g_strdup ("KR1:ABC");
  record->state = state;
  return record;
}

static GTask *
take_seal (Bench *bench)
{
  g_assert_cmpuint (bench->seals->len, ==, 1);
  return g_ptr_array_steal_index (bench->seals, 0);
}

void
ledger_seal (Bench *bench, const char *txid, gint64 fee_cents)
{
  g_autoptr (GTask) task = take_seal (bench);
  KioskRecord *record = ledger_record (txid, KIOSK_RECORD_RECEIVED);

  record->fee_cents = fee_cents;
  g_ptr_array_insert (bench->records, 0, copy_record (record));
  g_task_return_pointer (task, record, (GDestroyNotify)kiosk_record_free);
  g_clear_object (&task);
  bench_settle ();
}

void
ledger_refuse (Bench *bench, KioskVaultError code)
{
  g_autoptr (GTask) task = take_seal (bench);

  g_task_return_new_error (task, KIOSK_VAULT_ERROR, (int)code, "as the test wants it");
  g_clear_object (&task);
  bench_settle ();
}

void
ledger_changed (Bench *bench)
{
  bench->ledger_watch (bench->ledger_data);
  bench_settle ();
}

/* The face */

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
bench_new_with (gboolean printer)
{
  static const KioskJourneyFace face = { face_page, face_idle, face_status };
  Bench *bench = g_new0 (Bench, 1);
  KioskJourneyPorts ports;

  bench->clock = kiosk_clock_new_manual (NOON_MS);
  bench->catalogue = load_catalogue ();
  bench->card = (KioskCardPort){ fake_start, fake_give_key, fake_stop, NULL };
  bench->printer = (KioskPrinterPort){ fake_print, fake_print_finish, NULL };
  bench->jobs = g_ptr_array_new_with_free_func (g_object_unref);
  bench->ledger = (KioskLedgerPort){ fake_watch, fake_is_online,   fake_closed, fake_tag,
                                     fake_seal,  fake_seal_finish, fake_list,   fake_list_finish };
  bench->seals = g_ptr_array_new_with_free_func (g_object_unref);
  bench->records = g_ptr_array_new_with_free_func ((GDestroyNotify)kiosk_record_free);
  ports = (KioskJourneyPorts){
    .clock = bench->clock,
    .card = &bench->card,
    .printer = printer ? &bench->printer : NULL,
    .ledger = &bench->ledger,
    .catalogue = give_catalogue,
    .lost_cards = give_lost_cards,
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
bench_new_without_printer (void)
{
  return bench_new_with (FALSE);
}

void
bench_free (Bench *bench)
{
  kiosk_journey_free (bench->journey);
  kiosk_catalogue_unref (bench->catalogue);
  g_ptr_array_unref (bench->jobs);
  g_ptr_array_unref (bench->seals);
  g_ptr_array_unref (bench->records);
  g_clear_pointer (&bench->paper, g_bytes_unref);
  g_clear_pointer (&bench->lost_cards, kiosk_bundle_free);
  g_free (bench->key);
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
        { "back", "value" } };
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
  card_place (bench, PROFILE, KIOSK_CARD_KEY_CAN);
  bench_act (bench, "submit", "123456");
  card_progress (bench, 0.5);
  card_tell (bench, evidence);
  bench_settle ();
  bench_expect (bench, "services");
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
