/* What peers say wrong on kioskd's two sockets: kioskd stays up, and the journey that is under way
 * is where it was. */
#include "bad-journey.h"

#include <string.h>

#define HUGE_ARGUMENT (8 * 1024 * 1024)
#define FLOOD         2000

static void
test_types (gconstpointer data)
{
  BadJourney *f = (BadJourney *)data;
  const struct
  {
    const char *method;
    const char *arguments;
  } calls[] = {
    { "Act", "('start',)" },
    { "Act", "(@u 1, 'start')" },
    { "Act", "(@u 1, 'start', {'language': 'en'})" },
    { "Act", "(@t 1, 'start', @a{sv} {})" },
    { "Act", "(@u 1, @ay b'start', @a{sv} {})" },
    { "SetLanguage", "(@u 1,)" },
    { "SetLanguage", "('en', 'zh_HK')" },
    { "Get", "('x',)" },
    { "Touch", "(true,)" },
    { "Vanish", "()" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autoptr (GVariant) arguments
        = g_variant_ref_sink (g_variant_new_parsed (calls[i].arguments));
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) front = bad_call (f->front, calls[i].method, arguments, &error);
      g_autoptr (GVariant) control
        = bad_call_control (f->control, calls[i].method, arguments, NULL);

      g_assert_null (front);
      g_assert_true (g_dbus_error_is_remote_error (error));
      g_assert_null (control);
    }
  bad_journey_check (f);
}

/* A member that has the right name and another type than a text. */
static void
test_types_inside (gconstpointer data)
{
  BadJourney *f = (BadJourney *)data;
  const char *const members[]
    = { "{'language': <1>}", "{'language': <['en']>}", "{'language': <@a{sv} {}>}",
        "{'value': <<<'x'>>>}", "@a{sv} {}" };
  const char *const actions[] = { "start", "submit", "choose", "back", "help" };

  /* Of these only "help" is offered, and at another page than this one. */
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (actions); j++)
      g_assert_false (bad_act (f, f->serial + 1, actions[j], g_variant_new_parsed (members[i])));
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    for (gsize j = 0; j + 1 < G_N_ELEMENTS (actions); j++)
      g_assert_false (bad_act (f, f->serial, actions[j], g_variant_new_parsed (members[i])));
  bad_journey_check (f);
}

static void
test_pages_that_have_gone (gconstpointer data)
{
  BadJourney *f = (BadJourney *)data;
  const guint serials[] = { 0, 1, f->serial - 1, f->serial + 1, G_MAXUINT };
  const char *const unknown[]
    = { "", "Help", "help ", "dance", "accept", "../finish", "finish;finish", "\xe7\xb5\x82" };

  for (gsize i = 0; i < G_N_ELEMENTS (serials); i++)
    if (serials[i] != f->serial)
      g_assert_false (bad_act (f, serials[i], "finish", g_variant_new_parsed ("@a{sv} {}")));
  for (gsize i = 0; i < G_N_ELEMENTS (unknown); i++)
    g_assert_false (bad_act (f, f->serial, unknown[i], g_variant_new_parsed ("@a{sv} {}")));
  bad_journey_check (f);
}

static GVariant *
many_members (guint count)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  for (guint i = 0; i < count; i++)
    {
      g_autofree char *name = g_strdup_printf ("m%u", i);

      g_variant_builder_add (&builder, "{sv}", name, g_variant_new_byte (0));
    }
  return g_variant_builder_end (&builder);
}

static void
test_huge (gconstpointer data)
{
  BadJourney *f = (BadJourney *)data;
  g_autofree char *huge = g_strnfill (HUGE_ARGUMENT, 'x');
  g_autoptr (GVariant) bytes
    = g_variant_ref_sink (g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, huge, HUGE_ARGUMENT, 1));
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;

  g_assert_false (bad_act (f, f->serial, "finish", bad_one_text ("value", huge)));
  g_assert_false (bad_act (f, f->serial, huge, g_variant_new_parsed ("@a{sv} {}")));
  g_assert_false (bad_act (f, f->serial, "finish", many_members (9)));
  answer = bad_call (f->front, "SetLanguage", g_variant_new ("(s)", huge), &error);
  g_assert_no_error (error);
  g_assert_null (bad_call_control (f->control, "Find", g_variant_new ("(s)", huge), NULL));
  g_assert_null (bad_call_control (f->control, "Enrol", g_variant_new ("(s)", huge), NULL));
  g_assert_null (
    bad_call_control (f->control, "InstallBundle", g_variant_new ("(s@ay)", "trust", bytes), NULL));
  g_assert_null (
    bad_call_control (f->control, "InstallBundle", g_variant_new ("(s@ay)", huge, bytes), NULL));
  bad_journey_check (f);
}

typedef struct
{
  guint answered;
  guint refused;
} Flood;

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  Flood *flood = data;
  g_autoptr (GVariant) answer
    = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  gboolean accepted = TRUE;

  flood->answered++;
  if (answer == NULL)
    return;
  g_variant_get (answer, "(b)", &accepted);
  flood->refused += !accepted;
}

/* All at once, and every one is answered. */
static void
test_flood (gconstpointer data)
{
  BadJourney *f = (BadJourney *)data;
  Flood flood = { 0 };

  for (guint i = 0; i < FLOOD; i++)
    g_dbus_connection_call (
      f->front, NULL, BAD_JOURNEY_PATH, BAD_JOURNEY, "Act",
      g_variant_new ("(us@a{sv})", f->serial + 1 + i, "finish", g_variant_new_parsed ("@a{sv} {}")),
      NULL, G_DBUS_CALL_FLAGS_NONE, BAD_CALL_MS, NULL, on_answer, &flood);
  while (flood.answered < FLOOD)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (flood.refused, ==, FLOOD);
  bad_journey_check (f);
}

int
main (int argc, char **argv)
{
  BadJourney f = { 0 };
  int status;

  g_test_init (&argc, &argv, NULL);
#define CASE(path, function) g_test_add_data_func ("/bad-input/calls/" path, &f, function)
  CASE ("of-the-wrong-type-are-refused", test_types);
  CASE ("with-members-of-the-wrong-type-do-nothing", test_types_inside);
  CASE ("on-pages-that-have-gone-do-nothing", test_pages_that_have_gone);
  CASE ("with-huge-arguments-do-nothing", test_huge);
  CASE ("in-thousands-are-all-answered", test_flood);
  bad_journey_begin (&f);
  status = g_test_run ();
  bad_journey_end (&f);
  return status;
}
