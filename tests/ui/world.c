#include "world.h"

#include <glib/gstdio.h>
#include <gtk/gtk.h>
#include <string.h>

#include "look.h"
#include "wiring.h"

const Fixture *
world_fixture (World *world, const char *name)
{
  for (guint i = 0; i < world->fixtures->len; i++)
    if (g_str_equal (((Fixture *)world->fixtures->pdata[i])->name, name))
      return world->fixtures->pdata[i];
  g_error ("no fixture %s", name);
}

void
world_set_up (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  world->folder = g_dir_make_tmp ("kiosk-ui-XXXXXX", &error);
  g_assert_no_error (error);
  world->socket = g_build_filename (world->folder, "front.sock", NULL);
  world->fixtures = fixture_load_all (FIXTURES);
  world->kioskd = fake_kioskd_new (world->socket, world_fixture (world, "home"));
  world->shell = stage_window_new (FALSE);
  world->link = kiosk_link_new (world->socket);
  kiosk_wiring_connect (world->shell, world->link);
  kiosk_link_start (world->link);
}

void
world_tear_down (World *world, gconstpointer data)
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

gboolean
world_shows (World *world, const char *page)
{
  GtkWidget *shown = kiosk_shell_page (world->shell);
  return shown != NULL && g_str_equal (gtk_widget_get_name (shown), page);
}

GtkWidget *
world_find (GtkWidget *widget, const char *name)
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
      GtkWidget *found = world_find (child, name);
      if (found != NULL)
        return found;
    }
  return NULL;
}

void
world_press (World *world, const char *name)
{
  GtkWidget *button = world_find (GTK_WIDGET (world->shell), name);
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

gboolean
world_says (World *world, const char *text)
{
  return has_label (GTK_WIDGET (world->shell), text);
}

void
world_show (World *world, const char *name)
{
  WAIT_FOR (!world_shows (world, "unavailable"));
  fake_kioskd_show (world->kioskd, world_fixture (world, name));
  WAIT_FOR (world_shows (world, world_fixture (world, name)->page));
  stage_next_frame (world->shell);
}
