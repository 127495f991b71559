/* A page: a view of one model. It says what the person did by the signal "act" (action s,
 * arguments a{sv}) and knows nothing else of the world.
 *
 * Its parts find their own place, in a column when the screen is high (head, side, body, foot,
 * actions) and in two when it is wide (head, side, foot and actions beside the body). */
#pragma once

#include <gtk/gtk.h>

#include "model.h"

G_BEGIN_DECLS

#define KIOSK_TYPE_PAGE (kiosk_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (KioskPage, kiosk_page, KIOSK, PAGE, GtkWidget)

struct _KioskPageClass
{
  GtkWidgetClass parent_class;
  /* Shows @model. Called again whenever the model changes while the page stays. */
  void (*fill) (KioskPage *self, KioskModel *model);
  /* (nullable) (transfer full): what is typed and not yet sent, and back again after the page was
   * built anew in another language. Wiped by the caller. */
  char *(*draft) (KioskPage *self);
  void (*restore) (KioskPage *self, const char *draft);
  /* The primary button; by default it sends the action of its name. */
  void (*primary) (KioskPage *self);
  /* (nullable): the page wants to see what the camera sees, and is given it once for each time it
   * is built. @memory: of devices/camera/camera-preview.h; stays the caller's. */
  void (*see) (KioskPage *self, int memory);
};

/* Called by a subclass's class_init: its template is ui/@stem.ui. */
void kiosk_page_class_set_stem (GtkWidgetClass *klass, const char *stem);
/* Called by a subclass's init, after gtk_widget_init_template(): templates are written in English.
 */
void kiosk_page_translate (KioskPage *self);

void kiosk_page_show (KioskPage *self, KioskModel *model, const char *const *actions);
char *kiosk_page_draft (KioskPage *self);
void kiosk_page_restore (KioskPage *self, const char *draft);
gboolean kiosk_page_wants_to_see (KioskPage *self);
void kiosk_page_see (KioskPage *self, int memory);

/* What the page says; empty hides it. The eyebrow stands above the title: which service this is. */
void kiosk_page_set_eyebrow (KioskPage *self, const char *eyebrow);
void kiosk_page_set_title (KioskPage *self, const char *title);
void kiosk_page_set_lead (KioskPage *self, const char *lead);
/* A sentence that must be seen, announced to assistive technology; empty hides it. */
void kiosk_page_set_notice (KioskPage *self, const char *notice, gboolean is_error);
void kiosk_page_set_primary (KioskPage *self, const char *label, const char *action);
gboolean kiosk_page_allows (KioskPage *self, const char *action);

void kiosk_page_act (KioskPage *self, const char *action);
/* With one argument of type s. */
void kiosk_page_act_with (KioskPage *self, const char *action, const char *name, const char *value);

G_END_DECLS
