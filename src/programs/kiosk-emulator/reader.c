#include "reader.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <unistd.h>

#include "control.h"
#include "light.h"
#include "pn532.h"
#include "terminal.h"
#include "vpcd.h"

typedef struct
{
  const KioskEmuReaderOptions *options;
  GMainLoop *loop;
  KioskClock *clock;
  KioskRandom *random;
  KioskEmuField *field;
  KioskEmuTerminal *terminal;
  KioskEmuPn532 *pn532;
  KioskEmuVpcd *vpcd;       /* (nullable) */
  KioskEmuLight *light;     /* (nullable) */
  KioskEmuControl *control; /* (nullable) */
  gboolean aliased;
} Reader;

static void
from_host (gpointer data, const guint8 *bytes, gsize length)
{
  Reader *self = data;

  kiosk_emu_pn532_feed (self->pn532, bytes, length);
}

static void
to_host (gpointer data, const guint8 *bytes, gsize length, gint64 delay_us)
{
  Reader *self = data;

  kiosk_emu_terminal_write (self->terminal, bytes, length, delay_us);
}

static void
quit (gpointer data)
{
  Reader *self = data;

  g_main_loop_quit (self->loop);
}

static gboolean
signalled (gpointer data)
{
  quit (data);
  return G_SOURCE_CONTINUE;
}

static gboolean
make_alias (Reader *self, GError **error)
{
  const char *alias = self->options->alias;

  if (alias == NULL)
    return TRUE;
  g_unlink (alias);
  if (symlink (kiosk_emu_terminal_name (self->terminal), alias) != 0)
    {
      g_set_error (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_DEVICE, "--link %s: %s", alias,
                   g_strerror (errno));
      return FALSE;
    }
  self->aliased = TRUE;
  return TRUE;
}

static void
drop_alias (Reader *self)
{
  if (self->aliased)
    g_unlink (self->options->alias);
  self->aliased = FALSE;
}

static void
unplug (Reader *self)
{
  drop_alias (self);
  kiosk_emu_terminal_unplug (self->terminal);
  g_clear_pointer (&self->pn532, kiosk_emu_pn532_free);
  kiosk_emu_field_power_off (self->field); /* the cards' power comes through the cable, too */
}

/* The firmware starts anew. */
static gboolean
plug (Reader *self, GError **error)
{
  if (!kiosk_emu_terminal_plug (self->terminal, error))
    return FALSE;
  self->pn532 = kiosk_emu_pn532_new (self->field, self->clock, &self->options->link, to_host, self);
  return make_alias (self, error);
}

static const char *
cable (gpointer data, gboolean plugged, GError **error)
{
  Reader *self = data;

  if (!plugged && self->pn532 != NULL)
    unplug (self);
  if (plugged && self->pn532 == NULL && !plug (self, error))
    return NULL;
  return kiosk_emu_terminal_name (self->terminal);
}

static gboolean
place_first (Reader *self, const char *name, GError **error)
{
  g_autofree char *command = g_strconcat ("place ", name, NULL);
  g_autofree char *answer = name == NULL ? NULL : kiosk_emu_control_run (self->control, command);

  if (answer == NULL || g_str_equal (answer, "ok"))
    return TRUE;
  g_set_error (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_CARD, "--place %s: %s", name, answer);
  return FALSE;
}

static gboolean
start_control (Reader *self, const KioskEmuReaderOptions *options, GError **error)
{
  const KioskEmuHand hand
    = { options->cards, self->field, self->vpcd, self->light, cable, quit, self };

  if (options->control != NULL)
    self->control = kiosk_emu_control_new (options->control, &hand, error);
  return options->control == NULL || self->control != NULL;
}

static void
tell_ready (const Reader *self)
{
  printf ("ready tty=%s", kiosk_emu_terminal_name (self->terminal));
  if (self->vpcd != NULL)
    printf (" vpcd=%u", kiosk_emu_vpcd_port (self->vpcd));
  if (self->light != NULL)
    printf (" camera=%s", kiosk_emu_camera_path (kiosk_emu_light_camera (self->light)));
  printf ("\n");
  fflush (stdout);
}

static gboolean
start_light (Reader *self, const KioskEmuReaderOptions *options, GError **error)
{
  g_autoptr (KioskRandom) random = kiosk_random_new_system (); /* a seed is for the cards alone */
  KioskEmuWallet *wallet = NULL;

  if (options->camera == NULL)
    return TRUE;
  self->light = kiosk_emu_light_new (options->camera, error);
  if (self->light == NULL)
    return FALSE;
  if (options->app != NULL)
    {
      KioskEmuApp *app = kiosk_emu_app_new (options->app, options->core, error);

      if (app == NULL)
        return FALSE;
      kiosk_emu_light_take_app (self->light, app);
    }
  if (options->wallet == NULL)
    return TRUE;
  wallet = kiosk_emu_wallet_open (options->wallet, self->clock, random, error);
  kiosk_emu_light_take_wallet (self->light, wallet);
  return wallet != NULL;
}

static gboolean
start (Reader *self, const KioskEmuReaderOptions *options, GError **error)
{
  self->terminal = kiosk_emu_terminal_new (from_host, self, error);
  if (self->terminal == NULL)
    return FALSE;
  self->pn532 = kiosk_emu_pn532_new (self->field, self->clock, &options->link, to_host, self);
  if (options->fuzz >= 0)
    kiosk_emu_field_set_fuzz (self->field, kiosk_emu_fuzz_new ((guint64)options->fuzz));
  if (options->vpcd >= 0)
    {
      self->vpcd = kiosk_emu_vpcd_new ((guint16)options->vpcd, self->field, error);
      if (self->vpcd == NULL)
        return FALSE;
    }
  return start_light (self, options, error) && start_control (self, options, error)
         && make_alias (self, error) && place_first (self, options->place, error);
}

static void
stop (Reader *self)
{
  drop_alias (self);
  g_clear_pointer (&self->control, kiosk_emu_control_free);
  while (g_main_context_iteration (NULL, FALSE)) /* let cancelled clients go */
    ;
  g_clear_pointer (&self->light, kiosk_emu_light_free);
  g_clear_pointer (&self->vpcd, kiosk_emu_vpcd_free);
  g_clear_pointer (&self->pn532, kiosk_emu_pn532_free);
  g_clear_pointer (&self->terminal, kiosk_emu_terminal_free);
  kiosk_emu_field_free (self->field);
  kiosk_random_unref (self->random);
  kiosk_clock_unref (self->clock);
  g_main_loop_unref (self->loop);
}

gboolean
kiosk_emu_reader_run (const KioskEmuReaderOptions *options, GError **error)
{
  Reader self = { .options = options,
                  .loop = g_main_loop_new (NULL, FALSE),
                  .clock = kiosk_clock_new_system () };
  gboolean started;

  /* Under a seed the cards' own choices repeat as well. */
  self.random = options->fuzz >= 0 ? kiosk_random_new_seeded ((guint64)options->fuzz)
                                   : kiosk_random_new_system ();
  self.field = kiosk_emu_field_new (self.random);
  started = start (&self, options, error);
  if (started)
    {
      guint terminate = g_unix_signal_add (SIGTERM, signalled, &self);
      guint interrupt = g_unix_signal_add (SIGINT, signalled, &self);

      tell_ready (&self);
      g_main_loop_run (self.loop);
      g_source_remove (terminate);
      g_source_remove (interrupt);
    }
  stop (&self);
  return started;
}
