/* The window on a socket: what it shows, what it says back, and what it does when the other end is
 * wrong or gone. */
#include <glib/gstdio.h>
#include <gtk/gtk.h>

#include "look.h"
#include "pages.h"
#include "text.h"
#include "world.h"

static void
test_start (World *world, gconstpointer data)
{
  WAIT_FOR (world_shows (world, "home"));
  stage_next_frame (world->shell);
  world_press (world, "简体中文");
  WAIT_FOR (fake_kioskd_last_act (world->kioskd) != NULL);
  g_assert_cmpstr (fake_kioskd_last_act (world->kioskd), ==, "start language=zh_CN");
}

static void
test_number (World *world, gconstpointer data)
{
  world_show (world, "access-key-can");
  for (const char *sign = "31415"; *sign != '\0'; sign++)
    world_press (world, (char[]){ *sign, '\0' });
  world_press (world, "Continue");
  g_assert_true (world_says (world, "Type all 6 digits."));
  world_press (world, "9");
  world_press (world, "8"); /* a seventh is not taken */
  world_press (world, "Continue");
  WAIT_FOR (fake_kioskd_last_act (world->kioskd) != NULL);
  g_assert_cmpstr (fake_kioskd_last_act (world->kioskd), ==, "submit value=314159");
}

static void
test_date (World *world, gconstpointer data)
{
  world_show (world, "question-date");
  for (const char *sign = "28022028"; *sign != '\0'; sign++)
    world_press (world, (char[]){ *sign, '\0' });
  world_press (world, "Delete");
  world_press (world, "7");
  world_press (world, "Continue");
  WAIT_FOR (fake_kioskd_last_act (world->kioskd) != NULL);
  g_assert_cmpstr (fake_kioskd_last_act (world->kioskd), ==, "answer value=2027-02-28");
}

static void
test_language_keeps (World *world, gconstpointer data)
{
  world_show (world, "access-key-can");
  world_press (world, "4");
  world_press (world, "2");
  world_press (world, "繁體中文");
  WAIT_FOR (world_says (world, "請輸入證上的 6 位數字"));
  g_assert_cmpstr (fake_kioskd_language (world->kioskd), ==, "zh_HK");
  stage_next_frame (world->shell);
  for (const char *sign = "0000"; *sign != '\0'; sign++)
    world_press (world, (char[]){ *sign, '\0' });
  world_press (world, "繼續");
  WAIT_FOR (fake_kioskd_last_act (world->kioskd) != NULL);
  g_assert_cmpstr (fake_kioskd_last_act (world->kioskd), ==, "submit value=420000");
}

static void
test_update_keeps (World *world, gconstpointer data)
{
  world_show (world, "question-integer");
  world_press (world, "Clear");
  world_press (world, "5");
  fake_kioskd_update (world->kioskd, world_fixture (world, "question-integer"));
  fake_kioskd_warn (world->kioskd, 12); /* arrives after the update */
  WAIT_FOR (world_says (world, "Are you still there?"));
  world_press (world, "I’m still here");
  world_press (world, "Continue");
  WAIT_FOR (fake_kioskd_last_act (world->kioskd) != NULL);
  g_assert_cmpstr (fake_kioskd_last_act (world->kioskd), ==, "answer value=5");
}

static void
test_idle (World *world, gconstpointer data)
{
  world_show (world, "services");
  fake_kioskd_warn (world->kioskd, 20);
  WAIT_FOR (world_says (world, "Are you still there?"));
  fake_kioskd_warn (world->kioskd, 19);
  WAIT_FOR (world_says (world, "19"));
  guint touches = fake_kioskd_n_touches (world->kioskd);
  world_press (world, "I’m still here");
  g_assert_false (world_says (world, "Are you still there?"));
  WAIT_FOR (fake_kioskd_n_touches (world->kioskd) > touches);
}

static void
test_presentation (World *world, gconstpointer data)
{
  world_show (world, "services");
  world_press (world, "Larger text");
  world_press (world, "High contrast");
  g_assert_true (kiosk_look_is_large () && kiosk_look_is_contrast ());
  fake_kioskd_show (world->kioskd, world_fixture (world, "ended"));
  WAIT_FOR (world_shows (world, "ended"));
  g_assert_true (kiosk_look_is_large () && kiosk_look_is_contrast ());
  fake_kioskd_show (world->kioskd, world_fixture (world, "home"));
  WAIT_FOR (world_shows (world, "home"));
  g_assert_false (kiosk_look_is_large () || kiosk_look_is_contrast ());
}

