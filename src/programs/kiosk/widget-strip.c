#include "look.h"
#include "widgets.h"

struct _KioskStrip
{
  GtkWidget parent;
  GtkWidget *icon;
  GtkWidget *sentence;
  GtkWidget *next;
};

G_DEFINE_FINAL_TYPE (KioskStrip, kiosk_strip, GTK_TYPE_WIDGET)

void
kiosk_strip_say (KioskStrip *self, const char *sentence, const char *next, const char *icon,
                 const char *style)
{
  static const char *const styles[] = { "good", "warn", "error" };
  g_autofree char *whole = g_strjoin (" ", sentence, next, NULL);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon);
  gtk_label_set_label (GTK_LABEL (self->sentence), sentence);
  gtk_label_set_label (GTK_LABEL (self->next), next);
  gtk_widget_set_visible (self->next, *next != '\0');
  kiosk_look_name (GTK_WIDGET (self), whole);
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    kiosk_look_set_class (GTK_WIDGET (self), styles[i], g_str_equal (styles[i], style));
}

static void
dispose (GObject *object)
{
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (kiosk_strip_parent_class)->dispose (object);
}

static void
kiosk_strip_class_init (KioskStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "box");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_STATUS);
}

static void
kiosk_strip_init (KioskStrip *self)
{
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->icon = gtk_image_new ();
  self->sentence = kiosk_look_label ("", "strip-sentence");
  self->next = kiosk_look_label ("", "strip-next");
  gtk_widget_add_css_class (GTK_WIDGET (self), "panel");
  gtk_widget_add_css_class (GTK_WIDGET (self), "strip");
  gtk_widget_add_css_class (self->icon, "badge");
  gtk_widget_set_valign (self->icon, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (texts), self->sentence);
  gtk_box_append (GTK_BOX (texts), self->next);
  gtk_widget_set_parent (self->icon, GTK_WIDGET (self));
  gtk_widget_set_parent (texts, GTK_WIDGET (self));
}
