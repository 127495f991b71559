/* Every mapping, cipher and group that PACE knows, opened from end to end; what is chosen, what is
 * refused, and what a profile lets a card fall to. */
#include <string.h>

#include "devices/card/card-open.h"
#include "fake-chip.h"

#define CAN "482019"

/* One PACEInfo after another. */
static KioskSecurityInfos *
infos_of (const guint8 (*entries)[3], gsize n)
{
  static const guint8 arc[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, 0x04 };
  static const guint8 version = 2;
  g_autoptr (GByteArray) set = g_byte_array_new ();
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GByteArray) info = g_byte_array_new ();
      guint8 oid[sizeof arc + 2];

      memcpy (oid, arc, sizeof arc);
      memcpy (oid + sizeof arc, entries[i], 2);
      kiosk_tlv_append (info, 0x06, oid, sizeof oid);
      kiosk_tlv_append (info, 0x02, &version, 1);
      kiosk_tlv_append (info, 0x02, &entries[i][2], 1);
      kiosk_tlv_append (set, 0x30, info->data, info->len);
    }
  kiosk_tlv_append (file, 0x31, set->data, set->len);
  bytes = g_bytes_new (file->data, file->len);
  return kiosk_lds_parse_card_access (bytes, NULL);
}

/* A card with one way in, and a session with it. */
typedef struct
{
  KioskSecurityInfos *infos;
  const KioskSecurityInfo *info;
  FakeChip *chip;
  KioskCardSession session;
  KioskRandom *random;
} Bench;

static void
bench_init (Bench *self, guint8 variant, guint8 cipher, guint8 parameters)
{
  const guint8 entry[][3] = { { variant, cipher, parameters } };
  const KioskCardTarget target = { .command_max = 65544, .answer_max = 65538 };

  self->infos = infos_of (entry, 1);
  g_assert_nonnull (self->infos);
  self->info = &g_array_index (self->infos->pace, KioskSecurityInfo, 0);
  self->chip = fake_chip_new (self->info, CAN);
  self->random = kiosk_random_new_seeded (variant * 1000u + cipher * 100u + parameters);
  kiosk_card_session_init (&self->session, &self->chip->channel, self->random);
  kiosk_card_session_meet (&self->session, &target);
}

static void
bench_clear (Bench *self)
{
  kiosk_card_session_clear (&self->session);
  fake_chip_free (self->chip);
  kiosk_random_unref (self->random);
  kiosk_security_infos_free (self->infos);
}

static gboolean
bench_run (Bench *self, const char *can, KioskPaceChip **ret_chip, GError **error)
{
  g_autoptr (KioskSecret) password = kiosk_secret_new_copy (can, strlen (can));
  int tries;

  return kiosk_card_pace (&self->session, self->infos, self->info, KIOSK_PACE_CAN, password, &tries,
                          ret_chip, error);
}

/* 1, 3: finite fields; 2, 4, 6: curves. */
static void
test_all (gconstpointer data)
{
  const guint8 variant = (guint8)GPOINTER_TO_UINT (data);
  gboolean is_field = variant == 1 || variant == 3;
  const guint8 first = is_field ? 0 : 8, last = is_field ? 2 : 18;
  guint opened = 0;

  for (guint8 cipher = variant == 6 ? 2 : 1; cipher <= 4; cipher++)
    for (guint8 parameters = first; parameters <= last; parameters++)
      {
        g_autoptr (KioskPaceChip) proof = NULL;
        g_autoptr (GError) error = NULL;
        Bench bench;

        /* The integrated mapping has no formula for P-224. */
        bench_init (&bench, variant, cipher, parameters);
        if (variant == 4 && parameters == 10)
          g_assert_null (kiosk_card_pace_choose (bench.infos));
        else
          {
            g_assert_true (kiosk_card_pace_choose (bench.infos) == bench.info);
            g_assert_true (bench_run (&bench, CAN, &proof, &error));
            g_assert_no_error (error);
            g_assert_cmpmem (bench.session.sm->mac_key, KIOSK_CARD_KEY_MAX, bench.chip->sm->mac_key,
                             KIOSK_CARD_KEY_MAX);
            g_assert_cmpint (bench.chip->named, ==, -1);
            g_assert_true ((proof != NULL) == (variant == 6));
            opened++;
          }
        bench_clear (&bench);
      }
  g_assert_cmpuint (opened, >=, is_field ? 12 : 33);
}

