#include "look.h"

#define RESOURCES "/hk/kiosk/ui/"

static struct
{
  GtkCssProvider *tokens;
  int dpi;
  gboolean wide;
  gboolean large;
  gboolean contrast;
} look = { .dpi = KIOSK_LOOK_DPI_DEFAULT };

static void
load_tokens (void)
{
  gtk_css_provider_load_from_resource (look.tokens, look.contrast ? RESOURCES "tokens-contrast.css"
                                                                  : RESOURCES "tokens-light.css");
}

/* The CSS writes type in rem, which follows the font's size, and targets in millimetres, which
 * follow the panel: large text is only a larger font. */
static void
apply_scale (void)
{
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", look.dpi * 1024, "gtk-font-name",
                look.large ? "Inter 28" : "Inter 20", NULL);
}

static void
add_provider (GdkDisplay *display, GtkCssProvider *provider, guint above)
{
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + above);
}

void
kiosk_look_init (GdkDisplay *display, int dpi)
{
  static const char *const sheets[] = { RESOURCES "base.css", RESOURCES "pages.css" };
  look.dpi = dpi;
  look.tokens = gtk_css_provider_new ();
  load_tokens ();
  apply_scale ();
  g_object_set (gtk_settings_get_default (), "gtk-cursor-blink", FALSE, "gtk-theme-name", "Empty",
                "gtk-label-select-on-focus", FALSE, "gtk-entry-select-on-focus", FALSE, NULL);
  add_provider (display, look.tokens, 0);
  for (guint i = 0; i < G_N_ELEMENTS (sheets); i++)
    {
      g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
      gtk_css_provider_load_from_resource (provider, sheets[i]);
      add_provider (display, provider, i + 1);
    }
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (display), "/hk/kiosk/icons");
}

int
kiosk_look_dpi (void)
{
  return look.dpi;
}

int
kiosk_look_mm (double millimetres)
{
  return (int)(millimetres * look.dpi / 25.4 + 0.5);
}

void
kiosk_look_set_wide (gboolean wide)
{
  look.wide = wide;
}

gboolean
kiosk_look_is_wide (void)
{
  return look.wide;
}

void
kiosk_look_set_large (gboolean large)
{
  if (look.large == large)
    return;
  look.large = large;
  apply_scale ();
}

gboolean
kiosk_look_is_large (void)
{
  return look.large;
}

void
kiosk_look_set_contrast (gboolean contrast)
{
  if (look.contrast == contrast)
    return;
  look.contrast = contrast;
  load_tokens ();
}

gboolean
kiosk_look_is_contrast (void)
{
  return look.contrast;
}

void
kiosk_look_name (GtkWidget *widget, const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

void
kiosk_look_set_class (GtkWidget *widget, const char *style, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, style);
  else
    gtk_widget_remove_css_class (widget, style);
}

GtkWidget *
kiosk_look_label (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  return label;
}
