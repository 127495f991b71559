#include "look.h"
#include "pages.h"
#include "parts.h"
#include "sound.h"
#include "text.h"
#include "widgets.h"

typedef struct
{
  KioskPage parent;
  GtkWidget *steps;
  GtkWidget *placeholder;
  KioskCamera *camera;
  GtkWidget *strip;
  GtkImage *icon;
  GtkLabel *sentence;
  GtkLabel *next;
  GtkLabel *quoted; /* what is not ours to say: plain text, cut where it is too long */
  gint64 seen;      /* codes read so far, as the page was told; −1: not yet */
} KioskPageScan;

typedef KioskPageClass KioskPageScanClass;

G_DEFINE_FINAL_TYPE (KioskPageScan, kiosk_page_scan, KIOSK_TYPE_PAGE)

/* With this code; whatever else is the matter, the person did nothing wrong. */
#define WRONG "kiosk-cross-symbolic"

/* What is so, and what to do: one thing at a time, always in the same place. */
typedef struct
{
  const char *code;
  const char *sentence;
  const char *next;
  const char *icon;
} Line;

static const Line troubles[] = {
  { "starting", N_ ("The camera is starting."), N_ ("One moment, please."), "kiosk-qr-symbolic" },
  { "missing", N_ ("The camera is not connected."),
    N_ ("Please use another terminal, or show your receipt to staff."), "kiosk-notice-symbolic" },
  { "stalled", N_ ("The camera has stopped."), N_ ("It is starting again. Please wait a moment."),
    "kiosk-notice-symbolic" },
  { "covered", N_ ("The camera is covered."), N_ ("Take away whatever is right in front of it."),
    "kiosk-notice-symbolic" },
  { "fault", N_ ("The camera does not work properly."),
    N_ ("It is starting again. Please wait a moment."), "kiosk-notice-symbolic" },
  { "source", N_ ("The camera is not set up."),
    N_ ("Please use another terminal, or show your receipt to staff."), "kiosk-notice-symbolic" },
};

static const Line guidances[] = {
  { "", N_ ("Hold the code inside the frame."), N_ ("On paper or on your phone: either will do."),
    "kiosk-qr-symbolic" },
  { "nothing", N_ ("We do not see a code yet."), N_ ("Hold it up inside the frame."),
    "kiosk-qr-symbolic" },
  { "part", N_ ("This code is empty, or one of several."), N_ ("Show the code of a receipt."),
    WRONG },
  { "too-far", N_ ("The code is too far away."), N_ ("Bring it closer."), "kiosk-closer-symbolic" },
  { "too-close", N_ ("The code is too close."), N_ ("Move it back a little."),
    "kiosk-away-symbolic" },
  { "glare", N_ ("Light is shining on the code."),
    N_ ("Tilt it a little, until the light is gone."), "kiosk-glare-symbolic" },
  { "hold-still", N_ ("We see the code."), N_ ("Hold it still for a moment."),
    "kiosk-still-symbolic" },
};

static const Line problems[] = {
  { "empty", N_ ("There is nothing in this code."), N_ ("Show the code of a receipt."), WRONG },
  { "partial", N_ ("This is one code of several."), N_ ("We can only read a receipt in one code."),
    WRONG },
  { "damaged", N_ ("This code is damaged."),
    N_ ("Part of it is missing or was changed. Show the receipt itself, if you have it."), WRONG },
  { "too-big", N_ ("There is too much in this code."),
    N_ ("It cannot be a receipt. Show the code of a receipt."), WRONG },
  { "version", N_ ("This receipt is newer than this terminal."),
    N_ ("Please use another terminal, or show your receipt to staff."), WRONG },
  { "encrypted", N_ ("This code is meant for another reader."),
    N_ ("It is locked. Show the code of a receipt."), WRONG },
  { "other-kind", NULL, N_ ("Show the code of a receipt."), WRONG },
  { "not-genuine", N_ ("We cannot vouch for this receipt."),
    N_ ("No terminal of ours has signed it. Ask staff if you are in doubt."), WRONG },
  { "other-kiosk", NULL, N_ ("Please ask there, or show your receipt to staff."),
    "kiosk-notice-symbolic" },
  { "unknown", N_ ("This application is no longer kept here."),
    N_ ("Staff can look it up by its reference."), "kiosk-notice-symbolic" },
  { "fault", N_ ("We could not look it up."), N_ ("Nothing is lost. Show the code once more."),
    "kiosk-notice-symbolic" },
};

