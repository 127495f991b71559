#include "look.h"
#include "pages.h"
#include "parts.h"
#include "text.h"
#include "widgets.h"

typedef struct
{
  KioskPage parent;
  GtkWidget *steps;
  GtkWidget *panel;
  KioskQr *qr;
  GtkLabel *digits;
  KioskDrawing *drawing; /* in the code's place, when there is none */
  GtkWidget *strip;
  GtkImage *icon;
  GtkLabel *sentence;
  GtkLabel *next;
} KioskPagePhone;

typedef KioskPageClass KioskPagePhoneClass;

G_DEFINE_FINAL_TYPE (KioskPagePhone, kiosk_page_phone, KIOSK_TYPE_PAGE)

/* What is so, and what to do: each reason has its own. */
typedef struct
{
  const char *code;
  const char *sentence;
  const char *next;
} Line;

static const Line states[] = {
  { "starting", N_ ("The code is on its way."), N_ ("One moment, please.") },
  { "waiting", N_ ("Scan this code with iAM Smart."), NULL },
  { "opened", N_ ("Your phone has read the code."), N_ ("Check what it says, and agree there.") },
};

static const Line reasons[] = {
  { "fault", N_ ("We did not understand the answer."),
    N_ ("Nothing was kept. Try again, or lay your card on the reader.") },
  { "cancelled", N_ ("It was stopped on the phone."),
    N_ ("Ask for a new code, or lay your card on the reader.") },
  { "refused", N_ ("You said no on the phone."),
    N_ ("Nothing was sent here. Ask for a new code if you want to, or use your card.") },
  { "no-answer", N_ ("The phone read the code, and then no answer came."),
    N_ ("Ask for a new code and answer within a few minutes.") },
  { "expired", N_ ("The code is too old."), N_ ("Ask for a new one.") },
  { "not-allowed", N_ ("This account cannot be used for that."),
    N_ ("Lay your card on the reader, or ask staff about iAM Smart+.") },
  { "other-card", N_ ("That phone belongs to somebody else."),
    N_ ("Use the phone of the person whose card this is.") },
  { "unavailable", N_ ("iAM Smart does not answer at the moment."),
    N_ ("Lay your card on the reader, or try again in a few minutes.") },
  { "many", N_ ("There are too many codes open at once."), N_ ("Try again in a moment.") },
  { "off", N_ ("This terminal cannot use iAM Smart."), N_ ("Lay your card on the reader.") },
  { "offline", N_ ("The network is away."),
    N_ ("Your card needs no network: lay it on the reader. Or try again.") },
  { "reported-lost", N_ ("The card of this account was reported lost."),
    N_ ("Please go to the counter. If it is yours, staff can help you.") },
  { "number", N_ ("The account does not say who you are."),
    N_ ("Lay your card on the reader, or ask staff.") },
};

/* What to do, in words, where there is room beside the code. */
static const char *const steps[] = {
  N_ ("Open iAM Smart on your phone."),
  N_ ("Choose “Scan”, and hold the phone to this code."),
  N_ ("Read what the phone says, and agree."),
};

static const Line *
find_line (const Line *lines, guint n, const char *code)
{
  for (guint i = 0; i < n; i++)
    if (g_str_equal (lines[i].code, code))
      return &lines[i];
  return &lines[0];
}

static void
say (KioskPagePhone *self, const char *sentence, const char *next, const char *icon,
     const char *style)
{
  static const char *const styles[] = { "good", "warn" };
  g_autofree char *whole = g_strjoin (" ", sentence, next, NULL);
  gtk_image_set_from_icon_name (self->icon, icon);
  gtk_label_set_label (self->sentence, sentence);
  gtk_label_set_label (self->next, next);
  kiosk_look_name (self->strip, whole);
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    kiosk_look_set_class (self->strip, styles[i], g_str_equal (styles[i], style));
}

/* (transfer full) */
static char *
time_left (guint seconds)
{
  if (seconds >= 120)
    return g_strdup_printf (_ ("You have %u minutes."), seconds / 60);
  return seconds > 0 ? g_strdup_printf (_ ("You have about %u seconds."), seconds)
                     : g_strdup (_ ("Time is up."));
}

