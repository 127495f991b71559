#include "journey/promise.h"

#include "formats/receipt.h"
#include "trust/cose.h"
#include "trust/seal.h"

#include <string.h>

/* The audit log can grow between asking for the next leaf and the commit: the receipt, which names
 * the leaf, is then made anew. */
#define ATTEMPTS 8

char *
kiosk_reference_new (KioskRandom *random)
{
  static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* Crockford's base 32 */
  char reference[10];

  for (guint i = 0; i < sizeof reference - 1; i++)
    reference[i] = i == 4 ? '-' : alphabet[kiosk_random_below (random, 32)];
  reference[sizeof reference - 1] = '\0';
  return g_strdup (reference);
}

static GBytes *
seal (const KioskPromiser *self, const KioskDraft *draft, const KioskRecord *record,
      GPtrArray *recipients, GError **error)
{
  const KioskSealHeader header = {
    .txid = record->txid,
    .kiosk = (char *)self->kiosk,
    .sequence = record->sequence,
    .boot = (char *)self->boot,
    .department = (char *)kiosk_service_department (draft->service),
    .service = record->service,
    .form = (char *)kiosk_service_form (draft->service),
    .form_version = kiosk_service_form_version (draft->service),
    .catalogue = kiosk_catalogue_serial (draft->catalogue),
    .sealed_ms = record->sealed_ms,
  };

  return kiosk_seal_create (&header, draft->submission, self->signer, recipients, error);
}

static char *
sign_receipt (const KioskPromiser *self, const KioskRecord *record, GError **error)
{
  KioskReceipt receipt = {
    .kiosk = (char *)self->kiosk,
    .sealed_ms = record->sealed_ms,
    .txid = record->txid,
    .reference = record->reference,
    .service = record->service,
    .leaf = record->leaf,
    .fee_cents = record->fee_cents,
  };
  g_autoptr (GBytes) claims = NULL;
  g_autoptr (GBytes) cose = NULL;

  memcpy (receipt.digest, record->digest, sizeof receipt.digest);
  claims = kiosk_receipt_to_cbor (&receipt);
  cose = kiosk_cose_sign1 (claims, self->signer, error);
  return cose == NULL ? NULL : kiosk_receipt_text (cose);
}

static KioskRecord *
record_new (const KioskPromiser *self, const KioskDraft *draft)
{
  KioskRecord *record = g_new0 (KioskRecord, 1);

  record->txid = kiosk_random_id (self->random);
  record->reference = kiosk_reference_new (self->random);
  record->service = g_strdup (kiosk_service_id (draft->service));
  record->sealed_ms = kiosk_clock_wall_ms (self->clock);
  record->fee_cents = draft->fee_cents;
  memcpy (record->holder_tag, draft->holder_tag, sizeof record->holder_tag);
  return record;
}

/* One attempt; %KIOSK_VAULT_ERROR_STATE: the vault moved on meanwhile. */
static gboolean
commit (const KioskPromiser *self, const KioskDraft *draft, KioskRecord *record,
        GPtrArray *recipients, GError **error)
{
  guint64 sequence = kiosk_vault_next_sequence (self->vault);

  if (record->sealed == NULL || record->sequence != sequence)
    {
      record->sequence = sequence;
      g_clear_pointer (&record->sealed, g_bytes_unref);
      record->sealed = seal (self, draft, record, recipients, error);
      if (record->sealed == NULL)
        return FALSE;
      kiosk_seal_digest (record->sealed, record->digest);
    }
  record->leaf = kiosk_vault_next_leaf (self->vault);
  g_free (record->receipt);
  record->receipt = sign_receipt (self, record, error);
  return record->receipt != NULL && kiosk_vault_seal (self->vault, record, error);
}

KioskRecord *
kiosk_promise_seal (const KioskPromiser *self, const KioskDraft *draft, GPtrArray *recipients,
                    GError **error)
{
  g_autoptr (KioskRecord) record = record_new (self, draft);

  for (guint i = 0; i < ATTEMPTS; i++)
    {
      g_autoptr (GError) problem = NULL;

      if (commit (self, draft, record, recipients, &problem))
        {
          g_clear_pointer (&record->sealed, g_bytes_unref);
          return g_steal_pointer (&record);
        }
      if (!g_error_matches (problem, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_STATE)
          || i + 1 == ATTEMPTS)
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return NULL;
        }
    }
  g_assert_not_reached ();
}
