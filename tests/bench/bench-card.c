/* bench-card [--json FILE]: how near a reading comes to the least that radio and serial line allow.
 * One passport (DG1 93, DG14 500, DG2 15,000, SOD 3,000 bytes) is opened by BAC and read by the
 * card room's own code from the emulator's card; every byte is counted, on the air and on the line,
 * and the time is what those bytes take: 9 bits a byte and 90 µs a frame on the air, ten bits a
 * byte of PN532 frames on the line, no time in the card. Nothing is waited for, so a slow machine
 * changes nothing.
 *
 * The bound is the same four files alone under 3DES secure messaging: one READ for each in extended
 * form, the fewest of 231 bytes in short form, no access, no SELECT, over the better of our blocks
 * and the firmware's. The reading's time is all of it, from EF.CardAccess to the verdict. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "air.h"

#define DG1           93
#define DG2           15000
#define DG14          500
#define SOD           3000
#define SHORT_LE      231
#define SHORT_COMMAND 19 /* 0C B0 P1 P2 Lc, 97 01 Le, 8E 08 MAC, 00 */
#define LONG_COMMAND  23
#define LONG_LE       65536

typedef struct
{
  guint rf_kbit, baud;
  gsize frame;
  gboolean extended;
} Case;

typedef struct
{
  AirDocument *document;
  Air *air;
  double preview_us;
} Run;

static void
on_found (gpointer data, const KioskCardProfile *profile)
{
}

static KioskSecret *
on_key (gpointer data, const KioskCardProfile *profile, KioskCardKey asked, KioskCardKey *ret_kind,
        GError **error)
{
  Run *self = data;

  *ret_kind = KIOSK_CARD_KEY_MRZ;
  return kiosk_secret_new_copy (self->document->mrz, strlen (self->document->mrz));
}

static void
on_denied (gpointer data, int tries_left)
{
}

static void
on_progress (gpointer data, double fraction)
{
}

static void
on_preview (gpointer data, const char *name)
{
  Run *self = data;

  self->preview_us = self->air->us;
}

static void
need (gboolean ok, const char *what, const GError *error)
{
  if (ok)
    return;
  fprintf (stderr, "bench-card: %s: %s\n", what, error != NULL ? error->message : "failed");
  exit (1);
}

/* 87 { indicator, padded data }, 99, 8E, status word. */
static gsize
answer_bytes (gsize data)
{
  gsize value = 1 + (data / 8 + 1) * 8;
  gsize header = value < 0x80 ? 2 : value < 0x100 ? 3 : 4;

  return header + value + 4 + 10 + 2;
}

static double
bound_over (const Case *row, gboolean easy)
{
  static const gsize files[] = { SOD, DG1, DG14, DG2 };
  const AirLink link = { easy, easy ? MIN (row->frame, 64) : row->frame, row->rf_kbit, row->baud };
  gsize le = row->extended ? LONG_LE : SHORT_LE;
  double us = 0;

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    for (gsize done = 0; done < files[i]; done += le)
      us += air_link_us (&link, row->extended ? LONG_COMMAND : SHORT_COMMAND,
                         answer_bytes (MIN (le, files[i] - done)));
  return us;
}

/* The firmware passes no extended answer. */
static double
bound_us (const Case *row)
{
  double ours = bound_over (row, FALSE);

  return row->extended ? ours : MIN (ours, bound_over (row, TRUE));
}

/* As the channel over libnfc does on a serial line. */
static gboolean
is_for_firmware (const Case *row)
{
  return !row->extended && row->frame <= 64;
}

