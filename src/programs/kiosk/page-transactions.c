#include "look.h"
#include "pages.h"
#include "parts.h"
#include "text.h"
#include "widgets.h"

typedef struct
{
  KioskPage parent;
  KioskPager *list;
  GtkWidget *empty;
} KioskPageTransactions;

typedef KioskPageClass KioskPageTransactionsClass;

G_DEFINE_FINAL_TYPE (KioskPageTransactions, kiosk_page_transactions, KIOSK_TYPE_PAGE)

static void
on_show (GtkWidget *button, KioskPage *page)
{
  kiosk_page_act_with (page, "show", "txid", gtk_widget_get_name (button));
}

static GtkWidget *
item_new (KioskPage *page, KioskModel *item)
{
  KioskState state = kiosk_state_of (item);
  const char *reason = kiosk_model_string (item, "reason");
  g_autofree char *when = kiosk_text_date (kiosk_model_long (item, "sealed_ms"));
  g_autofree char *caption
    = g_strdup_printf ("%s · %s", kiosk_model_string (item, "reference"), when);
  GtkWidget *card = kiosk_card_new (state.icon, kiosk_model_string (item, "title"), caption,
                                    *reason != '\0' ? reason : state.sentence);
  gtk_widget_set_name (card, kiosk_model_string (item, "txid"));
  kiosk_look_set_class (card, "good", state.good);
  g_signal_connect (card, "clicked", G_CALLBACK (on_show), page);
  return card;
}

static void
fill (KioskPage *page, KioskModel *model)
{
  KioskPageTransactions *self = (KioskPageTransactions *)page;
  g_autoptr (GPtrArray) items = kiosk_model_items (model, "items");
  gtk_widget_set_visible (self->empty, items->len == 0);
  kiosk_pager_clear (self->list);
  for (guint i = 0; i < items->len; i++)
    kiosk_pager_append (self->list, item_new (page, items->pdata[i]));
  kiosk_notice_offline (page, model);
}

static void
kiosk_page_transactions_class_init (KioskPageTransactionsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KIOSK_PAGE_CLASS (klass)->fill = fill;
  kiosk_page_class_set_stem (widget_class, "page-transactions");
  gtk_widget_class_bind_template_child (widget_class, KioskPageTransactions, list);
  gtk_widget_class_bind_template_child (widget_class, KioskPageTransactions, empty);
}

static void
kiosk_page_transactions_init (KioskPageTransactions *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kiosk_page_translate (KIOSK_PAGE (self));
}
