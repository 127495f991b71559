#include "pn532-private.h"

#include <string.h>

#define REGISTERS     0x10000
#define REPLY_MAXIMUM 264
#define GARBLE_ONE_IN 6

gboolean
kiosk_emu_pn532_hit (KioskEmuPn532 *self, KioskEmuFault fault)
{
  return kiosk_emu_faults_hit (kiosk_emu_field_faults (self->field), fault);
}

static void
emit (KioskEmuPn532 *self, const guint8 *bytes, gsize length)
{
  gint64 delay_us = self->delay_us + kiosk_emu_link_serial_us (&self->link, length);

  self->delay_us = 0;
  self->send (self->data, bytes, length, delay_us);
}

static gboolean
reaches_cards (guint8 command)
{
  return command == PN532_IN_DATA_EXCHANGE || command == PN532_IN_COMMUNICATE_THRU;
}

void
kiosk_emu_pn532_reply (KioskEmuPn532 *self, guint8 command, const guint8 *data, gsize length)
{
  g_autoptr (GByteArray) content = g_byte_array_new ();
  g_autoptr (GByteArray) frame = NULL;

  if (length > 0)
    g_byte_array_append (content, data, (guint)length);
  if (kiosk_emu_pn532_hit (self, KIOSK_EMU_FAULT_GARBLE))
    kiosk_emu_fuzz_mutate (self->garble, KIOSK_EMU_FUZZ_FRAMES, content, REPLY_MAXIMUM);
  kiosk_emu_fuzz_mutate (kiosk_emu_field_fuzz (self->field), KIOSK_EMU_FUZZ_FRAMES, content,
                         REPLY_MAXIMUM);
  frame = kiosk_emu_frame_reply (command, content->data, content->len);
  if (kiosk_emu_pn532_hit (self, KIOSK_EMU_FAULT_BADSUM))
    frame->data[frame->len - 2] ^= 1;
  if (kiosk_emu_pn532_hit (self, KIOSK_EMU_FAULT_SHORTFRAME))
    g_byte_array_set_size (frame, frame->len - 3);
  if (reaches_cards (command) && kiosk_emu_pn532_hit (self, KIOSK_EMU_FAULT_LATE))
    {
      g_clear_pointer (&self->late, g_byte_array_unref);
      self->late = g_steal_pointer (&frame);
      self->delay_us = 0;
    }
  else
    emit (self, frame->data, frame->len);
}

void
kiosk_emu_pn532_reply_byte (KioskEmuPn532 *self, guint8 command, guint8 byte)
{
  kiosk_emu_pn532_reply (self, command, &byte, 1);
}

static void
diagnose (KioskEmuPn532 *self, const guint8 *command, gsize length)
{
  gboolean attention = length > 1 && command[1] == 0x06;

  if (!attention) /* the communication test returns what it was sent */
    kiosk_emu_pn532_reply (self, command[0], command + 1, length - 1);
  else
    kiosk_emu_pn532_reply_byte (self, command[0],
                                kiosk_emu_field_selected (self->field) >= 0 ? PN532_STATUS_OK
                                                                            : PN532_STATUS_TIMEOUT);
}

static void
read_registers (KioskEmuPn532 *self, const guint8 *command, gsize length)
{
  g_autoptr (GByteArray) values = g_byte_array_new ();

  for (gsize i = 1; i + 1 < length && values->len < REPLY_MAXIMUM; i += 2)
    g_byte_array_append (values, &self->registers[command[i] << 8 | command[i + 1]], 1);
  kiosk_emu_pn532_reply (self, command[0], values->data, values->len);
}

static void
write_registers (KioskEmuPn532 *self, const guint8 *command, gsize length)
{
  for (gsize i = 1; i + 2 < length; i += 3)
    self->registers[command[i] << 8 | command[i + 1]] = command[i + 2];
  kiosk_emu_pn532_reply (self, command[0], NULL, 0);
}

static void
configure_radio (KioskEmuPn532 *self, const guint8 *command, gsize length)
{
  if (length > 2 && command[1] == 0x01 && (command[2] & 1) == 0)
    kiosk_emu_field_power_off (self->field);
  if (length > 4 && command[1] == 0x05)
    self->retries = command[4];
  kiosk_emu_pn532_reply (self, command[0], NULL, 0);
}

static void
general_status (KioskEmuPn532 *self)
{
  guint8 targets = kiosk_emu_field_selected (self->field) >= 0 ? 1 : 0;
  const guint8 status[] = { 0x00, 0x01, targets, 0x80 };

  kiosk_emu_pn532_reply (self, PN532_GET_GENERAL_STATUS, status, sizeof status);
}

