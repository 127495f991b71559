#include <string.h>

#include "look.h"
#include "pages.h"
#include "text.h"
#include "widgets.h"

#define PIN_MAX 12

typedef struct
{
  KioskPage parent;
  GtkWidget *typing;
  KioskField *field;
  KioskKeypad *keypad;
  guint attempt; /* that what stands in the field is for */
} KioskPageStaffPin;

typedef KioskPageClass KioskPageStaffPinClass;

G_DEFINE_FINAL_TYPE (KioskPageStaffPin, kiosk_page_staff_pin, KIOSK_TYPE_PAGE)

static const struct
{
  const char *code;
  const char *text;
} errors[] = {
  { "shut", N_ ("The card and the PIN do not match.") },
  { "format", N_ ("A PIN has 6 to 12 digits.") },
  { "revoked", N_ ("This card was called back. Hand it in to a supervisor.") },
  { "early", N_ ("This card is not valid yet. The staff office can say why.") },
  { "expired", N_ ("This card is not valid any more. The staff office can renew it.") },
  { "issuer", N_ ("This card is of an issuer that this terminal does not know.") },
  { "stale", N_ ("The list of staff here is too old. The terminal has to be connected first.") },
  { "fault", N_ ("This could not be checked just now. Please try again.") },
};

static const char *
find_error (const char *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    if (g_str_equal (errors[i].code, code))
      return kiosk_text (errors[i].text);
  return "";
}

/* What a wrong one costs is said before any is typed. */
static void
show_cost (KioskPage *page, KioskModel *model)
{
  guint left = kiosk_model_unsigned (model, "tries_left");
  g_autofree char *tries = g_strdup_printf (_ ("Tries left: %d."), (int)left);
  g_autofree char *lead = g_strdup_printf (
    "%s %s", tries,
    _ ("From the third wrong PIN on there is a wait, longer each time. The last one locks the "
       "card."));
  kiosk_page_set_lead (page, left > 0 ? lead : "");
}

/* (transfer full): the error, and what follows from it. */
static char *
notice_of (KioskModel *model)
{
  const char *error = find_error (kiosk_model_string (model, "error"));
  guint wait = kiosk_model_unsigned (model, "wait_s");
  g_autofree char *waiting = NULL;
  if (kiosk_model_unsigned (model, "tries_left") == 0)
    return g_strdup (_ ("This card is locked here. The staff office can unlock it."));
  if (wait == 0)
    return g_strdup (error);
  waiting = g_strdup_printf (_ ("The next try is possible in %u:%02u."), wait / 60, wait % 60);
  return *error != '\0' ? g_strdup_printf ("%s %s", error, waiting) : g_strdup (waiting);
}

static void
fill (KioskPage *page, KioskModel *model)
{
  KioskPageStaffPin *self = (KioskPageStaffPin *)page;
  gboolean may_type = kiosk_page_allows (page, "submit");
  gboolean busy = kiosk_model_boolean (model, "busy");
  guint attempt = kiosk_model_unsigned (model, "attempt");
  g_autofree char *notice = notice_of (model);
  const char *title = kiosk_model_boolean (model, "second") ? _ ("Second person: type your PIN")
                                                            : _ ("Type your PIN");
  kiosk_page_set_title (page, title);
  show_cost (page, model);
  kiosk_page_set_notice (page, busy ? _ ("One moment …") : notice, !busy && *notice != '\0');
  if (self->attempt != attempt)
    kiosk_field_clear (self->field);
  self->attempt = attempt;
  kiosk_field_set_error (self->field, !busy && *notice != '\0');
  gtk_widget_set_sensitive (self->typing, may_type);
  kiosk_page_set_primary (page, may_type || busy ? _ ("Continue") : "", "submit");
}

/* Kept from kioskd until it may be one: a try costs. */
static void
primary (KioskPage *page)
{
  KioskPageStaffPin *self = (KioskPageStaffPin *)page;
  if (!kiosk_field_is_whole (self->field))
    {
      kiosk_page_set_notice (page, find_error ("format"), TRUE);
      kiosk_field_set_error (self->field, TRUE);
      return;
    }
  char *value = kiosk_field_value (self->field);
  kiosk_page_act_with (page, "submit", "value", value);
  explicit_bzero (value, strlen (value));
  g_free (value);
}

static void
kiosk_page_staff_pin_class_init (KioskPageStaffPinClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KIOSK_PAGE_CLASS (klass)->fill = fill;
  KIOSK_PAGE_CLASS (klass)->primary = primary;
  kiosk_page_class_set_stem (widget_class, "page-staff-pin");
  gtk_widget_class_bind_template_child (widget_class, KioskPageStaffPin, typing);
  gtk_widget_class_bind_template_child (widget_class, KioskPageStaffPin, field);
  gtk_widget_class_bind_template_child (widget_class, KioskPageStaffPin, keypad);
}

static void
kiosk_page_staff_pin_init (KioskPageStaffPin *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kiosk_page_translate (KIOSK_PAGE (self));
  kiosk_field_set_kind (self->field, KIOSK_FIELD_SECRET, PIN_MAX, NULL, _ ("Type your PIN"));
  kiosk_keypad_set_field (self->keypad, self->field, NULL);
}
