#include "look.h"
#include "pages.h"
#include "parts.h"
#include "text.h"
#include "widgets.h"

typedef struct
{
  KioskPage parent;
  KioskPager *list;
  GtkLabel *name;
  GtkLabel *role;
  GtkLabel *since;
} KioskPageStaffDesk;

typedef KioskPageClass KioskPageStaffDeskClass;

G_DEFINE_FINAL_TYPE (KioskPageStaffDesk, kiosk_page_staff_desk, KIOSK_TYPE_PAGE)

#define WHY "kiosk-why"

static const struct
{
  const char *role, *text;
} roles[] = {
  { "helper", N_ ("Helper") },
  { "officer", N_ ("Officer") },
  { "supervisor", N_ ("Supervisor") },
  { "technician", N_ ("Technician") },
};

static const struct
{
  const char *deed, *why, *title, *icon;
} deeds[] = {
  { "close", "end-of-day", N_ ("Close this terminal for today"), "kiosk-away-symbolic" },
  { "close", "fault", N_ ("Close it: something is wrong"), "kiosk-notice-symbolic" },
  { "open", "", N_ ("Open this terminal again"), "kiosk-check-symbolic" },
};

static void
on_deed (GtkWidget *button, KioskPage *page)
{
  kiosk_page_act_with (page, gtk_widget_get_name (button), "why",
                       g_object_get_data (G_OBJECT (button), WHY));
}

static void
append_deed (KioskPage *page, KioskModel *item)
{
  KioskPageStaffDesk *self = (KioskPageStaffDesk *)page;
  const char *deed = kiosk_model_string (item, "deed");
  const char *why = kiosk_model_string (item, "why");
  const char *how = kiosk_model_boolean (item, "second")
                      ? _ ("A second member of staff confirms it with a card.")
                      : _ ("Takes effect at once.");
  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++)
    if (g_str_equal (deeds[i].deed, deed) && g_str_equal (deeds[i].why, why))
      {
        GtkWidget *card = kiosk_card_new (deeds[i].icon, kiosk_text (deeds[i].title), NULL, how);
        gtk_widget_set_name (card, deeds[i].deed);
        g_object_set_data (G_OBJECT (card), WHY, (gpointer)deeds[i].why);
        g_signal_connect (card, "clicked", G_CALLBACK (on_deed), page);
        kiosk_pager_append (self->list, card);
      }
}

/* (transfer full): "Officer · S-1042" */
static char *
describe (KioskModel *model)
{
  g_auto (GStrv) held = kiosk_model_strings (model, "roles");
  GString *text = g_string_new ("");
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    if (held != NULL && g_strv_contains ((const char *const *)held, roles[i].role))
      g_string_append_printf (text, "%s · ", kiosk_text (roles[i].text));
  g_string_append (text, kiosk_model_string (model, "id"));
  return g_string_free (text, FALSE);
}

static void
show_notice (KioskPage *page, KioskModel *model, guint n_deeds)
{
  const char *notice = "";
  if (kiosk_model_boolean (model, "closed"))
    notice = _ ("This terminal is out of service.");
  else if (kiosk_model_boolean (model, "card_stays"))
    notice = _ ("Leave your card on the reader. Taking it up signs you out.");
  else if (n_deeds == 0)
    notice = _ ("There is nothing to do here for your role at the moment.");
  kiosk_page_set_notice (page, notice, FALSE);
}

static void
fill (KioskPage *page, KioskModel *model)
{
  KioskPageStaffDesk *self = (KioskPageStaffDesk *)page;
  g_autoptr (GPtrArray) items = kiosk_model_items (model, "deeds");
  g_autofree char *role = describe (model);
  g_autoptr (GDateTime) since
    = g_date_time_new_from_unix_local (kiosk_model_long (model, "since_ms") / 1000);
  g_autofree char *clock = since != NULL ? g_date_time_format (since, "%H:%M") : g_strdup ("");
  g_autofree char *text = g_strdup_printf (_ ("Signed in since %s"), clock);
  gtk_label_set_label (self->name, kiosk_model_string (model, "name"));
  gtk_label_set_label (self->role, role);
  gtk_label_set_label (self->since, text);
  kiosk_pager_clear (self->list);
  for (guint i = 0; i < items->len; i++)
    append_deed (page, items->pdata[i]);
  show_notice (page, model, items->len);
}

static void
kiosk_page_staff_desk_class_init (KioskPageStaffDeskClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KIOSK_PAGE_CLASS (klass)->fill = fill;
  kiosk_page_class_set_stem (widget_class, "page-staff-desk");
  gtk_widget_class_bind_template_child (widget_class, KioskPageStaffDesk, list);
  gtk_widget_class_bind_template_child (widget_class, KioskPageStaffDesk, name);
  gtk_widget_class_bind_template_child (widget_class, KioskPageStaffDesk, role);
  gtk_widget_class_bind_template_child (widget_class, KioskPageStaffDesk, since);
}

static void
kiosk_page_staff_desk_init (KioskPageStaffDesk *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kiosk_page_translate (KIOSK_PAGE (self));
}
