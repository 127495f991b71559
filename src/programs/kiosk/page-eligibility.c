#include "look.h"
#include "pages.h"
#include "parts.h"
#include "text.h"
#include "widgets.h"

typedef struct
{
  KioskPage parent;
  KioskPager *list;
} KioskPageEligibility;

typedef KioskPageClass KioskPageEligibilityClass;

G_DEFINE_FINAL_TYPE (KioskPageEligibility, kiosk_page_eligibility, KIOSK_TYPE_PAGE)

static const struct
{
  const char *state;
  const char *icon;
  const char *spoken; /* never by colour alone */
} states[] = {
  { "met", "kiosk-check-symbolic", N_ ("Met") },
  { "unmet", "kiosk-cross-symbolic", N_ ("Not met") },
  { "ask", "kiosk-ask-symbolic", N_ ("We will ask") },
};

static GtkWidget *
check_new (KioskModel *check)
{
  const char *state = kiosk_model_string (check, "state");
  const char *detail = kiosk_model_string (check, "detail");
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_add_css_class (row, "check");
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_str_equal (states[i].state, state))
      {
        GtkWidget *icon = gtk_image_new_from_icon_name (states[i].icon);
        GtkWidget *word = kiosk_look_label (kiosk_text (states[i].spoken), "state");
        gtk_widget_add_css_class (row, state);
        gtk_widget_set_valign (icon, GTK_ALIGN_CENTER);
        gtk_box_append (GTK_BOX (row), icon);
        gtk_box_append (GTK_BOX (texts), word);
      }
  gtk_box_append (GTK_BOX (texts),
                  kiosk_look_label (kiosk_model_string (check, "text"), "check-text"));
  if (*detail != '\0')
    gtk_box_append (GTK_BOX (texts), kiosk_look_label (detail, "muted"));
  gtk_box_append (GTK_BOX (row), texts);
  return row;
}

static void
fill (KioskPage *page, KioskModel *model)
{
  KioskPageEligibility *self = (KioskPageEligibility *)page;
  g_autoptr (GPtrArray) checks = kiosk_model_items (model, "checks");
  gboolean eligible = kiosk_model_boolean (model, "eligible");
  g_autofree char *service = g_strdup_printf ("%s · %s", kiosk_model_string (model, "title"),
                                              kiosk_model_string (model, "department"));
  kiosk_page_set_title (page, eligible ? _ ("You can use this service")
                                       : _ ("You cannot use this service today"));
  kiosk_page_set_eyebrow (page, service);
  kiosk_page_set_primary (page, eligible ? _ ("Continue") : "", "continue");
  kiosk_pager_clear (self->list);
  for (guint i = 0; i < checks->len; i++)
    kiosk_pager_append (self->list, check_new (checks->pdata[i]));
  kiosk_notice_offline (page, model);
}

static void
kiosk_page_eligibility_class_init (KioskPageEligibilityClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KIOSK_PAGE_CLASS (klass)->fill = fill;
  kiosk_page_class_set_stem (widget_class, "page-eligibility");
  gtk_widget_class_bind_template_child (widget_class, KioskPageEligibility, list);
}

static void
kiosk_page_eligibility_init (KioskPageEligibility *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kiosk_page_translate (KIOSK_PAGE (self));
}