static const Line taken = { "", N_ ("This is your receipt."),
                            N_ ("One moment: here is how it stands."), "kiosk-check-symbolic" };

/* In our words, by the names of formats/code.h. */
static const struct
{
  const char *name;
  const char *sentence;
} kinds[] = {
  { "receipt", N_ ("This code is for something else: a receipt.") },
  { "ticket", N_ ("This code is for something else: a ticket for linking a phone.") },
  { "personal", N_ ("This code is for something else: a personal code.") },
  { "presentation", N_ ("This code is for something else: a personal code.") },
  { "binding", N_ ("This code is for something else: a code that links a phone.") },
  { "health", N_ ("This code is for something else: a health certificate.") },
  { "vaccination", N_ ("This code is for something else: a vaccination record.") },
  { "exemption", N_ ("This code is for something else: a vaccination exemption.") },
  { "bill", N_ ("This code is for something else: a bill.") },
  { "payment", N_ ("This code is for something else: a payment.") },
  { "link", N_ ("This code is a web address, which we do not open.") },
};

static const struct
{
  const char *wanted;
  const char *title;
  const char *lead;
} wanteds[] = {
  { "receipt", N_ ("Hold your receipt’s code up to the camera"),
    N_ ("The code on the paper, or your photograph of it on your phone.") },
};

/* What to do, in words, where there is room beside the picture. */
static const char *const steps[] = {
  N_ ("Take out the receipt, or open your photograph of it."),
  N_ ("Hold it up flat, with the whole code inside the frame."),
  N_ ("Keep it there until you see the tick."),
};

static const Line *
find_line (const Line *lines, guint n, const char *code)
{
  for (guint i = 0; i < n; i++)
    if (g_str_equal (lines[i].code, code))
      return &lines[i];
  return NULL;
}
#define FIND(lines, code) find_line (lines, G_N_ELEMENTS (lines), code)

static const char *
kind_sentence (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].name, name))
      return kiosk_text (kinds[i].sentence);
  return _ ("This code is for something else.");
}

/* (transfer full): @text without what a display would obey instead of show: line breaks, controls
 * of direction. */
static char *
make_plain (const char *text)
{
  GString *plain = g_string_new (NULL);
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar sign = g_utf8_get_char (at);
      g_string_append_unichar (plain, g_unichar_isgraph (sign) ? sign : ' ');
    }
  return g_string_free (plain, FALSE);
}

static void
tint (KioskPageScan *self, const char *style)
{
  static const char *const styles[] = { "good", "warn", "error" };
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    kiosk_look_set_class (self->strip, styles[i], g_str_equal (styles[i], style));
}

static void
say (KioskPageScan *self, const char *sentence, const char *next, const char *icon,
     const char *style)
{
  g_autofree char *whole = g_strjoin (" ", sentence, next, NULL);
  gtk_image_set_from_icon_name (self->icon, icon);
  gtk_label_set_label (self->sentence, sentence);
  gtk_label_set_label (self->next, next);
  gtk_widget_set_visible (GTK_WIDGET (self->next), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->quoted), FALSE);
  kiosk_look_name (self->strip, whole);
  tint (self, style);
}

static void
show_line (KioskPageScan *self, const Line *line, const char *style)
{
  say (self, kiosk_text (line->sentence), kiosk_text (line->next), line->icon, style);
}

/* In the place of what to do. */
static void
quote (KioskPageScan *self, const char *text)
{
  g_autofree char *plain = make_plain (text);
  if (*plain == '\0')
    return;
  gtk_label_set_label (self->quoted, plain);
  gtk_widget_set_visible (GTK_WIDGET (self->next), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->quoted), TRUE);
}

static void
show_problem (KioskPageScan *self, const Line *line, KioskModel *model)
{
  const char *text = kiosk_model_string (model, "text");
  const char *style = g_str_equal (line->icon, WRONG) ? "error" : "warn";
  gboolean is_other_kind = g_str_equal (line->code, "other-kind");
  g_autofree char *sentence = NULL;
  if (is_other_kind)
    sentence = g_strdup (kind_sentence (kiosk_model_string (model, "code")));
  else if (g_str_equal (line->code, "other-kiosk"))
    sentence = g_strdup_printf (_ ("This receipt was made at another terminal: %s."), text);
  else
    sentence = g_strdup (kiosk_text (line->sentence));
  say (self, sentence, kiosk_text (line->next), line->icon, style);
  if (is_other_kind)
    quote (self, text);
}

