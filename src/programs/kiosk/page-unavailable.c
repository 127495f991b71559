#include "look.h"
#include "pages.h"
#include "text.h"

typedef struct
{
  KioskPage parent;
  GtkWidget *staff;
} KioskPageUnavailable;

typedef KioskPageClass KioskPageUnavailableClass;

G_DEFINE_FINAL_TYPE (KioskPageUnavailable, kiosk_page_unavailable, KIOSK_TYPE_PAGE)

/* Each reason is one sentence to whoever stands there; technicians find the rest in the log. */
static const struct
{
  const char *reason;
  const char *text;
} reasons[] = {
  { "starting", N_ ("It is starting. This takes less than a minute.") },
  { "not-enrolled", N_ ("It has not been set up yet. A technician has to enrol it.") },
  { "no-catalogue",
    N_ ("It has no list of services that it can trust yet. It will try again by itself.") },
  { "vault",
    N_ ("It cannot keep applications safely at the moment. A technician has to look at it.") },
  { "closed", N_ ("A member of staff has taken it out of service.") },
  { "settings", N_ ("Its settings are not right. A technician has to look at it.") },
  { "unknown-page",
    N_ ("Its two halves are of different versions. A technician has to update it.") },
  { "malformed",
    N_ ("It was told something that it does not understand. A technician has to look at it.") },
};

static void
fill (KioskPage *page, KioskModel *model)
{
  const char *reason = kiosk_model_string (model, "reason");
  kiosk_page_set_lead (page, "");
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (g_str_equal (reasons[i].reason, reason))
      kiosk_page_set_lead (page, kiosk_text (reasons[i].text));
  gtk_widget_set_visible (((KioskPageUnavailable *)page)->staff, kiosk_page_allows (page, "staff"));
}

static void
on_staff (KioskPage *page)
{
  kiosk_page_act (page, "staff");
}

static void
kiosk_page_unavailable_class_init (KioskPageUnavailableClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KIOSK_PAGE_CLASS (klass)->fill = fill;
  kiosk_page_class_set_stem (widget_class, "page-unavailable");
  gtk_widget_class_bind_template_child (widget_class, KioskPageUnavailable, staff);
  gtk_widget_class_bind_template_callback (widget_class, on_staff);
}

static void
kiosk_page_unavailable_init (KioskPageUnavailable *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kiosk_page_translate (KIOSK_PAGE (self));
}
