/* What the terminal's programs hold in memory while a person is served: proportional set size after
 * a whole journey, as a ratio to the limit that each has. */
#include "journeys.h"

#include <locale.h>
#include <string.h>

static const struct
{
  const char *program;
  double limit_mb;
} limits[] = { { "kiosk", 100 }, { "kioskd", 30 }, { "kiosk-reader", 20 } };

/* A field of a file of /proc that looks like "Pss:   123 kB"; −1 if it is not there. */
static gint64
field_of (int pid, const char *file, const char *field)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/%s", pid, file);
  g_autofree char *text = NULL;
  const char *at;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return -1;
  at = strstr (text, field);
  return at != NULL ? g_ascii_strtoll (at + strlen (field), NULL, 10) : -1;
}

/* The worker that kioskd runs now. */
static int
child_of (int parent)
{
  g_autoptr (GDir) processes = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while (processes != NULL && (name = g_dir_read_name (processes)) != NULL)
    {
      int pid = (int)g_ascii_strtoll (name, NULL, 10);

      if (pid > 0 && field_of (pid, "status", "PPid:") == parent)
        return pid;
    }
  return 0;
}

static int
pid_of (Stage *stage, const char *program)
{
  if (strcmp (program, "kiosk-reader") == 0)
    return child_of (stage_process_pid (stage_program (stage, "kioskd")));
  return stage_process_pid (stage_program (stage, program));
}

static gboolean
measure (Stage *stage, JsonArray *rows)
{
  gboolean good = TRUE;

  g_print ("%-14s %8s %8s %6s\n", "program", "PSS MB", "limit", "ratio");
  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      double mb
        = (double)field_of (pid_of (stage, limits[i].program), "smaps_rollup", "Pss:") / 1024;
      JsonObject *row = json_object_new ();

      g_print ("%-14s %8.1f %8.0f %6.2f\n", limits[i].program, mb, limits[i].limit_mb,
               mb / limits[i].limit_mb);
      json_object_set_string_member (row, "program", limits[i].program);
      json_object_set_double_member (row, "pss_mb", mb);
      json_object_set_double_member (row, "limit_mb", limits[i].limit_mb);
      json_object_set_double_member (row, "ratio", mb / limits[i].limit_mb);
      json_array_add_object_element (rows, row);
      good = good && mb > 0 && mb <= limits[i].limit_mb;
    }
  return good;
}

static gboolean
run (const char *json, GError **error)
{
  const StageOptions options = { .build = g_getenv ("KIOSK_BUILD"),
                                 .source = g_getenv ("KIOSK_SOURCE"),
                                 .headless = TRUE,
                                 .window = TRUE,
                                 .width = 1080,
                                 .height = 1920 };
  g_autoptr (Stage) stage = stage_new (&options, error);
  g_autofree char *pictures = stage != NULL ? stage_passing_path (stage, "state") : NULL;
  g_autoptr (Play) play = stage != NULL ? play_new (stage, "en", pictures, error) : NULL;
  g_autoptr (JsonObject) summary = json_object_new ();
  g_autoptr (JsonObject) seen = json_object_new ();
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;
  JsonArray *rows = json_array_new ();
  gboolean good;

  json_object_set_array_member (summary, "rows", rows);
  /* The worker lives as long as a card is awaited and read: it is measured with a card open to it.
   */
  if (play == NULL || !journey_find ("renew-licence")->play (play, seen, error)
      || !play_start (play, error) || !play_place (play, "good", error)
      || !play_see (play, "Type the 6 digits on your card", NULL, error))
    return FALSE;
  good = measure (stage, rows);
  json_node_set_object (root, summary);
  text = json_to_string (root, FALSE);
  if (json != NULL && !g_file_set_contents (json, text, -1, error))
    return FALSE;
  if (!good)
    g_set_error_literal (error, STAGE_ERROR, STAGE_ERROR_RUN,
                         "a program holds more than its limit");
  return good;
}

int
main (int argc, char **argv)
{
  g_autofree char *json = NULL;
  const GOptionEntry entries[]
    = { { "json", 0, 0, G_OPTION_ARG_FILENAME, &json, "where the rows go", "FILE" },
        { NULL, 0, 0, 0, NULL, NULL, NULL } };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "C.UTF-8");
  g_option_context_add_main_entries (context, entries, NULL);
  if (g_option_context_parse (context, &argc, &argv, &error) && run (json, &error))
    return 0;
  g_printerr ("bench-memory: %s\n", error->message);
  return 1;
}
