/* The world that bad input comes into: a government, a gateway, kioskd. */
#include "bad-input.h"

#include <signal.h>
#include <string.h>

#define DAY_MS        G_GINT64_CONSTANT (86400000)
#define READY_SECONDS 60

static void
make_stranger (BadWorld *self)
{
  gint64 now = g_get_real_time () / 1000;
  const KioskCertTemplate template = { .role = KIOSK_CERT_CA,
                                       .common_name = "nobody we know",
                                       .not_before_ms = now - DAY_MS,
                                       .not_after_ms = now + DAY_MS };
  g_autofree char *csca = bad_path (self, "csca.pem");
  g_autofree char *pem = NULL;

  self->stranger.key = kiosk_pki_key_new (NULL);
  self->stranger.cert
    = kiosk_pki_issue (&template, self->stranger.key, NULL, self->stranger.key, NULL);
  pem = kiosk_pki_cert_to_pem (self->stranger.cert);
  bad_write (csca, pem, -1);
}

BadWorld *
bad_world_new (void)
{
  BadWorld *self = g_new0 (BadWorld, 1);
  g_autofree char *program = bad_program ("kiosk-sandbox");
  g_autofree char *services = bad_source ("data/services");
  g_autofree char *government = NULL, *csca = NULL, *output = NULL;
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("kiosk-bad-XXXXXX", &error);
  g_assert_no_error (error);
  make_stranger (self);
  government = bad_path (self, "a");
  csca = bad_path (self, "csca.pem");
  output = stage_run ((const char *const[]){ program, "setup", government, "--csca", csca,
                                             "--services", services, NULL },
                      NULL, &error);
  g_assert_no_error (error);
  return self;
}

void
bad_world_free (BadWorld *self)
{
  const char *const argv[] = { "rm", "-rf", self->folder, NULL };

  stage_process_free (self->kioskd);
  stage_process_free (self->gateway);
  g_free (stage_run (argv, NULL, NULL));
  kiosk_signer_clear (&self->stranger);
  g_free (self->folder);
  g_free (self);
}

static char *
write_settings (const BadWorld *self, const char *url)
{
  g_autofree char *profiles = bad_source ("data/cards");
  char *path = bad_path (self, "kioskd.ini");
  g_autofree char *text
    = g_strdup_printf ("[paths]\nstate=state\nsockets=sockets\nprofiles=%s\nreader=/bin/false\n"
                       "[gateway]\nurl=%s\nca=a/kiosk/gateway-ca.pem\nanchors=a/kiosk/anchors.pem\n"
                       "retry-first-ms=200\nretry-most-ms=1000\n",
                       profiles, url);

  bad_write (path, text, -1);
  return path;
}

void
bad_kioskd_start (BadWorld *self, const char *url)
{
  g_autofree char *program = bad_program ("kioskd");
  g_autofree char *settings = write_settings (self, url);
  const char *const argv[] = { program, "--settings", settings, NULL };
  g_autoptr (GError) error = NULL;

  self->kioskd = stage_process_start ("kioskd", argv, NULL, self->folder, &error);
  g_assert_no_error (error);
  stage_process_wait_ready (self->kioskd, READY_SECONDS, &error);
  g_assert_no_error (error);
}

void
bad_kioskd_stop (BadWorld *self)
{
  g_autoptr (GError) error = NULL;

  stage_process_stop (self->kioskd, SIGTERM, &error);
  g_assert_no_error (error);
  g_clear_pointer (&self->kioskd, stage_process_free);
}

char **
bad_kioskd_words (const BadWorld *self)
{
  g_autofree char *path = bad_path (self, "kioskd.log");
  g_autoptr (GBytes) log = bad_read (path);
  g_autofree char *text = g_strndup (g_bytes_get_data (log, NULL), g_bytes_get_size (log));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GPtrArray *words = g_ptr_array_new ();

  for (gsize i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "kioskd: "))
      g_ptr_array_add (words, g_strdup (lines[i]));
  g_ptr_array_add (words, NULL);
  return (char **)g_ptr_array_free (words, FALSE);
}

char *
bad_kioskd_refused (BadWorld *self, const char *names)
{
  g_autofree char *program = bad_program ("kioskd");
  g_autofree char *settings = bad_path (self, "kioskd.ini");

  return bad_refused ((const char *const[]){ program, "--settings", settings, NULL }, 1, names);
}

/* (transfer container) */
static GPtrArray *
ctl_argv (BadWorld *self, char *program, const char *const *words)
{
  GPtrArray *argv = g_ptr_array_new ();

  g_ptr_array_add (argv, program);
  g_ptr_array_add (argv, (gpointer) "--socket");
  g_ptr_array_add (argv, (gpointer)stage_process_value (self->kioskd, "control"));
  for (gsize i = 0; words[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer)words[i]);
  g_ptr_array_add (argv, NULL);
  return argv;
}

char *
bad_ctl (BadWorld *self, const char *const *words)
{
  g_autofree char *program = bad_program ("kioskctl");
  g_autoptr (GPtrArray) argv = ctl_argv (self, program, words);
  g_autoptr (GError) error = NULL;
  char *output = stage_run ((const char *const *)argv->pdata, NULL, &error);

  g_assert_no_error (error);
  return output;
}

char *
bad_ctl_refused (BadWorld *self, const char *const *words, const char *names)
{
  g_autofree char *program = bad_program ("kioskctl");
  g_autoptr (GPtrArray) argv = ctl_argv (self, program, words);

  return bad_refused ((const char *const *)argv->pdata, 1, names);
}

static char *
database_of (const BadWorld *self)
{
  return g_strdup_printf ("sqlite:%s/gateway.db", self->folder);
}

char *
bad_gateway_start (BadWorld *self)
{
  g_autofree char *program = bad_program ("kiosk-gateway");
  g_autofree char *database = database_of (self);
  g_autofree char *pki = bad_path (self, "a/gateway");
  const char *const argv[] = { program, "--database", database, "--pki", pki, NULL };
  g_autoptr (GError) error = NULL;

  self->gateway = stage_process_start ("kiosk-gateway", argv, NULL, self->folder, &error);
  g_assert_no_error (error);
  stage_process_wait_ready (self->gateway, READY_SECONDS, &error);
  g_assert_no_error (error);
  return g_strconcat ("https://localhost:", stage_process_value (self->gateway, "port"), NULL);
}

void
bad_install_good (BadWorld *self)
{
  const char *const names[] = { "trust", "catalogue", "lost-cards" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/a/kiosk/bundles/%s.p7", self->folder, names[i]);

      g_free (bad_ctl (self, (const char *const[]){ "bundle", "install", names[i], path, NULL }));
    }
}

void
bad_enrol (BadWorld *self)
{
  g_autofree char *program = bad_program ("kiosk-gateway");
  g_autofree char *database = database_of (self);
  const char *const argv[] = { program, "code", "--database", database, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *output = stage_run (argv, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (output, "code="));
  g_free (
    bad_ctl (self, (const char *const[]){ "enrol", g_strchomp (output) + strlen ("code="), NULL }));
}
