#include "camera-lines.h"
#include "look.h"
#include "pages.h"
#include "sound.h"
#include "text.h"
#include "widgets.h"

typedef struct
{
  KioskPage parent;
  KioskQr *qr;
  GtkLabel *caption;
  GtkWidget *renew;
  KioskCamera *camera;
  KioskStrip *strip;
  gint64 seen; /* codes judged so far, as the page was told; −1: not yet */
} KioskPageBind;

typedef KioskPageClass KioskPageBindClass;

G_DEFINE_FINAL_TYPE (KioskPageBind, kiosk_page_bind, KIOSK_TYPE_PAGE)

#define WRONG "kiosk-cross-symbolic"
#define READ  N_ ("Read the code on this screen with your phone once more.")

static const KioskCameraLine guidances[] = {
  { "", N_ ("Then hold your phone’s code up to the camera."),
    N_ ("The phone shows it once it has read the code on this screen."), "kiosk-qr-symbolic" },
  { "nothing", N_ ("Then hold your phone’s code up to the camera."),
    N_ ("The phone shows it once it has read the code on this screen."), "kiosk-qr-symbolic" },
  { "part", N_ ("This code is empty, or one of several."), READ, WRONG },
  { "too-far", N_ ("The code is too far away."), N_ ("Bring it closer."), "kiosk-closer-symbolic" },
  { "too-close", N_ ("The code is too close."), N_ ("Move it back a little."),
    "kiosk-away-symbolic" },
  { "glare", N_ ("Light is shining on the code."),
    N_ ("Tilt it a little, until the light is gone."), "kiosk-glare-symbolic" },
  { "hold-still", N_ ("We see the code."), N_ ("Hold it still for a moment."),
    "kiosk-still-symbolic" },
};

static const KioskCameraLine problems[] = {
  { "forged", N_ ("This phone has not proved that the key is its own."),
    N_ ("Show the code on the phone that made it, not a picture of it."), WRONG },
  { "other-kiosk", N_ ("The phone answered another terminal."), READ, WRONG },
  { "used", N_ ("This code was used already."), READ, WRONG },
  { "other-ticket", N_ ("The phone answered an earlier code."), READ, WRONG },
  { "expired", N_ ("The code on this screen has run out."), N_ ("Touch “New code”, and read it."),
    WRONG },
  { "clock", N_ ("The phone’s clock is wrong."),
    N_ ("Let the phone set its clock by the network, then read the code again."), WRONG },
  { "other-kind", N_ ("This code is for something else."),
    N_ ("Show the code that the phone makes after reading this screen."), WRONG },
  { "damaged", N_ ("This code is damaged."), READ, WRONG },
  { "too-big", N_ ("There is too much in this code."), READ, WRONG },
  { "version", N_ ("The phone’s application is newer than this terminal."),
    N_ ("Please use another terminal, or ask our staff."), WRONG },
  { "empty", N_ ("There is nothing in this code."), READ, WRONG },
};

static const KioskCameraLine taken
  = { "", N_ ("Your phone is linked."), N_ ("One moment, please."), "kiosk-check-symbolic" };

static void
show_strip (KioskPageBind *self, KioskModel *model)
{
  const KioskCameraLine *trouble = kiosk_camera_line_trouble (kiosk_model_string (model, "camera"));
  const KioskCameraLine *problem = kiosk_camera_line_find (problems, G_N_ELEMENTS (problems),
                                                           kiosk_model_string (model, "problem"));
  const KioskCameraLine *guidance = kiosk_camera_line_find (guidances, G_N_ELEMENTS (guidances),
                                                            kiosk_model_string (model, "guidance"));
  gboolean is_taken = kiosk_model_boolean (model, "taken");
  guint seen = kiosk_model_unsigned (model, "seen");
  kiosk_model_string (model, "code");
  if (self->seen >= 0 && (gint64)seen > self->seen && (is_taken || problem != NULL))
    kiosk_sound_play (is_taken ? KIOSK_TONE_TAKEN : KIOSK_TONE_WRONG);
  self->seen = seen;
  if (is_taken)
    kiosk_camera_line_say (&taken, self->strip, "good");
  else if (trouble != NULL)
    kiosk_camera_line_say (trouble, self->strip,
                           g_str_equal (trouble->code, "starting") ? "" : "warn");
  else if (problem != NULL)
    kiosk_camera_line_say (problem, self->strip, "error");
  else
    kiosk_camera_line_say (guidance != NULL ? guidance : &guidances[0], self->strip, "");
}

static void
show_ticket (KioskPageBind *self, KioskModel *model, gboolean is_taken)
{
  const char *ticket = kiosk_model_string (model, "ticket");
  g_autofree char *until = kiosk_text_date_time (kiosk_model_long (model, "expires_ms"));
  g_autofree char *text = g_strdup_printf (_ ("Good once, until %s."), until);
  gboolean stands = *ticket != '\0' && kiosk_qr_set_text (self->qr, ticket);
  /* It keeps its room: nothing moves under a hand that holds a phone up. */
  gtk_widget_set_opacity (GTK_WIDGET (self->qr), stands ? 1 : 0);
  if (stands)
    gtk_label_set_label (self->caption, text);
  else
    gtk_label_set_label (self->caption,
                         is_taken ? _ ("This code has been used.") : _ ("This code has run out."));
  gtk_widget_set_sensitive (self->renew, kiosk_page_allows (KIOSK_PAGE (self), "renew"));
}

static void
fill (KioskPage *page, KioskModel *model)
{
  KioskPageBind *self = (KioskPageBind *)page;
  gboolean is_taken = kiosk_model_boolean (model, "taken");
  show_ticket (self, model, is_taken);
  show_strip (self, model);
  kiosk_camera_set_taken (self->camera, is_taken);
  kiosk_camera_set_live (self->camera, g_str_equal (kiosk_model_string (model, "camera"), "ready"));
}

static void
see (KioskPage *page, int memory)
{
  if (!kiosk_camera_set_preview (((KioskPageBind *)page)->camera, memory))
    g_info ("bind: what came is no memory of pictures");
}

static void
on_renew (KioskPage *page)
{
  kiosk_page_act (page, "renew");
}

static void
kiosk_page_bind_class_init (KioskPageBindClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  KIOSK_PAGE_CLASS (klass)->fill = fill;
  KIOSK_PAGE_CLASS (klass)->see = see;
  kiosk_page_class_set_stem (widget_class, "page-bind");
  gtk_widget_class_bind_template_child (widget_class, KioskPageBind, qr);
  gtk_widget_class_bind_template_child (widget_class, KioskPageBind, caption);
  gtk_widget_class_bind_template_child (widget_class, KioskPageBind, renew);
  gtk_widget_class_bind_template_child (widget_class, KioskPageBind, camera);
  gtk_widget_class_bind_template_child (widget_class, KioskPageBind, strip);
  gtk_widget_class_bind_template_callback (widget_class, on_renew);
}

static void
kiosk_page_bind_init (KioskPageBind *self)
{
  self->seen = -1;
  gtk_widget_init_template (GTK_WIDGET (self));
  kiosk_page_translate (KIOSK_PAGE (self));
  kiosk_look_name (GTK_WIDGET (self->camera), _ ("What the camera sees"));
}
