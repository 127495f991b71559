#include "look.h"
#include "pages.h"
#include "text.h"

typedef struct
{
  KioskPage parent;
  GtkWidget *tap;
} KioskPageStaffCard;

typedef KioskPageClass KioskPageStaffCardClass;

G_DEFINE_FINAL_TYPE (KioskPageStaffCard, kiosk_page_staff_card, KIOSK_TYPE_PAGE)

typedef struct
{
  const char *code;
  const char *notice;
} Notice;

/* What stands in the way of laying a card down at all. */
static const Notice readers[] = {
  { "starting", N_ ("The card reader is starting. You can put your card down in a moment.") },
  { "missing", N_ ("The card reader is not connected. A technician has to look at it.") },
  { "busy", N_ ("The card reader is in use by another program. A technician has to look at it.") },
  { "fault", N_ ("The card reader stopped and is starting again. Please wait a moment.") },
};

static const Notice problems[] = {
  { "wrong-card", N_ ("This is not a staff card. Lay a staff card on the reader.") },
  { "clone", N_ ("This card is not genuine. Keep it, and tell a supervisor.") },
  { "unsupported", N_ ("This card does not work without contact. Use another staff card.") },
  { "many-cards", N_ ("Lay one card alone on the reader.") },
  { "taken", N_ ("The card was taken away. Lay it down again and leave it there.") },
  { "same-person", N_ ("This is your own card. Another member of staff has to confirm.") },
  { "may-not-confirm", N_ ("This person may not confirm. It takes an officer or a supervisor.") },
  { "fault", N_ ("This could not be checked just now. Take the card up and lay it down again.") },
};

/* (transfer none): "" for none. */
static const char *
find (const Notice *notices, guint n, const char *code, const char *otherwise)
{
  for (guint i = 0; i < n; i++)
    if (g_str_equal (notices[i].code, code))
      return kiosk_text (notices[i].notice);
  return otherwise;
}

static void
show_notice (KioskPage *page, KioskModel *model)
{
  const char *problem = kiosk_model_string (model, "problem");
  const char *reader = kiosk_model_string (model, "reader");
  const char *notice = find (readers, G_N_ELEMENTS (readers), reader, "");
  gboolean is_error = g_str_equal (reader, "missing") || g_str_equal (reader, "busy");
  if (*problem != '\0')
    {
      notice = find (problems, G_N_ELEMENTS (problems), problem,
                     _ ("The card was not read to the end. Take it up and lay it down again."));
      is_error = TRUE;
    }
  else if (kiosk_model_boolean (model, "reading"))
    notice = _ ("The card is being read. Leave it there.");
  kiosk_page_set_notice (page, notice, is_error);
}

static void
fill (KioskPage *page, KioskModel *model)
{
  KioskPageStaffCard *self = (KioskPageStaffCard *)page;
  gboolean second = kiosk_model_boolean (model, "second");
  kiosk_page_set_title (page, second ? _ ("A second person has to confirm")
                                     : _ ("Lay your staff card on the reader"));
  kiosk_page_set_lead (
    page, second ? _ ("Take your own card up. Another member of staff lays theirs on the reader.")
                 : _ ("For staff only. Leave the card there; your PIN comes next."));
  show_notice (page, model);
  g_object_set (self->tap, "moving", g_str_equal (kiosk_model_string (model, "reader"), "ready"),
                NULL);
}

static void
kiosk_page_staff_card_class_init (KioskPageStaffCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KIOSK_PAGE_CLASS (klass)->fill = fill;
  kiosk_page_class_set_stem (widget_class, "page-staff-card");
  gtk_widget_class_bind_template_child (widget_class, KioskPageStaffCard, tap);
}

static void
kiosk_page_staff_card_init (KioskPageStaffCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kiosk_page_translate (KIOSK_PAGE (self));
}
