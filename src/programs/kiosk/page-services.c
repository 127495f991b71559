#include "look.h"
#include "pages.h"
#include "parts.h"
#include "text.h"
#include "widgets.h"

typedef struct
{
  KioskPage parent;
  KioskPager *list;
  GtkWidget *holder;
  GtkLabel *name;
  GtkLabel *name_chinese;
  GtkWidget *simulated;
} KioskPageServices;

typedef KioskPageClass KioskPageServicesClass;

G_DEFINE_FINAL_TYPE (KioskPageServices, kiosk_page_services, KIOSK_TYPE_PAGE)

static void
on_service (GtkWidget *button, KioskPage *page)
{
  kiosk_page_act_with (page, "choose", "service", gtk_widget_get_name (button));
}

static void
on_transactions (GtkWidget *button, KioskPage *page)
{
  kiosk_page_act (page, "transactions");
}

/* Why a service cannot be used now, by kioskd's code, and what to do. */
static const struct
{
  const char *why, *sentence;
} closures[] = {
  { "stale", N_ ("Closed for now: the rules and lists here are out of date. Please use another "
                 "terminal, or ask staff.") },
  { "full",
    N_ ("Closed for now: this terminal can hold no more applications until it is connected. "
        "Please use another terminal.") },
  { "keys", N_ ("Closed for now: this terminal cannot seal for that department yet. Please use "
                "another terminal.") },
};

static const char *
closure (const char *why)
{
  for (gsize i = 0; i < G_N_ELEMENTS (closures); i++)
    if (g_str_equal (closures[i].why, why))
      return _ (closures[i].sentence);
  return _ ("Closed for now. Please ask staff.");
}

static void
append_service (KioskPage *page, KioskModel *item)
{
  KioskPageServices *self = (KioskPageServices *)page;
  gboolean open = kiosk_model_boolean (item, "open");
  const char *summary
    = open ? kiosk_model_string (item, "summary") : closure (kiosk_model_string (item, "why"));
  const char *icon
    = kiosk_model_boolean (item, "enrols") ? "kiosk-person-symbolic" : "kiosk-vehicle-symbolic";
  GtkWidget *card = kiosk_card_new (icon, kiosk_model_string (item, "title"),
                                    kiosk_model_string (item, "department"), summary);
  gtk_widget_set_name (card, kiosk_model_string (item, "id"));
  gtk_widget_set_sensitive (card, open);
  g_signal_connect (card, "clicked", G_CALLBACK (on_service), page);
  kiosk_pager_append (self->list, card);
}

static void
append_transactions (KioskPage *page, guint n)
{
  KioskPageServices *self = (KioskPageServices *)page;
  if (!kiosk_page_allows (page, "transactions"))
    return;
  g_autofree char *count = n > 0 ? g_strdup_printf (_ ("Handed in at this terminal: %u"), n)
                                 : g_strdup (_ ("Nothing handed in at this terminal yet"));
  GtkWidget *card = kiosk_card_new ("kiosk-list-symbolic", _ ("My applications"), NULL, count);
  g_signal_connect (card, "clicked", G_CALLBACK (on_transactions), page);
  kiosk_pager_append (self->list, card);
}

static void
fill (KioskPage *page, KioskModel *model)
{
  KioskPageServices *self = (KioskPageServices *)page;
  g_autoptr (GPtrArray) services = kiosk_model_items (model, "services");
  const char *chinese = kiosk_model_string (model, "name_chinese");
  gtk_label_set_label (self->name, kiosk_model_string (model, "name"));
  gtk_label_set_label (self->name_chinese, chinese);
  gtk_widget_set_visible (GTK_WIDGET (self->name_chinese), *chinese != '\0');
  gtk_widget_set_visible (self->simulated, kiosk_model_boolean (model, "simulated"));
  kiosk_pager_clear (self->list);
  for (guint i = 0; i < services->len; i++)
    append_service (page, services->pdata[i]);
  append_transactions (page, kiosk_model_unsigned (model, "transactions"));
  kiosk_notice_offline (page, model);
}

static void
kiosk_page_services_class_init (KioskPageServicesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KIOSK_PAGE_CLASS (klass)->fill = fill;
  kiosk_page_class_set_stem (widget_class, "page-services");
  gtk_widget_class_bind_template_child (widget_class, KioskPageServices, list);
  gtk_widget_class_bind_template_child (widget_class, KioskPageServices, holder);
  gtk_widget_class_bind_template_child (widget_class, KioskPageServices, name);
  gtk_widget_class_bind_template_child (widget_class, KioskPageServices, name_chinese);
  gtk_widget_class_bind_template_child (widget_class, KioskPageServices, simulated);
}

static void
kiosk_page_services_init (KioskPageServices *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kiosk_page_translate (KIOSK_PAGE (self));
}
