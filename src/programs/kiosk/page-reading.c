#include "look.h"
#include "pages.h"
#include "text.h"

typedef struct
{
  KioskPage parent;
  GtkProgressBar *progress;
  GtkLabel *percent;
  GtkWidget *name; /* on the card, while the rest is read */
} KioskPageReading;

typedef KioskPageClass KioskPageReadingClass;

G_DEFINE_FINAL_TYPE (KioskPageReading, kiosk_page_reading, KIOSK_TYPE_PAGE)

static void
fill (KioskPage *page, KioskModel *model)
{
  KioskPageReading *self = (KioskPageReading *)page;
  double fraction = kiosk_model_fraction (model, "fraction");
  g_autofree char *percent = g_strdup_printf ("%d%%", (int)(fraction * 100 + .5));
  gtk_progress_bar_set_fraction (self->progress, fraction);
  gtk_label_set_label (self->percent, percent);
  gtk_label_set_label (GTK_LABEL (self->name), kiosk_model_string (model, "name"));
  gtk_widget_set_visible (self->name, *kiosk_model_string (model, "name") != '\0');
}

static void
kiosk_page_reading_class_init (KioskPageReadingClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KIOSK_PAGE_CLASS (klass)->fill = fill;
  kiosk_page_class_set_stem (widget_class, "page-reading");
  gtk_widget_class_bind_template_child (widget_class, KioskPageReading, progress);
  gtk_widget_class_bind_template_child (widget_class, KioskPageReading, percent);
  gtk_widget_class_bind_template_child (widget_class, KioskPageReading, name);
}

static void
kiosk_page_reading_init (KioskPageReading *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kiosk_page_translate (KIOSK_PAGE (self));
  kiosk_look_name (GTK_WIDGET (self->progress), _ ("Reading the card"));
}
