/* From a declaration to a record that is there for good: sealing, listing, paper. */
#include "journey/journey-flow.h"
#include "journey/receipt-sheet.h"

#include <string.h>

/* What work under way belongs to: an answer for a session that is over is dropped. */
typedef struct
{
  KioskJourney *journey;
  guint epoch;
} Errand;

static Errand *
errand_new (KioskJourney *self)
{
  Errand *errand = g_new (Errand, 1);

  errand->journey = kiosk_journey_ref (self);
  errand->epoch = self->epoch;
  return errand;
}

static void
errand_free (Errand *errand)
{
  kiosk_journey_unref (errand->journey);
  g_free (errand);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Errand, errand_free)

static gboolean
errand_is_over (const Errand *errand)
{
  return errand->journey->closed || errand->epoch != errand->journey->epoch;
}

static KioskSession *
session (gpointer context)
{
  return ((KioskJourney *)context)->session;
}

/* Sealing */

static void
sealed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Errand) errand = data;
  KioskJourney *self = errand->journey;
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskRecord) record = NULL;

  if (self->closed)
    return;
  record = self->ports.ledger->seal_finish (self->ports.ledger, result, &error);
  if (errand_is_over (errand))
    return;
  if (record == NULL)
    {
      self->session->seal_problem
        = g_error_matches (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_FULL) ? "full" : "disk";
      kiosk_journey_world (self, EVENT_NOT_SEALED, NULL);
      return;
    }
  g_free (self->session->shown_txid);
  self->session->shown_txid = g_strdup (record->txid);
  g_ptr_array_insert (self->session->records, 0, g_steal_pointer (&record));
  kiosk_journey_world (self, EVENT_SEALED, NULL);
}

void
kiosk_journey_do_seal (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;
  KioskSession *s = self->session;
  KioskForm *form = kiosk_session_form (s);
  g_autoptr (KioskDraft) draft = g_new0 (KioskDraft, 1);

  draft->catalogue = kiosk_catalogue_ref (s->catalogue);
  draft->service = s->service;
  draft->submission = kiosk_service_consent_version (s->service) > 0
                        ? kiosk_journey_enrolment (self)
                        : kiosk_form_submission (form, NULL);
  draft->fee_cents = kiosk_form_fee_cents (form);
  memcpy (draft->holder_tag, s->tag, sizeof draft->holder_tag);
  if (draft->submission == NULL)
    {
      s->seal_problem = "disk";
      kiosk_flow_handle (self->flow, EVENT_NOT_SEALED, NULL);
      return;
    }
  s->seal_problem = NULL;
  kiosk_idle_stop (self->idle);
  self->ports.ledger->seal_async (self->ports.ledger, g_steal_pointer (&draft), sealed,
                                  errand_new (self));
}

void
kiosk_journey_do_mark_seal_problem (gpointer context, gconstpointer detail)
{
  kiosk_idle_run (((KioskJourney *)context)->idle, TRUE);
}

void
kiosk_journey_do_show_new (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;
  KioskSession *s = self->session;

  /* It is promised: the answers have done their work. */
  g_hash_table_remove (s->forms, kiosk_service_id (s->service));
  g_hash_table_remove_all (s->drafts);
  kiosk_session_forget_enrolling (s);
  g_clear_pointer (&s->checks, g_ptr_array_unref);
  s->service = NULL;
  s->shown_from = SHOWN_NEW;
  s->print = PRINT_IDLE;
  kiosk_idle_run (self->idle, TRUE);
}

/* The list */

static void
records_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Errand) errand = data;
  KioskJourney *self = errand->journey;
  g_autoptr (GPtrArray) records = NULL;

  if (self->closed)
    return;
  records = self->ports.ledger->list_finish (self->ports.ledger, result, NULL);
  /* Failing that, what was last known stays: the next change asks again. */
  if (records == NULL || errand_is_over (errand))
    return;
  g_ptr_array_unref (self->session->records);
  self->session->records = g_steal_pointer (&records);
  kiosk_journey_world (self, EVENT_NEWS, NULL);
}

