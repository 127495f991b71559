#include "look.h"
#include "pages.h"
#include "parts.h"
#include "text.h"
#include "widgets.h"

typedef struct
{
  KioskPage parent;
  KioskPager *paragraphs;
  GtkLabel *name;
} KioskPageDeclaration;

typedef KioskPageClass KioskPageDeclarationClass;

G_DEFINE_FINAL_TYPE (KioskPageDeclaration, kiosk_page_declaration, KIOSK_TYPE_PAGE)

static void
show_problem (KioskPage *page, KioskModel *model)
{
  const char *problem = kiosk_model_string (model, "problem");
  if (g_str_equal (problem, "disk"))
    kiosk_page_set_notice (
      page,
      _ ("It could not be kept safely, so nothing was handed in. Try once more; "
         "if this comes again, please use another terminal."),
      TRUE);
  else if (g_str_equal (problem, "full"))
    kiosk_page_set_notice (page,
                           _ ("This terminal holds all that it can until the network is back, so "
                              "nothing was handed in. Please use another terminal."),
                           TRUE);
  else
    kiosk_notice_offline (page, model);
}

static void
fill (KioskPage *page, KioskModel *model)
{
  KioskPageDeclaration *self = (KioskPageDeclaration *)page;
  g_auto (GStrv) paragraphs = kiosk_model_strings (model, "paragraphs");
  kiosk_page_set_eyebrow (page, kiosk_model_string (model, "title"));
  gtk_label_set_label (self->name, kiosk_model_string (model, "name"));
  kiosk_pager_clear (self->paragraphs);
  for (guint i = 0; paragraphs[i] != NULL; i++)
    kiosk_pager_append (self->paragraphs, kiosk_numbered_new (i + 1, paragraphs[i]));
  show_problem (page, model);
}

static void
kiosk_page_declaration_class_init (KioskPageDeclarationClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KIOSK_PAGE_CLASS (klass)->fill = fill;
  kiosk_page_class_set_stem (widget_class, "page-declaration");
  gtk_widget_class_bind_template_child (widget_class, KioskPageDeclaration, paragraphs);
  gtk_widget_class_bind_template_child (widget_class, KioskPageDeclaration, name);
}

static void
kiosk_page_declaration_init (KioskPageDeclaration *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kiosk_page_translate (KIOSK_PAGE (self));
}
