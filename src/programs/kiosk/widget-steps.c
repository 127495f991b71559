#include "look.h"
#include "text.h"
#include "widgets.h"

struct _KioskSteps
{
  GtkBox parent;
};

G_DEFINE_FINAL_TYPE (KioskSteps, kiosk_steps, GTK_TYPE_BOX)

static const char *const names[]
  = { N_ ("Identify"), N_ ("Service"), N_ ("Details"), N_ ("Declare"), N_ ("Receipt") };

static GtkWidget *
step_new (guint number, guint now)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *label = gtk_label_new (kiosk_text (names[number - 1]));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (bar, "bar");
  gtk_widget_add_css_class (box, number < now ? "done" : number == now ? "now" : "todo");
  gtk_box_append (GTK_BOX (box), bar);
  gtk_box_append (GTK_BOX (box), label);
  return box;
}

void
kiosk_steps_set_step (KioskSteps *self, guint step)
{
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_box_remove (GTK_BOX (self), child);
  gtk_widget_set_visible (GTK_WIDGET (self), step >= 1 && step <= G_N_ELEMENTS (names));
  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    return;
  for (guint i = 1; i <= G_N_ELEMENTS (names); i++)
    gtk_box_append (GTK_BOX (self), step_new (i, step));
  g_autofree char *spoken = g_strdup_printf (
    _ ("Step %u of %u: %s"), step, (guint)G_N_ELEMENTS (names), kiosk_text (names[step - 1]));
  kiosk_look_name (GTK_WIDGET (self), spoken);
}

static void
kiosk_steps_class_init (KioskStepsClass *klass)
{
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "steps");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
kiosk_steps_init (KioskSteps *self)
{
  gtk_box_set_homogeneous (GTK_BOX (self), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
