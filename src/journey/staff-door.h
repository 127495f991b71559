/* The door that staff come in by: a card that has proved itself, a PIN, the list, the count of
 * tries. All of it blocks, for the disk and for the slow hash: kioskd runs it as an errand. */
#pragma once

#include "identity/staff.h"
#include "store/vault-pins.h"

G_BEGIN_DECLS

typedef enum
{
  KIOSK_DOOR_OPEN,    /* right: @id, @name, @roles */
  KIOSK_DOOR_SHUT,    /* the card and the PIN do not open it, and nobody learns which was wrong */
  KIOSK_DOOR_WAIT,    /* not judged: @tries say how long */
  KIOSK_DOOR_LOCKED,  /* not judged, and no more: the staff office */
  KIOSK_DOOR_REVOKED, /* these come after the right PIN alone */
  KIOSK_DOOR_EARLY,
  KIOSK_DOOR_EXPIRED,
  KIOSK_DOOR_ISSUER,
  KIOSK_DOOR_STALE,
} KioskDoorVerdict;
/* "open", "shut": as pages name it. */
const char *kiosk_door_verdict_name (KioskDoorVerdict verdict);

typedef struct
{
  KioskDoorVerdict verdict;
  KioskPinTries tries; /* as they stand now */
  char *id;            /* NULL unless open; likewise the rest */
  char *name;
  KioskRoleSet roles;
} KioskDoorAnswer;

void kiosk_door_answer_free (KioskDoorAnswer *self);

typedef struct
{
  KioskVault *vault;
  const KioskStaffList *staff;
  GPtrArray *issuers; /* (element-type X509): of staff cards */
  KioskClock *clock;
} KioskDoor;

/* What stands before the next try, without counting one: SHUT, WAIT or LOCKED. NULL: the vault's
 * error. */
KioskDoorAnswer *kiosk_door_look (const KioskDoor *self, GBytes *certificate, GError **error);
/* Counts, then judges: the same steps, in the same time, whether the list knows the card or not. */
KioskDoorAnswer *
kiosk_door_try (const KioskDoor *self, GBytes *certificate, KioskSecret *pin, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskDoorAnswer, kiosk_door_answer_free)

G_END_DECLS
