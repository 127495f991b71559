/* What the antenna and hands do in the middle of a reading, at every command in turn: the reading
 * goes on from where it stopped, or names what happened. */
#include <string.h>

#include "air.h"

#define DG2  15000
#define DG14 500
#define SOD  3000

typedef struct
{
  AirDocument document;
  Air *air;
  KioskCardReader reader;
  guint keys_asked, denials, previews, portrait_at_preview;
  double fraction;
  gsize moved; /* bytes on the air */
} Sky;

static void
on_found (gpointer data, const KioskCardProfile *profile)
{
}

static KioskSecret *
on_key (gpointer data, const KioskCardProfile *profile, KioskCardKey asked, KioskCardKey *ret_kind,
        GError **error)
{
  Sky *self = data;

  g_assert_cmpuint (self->keys_asked++, ==, 0); /* a key is asked for once */
  *ret_kind = KIOSK_CARD_KEY_MRZ;
  return kiosk_secret_new_copy (self->document.mrz, strlen (self->document.mrz));
}

static void
on_denied (gpointer data, int tries_left)
{
  ((Sky *)data)->denials++;
}

static void
on_progress (gpointer data, double fraction)
{
  ((Sky *)data)->fraction = fraction;
}

static void
on_preview (gpointer data, const char *name)
{
  g_assert_cmpstr (name, ==, "ERIKSSON, ANNA MARIA");
  ((Sky *)data)->previews++;
}

static void
sky_init (Sky *self, gboolean easy)
{
  g_autoptr (GError) error = NULL;

  *self = (Sky){ 0 };
  air_document_init (&self->document, DG2, DG14, SOD);
  self->air = air_new (self->document.card, easy, 106, 115200);
  self->reader = (KioskCardReader){
    .channel = &self->air->channel,
    .profiles = kiosk_card_profiles_load (g_getenv ("PROFILES"), &error),
    .csca = kiosk_csca_new (),
    .clock = kiosk_clock_new_system (),
    .random = kiosk_random_new_seeded (1),
  };
  g_assert_no_error (error);
  kiosk_csca_add (self->reader.csca, self->document.csca);
}

static void
sky_clear (Sky *self)
{
  air_free (self->air);
  g_ptr_array_unref (self->reader.profiles);
  kiosk_csca_unref (self->reader.csca);
  kiosk_clock_unref (self->reader.clock);
  kiosk_random_unref (self->reader.random);
  air_document_clear (&self->document);
}

static KioskEvidence *
read_card (Sky *self, GError **error)
{
  const KioskCardHost host = { on_found, on_key, on_denied, on_progress, on_preview, NULL, self };
  KioskCardTarget target = air_begin (self->air);

  self->keys_asked = self->previews = 0;
  return kiosk_card_read (&self->reader, &target, &host, error);
}

static void
assert_good (Sky *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskEvidence) evidence = read_card (self, &error);

  g_assert_no_error (error);
  g_assert_cmpint (kiosk_evidence_verdict (evidence, KIOSK_CLAIM_PASSIVE)->proof, ==,
                   KIOSK_PROOF_PASSED);
  g_assert_cmpstr (evidence->name_latin, ==, "ERIKSSON, ANNA MARIA");
  g_assert_cmpuint (self->previews, ==, 1);
  g_assert_cmpuint (self->denials, ==, 0);
}

/* EF.CardAccess in two ways, SELECT, GET CHALLENGE, EXTERNAL AUTHENTICATE: before the key is known
 * to be right the person is asked to lay the card down again. */
#define COMMANDS_OF_ACCESS 5

static guint
commands_of (Sky *self)
{
  self->air->lost_at = 0;
  assert_good (self);
  return self->air->commands;
}

static void
lose_at_each (gboolean easy, gboolean random_uid)
{
  guint commands;
  guint64 whole;
  Sky sky;

  sky_init (&sky, easy);
  if (random_uid)
    g_assert_true (kiosk_emu_radio_set (&sky.document.card->radio, "uid", "random"));
  commands = commands_of (&sky);
  whole = sky.air->air_bytes;
  g_test_message ("%u commands", commands);
  for (guint n = COMMANDS_OF_ACCESS + 1; n <= commands; n++)
    {
      sky.air->lost_at = n;
      sky.air->activations = 0;
      assert_good (&sky);
      g_assert_cmpuint (sky.air->activations, ==, 1);
      /* Access again and one command's worth, not the whole reading. */
      if (!random_uid || sky.reader.channel == NULL)
        g_assert_cmpuint (sky.air->air_bytes, <, whole + 6000);
    }
  sky_clear (&sky);
}

static void
test_resumes (void)
{
  lose_at_each (FALSE, FALSE);
}

static void
test_resumes_easy (void)
{
  lose_at_each (TRUE, FALSE);
}

static void
test_resumes_random (void)
{
  lose_at_each (FALSE, TRUE);
}

static void
assert_ends (Sky *self, KioskCardError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (read_card (self, &error));
  g_assert_error (error, KIOSK_CARD_ERROR, (int)code);
  self->air->lost_at = self->air->lost_every = self->air->empty = 0;
}

