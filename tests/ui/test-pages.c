/* Every page in every language, text size, theme and orientation: nothing clipped, nothing outside
 * the window, everything large enough to touch and to read, everything named and translated.
 * Run with GTK_A11Y=test; "high" or "wide", "normal" or "large" choose a quarter of the work. */
#include <gtk/gtk.h>
#include <string.h>

#include "look.h"
#include "stage.h"
#include "widgets.h"

#define TARGET_MM     15.0
#define PRIMARY_MM    20.0
#define CAPITAL_MM    4.8  /* Section 508, 402.4 */
#define CAPITAL_RATIO .727 /* of Inter's em */
#define SLACK_PX      1.01

static const char *where;
static guint n_targets;
static const char *language;

static double
mm (double pixels)
{
  return pixels * 25.4 / kiosk_look_dpi ();
}

static void
complain (const char *what, const char *text)
{
  g_test_message ("%s: %s: “%s”", where, what, text);
  g_test_fail ();
}

/* Latin words in a Chinese page, except names and the other languages' own. */
static gboolean
is_translated (const char *text)
{
  static const char *const kept[] = { "English",
                                      "Touch to start",
                                      "Government self-service",
                                      "Public services in one tap",
                                      "職員 · Staff",
                                      "Choose your language",
                                      "Have your identity card",
                                      "Larger text",
                                      "High contrast",
                                      "CHAN, Tai Man",
                                      "WONG-MCALLISTER",
                                      "HK$" };
  if (g_str_equal (language, "en"))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    if (strstr (text, kept[i]) != NULL)
      return TRUE;
  return !g_regex_match_simple ("[A-Za-z][a-z]{2}", text, 0, 0);
}

static double
font_pixels (GtkWidget *label)
{
  PangoContext *context = gtk_widget_get_pango_context (label);
  const PangoFontDescription *font = pango_context_get_font_description (context);
  double size = pango_font_description_get_size (font) / (double)PANGO_SCALE;
  return pango_font_description_get_size_is_absolute (font)
           ? size
           : size * pango_cairo_context_get_resolution (context) / 72;
}

static void
check_label (GtkLabel *label)
{
  const char *text = gtk_label_get_text (label);
  PangoLayout *layout = gtk_label_get_layout (label);
  int width;
  int height;
  if (*text == '\0' || gtk_widget_has_css_class (GTK_WIDGET (label), "quoted"))
    return; /* not ours: cut where it is too long, in its own language */
  pango_layout_get_pixel_size (layout, &width, &height);
  if (pango_layout_is_ellipsized (layout) || width > gtk_widget_get_width (GTK_WIDGET (label)) + 1
      || height > gtk_widget_get_height (GTK_WIDGET (label)) + 1)
    complain ("clipped", text);
  if (pango_layout_get_unknown_glyphs_count (layout) > 0)
    complain ("no glyph", text);
  if (mm (font_pixels (GTK_WIDGET (label)) * CAPITAL_RATIO) < CAPITAL_MM)
    complain ("too small to read", text);
  if (!is_translated (text))
    complain ("not translated", text);
}

static char *
name_of (GtkWidget *button)
{
  const char *label = gtk_button_get_label (GTK_BUTTON (button));
  return g_strdup (label != NULL ? label : gtk_widget_get_name (button));
}

static void
check_button (GtkWidget *button, const graphene_rect_t *bounds)
{
  g_autofree char *name = name_of (button);
  double least = gtk_widget_has_css_class (button, "primary") ? PRIMARY_MM : TARGET_MM;
  n_targets++;
  if (mm ((double)bounds->size.height + SLACK_PX) < least
      || mm ((double)bounds->size.width + SLACK_PX) < TARGET_MM)
    complain ("too small to touch", name);
  if (!gtk_test_accessible_has_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL))
    complain ("no accessible name", name);
  const char *label = gtk_button_get_label (GTK_BUTTON (button));
  GtkWidget *segment = gtk_widget_get_parent (button);
  if (label == NULL || gtk_widget_has_css_class (segment, "segmented")
      || gtk_widget_has_css_class (button, "small"))
    return;
  g_autofree char *other = gtk_test_accessible_check_property (
    GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label);
  if (other != NULL)
    complain ("named otherwise than it reads", label);
}

static void
check_bounds (GtkWidget *widget, GtkWidget *window, const graphene_rect_t *bounds)
{
  float width = (float)gtk_widget_get_width (window);
  float height = (float)gtk_widget_get_height (window);
  if ((double)bounds->origin.x < -SLACK_PX || (double)bounds->origin.y < -SLACK_PX
      || (double)(bounds->origin.x + bounds->size.width - width) > SLACK_PX
      || (double)(bounds->origin.y + bounds->size.height - height) > SLACK_PX)
    complain ("outside the window", GTK_IS_LABEL (widget) ? gtk_label_get_text (GTK_LABEL (widget))
                                                          : G_OBJECT_TYPE_NAME (widget));
}

