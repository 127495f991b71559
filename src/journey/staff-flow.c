/* The staff journey as a table. */
#include "journey/staff-private.h"

/* clang-format off */
static const char *const states[] = { "off", "card", "pin", "trying", "desk", "ended" };

static const char *const events[] = {
  "submit", "close", "open", "back", "finish", "home",
  "BEGIN", "READER", "FOUND", "PROVED", "FAILED", "REMOVED", "LOOKED", "TICK", "ADMITTED", "REFUSED",
  "FAULT", "IDLE", "FRONT_GONE",
};

#define GO(state, event, next) KIOSK_FLOW_ROW (STAFF_##state, STAFF_##event, STAFF_##next)
#define DO(state, event, action, next) \
  { STAFF_##state, STAFF_##event, NULL, NULL, kiosk_staff_do_##action, #action, STAFF_##next }
#define IF(state, event, guard, action, next) \
  { STAFF_##state, STAFF_##event, kiosk_staff_if_##guard, #guard, \
    kiosk_staff_do_##action, #action, STAFF_##next }
#define WHEN(state, event, guard, next) \
  { STAFF_##state, STAFF_##event, kiosk_staff_if_##guard, #guard, NULL, NULL, STAFF_##next }
#define STAFF_STAY KIOSK_FLOW_STAY
#define STAFF_ANY  KIOSK_FLOW_ANY

static const KioskFlowRow rows[] = {
  DO (OFF, BEGIN, begin, CARD),

  GO (CARD, READER, STAY),
  DO (CARD, FOUND, greet, STAY),
  DO (CARD, PROVED, look, STAY),
  DO (CARD, LOOKED, ask_pin, PIN),
  DO (CARD, FAILED, explain, STAY),
  DO (CARD, FAULT, fault, STAY),
  DO (CARD, REMOVED, card_taken, STAY),
  IF (CARD, BACK, second, drop_second, DESK),
  DO (CARD, BACK, leave, OFF),

  IF (PIN, SUBMIT, must_wait, mark_format, STAY),
  IF (PIN, SUBMIT, malformed, mark_format, STAY),
  DO (PIN, SUBMIT, try, TRYING),
  GO (PIN, TICK, STAY),
  DO (PIN, REMOVED, lay_again, CARD),
  IF (PIN, BACK, second, drop_second, DESK),
  DO (PIN, BACK, leave, ENDED),

  DO (TRYING, REFUSED, refused, PIN),
  DO (TRYING, FAULT, fault, PIN),
  IF (TRYING, ADMITTED, same_person, say_same, CARD),
  IF (TRYING, ADMITTED, may_not_confirm, say_role, CARD),
  IF (TRYING, ADMITTED, second, confirm, DESK),
  IF (TRYING, ADMITTED, card_went, lay_again, CARD),
  DO (TRYING, ADMITTED, sign_in, DESK),

  IF (DESK, CLOSE, two_needed, ask_second, CARD),
  IF (DESK, CLOSE, reasoned, perform_close, STAY),
  DO (DESK, OPEN, perform_open, STAY),
  IF (DESK, REMOVED, own_card, card_gone, ENDED),

  DO (ENDED, HOME, leave, OFF),
  DO (ENDED, REMOVED, note_card_taken, STAY),

  IF (ANY, FINISH, in_session, finish, ENDED),
  IF (ANY, IDLE, in_session, give_up_idle, ENDED),
  IF (ANY, FRONT_GONE, in_session, give_up_front, OFF),
  DO (ENDED, FRONT_GONE, leave, OFF),
};
/* clang-format on */

G_STATIC_ASSERT (G_N_ELEMENTS (states) == N_STAFF_STATES);
G_STATIC_ASSERT (G_N_ELEMENTS (events) == N_STAFF_EVENTS);

static const KioskFlowTable table = {
  "staff", states, N_STAFF_STATES, events, N_STAFF_EVENTS, rows, G_N_ELEMENTS (rows),
};

const KioskFlowTable *
kiosk_staff_journey_table (void)
{
  return &table;
}
