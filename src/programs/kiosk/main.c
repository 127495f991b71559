/* The face: shows the page that kioskd tells it to show, and says what people do. */
#include <glib-unix.h>
#include <gtk/gtk.h>
#include <stdio.h>

#include "link.h"
#include "look.h"
#include "shell.h"
#include "wiring.h"

#define FIRST_PAGE_MS 400 /* how long the window waits for its first page */

typedef struct
{
  GMainLoop *loop;
  KioskShell *shell;
  KioskLink *link;
  gint64 started_us;
  guint waiting;
  int width;
  int height;
} Program;

static void
on_painted (GdkFrameClock *clock, Program *program)
{
  g_signal_handlers_disconnect_by_func (clock, on_painted, program);
  printf ("ready first-frame-ms=%" G_GINT64_FORMAT "\n",
          (g_get_monotonic_time () - program->started_us) / 1000);
  fflush (stdout);
}

/* Once there is something to show, so that nobody sees an empty window first. */
static void
present (Program *program)
{
  if (gtk_widget_get_visible (GTK_WIDGET (program->shell)))
    return;
  g_clear_handle_id (&program->waiting, g_source_remove);
  GtkWindow *window = GTK_WINDOW (program->shell);
  if (program->width == 0)
    gtk_window_fullscreen (window);
  gtk_widget_realize (GTK_WIDGET (window));
  g_signal_connect (gtk_widget_get_frame_clock (GTK_WIDGET (window)), "after-paint",
                    G_CALLBACK (on_painted), program);
  gtk_window_present (window);
}

static gboolean
on_waited (gpointer data)
{
  Program *program = data;
  program->waiting = 0;
  kiosk_shell_show_unavailable (program->shell, "starting");
  present (program);
  return G_SOURCE_REMOVE;
}

static gboolean
on_signal (gpointer data)
{
  g_main_loop_quit (((Program *)data)->loop);
  return G_SOURCE_CONTINUE;
}

static void
wire (Program *program)
{
  kiosk_wiring_connect (program->shell, program->link);
  g_signal_connect_data (program->link, "page", G_CALLBACK (present), program, NULL,
                         G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_data (program->link, "lost", G_CALLBACK (present), program, NULL,
                         G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_unix_signal_add (SIGTERM, on_signal, program);
  g_unix_signal_add (SIGINT, on_signal, program);
  program->waiting = g_timeout_add (FIRST_PAGE_MS, on_waited, program);
}

/* Known before the window is, so that pages are laid out once. */
static void
choose_orientation (Program *program)
{
  int width = program->width;
  int height = program->height;
  if (width == 0)
    {
      g_autoptr (GdkMonitor) monitor
        = g_list_model_get_item (gdk_display_get_monitors (gdk_display_get_default ()), 0);
      GdkRectangle area = { 0, 0, 1080, 1920 };
      if (monitor != NULL)
        gdk_monitor_get_geometry (monitor, &area);
      width = area.width;
      height = area.height;
    }
  kiosk_look_set_wide (width > height);
}

static void
run (Program *program, const char *socket, int dpi)
{
  program->link = kiosk_link_new (socket);
  kiosk_look_init (gdk_display_get_default (), dpi);
  choose_orientation (program);
  program->loop = g_main_loop_new (NULL, FALSE);
  program->shell = kiosk_shell_new ();
  if (program->width != 0)
    gtk_window_set_default_size (GTK_WINDOW (program->shell), program->width, program->height);
  wire (program);
  kiosk_link_start (program->link);
  g_main_loop_run (program->loop);
  g_clear_handle_id (&program->waiting, g_source_remove);
  g_signal_handlers_disconnect_by_data (program->link, program);
  kiosk_wiring_disconnect (program->shell, program->link);
  g_object_unref (program->link);
  gtk_window_destroy (GTK_WINDOW (program->shell));
  g_main_loop_unref (program->loop);
}

int
main (int argc, char **argv)
{
  Program program = { .started_us = g_get_monotonic_time () };
  g_autofree char *socket = NULL;
  int dpi = KIOSK_LOOK_DPI_DEFAULT;
  gboolean version = FALSE;
  const GOptionEntry entries[] = {
    { "socket", 0, 0, G_OPTION_ARG_FILENAME, &socket, "kioskd's front socket", "PATH" },
    { "width", 0, 0, G_OPTION_ARG_INT, &program.width, "Window width instead of full screen", "W" },
    { "height", 0, 0, G_OPTION_ARG_INT, &program.height, "Window height", "H" },
    { "dpi", 0, 0, G_OPTION_ARG_INT, &dpi, "The panel's dots an inch (82)", "N" },
    { "version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_option_context_set_summary (context, "The face of the kiosk: shows kioskd's journey.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "kiosk: %s; see --help\n", error->message);
      return 2;
    }
  if (version)
    {
      puts ("kiosk " KIOSK_VERSION);
      return 0;
    }
  if (socket == NULL || dpi < 40 || dpi > 600 || (program.width > 0) != (program.height > 0)
      || program.width < 0 || program.width > 16384 || program.height < 0 || program.height > 16384)
    {
      fputs ("kiosk: give --socket, a --dpi of 40 to 600, and --width with --height; see --help\n",
             stderr);
      return 2;
    }
  /* Without a GPU the default renderer is GL in software, four times slower; and GDK would load a
   * software driver of 30 MB only to look at it. */
  g_setenv ("GSK_RENDERER", "cairo", FALSE);
  if (g_str_equal (g_getenv ("GSK_RENDERER"), "cairo"))
    g_setenv ("GDK_DEBUG", "gl-disable", FALSE);
  if (!gtk_init_check ())
    {
      fputs ("kiosk: no display; start it under a compositor or an X server\n", stderr);
      return 1;
    }
  run (&program, socket, dpi);
  return 0;
}
