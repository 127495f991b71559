/* What staff walk through: card, PIN, desk; and a second card where a deed needs two. A flow and a
 * session of its own, beside the citizen's. Everything lives in the main context that made it. */
#pragma once

#include "base/flow.h"
#include "devices/card/card-port.h"
#include "identity/staff-roles.h"
#include "journey/door-port.h"

G_BEGIN_DECLS

typedef struct
{
  KioskClock *clock;
  KioskCardPort *card;
  KioskDoorPort *door;
  /* Whether the terminal is out of service by staff; and taking it out or in. */
  gboolean (*is_closed) (gpointer data);
  void (*set_closed) (gpointer data, gboolean closed);
  gpointer data;
  gboolean card_stays; /* taking the staff card away signs out */
  const char *language;
  gint64 idle_ms;
  guint warning_seconds;
} KioskStaffPorts;

typedef struct
{
  /* As the citizen journey's. */
  void (*page) (gpointer data, guint serial, const char *page, GVariant *model,
                const char *const *actions);
  void (*idle) (gpointer data, guint seconds);
  /* It is over, and everything of it is wiped. */
  void (*over) (gpointer data);
} KioskStaffFace;

typedef struct _KioskStaffJourney KioskStaffJourney;

/* Ports and @data must outlive it. */
KioskStaffJourney *
kiosk_staff_journey_new (const KioskStaffPorts *ports, const KioskStaffFace *face, gpointer data);
void kiosk_staff_journey_free (KioskStaffJourney *self);

/* Somebody of the staff wants to come in; the reader must be free. */
void kiosk_staff_journey_begin (KioskStaffJourney *self);
gboolean kiosk_staff_journey_stands (const KioskStaffJourney *self);
/* The roles of whoever is signed in; a citizen's while nobody is. */
KioskRoleSet kiosk_staff_journey_roles (const KioskStaffJourney *self);

void kiosk_staff_journey_get (KioskStaffJourney *self, guint *ret_serial, const char **ret_page,
                              GVariant **ret_model, const char *const **ret_actions);
/* @arguments: a{sv}, untrusted. A PIN is taken out of it into secret memory. */
gboolean kiosk_staff_journey_act (KioskStaffJourney *self, guint serial, const char *action,
                                  GVariant *arguments);
void kiosk_staff_journey_set_language (KioskStaffJourney *self, const char *language);
void kiosk_staff_journey_touch (KioskStaffJourney *self);
void kiosk_staff_journey_front_gone (KioskStaffJourney *self);

/* The flow itself, for its diagram. */
const KioskFlowTable *kiosk_staff_journey_table (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskStaffJourney, kiosk_staff_journey_free)

G_END_DECLS
