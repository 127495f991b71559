#include "display.h"

#include <string.h>

struct _StageDisplay
{
  StageProcess *x;
  StageProcess *bus;
  char *display;
  char *bus_address;
};

static gboolean
start_x (StageDisplay *self, int width, int height, const char *log_folder, GError **error)
{
  g_autofree char *screen = g_strdup_printf ("%dx%dx24", width, height);
  const char *const argv[] = { "Xvfb",     "-displayfd", "1",   "-screen", "0", screen,
                               "-noreset", "-nolisten",  "tcp", "-ac",     NULL };
  g_autofree char *number = NULL;

  self->x = stage_process_start ("Xvfb", argv, NULL, log_folder, error);
  if (self->x == NULL)
    return FALSE;
  number = stage_process_read_line (self->x, 20, error);
  if (number == NULL)
    return FALSE;
  self->display = g_strconcat (":", number, NULL);
  return TRUE;
}

static gboolean
start_bus (StageDisplay *self, const char *log_folder, GError **error)
{
  const char *const argv[]
    = { "dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1", NULL };
  g_auto (GStrv) environment = g_environ_setenv (g_get_environ (), "DISPLAY", self->display, TRUE);

  /* Before the bus: what it activates (the accessibility registry) needs the display. */
  environment = g_environ_setenv (environment, "GTK_A11Y", "atspi", TRUE);
  self->bus = stage_process_start ("dbus-daemon", argv, (const char *const *)environment,
                                   log_folder, error);
  if (self->bus == NULL)
    return FALSE;
  self->bus_address = stage_process_read_line (self->bus, 20, error);
  return self->bus_address != NULL;
}

StageDisplay *
stage_display_new (int width, int height, const char *log_folder, GError **error)
{
  g_autoptr (StageDisplay) self = g_new0 (StageDisplay, 1);

  if (!start_x (self, width, height, log_folder, error) || !start_bus (self, log_folder, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
stage_display_free (StageDisplay *self)
{
  if (self == NULL)
    return;
  stage_process_free (self->bus);
  stage_process_free (self->x);
  g_free (self->display);
  g_free (self->bus_address);
  g_free (self);
}

char **
stage_display_environ (StageDisplay *self)
{
  char **environment = g_environ_setenv (g_get_environ (), "DISPLAY", self->display, TRUE);

  environment = g_environ_setenv (environment, "DBUS_SESSION_BUS_ADDRESS", self->bus_address, TRUE);
  environment = g_environ_setenv (environment, "GTK_A11Y", "atspi", TRUE);
  environment = g_environ_unsetenv (environment, "WAYLAND_DISPLAY");
  return g_environ_unsetenv (environment, "AT_SPI_BUS_ADDRESS");
}

void
stage_display_enter (StageDisplay *self)
{
  g_setenv ("DISPLAY", self->display, TRUE);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", self->bus_address, TRUE);
  g_unsetenv ("WAYLAND_DISPLAY");
  g_unsetenv ("AT_SPI_BUS_ADDRESS");
}

gboolean
stage_display_shoot (StageDisplay *self, const char *png, GError **error)
{
  const char *const argv[]
    = { "import", "-silent", "-display", self->display, "-window", "root", png, NULL };
  g_autofree char *output = stage_run (argv, NULL, error);

  return output != NULL;
}
