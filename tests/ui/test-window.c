/* The window on a socket: what it shows, what it says back, and what it does when the other end is
 * wrong or gone. */
#include <glib/gstdio.h>
#include <gtk/gtk.h>
#include <string.h>

#include "fake-kioskd.h"
#include "link.h"
#include "look.h"
#include "pages.h"
#include "stage.h"
#include "text.h"
#include "wiring.h"

typedef struct
{
  char *folder;
  char *socket;
  FakeKioskd *kioskd;
  KioskLink *link;
  KioskShell *shell;
  GPtrArray *fixtures;
} World;

static const Fixture *
fixture (World *world, const char *name)
{
  for (guint i = 0; i < world->fixtures->len; i++)
    if (g_str_equal (((Fixture *)world->fixtures->pdata[i])->name, name))
      return world->fixtures->pdata[i];
  g_error ("no fixture %s", name);
}

static void
set_up (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  world->folder = g_dir_make_tmp ("kiosk-ui-XXXXXX", &error);
  g_assert_no_error (error);
  world->socket = g_build_filename (world->folder, "front.sock", NULL);
  world->fixtures = fixture_load_all (FIXTURES);
  world->kioskd = fake_kioskd_new (world->socket, fixture (world, "home"));
  world->shell = stage_window_new (FALSE);
  world->link = kiosk_link_new (world->socket);
  kiosk_wiring_connect (world->shell, world->link);
  kiosk_link_start (world->link);
}

static void
tear_down (World *world, gconstpointer data)
{
  kiosk_wiring_disconnect (world->shell, world->link);
  g_object_unref (world->link);
  gtk_window_destroy (GTK_WINDOW (world->shell));
  if (world->kioskd != NULL)
    fake_kioskd_free (world->kioskd);
  g_ptr_array_unref (world->fixtures);
  g_unlink (world->socket);
  g_rmdir (world->folder);
  g_free (world->socket);
  g_free (world->folder);
  kiosk_look_set_large (FALSE);
  kiosk_look_set_contrast (FALSE);
}

/* Runs the loop until @what holds; meson's time limit ends a wait that never will. */
#define WAIT_FOR(what)                                                                             \
  G_STMT_START                                                                                     \
  {                                                                                                \
    while (!(what))                                                                                \
      g_main_context_iteration (NULL, TRUE);                                                       \
  }                                                                                                \
  G_STMT_END

static gboolean
shows (World *world, const char *page)
{
  GtkWidget *shown = kiosk_shell_page (world->shell);
  return shown != NULL && g_str_equal (gtk_widget_get_name (shown), page);
}

static GtkWidget *
find (GtkWidget *widget, const char *name)
{
  if (GTK_IS_BUTTON (widget) && gtk_widget_get_mapped (widget))
    {
      char *other = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget),
                                                        GTK_ACCESSIBLE_PROPERTY_LABEL, name);
      if (other == NULL)
        return widget;
      g_free (other);
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, name);
      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
press (World *world, const char *name)
{
  GtkWidget *button = find (GTK_WIDGET (world->shell), name);
  if (button == NULL)
    g_error ("no button “%s”", name);
  g_signal_emit_by_name (button, "clicked");
}

static gboolean
has_label (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget)
      && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (has_label (child, text))
      return TRUE;
  return FALSE;
}

static gboolean
says (World *world, const char *text)
{
  return has_label (GTK_WIDGET (world->shell), text);
}

static void
show (World *world, const char *name)
{
  WAIT_FOR (!shows (world, "unavailable"));
  fake_kioskd_show (world->kioskd, fixture (world, name));
  WAIT_FOR (shows (world, fixture (world, name)->page));
  stage_next_frame (world->shell);
}

static void
test_start (World *world, gconstpointer data)
{
  WAIT_FOR (shows (world, "home"));
  stage_next_frame (world->shell);
  press (world, "简体中文");
  WAIT_FOR (fake_kioskd_last_act (world->kioskd) != NULL);
  g_assert_cmpstr (fake_kioskd_last_act (world->kioskd), ==, "start language=zh_CN");
}

