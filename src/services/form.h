/* A form being filled: an ODK XForm evaluated on libxml2. Answers live in memory only and are wiped
 * when freed. Money is integer cents. */
#pragma once

#include "services/catalogue.h"

G_BEGIN_DECLS

#define KIOSK_SUBMISSION_MAX (256 * 1024) /* bytes */

typedef struct _KioskForm KioskForm;

/* @facts fills what the form's binds ask for (kiosk:fact="holder.name"); such answers are shown in
 * the review and not asked. The fact "today" must be set. @service belongs to @catalogue. */
KioskForm *kiosk_form_new (KioskCatalogue *catalogue, const KioskService *service,
                           const KioskFacts *facts, GError **error);
void kiosk_form_free (KioskForm *self);

typedef enum
{
  KIOSK_QUESTION_CHOICE,  /* one of options */
  KIOSK_QUESTION_DATE,    /* YYYY-MM-DD */
  KIOSK_QUESTION_INTEGER, /* digits: a whole number, or a text of digits such as a telephone number
                           */
  KIOSK_QUESTION_TEXT,    /* Latin letters, digits, space; see alphabet */
} KioskQuestionType;

typedef struct
{
  char *value;
  char *label;
} KioskOption;

typedef struct
{
  char *ref; /* "/data/vehicle/mark": stable within a form version */
  KioskQuestionType type;
  char *label;
  char *hint;     /* nullable */
  char *value;    /* "" until answered */
  char *alphabet; /* TEXT: "A-Z0-9 "; nullable */
  guint maximum_length;
  gboolean required;
  GPtrArray *options; /* (element-type KioskOption): CHOICE only */
} KioskQuestion;
void kiosk_question_free (KioskQuestion *self);

/* Questions that are relevant now, in order; answering one may change those after it. */
guint kiosk_form_n_questions (KioskForm *self);
/* @language as in catalogue.h. (transfer full) (nullable). */
KioskQuestion *kiosk_form_question (KioskForm *self, guint index, const char *language);
/* −1: not relevant, or no such question. */
int kiosk_form_index (KioskForm *self, const char *ref);

/* Nothing changes when it fails. %KIOSK_SERVICES_ERROR_CONSTRAINT carries the form's own sentence
 * in @language, for an empty answer to a required question too; what was typed before is kept.
 * %KIOSK_SERVICES_ERROR_UNKNOWN: no such question now. Spaces around @value are taken off. */
gboolean kiosk_form_answer (KioskForm *self, const char *ref, const char *value,
                            const char *language, GError **error);

/* The day has changed since the form was made (midnight passed): what depends on it is judged anew.
 */
gboolean kiosk_form_set_today (KioskForm *self, const char *today, GError **error);
/* The first question that keeps the form from being submitted: unanswered, or with an answer that a
 * later change has broken. @ret_sentence (optional) (transfer full): why, in @language. −1: none.
 */
int kiosk_form_problem (KioskForm *self, const char *language, char **ret_sentence);

typedef struct
{
  char *section;
  char *ref;
  char *label;
  char *value;  /* as a person reads it: an option's label, a date in words, "HK$5,074" */
  char *source; /* "card", "you", "computed" */
} KioskReviewRow;
void kiosk_review_row_free (KioskReviewRow *self);
/* (element-type KioskReviewRow) (transfer full). */
GPtrArray *kiosk_form_review (KioskForm *self, const char *language);

/* The fee that the form computed from the signed table; 0 if it has none. */
gint64 kiosk_form_fee_cents (KioskForm *self);

/* (transfer full): the instance as UTF-8 XML, canonical (C14N); INCOMPLETE or CONSTRAINT if it is
 * not ready to be submitted. The exact bytes that are sealed. */
GBytes *kiosk_form_submission (KioskForm *self, GError **error);

/**
 * kiosk_form_recompute:
 * @submission: at most 256 KiB of untrusted XML
 * @today: the day of sealing, "YYYY-MM-DD"
 *
 * The department's side: loads the bytes into a fresh instance of the same form, recomputes every
 * calculation, relevance, constraint and fee. %KIOSK_SERVICES_ERROR_DIFFERS, INCOMPLETE and
 * CONSTRAINT name the first field; MALFORMED: not XML of this form; UNKNOWN: another form or
 * version. No message holds an answer.
 *
 * Returns: TRUE when every value stands; @ret_facts (out) (optional) (transfer full): answers by
 * ref
 */
gboolean kiosk_form_recompute (KioskCatalogue *catalogue, const KioskService *service,
                               GBytes *submission, const char *today, gint64 *ret_fee_cents,
                               KioskFacts **ret_facts, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskForm, kiosk_form_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskQuestion, kiosk_question_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskReviewRow, kiosk_review_row_free)

G_END_DECLS
