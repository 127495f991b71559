#include "pn532-private.h"

#define CHUNK            262 /* data bytes of a card's answer in one reply */
#define ATTEMPT_MS       5   /* one try to find a card */
#define POLL_UNIT_MS     150 /* InAutoPoll's unit */
#define POLL_MAXIMUM_MS  2000
#define ACTIVATION_US    15000 /* anticollision, selection and RATS on a modelled radio */
#define SLOW_US          3000000
#define CARD_FRAME_LEAST 16
/* CIU_TxMode and CIU_RxMode, and their speed bits */
#define REGISTER_TX_MODE 0x6302
#define REGISTER_RX_MODE 0x6303
#define RATE_MASK        0x70
#define RATE_SHIFT       4
#define COMMAND_MAXIMUM  (G_MAXUINT16 + 16)

static void
append_target_a (KioskEmuPn532 *self, const KioskEmuCard *card, GByteArray *to)
{
  /* SENS_RES (two anticollision bits), SEL_RES with "ISO 14443-4 here" */
  const guint8 head[] = { 0x01, 0x03, 0x44, 0x20, (guint8)card->radio.uid_length };
  g_autoptr (GByteArray) ats = kiosk_emu_radio_ats (&card->radio);

  g_byte_array_append (to, head, sizeof head);
  g_byte_array_append (to, card->radio.uid, (guint)card->radio.uid_length);
  if (kiosk_emu_pn532_hit (self, KIOSK_EMU_FAULT_ATS0))
    ats->data[0] = 0;
  if (self->auto_rats)
    g_byte_array_append (to, ats->data, ats->len);
}

static void
append_target_b (const KioskEmuCard *card, GByteArray *to)
{
  static const guint8 attrib[] = { 0x01, 0x00 }; /* the answer to ATTRIB, with its length */
  g_autoptr (GByteArray) atqb = kiosk_emu_radio_atqb (&card->radio);

  g_byte_array_append (to, (const guint8[]){ 0x01 }, 1);
  g_byte_array_append (to, atqb->data, atqb->len);
  g_byte_array_append (to, attrib, sizeof attrib);
}

static void
append_target (KioskEmuPn532 *self, int index, GByteArray *to)
{
  const KioskEmuCard *card = kiosk_emu_field_card (self->field, (guint)index);

  if (card->radio.type == 'A')
    append_target_a (self, card, to);
  else
    append_target_b (card, to);
}

static void
select_card (KioskEmuPn532 *self, int index)
{
  kiosk_emu_field_select (self->field, index);
  kiosk_emu_picc_reset (self->picc, self->link.rf_kbit);
  kiosk_emu_pn532_set_rates (self, 0);
  g_byte_array_set_size (self->command, 0);
  g_byte_array_set_size (self->answer, 0);
  self->delivered = 0;
  if (self->link.rf_kbit != 0)
    self->delay_us += ACTIVATION_US;
}

/* InListPassiveTarget: 4A, how many, which modulation, then perhaps a UID. */
static gboolean
try_list (KioskEmuPn532 *self, const guint8 *command, gsize length)
{
  gboolean type_a = length > 2 && command[2] == 0x00;
  gboolean type_b = length > 2 && command[2] == 0x03;
  gboolean by_uid = type_a && length > 3;
  g_autoptr (GByteArray) reply = g_byte_array_new ();
  int index = -1;

  if (type_a || type_b)
    index = kiosk_emu_field_find (self->field, type_a ? 'A' : 'B', by_uid ? command + 3 : NULL,
                                  by_uid ? length - 3 : 0);
  if (index < 0)
    return FALSE;
  select_card (self, index);
  g_byte_array_append (reply, (const guint8[]){ 0x01 }, 1);
  append_target (self, index, reply);
  kiosk_emu_pn532_reply (self, command[0], reply->data, reply->len);
  return TRUE;
}

static char
polled_type (guint8 type)
{
  switch (type)
    {
    case 0x00:
    case 0x10:
    case 0x20:
      return 'A';
    case 0x03:
    case 0x23:
      return 'B';
    default:
      return 0;
    }
}

/* InAutoPoll: 60, how many rounds, the unit of time, then the types. */
static gboolean
try_poll (KioskEmuPn532 *self, const guint8 *command, gsize length)
{
  g_autoptr (GByteArray) reply = g_byte_array_new ();
  int index = -1;

  for (gsize i = 3; i < length && index < 0; i++)
    if (polled_type (command[i]) != 0)
      index = kiosk_emu_field_find (self->field, polled_type (command[i]), NULL, 0);
  if (index < 0)
    return FALSE;
  select_card (self, index);
  g_byte_array_append (
    reply,
    (const guint8[]){
      0x01, kiosk_emu_field_card (self->field, (guint)index)->radio.type == 'A' ? 0x20 : 0x23,
      0x00 },
    3);
  append_target (self, index, reply);
  reply->data[2] = (guint8)(reply->len - 3);
  kiosk_emu_pn532_reply (self, command[0], reply->data, reply->len);
  return TRUE;
}