static void
dispatch (KioskEmuPn532 *self, const guint8 *command, gsize length)
{
  static const guint8 version[] = { 0x32, 0x01, 0x06, 0x07 }; /* PN532 firmware 1.6 */
  gboolean selected = kiosk_emu_field_selected (self->field) >= 0;

  switch (command[0])
    {
    case PN532_DIAGNOSE:
      diagnose (self, command, length);
      break;
    case PN532_GET_FIRMWARE_VERSION:
      kiosk_emu_pn532_reply (self, command[0], version, sizeof version);
      break;
    case PN532_GET_GENERAL_STATUS:
      general_status (self);
      break;
    case PN532_READ_REGISTER:
      read_registers (self, command, length);
      break;
    case PN532_WRITE_REGISTER:
      write_registers (self, command, length);
      break;
    case PN532_SET_PARAMETERS:
      self->auto_rats = length > 1 && (command[1] & 0x10) != 0;
      kiosk_emu_pn532_reply (self, command[0], NULL, 0);
      break;
    case PN532_SET_SERIAL_BAUD_RATE:
    case PN532_SAM_CONFIGURATION:
      kiosk_emu_pn532_reply (self, command[0], NULL, 0);
      break;
    case PN532_RF_CONFIGURATION:
      configure_radio (self, command, length);
      break;
    case PN532_IN_DESELECT:
    case PN532_IN_RELEASE:
      kiosk_emu_field_deselect (self->field);
      G_GNUC_FALLTHROUGH;
    case PN532_POWER_DOWN:
    case PN532_IN_PSL:
      kiosk_emu_pn532_reply_byte (self, command[0], PN532_STATUS_OK);
      break;
    case PN532_IN_SELECT:
      kiosk_emu_pn532_reply_byte (self, command[0],
                                  selected ? PN532_STATUS_OK : PN532_STATUS_CONTEXT);
      break;
    case PN532_IN_LIST_PASSIVE_TARGET:
    case PN532_IN_AUTO_POLL:
      kiosk_emu_pn532_list (self, command, length);
      break;
    case PN532_IN_DATA_EXCHANGE:
      kiosk_emu_pn532_exchange (self, command, length);
      break;
    case PN532_IN_COMMUNICATE_THRU:
      kiosk_emu_pn532_thru (self, command, length);
      break;
    default:
      emit (self, kiosk_emu_frame_error, sizeof kiosk_emu_frame_error);
    }
}

/* A reply that was held back comes just before what the host now waits for. */
static void
release_late (KioskEmuPn532 *self)
{
  g_autoptr (GByteArray) late = g_steal_pointer (&self->late);

  if (late != NULL)
    emit (self, late->data, late->len);
}

static void
take_frame (gpointer data, const guint8 *command, gsize length)
{
  KioskEmuPn532 *self = data;

  release_late (self);
  kiosk_emu_pn532_abort (self);
  if (length == 0)
    return;
  self->delay_us += kiosk_emu_link_serial_us (&self->link, length + 8);
  if (kiosk_emu_pn532_hit (self, KIOSK_EMU_FAULT_NOACK))
    return;
  emit (self, kiosk_emu_frame_ack, sizeof kiosk_emu_frame_ack);
  if (!kiosk_emu_pn532_hit (self, KIOSK_EMU_FAULT_NOREPLY))
    dispatch (self, command, length);
}

static void
card_placed (gpointer data)
{
  kiosk_emu_pn532_resume (data);
}

KioskEmuPn532 *
kiosk_emu_pn532_new (KioskEmuField *field, KioskClock *clock, const KioskEmuLink *link,
                     KioskEmuSend send, gpointer data)
{
  KioskEmuPn532 *self = g_new0 (KioskEmuPn532, 1);

  self->field = field;
  self->framer = kiosk_emu_framer_new (take_frame, self);
  self->picc = kiosk_emu_picc_new (field);
  self->clock = kiosk_clock_ref (clock);
  self->link = *link;
  self->send = send;
  self->data = data;
  self->garble = kiosk_emu_fuzz_new_layer (0, KIOSK_EMU_FUZZ_FRAMES, GARBLE_ONE_IN);
  self->registers = g_malloc0 (REGISTERS);
  self->auto_rats = TRUE;
  self->retries = 0xff;
  self->command = g_byte_array_new ();
  self->answer = g_byte_array_new ();
  kiosk_emu_field_set_watch (field, card_placed, self);
  return self;
}

void
kiosk_emu_pn532_free (KioskEmuPn532 *self)
{
  kiosk_emu_pn532_abort (self);
  kiosk_emu_field_set_watch (self->field, NULL, NULL);
  kiosk_emu_fuzz_free (self->garble);
  g_clear_pointer (&self->late, g_byte_array_unref);
  kiosk_emu_framer_free (self->framer);
  kiosk_emu_picc_free (self->picc);
  kiosk_clock_unref (self->clock);
  g_byte_array_unref (self->command);
  g_byte_array_unref (self->answer);
  g_free (self->registers);
  g_free (self);
}

void
kiosk_emu_pn532_feed (KioskEmuPn532 *self, const guint8 *bytes, gsize length)
{
  kiosk_emu_framer_feed (self->framer, bytes, length);
}
