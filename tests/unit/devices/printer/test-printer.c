/* The queue is CUPS's own ippeveprinter. It wants a message bus for its service announcements, so
 * it gets a private one. */
#include "devices/printer/printer-port.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

typedef struct
{
  char *folder;
  GTestDBus *bus;
  GSubprocess *queue;
  guint port;
  char *uri;
} Fixture;

static const char command[] = "#!/bin/sh\n"
                              "case \"$(cat mode)\" in\n"
                              "prints) cat \"$1\" > printed.pdf ;;\n"
                              "empty) echo 'STATE: +media-empty-error' >&2; cat release ;;\n"
                              "breaks) exit 1 ;;\n"
                              "esac\n";

static char *
path_in (const Fixture *f, const char *name)
{
  return g_build_filename (f->folder, name, NULL);
}

static void
write_file (const Fixture *f, const char *name, const char *text)
{
  g_autofree char *path = path_in (f, name);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (g_chmod (path, 0700), ==, 0);
}

static guint
free_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  g_assert_cmpuint (port, !=, 0);
  return port;
}

/* It listens once it has told its own name. */
static void
wait_until_up (GSubprocess *queue)
{
  g_autoptr (GDataInputStream) lines
    = g_data_input_stream_new (g_subprocess_get_stderr_pipe (queue));
  gboolean up = FALSE;

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  while (!up)
    {
      g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);

      g_assert_nonnull (line);
      up = g_str_has_prefix (line, "printer-uuid=");
    }
}

static void
set_up (Fixture *f, gconstpointer mode)
{
  g_autoptr (GSubprocessLauncher) launcher
    = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autofree char *script = NULL, *release = NULL, *port = NULL;
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("kiosk-printer-XXXXXX", NULL);
  write_file (f, "command", command);
  write_file (f, "mode", mode);
  release = path_in (f, "release");
  g_assert_cmpint (mkfifo (release, 0600), ==, 0);
  f->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (f->bus);
  f->port = free_port ();
  f->uri = g_strdup_printf ("ipp://localhost:%u/ipp/print", f->port);
  g_subprocess_launcher_set_cwd (launcher, f->folder);
  g_subprocess_launcher_setenv (launcher, "DBUS_SYSTEM_BUS_ADDRESS",
                                g_test_dbus_get_bus_address (f->bus), TRUE);
  script = path_in (f, "command");
  port = g_strdup_printf ("%u", f->port);
  f->queue = g_subprocess_launcher_spawn (launcher, &error, "ippeveprinter", "-r", "off", "-n",
                                          "localhost", "-p", port, "-f", "application/pdf", "-c",
                                          script, "-d", f->folder, "-v", "receipt", NULL);
  g_assert_no_error (error);
  wait_until_up (f->queue);
}

static void
tear_down (Fixture *f, gconstpointer mode)
{
  const char *const argv[] = { "rm", "-rf", f->folder, NULL };

  g_subprocess_force_exit (f->queue);
  g_subprocess_wait (f->queue, NULL, NULL);
  g_object_unref (f->queue);
  g_test_dbus_down (f->bus);
  g_object_unref (f->bus);
  g_assert_true (g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, NULL, NULL));
  g_free (f->folder);
  g_free (f->uri);
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

static gboolean
print (const char *uri, GBytes *pdf, GCancellable *cancellable, GError **error)
{
  KioskPrinterPort *printer = kiosk_printer_new (uri, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  gboolean done;

  printer->print_async (printer, pdf, cancellable, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  done = printer->print_finish (printer, result, error);
  printer->free (printer);
  return done;
}

static void
test_prints (Fixture *f, gconstpointer mode)
{
  g_autoptr (GBytes) pdf = g_bytes_new_static ("%PDF-1.4 receipt", 16);
  g_autofree char *printed = path_in (f, "printed.pdf"), *content = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_assert_true (print (f->uri, pdf, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (printed, &content, &length, NULL));
  g_assert_cmpmem (content, (int)length, "%PDF-1.4 receipt", 16);
}

static void
test_out_of_paper (Fixture *f, gconstpointer mode)
{
  g_autoptr (GBytes) pdf = g_bytes_new_static ("%PDF-1.4", 8);
  g_autofree char *printed = path_in (f, "printed.pdf");
  g_autoptr (GError) error = NULL;

  g_assert_false (print (f->uri, pdf, NULL, &error));
  g_assert_error (error, KIOSK_PRINTER_ERROR, KIOSK_PRINTER_ERROR_PAPER);
  g_assert_false (g_file_test (printed, G_FILE_TEST_EXISTS));
}

static void
test_job_dropped (Fixture *f, gconstpointer mode)
{
  g_autoptr (GBytes) pdf = g_bytes_new_static ("%PDF-1.4", 8);
  g_autoptr (GError) error = NULL;

  g_assert_false (print (f->uri, pdf, NULL, &error));
  g_assert_error (error, KIOSK_PRINTER_ERROR, KIOSK_PRINTER_ERROR_REFUSED);
}

static void
cancel_soon (gpointer data)
{
  g_cancellable_cancel (data);
}

static void
test_cancelled (Fixture *f, gconstpointer mode)
{
  g_autoptr (GBytes) pdf = g_bytes_new_static ("%PDF-1.4", 8);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_idle_add_once (cancel_soon, cancellable);
  g_assert_false (print (f->uri, pdf, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_absent (void)
{
  g_autoptr (GBytes) pdf = g_bytes_new_static ("%PDF-1.4", 8);
  g_autofree char *uri = g_strdup_printf ("ipp://localhost:%u/ipp/print", free_port ());
  g_autoptr (GError) error = NULL;

  g_assert_false (print (uri, pdf, NULL, &error));
  g_assert_error (error, KIOSK_PRINTER_ERROR, KIOSK_PRINTER_ERROR_ABSENT);
}

static void
test_not_an_address (void)
{
  const char *const addresses[] = { "", "receipt", "http://localhost/", "file:///etc/passwd" };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (kiosk_printer_new (addresses[i], &error));
      g_assert_error (error, KIOSK_PRINTER_ERROR, KIOSK_PRINTER_ERROR_ABSENT);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/printer/queue/gets-the-exact-bytes", Fixture, "prints", set_up, test_prints,
              tear_down);
  g_test_add ("/printer/queue/out-of-paper-is-said-and-the-job-withdrawn", Fixture, "empty", set_up,
              test_out_of_paper, tear_down);
  g_test_add ("/printer/queue/a-job-dropped-is-said", Fixture, "breaks", set_up, test_job_dropped,
              tear_down);
  g_test_add ("/printer/queue/a-session-that-ends-withdraws-its-job", Fixture, "empty", set_up,
              test_cancelled, tear_down);
  g_test_add_func ("/printer/queue/absent-is-an-answer", test_absent);
  g_test_add_func ("/printer/queue/not-an-address", test_not_an_address);
  return g_test_run ();
}