static gboolean
try_waiting (KioskEmuPn532 *self, const guint8 *command, gsize length)
{
  return command[0] == PN532_IN_AUTO_POLL ? try_poll (self, command, length)
                                          : try_list (self, command, length);
}

/* −1: until a card comes. */
static gint64
patience_ms (KioskEmuPn532 *self, const guint8 *command, gsize length)
{
  gint64 poll_ms;

  if (command[0] == PN532_IN_LIST_PASSIVE_TARGET)
    return self->retries == 0xff ? -1 : ATTEMPT_MS * (self->retries + 1);
  if (length < 3)
    return 0;
  if (command[1] == 0xff)
    return -1;
  poll_ms = (gint64)POLL_UNIT_MS * command[1] * command[2];
  return MIN (poll_ms, POLL_MAXIMUM_MS);
}

static void
give_up (gpointer data)
{
  KioskEmuPn532 *self = data;
  g_autoptr (GByteArray) command = g_steal_pointer (&self->waiting);

  self->waiting_timer = 0;
  kiosk_emu_pn532_reply_byte (self, command->data[0], 0);
}

void
kiosk_emu_pn532_list (KioskEmuPn532 *self, const guint8 *command, gsize length)
{
  gint64 wait_ms;

  if (try_waiting (self, command, length))
    return;
  wait_ms = patience_ms (self, command, length);
  self->waiting = g_byte_array_new ();
  g_byte_array_append (self->waiting, command, (guint)length);
  if (wait_ms >= 0)
    self->waiting_timer = kiosk_clock_add_timeout (self->clock, wait_ms, give_up, self);
}

void
kiosk_emu_pn532_abort (KioskEmuPn532 *self)
{
  kiosk_clock_cancel (self->clock, self->waiting_timer);
  self->waiting_timer = 0;
  g_clear_pointer (&self->waiting, g_byte_array_unref);
}

void
kiosk_emu_pn532_resume (KioskEmuPn532 *self)
{
  if (self->waiting == NULL || !try_waiting (self, self->waiting->data, self->waiting->len))
    return;
  kiosk_emu_pn532_abort (self);
}

static void
deliver (KioskEmuPn532 *self, guint8 command)
{
  gsize left = self->answer->len - self->delivered;
  gsize length = MIN (left, CHUNK);
  g_autoptr (GByteArray) reply = g_byte_array_new ();
  guint8 status = left > length ? PN532_STATUS_MORE : PN532_STATUS_OK;

  g_byte_array_append (reply, &status, 1);
  g_byte_array_append (reply, self->answer->data + self->delivered, (guint)length);
  self->delivered += length;
  kiosk_emu_pn532_reply (self, command, reply->data, reply->len);
}

/* PN532_STATUS_OK: the exchange may go on. */
static guint8
exchange_fault (KioskEmuPn532 *self)
{
  if (kiosk_emu_pn532_hit (self, KIOSK_EMU_FAULT_NAD))
    return PN532_STATUS_NAD;
  if (kiosk_emu_pn532_hit (self, KIOSK_EMU_FAULT_CRC))
    return PN532_STATUS_CRC;
  if (kiosk_emu_field_count (self->field) == 0)
    return PN532_STATUS_TIMEOUT;
  if (kiosk_emu_field_selected (self->field) < 0)
    return PN532_STATUS_CONTEXT;
  if (kiosk_emu_pn532_hit (self, KIOSK_EMU_FAULT_RFTIMEOUT))
    return PN532_STATUS_TIMEOUT;
  if (kiosk_emu_pn532_hit (self, KIOSK_EMU_FAULT_RELEASED))
    return PN532_STATUS_RELEASED;
  return PN532_STATUS_OK;
}

static gsize
card_frame (KioskEmuPn532 *self)
{
  int selected = kiosk_emu_field_selected (self->field);

  return selected < 0 ? CARD_FRAME_LEAST
                      : kiosk_emu_field_card (self->field, (guint)selected)->radio.frame;
}

/* A whole command has been gathered: the card answers it. */
static gboolean
run_command (KioskEmuPn532 *self)
{
  g_autoptr (GByteArray) answer = NULL;

  if (kiosk_emu_pn532_hit (self, KIOSK_EMU_FAULT_SLOW))
    self->delay_us += SLOW_US;
  answer = kiosk_emu_field_transmit (self->field, self->command->data, self->command->len);
  g_byte_array_set_size (self->command, 0);
  g_byte_array_set_size (self->answer, 0);
  self->delivered = 0;
  if (answer == NULL)
    return FALSE;
  g_byte_array_append (self->answer, answer->data, answer->len);
  self->delay_us += kiosk_emu_link_message_us (&self->link, self->answer->len,
                                               MIN (self->link.frame_size, card_frame (self)));
  return TRUE;
}

