/* The whole terminal on this machine: in a window with a bench beside it, or played by itself. */
#include "journeys.h"

#include <locale.h>

static struct
{
  char *programs;
  char *headless;
  char *journey;
  char *language;
  gboolean landscape;
} options;

static const GOptionEntry entries[] = {
  { "programs", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, &options.programs, "the build folder",
    "DIR" },
  { "headless", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, &options.headless,
    "play a journey on a screen of its own and leave pictures and summary.json", "DIR" },
  { "journey", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &options.journey,
    "which one (renew-licence)", "NAME" },
  { "lang", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &options.language,
    "in which language: en, zh_HK, zh_CN", "LANG" },
  { "landscape", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, &options.landscape,
    "a screen of 1920×1080 instead of 1080×1920", NULL },
  { NULL, 0, 0, 0, NULL, NULL, NULL },
};

static void
add_canaries (Stage *stage, JsonObject *summary)
{
  JsonArray *canaries = json_array_new ();

  for (const char *const *key = (const char *const[]){ "name", "number", "birth", NULL };
       *key != NULL; key++)
    {
      g_autofree char *value = stage_card_value (stage, "good", "person", *key);

      json_array_add_string_element (canaries, value);
    }
  json_object_set_array_member (summary, "canaries", canaries);
}

static gboolean
write_summary (Play *play, JsonObject *summary, GError **error)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autofree char *path = g_build_filename (options.headless, "summary.json", NULL);
  JsonArray *screens = json_array_new ();

  for (guint i = 0; i < play_pictures (play)->len; i++)
    json_array_add_string_element (screens, g_ptr_array_index (play_pictures (play), i));
  json_object_set_array_member (summary, "screens", screens);
  json_node_set_object (root, summary);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  return json_generator_to_file (generator, path, error);
}

static gboolean
keep_receipt (Stage *stage, GError **error)
{
  g_autofree char *printed = stage_printed (stage);
  g_autofree char *to = g_build_filename (options.headless, "receipt.pdf", NULL);
  g_autofree char *content = NULL;
  gsize length = 0;

  if (printed == NULL)
    return TRUE;
  return g_file_get_contents (printed, &content, &length, error)
         && g_file_set_contents (to, content, (gssize)length, error);
}

static gboolean
perform (Stage *stage, const Journey *journey, GError **error)
{
  g_autoptr (Play) play = play_new (stage, options.language, options.headless, error);
  g_autoptr (JsonObject) summary = json_object_new ();

  if (play == NULL)
    return FALSE;
  json_object_set_string_member (summary, "journey", journey->name);
  json_object_set_string_member (summary, "language", options.language);
  add_canaries (stage, summary);
  return journey->play (play, summary, error) && keep_receipt (stage, error)
         && write_summary (play, summary, error);
}

static StageOptions
stage_options (const char *state)
{
  const StageOptions chosen = {
    .build = options.programs,
    .source = g_getenv ("KIOSK_SOURCE") != NULL ? g_getenv ("KIOSK_SOURCE") : ".",
    .state = state,
    .headless = options.headless != NULL,
    .window = TRUE,
    .width = options.landscape ? 1920 : 1080,
    .height = options.landscape ? 1080 : 1920,
    .scale = options.headless != NULL ? 1 : 0.5,
  };

  return chosen;
}

static gboolean
play_headless (GError **error)
{
  const Journey *journey = journey_find (options.journey);
  g_autofree char *state = g_build_filename (options.headless, "state", NULL);
  const StageOptions chosen = stage_options (state);
  g_autoptr (Stage) stage = NULL;

  if (journey == NULL)
    {
      g_set_error (error, STAGE_ERROR, STAGE_ERROR_START, "no journey is called %s",
                   options.journey);
      return FALSE;
    }
  if (g_file_test (state, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, STAGE_ERROR, STAGE_ERROR_START, "%s: is there already; name a new folder",
                   state);
      return FALSE;
    }
  g_printerr ("Starting the terminal and what stands around it\n");
  stage = stage_new (&chosen, error);
  if (stage == NULL)
    return FALSE;
  g_printerr ("Playing %s in %s\n", journey->name, options.language);
  if (!perform (stage, journey, error) || !stage_strike (stage, error))
    return FALSE;
  g_printerr ("Done: %s/summary.json and %s/*.png\n", options.headless, options.headless);
  return TRUE;
}

static void
on_window_closed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_main_loop_quit (data);
}

static gboolean
play_in_window (GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (Stage) stage = NULL;
  const StageOptions chosen = stage_options (NULL);

  if (g_getenv ("DISPLAY") == NULL && g_getenv ("WAYLAND_DISPLAY") == NULL)
    {
      g_set_error_literal (error, STAGE_ERROR, STAGE_ERROR_START,
                           "there is no screen here; play it with --headless DIR");
      return FALSE;
    }
  stage = stage_new (&chosen, error);
  if (stage == NULL || !stage_raise_bench (stage, on_window_closed, loop, error))
    return FALSE;
  g_print ("The terminal is running. Close the bench window, or press Ctrl+C, to end it.\n");
  g_main_loop_run (loop);
  return stage_strike (stage, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  gboolean good;

  setlocale (LC_ALL, "C.UTF-8");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("demo: %s\n", error->message);
      return 2;
    }
  if (options.journey == NULL)
    options.journey = g_strdup ("renew-licence");
  if (options.language == NULL)
    options.language = g_strdup ("en");
  good = options.headless != NULL ? play_headless (&error) : play_in_window (&error);
  if (!good)
    g_printerr ("demo: %s\n", error != NULL ? error->message : "failed");
  return good ? 0 : 1;
}
