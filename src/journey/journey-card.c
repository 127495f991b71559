/* From a card on the reader to a holder, or to a page that says why not. */
#include "journey/journey-flow.h"

#include "base/events.h"

#include <string.h>

static KioskSession *
session (gpointer context)
{
  return ((KioskJourney *)context)->session;
}

/* A trouble of the reader itself, as the page "identify" names it; NULL: the card's. */
static const char *
reader_trouble (KioskCardError code)
{
  switch (code)
    {
    case KIOSK_CARD_ERROR_NO_READER:
      return "missing";
    case KIOSK_CARD_ERROR_READER_BUSY:
      return "busy";
    case KIOSK_CARD_ERROR_READER_FAULT:
      return "fault";
    default:
      return NULL;
    }
}

static void
set_reader (KioskJourney *self, const char *reader)
{
  if (reader == self->reader)
    return;
  self->reader = reader;
  self->face.status (self->face_data);
}

/* Why the evidence does not prove a holder, as a code of the page "card-problem". */
static const char *
statement_problem (const KioskStatement *statement, KioskCardError otherwise)
{
  KioskCardError code;

  if (statement->proof == KIOSK_PROOF_PASSED)
    return NULL;
  if (statement->reason != NULL && kiosk_card_error_from_name (statement->reason, &code))
    return kiosk_card_error_name (code);
  return kiosk_card_error_name (
    statement->proof == KIOSK_PROOF_NOT_POSSIBLE ? KIOSK_CARD_ERROR_UNSUPPORTED : otherwise);
}

static const char *
evidence_problem (const KioskEvidence *evidence)
{
  static const KioskCardError otherwise[KIOSK_CLAIMS] = {
    [KIOSK_CLAIM_ACCESS] = KIOSK_CARD_ERROR_ACCESS_PROTOCOL,
    [KIOSK_CLAIM_PASSIVE] = KIOSK_CARD_ERROR_PA_BAD_SIGNATURE,
    [KIOSK_CLAIM_CHIP] = KIOSK_CARD_ERROR_CLONE,
  };
  const char *problem = NULL;

  for (guint claim = 0; problem == NULL && claim < KIOSK_CLAIMS; claim++)
    problem
      = statement_problem (kiosk_evidence_verdict (evidence, (KioskClaim)claim), otherwise[claim]);
  return problem != NULL ? problem : kiosk_card_error_name (KIOSK_CARD_ERROR_INTERNAL);
}

static const char *
holder_problem (const KioskEvidence *evidence, const GError *error)
{
  if (error->domain == KIOSK_HOLDER_ERROR)
    switch ((KioskHolderError)error->code)
      {
      case KIOSK_HOLDER_ERROR_NOT_PROVED:
        return evidence_problem (evidence);
      case KIOSK_HOLDER_ERROR_EXPIRED:
        return "expired";
      case KIOSK_HOLDER_ERROR_LOST:
        return "reported-lost";
      case KIOSK_HOLDER_ERROR_NUMBER:
        return "number";
      case KIOSK_HOLDER_ERROR_PROFILE: /* of a phone alone */
        break;
      }
  return kiosk_card_error_name (KIOSK_CARD_ERROR_INTERNAL);
}