static void
measure (const Case *row, AirDocument *document, GString *json)
{
  g_autofree char *frame = g_strdup_printf ("%" G_GSIZE_FORMAT, row->frame);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskEvidence) evidence = NULL;
  g_autoptr (KioskClock) clock = kiosk_clock_new_system ();
  g_autoptr (KioskRandom) random = kiosk_random_new_seeded (1);
  g_autoptr (KioskCsca) csca = kiosk_csca_new ();
  g_autoptr (GPtrArray) profiles = NULL;
  g_autofree char *folder = g_build_filename (g_getenv ("KIOSK_SOURCE"), "data", "cards", NULL);
  Run run = { document, NULL, 0 };
  const KioskCardHost host = { on_found, on_key, on_denied, on_progress, on_preview, NULL, &run };
  KioskCardReader reader = { .csca = csca, .clock = clock, .random = random };
  KioskCardTarget target;
  double bound = bound_us (row);

  need (
    kiosk_emu_radio_set (&document->card->radio, "frame", frame)
      && kiosk_emu_radio_set (&document->card->radio, "extended", row->extended ? "true" : "false"),
    "radio", NULL);
  profiles = kiosk_card_profiles_load (folder, &error);
  need (profiles != NULL, "profiles", error);
  kiosk_csca_add (csca, document->csca);
  run.air = air_new (document->card, is_for_firmware (row), row->rf_kbit, row->baud);
  run.air->frame = row->frame;
  reader.channel = &run.air->channel;
  reader.profiles = profiles;
  target = air_begin (run.air);
  evidence = kiosk_card_read (&reader, &target, &host, &error);
  need (evidence != NULL, "reading", error);
  need (kiosk_evidence_verdict (evidence, KIOSK_CLAIM_PASSIVE)->proof == KIOSK_PROOF_PASSED,
        "the document is not proved", NULL);
  printf ("%4u/%-6u %5" G_GSIZE_FORMAT "  %-8s %5u %9" G_GUINT64_FORMAT " %10" G_GUINT64_FORMAT
          " %7.3f %7.3f %6.3f %16.3f\n",
          row->rf_kbit, row->baud, row->frame, row->extended ? "extended" : "short",
          run.air->commands, run.air->air_bytes, run.air->wire_bytes, run.air->us / 1e6,
          bound / 1e6, run.air->us / bound, run.preview_us / run.air->us);
  g_string_append_printf (
    json,
    "%s{\"link\":\"%u/%u\",\"frame\":%" G_GSIZE_FORMAT ",\"le\":\"%s\",\"apdus\":%u,"
    "\"air_bytes\":%" G_GUINT64_FORMAT ",\"wire_bytes\":%" G_GUINT64_FORMAT
    ",\"time_s\":%.4f,\"bound_s\":%.4f,\"ratio\":%.4f,\"first_name_share\":%.4f}",
    json->str[json->len - 1] == '[' ? "" : ",", row->rf_kbit, row->baud, row->frame,
    row->extended ? "extended" : "short", run.air->commands, run.air->air_bytes,
    run.air->wire_bytes, run.air->us / 1e6, bound / 1e6, run.air->us / bound,
    run.preview_us / run.air->us);
  air_free (run.air);
}

int
main (int argc, char **argv)
{
  static const guint links[][2] = { { 106, 115200 }, { 424, 460800 } };
  g_autofree char *path = NULL;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &path, "Where the rows go", "FILE" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GString) json = g_string_new ("{\"rows\":[");
  g_autoptr (GError) error = NULL;
  AirDocument document;

  g_option_context_add_main_entries (context, entries, NULL);
  need (g_option_context_parse (context, &argc, &argv, &error), "options", error);
  need (g_getenv ("KIOSK_SOURCE") != NULL, "KIOSK_SOURCE", NULL);
  air_document_init (&document, DG2, DG14, SOD);
  printf ("%-11s %5s  %-8s %5s %9s %10s %7s %7s %6s %16s\n", "link", "frame", "le", "apdus",
          "air bytes", "wire bytes", "time s", "bound s", "ratio", "first name share");
  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    for (gsize frame = 64; frame <= 256; frame *= 4)
      for (guint extended = 0; extended < 2; extended++)
        {
          const Case row = { links[i][0], links[i][1], frame, extended == 1 };

          measure (&row, &document, json);
        }
  g_string_append (json, "]}\n");
  need (path == NULL || g_file_set_contents (path, json->str, -1, &error), "json", error);
  air_document_clear (&document);
  return 0;
}
