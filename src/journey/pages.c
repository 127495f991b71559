/* The page that stands: name, model, actions, serial. */
#include "journey/pages.h"
#include "journey/journey-flow.h"

static void
unavailable (KioskJourney *self, GVariantBuilder *model)
{
  kiosk_page_put_text (model, "reason", self->withheld);
}

static void
ended (KioskJourney *self, GVariantBuilder *model)
{
  kiosk_page_put_bool (model, "card_on_reader", self->card_left);
  kiosk_page_put_text (model, "why", self->ended_why);
}

static const struct
{
  const char *name;
  guint step;
  KioskPageBuild build;
} pages[N_STATES] = {
  [STATE_UNAVAILABLE] = { "unavailable", 0, unavailable },
  [STATE_HOME] = { "home", 0, NULL },
  [STATE_IDENTIFY] = { "identify", 1, kiosk_page_identify },
  [STATE_SCAN] = { "scan", 0, kiosk_page_scan },
  [STATE_PHONE] = { "phone", 1, kiosk_page_phone },
  [STATE_ACCESS_KEY] = { "access-key", 1, kiosk_page_access_key },
  [STATE_READING] = { "reading", 1, kiosk_page_reading },
  [STATE_CARD_PROBLEM] = { "card-problem", 1, kiosk_page_card_problem },
  [STATE_HELP] = { "help", 1, kiosk_page_help },
  [STATE_SERVICES] = { "services", 2, kiosk_page_services },
  [STATE_ELIGIBILITY] = { "eligibility", 2, kiosk_page_eligibility },
  [STATE_CONSENT] = { "consent", 2, kiosk_page_consent },
  [STATE_PORTRAIT] = { "portrait", 3, kiosk_page_portrait },
  [STATE_BIND] = { "bind", 3, kiosk_page_bind },
  [STATE_QUESTION] = { "question", 3, kiosk_page_question },
  [STATE_REVIEW] = { "review", 3, kiosk_page_review },
  [STATE_DECLARATION] = { "declaration", 4, kiosk_page_declaration },
  [STATE_SEALING] = { "sealing", 4, NULL },
  [STATE_RECEIPT] = { "receipt", 5, kiosk_page_receipt },
  [STATE_TRANSACTIONS] = { "transactions", 0, kiosk_page_transactions },
  [STATE_ENDED] = { "ended", 0, ended },
};

const char *
kiosk_journey_page (KioskJourneyState state)
{
  return pages[state].name;
}

static void
put (GVariantBuilder *model, const char *key, GVariant *value)
{
  g_variant_builder_add (model, "{sv}", key, value);
}

void
kiosk_page_put_text (GVariantBuilder *model, const char *key, const char *text)
{
  put (model, key, g_variant_new_string (text == NULL ? "" : text));
}

void
kiosk_page_put_bool (GVariantBuilder *model, const char *key, gboolean value)
{
  put (model, key, g_variant_new_boolean (value));
}

void
kiosk_page_put_uint (GVariantBuilder *model, const char *key, guint value)
{
  put (model, key, g_variant_new_uint32 (value));
}

void
kiosk_page_put_int (GVariantBuilder *model, const char *key, int value)
{
  put (model, key, g_variant_new_int32 (value));
}

void
kiosk_page_put_int64 (GVariantBuilder *model, const char *key, gint64 value)
{
  put (model, key, g_variant_new_int64 (value));
}

/* What the page is about, beyond its name: (transfer full). Names nothing personal. */
static char *
subject_of (KioskJourney *self, KioskJourneyState state)
{
  const char *about = "";
  g_autoptr (KioskQuestion) question = NULL;

  if (state == STATE_ACCESS_KEY)
    about = kiosk_page_key_kind (self->session->key_field);
  else if (state == STATE_QUESTION)
    {
      question = kiosk_form_question (kiosk_session_form (self->session), self->session->question,
                                      self->language);
      about = question == NULL ? "" : question->ref;
    }
  else if (state == STATE_RECEIPT)
    about = kiosk_session_shown (self->session)->txid;
  return g_strconcat (pages[state].name, " ", about, NULL);
}

/* Whether the page offers what its state lists: the guards that a person can see. */
static gboolean
offers (KioskJourney *self, KioskJourneyState state, KioskJourneyEvent event)
{
  switch (event)
    {
    case EVENT_FINISH:
      return kiosk_journey_if_in_session (self, NULL);
    case EVENT_NO_NUMBER:
      return self->session->key_field == KEY_CAN || self->session->key_field == KEY_DOCUMENT_NUMBER;
    case EVENT_CONTINUE:
      return state != STATE_ELIGIBILITY || kiosk_journey_if_eligible (self, NULL);
    case EVENT_SCAN:
      return kiosk_journey_if_camera (self, NULL);
    case EVENT_PHONE:
      return kiosk_journey_if_phone (self, NULL);
    case EVENT_RETRY:
      return state != STATE_PHONE || kiosk_journey_if_phone_failed (self, NULL);
    case EVENT_TRANSACTIONS:
      return kiosk_journey_if_identified (self, NULL);
    case EVENT_PRINT:
      return state == STATE_CONSENT ? kiosk_journey_if_printer (self, NULL)
                                    : kiosk_journey_if_printable (self, NULL);
    case EVENT_TAKE:
      return kiosk_journey_if_can_take (self, NULL);
    case EVENT_USE:
      return kiosk_journey_if_taken (self, NULL);
    case EVENT_AGAIN:
      return kiosk_journey_if_can_take_again (self, NULL);
    default:
      return TRUE;
    }
}

/* TRUE when the list is another one than before. Its members are the table's own strings. */
static gboolean
list_actions (KioskJourney *self, KioskJourneyState state)
{
  const KioskFlowTable *table = kiosk_journey_table ();
  gboolean changed = FALSE;
  guint n = 0;

  for (int event = 0; event < N_ACTIONS; event++)
    {
      if (!kiosk_flow_lists (self->flow, event) || !offers (self, state, (KioskJourneyEvent)event))
        continue;
      changed = changed || self->actions[n] != table->events[event];
      self->actions[n++] = table->events[event];
    }
  changed = changed || self->actions[n] != NULL;
  self->actions[n] = NULL;
  return changed;
}

static GVariant *
build_model (KioskJourney *self, KioskJourneyState state)
{
  GVariantBuilder model;

  g_variant_builder_init (&model, G_VARIANT_TYPE_VARDICT);
  kiosk_page_put_uint (&model, "step", pages[state].step);
  kiosk_page_put_text (&model, "language", self->language);
  kiosk_page_put_bool (&model, "online", self->ports.ledger->is_online (self->ports.ledger));
  if (pages[state].build != NULL)
    pages[state].build (self, &model);
  return g_variant_ref_sink (g_variant_builder_end (&model));
}

/* Says nothing when nothing is new: a page that is told the same again would be built again, under
 * the finger of a person. */
void
kiosk_journey_render (KioskJourney *self, gboolean fresh)
{
  KioskJourneyState state = kiosk_journey_state (self);
  char *subject = subject_of (self, state);
  gboolean turned = fresh || g_strcmp0 (subject, self->subject) != 0;
  GVariant *model = build_model (self, state);
  gboolean changed
    = list_actions (self, state) || self->model == NULL || !g_variant_equal (model, self->model);

  if (turned)
    self->serial++;
  g_free (self->subject);
  self->subject = subject;
  g_clear_pointer (&self->model, g_variant_unref);
  self->model = model;
  if (turned || changed)
    self->face.page (self->face_data, self->serial, pages[state].name, self->model, self->actions);
}