static void
note_reading (KioskJourney *self, const KioskEvidence *evidence)
{
  KioskReadingNote *note = &self->reading;
  const char *access = kiosk_evidence_verdict (evidence, KIOSK_CLAIM_ACCESS)->method;

  g_strlcpy (note->profile, evidence->profile, sizeof note->profile);
  g_strlcpy (note->access, access == NULL ? "" : access, sizeof note->access);
  note->passive = kiosk_evidence_verdict (evidence, KIOSK_CLAIM_PASSIVE)->proof;
  note->chip = kiosk_evidence_verdict (evidence, KIOSK_CLAIM_CHIP)->proof;
  g_clear_pointer (&note->statements, g_variant_unref);
  note->statements = g_variant_ref_sink (kiosk_statements_to_variant (evidence->statements));
  g_clear_pointer (&note->groups, g_variant_unref);
  note->groups = g_variant_ref_sink (kiosk_evidence_groups_to_variant (evidence));
  note->apdus = evidence->apdus;
  note->duration_us = evidence->duration_us;
  self->has_reading = TRUE;
  /* The catalogue of events lists the proofs in the enumeration's order. */
  kiosk_event_document_judged ((KioskEventDocumentJudgedPassive)note->passive,
                               (KioskEventDocumentJudgedChip)note->chip, note->apdus,
                               note->duration_us);
  self->face.status (self->face_data);
}

static void
judge (KioskJourney *self, const KioskEvidence *evidence)
{
  KioskSession *s = self->session;
  g_autoptr (GError) error = NULL;

  note_reading (self, evidence);
  if (kiosk_journey_state (self) != STATE_READING)
    return;
  s->holder = kiosk_holder_from_evidence (evidence, self->ports.lost_cards (self->ports.data),
                                          kiosk_clock_wall_ms (self->ports.clock), &error);
  if (s->holder == NULL)
    {
      s->problem = holder_problem (evidence, error);
      kiosk_journey_world (self, EVENT_REJECTED, NULL);
      return;
    }
  self->ports.ledger->tag (self->ports.ledger, s->holder, s->tag);
  kiosk_journey_world (self, EVENT_KNOWN, NULL);
}

static void
hear_failure (KioskJourney *self, const KioskCardEvent *event)
{
  KioskSession *s = self->session;
  KioskJourneyState state = kiosk_journey_state (self);
  const char *trouble = reader_trouble (event->error);

  if (trouble != NULL)
    set_reader (self, trouble);
  if (event->error == KIOSK_CARD_ERROR_CANCELLED || s == NULL)
    return;
  if (event->error == KIOSK_CARD_ERROR_LOST)
    s->card_present = FALSE;
  /* While a key is typed, people take the card up to read its number: it will be asked back. */
  if (state == STATE_ACCESS_KEY && trouble == NULL)
    {
      s->card_present = FALSE;
      return;
    }
  if (event->error == KIOSK_CARD_ERROR_ACCESS_DENIED && state == STATE_READING)
    {
      s->wrong_keys++;
      s->tries_left = event->tries_left;
      kiosk_journey_world (self, EVENT_DENIED, NULL);
      return;
    }
  if ((state == STATE_IDENTIFY || state == STATE_SCAN || state == STATE_PHONE) && trouble != NULL)
    {
      kiosk_journey_world (self, EVENT_READER, NULL);
      return;
    }
  s->problem = kiosk_card_error_name (event->error);
  kiosk_journey_world (self, EVENT_FAILED, NULL);
}

/* Another kind of document than the one that keys were typed for: those are forgotten. */
static void
meet_profile (KioskSession *s, const char *profile)
{
  s->card_present = TRUE;
  if (g_strcmp0 (s->profile, profile) == 0)
    return;
  kiosk_session_forget_keys (s);
  g_free (s->profile);
  s->profile = g_strdup (profile);
}

static void
meet_key (KioskSession *s, KioskCardKey kind)
{
  KeyField first = kind == KIOSK_CARD_KEY_CAN ? KEY_CAN : KEY_DOCUMENT_NUMBER;

  if (s->key_first == first)
    return;
  kiosk_session_forget_keys (s);
  s->key_first = s->key_field = first;
}

static void
note_progress (KioskSession *s, double fraction)
{
  s->fraction = CLAMP (fraction, 0, 1);
  if (s->fraction > 0 && s->key_first != N_KEY_FIELDS)
    s->key_proved = TRUE;
}

