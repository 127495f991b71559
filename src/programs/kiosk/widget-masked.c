#include <string.h>

#include "formats/hkid.h"
#include "look.h"
#include "text.h"
#include "widgets.h"

struct _KioskMasked
{
  GtkBox parent;
  GtkWidget *label;
  GtkWidget *show;
  char *text;
  char *masked; /* NULL: nothing to hide */
};

G_DEFINE_FINAL_TYPE (KioskMasked, kiosk_masked, GTK_TYPE_BOX)

/* "A123456(3)" as people write it; NULL when @text is no identity number. */
static char *
mask (const char *text)
{
  char bare[12];
  gsize n = 0;
  for (const char *at = text; *at != '\0'; at++)
    if (*at != '(' && *at != ')' && *at != ' ')
      {
        if (n + 1 >= sizeof bare)
          return NULL;
        bare[n++] = *at;
      }
  bare[n] = '\0';
  char *hidden = kiosk_hkid_is_valid (bare) ? kiosk_hkid_mask (bare) : NULL;
  explicit_bzero (bare, sizeof bare);
  return hidden;
}

static void
wipe (char **text)
{
  if (*text != NULL)
    explicit_bzero (*text, strlen (*text));
  g_clear_pointer (text, g_free);
}

static void
update (KioskMasked *self, gboolean shown)
{
  gtk_label_set_label (GTK_LABEL (self->label),
                       shown || self->masked == NULL ? self->text : self->masked);
}

void
kiosk_masked_set_text (KioskMasked *self, const char *text)
{
  wipe (&self->text);
  wipe (&self->masked);
  self->text = g_strdup (text);
  self->masked = mask (text);
  gtk_widget_set_visible (self->show, self->masked != NULL);
  update (self, FALSE);
}

/* Held by a finger, or by the space bar: either makes the button active. */
static void
on_state (KioskMasked *self)
{
  update (self, (gtk_widget_get_state_flags (self->show) & GTK_STATE_FLAG_ACTIVE) != 0);
}

static void
finalize (GObject *object)
{
  wipe (&KIOSK_MASKED (object)->text);
  wipe (&KIOSK_MASKED (object)->masked);
  G_OBJECT_CLASS (kiosk_masked_parent_class)->finalize (object);
}

static void
kiosk_masked_class_init (KioskMaskedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "masked");
}

static void
kiosk_masked_init (KioskMasked *self)
{
  self->label = kiosk_look_label ("", "value");
  self->show = gtk_button_new_with_label (_ ("Hold to show"));
  kiosk_look_name (self->show, _ ("Hold to show"));
  gtk_widget_add_css_class (self->show, "small");
  gtk_widget_set_visible (self->show, FALSE);
  gtk_widget_set_valign (self->show, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (self->label, TRUE);
  gtk_box_append (GTK_BOX (self), self->label);
  gtk_box_append (GTK_BOX (self), self->show);
  g_signal_connect_swapped (self->show, "state-flags-changed", G_CALLBACK (on_state), self);
}

void
kiosk_widgets_ensure_types (void)
{
  g_type_ensure (KIOSK_TYPE_MARK);
  g_type_ensure (KIOSK_TYPE_CAMERA);
  g_type_ensure (KIOSK_TYPE_STRIP);
  g_type_ensure (KIOSK_TYPE_STEPS);
  g_type_ensure (KIOSK_TYPE_PAGER);
  g_type_ensure (KIOSK_TYPE_FIELD);
  g_type_ensure (KIOSK_TYPE_KEYPAD);
  g_type_ensure (KIOSK_TYPE_DRAWING);
  g_type_ensure (KIOSK_TYPE_TAP);
  g_type_ensure (KIOSK_TYPE_HARBOUR);
  g_type_ensure (KIOSK_TYPE_QR);
  g_type_ensure (KIOSK_TYPE_MASKED);
  g_type_ensure (KIOSK_TYPE_SLIDE);
}
