#include "journey/staff-door.h"

static const char *const names[] = {
  [KIOSK_DOOR_OPEN] = "open",       [KIOSK_DOOR_SHUT] = "shut",       [KIOSK_DOOR_WAIT] = "wait",
  [KIOSK_DOOR_LOCKED] = "locked",   [KIOSK_DOOR_REVOKED] = "revoked", [KIOSK_DOOR_EARLY] = "early",
  [KIOSK_DOOR_EXPIRED] = "expired", [KIOSK_DOOR_ISSUER] = "issuer",   [KIOSK_DOOR_STALE] = "stale",
};

const char *
kiosk_door_verdict_name (KioskDoorVerdict verdict)
{
  return names[(guint)verdict < G_N_ELEMENTS (names) ? verdict : KIOSK_DOOR_SHUT];
}

void
kiosk_door_answer_free (KioskDoorAnswer *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->name);
  g_free (self);
}

static KioskDoorAnswer *
answer_new (const KioskPinTries *tries)
{
  KioskDoorAnswer *self = g_new0 (KioskDoorAnswer, 1);

  self->tries = *tries;
  self->verdict = tries->left == 0     ? KIOSK_DOOR_LOCKED
                  : tries->wait_ms > 0 ? KIOSK_DOOR_WAIT
                                       : KIOSK_DOOR_SHUT;
  return self;
}

KioskDoorAnswer *
kiosk_door_look (const KioskDoor *self, GBytes *certificate, GError **error)
{
  guint8 card[KIOSK_STAFF_CARD];
  const KioskStaffMember *member;
  KioskPinTries tries;

  kiosk_staff_card_digest (certificate, card);
  member = kiosk_staff_list_find (self->staff, card);
  if (!kiosk_vault_pin_look (self->vault, card, member != NULL ? member->unlock : 0, &tries, error))
    return NULL;
  return answer_new (&tries);
}

/* Why a member with the right PIN may not come in all the same. */
static KioskDoorVerdict
verdict_of (const GError *problem)
{
  switch ((KioskStaffError)problem->code)
    {
    case KIOSK_STAFF_ERROR_REVOKED:
      return KIOSK_DOOR_REVOKED;
    case KIOSK_STAFF_ERROR_EARLY:
      return KIOSK_DOOR_EARLY;
    case KIOSK_STAFF_ERROR_EXPIRED:
      return KIOSK_DOOR_EXPIRED;
    case KIOSK_STAFF_ERROR_STALE:
      return KIOSK_DOOR_STALE;
    default:
      return KIOSK_DOOR_ISSUER;
    }
}

static gboolean
let_in (const KioskDoor *self, const KioskStaffMember *member, GBytes *certificate,
        KioskDoorAnswer *answer, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *refused = NULL;

  if (kiosk_staff_judge (self->staff, member, certificate, self->issuers,
                         kiosk_clock_wall_ms (self->clock), &problem))
    {
      answer->verdict = KIOSK_DOOR_OPEN;
      answer->id = g_strdup (member->id);
      answer->name = g_strdup (member->name);
      answer->roles = member->roles;
      answer->tries = (KioskPinTries){ .left = KIOSK_PIN_TRIES };
      return kiosk_vault_pin_right (self->vault, member->card, member->id, error);
    }
  answer->verdict = verdict_of (problem);
  refused = g_strdup_printf ("{\"who\":\"%s\",\"why\":\"%s\"}", member->id,
                             kiosk_door_verdict_name (answer->verdict));
  return kiosk_vault_audit (self->vault, "staff-refused", refused, error);
}

KioskDoorAnswer *
kiosk_door_try (const KioskDoor *self, GBytes *certificate, KioskSecret *pin, GError **error)
{
  g_autoptr (KioskDoorAnswer) answer = NULL;
  guint8 card[KIOSK_STAFF_CARD];
  const KioskStaffMember *member;
  KioskPinTries tries;
  g_autoptr (GError) problem = NULL;

  kiosk_staff_card_digest (certificate, card);
  member = kiosk_staff_list_find (self->staff, card);
  if (!kiosk_vault_pin_count (self->vault, card, member != NULL,
                              member != NULL ? member->unlock : 0, &tries, &problem))
    {
      if (g_error_matches (problem, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_STATE))
        return kiosk_door_look (self, certificate, error);
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  answer = answer_new (&tries);
  if (answer->verdict == KIOSK_DOOR_WAIT)
    answer->verdict = KIOSK_DOOR_SHUT; /* this one was judged; the next must wait */
  if (kiosk_staff_pin_is_right (self->staff, member, pin)
      && !let_in (self, member, certificate, answer, error))
    return NULL;
  return g_steal_pointer (&answer);
}