static void
test_refusals (void)
{
  /* A wrong key; our own key back; a wrong token; keys too long for the reader. */
  static const KioskCardError codes[]
    = { KIOSK_CARD_ERROR_ACCESS_DENIED, KIOSK_CARD_ERROR_ACCESS_PROTOCOL,
        KIOSK_CARD_ERROR_ACCESS_PROTOCOL, KIOSK_CARD_ERROR_UNSUPPORTED };
  Bench bench;

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autoptr (GError) error = NULL;

      bench_init (&bench, i == 3 ? 3 : 2, 2, i == 3 ? 1 : 13);
      bench.chip->echoes = i == 1;
      bench.chip->wrong_token = i == 2;
      bench.session.extended = i != 3;
      g_assert_false (bench_run (&bench, i == 0 ? "482018" : CAN, NULL, &error));
      g_assert_error (error, KIOSK_CARD_ERROR, (int)codes[i]);
      g_assert_null (bench.session.sm);
      bench_clear (&bench);
    }
}

static void
test_choice (void)
{
  static const struct
  {
    guint8 entries[3][3];
    gsize n, best;
    gboolean named;
  } cases[] = {
    { { { 2, 2, 13 }, { 6, 2, 13 } }, 2, 1, FALSE }, /* as the German passport has it */
    { { { 4, 4, 12 }, { 2, 1, 12 } }, 2, 1, FALSE }, /* generic before integrated */
    { { { 1, 4, 2 }, { 2, 2, 12 } }, 2, 1, TRUE },   /* a curve before a field */
    { { { 2, 2, 12 }, { 2, 4, 12 }, { 2, 1, 12 } }, 3, 1, FALSE },
    { { { 2, 2, 13 }, { 2, 2, 12 } }, 2, 0, TRUE }, /* the chip's order, and which is said */
    { { { 2, 2, 99 }, { 2, 1, 12 } }, 2, 1, TRUE }, /* no such parameters */
    { { { 1, 2, 12 }, { 4, 2, 10 }, { 3, 1, 0 } }, 3, 2, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (KioskSecurityInfos) infos = infos_of (cases[i].entries, cases[i].n);
      const KioskSecurityInfo *best = kiosk_card_pace_choose (infos);
      g_autoptr (KioskSecret) password = kiosk_secret_new_copy (CAN, strlen (CAN));
      g_autoptr (KioskRandom) random = kiosk_random_new_seeded (i);
      g_autoptr (FakeChip) chip = NULL;
      KioskCardSession session;
      int tries;

      g_assert_true (best == &g_array_index (infos->pace, KioskSecurityInfo, cases[i].best));
      chip = fake_chip_new (best, CAN);
      kiosk_card_session_init (&session, &chip->channel, random);
      g_assert_true (
        kiosk_card_pace (&session, infos, best, KIOSK_PACE_CAN, password, &tries, NULL, NULL));
      g_assert_cmpint (chip->named, ==, cases[i].named ? best->id : -1);
      kiosk_card_session_clear (&session);
    }
}

static void
test_chip_proof (void)
{
  g_autoptr (KioskPaceChip) proof = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskSecurityInfos) own = NULL;
  g_autoptr (KioskSecurityInfos) others = NULL;
  g_autoptr (KioskSecurityInfos) of_another_curve = NULL;
  Bench bench, copy, elsewhere;

  bench_init (&bench, 6, 2, 13);
  bench_init (&copy, 6, 2, 13);
  bench_init (&elsewhere, 6, 2, 12);
  g_assert_true (BN_add_word (copy.chip->static_key, 1));
  g_assert_true (bench_run (&bench, CAN, &proof, &error));
  own = fake_chip_security (bench.chip);
  others = fake_chip_security (copy.chip);
  of_another_curve = fake_chip_security (elsewhere.chip);
  g_assert_true (kiosk_pace_chip_check (proof, own, &error));
  g_assert_no_error (error);
  g_assert_false (kiosk_pace_chip_check (proof, others, &error));
  g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_CLONE);
  g_clear_error (&error);
  g_assert_false (kiosk_pace_chip_check (proof, of_another_curve, &error));
  g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_UNSUPPORTED);
  bench_clear (&bench);
  bench_clear (&copy);
  bench_clear (&elsewhere);
}

