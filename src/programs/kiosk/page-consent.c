#include "look.h"
#include "pages.h"
#include "text.h"
#include "widgets.h"

typedef struct
{
  KioskPage parent;
  KioskPager *points;
  GtkWidget *print;
  GtkLabel *printer;
} KioskPageConsent;

typedef KioskPageClass KioskPageConsentClass;

G_DEFINE_FINAL_TYPE (KioskPageConsent, kiosk_page_consent, KIOSK_TYPE_PAGE)

static const struct
{
  const char *state;
  const char *text;
} printers[] = {
  { "printing", N_ ("Printing…") },
  { "printed", N_ ("Printed. Please take your sheet.") },
  { "failed", N_ ("It did not print. You can try again.") },
  { "paper", N_ ("The printer has no paper. You can read it all here.") },
};

static GtkWidget *
point_new (KioskModel *point)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_add_css_class (row, "consent-point");
  gtk_box_append (GTK_BOX (row), kiosk_look_label (kiosk_model_string (point, "title"), "section"));
  gtk_box_append (GTK_BOX (row),
                  kiosk_look_label (kiosk_model_string (point, "text"), "consent-text"));
  return row;
}

static void
show_printer (KioskPageConsent *self, const char *printer)
{
  const char *text = "";
  for (guint i = 0; i < G_N_ELEMENTS (printers); i++)
    if (g_str_equal (printers[i].state, printer))
      text = kiosk_text (printers[i].text);
  gtk_label_set_label (self->printer, text);
  gtk_widget_set_visible (GTK_WIDGET (self->printer), *text != '\0');
}

static void
fill (KioskPage *page, KioskModel *model)
{
  KioskPageConsent *self = (KioskPageConsent *)page;
  g_autoptr (GPtrArray) points = kiosk_model_items (model, "points");
  const char *printer = kiosk_model_string (model, "printer");
  kiosk_page_set_eyebrow (page, kiosk_model_string (model, "title"));
  kiosk_pager_clear (self->points);
  for (guint i = 0; i < points->len; i++)
    kiosk_pager_append (self->points, point_new (points->pdata[i]));
  show_printer (self, printer);
  gtk_widget_set_visible (self->print, !g_str_equal (printer, "absent"));
  gtk_widget_set_sensitive (self->print, kiosk_page_allows (page, "print"));
}

static void
on_print (KioskPage *page)
{
  kiosk_page_act (page, "print");
}

static void
kiosk_page_consent_class_init (KioskPageConsentClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KIOSK_PAGE_CLASS (klass)->fill = fill;
  kiosk_page_class_set_stem (widget_class, "page-consent");
  gtk_widget_class_bind_template_child (widget_class, KioskPageConsent, points);
  gtk_widget_class_bind_template_child (widget_class, KioskPageConsent, print);
  gtk_widget_class_bind_template_child (widget_class, KioskPageConsent, printer);
  gtk_widget_class_bind_template_callback (widget_class, on_print);
}

static void
kiosk_page_consent_init (KioskPageConsent *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kiosk_page_translate (KIOSK_PAGE (self));
}
