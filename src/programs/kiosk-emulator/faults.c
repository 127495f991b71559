#include "faults.h"

static const char *const names[KIOSK_EMU_N_FAULTS] = {
  "rftimeout", "crc",   "mi_err",  "released", "remove",     "slow",   "late",     "nad",
  "ats0",      "noack", "noreply", "badsum",   "shortframe", "wtx",    "dep_lost", "dep_crc",
  "garble",    "6700",  "6282",    "empty",    "zero",       "badmac",
};

const char *
kiosk_emu_fault_name (KioskEmuFault fault)
{
  return names[fault];
}

gboolean
kiosk_emu_fault_from_name (const char *name, KioskEmuFault *ret_fault)
{
  for (int i = 0; i < KIOSK_EMU_N_FAULTS; i++)
    if (g_str_equal (names[i], name))
      {
        *ret_fault = (KioskEmuFault)i;
        return TRUE;
      }
  return FALSE;
}

void
kiosk_emu_faults_set_at (KioskEmuFaults *self, KioskEmuFault fault, guint number)
{
  self->at[fault] = number == 0 ? 0 : self->commands + number;
}

/* What befalls the answer comes when the command has been counted, all else before. */
static gboolean
is_of_answers (KioskEmuFault fault)
{
  switch (fault)
    {
    case KIOSK_EMU_FAULT_MI_ERR:
    case KIOSK_EMU_FAULT_LATE:
    case KIOSK_EMU_FAULT_BADSUM:
    case KIOSK_EMU_FAULT_SHORTFRAME:
    case KIOSK_EMU_FAULT_DEP_LOST:
    case KIOSK_EMU_FAULT_DEP_CRC:
    case KIOSK_EMU_FAULT_GARBLE:
      return TRUE;
    default:
      return FALSE;
    }
}

gboolean
kiosk_emu_faults_hit (KioskEmuFaults *self, KioskEmuFault fault)
{
  guint64 now = self->commands + (is_of_answers (fault) ? 0 : 1);

  if (self->at[fault] != 0 && now >= self->at[fault])
    {
      self->at[fault] = 0;
      return TRUE;
    }
  if (self->left[fault] == 0)
    return FALSE;
  self->left[fault]--;
  return TRUE;
}
