#include "picc.h"

/* PCB values, ISO/IEC 14443-4, 7.1.1 */
#define PCB_I        0x02
#define PCB_R_ACK    0xa2
#define PCB_S_WTX    0xf2
#define PCB_S_DESEL  0xc2
#define PCB_CHAINING 0x10
#define PCB_NAK      0x10
#define PCB_NUMBER   0x01
#define RATS         0xe0
#define PPS_MASK     0xf0
#define PPS          0xd0
#define PPS1_FOLLOWS 0x10
#define CRC_LENGTH   2
#define ATTRIB_FRAME 64 /* what a PN532 asks a card of type B for */

struct _KioskEmuPicc
{
  KioskEmuField *field;
  gboolean active; /* RATS has been answered */
  gsize frame_size;
  guint8 number;
  GByteArray *last; /* for a retransmission */
  GByteArray *command;
  GByteArray *answer;
  gsize sent;
  guint waits; /* how often more time is still to be asked for */
  gboolean waiting;
  guint rate_kbit;
  guint to_card; /* as PPS has set them */
  guint from_card;
};

KioskEmuPicc *
kiosk_emu_picc_new (KioskEmuField *field)
{
  KioskEmuPicc *self = g_new0 (KioskEmuPicc, 1);

  self->field = field;
  self->last = g_byte_array_new ();
  self->command = g_byte_array_new ();
  self->answer = g_byte_array_new ();
  return self;
}

void
kiosk_emu_picc_free (KioskEmuPicc *self)
{
  g_byte_array_unref (self->last);
  g_byte_array_unref (self->command);
  g_byte_array_unref (self->answer);
  g_free (self);
}

static void
forget (KioskEmuPicc *self)
{
  self->active = FALSE;
  self->waiting = FALSE;
  self->waits = 0;
  self->number = 1;
  self->sent = 0;
  self->to_card = 0;
  self->from_card = 0;
  g_byte_array_set_size (self->last, 0);
  g_byte_array_set_size (self->command, 0);
  g_byte_array_set_size (self->answer, 0);
}

/* (nullable) */
static const KioskEmuRadio *
radio (KioskEmuPicc *self)
{
  int selected = kiosk_emu_field_selected (self->field);

  return selected < 0 ? NULL : &kiosk_emu_field_card (self->field, (guint)selected)->radio;
}

void
kiosk_emu_picc_reset (KioskEmuPicc *self, guint rate_kbit)
{
  const KioskEmuRadio *card = radio (self);

  forget (self);
  self->rate_kbit = rate_kbit;
  if (card == NULL || card->type != 'B')
    return;
  self->frame_size = MIN (ATTRIB_FRAME, card->frame);
  self->active = TRUE;
}

guint
kiosk_emu_picc_rate_to_card (const KioskEmuPicc *self)
{
  return self->to_card;
}

guint
kiosk_emu_picc_rate_from_card (const KioskEmuPicc *self)
{
  return self->from_card;
}

/* Remembers the frame, should the reader ask for it again. */
static GByteArray *
say (KioskEmuPicc *self, guint8 pcb, const guint8 *data, gsize length)
{
  GByteArray *frame = g_byte_array_new ();

  g_byte_array_append (frame, &pcb, 1);
  if (length > 0)
    g_byte_array_append (frame, data, (guint)length);
  g_byte_array_set_size (self->last, 0);
  g_byte_array_append (self->last, frame->data, frame->len);
  return frame;
}

static GByteArray *
next_block (KioskEmuPicc *self)
{
  gsize left = self->answer->len - self->sent;
  gsize length = MIN (left, self->frame_size - 3);
  guint8 chaining = left > length ? PCB_CHAINING : 0;
  const guint8 *data = self->answer->data + self->sent;

  self->sent += length;
  return say (self, (guint8)(PCB_I | chaining | self->number), data, length);
}

static GByteArray *
run_command (KioskEmuPicc *self)
{
  g_autoptr (GByteArray) answer
    = kiosk_emu_field_transmit (self->field, self->command->data, self->command->len);

  g_byte_array_set_size (self->command, 0);
  g_byte_array_set_size (self->answer, 0);
  self->sent = 0;
  if (answer == NULL)
    return NULL;
  g_byte_array_append (self->answer, answer->data, answer->len);
  return next_block (self);
}

/* The card says the rates that it and the air have in common. */
static GByteArray *
answer_rats (KioskEmuPicc *self, guint8 parameter)
{
  KioskEmuRadio common;
  g_autoptr (GByteArray) ats = NULL;

  if (self->active) /* a second one is no command of this state */
    return NULL;
  kiosk_emu_radio_copy (radio (self), &common);
  if (self->rate_kbit != 0)
    common.rate_kbit = MIN (common.rate_kbit, self->rate_kbit);
  ats = kiosk_emu_radio_ats (&common);
  forget (self);
  self->frame_size = MIN (kiosk_emu_radio_frame_size (parameter >> 4), common.frame);
  self->active = TRUE;
  kiosk_emu_radio_clear (&common);
  return say (self, ats->data[0], ats->data + 1, ats->len - 1);
}

