/* Records a reading for the unit tests: record-reading CARD FILE, with EMULATOR, READER and
 * PROFILES in the environment as meson.build has them. Run by hand when the order of commands
 * changes. The keys and the person in a recording were made for it. */
#include <string.h>

#include "base/file.h"
#include "bench.h"
#include "devices/card/card-reading.h"
#include "trust/pki.h"

typedef struct
{
  KioskCardChannel channel;
  KioskCardChannel *inner;
  GString *text;
} Recorder;

static void
note (Recorder *self, const char *sign, gconstpointer data, gsize length)
{
  g_autofree char *hex = kiosk_hex_encode (data, length);

  g_string_append_printf (self->text, "%s %s\n", sign, hex);
}

static gboolean
transmit (KioskCardChannel *channel, const guint8 *command, gsize length, GByteArray *response,
          guint timeout_ms, GError **error)
{
  Recorder *self = (Recorder *)channel;

  if (!self->inner->transmit (self->inner, command, length, response, timeout_ms, error))
    return FALSE;
  note (self, ">", command, length);
  note (self, "<", response->data, response->len);
  return TRUE;
}

static void
ignore_profile (gpointer data, const KioskCardProfile *profile)
{
}

static void
ignore_progress (gpointer data, double fraction)
{
}

static void
ignore_denial (gpointer data, int tries_left)
{
  g_error ("the emulator refused its own CAN");
}

static KioskSecret *
give_can (gpointer data, const KioskCardProfile *profile, KioskCardKey asked,
          KioskCardKey *ret_kind, GError **error)
{
  *ret_kind = KIOSK_CARD_KEY_CAN;
  return kiosk_secret_ref (data);
}

int
main (int argc, char **argv)
{
  Bench bench;
  Recorder recorder = { .channel = { .transmit = transmit }, .text = g_string_new ("") };
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskClock) clock = kiosk_clock_new_system ();
  g_autoptr (KioskRandom) random = kiosk_random_new_seeded (1);
  g_autoptr (GPtrArray) profiles = NULL;
  g_autoptr (KioskCsca) csca = kiosk_csca_new ();
  g_autoptr (X509) country = NULL;
  g_autoptr (KioskEvidence) evidence = NULL;
  g_autoptr (KioskSecret) can = NULL;
  KioskCardReader reader;
  KioskCardHost host
    = { ignore_profile, give_can, ignore_denial, ignore_progress, NULL, NULL, NULL };
  KioskCardTarget target;

  if (argc != 3)
    g_error ("usage: record-reading CARD FILE");
  bench_init (&bench);
  bench_do (&bench, "place %s", argv[1]);
  recorder.inner = kiosk_card_channel_new_libnfc (bench.device, NULL, &error);
  g_assert_no_error (error);
  while (recorder.inner->poll (recorder.inner, &target, &error) != KIOSK_CARD_PRESENCE_FOUND)
    g_assert_no_error (error);
  /* Recordings are in short form: what every reader passes. */
  target.command_max = target.answer_max = 0;
  can = kiosk_secret_new_take (bench_card_value (&bench, argv[1], "access", "can"));
  profiles = kiosk_card_profiles_load (g_getenv ("PROFILES"), &error);
  g_assert_no_error (error);
  note (&recorder, "csca", g_bytes_get_data (bench.csca, NULL), g_bytes_get_size (bench.csca));
  note (&recorder, "historical", target.historical, target.historical_length);
  g_string_append_printf (recorder.text, "can %s\nat %" G_GINT64_FORMAT "\n",
                          kiosk_secret_text (can), kiosk_clock_wall_ms (clock));
  country = kiosk_pki_cert_from_der (bench.csca, &error);
  g_assert_no_error (error);
  kiosk_csca_add (csca, country);
  host.data = can;
  reader = (KioskCardReader){ .channel = &recorder.channel,
                              .profiles = profiles,
                              .csca = csca,
                              .clock = clock,
                              .random = random };
  evidence = kiosk_card_read (&reader, &target, &host, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (argv[2], recorder.text->str, -1, NULL));
  kiosk_card_channel_free (recorder.inner);
  bench_clear (&bench);
  return 0;
}
