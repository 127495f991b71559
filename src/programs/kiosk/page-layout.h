/* Where the parts of a page go: a column on a high screen (head, side, body, foot, actions), two on
 * a wide one (head, side, foot and actions beside the body). */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct
{
  GtkWidget *full;  /* instead of everything else */
  GtkWidget *scene; /* a pale harbour behind the foot, where a page leaves room for it */
  GtkWidget *head;
  GtkWidget *side; /* if it expands: a picture, which goes where there is no room for one */
  GtkWidget *body; /* if it expands: all the room; otherwise a list, which may grow a little */
  GtkWidget *foot;
  GtkWidget *actions;
} KioskPageParts;

#define KIOSK_TYPE_PAGE_LAYOUT (kiosk_page_layout_get_type ())
G_DECLARE_FINAL_TYPE (KioskPageLayout, kiosk_page_layout, KIOSK, PAGE_LAYOUT, GtkLayoutManager)

/* @parts belongs to the page and may change until it is laid out. */
void kiosk_page_layout_set_parts (KioskPageLayout *self, const KioskPageParts *parts);

G_END_DECLS
