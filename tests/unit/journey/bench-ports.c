/* The ports of the bench: a card reader, a printer and a ledger that do what a test says. */
#include "bench.h"

#include <string.h>

#include "devices/camera/camera-preview.h"

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
card_preview (Bench *bench, const char *name)
{
  const KioskCardEvent event = { .type = KIOSK_CARD_EVENT_PREVIEW, .name = name };

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

void
card_settle (KioskEvidence *evidence, KioskClaim claim, KioskProof proof, const char *reason)
{
  if (claim == KIOSK_CLAIM_CHIP)
    kiosk_evidence_state (evidence, claim, "chip-authentication", 0, proof, reason);
  else
    {
      kiosk_evidence_state (evidence, claim, KIOSK_METHOD_SIGNATURE, 0, KIOSK_PROOF_PASSED, NULL);
      kiosk_evidence_state (evidence, claim, KIOSK_METHOD_CHAIN, 0, KIOSK_PROOF_PASSED, NULL);
      kiosk_evidence_state (evidence, claim, KIOSK_METHOD_HASH, 1, proof, reason);
    }
}

KioskEvidence *
card_good_evidence (void)
{
  KioskEvidence *evidence = kiosk_evidence_new ();

  evidence->profile = g_strdup (BENCH_PROFILE);
  evidence->simulated = TRUE;
  kiosk_evidence_state (evidence, KIOSK_CLAIM_ACCESS, "pace-can", 0, KIOSK_PROOF_PASSED, NULL);
  card_settle (evidence, KIOSK_CLAIM_PASSIVE, KIOSK_PROOF_PASSED, NULL);
  card_settle (evidence, KIOSK_CLAIM_CHIP, KIOSK_PROOF_PASSED, NULL);
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

/* The camera port */

static Bench *
of_camera (KioskCameraPort *port)
{
  return (Bench *)((char *)port - G_STRUCT_OFFSET (Bench, camera));
}

static void
fake_look (KioskCameraPort *port, KioskCameraWatch watch, gpointer data)
{
  Bench *bench = of_camera (port);

  g_assert_null (bench->camera_watch);
  bench->camera_watch = watch;
  bench->camera_data = data;
  bench->camera_starts++;
}

static void
fake_portrait (KioskCameraPort *port, KioskCameraWatch watch, gpointer data)
{
  fake_look (port, watch, data);
  of_camera (port)->for_portrait = TRUE;
}

static void
fake_take (KioskCameraPort *port)
{
  g_assert_true (of_camera (port)->for_portrait);
  of_camera (port)->takes++;
}

static void
fake_again (KioskCameraPort *port)
{
  g_assert_true (of_camera (port)->for_portrait);
  of_camera (port)->agains++;
}

static void
fake_look_away (KioskCameraPort *port)
{
  g_assert_nonnull (of_camera (port)->camera_watch);
  of_camera (port)->camera_watch = NULL;
  of_camera (port)->for_portrait = FALSE;
}

static int
fake_preview (KioskCameraPort *port)
{
  return kiosk_preview_memory_new (NULL);
}

static void
camera_event (Bench *bench, const KioskCameraEvent *event)
{
  g_assert_nonnull (bench->camera_watch);
  bench->camera_watch (bench->camera_data, event);
}

void
camera_ready (Bench *bench)
{
  camera_event (bench, &(KioskCameraEvent){ .type = KIOSK_CAMERA_EVENT_READY });
}

void
camera_trouble (Bench *bench, KioskCameraTrouble trouble)
{
  camera_event (bench,
                &(KioskCameraEvent){ .type = KIOSK_CAMERA_EVENT_TROUBLE, .trouble = trouble });
}

void
camera_advise (Bench *bench, KioskCameraGuidance guidance)
{
  camera_event (bench,
                &(KioskCameraEvent){ .type = KIOSK_CAMERA_EVENT_GUIDANCE, .guidance = guidance });
}

void
camera_give_picture (Bench *bench, GBytes *jpeg)
{
  g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (jpeg, NULL), g_bytes_get_size (jpeg));

  camera_event (bench, &(KioskCameraEvent){ .type = KIOSK_CAMERA_EVENT_PICTURE,
                                            .payload = copy,
                                            .length = g_bytes_get_size (jpeg) });
}

void
camera_give_none (Bench *bench, KioskCameraGuidance why)
{
  camera_event (bench,
                &(KioskCameraEvent){ .type = KIOSK_CAMERA_EVENT_NO_PICTURE, .guidance = why });
}

/* The bytes are gone when the call is: nobody may keep them. */
void
camera_see (Bench *bench, const char *text)
{
  char *payload = g_strdup (text);

  camera_event (bench, &(KioskCameraEvent){ .type = KIOSK_CAMERA_EVENT_CODE,
                                            .payload = (const guint8 *)payload,
                                            .length = strlen (payload) });
  kiosk_wipe_string (payload);
  bench_settle ();
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
  record->sealed_ms = BENCH_NOON_MS;
  record->receipt = g_strdup ("KR1:ABC");
  record->state = state;
  return record;
}

static void
fake_find (KioskLedgerPort *port, GBytes *receipt, GCancellable *cancellable,
           GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);

  g_task_set_task_data (task, g_bytes_ref (receipt), (GDestroyNotify)kiosk_wipe_bytes);
  g_ptr_array_add (of_ledger (port)->finds, task);
}

