/* Pieces that several pages show alike. */
#pragma once

#include "page.h"

G_BEGIN_DECLS

/* A wide button: icon, title, a caption (nullable) and a sentence. Its accessible name is @title.
 */
GtkWidget *
kiosk_card_new (const char *icon, const char *title, const char *caption, const char *text);
/* An answer to choose; @chosen: it was the answer before. */
GtkWidget *kiosk_choice_new (const char *label, gboolean chosen);

/* One of several things to read or to do, in order. */
GtkWidget *kiosk_numbered_new (guint number, const char *text);

/* Says that the network is away and what that means here; nothing when it is there. */
void kiosk_notice_offline (KioskPage *page, KioskModel *model);

/* What has become of an application, from its "state" and "outcome": no promise that is not kept.
 */
typedef struct
{
  const char *title;
  const char *sentence;
  const char *icon;
  gboolean good;
} KioskState;
KioskState kiosk_state_of (KioskModel *item);

G_END_DECLS
