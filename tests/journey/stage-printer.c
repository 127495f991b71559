/* The printer: cups-ipp-utils' ippeveprinter, which keeps what it was given. */
#include "stage-private.h"

#include <glib/gstdio.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROBES 500

/* A loopback port that nobody has now: ippeveprinter cannot choose one and say which. */
static guint16
free_port (void)
{
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t length = sizeof address;
  guint16 port = 0;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (fd >= 0 && bind (fd, (struct sockaddr *)&address, length) == 0
      && getsockname (fd, (struct sockaddr *)&address, &length) == 0)
    port = ntohs (address.sin_port);
  if (fd >= 0)
    close (fd);
  return port;
}

/* It says nothing when it is ready: knock until it opens. */
static gboolean
knock (StageProcess *printer, guint16 port, GError **error)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  for (guint i = 0; i < PROBES && stage_process_is_running (printer); i++)
    {
      g_autoptr (GSocketConnection) connection
        = g_socket_client_connect_to_host (client, "localhost", port, NULL, NULL);

      if (connection != NULL)
        return TRUE;
      g_usleep (10000);
    }
  g_set_error (error, STAGE_ERROR, STAGE_ERROR_START, "ippeveprinter does not listen on port %u",
               port);
  return FALSE;
}

/* Without Avahi on a system bus it gives up, though nothing is to be announced: it gets an empty
 * bus of its own to find nobody on. */
static char **
environ_with_a_bus (Stage *self, GError **error)
{
  const char *const argv[]
    = { "dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1", NULL };
  StageProcess *bus = stage_process_start ("printer-bus", argv, (const char *const *)self->environ,
                                           self->logs, error);
  g_autofree char *address = NULL;

  if (bus == NULL)
    return NULL;
  g_ptr_array_add (self->running, bus);
  address = stage_process_read_line (bus, 20, error);
  if (address == NULL)
    return NULL;
  return g_environ_setenv (g_strdupv (self->environ), "DBUS_SYSTEM_BUS_ADDRESS", address, TRUE);
}

gboolean
stage_raise_printer (Stage *self, GError **error)
{
  g_auto (GStrv) environment = environ_with_a_bus (self, error);
  g_autofree char *spool = g_build_filename (self->passing, "spool", NULL);
  guint16 port = free_port ();
  g_autofree char *port_text = g_strdup_printf ("%u", port);
  const char *const argv[] = { "ippeveprinter", "-r", "off", "-n", "localhost", "-p",
                               port_text,       "-d", spool, "-k", "-f",        "application/pdf",
                               "Receipts",      NULL };
  StageProcess *printer = NULL;

  if (environment == NULL)
    return FALSE;
  g_mkdir (spool, 0700);
  printer = stage_process_start ("ippeveprinter", argv, (const char *const *)environment,
                                 self->logs, error);
  if (printer == NULL)
    return FALSE;
  g_ptr_array_add (self->running, printer);
  g_hash_table_insert (self->by_name, g_strdup ("ippeveprinter"), printer);
  self->printer_uri = g_strdup_printf ("ipp://localhost:%u/ipp/print", port);
  return knock (printer, port, error);
}

char *
stage_printed (Stage *self)
{
  g_autofree char *spool = g_build_filename (self->passing, "spool", NULL);
  g_autoptr (GDir) folder = g_dir_open (spool, 0, NULL);
  g_autofree char *newest = NULL;
  gint64 when = G_MININT64;
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (spool, name, NULL);
      GStatBuf info;

      if (!g_str_has_suffix (name, ".pdf") || g_stat (path, &info) != 0)
        continue;
      if (info.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + info.st_mtim.tv_nsec >= when)
        {
          when = info.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + info.st_mtim.tv_nsec;
          g_free (newest);
          newest = g_steal_pointer (&path);
        }
    }
  return g_steal_pointer (&newest);
}
