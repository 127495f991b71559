#include "pages.h"
#include "parts.h"
#include "text.h"
#include "widgets.h"

typedef struct
{
  KioskPage parent;
  KioskPager *list;
} KioskPageHelp;

typedef KioskPageClass KioskPageHelpClass;

G_DEFINE_FINAL_TYPE (KioskPageHelp, kiosk_page_help, KIOSK_TYPE_PAGE)

typedef struct
{
  const char *why;
  const char *title;
  const char *lead;
  const char *advice[5]; /* what to do, in this order */
} Help;

static const Help helps[] = {
  { "no-number",
    N_ ("No number to type?"),
    N_ ("The number lets us open the chip. Without it nobody can read your card in passing."),
    { N_ ("Look at the front of the card, at the bottom right: six digits in a row."),
      N_ ("Hold the card to the light if the print is worn."),
      N_ ("A card without these digits is an older kind. A passport with a chip works here too."),
      N_ ("Or go to the counter: staff can help you with any document.") } },
  { "will-not-read",
    N_ ("The card will not read?"),
    N_ ("Most often it only lies in the wrong place."),
    { N_ ("Take the card out of its wallet or sleeve, and keep other cards away."),
      N_ ("Lay it flat in the middle of the reader, either side up."),
      N_ ("For a passport: close it and lay it down on its back cover."),
      N_ ("Leave it until the screen says that it is finished."),
      N_ ("Still nothing after three tries? Staff at the counter can help you.") } },
  { "staff",
    N_ ("Staff can help you"),
    N_ ("This terminal cannot settle it. You have lost nothing."),
    { N_ ("Take your card with you to the counter."),
      N_ ("Say what you wanted to do: you do not need to explain the fault."),
      N_ ("They can do the same service for you with any document.") } },
};

static const Help *
find_help (const char *why)
{
  for (guint i = 0; i < G_N_ELEMENTS (helps); i++)
    if (g_str_equal (helps[i].why, why))
      return &helps[i];
  return &helps[G_N_ELEMENTS (helps) - 1];
}

static void
fill (KioskPage *page, KioskModel *model)
{
  KioskPageHelp *self = (KioskPageHelp *)page;
  const Help *help = find_help (kiosk_model_string (model, "why"));
  kiosk_page_set_title (page, kiosk_text (help->title));
  kiosk_page_set_lead (page, kiosk_text (help->lead));
  kiosk_pager_clear (self->list);
  for (guint i = 0; i < G_N_ELEMENTS (help->advice) && help->advice[i] != NULL; i++)
    kiosk_pager_append (self->list, kiosk_numbered_new (i + 1, kiosk_text (help->advice[i])));
}

static void
kiosk_page_help_class_init (KioskPageHelpClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KIOSK_PAGE_CLASS (klass)->fill = fill;
  kiosk_page_class_set_stem (widget_class, "page-help");
  gtk_widget_class_bind_template_child (widget_class, KioskPageHelp, list);
}

static void
kiosk_page_help_init (KioskPageHelp *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kiosk_page_translate (KIOSK_PAGE (self));
}
