/* A play: what a person does at the terminal, in a language, with pictures taken on the way. */
#pragma once

#include "actor.h"
#include "services/form.h"
#include "stage.h"

G_BEGIN_DECLS

typedef struct _Play Play;

/* @language: "en", "zh_HK", "zh_CN". @pictures: (nullable): folder for NN-name.png. */
Play *play_new (Stage *stage, const char *language, const char *pictures, GError **error);
void play_free (Play *self);

Stage *play_stage (Play *self);
/* The page's own sentence in the play's language; its source text is English. */
const char *play_text (Play *self, const char *english);
/* (element-type utf8): names of the pictures, in order. */
GPtrArray *play_pictures (Play *self);

/* (transfer full): where the newest picture is. */
char *play_last_picture (Play *self);

gboolean play_shoot (Play *self, const char *name, GError **error);
/* Waits for the page whose heading is this sentence, and takes its picture if @picture is set. */
gboolean play_see (Play *self, const char *heading, const char *picture, GError **error);
gboolean play_see_text (Play *self, const char *sentence, GError **error);
gboolean play_press (Play *self, const char *name, GError **error);
/* Presses what is called so as it stands: a service's title, an option's label. */
gboolean play_press_exactly (Play *self, const char *name, GError **error);
gboolean play_type (Play *self, const char *keys, GError **error);

/* What the person would answer, by the question's ref: a NULL-terminated list of pairs. A date is
 * "YYYY-MM-DD" or "today+N" in days. Walks the form page by page. */
gboolean
play_fill_form (Play *self, const char *service, const char *const *answers, GError **error);
/* (transfer none): of the service in force, in the play's language. */
const char *play_service_title (Play *self, const char *service);

/* Comes in as staff from the page that stands, and switches to the play's language. */
gboolean play_enter_staff (Play *self, const char *button, GError **error);
/* Chooses the language on the home page. */
gboolean play_start (Play *self, GError **error);
gboolean play_place (Play *self, const char *card, GError **error);
/* Types the card's number when it is asked for. */
gboolean play_open_card (Play *self, const char *can, GError **error);
/* Waits for one of the headings (in the play's language, NULL-terminated), typing the card's number
 * if it is asked for first. The heading's index, or −1. */
int play_open_card_or (Play *self, const char *can, const char *const *headings, GError **error);
/* From the home page through the card to the services page. */
gboolean play_identify (Play *self, const char *card, GError **error);
/* (transfer full): of the record that was sealed last and is not settled yet, as kioskctl has it.
 */
char *play_newest_reference (Play *self, GError **error);
/* Ends the session by this button, takes the card away, and is back at the home page. */
gboolean play_leave (Play *self, const char *button, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Play, play_free)

G_END_DECLS
