/* Draws every fixture page in every combination of language, text size, theme and orientation to
 * PNG: kiosk-screenshot OUT [FIXTURE-PREFIX [COMBINATION-PART]]. A person looks at them. */
#include <glib/gstdio.h>
#include <gtk/gtk.h>

#include "fixture.h"
#include "look.h"
#include "shell.h"
#include "stage.h"

static void
draw (KioskShell *shell, const char *path)
{
  g_autoptr (GdkTexture) texture = stage_texture (shell);
  if (!gdk_texture_save_to_png (texture, path))
    g_error ("%s: cannot write", path);
}

static void
shoot (KioskShell *shell, const Fixture *fixture, const StageCombination *combination,
       const char *folder)
{
  g_autofree char *file
    = g_strdup_printf ("%s/%s-%s.png", folder, fixture->name, combination->name);
  stage_show (shell, fixture, combination);
  draw (shell, file);
  if (!g_str_equal (fixture->name, "services"))
    return;
  g_autofree char *idle = g_strdup_printf ("%s/idle-%s.png", folder, combination->name);
  kiosk_shell_set_idle (shell, 12);
  stage_next_frame (shell);
  draw (shell, idle);
  kiosk_shell_set_idle (shell, 0);
}

int
main (int argc, char **argv)
{
  const char *prefix = argc > 2 ? argv[2] : "";
  const char *part = argc > 3 ? argv[3] : "";
  if (argc < 2)
    g_error ("usage: kiosk-screenshot OUT [FIXTURE-PREFIX [COMBINATION-PART]]");
  stage_init (&argc, &argv);
  g_autoptr (GPtrArray) fixtures = fixture_load_all (FIXTURES);
  g_mkdir_with_parents (argv[1], 0755);
  for (int wide = 0; wide < 2; wide++)
    {
      KioskShell *shell = stage_window_new (wide);
      for (guint c = 0; c < stage_n_combinations; c++)
        for (guint i = 0; i < fixtures->len; i++)
          {
            const Fixture *fixture = fixtures->pdata[i];
            const StageCombination *combination = &stage_combinations[c];
            if (combination->wide == wide && g_str_has_prefix (fixture->name, prefix)
                && strstr (combination->name, part) != NULL)
              shoot (shell, fixture, combination, argv[1]);
          }
      gtk_window_destroy (GTK_WINDOW (shell));
    }
  return 0;
}
