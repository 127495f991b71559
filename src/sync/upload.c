/* What was promised goes to the gateway, each record by itself: one that fails waits, and the next
 * is sent. A record is accepted only by a receipt that names it and is signed by the gateway. */
#include "sync-private.h"

#include <string.h>

#include "base/file.h"
#include "trust/seal.h"

#define BATCH           16
#define RECEIPT_CMS_MAX (64 * 1024)
#define EPOCHS_MAX      64

/* Failures in a row after which it is the gateway, not the record. */
#define FAILURES_MOST 3

static gint64
wait_ms (KioskSync *self, guint attempts)
{
  return kiosk_sync_back_off_ms (self->random, self->retry_first_ms, self->retry_most_ms, attempts);
}

static KioskAnswer *
put (KioskSync *self, const KioskRecord *record, GError **error)
{
  g_autofree char *path
    = g_strdup_printf ("/v1/transactions/%s/%s", kiosk_sync_identity (self)->kiosk, record->txid);
  g_autofree char *base64 = g_base64_encode (record->digest, sizeof record->digest);
  g_autofree char *digest = g_strdup_printf ("sha-256=:%s:", base64); /* RFC 9530 */

  return kiosk_sync_exchange (self,
                              &(KioskRequest){ .method = "PUT",
                                               .path = path,
                                               .body = record->sealed,
                                               .content_type = KIOSK_SEAL_MEDIA_TYPE,
                                               .header = "Content-Digest",
                                               .header_value = digest,
                                               .maximum = RECEIPT_CMS_MAX },
                              error);
}

/* The receipt in @cms, when the gateway signed it for exactly this record. */
static KioskGatewayReceipt *
check_receipt (KioskSync *self, const KioskRecord *record, GBytes *cms, GError **error)
{
  g_autoptr (GBytes) json = kiosk_sync_verify (self, cms, "gateway", error);
  g_autoptr (KioskGatewayReceipt) receipt
    = json != NULL ? kiosk_gateway_receipt_parse (json, error) : NULL;

  if (receipt == NULL)
    return NULL;
  if (g_str_equal (receipt->kiosk, kiosk_sync_identity (self)->kiosk)
      && g_str_equal (receipt->txid, record->txid)
      && memcmp (receipt->digest, record->digest, sizeof receipt->digest) == 0)
    return g_steal_pointer (&receipt);
  g_set_error (error, KIOSK_SYNC_ERROR, KIOSK_SYNC_ERROR_PROTOCOL,
               "a receipt for something else than %s", record->txid);
  return NULL;
}

static gboolean
knows_epoch (GBytes *known, const char *epoch)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (known, NULL), g_bytes_get_size (known));
  g_auto (GStrv) epochs = g_strsplit (text, "\n", -1);

  return g_strv_contains ((const char *const *)epochs, epoch);
}

static GBytes *
add_epoch (GBytes *known, const char *epoch)
{
  g_autofree char *old = g_strndup (g_bytes_get_data (known, NULL), g_bytes_get_size (known));
  g_auto (GStrv) epochs = g_strsplit (old, "\n", -1);
  guint n = g_strv_length (epochs);
  g_autofree char *kept = g_strjoinv ("\n", epochs + (n > EPOCHS_MAX ? n - EPOCHS_MAX : 0));
  char *text = g_strdup_printf ("%s\n%s", kept, epoch);

  return g_bytes_new_take (text, strlen (text));
}

/* A receipt of an epoch before the present one is the repeat of an old one: no news. What the
 * restored gateway still has it answers with the old receipt, so sending it all again is safe. */
gboolean
kiosk_sync_saw_epoch (KioskSync *self, const char *epoch, GError **error)
{
  g_autoptr (GBytes) known = kiosk_vault_get (self->vault, "epochs");
  g_autoptr (GBytes) now = NULL;

  if (known != NULL && knows_epoch (known, epoch))
    return TRUE;
  if (known != NULL && !kiosk_vault_resend (self->vault, NULL, error))
    return FALSE;
  now = known != NULL ? add_epoch (known, epoch) : g_bytes_new (epoch, strlen (epoch));
  return kiosk_vault_put (self->vault, "epochs", now, error);
}

