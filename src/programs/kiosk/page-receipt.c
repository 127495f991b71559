#include "look.h"
#include "pages.h"
#include "parts.h"
#include "text.h"
#include "widgets.h"

typedef struct
{
  KioskPage parent;
  KioskQr *qr;
  GtkLabel *reference;
  GtkLabel *when;
  GtkLabel *fee;
  GtkWidget *fee_row;
  GtkWidget *print;
  GtkLabel *printer;
  GtkWidget *transactions;
  GtkWidget *status;
  GtkImage *status_icon;
  GtkLabel *status_text;
} KioskPageReceipt;

typedef KioskPageClass KioskPageReceiptClass;

G_DEFINE_FINAL_TYPE (KioskPageReceipt, kiosk_page_receipt, KIOSK_TYPE_PAGE)

static const struct
{
  const char *state;
  const char *text;
  gboolean can_print;
} printers[] = {
  { "absent", N_ ("No printer here: photograph the code."), FALSE },
  { "idle", "", TRUE },
  { "printing", N_ ("Printing…"), FALSE },
  { "printed", N_ ("Printed. Please take your receipt."), TRUE },
  { "failed", N_ ("It did not print. Try again, or photograph the code."), TRUE },
  { "paper", N_ ("The printer has no paper: photograph the code, or tell staff."), TRUE },
};

static void
show_printer (KioskPageReceipt *self, const char *printer)
{
  for (guint i = 0; i < G_N_ELEMENTS (printers); i++)
    if (g_str_equal (printers[i].state, printer))
      {
        const char *text = printers[i].text;
        gtk_label_set_label (self->printer, *text != '\0' ? kiosk_text (text) : "");
        gtk_widget_set_visible (GTK_WIDGET (self->printer), *text != '\0');
        gtk_widget_set_sensitive (self->print, printers[i].can_print);
      }
}

static void
show_fee (KioskPageReceipt *self, KioskModel *model)
{
  gint64 cents = kiosk_model_long (model, "fee_cents");
  gboolean due = g_str_equal (kiosk_model_string (model, "payment"), "due");
  g_autofree char *money = kiosk_text_money (cents);
  g_autofree char *text = due ? g_strdup_printf (_ ("%s, not paid yet"), money) : g_strdup (money);
  gtk_label_set_label (self->fee, text);
  gtk_widget_set_visible (self->fee_row, cents > 0);
}

static void
fill (KioskPage *page, KioskModel *model)
{
  KioskPageReceipt *self = (KioskPageReceipt *)page;
  const char *reason = kiosk_model_string (model, "reason");
  KioskState state = kiosk_state_of (model);
  g_autofree char *when = kiosk_text_date_time (kiosk_model_long (model, "sealed_ms"));
  const char *service = kiosk_model_string (model, "title");
  kiosk_page_set_title (page, state.title);
  kiosk_page_set_eyebrow (page, service);
  gtk_label_set_label (self->reference, kiosk_model_string (model, "reference"));
  kiosk_model_string (model, "txid");
  gtk_label_set_label (self->when, when);
  gtk_image_set_from_icon_name (self->status_icon, state.icon);
  gtk_label_set_label (self->status_text, *reason != '\0' ? reason : state.sentence);
  kiosk_look_set_class (self->status, "good", state.good);
  gtk_widget_set_visible (GTK_WIDGET (self->qr),
                          kiosk_qr_set_text (self->qr, kiosk_model_string (model, "qr")));
  show_fee (self, model);
  show_printer (self, kiosk_model_string (model, "printer"));
  gtk_widget_set_visible (self->print, kiosk_page_allows (page, "print"));
  gtk_widget_set_visible (self->transactions, kiosk_page_allows (page, "transactions"));
}

static void
on_print (KioskPage *page)
{
  kiosk_page_act (page, "print");
}

static void
on_transactions (KioskPage *page)
{
  kiosk_page_act (page, "transactions");
}

static void
kiosk_page_receipt_class_init (KioskPageReceiptClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KIOSK_PAGE_CLASS (klass)->fill = fill;
  kiosk_page_class_set_stem (widget_class, "page-receipt");
  gtk_widget_class_bind_template_child (widget_class, KioskPageReceipt, qr);
  gtk_widget_class_bind_template_child (widget_class, KioskPageReceipt, reference);
  gtk_widget_class_bind_template_child (widget_class, KioskPageReceipt, when);
  gtk_widget_class_bind_template_child (widget_class, KioskPageReceipt, fee);
  gtk_widget_class_bind_template_child (widget_class, KioskPageReceipt, fee_row);
  gtk_widget_class_bind_template_child (widget_class, KioskPageReceipt, print);
  gtk_widget_class_bind_template_child (widget_class, KioskPageReceipt, printer);
  gtk_widget_class_bind_template_child (widget_class, KioskPageReceipt, transactions);
  gtk_widget_class_bind_template_child (widget_class, KioskPageReceipt, status);
  gtk_widget_class_bind_template_child (widget_class, KioskPageReceipt, status_icon);
  gtk_widget_class_bind_template_child (widget_class, KioskPageReceipt, status_text);
  gtk_widget_class_bind_template_callback (widget_class, on_print);
  gtk_widget_class_bind_template_callback (widget_class, on_transactions);
}

static void
kiosk_page_receipt_init (KioskPageReceipt *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kiosk_page_translate (KIOSK_PAGE (self));
}
