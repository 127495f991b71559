/* The queue is CUPS's own ippeveprinter. */
#include "devices/printer/printer-port.h"

#include "print-queue.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

typedef struct
{
  char *folder;
  PrintQueue queue;
  char *uri;
} Fixture;

static const char command[] = "#!/bin/sh\n"
                              "cd \"$(dirname \"$0\")\" || exit 1\n"
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

static void
set_up (Fixture *f, gconstpointer mode)
{
  g_autofree char *script = NULL, *release = NULL;
  const char *options[] = { "-c", NULL, NULL };
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("kiosk-printer-XXXXXX", NULL);
  write_file (f, "command", command);
  write_file (f, "mode", mode);
  release = path_in (f, "release");
  g_assert_cmpint (mkfifo (release, 0600), ==, 0);
  options[1] = script = path_in (f, "command");
  print_queue_start (f->folder, options, NULL, f->folder, &f->queue, &error);
  g_assert_no_error (error);
  f->uri = g_strdup_printf ("ipp://localhost:%u/ipp/print", f->queue.port);
}

static void
tear_down (Fixture *f, gconstpointer mode)
{
  const char *const argv[] = { "rm", "-rf", f->folder, NULL };

  stage_process_free (f->queue.printer);
  stage_process_free (f->queue.bus);
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
  g_autofree char *uri = g_strdup_printf ("ipp://localhost:%u/ipp/print", print_queue_free_port ());
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