void
kiosk_journey_list_records (KioskJourney *self)
{
  self->ports.ledger->list_async (self->ports.ledger, self->session->tag,
                                  self->session->cancellable, records_listed, errand_new (self));
}

gboolean
kiosk_journey_if_listed (gpointer context, gconstpointer detail)
{
  return kiosk_session_record (session (context), detail) != NULL;
}

gboolean
kiosk_journey_if_from_list (gpointer context, gconstpointer detail)
{
  return session (context)->shown_from == SHOWN_LISTED;
}

gboolean
kiosk_journey_if_from_scan (gpointer context, gconstpointer detail)
{
  return session (context)->shown_from == SHOWN_FOUND;
}

gboolean
kiosk_journey_if_identified (gpointer context, gconstpointer detail)
{
  return session (context)->holder != NULL;
}

void
kiosk_journey_do_list (gpointer context, gconstpointer detail)
{
  kiosk_journey_list_records (context);
}

void
kiosk_journey_do_show (gpointer context, gconstpointer detail)
{
  KioskSession *s = session (context);

  g_free (s->shown_txid);
  s->shown_txid = g_strdup (detail);
  s->shown_from = SHOWN_LISTED;
  s->print = PRINT_IDLE;
}

/* Paper */

const char *
kiosk_journey_print_state (const KioskJourney *self)
{
  static const char *const names[] = {
    [PRINT_IDLE] = "idle",     [PRINT_RUNNING] = "printing", [PRINT_DONE] = "printed",
    [PRINT_FAILED] = "failed", [PRINT_PAPER] = "paper",
  };

  return self->ports.printer == NULL ? "absent" : names[self->session->print];
}

gboolean
kiosk_journey_if_printer (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;

  return self->ports.printer != NULL && self->session->print != PRINT_RUNNING;
}

gboolean
kiosk_journey_if_printable (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;

  return kiosk_journey_if_printer (self, detail) && kiosk_session_shown (self->session) != NULL;
}

static void
printed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Errand) errand = data;
  KioskJourney *self = errand->journey;
  g_autoptr (GError) error = NULL;
  gboolean done;

  if (self->closed)
    return;
  done = self->ports.printer->print_finish (self->ports.printer, result, &error);
  if (errand_is_over (errand))
    return;
  if (done)
    self->session->print = PRINT_DONE;
  else
    self->session->print = g_error_matches (error, KIOSK_PRINTER_ERROR, KIOSK_PRINTER_ERROR_PAPER)
                             ? PRINT_PAPER
                             : PRINT_FAILED;
  kiosk_journey_world (self, EVENT_NEWS, NULL);
}

static void
sheet_made (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Errand) errand = data;
  KioskJourney *self = errand->journey;
  g_autoptr (GBytes) pdf = kiosk_receipt_sheet_finish (result, NULL);

  if (errand_is_over (errand))
    return;
  if (pdf == NULL)
    {
      self->session->print = PRINT_FAILED;
      kiosk_journey_world (self, EVENT_NEWS, NULL);
      return;
    }
  self->ports.printer->print_async (self->ports.printer, pdf, self->session->cancellable, printed,
                                    g_steal_pointer (&errand));
}

void
kiosk_journey_do_print (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;
  KioskSession *s = self->session;
  const KioskRecord *record = kiosk_session_shown (s);

  s->print = PRINT_RUNNING;
  kiosk_receipt_sheet_async (record, kiosk_journey_service_title (self, record->service),
                             self->language, self->ports.camera != NULL, s->cancellable, sheet_made,
                             errand_new (self));
}

void
kiosk_journey_do_print_consent (gpointer context, gconstpointer detail)
{
  KioskJourney *self = context;
  KioskSession *s = self->session;

  s->print = PRINT_RUNNING;
  kiosk_consent_sheet_async (s->service, self->language, s->cancellable, sheet_made,
                             errand_new (self));
}
