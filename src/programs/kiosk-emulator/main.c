#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "bench-window.h"
#include "personalise.h"
#include "reader.h"

static const char summary[]
  = "A PN532 reader on a pseudo-terminal with cards in it; libnfc opens it unchanged.\n"
    "  kiosk-emulator personalise DIR [--matrix] [--today YYYY-MM-DD]\n"
    "  kiosk-emulator --cards DIR --control SOCKET [--link PATH] [--place NAME] [--rf KBIT]\n"
    "                 [--baud N] [--frame BYTES] [--fuzz SEED]\n"
    "  kiosk-emulator --vpcd PORT [--cards DIR] [--control SOCKET] …: the card is another program\n"
    "  kiosk-emulator --camera FIFO [--wallet DIR] [--app DIR] [--control SOCKET] …: a camera, and "
    "a phone before it\n"
    "  kiosk-emulator bench --control SOCKET [--cable SOCKET]";

static char *today;
static char *cable;
static gboolean matrix;
static gboolean version;
static KioskEmuReaderOptions reader = { .link = { .frame_size = 64 }, .vpcd = -1, .fuzz = -1 };

static const GOptionEntry entries[] = {
  { "cards", 0, 0, G_OPTION_ARG_FILENAME, &reader.cards, "The folder that personalise made",
    "DIR" },
  { "control", 0, 0, G_OPTION_ARG_FILENAME, &reader.control, "The control socket", "SOCKET" },
  { "link", 0, 0, G_OPTION_ARG_FILENAME, &reader.alias, "A link to the terminal", "PATH" },
  { "place", 0, 0, G_OPTION_ARG_STRING, &reader.place, "A card that lies there at first", "NAME" },
  { "rf", 0, 0, G_OPTION_ARG_INT, &reader.link.rf_kbit, "Model the radio's time", "KBIT" },
  { "baud", 0, 0, G_OPTION_ARG_INT, &reader.link.baud, "Model the serial line's time", "N" },
  { "frame", 0, 0, G_OPTION_ARG_INT, &reader.link.frame_size, "Radio frames' size", "BYTES" },
  { "vpcd", 0, 0, G_OPTION_ARG_INT, &reader.vpcd, "A card in another program; 0: any port",
    "PORT" },
  { "camera", 0, 0, G_OPTION_ARG_FILENAME, &reader.camera, "A camera on a named pipe", "FIFO" },
  { "wallet", 0, 0, G_OPTION_ARG_FILENAME, &reader.wallet, "What is in the phone: key, credential",
    "DIR" },
  { "app", 0, 0, G_OPTION_ARG_FILENAME, &reader.app,
    "The phone has iAM Smart's application, simulated: SETUP/phone", "DIR" },
  { "core", 0, 0, G_OPTION_ARG_STRING, &reader.core, "The one core that it speaks to", "URL" },
  { "fuzz", 0, 0, G_OPTION_ARG_INT64, &reader.fuzz, "Mutate what reader and cards say", "SEED" },
  { "today", 0, 0, G_OPTION_ARG_STRING, &today, "The date validities count from", "YYYY-MM-DD" },
  { "matrix", 0, 0, G_OPTION_ARG_NONE, &matrix, "A card for each way to open and prove one", NULL },
  { "cable", 0, 0, G_OPTION_ARG_FILENAME, &cable, "The relay's control socket", "SOCKET" },
  { "version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version", NULL },
  { NULL },
};

static int
fail (GError *error)
{
  fprintf (stderr, "kiosk-emulator: %s\n", error->message);
  return 1;
}

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, message);
  return FALSE;
}

static gboolean
run_reader (GError **error)
{
  if (reader.vpcd < 0 && reader.camera == NULL && (reader.cards == NULL || reader.control == NULL))
    return refuse (error, "--cards and --control, --vpcd or --camera are needed; --help says more");
  if (reader.vpcd > G_MAXUINT16)
    return refuse (error, "--vpcd: a port is at most 65535");
  if (reader.place != NULL && reader.control == NULL)
    return refuse (error, "--place needs --control");
  if (reader.wallet != NULL && reader.camera == NULL)
    return refuse (error, "--wallet needs --camera");
  if ((reader.app != NULL && reader.camera == NULL) || (reader.core != NULL && reader.app == NULL))
    return refuse (error, "--core needs --app, which needs --camera");
  if (reader.link.frame_size < 16 || reader.link.frame_size > 256)
    return refuse (error, "--frame: 16 to 256 bytes");
  return kiosk_emu_reader_run (&reader, error);
}

static gboolean
run (int argc, char **argv, GError **error)
{
  const char *what = argc > 1 ? argv[1] : NULL;

  if (what == NULL)
    return run_reader (error);
  if (g_str_equal (what, "personalise"))
    {
      if (argc != 3)
        return refuse (error, "personalise which folder? --help says more");
      return kiosk_emu_personalise (argv[2], today, matrix, error);
    }
  if (g_str_equal (what, "bench"))
    {
      if (reader.control == NULL)
        return refuse (error, "bench needs --control; --help says more");
      return kiosk_emu_bench_run (reader.control, cable, error);
    }
  return refuse (error, "no such command; --help says more");
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("[personalise DIR | bench]");
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_summary (context, summary);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return fail (error);
  if (version)
    {
      printf ("kiosk-emulator %s\n", KIOSK_EMU_VERSION);
      return 0;
    }
  return run (argc, argv, &error) ? 0 : fail (error);
}
