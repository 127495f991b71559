#include "print-queue.h"

#define PATIENCE_S 20

guint16
print_queue_free_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();

  return g_socket_listener_add_any_inet_port (listener, NULL, NULL);
}

/* Without Avahi on a system bus it gives up: it gets an empty bus of its own to find nobody on. */
static char **
environ_with_a_bus (PrintQueue *self, const char *const *environment, const char *log_folder,
                    GError **error)
{
  const char *const argv[]
    = { "dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1", NULL };
  char **copy = environment != NULL ? g_strdupv ((char **)environment) : g_get_environ ();
  g_autofree char *address = NULL;

  self->bus = stage_process_start ("printer-bus", argv, environment, log_folder, error);
  if (self->bus != NULL)
    address = stage_process_read_line (self->bus, PATIENCE_S, error);
  if (address != NULL)
    return g_environ_setenv (copy, "DBUS_SYSTEM_BUS_ADDRESS", address, TRUE);
  g_strfreev (copy);
  return NULL;
}

gboolean
print_queue_start (const char *spool, const char *const *options, const char *const *environment,
                   const char *log_folder, PrintQueue *ret_queue, GError **error)
{
  g_auto (GStrv) with_a_bus = NULL;
  g_autofree char *port = NULL;
  g_autoptr (GStrvBuilder) argv = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;

  *ret_queue = (PrintQueue){ .port = print_queue_free_port () };
  with_a_bus = environ_with_a_bus (ret_queue, environment, log_folder, error);
  if (with_a_bus == NULL)
    return FALSE;
  port = g_strdup_printf ("%u", ret_queue->port);
  g_strv_builder_add_many (argv, "ippeveprinter", "-v", "-r", "off", "-n", "localhost", "-p", port,
                           "-d", spool, "-f", "application/pdf", NULL);
  g_strv_builder_addv (argv, (const char **)options);
  g_strv_builder_add (argv, "Receipts");
  words = g_strv_builder_end (argv);
  ret_queue->printer = stage_process_start ("ippeveprinter", (const char *const *)words,
                                            (const char *const *)with_a_bus, log_folder, error);
  /* It listens once it has told its own name. */
  return ret_queue->printer != NULL
         && stage_process_wait_log (ret_queue->printer, "printer-uuid=", PATIENCE_S, error);
}