static void
hear_card (gpointer data, const KioskCardEvent *event)
{
  KioskJourney *self = data;
  KioskSession *s = self->session;

  /* What happens at the reader is a sign of life. */
  kiosk_journey_touch (self);
  switch (event->type)
    {
    case KIOSK_CARD_EVENT_READY:
      set_reader (self, "ready");
      kiosk_journey_world (self, EVENT_READER, NULL);
      break;
    case KIOSK_CARD_EVENT_FOUND:
      if (s != NULL)
        meet_profile (s, event->profile);
      kiosk_journey_world (self, EVENT_FOUND, NULL);
      break;
    case KIOSK_CARD_EVENT_NEEDS_KEY:
      if (s != NULL)
        meet_key (s, event->key);
      kiosk_journey_world (self, EVENT_NEEDS_KEY, NULL);
      break;
    case KIOSK_CARD_EVENT_PREVIEW:
      if (s != NULL)
        kiosk_wipe_replace (&s->reading_name, event->name);
      kiosk_journey_world (self, EVENT_PROGRESS, NULL);
      break;
    case KIOSK_CARD_EVENT_PROGRESS:
      if (s != NULL)
        note_progress (s, event->fraction);
      kiosk_journey_world (self, EVENT_PROGRESS, NULL);
      break;
    case KIOSK_CARD_EVENT_EVIDENCE:
      if (s != NULL)
        judge (self, event->evidence);
      break;
    case KIOSK_CARD_EVENT_STAFF: /* not for a citizen's journey, which does not ask for any */
      break;
    case KIOSK_CARD_EVENT_FAILED:
      hear_failure (self, event);
      break;
    case KIOSK_CARD_EVENT_REMOVED:
      if (s != NULL)
        s->card_present = FALSE;
      kiosk_journey_world (self, EVENT_REMOVED, NULL);
      break;
    }
}

void
kiosk_journey_watch_card (KioskJourney *self)
{
  self->ports.card->start (self->ports.card, hear_card, self);
}

/* Guards and actions */

gboolean
kiosk_journey_if_card_is_here (gpointer context, gconstpointer detail)
{
  return session (context)->card_present;
}

gboolean
kiosk_journey_if_key_is_pending (gpointer context, gconstpointer detail)
{
  return session (context)->key_pending;
}

gboolean
kiosk_journey_if_no_tries_left (gpointer context, gconstpointer detail)
{
  KioskSession *s = session (context);

  return s->wrong_keys >= KIOSK_JOURNEY_WRONG_KEYS || s->tries_left == 0;
}

void
kiosk_journey_do_greet_card (gpointer context, gconstpointer detail)
{
  session (context)->fraction = 0;
  g_clear_pointer (&session (context)->reading_name, kiosk_wipe_string);
}

void
kiosk_journey_do_explain_failure (gpointer context, gconstpointer detail)
{
  KioskSession *s = session (context);

  s->key_pending = s->key_proved;
}

void
kiosk_journey_do_explain_removal (gpointer context, gconstpointer detail)
{
  KioskSession *s = session (context);

  s->problem = kiosk_card_error_name (KIOSK_CARD_ERROR_LOST);
  s->key_pending = s->key_proved;
}

void
kiosk_journey_do_explain_tries (gpointer context, gconstpointer detail)
{
  KioskSession *s = session (context);

  kiosk_session_forget_keys (s);
  s->problem = "too-many-tries";
}

void
kiosk_journey_do_explain_evidence (gpointer context, gconstpointer detail)
{
  kiosk_session_forget_keys (session (context));
}

void
kiosk_journey_do_restart_card (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;

  self->session->card_present = FALSE;
  self->ports.card->stop (self->ports.card);
  kiosk_journey_watch_card (self);
}

void
kiosk_journey_do_welcome (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;

  /* The card may go, and its key with it: nothing more is asked of it. */
  self->ports.card->stop (self->ports.card);
  self->session->card_present = FALSE;
  kiosk_session_forget_keys (self->session);
  kiosk_journey_list_records (self);
}
