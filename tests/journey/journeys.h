/* The journeys that can be played, by name. */
#pragma once

#include "play.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name;
  /* @summary: the journey writes what it read back from programs and databases. */
  gboolean (*play) (Play *play, JsonObject *summary, GError **error);
  gboolean is_long; /* not played every day, but in the suite "journeys-all" */
} Journey;

/* NULL when there is none of that name. */
const Journey *journey_find (const char *name);
/* Ends with an entry whose name is NULL. */
const Journey *journey_all (void);

/* Each a file of its own. */
gboolean journey_renew_licence (Play *play, JsonObject *summary, GError **error);
gboolean journey_bad_card (Play *play, const char *card, const char *heading, GError **error);
gboolean journey_wrong_can (Play *play, JsonObject *summary, GError **error);
/* Taken away just before the @nth answer: either the reading was over by then (@ret_was_over), or
 * the page says that the card moved; laid down again, it reads. */
gboolean journey_pulled_out (Play *play, guint nth, gboolean *ret_was_over, GError **error);
gboolean journey_passport (Play *play, JsonObject *summary, GError **error);
/* Services are closed on an old list of lost cards, and open again on a fresh one. */
gboolean journey_old_list (Play *play, JsonObject *summary, GError **error);
/* Without the digital identity, and out with it: consent, portrait, phone, captured, approved. */
gboolean journey_enrol_self (Play *play, JsonObject *summary, GError **error);
/* … refused by the officer, with the reason. */
gboolean journey_enrol_refused (Play *play, JsonObject *summary, GError **error);
/* Six pictures that are none: staff. */
gboolean journey_enrol_no_picture (Play *play, JsonObject *summary, GError **error);
/* A bad proof of possession, and a ticket used twice: each is named. */
gboolean journey_enrol_phones (Play *play, JsonObject *summary, GError **error);
/* Fifteen and nine years old: two sentences, and no way on. */
gboolean journey_enrol_young (Play *play, JsonObject *summary, GError **error);
/* A receipt carried away and brought back on a phone's screen, and on paper. */
gboolean journey_receipt_by_light (Play *play, JsonObject *summary, GError **error);
/* Codes that are no receipt, or a forged one: each is named. */
gboolean journey_other_codes (Play *play, JsonObject *summary, GError **error);
/* The camera covered, stalled, unplugged: said, and over by itself. */
gboolean journey_camera_troubles (Play *play, JsonObject *summary, GError **error);
gboolean journey_staff_sign_in (Play *play, JsonObject *summary, GError **error);
/* Offline: who one is, by a code on one's phone; what one may do, and what one did by card before.
 */
gboolean journey_personal_code (Play *play, JsonObject *summary, GError **error);
/* No code is good twice: after a restart, with the clock set back, at another terminal; nor is one
 * of yesterday's, or of another's. */
gboolean journey_code_replayed (Play *play, JsonObject *summary, GError **error);

/* Who one is by iAM Smart, simulated, and an application filled from its profile. */
gboolean journey_login_phone (Play *play, JsonObject *summary, GError **error);
/* No on the phone, and a person who leaves: both said or forgotten, and the terminal goes on. */
gboolean journey_login_refused (Play *play, JsonObject *summary, GError **error);
/* The network goes while the code stands, and comes back. */
gboolean journey_login_cut (Play *play, JsonObject *summary, GError **error);

G_END_DECLS
