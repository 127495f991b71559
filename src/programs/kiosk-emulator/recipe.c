#include "recipe.h"

#define PACE_BRAINPOOL "gm aes-128 13"
#define PACE_P256      "gm aes-128 12"
#define P256           12 /* numbers of ICAO 9303-11, 9.5.1 */
#define BRAINPOOLP256  13
#define P384           15
#define BRAINPOOLP384  16
#define MODP_2048_256  2
#define NO_KEY         (-1)

/* The simulated identity card: PACE, and chip authentication with AES-128. */
#define HKID(curve) .pace = curve, .chip = P256, .chip_cipher = "aes-128"

const KioskEmuRecipe kiosk_emu_demo_recipes[] = {
  { .card = "good",
    .person = { "HK2600017", "V482915", "CHEUNG", "WING SUM", "張詠心", "1984-07-19", "F", "***AZ",
                "482019" },
    HKID (PACE_BRAINPOOL) },
  { .card = "expired",
    .person
    = { "HK1500238", "D720364", "MAK", "HO LAM", "麥浩霖", "1979-02-03", "M", "***AZ", "730154" },
    .flaw = KIOSK_EMU_FLAW_EXPIRED,
    HKID (PACE_BRAINPOOL) },
  { .card = "lost",
    .person = { "HK2100459", "K615208", "LEUNG", "PUI YEE", "梁佩儀", "1991-11-28", "F", "***AZ",
                "615942" },
    HKID (PACE_P256) },
  { .card = "cloned",
    .person
    = { "HK2200670", "R903471", "NG", "KA FAI", "吳家輝", "1968-05-14", "M", "***AX", "209836" },
    .flaw = KIOSK_EMU_FLAW_CLONED,
    HKID (PACE_BRAINPOOL) },
  { .card = "altered-dg1",
    .person = { "HK2300891", "G258643", "YEUNG", "TSZ CHING", "楊子晴", "1996-09-07", "F", "***AZ",
                "864207" },
    .flaw = KIOSK_EMU_FLAW_ALTERED_DG1,
    HKID (PACE_BRAINPOOL) },
  { .card = "altered-sod",
    .person = { "HK2401012", "Z147596", "KWOK", "SIU MING", "郭兆明", "1973-12-30", "M", "***AW",
                "351768" },
    .flaw = KIOSK_EMU_FLAW_ALTERED_SOD,
    HKID (PACE_BRAINPOOL) },
  { .card = "unknown-country",
    .person = { "HK2501233", "P836025", "TSANG", "YUK LAN", "曾玉蘭", "1959-04-22", "F", "***AZ",
                "597413" },
    .flaw = KIOSK_EMU_FLAW_UNKNOWN_COUNTRY,
    HKID (PACE_BRAINPOOL) },
  { .card = "minor",
    .person
    = { "HK2600129", "S240617", "LAU", "HEI TUNG", "劉希彤", "2011-08-15", "F", "*AZ", "260129" },
    HKID (PACE_BRAINPOOL) },
  { .card = "child",
    .person
    = { "HK2600231", "S517302", "FUNG", "CHI HIN", "馮子軒", "2017-03-02", "M", "AZ", "260231" },
    HKID (PACE_BRAINPOOL) },
  { .card = "passport",
    .person = { "KJ0264813", NULL, "TAM", "CHUN KIT", "譚俊傑", "1988-10-05", "M", NULL, NULL },
    .layout = KIOSK_EMU_LAYOUT_TD3,
    .bac = TRUE,
    .chip = P256,
    .chip_cipher = "aes-128",
    .short_only = TRUE },
};
const gsize kiosk_emu_n_demo_recipes = G_N_ELEMENTS (kiosk_emu_demo_recipes);

/* One person carries the whole matrix: what differs is the document. */
#define HOLDER                                                                                     \
  .person = { "MX4028517", NULL, "LO", "YAT FEI", "盧逸飛", "1990-03-21", "M", NULL, "271828" }
#define TD1 HOLDER, .layout = KIOSK_EMU_LAYOUT_TD1
#define TD2 HOLDER, .layout = KIOSK_EMU_LAYOUT_TD2
#define TD3 HOLDER, .layout = KIOSK_EMU_LAYOUT_TD3

