/* libnfc 1.8.0 under the seam. What it gets wrong is worked around here and in card-libnfc-raw.c,
 * and nowhere else: in its easy framing an answer is at most 263 bytes and a command over 262 bytes
 * overruns its buffer; two processes may open one port; after a timeout of ours the late answer is
 * taken for the next one's. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "devices/card/card-libnfc.h"
#include "devices/card/card-uart.h"

#define ANSWER_BUFFER   264
#define SAK_ISO_14443_4 0x20

typedef KioskNfcChannel Channel;

static gboolean
fail (GError **error, KioskCardError code, const char *what, int result)
{
  g_set_error (error, KIOSK_CARD_ERROR, (int)code, "%s (libnfc %d)", what, result);
  return FALSE;
}

static void
keep_target (const nfc_target *found, KioskCardTarget *ret_target)
{
  KioskCardTarget target = { 0 };

  if (found->nm.nmt == NMT_ISO14443A)
    {
      const nfc_iso14443a_info *info = &found->nti.nai;
      gsize skip = 1;

      target.takes_commands = (info->btSak & SAK_ISO_14443_4) != 0;
      target.uid_length = MIN (info->szUidLen, sizeof target.uid);
      memcpy (target.uid, info->abtUid, target.uid_length);
      /* The ATS without its length: T0, then TA, TB, TC as T0 says, then the historical bytes. */
      if (info->szAtsLen > 0)
        for (guint bit = 4; bit <= 6; bit++)
          skip += info->abtAts[0] >> bit & 1;
      if (info->szAtsLen > skip)
        target.historical_length = MIN (info->szAtsLen - skip, sizeof target.historical);
      memcpy (target.historical, info->abtAts + skip, target.historical_length);
    }
  else
    {
      target.is_type_b = TRUE;
      target.takes_commands = TRUE;
      target.uid_length = sizeof found->nti.nbi.abtPupi;
      memcpy (target.uid, found->nti.nbi.abtPupi, target.uid_length);
    }
  *ret_target = target;
}

static const nfc_modulation kinds[] = {
  { NMT_ISO14443A, NBR_106 },
  { NMT_ISO14443B, NBR_106 },
};

/* The firmware speaks ISO-DEP with the card by itself, or leaves that to us. */
static gboolean
set_easy (Channel *self, gboolean easy)
{
  return nfc_device_set_property_bool (self->device, NP_EASY_FRAMING, easy) >= 0
         && nfc_device_set_property_bool (self->device, NP_AUTO_ISO14443_4, easy) >= 0;
}

/* How many cards of a kind, at most two. Each is halted once it is seen, so that the other answers.
 */
static int
count_cards (Channel *self, nfc_modulation kind)
{
  nfc_target found[2];

  return nfc_initiator_list_passive_targets (self->device, kind, found, G_N_ELEMENTS (found));
}

/* Without its field a halted card forgets that it is. */
static int
select_card (Channel *self, gboolean easy, nfc_target *ret_found)
{
  if (nfc_device_set_property_bool (self->device, NP_ACTIVATE_FIELD, false) < 0
      || !set_easy (self, easy)
      || nfc_device_set_property_bool (self->device, NP_ACTIVATE_FIELD, true) < 0)
    return nfc_device_get_last_error (self->device);
  return nfc_initiator_select_passive_target (self->device, self->kind, NULL, 0, ret_found);
}

static KioskCardPresence
failed (GError **error, KioskCardError code, const char *what, int result)
{
  fail (error, code, what, result);
  return KIOSK_CARD_PRESENCE_FAILED;
}

