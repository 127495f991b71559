#include "identity/staff-roles.h"

#include <string.h>

#define C KIOSK_ROLE_ONLY (KIOSK_ROLE_CITIZEN)
#define H KIOSK_ROLE_ONLY (KIOSK_ROLE_HELPER)
#define O KIOSK_ROLE_ONLY (KIOSK_ROLE_OFFICER)
#define S KIOSK_ROLE_ONLY (KIOSK_ROLE_SUPERVISOR)
#define T KIOSK_ROLE_ONLY (KIOSK_ROLE_TECHNICIAN)

typedef struct
{
  const char *name;
  const char *what;
  KioskRoleSet roles;
  gboolean second;
  gboolean not_own;
} Row;

/* clang-format off */
static const Row rows[] = {
  [KIOSK_DEED_CITIZEN] = { "citizen", "every action of a citizen's journey", C, FALSE, FALSE },
  [KIOSK_DEED_SIGN_IN] = { "sign-in", "lay a staff card down and type its PIN", C, FALSE, FALSE },
  [KIOSK_DEED_SIGN_OUT] = { "sign-out", "end one's own staff session", H | O | S | T, FALSE, FALSE },
  [KIOSK_DEED_ASSIST] = { "assist", "accompany a person's journey, under a log of one's own", H | O | S, FALSE, TRUE },
  [KIOSK_DEED_REVIEW] = { "review", "see an enrolment's portraits and checks", O | S, FALSE, TRUE },
  [KIOSK_DEED_APPROVE] = { "approve", "approve an enrolment", O | S, FALSE, TRUE },
  [KIOSK_DEED_REFUSE] = { "refuse", "refuse an enrolment, with the reason", O | S, FALSE, TRUE },
  [KIOSK_DEED_OVERRIDE] = { "override", "approve against a check that failed", O | S, TRUE, TRUE },
  [KIOSK_DEED_CORRECT] = { "correct", "correct an enrolment of the same shift", O | S, FALSE, TRUE },
  [KIOSK_DEED_DAY_LIST] = { "day-list", "see the day's enrolments", O | S, FALSE, FALSE },
  [KIOSK_DEED_HAND_OVER] = { "hand-over", "hand the counter over to another", O | S, FALSE, FALSE },
  [KIOSK_DEED_CONFIRM] = { "confirm", "be the second who confirms what needs two", O | S, FALSE, TRUE },
  [KIOSK_DEED_CLOSE] = { "close", "take the terminal out of service", O | S | T, TRUE, FALSE },
  [KIOSK_DEED_OPEN] = { "open", "take it into service again", O | S | T, FALSE, FALSE },
  [KIOSK_DEED_STATUS] = { "Status", "health in numbers and states", H | O | S | T, FALSE, FALSE },
  [KIOSK_DEED_ENROL] = { "Enrol", "enrol the kiosk itself", T, FALSE, FALSE },
  [KIOSK_DEED_INSTALL_BUNDLE] = { "InstallBundle", "put in a signed bundle by hand", T, FALSE, FALSE },
  [KIOSK_DEED_AUDIT_VERIFY] = { "AuditVerify", "check the audit log", S | T, FALSE, FALSE },
  [KIOSK_DEED_OUTBOX] = { "Outbox", "list records that are not settled", S | T, FALSE, FALSE },
  [KIOSK_DEED_FIND] = { "Find", "find a record by its number", O | S | T, FALSE, FALSE },
  [KIOSK_DEED_TRY_CAMERA] = { "TryCamera", "try the camera", T, FALSE, FALSE },
  [KIOSK_DEED_NUDGE] = { "Nudge", "talk to the gateway now", S | T, FALSE, FALSE },
};
/* clang-format on */
G_STATIC_ASSERT (G_N_ELEMENTS (rows) == KIOSK_DEEDS);

static const char *const names[] = { "citizen", "helper", "officer", "supervisor", "technician" };
G_STATIC_ASSERT (G_N_ELEMENTS (names) == KIOSK_ROLES);

const char *
kiosk_role_name (KioskRole role)
{
  return (guint)role < KIOSK_ROLES ? names[role] : NULL;
}

gboolean
kiosk_role_from_name (const char *name, KioskRole *ret_role)
{
  for (guint i = 0; i < KIOSK_ROLES; i++)
    if (strcmp (names[i], name) == 0)
      {
        *ret_role = (KioskRole)i;
        return TRUE;
      }
  return FALSE;
}

const char *
kiosk_deed_name (KioskDeed deed)
{
  return (guint)deed < KIOSK_DEEDS ? rows[deed].name : NULL;
}

gboolean
kiosk_deed_from_name (const char *name, KioskDeed *ret_deed)
{
  for (guint i = 0; i < KIOSK_DEEDS; i++)
    if (strcmp (rows[i].name, name) == 0)
      {
        *ret_deed = (KioskDeed)i;
        return TRUE;
      }
  return FALSE;
}

gboolean
kiosk_roles_may (KioskRoleSet roles, KioskDeed deed)
{
  return (guint)deed < KIOSK_DEEDS && (rows[deed].roles & roles) != 0;
}

gboolean
kiosk_deed_needs_second (KioskDeed deed)
{
  return (guint)deed < KIOSK_DEEDS && rows[deed].second;
}

gboolean
kiosk_deed_not_own (KioskDeed deed)
{
  return (guint)deed < KIOSK_DEEDS && rows[deed].not_own;
}

char *
kiosk_roles_describe (void)
{
  GString *text = g_string_new ("| deed | what it is |");

  for (guint role = 0; role < KIOSK_ROLES; role++)
    g_string_append_printf (text, " %s |", names[role]);
  g_string_append (text,
                   " second officer | not one's own |\n|---|---|---|---|---|---|---|---|---|\n");
  for (guint deed = 0; deed < KIOSK_DEEDS; deed++)
    {
      g_string_append_printf (text, "| `%s` | %s |", rows[deed].name, rows[deed].what);
      for (guint role = 0; role < KIOSK_ROLES; role++)
        g_string_append (text, (rows[deed].roles & KIOSK_ROLE_ONLY (role)) != 0 ? " yes |" : " |");
      g_string_append_printf (text, "%s|%s|\n", rows[deed].second ? " yes " : " ",
                              rows[deed].not_own ? " yes " : " ");
    }
  return g_string_free (text, FALSE);
}