const KioskEmuRecipe kiosk_emu_matrix_recipes[] = {
  /* the eight of the matrix */
  { .card = "bac", TD3, .bac = TRUE, .chip = NO_KEY, .short_only = TRUE },
  { .card = "gm", TD1, .pace = PACE_BRAINPOOL, .chip = NO_KEY },
  { .card = "im", TD1, .pace = "im aes-128 13", .chip = NO_KEY },
  { .card = "cam", TD1, .pace = "cam aes-128 13;gm aes-128 13", .chip = BRAINPOOLP256 },
  { .card = "ca", TD1, .pace = PACE_P256, .chip = P256, .chip_cipher = "aes-128" },
  { .card = "aa", TD3, .bac = TRUE, .chip = NO_KEY, .active = KIOSK_EMU_ACTIVE_RSA_1024 },
  { .card = "tampered-sod",
    TD1,
    .flaw = KIOSK_EMU_FLAW_ALTERED_SOD,
    .pace = PACE_BRAINPOOL,
    .chip = P256,
    .chip_cipher = "aes-128" },
  { .card = "revoked-signer",
    TD1,
    .flaw = KIOSK_EMU_FLAW_REVOKED_SIGNER,
    .pace = PACE_BRAINPOOL,
    .chip = P256,
    .chip_cipher = "aes-128" },
  /* every cipher, mapping and kind of domain parameters */
  { .card = "gm-3des", TD1, .pace = "gm 3des 12", .chip = NO_KEY },
  { .card = "gm-aes-192", TD1, .pace = "gm aes-192 15", .chip = NO_KEY },
  { .card = "gm-aes-256", TD1, .pace = "gm aes-256 17", .chip = NO_KEY },
  { .card = "gm-p521", TD1, .pace = "gm aes-256 18", .chip = NO_KEY },
  { .card = "gm-dh", TD1, .pace = "gm aes-128 2", .chip = NO_KEY },
  { .card = "gm-dh-3des", TD1, .pace = "gm 3des 0", .chip = NO_KEY },
  { .card = "im-3des", TD1, .pace = "im 3des 12", .chip = NO_KEY },
  { .card = "im-aes-192", TD1, .pace = "im aes-192 14", .chip = NO_KEY },
  { .card = "im-aes-256", TD1, .pace = "im aes-256 16", .chip = NO_KEY },
  { .card = "im-dh", TD1, .pace = "im aes-128 1", .chip = NO_KEY },
  { .card = "im-dh-aes-256", TD1, .pace = "im aes-256 2", .chip = NO_KEY },
  { .card = "cam-aes-256", TD3, .pace = "cam aes-256 16;gm aes-256 16", .chip = BRAINPOOLP384 },
  /* chip and active authentication */
  { .card = "ca-3des", TD3, .bac = TRUE, .chip = P256, .chip_cipher = "3des" },
  { .card = "ca-aes-256", TD3, .pace = "gm aes-256 15", .chip = P384, .chip_cipher = "aes-256" },
  { .card = "ca-dh", TD3, .pace = PACE_P256, .chip = MODP_2048_256, .chip_cipher = "aes-128" },
  { .card = "ca-dh-3des", TD3, .bac = TRUE, .chip = MODP_2048_256, .chip_cipher = "3des" },
  { .card = "aa-rsa-2048",
    TD3,
    .pace = PACE_P256,
    .chip = NO_KEY,
    .active = KIOSK_EMU_ACTIVE_RSA_2048 },
  { .card = "aa-ec", TD3, .pace = PACE_P256, .chip = NO_KEY, .active = KIOSK_EMU_ACTIVE_EC },
  { .card = "cam-cloned",
    TD1,
    .flaw = KIOSK_EMU_FLAW_CLONED,
    .pace = "cam aes-128 13",
    .chip = BRAINPOOLP256 },
  { .card = "ca-cloned",
    TD1,
    .flaw = KIOSK_EMU_FLAW_CLONED,
    .pace = PACE_P256,
    .chip = P256,
    .chip_cipher = "aes-128" },
  { .card = "aa-cloned",
    TD3,
    .flaw = KIOSK_EMU_FLAW_CLONED,
    .bac = TRUE,
    .chip = NO_KEY,
    .active = KIOSK_EMU_ACTIVE_RSA_1024 },
  /* forms, pictures and signers */
  { .card = "td2", TD2, .bac = TRUE, .chip = NO_KEY },
  { .card = "jpeg2000", TD3, .pace = PACE_P256, .chip = NO_KEY, .jpeg2000 = TRUE, .details = TRUE },
  { .card = "explicit-curve",
    TD3,
    .pace = PACE_P256,
    .chip = P256,
    .chip_cipher = "aes-128",
    .explicit_curve = TRUE },
  { .card = "strange-signer",
    TD3,
    .flaw = KIOSK_EMU_FLAW_STRANGE_SIGNER,
    .pace = PACE_P256,
    .chip = NO_KEY },
  { .card = "open", TD3, .open = TRUE, .chip = NO_KEY },
  { .card = "lengths", TD3, .pace = PACE_P256, .chip = NO_KEY, .response = 1000 },
  { .card = "no-picture",
    TD3,
    .flaw = KIOSK_EMU_FLAW_NO_PICTURE,
    .pace = PACE_P256,
    .chip = P256,
    .chip_cipher = "aes-128" },
  { .card = "bac-and-pace", TD3, .bac = TRUE, .pace = PACE_P256, .chip = NO_KEY },
};
const gsize kiosk_emu_n_matrix_recipes = G_N_ELEMENTS (kiosk_emu_matrix_recipes);
