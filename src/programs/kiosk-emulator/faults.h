/* Faults by name: how hardware, radio and chips go wrong, so many times from now on, or at the N-th
 * command from now. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  KIOSK_EMU_FAULT_RFTIMEOUT,  /* the card's answer does not arrive */
  KIOSK_EMU_FAULT_CRC,        /* it arrives damaged */
  KIOSK_EMU_FAULT_MI_ERR,     /* the second part of a chained answer is lost */
  KIOSK_EMU_FAULT_RELEASED,   /* the reader lets go of the card */
  KIOSK_EMU_FAULT_REMOVE,     /* the card is taken away before it answers */
  KIOSK_EMU_FAULT_SLOW,       /* the card takes three seconds */
  KIOSK_EMU_FAULT_LATE,       /* the reader's reply comes when the host has turned to another */
  KIOSK_EMU_FAULT_NAD,        /* a status byte with the NAD bit, on which libnfc aborts */
  KIOSK_EMU_FAULT_ATS0,       /* an ATS of length zero, on which libnfc crashes */
  KIOSK_EMU_FAULT_NOACK,      /* the reader does not acknowledge a command */
  KIOSK_EMU_FAULT_NOREPLY,    /* it acknowledges and stays silent */
  KIOSK_EMU_FAULT_BADSUM,     /* a reply with a wrong checksum */
  KIOSK_EMU_FAULT_SHORTFRAME, /* a reply cut short */
  KIOSK_EMU_FAULT_WTX,        /* raw ISO-DEP: the card asks for more time */
  KIOSK_EMU_FAULT_DEP_LOST,   /* raw ISO-DEP: a block is lost */
  KIOSK_EMU_FAULT_DEP_CRC,    /* raw ISO-DEP: a block is damaged */
  KIOSK_EMU_FAULT_GARBLE,     /* a reply that one time in six is damaged somewhere */
  KIOSK_EMU_FAULT_6700,       /* the chip answers 6700 before it looks at the command */
  KIOSK_EMU_FAULT_6282,       /* half of the data, and 6282 */
  KIOSK_EMU_FAULT_EMPTY,      /* no data, and 9000 */
  KIOSK_EMU_FAULT_ZERO,       /* an answer of no byte at all */
  KIOSK_EMU_FAULT_BADMAC,     /* secure messaging's checksum is wrong */
  KIOSK_EMU_N_FAULTS,
} KioskEmuFault;

typedef struct
{
  guint64 commands;               /* that cards have been given */
  guint left[KIOSK_EMU_N_FAULTS]; /* how often from now on */
  guint64 at[KIOSK_EMU_N_FAULTS]; /* with the command of this number, from 1; 0: with none */
} KioskEmuFaults;

/* "rftimeout", "mi_err". */
const char *kiosk_emu_fault_name (KioskEmuFault fault);
gboolean kiosk_emu_fault_from_name (const char *name, KioskEmuFault *ret_fault);
/* With the @number-th command from now, once; 0 disarms. */
void kiosk_emu_faults_set_at (KioskEmuFaults *self, KioskEmuFault fault, guint number);
/* Uses one up; FALSE when none is armed, or not yet. */
gboolean kiosk_emu_faults_hit (KioskEmuFaults *self, KioskEmuFault fault);

G_END_DECLS