static void
show_state (KioskPagePhone *self, const char *state, KioskModel *model)
{
  const Line *line = find_line (states, G_N_ELEMENTS (states), state);
  gboolean is_opened = g_str_equal (line->code, "opened");
  guint seconds = kiosk_model_unsigned (model, "seconds_left");
  g_autofree char *left = line->next == NULL ? time_left (seconds) : NULL;
  say (self, kiosk_text (line->sentence), left != NULL ? left : kiosk_text (line->next),
       is_opened ? "kiosk-check-symbolic" : "kiosk-phone-symbolic", is_opened ? "good" : "");
}

static void
show_failure (KioskPagePhone *self, const char *reason)
{
  const Line *line = find_line (reasons, G_N_ELEMENTS (reasons), reason);
  say (self, kiosk_text (line->sentence), kiosk_text (line->next), "kiosk-notice-symbolic", "warn");
}

static void
show_code (KioskPagePhone *self, KioskModel *model, gboolean has_failed)
{
  const char *code = kiosk_model_string (model, "code");
  const char *digits = kiosk_model_string (model, "identification");
  gboolean needs_staff = g_str_equal (kiosk_model_string (model, "reason"), "reported-lost");
  gboolean has_code = !has_failed && *code != '\0' && kiosk_qr_set_text (self->qr, code);
  g_autofree char *both = g_strdup_printf (_ ("Your phone shows the same number: %s"), digits);
  gtk_widget_set_visible (self->panel, has_code);
  gtk_widget_set_visible (GTK_WIDGET (self->drawing), !has_code);
  if (has_failed)
    kiosk_drawing_set_art (self->drawing, "card-problem", needs_staff ? "staff" : "again");
  else
    kiosk_drawing_set_art (self->drawing, "scan", "beam");
  gtk_label_set_label (self->digits, both);
  gtk_widget_set_visible (GTK_WIDGET (self->digits), *digits != '\0');
}

static void
fill (KioskPage *page, KioskModel *model)
{
  KioskPagePhone *self = (KioskPagePhone *)page;
  const char *state = kiosk_model_string (model, "state");
  const char *reason = kiosk_model_string (model, "reason");
  gboolean has_failed = g_str_equal (state, "failed");
  kiosk_model_string (model, "purpose");
  show_code (self, model, has_failed);
  if (has_failed)
    show_failure (self, reason);
  else
    show_state (self, state, model);
  kiosk_page_set_title (page, has_failed ? _ ("That did not work") : _ ("Identify with iAM Smart"));
  kiosk_page_set_lead (page, has_failed
                               ? ""
                               : _ ("Simulated: this is not the real iAM Smart. Let nobody "
                                    "else scan the code."));
  kiosk_page_set_primary (page, kiosk_page_allows (page, "retry") ? _ ("New code") : "", "retry");
  gtk_widget_set_visible (self->steps,
                          kiosk_look_is_wide () && !has_failed && !kiosk_look_is_large ());
}

static void
kiosk_page_phone_class_init (KioskPagePhoneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KIOSK_PAGE_CLASS (klass)->fill = fill;
  kiosk_page_class_set_stem (widget_class, "page-phone");
  gtk_widget_class_bind_template_child (widget_class, KioskPagePhone, steps);
  gtk_widget_class_bind_template_child (widget_class, KioskPagePhone, panel);
  gtk_widget_class_bind_template_child (widget_class, KioskPagePhone, qr);
  gtk_widget_class_bind_template_child (widget_class, KioskPagePhone, digits);
  gtk_widget_class_bind_template_child (widget_class, KioskPagePhone, drawing);
  gtk_widget_class_bind_template_child (widget_class, KioskPagePhone, strip);
  gtk_widget_class_bind_template_child (widget_class, KioskPagePhone, icon);
  gtk_widget_class_bind_template_child (widget_class, KioskPagePhone, sentence);
  gtk_widget_class_bind_template_child (widget_class, KioskPagePhone, next);
}

static void
kiosk_page_phone_init (KioskPagePhone *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kiosk_page_translate (KIOSK_PAGE (self));
  kiosk_look_name (GTK_WIDGET (self->qr), _ ("QR code for your phone"));
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    gtk_box_append (GTK_BOX (self->steps), kiosk_numbered_new (i + 1, kiosk_text (steps[i])));
}