/* In our own blocks if the card is of the kind for them, else in the firmware's. */
static KioskCardPresence
activate (Channel *self, KioskCardTarget *ret_target, GError **error)
{
  gboolean wants_raw = self->kind.nmt == NMT_ISO14443A && !self->no_raw;
  g_autoptr (GError) failure = NULL;
  nfc_target found;
  int result;

  self->is_raw = FALSE;
  result = select_card (self, !wants_raw, &found);
  if (kiosk_nfc_is_gone (result))
    return failed (error, KIOSK_CARD_ERROR_NO_READER, "the reader is gone", result);
  if (result <= 0)
    return KIOSK_CARD_PRESENCE_EMPTY;
  keep_target (&found, ret_target);
  if (!wants_raw || !ret_target->takes_commands
      || kiosk_nfc_raw_activate (self, ret_target, &failure))
    return KIOSK_CARD_PRESENCE_FOUND;
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return KIOSK_CARD_PRESENCE_FAILED;
    }
  result = select_card (self, TRUE, &found);
  if (kiosk_nfc_is_gone (result))
    return failed (error, KIOSK_CARD_ERROR_NO_READER, "the reader is gone", result);
  if (result <= 0)
    return KIOSK_CARD_PRESENCE_EMPTY;
  keep_target (&found, ret_target);
  return KIOSK_CARD_PRESENCE_FOUND;
}

static KioskCardPresence
poll_card (KioskCardChannel *channel, KioskCardTarget *ret_target, GError **error)
{
  Channel *self = (Channel *)channel;
  int seen = 0, result = 0;

  if (!set_easy (self, TRUE))
    return failed (error, KIOSK_CARD_ERROR_NO_READER, "the reader takes no settings",
                   nfc_device_get_last_error (self->device));
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      result = count_cards (self, kinds[i]);
      if (kiosk_nfc_is_gone (result))
        return failed (error, KIOSK_CARD_ERROR_NO_READER, "the reader is gone", result);
      if (result > 0)
        {
          self->kind = kinds[i];
          seen += result;
        }
    }
  if (seen == 0)
    return KIOSK_CARD_PRESENCE_EMPTY;
  if (seen > 1)
    return failed (error, KIOSK_CARD_ERROR_MANY_CARDS, "more than one card", seen);
  return activate (self, ret_target, error);
}

static KioskCardPresence
reactivate (KioskCardChannel *channel, KioskCardTarget *ret_target, GError **error)
{
  return activate ((Channel *)channel, ret_target, error);
}

static gboolean
is_present (KioskCardChannel *channel)
{
  Channel *self = (Channel *)channel;

  if (self->is_raw)
    return kiosk_nfc_raw_is_present (self);
  return nfc_initiator_target_is_present (self->device, NULL) == NFC_SUCCESS;
}

static gboolean
transmit (KioskCardChannel *channel, const guint8 *command, gsize length, GByteArray *response,
          guint timeout_ms, GError **error)
{
  Channel *self = (Channel *)channel;
  guint8 answer[ANSWER_BUFFER];
  int result;

  if (self->is_raw)
    return kiosk_nfc_raw_transmit (self, command, length, response, timeout_ms, error);
  if (length > KIOSK_CARD_EASY_COMMAND_MAX)
    return fail (error, KIOSK_CARD_ERROR_INTERNAL, "a command too long for libnfc", 0);
  result = nfc_initiator_transceive_bytes (self->device, command, length, answer, sizeof answer,
                                           (int)timeout_ms);
  if (result >= 0)
    {
      g_byte_array_append (response, answer, (guint)result);
      explicit_bzero (answer, sizeof answer);
      return TRUE;
    }
  if (kiosk_nfc_is_gone (result))
    return fail (error, KIOSK_CARD_ERROR_NO_READER, "the reader is gone", result);
  if (result == NFC_ETIMEOUT)
    return fail (error, KIOSK_CARD_ERROR_TIMEOUT, "no answer in time", result);
  if (!is_present (channel))
    return fail (error, KIOSK_CARD_ERROR_LOST, "the card is gone", result);
  return fail (error, KIOSK_CARD_ERROR_RF, "the radio link failed", result);
}

