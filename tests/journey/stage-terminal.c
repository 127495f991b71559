/* The terminal itself: kioskd with settings of this stage, enrolled, and the window before it. */
#include "stage-private.h"

#include <glib/gstdio.h>
#include <stdarg.h>
#include <string.h>

#define PANEL_DPI 82 /* a 27-inch panel of 1080 × 1920 */
/* What kiosk-emulator's camera writes. */
#define CAMERA                                                                                     \
  "filesrc location=%s blocksize=1382400 ! rawvideoparse format=i420 width=1280 height=720 "       \
  "framerate=15/1"

static char *
write_settings (Stage *self, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *state = g_build_filename (self->state, "kiosk", NULL);
  g_autofree char *profiles = g_build_filename (self->source, "data", "cards", NULL);
  g_autofree char *reader = stage_program_path (self, "kiosk-reader");
  g_autofree char *scanner = stage_program_path (self, "kiosk-scanner");
  g_autofree char *frames = stage_passing_path (self, "camera");
  g_autofree char *camera = g_strdup_printf (CAMERA, frames);
  g_autofree char *tty = stage_tty (self);
  g_autofree char *device = g_strconcat ("pn532_uart:", tty, NULL);
  g_autofree char *url = g_strdup_printf ("https://localhost:%u", stage_cable_port (self->cable));
  g_autofree char *ca = stage_passing_path (self, "authorities/kiosk/gateway-ca.pem");
  g_autofree char *anchors = stage_passing_path (self, "authorities/kiosk/anchors.pem");
  g_autofree char *path = stage_passing_path (self, "kioskd.ini");
  g_autofree char *poll_ms = g_strdup_printf ("%d", self->poll_ms);
  const struct
  {
    const char *group, *key, *value;
  } settings[] = {
    { "paths", "state", state },
    { "paths", "sockets", self->passing },
    { "paths", "profiles", profiles },
    { "paths", "reader", reader },
    { "paths", "scanner", scanner },
    { "nfc", "device", device },
    { "camera", "source", camera },
    { "gateway", "url", url },
    { "gateway", "ca", ca },
    { "gateway", "anchors", anchors },
    { "gateway", "retry-first-ms", "200" },
    { "gateway", "retry-most-ms", "1000" },
    { "gateway", "poll-ms", poll_ms },
    { "iamsmart", "login", "1" },
    { "printer", "uri", self->printer_uri },
    { "sockets", "control-role", self->control_role },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    if (settings[i].value != NULL)
      g_key_file_set_string (file, settings[i].group, settings[i].key, settings[i].value);
  if (!g_key_file_save_to_file (file, path, error))
    return NULL;
  return g_steal_pointer (&path);
}

static char **
environ_of_kioskd (Stage *self)
{
  char **environment = g_strdupv (self->environ);

  for (gsize i = 0; self->kioskd_environ != NULL && self->kioskd_environ[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (self->kioskd_environ[i], "=", 2);

      environment = g_environ_setenv (environment, pair[0], pair[1], TRUE);
    }
  return environment;
}

gboolean
stage_raise_kioskd (Stage *self, GError **error)
{
  g_autofree char *program = stage_program_path (self, "kioskd");
  g_autofree char *settings = write_settings (self, error);
  g_auto (GStrv) environment = environ_of_kioskd (self);
  const char *const argv[] = { program, "--settings", settings, NULL };

  return settings != NULL
         && stage_raise_in (self, "kioskd", argv, (const char *const *)environment, error) != NULL;
}

gboolean
stage_set_clock (Stage *self, gint64 ahead_ms, GError **error)
{
  g_autofree char *module
    = g_build_filename (self->build, "tests", "journey", "clock-shift.so", NULL);
  const char *options = g_getenv ("ASAN_OPTIONS");
  g_auto (GStrv) variables = g_new0 (char *, 4);

  variables[0] = g_strconcat ("LD_PRELOAD=", module, NULL);
  variables[1] = g_strdup_printf ("CLOCK_SHIFT_MS=%" G_GINT64_FORMAT, ahead_ms);
  variables[2] = g_strconcat ("ASAN_OPTIONS=", options != NULL ? options : "",
                              ":verify_asan_link_order=0", NULL);
  stage_set_kioskd_environ (self, ahead_ms != 0 ? (const char *const *)variables : NULL);
  return stage_restart (self, "kioskd", error);
}

gboolean
stage_raise_kiosk (Stage *self, GError **error)
{
  g_autofree char *program = stage_program_path (self, "kiosk");
  g_autofree char *width = g_strdup_printf ("%d", (int)(self->width * self->scale));
  g_autofree char *height = g_strdup_printf ("%d", (int)(self->height * self->scale));
  /* Millimetres shrink with the window: what fits the panel fits the desk. */
  g_autofree char *dpi = g_strdup_printf ("%d", (int)(PANEL_DPI * self->scale));
  const char *front = stage_process_value (stage_program (self, "kioskd"), "front");
  const char *const argv[]
    = { program, "--socket", front, "--width", width, "--height", height, "--dpi", dpi, NULL };

  return stage_raise (self, "kiosk", argv, error) != NULL;
}

static char **
ctl_argv (Stage *self, va_list words)
{
  GPtrArray *argv = g_ptr_array_new ();
  const char *word;

  g_ptr_array_add (argv, stage_program_path (self, "kioskctl"));
  g_ptr_array_add (argv, g_strdup ("--socket"));
  g_ptr_array_add (argv,
                   g_strdup (stage_process_value (stage_program (self, "kioskd"), "control")));
  while ((word = va_arg (words, const char *)) != NULL)
    g_ptr_array_add (argv, g_strdup (word));
  g_ptr_array_add (argv, NULL);
  return (char **)g_ptr_array_free (argv, FALSE);
}

char *
stage_ctl (Stage *self, GError **error, ...)
{
  g_auto (GStrv) argv = NULL;
  va_list words;

  va_start (words, error);
  argv = ctl_argv (self, words);
  va_end (words);
  return stage_run ((const char *const *)argv, NULL, error);
}

char *
stage_ctl_reading (Stage *self, const char *input, GError **error, ...)
{
  g_auto (GStrv) argv = NULL;
  va_list words;

  va_start (words, error);
  argv = ctl_argv (self, words);
  va_end (words);
  return stage_run ((const char *const *)argv, input, error);
}

JsonNode *
stage_ctl_json (Stage *self, GError **error, ...)
{
  g_auto (GStrv) argv = NULL;
  g_autofree char *output = NULL;
  va_list words;

  va_start (words, error);
  argv = ctl_argv (self, words);
  va_end (words);
  output = stage_run ((const char *const *)argv, NULL, error);
  return output != NULL ? json_from_string (output, error) : NULL;
}

/* What a technician does once: a one-time code of the gateway's operator, then the first bundles.
 */
static gboolean
enrol (Stage *self, GError **error)
{
  g_autofree char *program = stage_program_path (self, "kiosk-gateway");
  g_autofree char *database = g_strconcat ("sqlite:", self->state, "/gateway.db", NULL);
  const char *const argv[] = { program, "code", "--database", database, NULL };
  g_autofree char *output = stage_run (argv, NULL, error);
  g_autofree char *enrolled = NULL;

  if (output == NULL || !g_str_has_prefix (output, "code="))
    return FALSE;
  enrolled = stage_ctl (self, error, "enrol", g_strchomp (output) + strlen ("code="), NULL);
  return enrolled != NULL;
}

static gboolean
install_bundles (Stage *self, GError **error)
{
  for (const char *const *name
       = (const char *const[]){ "trust", "catalogue", "lost-cards", "staff", NULL };
       *name != NULL; name++)
    {
      g_autofree char *file = g_strdup_printf ("authorities/kiosk/bundles/%s.p7", *name);
      g_autofree char *path = stage_passing_path (self, file);
      g_autofree char *installed = stage_ctl (self, error, "bundle", "install", *name, path, NULL);

      if (installed == NULL)
        return FALSE;
    }
  return TRUE;
}

/* The public list of who may sign what: all that is needed to check a receipt later. */
static gboolean
keep_trust_bundle (Stage *self, GError **error)
{
  g_autofree char *from = stage_passing_path (self, "authorities/kiosk/bundles/trust.p7");
  g_autofree char *to = g_build_filename (self->state, "trust.p7", NULL);
  g_autofree char *content = NULL;
  gsize length = 0;

  return g_file_get_contents (from, &content, &length, error)
         && g_file_set_contents (to, content, (gssize)length, error);
}

gboolean
stage_raise_terminal (Stage *self, GError **error)
{
  return stage_raise_kioskd (self, error) && install_bundles (self, error) && enrol (self, error)
         && keep_trust_bundle (self, error) && (!self->window || stage_raise_kiosk (self, error));
}

gboolean
stage_go_offline (Stage *self, GError **error)
{
  g_autofree char *nudged = NULL;
  g_autofree char *noticed = NULL;

  stage_cable_pull (self->cable);
  nudged = stage_ctl (self, error, "nudge", NULL);
  if (nudged == NULL)
    return FALSE;
  noticed = stage_ctl (self, error, "wait", "offline", "--timeout", "30", NULL);
  return noticed != NULL;
}
