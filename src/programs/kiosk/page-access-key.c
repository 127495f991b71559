#include <string.h>

#include "look.h"
#include "pages.h"
#include "text.h"
#include "widgets.h"

typedef struct
{
  const char *kind;
  const char *title;
  const char *lead;
  const char *format; /* what to do when it is not complete */
  const char *layers; /* of the drawing: where it is printed */
  KioskFieldKind field;
  guint length;
  const char *alphabet;
} Kind;

static const Kind kinds[] = {
  { "can", N_ ("Type the 6 digits on your card"),
    N_ ("They are on the front, at the bottom right. They let this terminal read the chip."),
    N_ ("Type all 6 digits."), "number", KIOSK_FIELD_SLOTS, 6, NULL },
  { "document-number", N_ ("Type the document number"),
    N_ ("Letters and digits, as printed on your document."), N_ ("Type the document number."),
    "number", KIOSK_FIELD_TEXT, 9, "A-Z0-9" },
  { "birth-date", N_ ("Type your date of birth"),
    N_ ("As printed on your document: day, month, year."), N_ ("Type all 8 digits of the date."),
    "birth", KIOSK_FIELD_DATE, 8, NULL },
  { "expiry-date", N_ ("Type the date your document expires"),
    N_ ("As printed on your document: day, month, year."), N_ ("Type all 8 digits of the date."),
    "expiry", KIOSK_FIELD_DATE, 8, NULL },
};

typedef struct
{
  KioskPage parent;
  KioskField *field;
  KioskKeypad *keypad;
  KioskDrawing *drawing;
  GtkWidget *no_number;
  const Kind *kind;
} KioskPageAccessKey;

typedef KioskPageClass KioskPageAccessKeyClass;

G_DEFINE_FINAL_TYPE (KioskPageAccessKey, kiosk_page_access_key, KIOSK_TYPE_PAGE)

static const Kind *
find_kind (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].kind, name))
      return &kinds[i];
  return &kinds[0];
}

static const char *
drawing_for (const char *document, const Kind *kind)
{
  if (g_str_equal (kind->kind, "can"))
    return "card-can";
  return g_str_has_suffix (document, "td3") ? "passport" : "card-details";
}

static void
show_error (KioskPage *page, KioskModel *model, const Kind *kind)
{
  KioskPageAccessKey *self = (KioskPageAccessKey *)page;
  const char *error = kiosk_model_string (model, "error");
  int left = kiosk_model_integer (model, "tries_left");
  g_autofree char *counted = NULL;
  const char *notice = "";
  if (g_str_equal (error, "wrong"))
    notice = _ ("This does not open the chip. Check it against the card and type it again.");
  else if (g_str_equal (error, "format"))
    notice = kiosk_text (kind->format);
  if (*notice != '\0' && left >= 0)
    {
      g_autofree char *tries = g_strdup_printf (_ ("Tries left: %d."), left);
      counted = g_strdup_printf ("%s %s", notice, tries);
      notice = counted;
    }
  kiosk_page_set_notice (page, notice, *notice != '\0');
  kiosk_field_set_error (self->field, *notice != '\0');
}

static void
fill (KioskPage *page, KioskModel *model)
{
  KioskPageAccessKey *self = (KioskPageAccessKey *)page;
  const Kind *kind = find_kind (kiosk_model_string (model, "kind"));
  if (self->kind != kind)
    {
      kiosk_page_set_title (page, kiosk_text (kind->title));
      kiosk_page_set_lead (page, kiosk_text (kind->lead));
      kiosk_field_set_kind (self->field, kind->field, kind->length, kind->alphabet,
                            kiosk_text (kind->title));
      kiosk_keypad_set_field (self->keypad, self->field, kind->alphabet);
      kiosk_drawing_set_art (
        self->drawing, drawing_for (kiosk_model_string (model, "document"), kind), kind->layers);
      kiosk_field_set_value (self->field, kiosk_model_string (model, "value"));
      self->kind = kind;
    }
  show_error (page, model, kind);
  gtk_widget_set_visible (self->no_number, kiosk_page_allows (page, "no-number"));
}

/* Kept from kioskd until it is complete: a try costs. */
static void
primary (KioskPage *page)
{
  KioskPageAccessKey *self = (KioskPageAccessKey *)page;
  if (!kiosk_field_is_whole (self->field))
    {
      kiosk_page_set_notice (page, kiosk_text (self->kind->format), TRUE);
      kiosk_field_set_error (self->field, TRUE);
      return;
    }
  char *value = kiosk_field_value (self->field);
  kiosk_page_act_with (page, "submit", "value", value);
  explicit_bzero (value, strlen (value));
  g_free (value);
}

static char *
draft (KioskPage *page)
{
  return kiosk_field_typed (((KioskPageAccessKey *)page)->field);
}

static void
restore (KioskPage *page, const char *text)
{
  kiosk_field_set_typed (((KioskPageAccessKey *)page)->field, text);
}

static void
on_no_number (KioskPage *page)
{
  kiosk_page_act (page, "no-number");
}

static void
kiosk_page_access_key_class_init (KioskPageAccessKeyClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KIOSK_PAGE_CLASS (klass)->fill = fill;
  KIOSK_PAGE_CLASS (klass)->primary = primary;
  KIOSK_PAGE_CLASS (klass)->draft = draft;
  KIOSK_PAGE_CLASS (klass)->restore = restore;
  kiosk_page_class_set_stem (widget_class, "page-access-key");
  gtk_widget_class_bind_template_child (widget_class, KioskPageAccessKey, field);
  gtk_widget_class_bind_template_child (widget_class, KioskPageAccessKey, keypad);
  gtk_widget_class_bind_template_child (widget_class, KioskPageAccessKey, drawing);
  gtk_widget_class_bind_template_child (widget_class, KioskPageAccessKey, no_number);
  gtk_widget_class_bind_template_callback (widget_class, on_no_number);
}

static void
kiosk_page_access_key_init (KioskPageAccessKey *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kiosk_page_translate (KIOSK_PAGE (self));
}