/* What a profile lets a card fall to. The zone's password is another than the chip's CAN. */
static void
test_fall_back (void)
{
  static const struct
  {
    gboolean allowed, wrong_token;
    const char *can, *key;
    KioskCardKey kind;
    KioskCardError code;
    guint others; /* SELECT, GET CHALLENGE, EXTERNAL AUTHENTICATE */
  } cases[] = {
    /* The chip breaks the protocol: only the profile lets BAC try, and BAC knows no CAN. */
    { FALSE, TRUE, CAN, CAN, KIOSK_CARD_KEY_CAN, KIOSK_CARD_ERROR_ACCESS_PROTOCOL, 0 },
    { TRUE, TRUE, CAN, CAN, KIOSK_CARD_KEY_CAN, KIOSK_CARD_ERROR_ACCESS_PROTOCOL, 0 },
    /* A wrong key is never tried on another lock. */
    { TRUE, FALSE, CAN, "L898902C3,740812,120415", KIOSK_CARD_KEY_MRZ,
      KIOSK_CARD_ERROR_ACCESS_DENIED, 0 },
    { TRUE, FALSE, CAN, "L898902C3,740812", KIOSK_CARD_KEY_MRZ, KIOSK_CARD_ERROR_ACCESS_DENIED, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      KioskCardProfile profile = { .pace = TRUE,
                                   .bac = TRUE,
                                   .bac_after_pace = cases[i].allowed,
                                   .keys = { KIOSK_CARD_KEY_CAN, KIOSK_CARD_KEY_MRZ },
                                   .n_keys = 2 };
      g_autoptr (KioskSecret) key = kiosk_secret_new_copy (cases[i].key, strlen (cases[i].key));
      g_autoptr (GError) error = NULL;
      g_auto (KioskCardOpening) opening = { 0 };
      Bench bench;
      int tries;

      bench_init (&bench, 2, 2, 13);
      bench.chip->can = cases[i].can;
      bench.chip->wrong_token = cases[i].wrong_token;
      g_assert_false (kiosk_card_open (&bench.session, &profile, bench.infos, cases[i].kind, key,
                                       &tries, &opening, &error));
      g_assert_error (error, KIOSK_CARD_ERROR, (int)cases[i].code);
      g_assert_cmpuint (bench.chip->others, ==, cases[i].others);
      g_assert_null (opening.method);
      bench_clear (&bench);
    }
}

/* PACE of no kind we know, and a profile that knows of it: BAC is tried once. */
static void
test_falls_back (void)
{
  static const KioskCardError codes[]
    = { KIOSK_CARD_ERROR_UNSUPPORTED, KIOSK_CARD_ERROR_ACCESS_DENIED };

  for (guint allowed = 0; allowed <= 1; allowed++)
    {
      const KioskCardProfile profile = { .pace = TRUE,
                                         .bac = TRUE,
                                         .bac_after_pace = (gboolean)allowed,
                                         .keys = { KIOSK_CARD_KEY_MRZ },
                                         .n_keys = 1 };
      g_autoptr (KioskSecret) key = kiosk_secret_new_copy ("L898902C3,740812,120415", 23);
      g_autoptr (GError) error = NULL;
      g_auto (KioskCardOpening) opening = { 0 };
      Bench bench;
      int tries;

      bench_init (&bench, 4, 2, 10);
      g_assert_false (kiosk_card_open (&bench.session, &profile, bench.infos, KIOSK_CARD_KEY_MRZ,
                                       key, &tries, &opening, &error));
      g_assert_error (error, KIOSK_CARD_ERROR, (int)codes[allowed]);
      g_assert_cmpuint (bench.chip->others, ==, allowed ? 3 : 0);
      bench_clear (&bench);
    }
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    guint variant;
  } variants[] = {
    { "/card/pace/generic/opens-with-every-cipher-and-field", 1 },
    { "/card/pace/generic/opens-with-every-cipher-and-curve", 2 },
    { "/card/pace/integrated/opens-with-every-cipher-and-field", 3 },
    { "/card/pace/integrated/opens-with-every-cipher-and-curve", 4 },
    { "/card/pace/chip-authentication/opens-with-every-cipher-and-curve", 6 },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (variants); i++)
    g_test_add_data_func (variants[i].path, GUINT_TO_POINTER (variants[i].variant), test_all);
  g_test_add_func ("/card/pace/a-bad-chip-is-told-apart-from-a-wrong-key", test_refusals);
  g_test_add_func ("/card/pace/the-best-way-in-is-taken-and-named", test_choice);
  g_test_add_func ("/card/pace/chip-authentication/proves-the-holder-of-the-key", test_chip_proof);
  g_test_add_func ("/card/open/a-wrong-key-is-not-tried-on-another-lock", test_fall_back);
  g_test_add_func ("/card/open/bac-is-tried-where-the-profile-says-so", test_falls_back);
  return g_test_run ();
}
