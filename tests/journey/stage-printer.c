/* The printer of the stage, which keeps what it was given. */
#include "stage-private.h"

#include "print-queue.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

gboolean
stage_raise_printer (Stage *self, GError **error)
{
  const char *const options[] = { "-k", NULL };
  g_autofree char *spool = g_build_filename (self->passing, "spool", NULL);
  PrintQueue queue;
  gboolean stands;

  g_mkdir (spool, 0700);
  stands = print_queue_start (spool, options, (const char *const *)self->environ, self->logs,
                              &queue, error);
  if (queue.bus != NULL)
    g_ptr_array_add (self->running, queue.bus);
  if (queue.printer != NULL)
    {
      g_ptr_array_add (self->running, queue.printer);
      g_hash_table_insert (self->by_name, g_strdup ("ippeveprinter"), queue.printer);
    }
  self->printer_uri = g_strdup_printf ("ipp://localhost:%u/ipp/print", queue.port);
  return stands;
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
