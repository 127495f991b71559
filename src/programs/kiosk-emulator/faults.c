#include "faults.h"

static const char *const names[KIOSK_EMU_N_FAULTS] = {
  "rftimeout", "crc",    "mi_err",     "released", "slow",     "nad",     "ats0",   "noack",
  "noreply",   "badsum", "shortframe", "wtx",      "dep_lost", "dep_crc", "garble",
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

gboolean
kiosk_emu_faults_hit (KioskEmuFaults *self, KioskEmuFault fault)
{
  if (self->left[fault] == 0)
    return FALSE;
  self->left[fault]--;
  return TRUE;
}
