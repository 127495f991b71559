#include "header.h"

#include "look.h"
#include "page.h"
#include "text.h"
#include "widgets.h"

struct _KioskHeader
{
  GtkBox parent;
  GtkLabel *name;
  GtkLabel *other_name;
  GtkWidget *steps_beside;
  GtkWidget *steps_below;
  GtkWidget *large;
  GtkWidget *contrast;
  GtkBox *languages;
  guint step;
};

G_DEFINE_FINAL_TYPE (KioskHeader, kiosk_header, GTK_TYPE_BOX)

static guint signal_language;

#define LANGUAGE "kiosk-language"

static void
on_language (GtkWidget *button, KioskHeader *self)
{
  g_signal_emit (self, signal_language, 0, g_object_get_data (G_OBJECT (button), LANGUAGE));
}

static void
show_steps (KioskHeader *self)
{
  gboolean wide = kiosk_look_is_wide ();
  kiosk_steps_set_step (KIOSK_STEPS (self->steps_beside), wide ? self->step : 0);
  kiosk_steps_set_step (KIOSK_STEPS (self->steps_below), wide ? 0 : self->step);
}

void
kiosk_header_set_step (KioskHeader *self, guint step)
{
  kiosk_look_set_class (self->large, "on", kiosk_look_is_large ());
  kiosk_look_set_class (self->contrast, "on", kiosk_look_is_contrast ());
  kiosk_look_name (self->large, kiosk_look_is_large () ? _ ("Normal text") : _ ("Larger text"));
  kiosk_look_name (self->contrast,
                   kiosk_look_is_contrast () ? _ ("Normal colours") : _ ("High contrast"));
  self->step = step;
  show_steps (self);
}

void
kiosk_header_arrange (KioskHeader *self)
{
  show_steps (self);
}

/* The second line is the name for those who do not read the first. */
void
kiosk_header_retranslate (KioskHeader *self)
{
  gboolean english = g_str_equal (kiosk_text_language ()->id, "en");
  gtk_label_set_label (self->name, _ ("Government self-service"));
  gtk_label_set_label (self->other_name, english ? "政府自助服務站" : "Government self-service");
  kiosk_header_set_step (self, self->step);
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->languages)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    kiosk_look_set_class (
      child, "on",
      g_str_equal (g_object_get_data (G_OBJECT (child), LANGUAGE), kiosk_text_language ()->id));
}

static void
kiosk_header_class_init (KioskHeaderClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  signal_language = g_signal_new ("language", KIOSK_TYPE_HEADER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  kiosk_widgets_ensure_types ();
  kiosk_page_class_set_stem (widget_class, "header");
  gtk_widget_class_bind_template_child (widget_class, KioskHeader, name);
  gtk_widget_class_bind_template_child (widget_class, KioskHeader, other_name);
  gtk_widget_class_bind_template_child (widget_class, KioskHeader, steps_beside);
  gtk_widget_class_bind_template_child (widget_class, KioskHeader, steps_below);
  gtk_widget_class_bind_template_child (widget_class, KioskHeader, large);
  gtk_widget_class_bind_template_child (widget_class, KioskHeader, contrast);
  gtk_widget_class_bind_template_child (widget_class, KioskHeader, languages);
}

static void
kiosk_header_init (KioskHeader *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (int i = 0; i < KIOSK_N_LANGUAGES; i++)
    {
      GtkWidget *button = gtk_button_new_with_label (kiosk_languages[i].badge);
      g_object_set_data (G_OBJECT (button), LANGUAGE, (gpointer)kiosk_languages[i].id);
      kiosk_look_name (button, kiosk_languages[i].name);
      gtk_widget_add_css_class (button, kiosk_languages[i].style);
      g_signal_connect (button, "clicked", G_CALLBACK (on_language), self);
      gtk_box_append (self->languages, button);
    }
}
