#include "camera-lines.h"
#include "look.h"
#include "pages.h"
#include "text.h"
#include "widgets.h"

typedef struct
{
  KioskPage parent;
  KioskCamera *camera;
  KioskStrip *strip;
  GtkLabel *tries;
  GtkWidget *again;
} KioskPagePortrait;

typedef KioskPageClass KioskPagePortraitClass;

G_DEFINE_FINAL_TYPE (KioskPagePortrait, kiosk_page_portrait, KIOSK_TYPE_PAGE)

/* What is measured is light and sharpness; no face is looked for. */
static const KioskCameraLine guidances[] = {
  { "", N_ ("Put your face inside the oval."),
    N_ ("Look straight ahead, with nothing over your face."), "kiosk-person-symbolic" },
  { "nothing", N_ ("We do not see anyone yet."), N_ ("Put your face inside the oval."),
    "kiosk-person-symbolic" },
  { "too-dark", N_ ("It is too dark."), N_ ("Turn your face to the light."),
    "kiosk-glare-symbolic" },
  { "too-bright", N_ ("There is too much light."), N_ ("Turn a little away from the light."),
    "kiosk-glare-symbolic" },
  { "hold-still", N_ ("You are moving."), N_ ("Hold still for a moment."), "kiosk-still-symbolic" },
  { "blurred", N_ ("It is not sharp."), N_ ("Hold still, at arm’s length from the screen."),
    "kiosk-still-symbolic" },
  { "good", N_ ("The light is good."), N_ ("You can take the picture now."),
    "kiosk-check-symbolic" },
};

static const KioskCameraLine taken
  = { "", N_ ("This is your picture."),
      N_ ("Can you see your whole face clearly? An officer will look at it."),
      "kiosk-check-symbolic" };
static const KioskCameraLine taking
  = { "", N_ ("Taking the picture…"), N_ ("Hold still for a moment."), "kiosk-still-symbolic" };
static const KioskCameraLine over
  = { "", N_ ("Six pictures did not succeed."),
      N_ ("Please ask our staff: they take it with you. Nothing of it was kept."),
      "kiosk-notice-symbolic" };

static void
show_strip (KioskPagePortrait *self, KioskModel *model, gboolean is_over)
{
  const KioskCameraLine *trouble = kiosk_camera_line_trouble (kiosk_model_string (model, "camera"));
  const KioskCameraLine *problem = kiosk_camera_line_find (guidances, G_N_ELEMENTS (guidances),
                                                           kiosk_model_string (model, "problem"));
  const KioskCameraLine *guidance = kiosk_camera_line_find (guidances, G_N_ELEMENTS (guidances),
                                                            kiosk_model_string (model, "guidance"));
  gboolean is_taking = kiosk_model_boolean (model, "taking");
  if (kiosk_model_boolean (model, "taken"))
    kiosk_camera_line_say (&taken, self->strip, "good");
  else if (is_over)
    kiosk_camera_line_say (&over, self->strip, "error");
  else if (trouble != NULL)
    kiosk_camera_line_say (trouble, self->strip,
                           g_str_equal (trouble->code, "starting") ? "" : "warn");
  else if (is_taking)
    kiosk_camera_line_say (&taking, self->strip, "");
  else if (problem != NULL && *problem->code != '\0')
    kiosk_camera_line_say (problem, self->strip, "warn");
  else
    kiosk_camera_line_say (guidance != NULL ? guidance : &guidances[0], self->strip, "");
}

static void
show_tries (KioskPagePortrait *self, guint tries)
{
  g_autofree char *text = g_strdup_printf (_ ("Pictures left: %u"), tries);
  gtk_label_set_label (self->tries, text);
}

static void
fill (KioskPage *page, KioskModel *model)
{
  KioskPagePortrait *self = (KioskPagePortrait *)page;
  gboolean is_taken = kiosk_model_boolean (model, "taken");
  gboolean is_taking = kiosk_model_boolean (model, "taking");
  guint tries = kiosk_model_unsigned (model, "tries");
  gboolean is_over = tries == 0 && !is_taken && !is_taking;
  show_strip (self, model, is_over);
  show_tries (self, tries);
  if (is_taken)
    kiosk_page_set_primary (page, _ ("Use this picture"), "use");
  else if (is_over)
    kiosk_page_set_primary (page, _ ("Finish"), "finish");
  else
    kiosk_page_set_primary (page, _ ("Take the picture"), "take");
  gtk_widget_set_sensitive (self->again, kiosk_page_allows (page, "again"));
  kiosk_camera_set_taken (self->camera, is_taken);
  kiosk_camera_set_live (self->camera, g_str_equal (kiosk_model_string (model, "camera"), "ready"));
}

static void
see (KioskPage *page, int memory)
{
  if (!kiosk_camera_set_preview (((KioskPagePortrait *)page)->camera, memory))
    g_info ("portrait: what came is no memory of pictures");
}

static void
on_again (KioskPage *page)
{
  kiosk_page_act (page, "again");
}

static void
kiosk_page_portrait_class_init (KioskPagePortraitClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KIOSK_PAGE_CLASS (klass)->fill = fill;
  KIOSK_PAGE_CLASS (klass)->see = see;
  kiosk_page_class_set_stem (widget_class, "page-portrait");
  gtk_widget_class_bind_template_child (widget_class, KioskPagePortrait, camera);
  gtk_widget_class_bind_template_child (widget_class, KioskPagePortrait, strip);
  gtk_widget_class_bind_template_child (widget_class, KioskPagePortrait, tries);
  gtk_widget_class_bind_template_child (widget_class, KioskPagePortrait, again);
  gtk_widget_class_bind_template_callback (widget_class, on_again);
}

static void
kiosk_page_portrait_init (KioskPagePortrait *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kiosk_page_translate (KIOSK_PAGE (self));
  kiosk_look_name (GTK_WIDGET (self->camera), _ ("What the camera sees"));
  kiosk_camera_set_oval (self->camera, TRUE);
}