/* Once for each code; a page that is built again in another language has sounded before. */
static void
sound (KioskPageScan *self, guint seen, gboolean is_taken, gboolean has_problem)
{
  if (self->seen >= 0 && (gint64)seen > self->seen && (is_taken || has_problem))
    kiosk_sound_play (is_taken ? KIOSK_TONE_TAKEN : KIOSK_TONE_WRONG);
  self->seen = seen;
}

static void
show_wanted (KioskPage *page, const char *wanted)
{
  for (guint i = 0; i < G_N_ELEMENTS (wanteds); i++)
    if (g_str_equal (wanteds[i].wanted, wanted))
      {
        kiosk_page_set_title (page, kiosk_text (wanteds[i].title));
        kiosk_page_set_lead (page, kiosk_text (wanteds[i].lead));
      }
}

/* A code that was taken comes before all else, and a camera in trouble before what it saw last. */
static void
fill (KioskPage *page, KioskModel *model)
{
  KioskPageScan *self = (KioskPageScan *)page;
  const Line *trouble = FIND (troubles, kiosk_model_string (model, "camera"));
  const Line *guidance = FIND (guidances, kiosk_model_string (model, "guidance"));
  const Line *problem = FIND (problems, kiosk_model_string (model, "problem"));
  gboolean is_trouble = trouble != NULL && trouble != &troubles[0];
  gboolean is_taken = kiosk_model_boolean (model, "taken");
  kiosk_model_string (model, "code");
  kiosk_model_string (model, "text");
  show_wanted (page, kiosk_model_string (model, "wanted"));
  sound (self, kiosk_model_unsigned (model, "seen"), is_taken, problem != NULL);
  if (is_taken)
    show_line (self, &taken, "good");
  else if (trouble != NULL)
    show_line (self, trouble, is_trouble ? "warn" : "");
  else if (problem != NULL)
    show_problem (self, problem, model);
  else
    show_line (self, guidance != NULL ? guidance : &guidances[0], "");
  gtk_widget_set_visible (self->steps, kiosk_look_is_wide ());
  kiosk_camera_set_taken (self->camera, is_taken);
  kiosk_camera_set_live (self->camera, trouble == NULL);
  kiosk_drawing_set_art (KIOSK_DRAWING (self->placeholder), "scan", is_trouble ? "off" : "beam");
}

static void
see (KioskPage *page, int memory)
{
  if (!kiosk_camera_set_preview (((KioskPageScan *)page)->camera, memory))
    g_info ("scan: what came is no memory of pictures");
}

static void
on_has_picture (KioskPageScan *self)
{
  gboolean has;
  g_object_get (self->camera, "has-picture", &has, NULL);
  gtk_widget_set_visible (self->placeholder, !has);
}

static void
kiosk_page_scan_class_init (KioskPageScanClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KIOSK_PAGE_CLASS (klass)->fill = fill;
  KIOSK_PAGE_CLASS (klass)->see = see;
  kiosk_page_class_set_stem (widget_class, "page-scan");
  gtk_widget_class_bind_template_child (widget_class, KioskPageScan, steps);
  gtk_widget_class_bind_template_child (widget_class, KioskPageScan, placeholder);
  gtk_widget_class_bind_template_child (widget_class, KioskPageScan, camera);
  gtk_widget_class_bind_template_child (widget_class, KioskPageScan, strip);
  gtk_widget_class_bind_template_child (widget_class, KioskPageScan, icon);
  gtk_widget_class_bind_template_child (widget_class, KioskPageScan, sentence);
  gtk_widget_class_bind_template_child (widget_class, KioskPageScan, next);
  gtk_widget_class_bind_template_child (widget_class, KioskPageScan, quoted);
  gtk_widget_class_bind_template_callback (widget_class, on_has_picture);
}

static void
kiosk_page_scan_init (KioskPageScan *self)
{
  self->seen = -1;
  gtk_widget_init_template (GTK_WIDGET (self));
  kiosk_page_translate (KIOSK_PAGE (self));
  kiosk_look_name (GTK_WIDGET (self->camera), _ ("What the camera sees"));
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    gtk_box_append (GTK_BOX (self->steps), kiosk_numbered_new (i + 1, kiosk_text (steps[i])));
}
