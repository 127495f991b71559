#include "idle.h"

#include "look.h"
#include "page.h"
#include "text.h"

struct _KioskIdle
{
  GtkBox parent;
  GtkLabel *seconds;
  GtkLabel *title;
  GtkLabel *detail;
  GtkWidget *stay;
  GtkWidget *leave;
};

G_DEFINE_FINAL_TYPE (KioskIdle, kiosk_idle, GTK_TYPE_BOX)

static guint signal_still_here, signal_finish;

static void
on_stay (KioskIdle *self)
{
  g_signal_emit (self, signal_still_here, 0);
}

static void
on_leave (KioskIdle *self)
{
  g_signal_emit (self, signal_finish, 0);
}

static void
set_button (GtkWidget *button, const char *label)
{
  gtk_button_set_label (GTK_BUTTON (button), label);
  kiosk_look_name (button, label);
}

/* Written when it appears: the language may have changed since the window was made. */
static void
appear (KioskIdle *self)
{
  gtk_label_set_label (self->title, _ ("Are you still there?"));
  gtk_label_set_label (self->detail,
                       _ ("When the time is up we clear the screen, so that the next person does "
                          "not see your details. Nothing unfinished is handed in."));
  set_button (self->stay, _ ("I’m still here"));
  set_button (self->leave, _ ("Finish now"));
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_widget_grab_focus (self->stay);
}

void
kiosk_idle_set_seconds (KioskIdle *self, guint seconds)
{
  g_autofree char *text = g_strdup_printf ("%u", seconds);
  if (seconds == 0)
    {
      gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
      return;
    }
  gtk_label_set_label (self->seconds, text);
  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    appear (self);
}

static void
kiosk_idle_class_init (KioskIdleClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  signal_still_here = g_signal_new ("still-here", KIOSK_TYPE_IDLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 0);
  signal_finish = g_signal_new ("finish", KIOSK_TYPE_IDLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
  kiosk_page_class_set_stem (widget_class, "idle");
  gtk_widget_class_bind_template_child (widget_class, KioskIdle, seconds);
  gtk_widget_class_bind_template_child (widget_class, KioskIdle, title);
  gtk_widget_class_bind_template_child (widget_class, KioskIdle, detail);
  gtk_widget_class_bind_template_child (widget_class, KioskIdle, stay);
  gtk_widget_class_bind_template_child (widget_class, KioskIdle, leave);
  gtk_widget_class_bind_template_callback (widget_class, on_stay);
  gtk_widget_class_bind_template_callback (widget_class, on_leave);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT_DIALOG);
}

static void
kiosk_idle_init (KioskIdle *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