static KioskRecord *
fake_find_finish (KioskLedgerPort *port, GAsyncResult *result, char **ret_kiosk, GError **error)
{
  g_autoptr (GError) problem = NULL;
  KioskRecord *record = g_task_propagate_pointer (G_TASK (result), &problem);

  if (ret_kiosk != NULL
      && g_error_matches (problem, KIOSK_FIND_ERROR, KIOSK_FIND_ERROR_OTHER_KIOSK))
    *ret_kiosk = g_strdup (of_ledger (port)->other_kiosk);
  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  return record;
}

static GTask *
take_find (Bench *bench)
{
  g_assert_cmpuint (bench->finds->len, >, 0);
  return g_ptr_array_steal_index (bench->finds, bench->finds->len - 1);
}

void
ledger_find (Bench *bench, KioskRecord *record)
{
  g_autoptr (GTask) task = take_find (bench);

  g_task_return_pointer (task, record, (GDestroyNotify)kiosk_record_free);
  g_clear_object (&task);
  bench_settle ();
}

void
ledger_find_none (Bench *bench, KioskFindError code, const char *kiosk)
{
  g_autoptr (GTask) task = take_find (bench);

  g_free (bench->other_kiosk);
  bench->other_kiosk = g_strdup (kiosk);
  g_task_return_new_error (task, KIOSK_FIND_ERROR, (int)code, "as the test wants it");
  g_clear_object (&task);
  bench_settle ();
}

static char *
fake_kiosk (KioskLedgerPort *port)
{
  return g_strdup ("k-0042");
}

static void
fake_identify (KioskLedgerPort *port, KioskCode *code, GCancellable *cancellable,
               GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);

  g_task_set_task_data (task, code, (GDestroyNotify)kiosk_code_free);
  g_ptr_array_add (of_ledger (port)->judges, task);
}

static KioskHolder *
fake_identify_finish (KioskLedgerPort *port, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static GTask *
take_judge (Bench *bench)
{
  g_assert_cmpuint (bench->judges->len, >, 0);
  return g_ptr_array_steal_index (bench->judges, bench->judges->len - 1);
}

void
ledger_know (Bench *bench, KioskHolder *holder)
{
  g_autoptr (GTask) task = take_judge (bench);

  g_task_return_pointer (task, holder, (GDestroyNotify)kiosk_holder_free);
  g_clear_object (&task);
  bench_settle ();
}

void
ledger_know_none (Bench *bench, KioskPersonalCodeError code)
{
  g_autoptr (GTask) task = take_judge (bench);

  g_task_return_new_error (task, KIOSK_PERSONAL_CODE_ERROR, (int)code, "as the test wants it");
  g_clear_object (&task);
  bench_settle ();
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

void
bench_plug_ports (Bench *bench)
{
  bench->card = (KioskCardPort){ fake_start, fake_give_key, fake_stop, NULL, fake_start };
  bench->camera = (KioskCameraPort){ fake_look,     fake_look_away, fake_preview, NULL,
                                     fake_portrait, fake_take,      fake_again };
  bench_plug_phone (bench);
  bench->printer = (KioskPrinterPort){ fake_print, fake_print_finish, NULL };
  bench->jobs = g_ptr_array_new_with_free_func (g_object_unref);
  bench->ledger
    = (KioskLedgerPort){ fake_watch,          fake_is_online,   fake_closed, fake_tag,
                         fake_seal,           fake_seal_finish, fake_list,   fake_list_finish,
                         fake_find,           fake_find_finish, fake_kiosk,  fake_identify,
                         fake_identify_finish };
  bench->judges = g_ptr_array_new_with_free_func (g_object_unref);
  bench->finds = g_ptr_array_new_with_free_func (g_object_unref);
  bench->seals = g_ptr_array_new_with_free_func (g_object_unref);
  bench->records = g_ptr_array_new_with_free_func ((GDestroyNotify)kiosk_record_free);
}

void
bench_unplug_ports (Bench *bench)
{
  g_ptr_array_unref (bench->jobs);
  g_ptr_array_unref (bench->seals);
  while (bench->finds->len > 0)
    ledger_find_none (bench, KIOSK_FIND_ERROR_FAULT, NULL);
  g_ptr_array_unref (bench->finds);
  while (bench->judges->len > 0)
    ledger_know_none (bench, KIOSK_PERSONAL_CODE_ERROR_NOT_KEPT);
  g_ptr_array_unref (bench->judges);
  g_free (bench->other_kiosk);
  g_ptr_array_unref (bench->records);
  g_clear_pointer (&bench->paper, g_bytes_unref);
  g_free (bench->key);
}
