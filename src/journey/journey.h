/* The citizen's journey: which page stands, what it says, what may be done on it. A flow table over
 * ports; no GTK, no driver, no file. Everything lives in the main context that made it. */
#pragma once

#include "base/flow.h"
#include "base/random.h"
#include "devices/camera/camera-port.h"
#include "devices/card/card-port.h"
#include "devices/printer/printer-port.h"
#include "journey/ledger-port.h"
#include "journey/phone-port.h"

G_BEGIN_DECLS

typedef struct
{
  KioskClock *clock;
  KioskCardPort *card;
  KioskCameraPort *camera;   /* nullable: no code can be shown */
  KioskPhonePort *phone;     /* nullable: nobody is asked by phone */
  KioskPrinterPort *printer; /* nullable: receipts on the screen only */
  KioskLedgerPort *ledger;
  /* (transfer full) (nullable): the catalogue in force; a session keeps the one it began with. */
  KioskCatalogue *(*catalogue) (gpointer data);
  /* (transfer none) (nullable): lives during the call. */
  const KioskBundle *(*lost_cards) (gpointer data);
  gpointer data; /* for the two above */

  KioskRandom *random; /* of the tickets that bind a phone */

  const char *language;  /* what a new person is greeted in: "en", "zh_HK", "zh_CN" */
  gint64 idle_ms;        /* quiet for so long: the warning appears … */
  guint warning_seconds; /* … and after so many more the session is wiped */
} KioskJourneyPorts;

typedef struct
{
  /* The page or its model changed. @model: a{sv}. Both live during the call. */
  void (*page) (gpointer data, guint serial, const char *page, GVariant *model,
                const char *const *actions);
  /* Seconds until the session is wiped; 0: the warning goes away. */
  void (*idle) (gpointer data, guint seconds);
  /* Something that kiosk_journey_reading() or _reader() tells has changed. */
  void (*status) (gpointer data);
} KioskJourneyFace;

typedef struct _KioskJourney KioskJourney;

/* Begins at "unavailable", reason "starting". Ports and @data must outlive it. */
KioskJourney *
kiosk_journey_new (const KioskJourneyPorts *ports, const KioskJourneyFace *face, gpointer data);
/* Wipes the session; a promise under way is completed by the ledger all the same. */
void kiosk_journey_free (KioskJourney *self);

/* All (transfer none), until the next change. */
void kiosk_journey_get (KioskJourney *self, guint *ret_serial, const char **ret_page,
                        GVariant **ret_model, const char *const **ret_actions);
/* @arguments: a{sv}, untrusted. FALSE: the page has gone, does not offer that, or the argument is
 * missing or too long; nothing happened. */
gboolean
kiosk_journey_act (KioskJourney *self, guint serial, const char *action, GVariant *arguments);
/* Unknown languages are ignored. */
void kiosk_journey_set_language (KioskJourney *self, const char *language);
void kiosk_journey_touch (KioskJourney *self);
/* What the camera sees, for the pages "scan", "portrait" and "bind" while they stand: a descriptor
 * for reading alone (devices/camera/camera-preview.h), which the caller closes; −1: there is none.
 */
int kiosk_journey_preview (KioskJourney *self);
/* The front end died: the session ends, for nobody can see it any more. */
void kiosk_journey_front_gone (KioskJourney *self);
/* Why nobody can be served ("not-enrolled", "no-catalogue", "vault"); NULL: the doors are open. A
 * session under way is finished first. */
void kiosk_journey_withhold (KioskJourney *self, const char *reason);

/* The last document judged; it names nobody. */
typedef struct
{
  char profile[32];
  char access[32]; /* the method */
  KioskProof passive;
  KioskProof chip;
  GVariant *statements; /* KIOSK_STATEMENTS_TYPE: the whole verdict */
  GVariant *groups;     /* KIOSK_EVIDENCE_GROUPS_TYPE: what was read, and what of it is of no use */
  guint apdus;
  gint64 duration_us;
} KioskReadingNote;
/* NULL until a document was judged. */
const KioskReadingNote *kiosk_journey_reading (const KioskJourney *self);
/* "starting", "ready", "missing", "busy", "fault". */
const char *kiosk_journey_reader (const KioskJourney *self);

/* The flow itself, for its diagram. */
const KioskFlowTable *kiosk_journey_table (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskJourney, kiosk_journey_free)

G_END_DECLS