static void
test_unknown (World *world, gconstpointer data)
{
  WAIT_FOR (world_shows (world, "home"));
  fake_kioskd_show_model (world->kioskd, "teleport", g_variant_new_parsed ("@a{sv} {}"));
  WAIT_FOR (world_shows (world, "unavailable"));
  g_assert_true (world_says (world, "different versions"));
  fake_kioskd_show (world->kioskd, world_fixture (world, "services"));
  WAIT_FOR (world_shows (world, "services"));
}

/* Every page, with nothing in its model and with everything of the wrong type. */
static void
test_malformed (World *world, gconstpointer data)
{
  guint n;
  const KioskPageEntry *entries = kiosk_pages_all (&n);
  WAIT_FOR (world_shows (world, "home"));
  for (guint i = 0; i < n; i++)
    {
      const char *name = entries[i].name;
      if (g_str_equal (name, "home") || g_str_equal (name, "sealing")
          || g_str_equal (name, "unavailable"))
        continue; /* these read nothing, or are the answer */
      GVariant *wrong = g_variant_new_parsed (
        "{'reader': <1>, 'code': <2>, 'services': <['x']>, 'checks': <3>, 'type': <4>,"
        " 'rows': <{'a': 'b'}>, 'paragraphs': <'x'>, 'items': <7>, 'why': <8>, 'qr': <9>}");
      fake_kioskd_show (world->kioskd, world_fixture (world, "services"));
      WAIT_FOR (world_shows (world, "services"));
      fake_kioskd_show_model (world->kioskd, name, g_variant_new_parsed ("@a{sv} {}"));
      WAIT_FOR (world_shows (world, "unavailable"));
      fake_kioskd_show (world->kioskd, world_fixture (world, "services"));
      WAIT_FOR (world_shows (world, "services"));
      fake_kioskd_show_model (world->kioskd, name, wrong);
      WAIT_FOR (world_shows (world, "unavailable"));
    }
}

static void
test_reconnects (World *world, gconstpointer data)
{
  WAIT_FOR (world_shows (world, "home"));
  g_clear_pointer (&world->kioskd, fake_kioskd_free);
  WAIT_FOR (world_shows (world, "unavailable"));
  g_unlink (world->socket);
  world->kioskd = fake_kioskd_new (world->socket, world_fixture (world, "identify"));
  WAIT_FOR (world_shows (world, "identify"));
}

static void
test_masked (World *world, gconstpointer data)
{
  world_show (world, "review");
  g_assert_false (world_says (world, "A123456"));
  GtkWidget *button = world_find (GTK_WIDGET (world->shell), "Hold to show");
  gtk_widget_set_state_flags (button, GTK_STATE_FLAG_ACTIVE, FALSE);
  g_assert_true (world_says (world, "A123456(3)"));
  gtk_widget_unset_state_flags (button, GTK_STATE_FLAG_ACTIVE);
  g_assert_false (world_says (world, "A123456"));
}

static void
test_change (World *world, gconstpointer data)
{
  world_show (world, "review");
  world_press (world, "Change: Registration mark");
  WAIT_FOR (fake_kioskd_last_act (world->kioskd) != NULL);
  g_assert_cmpstr (fake_kioskd_last_act (world->kioskd), ==, "change ref=/d/mark");
}

static void
test_more (World *world, gconstpointer data)
{
  world_show (world, "services-many");
  g_assert_false (world_says (world, "My applications"));
  world_press (world, "Show more");
  stage_next_frame (world->shell);
  g_assert_true (world_says (world, "My applications"));
  world_press (world, "My applications");
  WAIT_FOR (fake_kioskd_last_act (world->kioskd) != NULL);
  g_assert_cmpstr (fake_kioskd_last_act (world->kioskd), ==, "transactions");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  stage_init (&argc, &argv);
  WORLD_TEST ("/window/home/starts-in-the-language-touched", test_start);
  WORLD_TEST ("/window/access-key/sends-a-whole-number-only", test_number);
  WORLD_TEST ("/window/question/sends-a-date-year-first", test_date);
  WORLD_TEST ("/window/language/keeps-what-was-typed", test_language_keeps);
  WORLD_TEST ("/window/update/keeps-what-was-typed", test_update_keeps);
  WORLD_TEST ("/window/idle/warns-and-believes-the-person", test_idle);
  WORLD_TEST ("/window/presentation/ends-at-home", test_presentation);
  WORLD_TEST ("/window/unknown-page/says-so-and-goes-on", test_unknown);
  WORLD_TEST ("/window/malformed-model/never-a-crash", test_malformed);
  WORLD_TEST ("/window/kioskd/may-come-back", test_reconnects);
  WORLD_TEST ("/window/number/is-masked-until-held", test_masked);
  WORLD_TEST ("/window/review/says-which-answer-to-change", test_change);
  WORLD_TEST ("/window/list/turns-instead-of-scrolling", test_more);
  return g_test_run ();
}