static KioskStep
accept (KioskSync *self, const KioskRecord *record, const KioskGatewayReceipt *receipt,
        const KioskAnswer *answer)
{
  if (!kiosk_sync_saw_epoch (self, receipt->epoch, NULL)
      || !kiosk_vault_accept (self->vault, record->txid, answer->body, NULL))
    return KIOSK_STEP_TROUBLE; /* the disk: the same receipt comes again */
  kiosk_sync_saw_time (self, receipt->accepted_ms);
  KIOSK_SYNC_COUNT (self, uploads);
  if (answer->status == 200)
    KIOSK_SYNC_COUNT (self, duplicates);
  kiosk_sync_tell (self, KIOSK_SYNC_CHANGED_RECORD, record->txid);
  return KIOSK_STEP_DONE;
}

/* The record stays as it is and is sent again later; what came instead of a receipt is on record.
 */
static KioskStep
refuse_receipt (KioskSync *self, const KioskRecord *record, const GError *problem)
{
  g_autofree char *detail = g_strdup_printf ("{\"txid\":\"%s\"}", record->txid);

  KIOSK_SYNC_COUNT (self, refusals);
  if (g_error_matches (problem, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_CHAIN))
    self->next_poll_us = 0; /* perhaps a signer that a newer trust list knows */
  return kiosk_vault_audit (self->vault, "receipt-refused", detail, NULL) ? KIOSK_STEP_FAILED
                                                                          : KIOSK_STEP_TROUBLE;
}

/* Answers that sending the same bytes again cannot change. */
static gboolean
is_for_good (guint status)
{
  static const guint statuses[] = { 400, 409, 410, 413, 415, 422 };

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (status == statuses[i])
      return TRUE;
  return FALSE;
}

static KioskStep
quarantine (KioskSync *self, const KioskRecord *record, const KioskAnswer *answer)
{
  g_autofree char *code = kiosk_answer_code (answer);

  if (!kiosk_vault_quarantine (self->vault, record->txid, code, NULL))
    return KIOSK_STEP_TROUBLE;
  KIOSK_SYNC_COUNT (self, refusals);
  kiosk_sync_tell (self, KIOSK_SYNC_CHANGED_RECORD, record->txid);
  return KIOSK_STEP_DONE;
}

static KioskStep
take_answer (KioskSync *self, const KioskRecord *record, const KioskAnswer *answer)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (KioskGatewayReceipt) receipt = NULL;

  if (is_for_good (answer->status))
    return quarantine (self, record, answer);
  if (answer->status != 200 && answer->status != 201)
    return kiosk_sync_answer_trouble (self, answer);
  receipt = check_receipt (self, record, answer->body, &problem);
  return receipt != NULL ? accept (self, record, receipt, answer)
                         : refuse_receipt (self, record, problem);
}

static KioskStep
send_record (KioskSync *self, const KioskRecord *record)
{
  g_autoptr (KioskAnswer) answer = put (self, record, NULL);
  KioskStep step = answer != NULL ? take_answer (self, record, answer) : KIOSK_STEP_FAILED;
  gint64 now = kiosk_clock_wall_ms (self->clock);

  if (step == KIOSK_STEP_DONE)
    return step;
  if (g_cancellable_is_cancelled (self->cancellable))
    return KIOSK_STEP_TROUBLE; /* we cut it ourselves: no fault of the record's */
  return kiosk_vault_postpone (self->vault, record->txid, now + wait_ms (self, record->attempts),
                               NULL)
           ? step
           : KIOSK_STEP_TROUBLE;
}

/* @failures: in a row, over batches. */
static KioskStep
send_batch (KioskSync *self, GPtrArray *records, guint *failures)
{
  for (guint i = 0; i < records->len; i++)
    {
      KioskStep step = send_record (self, g_ptr_array_index (records, i));

      if (step == KIOSK_STEP_TROUBLE)
        return step;
      *failures = step == KIOSK_STEP_DONE ? 0 : *failures + 1;
      if (*failures >= FAILURES_MOST)
        return KIOSK_STEP_TROUBLE;
    }
  return *failures == 0 ? KIOSK_STEP_DONE : KIOSK_STEP_FAILED;
}

/* Until nothing is due. Every record of a batch has been accepted, set aside or postponed, so each
 * batch is of others; a postponed one may be due again at once, which the last test stops. */
KioskStep
kiosk_sync_upload (KioskSync *self)
{
  guint failures = 0;

  for (;;)
    {
      g_autoptr (GPtrArray) records = kiosk_vault_due (self->vault, BATCH, NULL);
      KioskStep step;

      if (records == NULL)
        return KIOSK_STEP_TROUBLE;
      step = send_batch (self, records, &failures);
      if (step == KIOSK_STEP_TROUBLE || records->len < BATCH)
        return step;
    }
}
