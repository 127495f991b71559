#include "journey/turns.h"

#include <string.h>

#define ACTIONS_MAX 32
#define ENTRY       "staff" /* the action by which staff come in */

struct _KioskTurns
{
  KioskTurnsFace face;
  gpointer face_data;
  KioskJourney *citizen;
  KioskStaffJourney *staff;
  KioskDoorPort *door;
  guint serial;
  gboolean of_staff; /* whose page was told last, and under which serial of its own */
  guint inner;
  const char *actions[ACTIONS_MAX + 1]; /* the citizen's, and the entry */
};

KioskTurns *
kiosk_turns_new (const KioskTurnsFace *face, gpointer data)
{
  KioskTurns *self = g_new0 (KioskTurns, 1);

  self->face = *face;
  self->face_data = data;
  return self;
}

void
kiosk_turns_free (KioskTurns *self)
{
  g_free (self);
}

void
kiosk_turns_set (KioskTurns *self, KioskJourney *citizen, KioskStaffJourney *staff,
                 KioskDoorPort *door)
{
  self->citizen = citizen;
  self->staff = staff;
  self->door = door;
}

static gboolean
is_staffs (const KioskTurns *self)
{
  return self->staff != NULL && kiosk_staff_journey_stands (self->staff);
}

/* Nobody is in the middle of something. */
static gboolean
may_enter (const KioskTurns *self, const char *page)
{
  return self->staff != NULL && self->door != NULL && self->door->is_there (self->door)
         && (strcmp (page, "home") == 0 || strcmp (page, "unavailable") == 0);
}

static const char *const *
with_entry (KioskTurns *self, const char *page, const char *const *actions)
{
  guint n = 0;

  for (; actions[n] != NULL && n < ACTIONS_MAX - 1; n++)
    self->actions[n] = actions[n];
  if (may_enter (self, page))
    self->actions[n++] = ENTRY;
  self->actions[n] = NULL;
  return self->actions;
}

void
kiosk_turns_get (KioskTurns *self, guint *ret_serial, const char **ret_page, GVariant **ret_model,
                 const char *const **ret_actions)
{
  gboolean of_staff = is_staffs (self);
  guint inner;

  if (of_staff)
    kiosk_staff_journey_get (self->staff, &inner, ret_page, ret_model, ret_actions);
  else
    {
      kiosk_journey_get (self->citizen, &inner, ret_page, ret_model, ret_actions);
      *ret_actions = with_entry (self, *ret_page, *ret_actions);
    }
  if (self->serial == 0 || of_staff != self->of_staff || inner != self->inner)
    self->serial++;
  self->of_staff = of_staff;
  self->inner = inner;
  *ret_serial = self->serial;
}

static void
tell (KioskTurns *self)
{
  guint serial;
  const char *page;
  GVariant *model;
  const char *const *actions;

  kiosk_turns_get (self, &serial, &page, &model, &actions);
  self->face.page (self->face_data, serial, page, model, actions);
}

void
kiosk_turns_citizen_page (KioskTurns *self)
{
  if (self->citizen != NULL && !is_staffs (self))
    tell (self);
}

void
kiosk_turns_staff_page (KioskTurns *self)
{
  if (is_staffs (self))
    tell (self);
}

void
kiosk_turns_citizen_idle (KioskTurns *self, guint seconds)
{
  if (!is_staffs (self))
    self->face.idle (self->face_data, seconds);
}

void
kiosk_turns_staff_idle (KioskTurns *self, guint seconds)
{
  self->face.idle (self->face_data, seconds);
}

void
kiosk_turns_staff_over (KioskTurns *self)
{
  tell (self);
}

/* What the table calls it. A name that it does not know is a citizen's own, or nobody's. */
static KioskDeed
deed_of (const KioskTurns *self, const char *action, const char *const *offered)
{
  static const char *const entering[] = { ENTRY, "submit", "back", "finish", "home", NULL };
  KioskDeed deed = KIOSK_DEEDS;
  gboolean signed_in
    = is_staffs (self)
      && kiosk_staff_journey_roles (self->staff) != KIOSK_ROLE_ONLY (KIOSK_ROLE_CITIZEN);

  if (!is_staffs (self) && strcmp (action, ENTRY) != 0 && g_strv_contains (offered, action))
    return KIOSK_DEED_CITIZEN;
  if (g_strv_contains (entering, action) && (is_staffs (self) || strcmp (action, ENTRY) == 0))
    return signed_in ? KIOSK_DEED_SIGN_OUT : KIOSK_DEED_SIGN_IN;
  if (kiosk_deed_from_name (action, &deed))
    return deed;
  /* On a citizen's page, one that has gone; on one of staff's, what nobody may do. */
  return is_staffs (self) ? KIOSK_DEEDS : KIOSK_DEED_CITIZEN;
}

KioskTurnsResult
kiosk_turns_act (KioskTurns *self, guint serial, const char *action, GVariant *arguments)
{
  KioskRoleSet roles = is_staffs (self) ? kiosk_staff_journey_roles (self->staff)
                                        : KIOSK_ROLE_ONLY (KIOSK_ROLE_CITIZEN);
  guint now;
  const char *page;
  GVariant *model;
  const char *const *offered;
  KioskDeed deed;
  gboolean done;

  kiosk_turns_get (self, &now, &page, &model, &offered);
  deed = deed_of (self, action, offered);
  if (!kiosk_roles_may (roles, deed))
    {
      self->face.denied (self->face_data, kiosk_deed_name (deed));
      return KIOSK_TURNS_DENIED;
    }
  if (serial != now || !g_strv_contains (offered, action))
    return KIOSK_TURNS_GONE;
  if (!is_staffs (self) && strcmp (action, ENTRY) == 0)
    {
      kiosk_staff_journey_begin (self->staff);
      return KIOSK_TURNS_DONE;
    }
  done = is_staffs (self) ? kiosk_staff_journey_act (self->staff, self->inner, action, arguments)
                          : kiosk_journey_act (self->citizen, self->inner, action, arguments);
  return done ? KIOSK_TURNS_DONE : KIOSK_TURNS_GONE;
}

void
kiosk_turns_set_language (KioskTurns *self, const char *language)
{
  if (is_staffs (self))
    kiosk_staff_journey_set_language (self->staff, language);
  else
    kiosk_journey_set_language (self->citizen, language);
}

void
kiosk_turns_touch (KioskTurns *self)
{
  if (is_staffs (self))
    kiosk_staff_journey_touch (self->staff);
  else
    kiosk_journey_touch (self->citizen);
}

int
kiosk_turns_preview (KioskTurns *self)
{
  return is_staffs (self) ? -1 : kiosk_journey_preview (self->citizen);
}

void
kiosk_turns_front_gone (KioskTurns *self)
{
  if (self->staff != NULL)
    kiosk_staff_journey_front_gone (self->staff);
  if (self->citizen != NULL)
    kiosk_journey_front_gone (self->citizen);
}
