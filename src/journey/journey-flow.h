/* Guards and actions of the flow table, by the file that holds them. Private to the room. */
#pragma once

#include "journey/journey-private.h"

G_BEGIN_DECLS

#define GUARD(name)  gboolean kiosk_journey_if_##name (gpointer context, gconstpointer detail)
#define ACTION(name) void kiosk_journey_do_##name (gpointer context, gconstpointer detail)

/* journey.c */
GUARD (withheld);
GUARD (in_session);
ACTION (begin);
ACTION (forget);
ACTION (finish);
ACTION (give_up_idle);
ACTION (give_up_front);

/* journey-card.c */
GUARD (card_is_here);
GUARD (key_is_pending);
GUARD (no_tries_left);
ACTION (greet_card);
ACTION (explain_failure);
ACTION (explain_removal);
ACTION (explain_tries);
ACTION (explain_evidence);
ACTION (restart_card);
ACTION (note_card_left);
ACTION (note_card_taken);
ACTION (welcome);

/* journey-key.c */
GUARD (malformed);
GUARD (more_to_type);
GUARD (asks_can);
GUARD (earlier_field);
GUARD (from_key);
GUARD (from_problem);
ACTION (ask_key);
ACTION (ask_key_again);
ACTION (mark_format);
ACTION (next_field);
ACTION (previous_field);
ACTION (ask_document);
ACTION (give_key);
ACTION (keep_key);
ACTION (leave_key);
ACTION (help_no_number);
ACTION (help_reading);
ACTION (help_problem);

/* journey-scan.c */
GUARD (camera);
GUARD (wants_receipt);
GUARD (wants_presentation);
GUARD (presented);
ACTION (want_receipt);
ACTION (want_presentation);
ACTION (mark);
ACTION (welcome_presented);
ACTION (show_found);

/* journey-enrol.c */
GUARD (enrols);
GUARD (can_take);
GUARD (taken);
GUARD (can_take_again);
ACTION (ask_consent);
ACTION (agree);
ACTION (print_consent);
ACTION (take);
ACTION (note_picture);
ACTION (use_picture);
ACTION (take_again);
ACTION (renew_ticket);
ACTION (review_captured);

/* journey-phone.c */
GUARD (phone);
GUARD (phone_failed);
ACTION (ask_again);

/* journey-service.c */
GUARD (open);
GUARD (eligible);
GUARD (questions);
GUARD (changing);
GUARD (complete_again);
GUARD (more_questions);
GUARD (first_question);
GUARD (changeable);
GUARD (day_has_turned);
ACTION (open_service);
ACTION (begin_form);
ACTION (take_answer);
ACTION (next_question);
ACTION (previous_question);
ACTION (last_question);
ACTION (keep_draft);
ACTION (end_change);
ACTION (change_answer);
ACTION (try_complete);
ACTION (ask_missing);
ACTION (renew_form);

/* journey-records.c */
GUARD (printable);
GUARD (printer);
GUARD (listed);
GUARD (from_list);
GUARD (from_scan);
GUARD (identified);
ACTION (seal);
ACTION (show_new);
ACTION (mark_seal_problem);
ACTION (print);
ACTION (list);
ACTION (show);

#undef GUARD
#undef ACTION

G_END_DECLS