static void
channel_free (KioskCardChannel *channel)
{
  Channel *self = (Channel *)channel;

  if (self->device != NULL)
    nfc_close (self->device);
  if (self->context != NULL)
    nfc_exit (self->context);
  if (self->lock >= 0)
    close (self->lock);
  kiosk_clock_unref (self->clock);
  g_free (self);
}

/* "driver:path" or "driver:path:speed"; USB drivers have no path. */
static char *
device_path (const char *device)
{
  g_auto (GStrv) parts = g_strsplit (device, ":", 3);

  if (g_strv_length (parts) < 2 || parts[1][0] != '/')
    return NULL;
  return g_strdup (parts[1]);
}

/* Ours alone, for as long as the descriptor lives: it outlives no crash. */
static gboolean
take_port (Channel *self, const char *device, GError **error)
{
  g_autofree char *path = device_path (device);

  if (path == NULL)
    return TRUE;
  self->serial = TRUE;
  self->lock = open (path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (self->lock < 0)
    {
      g_set_error (error, KIOSK_CARD_ERROR,
                   errno == EBUSY ? KIOSK_CARD_ERROR_READER_BUSY : KIOSK_CARD_ERROR_NO_READER,
                   "%s: %s", path, g_strerror (errno));
      return FALSE;
    }
  if (flock (self->lock, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_READER_BUSY,
               "%s: another program holds it", path);
  return FALSE;
}

/* "pn532_uart:PATH:460800" is a wish: a reader that will not be raised is opened where it begins.
 * (transfer full) */
static char *
raise_speed (Channel *self, const char *device)
{
  g_auto (GStrv) parts = g_strsplit (device, ":", 4);
  guint64 baud;

  if (g_strv_length (parts) != 3 || strcmp (parts[0], "pn532_uart") != 0 || !self->serial
      || !g_ascii_string_to_unsigned (parts[2], 10, 1, G_MAXUINT, &baud, NULL)
      || baud <= KIOSK_CARD_UART_BAUD || !kiosk_card_uart_knows ((guint)baud)
      || kiosk_card_uart_raise (self->lock, (guint)baud))
    return g_strdup (device);
  return g_strdup_printf ("%s:%s:%d", parts[0], parts[1], KIOSK_CARD_UART_BAUD);
}

static gboolean
open_device (Channel *self, const char *device, GError **error)
{
  /* libnfc compares the whole array, so it must be one. */
  nfc_connstring connstring = { 0 };
  g_autofree char *raised = raise_speed (self, device);

  g_strlcpy (connstring, raised, sizeof connstring);
  nfc_init (&self->context);
  if (self->context == NULL)
    return fail (error, KIOSK_CARD_ERROR_INTERNAL, "libnfc does not start", 0);
  self->device = nfc_open (self->context, connstring);
  if (self->device == NULL)
    return fail (error, KIOSK_CARD_ERROR_NO_READER, "no reader answers there", 0);
  if (nfc_initiator_init (self->device) < 0
      || nfc_device_set_property_bool (self->device, NP_INFINITE_SELECT, false) < 0)
    return fail (error, KIOSK_CARD_ERROR_NO_READER, "the reader does not start",
                 nfc_device_get_last_error (self->device));
  return TRUE;
}

KioskCardChannel *
kiosk_card_channel_new_libnfc (const char *device, KioskCardDevice *ret_device, GError **error)
{
  Channel *self = g_new0 (Channel, 1);

  self->channel = (KioskCardChannel){ poll_card, reactivate, transmit, is_present, channel_free };
  self->clock = kiosk_clock_new_system ();
  self->lock = -1;
  if (take_port (self, device, error) && open_device (self, device, error))
    {
      if (ret_device != NULL)
        kiosk_card_device_init (ret_device, nfc_device_get_connstring (self->device),
                                nfc_device_get_name (self->device), nfc_version ());
      return &self->channel;
    }
  channel_free (&self->channel);
  return NULL;
}
