#include "stage.h"

#include <gtk/gtk.h>
#include <unistd.h>

#include "look.h"
#include "scene.h"

const StageCombination stage_combinations[] = {
  { "en-high", "en", FALSE, FALSE, FALSE },
  { "zh_HK-high", "zh_HK", FALSE, FALSE, FALSE },
  { "zh_CN-high", "zh_CN", FALSE, FALSE, FALSE },
  { "en-contrast-high", "en", FALSE, TRUE, FALSE },
  { "zh_HK-contrast-high", "zh_HK", FALSE, TRUE, FALSE },
  { "zh_CN-contrast-high", "zh_CN", FALSE, TRUE, FALSE },
  { "en-large-high", "en", TRUE, FALSE, FALSE },
  { "zh_HK-large-high", "zh_HK", TRUE, FALSE, FALSE },
  { "zh_CN-large-high", "zh_CN", TRUE, FALSE, FALSE },
  { "en-large-contrast-high", "en", TRUE, TRUE, FALSE },
  { "zh_HK-large-contrast-high", "zh_HK", TRUE, TRUE, FALSE },
  { "zh_CN-large-contrast-high", "zh_CN", TRUE, TRUE, FALSE },
  { "en-wide", "en", FALSE, FALSE, TRUE },
  { "zh_HK-wide", "zh_HK", FALSE, FALSE, TRUE },
  { "zh_CN-wide", "zh_CN", FALSE, FALSE, TRUE },
  { "en-contrast-wide", "en", FALSE, TRUE, TRUE },
  { "zh_HK-contrast-wide", "zh_HK", FALSE, TRUE, TRUE },
  { "zh_CN-contrast-wide", "zh_CN", FALSE, TRUE, TRUE },
  { "en-large-wide", "en", TRUE, FALSE, TRUE },
  { "zh_HK-large-wide", "zh_HK", TRUE, FALSE, TRUE },
  { "zh_CN-large-wide", "zh_CN", TRUE, FALSE, TRUE },
  { "en-large-contrast-wide", "en", TRUE, TRUE, TRUE },
  { "zh_HK-large-contrast-wide", "zh_HK", TRUE, TRUE, TRUE },
  { "zh_CN-large-contrast-wide", "zh_CN", TRUE, TRUE, TRUE },
};
const guint stage_n_combinations = G_N_ELEMENTS (stage_combinations);

void
stage_init (int *argc, char ***argv)
{
  g_setenv ("GSK_RENDERER", "cairo", TRUE);
  gtk_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  kiosk_look_init (gdk_display_get_default (), KIOSK_LOOK_DPI_DEFAULT);
}

static void
on_after_paint (GdkFrameClock *clock, gboolean *painted)
{
  *painted = TRUE;
}

void
stage_next_frame (KioskShell *shell)
{
  gboolean painted = FALSE;
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (shell));
  gulong handler = g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint), &painted);
  gtk_widget_queue_draw (GTK_WIDGET (shell));
  while (!painted)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (clock, handler);
}

KioskShell *
stage_window_new (gboolean wide)
{
  kiosk_look_set_wide (wide);
  KioskShell *shell = kiosk_shell_new ();
  kiosk_shell_set_animated (shell, FALSE);
  kiosk_shell_show_unavailable (shell, "starting");
  gtk_window_set_default_size (GTK_WINDOW (shell), wide ? 1920 : 1080, wide ? 1080 : 1920);
  gtk_window_present (GTK_WINDOW (shell));
  stage_next_frame (shell);
  return shell;
}

/* As kioskd would hand it out; drawn for the advice that the page gives. */
static void
show_camera (KioskShell *shell, const Fixture *fixture)
{
  static Scene *scene;
  g_autoptr (GVariant) model = g_variant_ref_sink (fixture_model (fixture, "en"));
  const char *guidance = "";
  if (!g_variant_lookup (model, "guidance", "&s", &guidance))
    return;
  if (scene == NULL)
    scene = scene_new ();
  scene_paint (scene, guidance);
  int memory = scene_share (scene);
  kiosk_shell_see (shell, memory);
  close (memory);
}

void
stage_show (KioskShell *shell, const Fixture *fixture, const StageCombination *combination)
{
  static guint serial;
  if (kiosk_look_is_large () != combination->large)
    gtk_widget_activate_action (GTK_WIDGET (shell), "shell.large", NULL);
  if (kiosk_look_is_contrast () != combination->contrast)
    gtk_widget_activate_action (GTK_WIDGET (shell), "shell.contrast", NULL);
  kiosk_shell_show (shell, ++serial, fixture->page, fixture_model (fixture, combination->language),
                    (const char *const *)fixture->actions);
  /* Showing "home" resets the presentation: ask for it again there. */
  if (kiosk_look_is_large () != combination->large)
    gtk_widget_activate_action (GTK_WIDGET (shell), "shell.large", NULL);
  if (kiosk_look_is_contrast () != combination->contrast)
    gtk_widget_activate_action (GTK_WIDGET (shell), "shell.contrast", NULL);
  show_camera (shell, fixture);
  stage_next_frame (shell);
}

/* (transfer full) (nullable): NULL when the window has not been drawn since it changed. */
static GskRenderNode *
node_of (GtkWidget *window, int width, int height)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (window);
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (paintable, snapshot, width, height);
  return gtk_snapshot_to_node (snapshot);
}

GdkTexture *
stage_texture (KioskShell *shell)
{
  GtkWidget *window = GTK_WIDGET (shell);
  int width = gtk_widget_get_width (window);
  int height = gtk_widget_get_height (window);
  GskRenderNode *node;
  while ((node = node_of (window, width, height)) == NULL)
    stage_next_frame (shell);
  GdkTexture *texture
    = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node,
                                   &GRAPHENE_RECT_INIT (0, 0, (float)width, (float)height));
  gsk_render_node_unref (node);
  return texture;
}
