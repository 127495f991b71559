#include "look.h"
#include "pages.h"
#include "text.h"
#include "widgets.h"

typedef struct
{
  KioskPage parent;
  KioskDrawing *drawing;
  GtkWidget *help;
} KioskPageCardProblem;

typedef KioskPageClass KioskPageCardProblemClass;

G_DEFINE_FINAL_TYPE (KioskPageCardProblem, kiosk_page_card_problem, KIOSK_TYPE_PAGE)

/* What happened, in one calm sentence that blames nobody. */
static const struct
{
  const char *code; /* names of KioskCardError, and what the journey adds to them */
  const char *title;
  const char *text;
} problems[] = {
  { "no-reader", N_ ("The card reader is not connected"),
    N_ ("Nothing is wrong with your card. This terminal cannot read cards at the moment.") },
  { "reader-busy", N_ ("The card reader is busy"),
    N_ ("Nothing is wrong with your card. Another program is using the reader.") },
  { "reader-fault", N_ ("The card reader stopped"),
    N_ ("Nothing is wrong with your card. The reader is starting again.") },
  { "many-cards", N_ ("There is more than one card"),
    N_ ("The reader sees several cards at once. Take the others away and leave only one.") },
  { "lost", N_ ("The card moved too soon"),
    N_ ("It was lifted before we had finished. Lay it down again and leave it there.") },
  { "rf", N_ ("The card was hard to hear"),
    N_ ("Take it out of its sleeve and lay it flat in the middle of the reader.") },
  { "timeout", N_ ("The chip did not answer"),
    N_ ("Lift the card, then lay it flat in the middle of the reader.") },
  { "cancelled", N_ ("Reading was stopped"), N_ ("You can lay your card down again.") },
  { "wrong-card", N_ ("This is another kind of card"),
    N_ ("Use a Hong Kong identity card or a passport with a chip.") },
  { "other-document", N_ ("This is not the document that was asked for"),
    N_ ("The terminal waits for another kind of document. Lay that one on the reader.") },
  { "other-card", N_ ("A different card was laid down"),
    N_ ("We had begun with another one. Leave one card on the reader until it has been read.") },
  { "unsupported", N_ ("This terminal cannot read that document yet"),
    N_ ("Your document is in order. Staff at the counter can help you with it.") },
  { "access-denied", N_ ("The number does not open this card"),
    N_ ("Check it against the card, then try once more.") },
  { "access-protocol", N_ ("The chip did not open"),
    N_ ("The number was right, but the chip answered in a way we do not know.") },
  { "sm-broken", N_ ("The connection to the chip broke"),
    N_ ("Nothing was saved. Lay the card down again.") },
  { "lds-malformed", N_ ("The data on the chip is damaged"),
    N_ ("We cannot use it. Staff at the counter can look at your card.") },
  { "lds-too-big", N_ ("The data on the chip is not as it should be"),
    N_ ("We cannot use it. Staff at the counter can look at your card.") },
  { "pa-no-csca", N_ ("We do not know who issued this document"),
    N_ ("This terminal has no key of the authority that signed it, so it cannot check it.") },
  { "pa-bad-signature", N_ ("The chip’s signature does not check"),
    N_ ("We cannot rely on what it holds. Staff at the counter can look at your card.") },
  { "pa-hash", N_ ("The chip’s data does not check"),
    N_ ("It is not what the issuer signed. Staff at the counter can look at your card.") },
  { "pa-expired", N_ ("The signature on this chip is out of date"),
    N_ ("The issuer’s certificate has run out. Staff at the counter can help you.") },
  { "pa-revoked", N_ ("The signer of this document was called back"),
    N_ ("Its issuer no longer vouches for it. Staff at the counter can look at your card.") },
  { "crl-stale", N_ ("This terminal’s list of withdrawn signers is too old"),
    N_ ("Nothing is wrong with your card. Staff at the counter can help you with it.") },
  { "clone", N_ ("The chip could not prove that it is the original"),
    N_ ("For your safety we do not accept it. Staff at the counter can look at your card.") },
  { "clone-aa", N_ ("The chip could not sign as the original would"),
    N_ ("For your safety we do not accept it. Staff at the counter can look at your card.") },
  { "internal", N_ ("Something went wrong in this terminal"),
    N_ ("It is not your card. Please try again.") },
  { "expired", N_ ("This card has expired"),
    N_ ("The date on it has passed. Use another document, or ask staff how to renew it.") },
  { "reported-lost", N_ ("This card was reported lost"),
    N_ ("It cannot be used here. If it is yours, staff at the counter can help you.") },
  { "number", N_ ("The number on the chip does not check"),
    N_ ("Its check digit does not fit. Staff at the counter can look at your card.") },
  { "too-many-tries", N_ ("Too many tries"),
    N_ ("To protect the card we stop here. Check the number, or ask staff to help you.") },
};

static void
show_problem (KioskPage *page, const char *code)
{
  guint found = 0;
  for (guint i = 0; i < G_N_ELEMENTS (problems); i++)
    if (g_str_equal (problems[i].code, code) || g_str_equal (problems[i].code, "internal"))
      {
        found = i;
        if (g_str_equal (problems[i].code, code))
          break;
      }
  kiosk_page_set_title (page, kiosk_text (problems[found].title));
  kiosk_page_set_lead (page, kiosk_text (problems[found].text));
}

static void
fill (KioskPage *page, KioskModel *model)
{
  KioskPageCardProblem *self = (KioskPageCardProblem *)page;
  const char *next = kiosk_model_string (model, "next");
  gboolean staff = g_str_equal (next, "staff");
  show_problem (page, kiosk_model_string (model, "code"));
  kiosk_page_set_primary (page,
                          !kiosk_page_allows (page, "retry") ? ""
                          : g_str_equal (next, "again")      ? _ ("Try again")
                                                             : _ ("Use another card"),
                          "retry");
  kiosk_page_set_notice (page, staff ? _ ("Please take your card to the counter.") : "", FALSE);
  kiosk_drawing_set_art (self->drawing, "card-problem", staff ? "staff" : "again");
  gtk_widget_set_visible (self->help, kiosk_page_allows (page, "help"));
}

static void
on_help (KioskPage *page)
{
  kiosk_page_act (page, "help");
}

static void
kiosk_page_card_problem_class_init (KioskPageCardProblemClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KIOSK_PAGE_CLASS (klass)->fill = fill;
  kiosk_page_class_set_stem (widget_class, "page-card-problem");
  gtk_widget_class_bind_template_child (widget_class, KioskPageCardProblem, drawing);
  gtk_widget_class_bind_template_child (widget_class, KioskPageCardProblem, help);
  gtk_widget_class_bind_template_callback (widget_class, on_help);
}

static void
kiosk_page_card_problem_init (KioskPageCardProblem *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kiosk_page_translate (KIOSK_PAGE (self));
}
