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
  gboolean waiting; /* more time has been asked for */
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

void
kiosk_emu_picc_reset (KioskEmuPicc *self)
{
  self->active = FALSE;
  self->waiting = FALSE;
  self->number = 1;
  self->sent = 0;
  g_byte_array_set_size (self->last, 0);
  g_byte_array_set_size (self->command, 0);
  g_byte_array_set_size (self->answer, 0);
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

static GByteArray *
answer_rats (KioskEmuPicc *self, guint8 parameter)
{
  static const guint16 sizes[] = { 16, 24, 32, 40, 48, 64, 96, 128, 256 };
  int selected = kiosk_emu_field_selected (self->field);
  g_autoptr (GByteArray) ats
    = kiosk_emu_radio_ats (&kiosk_emu_field_card (self->field, (guint)selected)->radio);

  kiosk_emu_picc_reset (self);
  self->frame_size = sizes[MIN (parameter >> 4, 8)];
  self->active = TRUE;
  return say (self, ats->data[0], ats->data + 1, ats->len - 1);
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
  if (kiosk_emu_faults_hit (faults, KIOSK_EMU_FAULT_WTX))
    {
      self->waiting = TRUE;
      return say (self, PCB_S_WTX, (const guint8[]){ 0x05 }, 1);
    }
  return run_command (self);
}

static GByteArray *
take_r_block (KioskEmuPicc *self, guint8 pcb)
{
  if ((pcb & PCB_NUMBER) == self->number)
    {
      GByteArray *again = g_byte_array_new ();
      g_byte_array_append (again, self->last->data, self->last->len);
      return again;
    }
  if ((pcb & PCB_NAK) != 0) /* it never saw our last block's number: tell it ours */
    return say (self, (guint8)(PCB_R_ACK | self->number), NULL, 0);
  self->number ^= 1;
  return next_block (self);
}

static GByteArray *
leave (KioskEmuPicc *self)
{
  GByteArray *frame = say (self, PCB_S_DESEL, NULL, 0);

  kiosk_emu_field_deselect (self->field);
  kiosk_emu_picc_reset (self);
  return frame;
}

GByteArray *
kiosk_emu_picc_exchange (KioskEmuPicc *self, const guint8 *frame, gsize length)
{
  guint8 pcb = length > 0 ? frame[0] : 0;

  if (length == 0 || kiosk_emu_field_selected (self->field) < 0)
    return NULL;
  if (pcb == RATS && length >= 2)
    return answer_rats (self, frame[1]);
  if ((pcb & PPS_MASK) == PPS)
    return say (self, pcb, NULL, 0);
  if (!self->active) /* the reader did RATS itself and only asks whether the card is there */
    return say (self, PCB_R_ACK, NULL, 0);
  if ((pcb & 0xe2) == PCB_I)
    return take_i_block (self, frame, length);
  if (pcb == PCB_S_WTX && self->waiting)
    {
      self->waiting = FALSE;
      return run_command (self);
    }
  if ((pcb & 0xe6) == PCB_R_ACK)
    return take_r_block (self, pcb);
  if (pcb == PCB_S_DESEL)
    return leave (self);
  return NULL;
}
