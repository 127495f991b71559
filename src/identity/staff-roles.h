/* Who may do what: one table of roles and deeds. It is asked at the sockets, so that a page which
 * offers too much changes nothing. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  KIOSK_ROLE_CITIZEN, /* whoever stands there */
  KIOSK_ROLE_HELPER,
  KIOSK_ROLE_OFFICER,
  KIOSK_ROLE_SUPERVISOR,
  KIOSK_ROLE_TECHNICIAN,
  KIOSK_ROLES,
} KioskRole;

typedef enum
{
  /* the journeys */
  KIOSK_DEED_CITIZEN, /* every action of a citizen's own journey */
  KIOSK_DEED_SIGN_IN,
  KIOSK_DEED_SIGN_OUT,
  KIOSK_DEED_ASSIST,
  KIOSK_DEED_REVIEW,
  KIOSK_DEED_APPROVE,
  KIOSK_DEED_REFUSE,
  KIOSK_DEED_OVERRIDE,
  KIOSK_DEED_CORRECT,
  KIOSK_DEED_DAY_LIST,
  KIOSK_DEED_HAND_OVER,
  KIOSK_DEED_CONFIRM,
  KIOSK_DEED_CLOSE,
  KIOSK_DEED_OPEN,
  /* hk.kiosk.Control1 */
  KIOSK_DEED_STATUS,
  KIOSK_DEED_ENROL,
  KIOSK_DEED_INSTALL_BUNDLE,
  KIOSK_DEED_AUDIT_VERIFY,
  KIOSK_DEED_OUTBOX,
  KIOSK_DEED_FIND,
  KIOSK_DEED_TRY_CAMERA,
  KIOSK_DEED_NUDGE,
  KIOSK_DEEDS,
} KioskDeed;

/* A set of roles: a member of staff may have several. */
typedef guint KioskRoleSet;
#define KIOSK_ROLE_ONLY(role) (1u << (role))

/* "officer"; NULL for none. */
const char *kiosk_role_name (KioskRole role);
gboolean kiosk_role_from_name (const char *name, KioskRole *ret_role);
/* "close", or a method's own name: "InstallBundle". */
const char *kiosk_deed_name (KioskDeed deed);
/* FALSE: nobody may do what has no row. */
gboolean kiosk_deed_from_name (const char *name, KioskDeed *ret_deed);

gboolean kiosk_roles_may (KioskRoleSet roles, KioskDeed deed);
/* Another member of staff must confirm it with a card and a PIN of their own. */
gboolean kiosk_deed_needs_second (KioskDeed deed);
/* It may not be done to a record of one's own, as a citizen or as the one who made it. */
gboolean kiosk_deed_not_own (KioskDeed deed);

/* (transfer full): the table, in Markdown: data/identity/roles.md is its output. */
char *kiosk_roles_describe (void);

G_END_DECLS
