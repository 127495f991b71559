/* Whose turn it is at the front end: the citizen's journey, or staff's. One page stands, under one
 * run of serials; and what is asked for is held to the table of roles here, whatever a page
 * offered. */
#pragma once

#include "journey/journey.h"
#include "journey/staff-journey.h"

G_BEGIN_DECLS

typedef struct
{
  void (*page) (gpointer data, guint serial, const char *page, GVariant *model,
                const char *const *actions);
  void (*idle) (gpointer data, guint seconds);
  /* Somebody asked for what their roles do not allow. @deed: its name in the table. */
  void (*denied) (gpointer data, const char *deed);
} KioskTurnsFace;

typedef enum
{
  KIOSK_TURNS_DONE,
  KIOSK_TURNS_GONE,   /* the page has gone or does not offer it: nothing happened */
  KIOSK_TURNS_DENIED, /* not for whoever stands there */
} KioskTurnsResult;

typedef struct _KioskTurns KioskTurns;

KioskTurns *kiosk_turns_new (const KioskTurnsFace *face, gpointer data);
void kiosk_turns_free (KioskTurns *self);
/* Both must outlive @self, or be taken away again (NULL). @door: whether staff can come in. */
void kiosk_turns_set (KioskTurns *self, KioskJourney *citizen, KioskStaffJourney *staff,
                      KioskDoorPort *door);

void kiosk_turns_get (KioskTurns *self, guint *ret_serial, const char **ret_page,
                      GVariant **ret_model, const char *const **ret_actions);
KioskTurnsResult
kiosk_turns_act (KioskTurns *self, guint serial, const char *action, GVariant *arguments);
void kiosk_turns_set_language (KioskTurns *self, const char *language);
void kiosk_turns_touch (KioskTurns *self);
/* −1: there are no pictures on this page. */
int kiosk_turns_preview (KioskTurns *self);
void kiosk_turns_front_gone (KioskTurns *self);

/* What the two journeys tell their faces. */
void kiosk_turns_citizen_page (KioskTurns *self);
void kiosk_turns_staff_page (KioskTurns *self);
void kiosk_turns_citizen_idle (KioskTurns *self, guint seconds);
void kiosk_turns_staff_idle (KioskTurns *self, guint seconds);
void kiosk_turns_staff_over (KioskTurns *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskTurns, kiosk_turns_free)

G_END_DECLS
