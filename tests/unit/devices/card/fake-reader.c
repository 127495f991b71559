/* Stands in for kiosk-reader under the worker: what it does is the device's name. It counts its
 * lives in FOLDER/lives, so that it can do one thing the first time and another after that. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "devices/card/card-device.h"
#include "devices/card/card-wire.h"
#include "formats/evidence.h"

static void
say (KioskCardWireKind kind, GVariant *payload)
{
  g_autoptr (KioskSecret) frame = kiosk_worker_frame_pack (&kiosk_card_wire, kind, payload);

  if (write (KIOSK_WORKER_FD, kiosk_secret_data (frame), kiosk_secret_length (frame)) < 0)
    _exit (1);
}

static void
take (gpointer to, gsize length)
{
  gsize done = 0;

  while (done < length)
    {
      ssize_t n = read (KIOSK_WORKER_FD, (char *)to + done, length - done);

      if (n <= 0)
        _exit (0);
      done += (gsize)n;
    }
}

/* Waits for a message of @kind; ends when kioskd hangs up. */
static GVariant *
hear (KioskCardWireKind wanted)
{
  for (;;)
    {
      guint8 header[KIOSK_WORKER_FRAME_HEADER];
      g_autoptr (KioskSecret) body = NULL;
      guint kind;
      GVariant *payload;
      gsize length;

      take (header, sizeof header);
      g_assert_true (kiosk_worker_frame_length (header, &length, NULL));
      body = kiosk_secret_new (length);
      take (kiosk_secret_data (body), length);
      payload = kiosk_worker_frame_unpack (&kiosk_card_wire, body, &kind, NULL);
      g_assert_nonnull (payload);
      if (kind == wanted)
        return payload;
      g_variant_unref (payload);
    }
}

static guint
count_life (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "lives", NULL);
  g_autofree char *text = NULL;
  g_autofree char *next = NULL;
  guint lives = 0;

  if (g_file_get_contents (path, &text, NULL, NULL))
    lives = (guint)atoi (text);
  next = g_strdup_printf ("%u", lives + 1);
  g_assert_true (g_file_set_contents (path, next, -1, NULL));
  return lives;
}

static void
fail (const char *name)
{
  say (KIOSK_CARD_WIRE_FAILED, g_variant_new ("(si)", name, -1));
  _exit (0);
}

static void
give_evidence (void)
{
  g_autoptr (KioskEvidence) evidence = kiosk_evidence_new ();
  g_autoptr (GVariant) wire = NULL;

  evidence->profile = g_strdup ("hkid-simulated");
  evidence->simulated = TRUE;
  wire = kiosk_evidence_to_variant (evidence);
  say (KIOSK_CARD_WIRE_EVIDENCE, wire);
}

static void
say_opened (const char *name)
{
  say (KIOSK_CARD_WIRE_OPENED, g_variant_new ("(sss)", "fake_uart", name, "1.2.3"));
}

/* The first life, by name. */
static void
misbehave (const char *device)
{
  if (strcmp (device, "dies") == 0)
    abort ();
  if (strcmp (device, "hangs") == 0)
    for (;;)
      pause ();
  if (strcmp (device, "raves") == 0 && write (KIOSK_WORKER_FD, "nonsense", 8) == 8)
    pause ();
  if (strcmp (device, "overreaches") == 0)
    {
      say (KIOSK_CARD_WIRE_BEGIN, g_variant_new ("(sssxbb)", "", "", "", (gint64)0, FALSE, FALSE));
      pause ();
    }
  if (strcmp (device, "opens-nothing") == 0)
    {
      say (KIOSK_CARD_WIRE_READY, NULL);
      pause ();
    }
  if (strcmp (device, "misnames") == 0)
    {
      say_opened ("two\nlines");
      pause ();
    }
  if (strcmp (device, "absent") == 0)
    fail ("no-reader");
  if (strcmp (device, "times-out") == 0)
    fail ("timeout");
}

int
main (void)
{
  g_autoptr (GVariant) begin = hear (KIOSK_CARD_WIRE_BEGIN);
  g_autoptr (GVariant) key = NULL;
  g_autoptr (GVariant) digits = NULL;
  const char *device, *folder, *asked;
  gboolean details, await_empty, is_can;
  gint64 wall_ms;

  g_variant_get (begin, "(&s&s&sxbb)", &device, &folder, &asked, &wall_ms, &details, &await_empty);
  if (count_life (folder) < (strcmp (device, "absent") == 0 ? 3 : 1))
    misbehave (device);
  say_opened (device);
  say (KIOSK_CARD_WIRE_READY, NULL);
  say (KIOSK_CARD_WIRE_FOUND, g_variant_new_string (await_empty ? "awaited-empty" : "fake"));
  say (KIOSK_CARD_WIRE_NEEDS_KEY, g_variant_new ("(sb)", "fake", TRUE));
  key = hear (KIOSK_CARD_WIRE_KEY);
  g_variant_get (key, "(b@ay)", &is_can, &digits);
  g_assert_true (is_can && g_variant_get_size (digits) == 6);
  give_evidence ();
  hear (KIOSK_CARD_WIRE_BEGIN);
  return 0;
}