static void
test_number (World *world, gconstpointer data)
{
  show (world, "access-key-can");
  for (const char *sign = "31415"; *sign != '\0'; sign++)
    press (world, (char[]){ *sign, '\0' });
  press (world, "Continue");
  g_assert_true (says (world, "Type all 6 digits."));
  press (world, "9");
  press (world, "8"); /* a seventh is not taken */
  press (world, "Continue");
  WAIT_FOR (fake_kioskd_last_act (world->kioskd) != NULL);
  g_assert_cmpstr (fake_kioskd_last_act (world->kioskd), ==, "submit value=314159");
}

static void
test_date (World *world, gconstpointer data)
{
  show (world, "question-date");
  for (const char *sign = "28022028"; *sign != '\0'; sign++)
    press (world, (char[]){ *sign, '\0' });
  press (world, "Delete");
  press (world, "7");
  press (world, "Continue");
  WAIT_FOR (fake_kioskd_last_act (world->kioskd) != NULL);
  g_assert_cmpstr (fake_kioskd_last_act (world->kioskd), ==, "answer value=2027-02-28");
}

static void
test_language_keeps (World *world, gconstpointer data)
{
  show (world, "access-key-can");
  press (world, "4");
  press (world, "2");
  press (world, "繁體中文");
  WAIT_FOR (says (world, "請輸入證上的 6 位數字"));
  g_assert_cmpstr (fake_kioskd_language (world->kioskd), ==, "zh_HK");
  stage_next_frame (world->shell);
  for (const char *sign = "0000"; *sign != '\0'; sign++)
    press (world, (char[]){ *sign, '\0' });
  press (world, "繼續");
  WAIT_FOR (fake_kioskd_last_act (world->kioskd) != NULL);
  g_assert_cmpstr (fake_kioskd_last_act (world->kioskd), ==, "submit value=420000");
}

static void
test_update_keeps (World *world, gconstpointer data)
{
  show (world, "question-integer");
  press (world, "Clear");
  press (world, "5");
  fake_kioskd_update (world->kioskd, fixture (world, "question-integer"));
  fake_kioskd_warn (world->kioskd, 12); /* arrives after the update */
  WAIT_FOR (says (world, "Are you still there?"));
  press (world, "I’m still here");
  press (world, "Continue");
  WAIT_FOR (fake_kioskd_last_act (world->kioskd) != NULL);
  g_assert_cmpstr (fake_kioskd_last_act (world->kioskd), ==, "answer value=5");
}

static void
test_idle (World *world, gconstpointer data)
{
  show (world, "services");
  fake_kioskd_warn (world->kioskd, 20);
  WAIT_FOR (says (world, "Are you still there?"));
  fake_kioskd_warn (world->kioskd, 19);
  WAIT_FOR (says (world, "19"));
  guint touches = fake_kioskd_n_touches (world->kioskd);
  press (world, "I’m still here");
  g_assert_false (says (world, "Are you still there?"));
  WAIT_FOR (fake_kioskd_n_touches (world->kioskd) > touches);
}

static void
test_presentation (World *world, gconstpointer data)
{
  show (world, "services");
  press (world, "Larger text");
  press (world, "High contrast");
  g_assert_true (kiosk_look_is_large () && kiosk_look_is_contrast ());
  fake_kioskd_show (world->kioskd, fixture (world, "ended"));
  WAIT_FOR (shows (world, "ended"));
  g_assert_true (kiosk_look_is_large () && kiosk_look_is_contrast ());
  fake_kioskd_show (world->kioskd, fixture (world, "home"));
  WAIT_FOR (shows (world, "home"));
  g_assert_false (kiosk_look_is_large () || kiosk_look_is_contrast ());
}

static void
test_unknown (World *world, gconstpointer data)
{
  WAIT_FOR (shows (world, "home"));
  fake_kioskd_show_model (world->kioskd, "teleport", g_variant_new_parsed ("@a{sv} {}"));
  WAIT_FOR (shows (world, "unavailable"));
  g_assert_true (says (world, "different versions"));
  fake_kioskd_show (world->kioskd, fixture (world, "services"));
  WAIT_FOR (shows (world, "services"));
}

