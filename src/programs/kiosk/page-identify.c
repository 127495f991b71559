#include "look.h"
#include "pages.h"
#include "parts.h"
#include "text.h"

typedef struct
{
  KioskPage parent;
  GtkWidget *tap;
  GtkWidget *steps;
  GtkWidget *help;
  GtkWidget *others; /* other ways than the card */
  GtkWidget *phone;
  GtkLabel *phone_label;
  GtkWidget *present;
  GtkLabel *present_label;
  GtkWidget *scan;
  GtkLabel *scan_label;
} KioskPageIdentify;

typedef KioskPageClass KioskPageIdentifyClass;

G_DEFINE_FINAL_TYPE (KioskPageIdentify, kiosk_page_identify, KIOSK_TYPE_PAGE)

static const struct
{
  const char *reader;
  const char *notice;
} states[] = {
  { "starting", N_ ("The card reader is starting. You can put your card down in a moment.") },
  { "ready", "" },
  { "missing",
    N_ (
      "The card reader is not connected. Please use another terminal or ask a member of staff.") },
  { "busy", N_ ("The card reader is in use by another program. Please use another terminal or ask "
                "a member of staff.") },
  { "fault", N_ ("The card reader stopped and is starting again. Please wait a moment.") },
};

/* What the picture shows, in words, where there is room beside it. */
static const char *const steps[] = {
  N_ ("Take the card out of its wallet or sleeve."),
  N_ ("Lay it flat in the middle of the reader."),
  N_ ("Leave it there until we say so."),
};

static void
fill (KioskPage *page, KioskModel *model)
{
  KioskPageIdentify *self = (KioskPageIdentify *)page;
  const char *reader = kiosk_model_string (model, "reader");
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_str_equal (states[i].reader, reader))
      kiosk_page_set_notice (page, *states[i].notice != '\0' ? kiosk_text (states[i].notice) : "",
                             g_str_equal (reader, "missing") || g_str_equal (reader, "busy"));
  g_object_set (self->tap, "moving", g_str_equal (reader, "ready"), NULL);
  gboolean can_scan = kiosk_page_allows (page, "scan");
  gboolean can_phone = kiosk_page_allows (page, "phone");
  gtk_widget_set_visible (self->steps, kiosk_look_is_wide () && g_str_equal (reader, "ready")
                                         && !((can_scan || can_phone) && kiosk_look_is_large ()));
  gtk_widget_set_visible (self->help, kiosk_page_allows (page, "help"));
  gtk_widget_set_visible (self->present, can_scan);
  gtk_widget_set_visible (self->scan, can_scan);
  gtk_widget_set_visible (self->phone, can_phone);
  gtk_widget_set_visible (self->others, can_scan || can_phone);
  /* Three abreast would break words in the narrow column of a wide screen. */
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->others), can_scan && can_phone
                                                                     && kiosk_look_is_wide ()
                                                                     && kiosk_look_is_large ()
                                                                   ? GTK_ORIENTATION_VERTICAL
                                                                   : GTK_ORIENTATION_HORIZONTAL);
}

static void
on_help (KioskPage *page)
{
  kiosk_page_act (page, "help");
}

static void
on_scan (KioskPage *page)
{
  kiosk_page_act_with (page, "scan", "wanted", "receipt");
}

static void
on_phone (KioskPage *page)
{
  kiosk_page_act (page, "phone");
}

static void
on_present (KioskPage *page)
{
  kiosk_page_act_with (page, "scan", "wanted", "presentation");
}

static void
kiosk_page_identify_class_init (KioskPageIdentifyClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KIOSK_PAGE_CLASS (klass)->fill = fill;
  kiosk_page_class_set_stem (widget_class, "page-identify");
  gtk_widget_class_bind_template_child (widget_class, KioskPageIdentify, tap);
  gtk_widget_class_bind_template_child (widget_class, KioskPageIdentify, steps);
  gtk_widget_class_bind_template_child (widget_class, KioskPageIdentify, help);
  gtk_widget_class_bind_template_child (widget_class, KioskPageIdentify, others);
  gtk_widget_class_bind_template_child (widget_class, KioskPageIdentify, phone);
  gtk_widget_class_bind_template_child (widget_class, KioskPageIdentify, phone_label);
  gtk_widget_class_bind_template_child (widget_class, KioskPageIdentify, present);
  gtk_widget_class_bind_template_child (widget_class, KioskPageIdentify, present_label);
  gtk_widget_class_bind_template_child (widget_class, KioskPageIdentify, scan);
  gtk_widget_class_bind_template_child (widget_class, KioskPageIdentify, scan_label);
  gtk_widget_class_bind_template_callback (widget_class, on_help);
  gtk_widget_class_bind_template_callback (widget_class, on_scan);
  gtk_widget_class_bind_template_callback (widget_class, on_phone);
  gtk_widget_class_bind_template_callback (widget_class, on_present);
}

static void
kiosk_page_identify_init (KioskPageIdentify *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kiosk_page_translate (KIOSK_PAGE (self));
  kiosk_look_name (self->phone, gtk_label_get_label (self->phone_label));
  kiosk_look_name (self->present, gtk_label_get_label (self->present_label));
  kiosk_look_name (self->scan, gtk_label_get_label (self->scan_label));
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    gtk_box_append (GTK_BOX (self->steps), kiosk_numbered_new (i + 1, kiosk_text (steps[i])));
}
