#include "look.h"
#include "pages.h"
#include "text.h"

typedef struct
{
  KioskPage parent;
} KioskPageSealing;

typedef KioskPageClass KioskPageSealingClass;

G_DEFINE_FINAL_TYPE (KioskPageSealing, kiosk_page_sealing, KIOSK_TYPE_PAGE)

static void
fill (KioskPage *page, KioskModel *model)
{
}

static void
kiosk_page_sealing_class_init (KioskPageSealingClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KIOSK_PAGE_CLASS (klass)->fill = fill;
  kiosk_page_class_set_stem (widget_class, "page-sealing");
}

static void
kiosk_page_sealing_init (KioskPageSealing *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kiosk_page_translate (KIOSK_PAGE (self));
}
