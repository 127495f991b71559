#include "look.h"
#include "pages.h"
#include "parts.h"
#include "scan-lines.h"
#include "sound.h"
#include "text.h"
#include "widgets.h"

typedef struct
{
  KioskPage parent;
  const KioskScanTexts *texts; /* of what is wanted; NULL: not told yet */
  GtkWidget *aside;
  GtkWidget *steps;
  KioskQr *qr; /* this kiosk's own code, for phones */
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
show_line (KioskPageScan *self, const KioskScanLine *line, const char *style)
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
show_problem (KioskPageScan *self, const KioskScanLine *line, KioskModel *model)
{
  const char *text = kiosk_model_string (model, "text");
  const char *style = g_str_equal (line->icon, KIOSK_SCAN_WRONG) ? "error" : "warn";
  gboolean is_other_kind = g_str_equal (line->code, "other-kind");
  g_autofree char *sentence = NULL;
  if (is_other_kind)
    sentence = g_strdup (kiosk_scan_kind (kiosk_model_string (model, "code")));
  else if (line->sentence == NULL)
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

/* @wanted: shown once for each page: it does not change while the page stands. */
static void
show_wanted (KioskPageScan *self, const char *wanted)
{
  if (self->texts != NULL)
    return;
  self->texts = kiosk_scan_texts (wanted);
  kiosk_page_set_title (KIOSK_PAGE (self), kiosk_text (self->texts->title));
  kiosk_page_set_lead (KIOSK_PAGE (self), kiosk_text (self->texts->lead));
  for (guint i = 0; i < KIOSK_SCAN_STEPS; i++)
    gtk_box_append (GTK_BOX (self->steps),
                    kiosk_numbered_new (i + 1, kiosk_text (self->texts->steps[i])));
}

/* What the phone is to read first stands beside the words, and above them where a wide screen has
 * the room. Steps about paper only beside the picture. */
static void
show_aside (KioskPageScan *self, const char *audience)
{
  gboolean is_wide = kiosk_look_is_wide ();
  gboolean has_code = *audience != '\0' && kiosk_qr_set_text (self->qr, audience);
  gboolean is_above = is_wide && !kiosk_look_is_large ();
  GtkLayoutManager *grid = gtk_widget_get_layout_manager (self->aside);
  GtkLayoutChild *place = gtk_layout_manager_get_layout_child (grid, self->steps);
  gtk_grid_layout_child_set_row (GTK_GRID_LAYOUT_CHILD (place), is_above ? 1 : 0);
  gtk_grid_layout_child_set_column (GTK_GRID_LAYOUT_CHILD (place), is_above ? 0 : 1);
  gtk_widget_set_visible (GTK_WIDGET (self->qr), has_code);
  gtk_widget_set_visible (self->aside, is_wide || has_code);
}

/* A code that was taken comes before all else, and a camera in trouble before what it saw last. */
static void
fill (KioskPage *page, KioskModel *model)
{
  KioskPageScan *self = (KioskPageScan *)page;
  show_wanted (self, kiosk_model_string (model, "wanted"));
  const KioskScanTexts *texts = self->texts;
  const KioskScanLine *trouble = kiosk_scan_trouble (texts, kiosk_model_string (model, "camera"));
  const KioskScanLine *guidance
    = kiosk_scan_guidance (texts, kiosk_model_string (model, "guidance"));
  const KioskScanLine *problem = kiosk_scan_problem (texts, kiosk_model_string (model, "problem"));
  gboolean is_trouble = trouble != NULL && !g_str_equal (trouble->code, "starting");
  gboolean is_taken = kiosk_model_boolean (model, "taken");
  kiosk_model_string (model, "code");
  kiosk_model_string (model, "text");
  sound (self, kiosk_model_unsigned (model, "seen"), is_taken, problem != NULL);
  if (is_taken)
    show_line (self, &texts->taken, "good");
  else if (trouble != NULL)
    show_line (self, trouble, is_trouble ? "warn" : "");
  else if (problem != NULL)
    show_problem (self, problem, model);
  else
    show_line (self, guidance != NULL ? guidance : &texts->guidances[0], "");
  show_aside (self, kiosk_model_string (model, "audience"));
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
  gtk_widget_class_bind_template_child (widget_class, KioskPageScan, aside);
  gtk_widget_class_bind_template_child (widget_class, KioskPageScan, steps);
  gtk_widget_class_bind_template_child (widget_class, KioskPageScan, qr);
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
  kiosk_look_name (GTK_WIDGET (self->qr), _ ("This terminal’s code, for your phone to read"));
}
