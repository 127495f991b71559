#include "person.h"

#define P256          12 /* numbers of ICAO 9303-11, 9.5.1 */
#define BRAINPOOLP256 13
#define PASSPORT      0

/* Nobody's. */
const KioskEmuPerson kiosk_emu_persons[] = {
  { "good", KIOSK_EMU_FLAW_NONE, BRAINPOOLP256, "HK2600017", "V482915", "CHEUNG", "WING SUM",
    "張詠心", "1984-07-19", "F", "***AZ", "482019", 0x11a0c1 },
  { "expired", KIOSK_EMU_FLAW_EXPIRED, BRAINPOOLP256, "HK1500238", "D720364", "MAK", "HO LAM",
    "麥浩霖", "1979-02-03", "M", "***AZ", "730154", 0x11a0c2 },
  { "lost", KIOSK_EMU_FLAW_NONE, P256, "HK2100459", "K615208", "LEUNG", "PUI YEE", "梁佩儀",
    "1991-11-28", "F", "***AZ", "615942", 0x11a0c3 },
  { "cloned", KIOSK_EMU_FLAW_CLONED, BRAINPOOLP256, "HK2200670", "R903471", "NG", "KA FAI",
    "吳家輝", "1968-05-14", "M", "***AX", "209836", 0x11a0c4 },
  { "altered-dg1", KIOSK_EMU_FLAW_ALTERED_DG1, BRAINPOOLP256, "HK2300891", "G258643", "YEUNG",
    "TSZ CHING", "楊子晴", "1996-09-07", "F", "***AZ", "864207", 0x11a0c5 },
  { "altered-sod", KIOSK_EMU_FLAW_ALTERED_SOD, BRAINPOOLP256, "HK2401012", "Z147596", "KWOK",
    "SIU MING", "郭兆明", "1973-12-30", "M", "***AW", "351768", 0x11a0c6 },
  { "unknown-country", KIOSK_EMU_FLAW_UNKNOWN_COUNTRY, BRAINPOOLP256, "HK2501233", "P836025",
    "TSANG", "YUK LAN", "曾玉蘭", "1959-04-22", "F", "***AZ", "597413", 0x11a0c7 },
  { "passport", KIOSK_EMU_FLAW_NONE, PASSPORT, "KJ0264813", NULL, "TAM", "CHUN KIT", "譚俊傑",
    "1988-10-05", "M", NULL, NULL, 0x11a0c8 },
};
const gsize kiosk_emu_n_persons = G_N_ELEMENTS (kiosk_emu_persons);
