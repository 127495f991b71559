#include "store/vault.h"

const char *
kiosk_record_state_name (KioskRecordState state)
{
  static const char *const names[] = { "received", "accepted", "settled", "quarantined" };

  g_return_val_if_fail ((gsize)state < G_N_ELEMENTS (names), NULL);
  return names[state];
}

void
kiosk_record_free (KioskRecord *self)
{
  if (self == NULL)
    return;
  g_free (self->txid);
  g_free (self->reference);
  g_free (self->service);
  g_free (self->receipt);
  g_clear_pointer (&self->sealed, g_bytes_unref);
  g_clear_pointer (&self->gateway_receipt, g_bytes_unref);
  g_clear_pointer (&self->outcome, g_bytes_unref);
  g_free (self->outcome_code);
  g_free (self->reason);
  g_free (self);
}