/* Every page, with nothing in its model and with everything of the wrong type. */
static void
test_malformed (World *world, gconstpointer data)
{
  guint n;
  const KioskPageEntry *entries = kiosk_pages_all (&n);
  WAIT_FOR (shows (world, "home"));
  for (guint i = 0; i < n; i++)
    {
      const char *name = entries[i].name;
      if (g_str_equal (name, "home") || g_str_equal (name, "sealing")
          || g_str_equal (name, "unavailable"))
        continue; /* these read nothing, or are the answer */
      GVariant *wrong = g_variant_new_parsed (
        "{'reader': <1>, 'code': <2>, 'services': <['x']>, 'checks': <3>, 'type': <4>,"
        " 'rows': <{'a': 'b'}>, 'paragraphs': <'x'>, 'items': <7>, 'why': <8>, 'qr': <9>}");
      fake_kioskd_show (world->kioskd, fixture (world, "services"));
      WAIT_FOR (shows (world, "services"));
      fake_kioskd_show_model (world->kioskd, name, g_variant_new_parsed ("@a{sv} {}"));
      WAIT_FOR (shows (world, "unavailable"));
      fake_kioskd_show (world->kioskd, fixture (world, "services"));
      WAIT_FOR (shows (world, "services"));
      fake_kioskd_show_model (world->kioskd, name, wrong);
      WAIT_FOR (shows (world, "unavailable"));
    }
}

static void
test_reconnects (World *world, gconstpointer data)
{
  WAIT_FOR (shows (world, "home"));
  g_clear_pointer (&world->kioskd, fake_kioskd_free);
  WAIT_FOR (shows (world, "unavailable"));
  g_unlink (world->socket);
  world->kioskd = fake_kioskd_new (world->socket, fixture (world, "identify"));
  WAIT_FOR (shows (world, "identify"));
}

static void
test_masked (World *world, gconstpointer data)
{
  show (world, "review");
  g_assert_false (says (world, "A123456"));
  GtkWidget *button = find (GTK_WIDGET (world->shell), "Hold to show");
  gtk_widget_set_state_flags (button, GTK_STATE_FLAG_ACTIVE, FALSE);
  g_assert_true (says (world, "A123456(3)"));
  gtk_widget_unset_state_flags (button, GTK_STATE_FLAG_ACTIVE);
  g_assert_false (says (world, "A123456"));
}

static void
test_change (World *world, gconstpointer data)
{
  show (world, "review");
  press (world, "Change: Registration mark");
  WAIT_FOR (fake_kioskd_last_act (world->kioskd) != NULL);
  g_assert_cmpstr (fake_kioskd_last_act (world->kioskd), ==, "change ref=/d/mark");
}

static void
test_more (World *world, gconstpointer data)
{
  show (world, "services-many");
  g_assert_false (says (world, "My applications"));
  press (world, "Show more");
  stage_next_frame (world->shell);
  g_assert_true (says (world, "My applications"));
  press (world, "My applications");
  WAIT_FOR (fake_kioskd_last_act (world->kioskd) != NULL);
  g_assert_cmpstr (fake_kioskd_last_act (world->kioskd), ==, "transactions");
}

#define TEST(path, function) g_test_add (path, World, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  stage_init (&argc, &argv);
  TEST ("/window/home/starts-in-the-language-touched", test_start);
  TEST ("/window/access-key/sends-a-whole-number-only", test_number);
  TEST ("/window/question/sends-a-date-year-first", test_date);
  TEST ("/window/language/keeps-what-was-typed", test_language_keeps);
  TEST ("/window/update/keeps-what-was-typed", test_update_keeps);
  TEST ("/window/idle/warns-and-believes-the-person", test_idle);
  TEST ("/window/presentation/ends-at-home", test_presentation);
  TEST ("/window/unknown-page/says-so-and-goes-on", test_unknown);
  TEST ("/window/malformed-model/never-a-crash", test_malformed);
  TEST ("/window/kioskd/may-come-back", test_reconnects);
  TEST ("/window/number/is-masked-until-held", test_masked);
  TEST ("/window/review/says-which-answer-to-change", test_change);
  TEST ("/window/list/turns-instead-of-scrolling", test_more);
  return g_test_run ();
}