/* ISO/IEC 14443-4, 5.3: the answer still goes at the old rates. */
static GByteArray *
answer_pps (KioskEmuPicc *self, const guint8 *frame, gsize length)
{
  guint from_card = 0;
  guint to_card = 0;
  guint most = radio (self)->rate_kbit;

  if (self->rate_kbit != 0)
    most = MIN (most, self->rate_kbit);
  if (length == 3 && (frame[1] & PPS1_FOLLOWS) != 0)
    {
      from_card = frame[2] >> 2 & 3;
      to_card = frame[2] & 3;
    }
  if (106u << MAX (from_card, to_card) > MAX (most, 106))
    return NULL;
  self->from_card = from_card;
  self->to_card = to_card;
  return say (self, frame[0], NULL, 0);
}

static GByteArray *
ask_for_time (KioskEmuPicc *self)
{
  self->waiting = TRUE;
  return say (self, PCB_S_WTX, (const guint8[]){ 0x05 }, 1);
}

/* What takes a chip long: key agreement and signatures. */
static gboolean
is_slow (const KioskEmuPicc *self)
{
  guint8 instruction = self->command->len > 1 ? self->command->data[1] : 0;

  return instruction == 0x86 || instruction == 0x88;
}

static GByteArray *
take_i_block (KioskEmuPicc *self, const guint8 *frame, gsize length)
{
  KioskEmuFaults *faults = kiosk_emu_field_faults (self->field);

  self->number = frame[0] & PCB_NUMBER;
  if (self->command->len + length > G_MAXUINT16 + 16)
    return NULL;
  g_byte_array_append (self->command, frame + 1, (guint)length - 1);
  if ((frame[0] & PCB_CHAINING) != 0)
    return say (self, (guint8)(PCB_R_ACK | self->number), NULL, 0);
  self->waits = is_slow (self) ? radio (self)->wtx : 0;
  if (kiosk_emu_faults_hit (faults, KIOSK_EMU_FAULT_WTX))
    self->waits++;
  return self->waits > 0 ? ask_for_time (self) : run_command (self);
}

static GByteArray *
take_wtx (KioskEmuPicc *self)
{
  self->waiting = FALSE;
  self->waits--;
  return self->waits > 0 ? ask_for_time (self) : run_command (self);
}

static GByteArray *
take_r_block (KioskEmuPicc *self, guint8 pcb)
{
  g_autoptr (GByteArray) block = NULL;

  if ((pcb & PCB_NUMBER) == self->number)
    {
      GByteArray *again = g_byte_array_new ();
      g_byte_array_append (again, self->last->data, self->last->len);
      return again;
    }
  if ((pcb & PCB_NAK) != 0) /* it never saw our last block's number: tell it ours */
    return say (self, (guint8)(PCB_R_ACK | self->number), NULL, 0);
  self->number ^= 1;
  block = next_block (self);
  if (kiosk_emu_faults_hit (kiosk_emu_field_faults (self->field), KIOSK_EMU_FAULT_MI_ERR))
    return NULL;
  return g_steal_pointer (&block);
}

static GByteArray *
leave (KioskEmuPicc *self)
{
  GByteArray *frame = say (self, PCB_S_DESEL, NULL, 0);

  kiosk_emu_field_deselect (self->field);
  forget (self);
  return frame;
}

GByteArray *
kiosk_emu_picc_exchange (KioskEmuPicc *self, const guint8 *frame, gsize length)
{
  guint8 pcb = length > 0 ? frame[0] : 0;

  if (length == 0 || radio (self) == NULL || length + CRC_LENGTH > radio (self)->frame)
    return NULL;
  if (pcb == RATS && length >= 2)
    return answer_rats (self, frame[1]);
  if ((pcb & PPS_MASK) == PPS)
    return answer_pps (self, frame, length);
  if (!self->active) /* the reader did RATS itself and only asks whether the card is there */
    return say (self, PCB_R_ACK, NULL, 0);
  if ((pcb & 0xe2) == PCB_I)
    return take_i_block (self, frame, length);
  if (pcb == PCB_S_WTX && self->waiting)
    return take_wtx (self);
  if ((pcb & 0xe6) == PCB_R_ACK)
    return take_r_block (self, pcb);
  if (pcb == PCB_S_DESEL)
    return leave (self);
  return NULL;
}
