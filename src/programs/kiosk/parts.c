#include "parts.h"

#include "look.h"
#include "text.h"

GtkWidget *
kiosk_card_new (const char *icon, const char *title, const char *caption, const char *text)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *image = gtk_image_new_from_icon_name (icon);
  GtkWidget *go = gtk_image_new_from_icon_name ("kiosk-go-symbolic");
  gtk_widget_add_css_class (button, "card-button");
  gtk_widget_add_css_class (image, "badge");
  gtk_widget_add_css_class (go, "chevron");
  gtk_widget_set_valign (image, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (texts), kiosk_look_label (title, "card-title"));
  if (caption != NULL && *caption != '\0')
    gtk_box_append (GTK_BOX (texts), kiosk_look_label (caption, "card-caption"));
  if (*text != '\0')
    gtk_box_append (GTK_BOX (texts), kiosk_look_label (text, "muted"));
  gtk_box_append (GTK_BOX (row), image);
  gtk_box_append (GTK_BOX (row), texts);
  gtk_box_append (GTK_BOX (row), go);
  gtk_button_set_child (GTK_BUTTON (button), row);
  kiosk_look_name (button, title);
  return button;
}

GtkWidget *
kiosk_choice_new (const char *label, gboolean chosen)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *text = kiosk_look_label (label, "choice-text");
  GtkWidget *mark
    = gtk_image_new_from_icon_name (chosen ? "kiosk-check-symbolic" : "kiosk-go-symbolic");
  gtk_widget_add_css_class (button, "choice");
  kiosk_look_set_class (button, "chosen", chosen);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_box_append (GTK_BOX (row), text);
  gtk_box_append (GTK_BOX (row), mark);
  gtk_button_set_child (GTK_BUTTON (button), row);
  kiosk_look_name (button, label);
  return button;
}

GtkWidget *
kiosk_numbered_new (guint number, const char *text)
{
  g_autofree char *digits = g_strdup_printf ("%u", number);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *badge = gtk_label_new (digits);
  GtkWidget *label = kiosk_look_label (text, "advice-text");
  gtk_widget_add_css_class (row, "advice");
  gtk_widget_add_css_class (badge, "number");
  gtk_widget_set_valign (badge, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (label, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (row), badge);
  gtk_box_append (GTK_BOX (row), label);
  return row;
}

void
kiosk_notice_offline (KioskPage *page, KioskModel *model)
{
  if (kiosk_model_boolean (model, "online"))
    kiosk_page_set_notice (page, "", FALSE);
  else
    kiosk_page_set_notice (page,
                           _ ("The network is away. You can still do everything: this terminal "
                              "keeps what you hand in safe and sends it on later."),
                           FALSE);
}

static const struct
{
  const char *state;
  const char *outcome; /* only of a settled one */
  KioskState shown;
} states[] = {
  { "received",
    "",
    { N_ ("Received"),
      N_ ("Kept safely in this terminal. It goes to the department when the network is there."),
      "kiosk-check-symbolic", TRUE } },
  { "accepted",
    "",
    { N_ ("Delivered"),
      N_ ("It has reached the government’s system. The department has not decided yet."),
      "kiosk-check-symbolic", TRUE } },
  { "quarantined",
    "",
    { N_ ("Needs attention"),
      N_ ("It could not be delivered. Nothing is lost: show this reference to staff."),
      "kiosk-notice-symbolic", FALSE } },
  { "settled",
    "granted",
    { N_ ("Granted"), N_ ("The department has approved it."), "kiosk-check-symbolic", TRUE } },
  { "settled",
    "refused",
    { N_ ("Refused"), N_ ("The department has refused it."), "kiosk-cross-symbolic", FALSE } },
  { "settled",
    "visit",
    { N_ ("Please visit an office"), N_ ("The department needs to see you before it can decide."),
      "kiosk-notice-symbolic", FALSE } },
  { "settled",
    "superseded",
    { N_ ("Replaced"), N_ ("A later application took the place of this one."),
      "kiosk-notice-symbolic", FALSE } },
};

KioskState
kiosk_state_of (KioskModel *item)
{
  const char *state = kiosk_model_string (item, "state");
  const char *outcome = kiosk_model_string (item, "outcome");
  gsize found = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_str_equal (states[i].state, state)
        && (*states[i].outcome == '\0' || g_str_equal (states[i].outcome, outcome)))
      {
        found = i;
        break;
      }
  KioskState shown = states[found].shown;
  shown.title = kiosk_text (shown.title);
  shown.sentence = kiosk_text (shown.sentence);
  return shown;
}