static void
check_tree (GtkWidget *widget, GtkWidget *window)
{
  graphene_rect_t bounds;
  if (!gtk_widget_get_mapped (widget) || !gtk_widget_compute_bounds (widget, window, &bounds))
    return;
  if (GTK_IS_BUTTON (widget) || GTK_IS_LABEL (widget))
    check_bounds (widget, window, &bounds);
  if (GTK_IS_BUTTON (widget))
    check_button (widget, &bounds);
  if (GTK_IS_LABEL (widget))
    check_label (GTK_LABEL (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    check_tree (child, window);
}

static void
check_room (GtkWidget *window, gboolean wide)
{
  int width = wide ? 1920 : 1080;
  int height = wide ? 1080 : 1920;
  int least;
  GtkWidget *child = gtk_window_get_child (GTK_WINDOW (window));
  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  if (least > width)
    complain ("wider than the window", G_OBJECT_TYPE_NAME (window));
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &least, NULL, NULL, NULL);
  if (least > height)
    {
      g_autofree char *excess = g_strdup_printf ("%d mm", (int)mm (least - height));
      complain ("higher than the window", excess);
    }
  g_assert_cmpint (gtk_widget_get_width (window), ==, width);
  g_assert_cmpint (gtk_widget_get_height (window), ==, height);
}

static GtkWidget *
find_camera (GtkWidget *widget)
{
  if (KIOSK_IS_CAMERA (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_camera (child);
      if (found != NULL)
        return found;
    }
  return NULL;
}

/* Sentences come and go while somebody holds a code up, and perhaps reaches for a button: nothing
 * moves. @first: where the picture was on the first of these pages. */
static void
check_still (GtkWidget *window, graphene_rect_t *first)
{
  GtkWidget *camera = find_camera (window);
  graphene_rect_t bounds;
  if (camera == NULL || !gtk_widget_compute_bounds (camera, window, &bounds))
    return;
  if (first->size.width == 0)
    *first = bounds;
  if (!graphene_rect_equal (first, &bounds))
    complain ("moves the picture", where);
}

/* Where the picture was on the first page of this kind. */
static graphene_rect_t *
first_of (GHashTable *firsts, const char *kind)
{
  graphene_rect_t *first = g_hash_table_lookup (firsts, kind);
  if (first != NULL)
    return first;
  first = g_new0 (graphene_rect_t, 1);
  g_hash_table_insert (firsts, (gpointer)kind, first);
  return first;
}

static void
test_combination (gconstpointer data)
{
  const StageCombination *combination = data;
  g_autoptr (GPtrArray) fixtures = fixture_load_all (FIXTURES);
  KioskShell *shell = stage_window_new (combination->wide);
  g_autoptr (GHashTable) firsts = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  language = combination->language;
  n_targets = 0;
  for (guint i = 0; i < fixtures->len; i++)
    {
      const Fixture *fixture = fixtures->pdata[i];
      where = fixture->name;
      stage_show (shell, fixture, combination);
      g_assert_cmpstr (gtk_widget_get_name (kiosk_shell_page (shell)), ==, fixture->page);
      check_room (GTK_WIDGET (shell), combination->wide);
      check_tree (GTK_WIDGET (shell), GTK_WIDGET (shell));
      check_still (GTK_WIDGET (shell),
                   first_of (firsts, g_str_has_prefix (fixture->name, "scan-phone")
                                       ? "scan-phone"
                                       : fixture->page));
    }
  where = "idle";
  kiosk_shell_set_idle (shell, 20);
  stage_next_frame (shell);
  check_tree (GTK_WIDGET (shell), GTK_WIDGET (shell));
  g_test_message ("%u targets on %u pages", n_targets, fixtures->len);
  gtk_window_destroy (GTK_WINDOW (shell));
}

/* The words among the arguments that a combination must have in its name. */
static gboolean
is_asked_for (const StageCombination *combination, int argc, char **argv)
{
  for (int i = 1; i < argc; i++)
    {
      gboolean large = strstr (combination->name, "large") != NULL;
      if (g_str_equal (argv[i], "normal") ? large : strstr (combination->name, argv[i]) == NULL)
        return FALSE;
    }
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  stage_init (&argc, &argv);
  for (guint i = 0; i < stage_n_combinations; i++)
    if (is_asked_for (&stage_combinations[i], argc, argv))
      {
        g_autofree char *path = g_strdup_printf ("/ui/%s/every-page-fits-is-named-and-translated",
                                                 stage_combinations[i].name);
        g_test_add_data_func (path, &stage_combinations[i], test_combination);
      }
  return g_test_run ();
}
