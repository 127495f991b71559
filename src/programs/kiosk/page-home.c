#include "look.h"
#include "pages.h"
#include "text.h"

typedef struct
{
  KioskPage parent;
  GtkBox *root;
  GtkWidget *sheet;
  GtkBox *languages;
  GtkWidget *large;
  GtkWidget *contrast;
  GtkLabel *clock;
  GtkWidget *staff;
  guint minute;
} KioskPageHome;

typedef KioskPageClass KioskPageHomeClass;

G_DEFINE_FINAL_TYPE (KioskPageHome, kiosk_page_home, KIOSK_TYPE_PAGE)

#define LANGUAGE "kiosk-language"

static void
on_language (GtkWidget *button, KioskPage *page)
{
  kiosk_page_act_with (page, "start", "language", g_object_get_data (G_OBJECT (button), LANGUAGE));
}

static GtkWidget *
language_new (KioskPage *page, const KioskLanguage *language)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *badge = gtk_label_new (language->badge);
  GtkWidget *go = gtk_image_new_from_icon_name ("kiosk-go-symbolic");
  gtk_widget_add_css_class (button, "language");
  gtk_widget_add_css_class (button, language->style);
  gtk_widget_add_css_class (badge, "badge");
  gtk_widget_add_css_class (go, "chevron");
  gtk_widget_set_valign (badge, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (texts), kiosk_look_label (language->name, "language-name"));
  gtk_box_append (GTK_BOX (texts), kiosk_look_label (language->invitation, "muted"));
  gtk_box_append (GTK_BOX (row), badge);
  gtk_box_append (GTK_BOX (row), texts);
  gtk_box_append (GTK_BOX (row), go);
  gtk_button_set_child (GTK_BUTTON (button), row);
  kiosk_look_name (button, language->name);
  g_object_set_data (G_OBJECT (button), LANGUAGE, (gpointer)language->id);
  g_signal_connect (button, "clicked", G_CALLBACK (on_language), page);
  return button;
}

/* Shown before anyone says who they are, so that a wrong clock is seen; once a minute. */
static gboolean
on_minute (gpointer data)
{
  KioskPageHome *self = data;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *text = g_date_time_format (now, "%H:%M");
  gtk_label_set_label (self->clock, text);
  self->minute = g_timeout_add_seconds (60 - (guint)g_date_time_get_second (now), on_minute, self);
  return G_SOURCE_REMOVE;
}

static void
fill (KioskPage *page, KioskModel *model)
{
  KioskPageHome *self = (KioskPageHome *)page;
  gboolean wide = kiosk_look_is_wide ();
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->root),
                                  wide ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL);
  gtk_box_set_homogeneous (self->root, wide);
  gtk_widget_set_vexpand (self->sheet, wide); /* on a high screen the picture takes the room */
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->languages)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    gtk_widget_set_vexpand (child, wide);
  gtk_widget_set_visible (self->staff, kiosk_page_allows (page, "staff"));
  kiosk_look_set_class (self->large, "on", kiosk_look_is_large ());
  kiosk_look_set_class (self->contrast, "on", kiosk_look_is_contrast ());
}

static void
on_staff (KioskPage *page)
{
  kiosk_page_act (page, "staff");
}

static void
dispose (GObject *object)
{
  g_clear_handle_id (&((KioskPageHome *)object)->minute, g_source_remove);
  G_OBJECT_CLASS (kiosk_page_home_parent_class)->dispose (object);
}

static void
kiosk_page_home_class_init (KioskPageHomeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KIOSK_PAGE_CLASS (klass)->fill = fill;
  G_OBJECT_CLASS (klass)->dispose = dispose;
  kiosk_page_class_set_stem (widget_class, "page-home");
  gtk_widget_class_bind_template_child (widget_class, KioskPageHome, root);
  gtk_widget_class_bind_template_child (widget_class, KioskPageHome, sheet);
  gtk_widget_class_bind_template_child (widget_class, KioskPageHome, languages);
  gtk_widget_class_bind_template_child (widget_class, KioskPageHome, large);
  gtk_widget_class_bind_template_child (widget_class, KioskPageHome, contrast);
  gtk_widget_class_bind_template_child (widget_class, KioskPageHome, clock);
  gtk_widget_class_bind_template_child (widget_class, KioskPageHome, staff);
  gtk_widget_class_bind_template_callback (widget_class, on_staff);
}

static void
kiosk_page_home_init (KioskPageHome *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (int i = 0; i < KIOSK_N_LANGUAGES; i++)
    gtk_box_append (self->languages, language_new (KIOSK_PAGE (self), &kiosk_languages[i]));
  kiosk_look_name (self->large, "大字體 · Larger text");
  kiosk_look_name (self->staff, gtk_button_get_label (GTK_BUTTON (self->staff)));
  kiosk_look_name (self->contrast, "高對比 · High contrast");
  on_minute (self);
}
