/* A window, its link and a kioskd of fixtures at the other end: what the window's tests stand on.
 */
#pragma once

#include "fake-kioskd.h"
#include "link.h"
#include "stage.h"

G_BEGIN_DECLS

typedef struct
{
  char *folder;
  char *socket;
  FakeKioskd *kioskd;
  KioskLink *link;
  KioskShell *shell;
  GPtrArray *fixtures;
} World;

void world_set_up (World *world, gconstpointer data);
void world_tear_down (World *world, gconstpointer data);
#define WORLD_TEST(path, function)                                                                 \
  g_test_add (path, World, NULL, world_set_up, function, world_tear_down)

/* Runs the loop until @what holds; meson's time limit ends a wait that never will. */
#define WAIT_FOR(what)                                                                             \
  G_STMT_START                                                                                     \
  {                                                                                                \
    while (!(what))                                                                                \
      g_main_context_iteration (NULL, TRUE);                                                       \
  }                                                                                                \
  G_STMT_END

const Fixture *world_fixture (World *world, const char *name);
/* Has kioskd show a fixture, and waits until it has been drawn. */
void world_show (World *world, const char *name);
gboolean world_shows (World *world, const char *page);
/* A label with @text in it is seen. */
gboolean world_says (World *world, const char *text);
/* (nullable): a button that is seen, by its accessible name. */
GtkWidget *world_find (GtkWidget *widget, const char *name);
void world_press (World *world, const char *name);

G_END_DECLS