/* InDataExchange: 40, target with the "more follows" bit, then data. */
void
kiosk_emu_pn532_exchange (KioskEmuPn532 *self, const guint8 *command, gsize length)
{
  guint8 fault = exchange_fault (self);
  gsize inside = length - MIN (length, 2);

  if (length < 2)
    fault = PN532_STATUS_CONTEXT;
  else if (self->command->len + inside > COMMAND_MAXIMUM)
    fault = PN532_STATUS_BUFFER;
  if (fault == PN532_STATUS_OK && (inside > 0 || self->delivered >= self->answer->len))
    {
      g_byte_array_append (self->command, command + 2, (guint)inside);
      self->delay_us += kiosk_emu_link_message_us (&self->link, inside, card_frame (self));
      if ((command[1] & PN532_STATUS_MORE) != 0)
        {
          kiosk_emu_pn532_reply_byte (self, command[0], PN532_STATUS_OK);
          return;
        }
      if (!run_command (self))
        fault = PN532_STATUS_TIMEOUT;
    }
  else if (fault == PN532_STATUS_OK && kiosk_emu_pn532_hit (self, KIOSK_EMU_FAULT_MI_ERR))
    {
      self->delivered = self->answer->len;
      fault = PN532_STATUS_TIMEOUT;
    }
  if (fault == PN532_STATUS_OK)
    deliver (self, command[0]);
  else
    kiosk_emu_pn532_reply_byte (self, command[0], fault);
}

/* The registers that set the radio's rates: 0 … 3 for 106 … 848 kbit/s. */
static guint
rate_of (const KioskEmuPn532 *self, guint address)
{
  return (self->registers[address] & RATE_MASK) >> RATE_SHIFT;
}

void
kiosk_emu_pn532_set_rates (KioskEmuPn532 *self, guint8 rate)
{
  static const guint addresses[] = { REGISTER_TX_MODE, REGISTER_RX_MODE };

  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    self->registers[addresses[i]]
      = (guint8)((self->registers[addresses[i]] & ~RATE_MASK) | rate << RATE_SHIFT);
}

/* Reader and card that speak at different rates do not hear each other. */
static gboolean
hears (const KioskEmuPn532 *self)
{
  return rate_of (self, REGISTER_TX_MODE) == kiosk_emu_picc_rate_to_card (self->picc)
         && rate_of (self, REGISTER_RX_MODE) == kiosk_emu_picc_rate_from_card (self->picc);
}

/* Frames of the host's own go at the rates that it has set. */
static gint64
frame_us (const KioskEmuPn532 *self, guint address, gsize length)
{
  KioskEmuLink link = self->link;

  if (link.rf_kbit != 0)
    link.rf_kbit = 106u << rate_of (self, address);
  return kiosk_emu_link_frame_us (&link, length);
}

/* InCommunicateThru: 42, then a raw frame; the host speaks ISO 14443-4 itself. */
void
kiosk_emu_pn532_thru (KioskEmuPn532 *self, const guint8 *command, gsize length)
{
  g_autoptr (GByteArray) frame = NULL;
  guint8 status = exchange_fault (self);

  if (status == PN532_STATUS_CONTEXT) /* this command knows of no selection; nobody answers */
    status = PN532_STATUS_TIMEOUT;
  self->delay_us += frame_us (self, REGISTER_TX_MODE, length - 1);
  if (status == PN532_STATUS_OK)
    {
      if (length > 1 && (command[1] & 0xe2) == 0x02
          && kiosk_emu_pn532_hit (self, KIOSK_EMU_FAULT_SLOW))
        self->delay_us += SLOW_US;
      if (hears (self))
        frame = kiosk_emu_picc_exchange (self->picc, command + 1, length - 1);
      if (frame == NULL || kiosk_emu_pn532_hit (self, KIOSK_EMU_FAULT_DEP_LOST))
        status = PN532_STATUS_TIMEOUT;
      else if (kiosk_emu_pn532_hit (self, KIOSK_EMU_FAULT_DEP_CRC))
        status = PN532_STATUS_CRC;
    }
  if (status != PN532_STATUS_OK)
    {
      kiosk_emu_pn532_reply_byte (self, command[0], status);
      return;
    }
  self->delay_us += frame_us (self, REGISTER_RX_MODE, frame->len);
  g_byte_array_prepend (frame, &status, 1);
  kiosk_emu_pn532_reply (self, command[0], frame->data, frame->len);
}
