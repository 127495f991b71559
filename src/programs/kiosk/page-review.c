#include "look.h"
#include "pages.h"
#include "text.h"
#include "widgets.h"

typedef struct
{
  KioskPage parent;
  KioskPager *rows;
  GtkWidget *total;
  GtkLabel *fee;
} KioskPageReview;

typedef KioskPageClass KioskPageReviewClass;

G_DEFINE_FINAL_TYPE (KioskPageReview, kiosk_page_review, KIOSK_TYPE_PAGE)

static void
on_change (GtkWidget *button, KioskPage *page)
{
  kiosk_page_act_with (page, "change", "ref", gtk_widget_get_name (button));
}

static const char *
source_text (const char *source)
{
  if (g_str_equal (source, "card"))
    return _ ("From your card");
  if (g_str_equal (source, "phone"))
    return _ ("From your phone");
  if (g_str_equal (source, "computed"))
    return _ ("Worked out for you");
  return "";
}

static GtkWidget *
change_new (KioskPage *page, KioskModel *row)
{
  const char *label = _ ("Change");
  GtkWidget *button = gtk_button_new_with_label (label);
  g_autofree char *name = g_strdup_printf ("%s: %s", label, kiosk_model_string (row, "label"));
  kiosk_look_name (button, name);
  gtk_widget_add_css_class (button, "small");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_name (button, kiosk_model_string (row, "ref"));
  g_signal_connect (button, "clicked", G_CALLBACK (on_change), page);
  return button;
}

static GtkWidget *
value_new (KioskModel *row)
{
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *value = g_object_new (KIOSK_TYPE_MASKED, NULL);
  const char *source = source_text (kiosk_model_string (row, "source"));
  g_autofree char *caption
    = *source != '\0' ? g_strdup_printf ("%s · %s", kiosk_model_string (row, "label"), source)
                      : g_strdup (kiosk_model_string (row, "label"));
  gtk_box_append (GTK_BOX (texts), kiosk_look_label (caption, "muted"));
  kiosk_masked_set_text (KIOSK_MASKED (value), kiosk_model_string (row, "value"));
  gtk_box_append (GTK_BOX (texts), value);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  return texts;
}

static GtkWidget *
row_new (KioskPage *page, KioskModel *row, gboolean new_section)
{
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  if (new_section)
    gtk_box_append (GTK_BOX (outer),
                    kiosk_look_label (kiosk_model_string (row, "section"), "section"));
  gtk_widget_add_css_class (line, "row");
  gtk_widget_add_css_class (outer, "review-row");
  gtk_box_append (GTK_BOX (line), value_new (row));
  if (kiosk_model_boolean (row, "change"))
    gtk_box_append (GTK_BOX (line), change_new (page, row));
  gtk_box_append (GTK_BOX (outer), line);
  return outer;
}

static void
fill (KioskPage *page, KioskModel *model)
{
  KioskPageReview *self = (KioskPageReview *)page;
  g_autoptr (GPtrArray) rows = kiosk_model_items (model, "rows");
  gint64 cents = kiosk_model_long (model, "fee_cents");
  g_autofree char *fee = kiosk_text_money (cents);
  const char *section = "";
  kiosk_page_set_eyebrow (page, kiosk_model_string (model, "title"));
  kiosk_pager_clear (self->rows);
  for (guint i = 0; i < rows->len; i++)
    {
      const char *its = kiosk_model_string (rows->pdata[i], "section");
      kiosk_pager_append (
        self->rows, row_new (page, rows->pdata[i], *its != '\0' && !g_str_equal (its, section)));
      section = its;
    }
  gtk_label_set_label (self->fee, fee);
  gtk_widget_set_visible (self->total, cents > 0);
}

static void
kiosk_page_review_class_init (KioskPageReviewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KIOSK_PAGE_CLASS (klass)->fill = fill;
  kiosk_page_class_set_stem (widget_class, "page-review");
  gtk_widget_class_bind_template_child (widget_class, KioskPageReview, rows);
  gtk_widget_class_bind_template_child (widget_class, KioskPageReview, total);
  gtk_widget_class_bind_template_child (widget_class, KioskPageReview, fee);
}

static void
kiosk_page_review_init (KioskPageReview *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kiosk_page_translate (KIOSK_PAGE (self));
}
