#include <string.h>

#include "look.h"
#include "pages.h"
#include "parts.h"
#include "text.h"
#include "widgets.h"

typedef struct
{
  KioskPage parent;
  GtkWidget *typing;
  KioskField *field;
  KioskKeypad *keypad;
  KioskPager *choices;
  GtkWidget *body;
  gboolean shown;
} KioskPageQuestion;

typedef KioskPageClass KioskPageQuestionClass;

G_DEFINE_FINAL_TYPE (KioskPageQuestion, kiosk_page_question, KIOSK_TYPE_PAGE)

static void
on_option (GtkWidget *button, KioskPage *page)
{
  kiosk_page_act_with (page, "answer", "value", gtk_widget_get_name (button));
}

/* One touch answers: the choice made before is marked, so that coming back changes nothing. */
static void
show_options (KioskPage *page, KioskModel *model)
{
  KioskPageQuestion *self = (KioskPageQuestion *)page;
  g_autoptr (GPtrArray) options = kiosk_model_items (model, "options");
  const char *chosen = kiosk_model_string (model, "value");
  kiosk_pager_clear (self->choices);
  for (guint i = 0; i < options->len; i++)
    {
      KioskModel *option = options->pdata[i];
      const char *value = kiosk_model_string (option, "value");
      gboolean is_chosen = g_str_equal (value, chosen);
      GtkWidget *card = kiosk_choice_new (kiosk_model_string (option, "label"), is_chosen);
      gtk_widget_set_name (card, value);
      g_signal_connect (card, "clicked", G_CALLBACK (on_option), page);
      kiosk_pager_append (self->choices, card);
    }
}

static void
show_field (KioskPage *page, KioskModel *model, const char *type)
{
  KioskPageQuestion *self = (KioskPageQuestion *)page;
  const char *alphabet = kiosk_model_string (model, "alphabet");
  guint length = kiosk_model_unsigned (model, "length");
  gboolean text = g_str_equal (type, "text");
  KioskFieldKind kind = g_str_equal (type, "date") ? KIOSK_FIELD_DATE
                        : text                     ? KIOSK_FIELD_TEXT
                                                   : KIOSK_FIELD_DIGITS;
  if (text && *alphabet == '\0')
    alphabet = "A-Z0-9 ";
  kiosk_field_set_kind (self->field, kind, length > 0 ? length : 12, text ? alphabet : NULL,
                        kiosk_model_string (model, "label"));
  kiosk_keypad_set_field (self->keypad, self->field, text ? alphabet : NULL);
  kiosk_field_set_value (self->field, kiosk_model_string (model, "value"));
}

static void
fill (KioskPage *page, KioskModel *model)
{
  KioskPageQuestion *self = (KioskPageQuestion *)page;
  const char *type = kiosk_model_string (model, "type");
  const char *error = kiosk_model_string (model, "error");
  gboolean choice = g_str_equal (type, "choice");
  g_autofree char *count
    = g_strdup_printf (_ ("Question %u of %u"), kiosk_model_unsigned (model, "index") + 1,
                       MAX (kiosk_model_unsigned (model, "count"), 1));
  g_autofree char *where = g_strdup_printf ("%s · %s", kiosk_model_string (model, "title"), count);
  kiosk_page_set_eyebrow (page, where);
  kiosk_page_set_title (page, kiosk_model_string (model, "label"));
  kiosk_page_set_lead (page, kiosk_model_string (model, "hint"));
  kiosk_page_set_notice (page, error, *error != '\0');
  kiosk_page_set_primary (page, choice ? "" : _ ("Continue"), NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->choices), choice);
  gtk_widget_set_visible (self->typing, !choice);
  gtk_widget_set_vexpand (self->body, !choice); /* a pad takes all the room, choices only theirs */
  if (choice)
    show_options (page, model);
  else if (!self->shown)
    show_field (page, model, type);
  self->shown = TRUE; /* later updates of this page must not undo what is being typed */
  kiosk_field_set_error (self->field, *error != '\0');
}

static void
primary (KioskPage *page)
{
  char *value = kiosk_field_value (((KioskPageQuestion *)page)->field);
  kiosk_page_act_with (page, "answer", "value", value);
  explicit_bzero (value, strlen (value));
  g_free (value);
}

static char *
draft (KioskPage *page)
{
  KioskPageQuestion *self = (KioskPageQuestion *)page;
  return gtk_widget_get_visible (self->typing) ? kiosk_field_typed (self->field) : NULL;
}

static void
restore (KioskPage *page, const char *text)
{
  kiosk_field_set_typed (((KioskPageQuestion *)page)->field, text);
}

static void
kiosk_page_question_class_init (KioskPageQuestionClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KIOSK_PAGE_CLASS (klass)->fill = fill;
  KIOSK_PAGE_CLASS (klass)->primary = primary;
  KIOSK_PAGE_CLASS (klass)->draft = draft;
  KIOSK_PAGE_CLASS (klass)->restore = restore;
  kiosk_page_class_set_stem (widget_class, "page-question");
  gtk_widget_class_bind_template_child (widget_class, KioskPageQuestion, typing);
  gtk_widget_class_bind_template_child (widget_class, KioskPageQuestion, field);
  gtk_widget_class_bind_template_child (widget_class, KioskPageQuestion, keypad);
  gtk_widget_class_bind_template_child (widget_class, KioskPageQuestion, choices);
  gtk_widget_class_bind_template_child (widget_class, KioskPageQuestion, body);
}

static void
kiosk_page_question_init (KioskPageQuestion *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kiosk_page_translate (KIOSK_PAGE (self));
}
