/* Our own ISO-DEP through libnfc: frames of 256 bytes where the firmware asks for 64, and answers
 * of any length where libnfc passes 263 bytes. */
#include <string.h>

#include "devices/card/card-libnfc.h"

#define GRACE_MS         700 /* the serial line's time, and the firmware's own steps of waiting */
#define SMALL_FRAME      64  /* the firmware chains these as well, with less on the serial line */
#define EXTENDED_COMMAND 65544
#define RATE_MOST        2 /* 424 kbit/s; a PN532 goes no further */

/* The radio's registers for rates, UM0701-02 and the PN512's data sheet. libnfc exports the
 * function but declares it in no public header; a libnfc without it stays at 106 kbit/s. */
#define REGISTER_TX_MODE 0x6302
#define REGISTER_RX_MODE 0x6303
#define RATE_MASK        0x70
#define RATE_SHIFT       4
int pn53x_write_register (nfc_device *device, uint16_t address, uint8_t mask, uint8_t value)
  __attribute__ ((weak));

/* The firmware's timer has sixteen steps, each twice the last, up to 3.28 s. */
static gboolean
set_patience (KioskNfcChannel *self, guint timeout_ms)
{
  guint step_ms = 1;

  while (step_ms < timeout_ms && step_ms < 3200)
    step_ms *= 2;
  if (step_ms == self->patience_ms)
    return TRUE;
  self->patience_ms = step_ms;
  return nfc_device_set_property_int (self->device, NP_TIMEOUT_COM, (int)step_ms) == NFC_SUCCESS;
}

static KioskFrameResult
failed (GError **error, KioskCardError code, const char *what, int result)
{
  g_set_error (error, KIOSK_CARD_ERROR, (int)code, "%s (libnfc %d)", what, result);
  return KIOSK_FRAME_FAILED;
}

static KioskFrameResult
exchange (gpointer data, const guint8 *frame, gsize length, guint timeout_ms,
          guint8 ret_answer[KIOSK_ISODEP_FRAME_MAX], gsize *ret_length, GError **error)
{
  KioskNfcChannel *self = data;
  int result;

  if (!set_patience (self, timeout_ms))
    return failed (error, KIOSK_CARD_ERROR_NO_READER, "the reader takes no time limit",
                   nfc_device_get_last_error (self->device));
  result
    = nfc_initiator_transceive_bytes (self->device, frame, length, ret_answer,
                                      KIOSK_ISODEP_FRAME_MAX, (int)(self->patience_ms + GRACE_MS));
  if (result >= 0)
    {
      *ret_length = (gsize)result;
      return KIOSK_FRAME_WHOLE;
    }
  if (kiosk_nfc_is_gone (result))
    return failed (error, KIOSK_CARD_ERROR_NO_READER, "the reader is gone", result);
  if (result == NFC_ETIMEOUT)
    return failed (error, KIOSK_CARD_ERROR_TIMEOUT, "the reader does not answer", result);
  return KIOSK_FRAME_LOST; /* a timeout or damage on the air: libnfc says no more */
}

/* The card says yes at the old rate, then both change. */
static gboolean
raise_rate (KioskNfcChannel *self, GError **error)
{
  guint rate = kiosk_isodep_best_rate (&self->isodep, RATE_MOST);
  guint8 bits = (guint8)(rate << RATE_SHIFT);
  g_autoptr (GError) failure = NULL;

  if (rate == 0 || self->no_rates || pn53x_write_register == NULL)
    return TRUE;
  if (!kiosk_isodep_change_rate (&self->isodep, rate, &failure))
    {
      gboolean stays = failure == NULL && kiosk_isodep_is_present (&self->isodep);

      if (failure != NULL)
        g_propagate_error (error, g_steal_pointer (&failure));
      self->no_rates = TRUE;
      return stays;
    }
  if (pn53x_write_register (self->device, REGISTER_TX_MODE, RATE_MASK, bits) >= 0
      && pn53x_write_register (self->device, REGISTER_RX_MODE, RATE_MASK, bits) >= 0
      && kiosk_isodep_is_present (&self->isodep))
    return TRUE;
  self->no_rates = TRUE; /* what it does at that rate cannot be relied on: start anew without */
  return FALSE;
}

gboolean
kiosk_nfc_raw_activate (KioskNfcChannel *self, KioskCardTarget *target, GError **error)
{
  g_autoptr (GByteArray) historical = g_byte_array_new ();
  g_autoptr (GError) refusal = NULL;

  kiosk_isodep_init (&self->isodep, self->clock, exchange, self);
  if (!kiosk_isodep_activate (&self->isodep, historical, &refusal)
      || (self->serial && self->isodep.card_frame <= SMALL_FRAME) || !raise_rate (self, &refusal))
    {
      if (refusal != NULL
          && (g_error_matches (refusal, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_NO_READER)
              || g_error_matches (refusal, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_TIMEOUT)))
        g_propagate_error (error, g_steal_pointer (&refusal));
      return FALSE;
    }
  if (self->isodep.guard_us > 0)
    g_usleep (self->isodep.guard_us);
  self->is_raw = TRUE;
  target->takes_commands = TRUE;
  target->historical_length = MIN (historical->len, sizeof target->historical);
  if (historical->len > 0)
    memcpy (target->historical, historical->data, target->historical_length);
  target->command_max = EXTENDED_COMMAND;
  target->answer_max = KIOSK_ISODEP_ANSWER_MAX;
  target->frame_bytes = KIOSK_ISODEP_FRAME_MAX;
  return TRUE;
}

gboolean
kiosk_nfc_raw_transmit (KioskNfcChannel *self, const guint8 *command, gsize length,
                        GByteArray *response, guint timeout_ms, GError **error)
{
  return kiosk_isodep_transmit (&self->isodep, command, length, response, timeout_ms, error);
}

gboolean
kiosk_nfc_raw_is_present (KioskNfcChannel *self)
{
  return kiosk_isodep_is_present (&self->isodep);
}