/* Three times, and no more. */
static void
test_gives_up (void)
{
  Sky sky;

  sky_init (&sky, FALSE);
  sky.air->lost_at = COMMANDS_OF_ACCESS + 2;
  sky.air->lost_every = 5;
  assert_ends (&sky, KIOSK_CARD_ERROR_LOST);
  g_assert_cmpuint (sky.air->activations, ==, 3);
  assert_good (&sky);

  sky.air->lost_at = COMMANDS_OF_ACCESS + 3;
  sky.air->empty = 2;
  assert_good (&sky); /* found at the third look */
  sky.air->lost_at = COMMANDS_OF_ACCESS + 3;
  sky.air->empty = 10;
  sky.air->activations = 0;
  assert_ends (&sky, KIOSK_CARD_ERROR_LOST);
  g_assert_cmpuint (sky.air->activations, ==, 0);
  sky_clear (&sky);
}

static void
test_swapped (void)
{
  AirDocument other;
  Sky sky;

  sky_init (&sky, FALSE);
  air_document_init (&other, 1000, DG14, SOD);
  /* Another UID. */
  g_assert_true (kiosk_emu_radio_set (&other.card->radio, "uid", "04a1b2c3d4e5f7"));
  sky.air->lost_at = COMMANDS_OF_ACCESS + 3;
  sky.air->instead = other.card;
  assert_ends (&sky, KIOSK_CARD_ERROR_OTHER_CARD);

  /* None that can be told by, and another key. */
  air_free (sky.air);
  g_assert_true (kiosk_emu_radio_set (&sky.document.card->radio, "uid", "random"));
  g_assert_true (kiosk_emu_radio_set (&other.card->radio, "uid", "random"));
  g_clear_pointer (&other.card->mrz_key, kiosk_secret_unref);
  other.card->mrz_key
    = kiosk_secret_new_take (kiosk_mrz_access_info ("L898902C4", "740812", "320415"));
  sky.air = air_new (sky.document.card, FALSE, 106, 115200);
  sky.reader.channel = &sky.air->channel;
  sky.air->lost_at = COMMANDS_OF_ACCESS + 4;
  sky.air->instead = other.card;
  assert_ends (&sky, KIOSK_CARD_ERROR_OTHER_CARD);
  air_document_clear (&other);
  sky_clear (&sky);
}

static void
test_other_document (void)
{
  Sky sky;

  sky_init (&sky, FALSE);
  sky.reader.asked = "hkid-simulated";
  assert_ends (&sky, KIOSK_CARD_ERROR_OTHER_DOCUMENT);
  sky.reader.asked = NULL;
  assert_good (&sky);
  sky_clear (&sky);
}

/* Chips that want it another way, each with its own refusal. */
static void
test_lengths (void)
{
  static const char *const chips[][3] = {
    { "extended=false", NULL, NULL },
    { "extended=false", "le=128", "over-le=6700" },
    { "extended=false", "le=100", "over-le=6282" },
    { "le=1000", "over-le=6700", NULL },
    { "le=1000", "over-le=6282", NULL },
    { "le=1000", "over-le=9000", NULL },
    { "over-end=9000", NULL, NULL },
    { "over-end=6cxx", NULL, NULL },
    { "over-end=6b00", NULL, NULL },
    { "over-end=6700", NULL, NULL },
    { "frame=64", NULL, NULL },
    { "frame=32", "extended=false", NULL },
  };

  for (guint easy = 0; easy < 2; easy++)
    for (guint i = 0; i < G_N_ELEMENTS (chips); i++)
      {
        Sky sky;

        sky_init (&sky, easy == 1);
        for (guint j = 0; j < 3 && chips[i][j] != NULL; j++)
          {
            g_auto (GStrv) pair = g_strsplit (chips[i][j], "=", 2);

            g_assert_true (kiosk_emu_radio_set (&sky.document.card->radio, pair[0], pair[1]));
          }
        g_test_message ("%s %s", easy == 1 ? "easy" : "raw", chips[i][0]);
        assert_good (&sky);
        g_test_message ("%u commands", sky.air->commands);
        sky_clear (&sky);
      }
}

/* Not even a refusal: activated once more, it is asked in short form from then on. */
static void
test_mute (void)
{
  Sky sky;

  sky_init (&sky, FALSE);
  sky.air->mute_extended = TRUE;
  assert_good (&sky);
  g_assert_cmpuint (sky.air->activations, ==, 1);
  sky_clear (&sky);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/weather/lost-anywhere-goes-on-from-there", test_resumes);
  g_test_add_func ("/weather/lost-anywhere-in-the-firmwares-blocks-too", test_resumes_easy);
  g_test_add_func ("/weather/a-changing-uid-is-known-by-its-zone", test_resumes_random);
  g_test_add_func ("/weather/three-times-and-no-more", test_gives_up);
  g_test_add_func ("/weather/a-swapped-card-is-named", test_swapped);
  g_test_add_func ("/weather/another-document-is-named", test_other_document);
  g_test_add_func ("/weather/chips-that-want-other-lengths-are-read", test_lengths);
  g_test_add_func ("/weather/a-chip-that-extended-form-silences-is-read", test_mute);
  return g_test_run ();
}
