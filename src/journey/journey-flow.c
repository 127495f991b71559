/* The journey as a table: read it top to bottom as a person walks it. */
#include "journey/journey-flow.h"

/* clang-format off */
static const char *const states[] = {
  "unavailable", "home", "identify", "scan", "phone", "access_key", "reading", "card_problem", "help",
  "services", "eligibility", "consent", "portrait", "bind", "question", "review", "declaration", "sealing", "receipt",
  "transactions", "ended",
};

static const char *const events[] = {
  "start", "scan", "phone", "help", "submit", "no-number", "retry", "choose", "answer", "change",
  "continue", "accept", "agree", "take", "use", "again", "renew", "print", "transactions", "show", "back", "finish", "home",
  "OPENED", "WITHHELD", "READER", "FOUND", "NEEDS_KEY", "PROGRESS", "DENIED", "FAILED", "REMOVED",
  "KNOWN", "REJECTED", "CAMERA", "MISTAKEN", "TAKEN", "MARKED", "PICTURE", "BOUND", "TICKET_OVER", "TOLD", "ANSWERED", "COMPLETE",
  "INCOMPLETE", "SEALED", "NOT_SEALED", "NEWS", "IDLE", "FRONT_GONE",
};

#define GO(state, event, next) KIOSK_FLOW_ROW (STATE_##state, EVENT_##event, STATE_##next)
#define WHEN(state, event, guard, next) \
  { STATE_##state, EVENT_##event, kiosk_journey_if_##guard, #guard, NULL, NULL, STATE_##next }
#define DO(state, event, action, next) \
  { STATE_##state, EVENT_##event, NULL, NULL, kiosk_journey_do_##action, #action, STATE_##next }
#define IF(state, event, guard, action, next) \
  { STATE_##state, EVENT_##event, kiosk_journey_if_##guard, #guard, \
    kiosk_journey_do_##action, #action, STATE_##next }
#define STATE_STAY KIOSK_FLOW_STAY
#define STATE_ANY  KIOSK_FLOW_ANY

static const KioskFlowRow rows[] = {
  GO (UNAVAILABLE, OPENED, HOME),
  GO (UNAVAILABLE, WITHHELD, STAY),

  GO (HOME, WITHHELD, UNAVAILABLE),
  DO (HOME, START, begin, IDENTIFY),
  DO (HOME, IDLE, forget, STAY),

  GO (IDENTIFY, READER, STAY),
  DO (IDENTIFY, FOUND, greet_card, READING),
  DO (IDENTIFY, FAILED, explain_failure, CARD_PROBLEM),
  DO (IDENTIFY, HELP, help_reading, HELP),
  IF (IDENTIFY, SCAN, wants_presentation, want_presentation, SCAN),
  IF (IDENTIFY, SCAN, wants_receipt, want_receipt, SCAN),
  WHEN (IDENTIFY, PHONE, phone, PHONE),

  GO (SCAN, CAMERA, STAY),
  GO (SCAN, MISTAKEN, STAY),
  DO (SCAN, TAKEN, mark, STAY),
  IF (SCAN, MARKED, presented, welcome_presented, SERVICES),
  DO (SCAN, MARKED, show_found, RECEIPT),
  DO (SCAN, FOUND, greet_card, READING),
  DO (SCAN, FAILED, explain_failure, CARD_PROBLEM),
  GO (SCAN, BACK, IDENTIFY),

  GO (PHONE, TOLD, STAY),
  IF (PHONE, RETRY, phone_failed, ask_again, STAY),
  DO (PHONE, KNOWN, welcome, SERVICES),
  DO (PHONE, FOUND, greet_card, READING),
  DO (PHONE, FAILED, explain_failure, CARD_PROBLEM),
  GO (PHONE, BACK, IDENTIFY),

  IF (READING, NEEDS_KEY, key_is_pending, give_key, STAY),
  DO (READING, NEEDS_KEY, ask_key, ACCESS_KEY),
  GO (READING, PROGRESS, STAY),
  IF (READING, DENIED, no_tries_left, explain_tries, CARD_PROBLEM),
  DO (READING, DENIED, ask_key_again, ACCESS_KEY),
  DO (READING, FAILED, explain_failure, CARD_PROBLEM),
  DO (READING, REMOVED, explain_removal, CARD_PROBLEM),
  DO (READING, REJECTED, explain_evidence, CARD_PROBLEM),
  DO (READING, KNOWN, welcome, SERVICES),

  IF (ACCESS_KEY, SUBMIT, malformed, mark_format, STAY),
  IF (ACCESS_KEY, SUBMIT, more_to_type, next_field, STAY),
  IF (ACCESS_KEY, SUBMIT, card_is_here, give_key, READING),
  DO (ACCESS_KEY, SUBMIT, keep_key, IDENTIFY),
  IF (ACCESS_KEY, NO_NUMBER, asks_can, ask_document, STAY),
  DO (ACCESS_KEY, NO_NUMBER, help_no_number, HELP),
  IF (ACCESS_KEY, BACK, earlier_field, previous_field, STAY),
  DO (ACCESS_KEY, BACK, leave_key, IDENTIFY),
  GO (ACCESS_KEY, NEEDS_KEY, STAY),
  DO (ACCESS_KEY, FAILED, explain_failure, CARD_PROBLEM),

  DO (CARD_PROBLEM, RETRY, restart_card, IDENTIFY),
  DO (CARD_PROBLEM, HELP, help_problem, HELP),
  DO (CARD_PROBLEM, FOUND, greet_card, READING),

  WHEN (HELP, BACK, from_key, ACCESS_KEY),
  WHEN (HELP, BACK, from_problem, CARD_PROBLEM),
  DO (HELP, BACK, restart_card, IDENTIFY),

  IF (SERVICES, CHOOSE, open, open_service, ELIGIBILITY),
  DO (SERVICES, TRANSACTIONS, list, TRANSACTIONS),

  IF (ELIGIBILITY, CONTINUE, enrols, ask_consent, CONSENT),
  IF (ELIGIBILITY, CONTINUE, questions, begin_form, QUESTION),
  IF (ELIGIBILITY, CONTINUE, eligible, begin_form, REVIEW),
  GO (ELIGIBILITY, BACK, SERVICES),

  DO (CONSENT, AGREE, agree, PORTRAIT),
  IF (CONSENT, PRINT, printer, print_consent, STAY),
  GO (CONSENT, BACK, ELIGIBILITY),

  GO (PORTRAIT, CAMERA, STAY),
  IF (PORTRAIT, TAKE, can_take, take, STAY),
  DO (PORTRAIT, PICTURE, note_picture, STAY),
  IF (PORTRAIT, USE, taken, use_picture, BIND),
  IF (PORTRAIT, AGAIN, can_take_again, take_again, STAY),
  GO (PORTRAIT, BACK, CONSENT),

  GO (BIND, CAMERA, STAY),
  GO (BIND, MISTAKEN, STAY),
  GO (BIND, TICKET_OVER, STAY),
  DO (BIND, RENEW, renew_ticket, STAY),
  DO (BIND, BOUND, mark, STAY),
  DO (BIND, MARKED, review_captured, REVIEW),
  GO (BIND, BACK, PORTRAIT),

  DO (QUESTION, ANSWER, take_answer, STAY),
  IF (QUESTION, ANSWERED, complete_again, end_change, REVIEW),
  IF (QUESTION, ANSWERED, more_questions, next_question, STAY),
  DO (QUESTION, ANSWERED, end_change, REVIEW),
  IF (QUESTION, BACK, changing, end_change, REVIEW),
  IF (QUESTION, BACK, first_question, keep_draft, ELIGIBILITY),
  DO (QUESTION, BACK, previous_question, STAY),

  IF (REVIEW, CHANGE, changeable, change_answer, QUESTION),
  DO (REVIEW, CONTINUE, try_complete, STAY),
  GO (REVIEW, COMPLETE, DECLARATION),
  DO (REVIEW, INCOMPLETE, ask_missing, QUESTION),
  WHEN (REVIEW, BACK, enrols, BIND),
  IF (REVIEW, BACK, questions, last_question, QUESTION),
  GO (REVIEW, BACK, ELIGIBILITY),

  IF (DECLARATION, ACCEPT, day_has_turned, renew_form, REVIEW),
  DO (DECLARATION, ACCEPT, seal, SEALING),
  GO (DECLARATION, BACK, REVIEW),

  DO (SEALING, SEALED, show_new, RECEIPT),
  DO (SEALING, NOT_SEALED, mark_seal_problem, DECLARATION),

  IF (RECEIPT, PRINT, printable, print, STAY),
  IF (RECEIPT, TRANSACTIONS, identified, list, TRANSACTIONS),
  IF (RECEIPT, BACK, from_list, list, TRANSACTIONS),
  IF (RECEIPT, BACK, from_scan, restart_card, SCAN),
  GO (RECEIPT, BACK, SERVICES),

  IF (TRANSACTIONS, SHOW, listed, show, RECEIPT),
  GO (TRANSACTIONS, BACK, SERVICES),

  IF (ENDED, HOME, withheld, forget, UNAVAILABLE),
  DO (ENDED, HOME, forget, HOME),
  DO (ENDED, FOUND, note_card_left, STAY),
  DO (ENDED, REMOVED, note_card_taken, STAY),

  IF (ANY, FINISH, in_session, finish, ENDED),
  IF (ANY, IDLE, in_session, give_up_idle, ENDED),
  IF (ANY, FRONT_GONE, in_session, give_up_front, ENDED),
  DO (SEALING, FRONT_GONE, give_up_front, ENDED),
  GO (ANY, NEWS, STAY),
};
/* clang-format on */

G_STATIC_ASSERT (G_N_ELEMENTS (states) == N_STATES);
G_STATIC_ASSERT (G_N_ELEMENTS (events) == N_EVENTS);

static const KioskFlowTable table = {
  "citizen", states, N_STATES, events, N_EVENTS, rows, G_N_ELEMENTS (rows),
};

const KioskFlowTable *
kiosk_journey_table (void)
{
  return &table;
}
