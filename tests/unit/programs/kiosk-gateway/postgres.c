#include "postgres.h"
#include "process.h"
#include <glib/gstdio.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE_S 60

struct _Postgres
{
  char *folder;   /* of the sockets and of data/ */
  char *programs; /* initdb and postgres */
  gboolean durable;
  StageProcess *server;
  guint databases;
};

/* Debian keeps the server's programs apart, by version. (transfer full) (nullable). */
static char *
programs_find (void)
{
  static const char place[] = "/usr/lib/postgresql";
  g_autoptr (GDir) versions = g_dir_open (place, 0, NULL);
  char *found = NULL;
  for (const char *name; versions != NULL && (name = g_dir_read_name (versions)) != NULL;)
    {
      g_autofree char *programs = g_build_filename (place, name, "bin", NULL);
      g_autofree char *initdb = g_build_filename (programs, "initdb", NULL);
      if (g_file_test (initdb, G_FILE_TEST_IS_EXECUTABLE) && found == NULL)
        found = g_steal_pointer (&programs);
    }
  return found;
}

gboolean
postgres_is_installed (void)
{
  g_autofree char *programs = programs_find ();
  return programs != NULL;
}

static char *
run (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  char *said = stage_run (argv, NULL, &error);
  g_assert_no_error (error);
  return said;
}

/* The server refuses to be root; and goes with the test, however that ends. */
static GPtrArray *
argv_new (Postgres *self, const char *program)
{
  static const char *const nobody[] = { "--reuid=nobody", "--regid=nogroup", "--clear-groups" };
  GPtrArray *argv = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (argv, g_strdup ("setpriv"));
  for (gsize i = 0; geteuid () == 0 && i < G_N_ELEMENTS (nobody); i++)
    g_ptr_array_add (argv, g_strdup (nobody[i]));
  g_ptr_array_add (argv, g_strdup ("--pdeathsig=QUIT"));
  g_ptr_array_add (argv, g_build_filename (self->programs, program, NULL));
  g_ptr_array_add (argv, g_strdup ("-D"));
  g_ptr_array_add (argv, g_build_filename (self->folder, "data", NULL));
  return argv;
}

static void
argv_add (GPtrArray *argv, const char *const *words)
{
  for (; *words != NULL; words++)
    g_ptr_array_add (argv, g_strdup (*words));
  g_ptr_array_add (argv, NULL);
}

Postgres *
postgres_new (gboolean durable)
{
  g_autoptr (GError) error = NULL;
  Postgres *self = g_new0 (Postgres, 1);
  self->durable = durable;
  self->programs = programs_find ();
  g_assert_nonnull (self->programs);
  self->folder = g_dir_make_tmp ("postgres-XXXXXX", &error);
  g_assert_no_error (error);
  const struct passwd *nobody = getpwnam ("nobody");
  if (geteuid () == 0)
    g_assert_cmpint (chown (self->folder, nobody->pw_uid, nobody->pw_gid), ==, 0);
  static const char *const words[]
    = { "-U", "kiosk", "--auth=trust", "--encoding=UTF8", "--locale=C", "-N", NULL };
  g_autoptr (GPtrArray) argv = argv_new (self, "initdb");
  argv_add (argv, words);
  g_free (run ((const char *const *)argv->pdata));
  postgres_start (self);
  return self;
}

void
postgres_start (Postgres *self)
{
  g_autoptr (GError) error = NULL;
  const char *const words[]
    = { "-k", self->folder,       "-h", "",
        "-c", "log_line_prefix=", "-c", self->durable ? "fsync=on" : "fsync=off",
        NULL };
  g_autoptr (GPtrArray) argv = argv_new (self, "postgres");
  argv_add (argv, words);
  g_autofree char *log = g_build_filename (self->folder, "postgres.log", NULL);
  g_unlink (log); /* its "ready" is the last server's */
  self->server = stage_process_start ("postgres", (const char *const *)argv->pdata, NULL,
                                      self->folder, &error);
  g_assert_no_error (error);
  stage_process_wait_log (self->server, "LOG:  database system is ready", PATIENCE_S, &error);
  g_assert_no_error (error);
}

static void
end (Postgres *self, int number)
{
  g_autoptr (GError) error = NULL;
  stage_process_stop (self->server, number, &error);
  g_assert_no_error (error);
  g_clear_pointer (&self->server, stage_process_free);
}

void
postgres_stop (Postgres *self)
{
  end (self, SIGINT);
}

void
postgres_crash (Postgres *self)
{
  end (self, SIGQUIT);
}

void
postgres_free (Postgres *self)
{
  if (self == NULL)
    return;
  if (self->server != NULL)
    postgres_stop (self);
  const char *const remove[] = { "rm", "-rf", self->folder, NULL };
  g_free (run (remove));
  g_free (self->folder);
  g_free (self->programs);
  g_free (self);
}

static char *
uri_of (Postgres *self, const char *database)
{
  return g_strdup_printf ("postgresql:host=%s user=kiosk dbname=%s", self->folder, database);
}

char *
postgres_database_new (Postgres *self)
{
  g_autofree char *name = g_strdup_printf ("test%u", self->databases++);
  g_autofree char *sql = g_strdup_printf ("CREATE DATABASE %s", name);
  g_autofree char *all = uri_of (self, "postgres");
  g_free (postgres_ask (all, sql));
  return uri_of (self, name);
}

char *
postgres_ask (const char *database, const char *sql)
{
  const char *const psql[] = { "psql",
                               "-X",
                               "-q",
                               "-A",
                               "-t",
                               "-v",
                               "ON_ERROR_STOP=1",
                               "-c",
                               sql,
                               database + strlen ("postgresql:"),
                               NULL };
  return run (psql);
}
