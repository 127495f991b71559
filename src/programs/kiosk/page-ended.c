#include "look.h"
#include "pages.h"
#include "text.h"

typedef struct
{
  KioskPage parent;
} KioskPageEnded;

typedef KioskPageClass KioskPageEndedClass;

G_DEFINE_FINAL_TYPE (KioskPageEnded, kiosk_page_ended, KIOSK_TYPE_PAGE)

static void
fill (KioskPage *page, KioskModel *model)
{
  const char *why = kiosk_model_string (model, "why");
  gboolean card = kiosk_model_boolean (model, "card_on_reader");
  const char *lead = _ ("Everything about you is cleared from this screen.");
  if (g_str_equal (why, "idle"))
    lead = _ ("Nobody touched the screen for a while, so we cleared everything about you. Nothing "
              "unfinished was handed in.");
  else if (g_str_equal (why, "fault"))
    lead = _ ("Something went wrong here, so we cleared everything about you. What was already "
              "handed in is safe.");
  kiosk_page_set_title (page, card ? _ ("Please take your card") : _ ("Goodbye, and thank you"));
  kiosk_page_set_lead (page, lead);
  kiosk_page_set_primary (page, _ ("Start again"), "home");
}

static void
kiosk_page_ended_class_init (KioskPageEndedClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KIOSK_PAGE_CLASS (klass)->fill = fill;
  kiosk_page_class_set_stem (widget_class, "page-ended");
}

static void
kiosk_page_ended_init (KioskPageEnded *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kiosk_page_translate (KIOSK_PAGE (self));
}
