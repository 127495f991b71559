#include "programs/kiosk-sandbox/decision.h"
#include "base/file.h"
#include "base/secret.h"
#include "programs/kiosk-sandbox/credential.h"
#include "services/enrolment.h"
#include "services/form.h"
#include "trust/seal.h"
#include <string.h>

#define HONG_KONG_MS (G_GINT64_CONSTANT (8) * 3600 * 1000) /* no summer time since 1979 */

static const KioskSandboxDecision unreadable = { "visit", "form-malformed" };

/* (transfer full): the day in Hong Kong, "YYYY-MM-DD". */
static char *
hong_kong_day (gint64 at_ms)
{
  g_autoptr (GDateTime) day = g_date_time_new_from_unix_utc ((at_ms + HONG_KONG_MS) / 1000);
  return day != NULL ? g_date_time_format (day, "%Y-%m-%d") : g_strdup ("");
}

static const char *
form_reason (const GError *error)
{
  static const char *const reasons[] = {
    [KIOSK_SERVICES_ERROR_MALFORMED] = "form-malformed",
    [KIOSK_SERVICES_ERROR_UNKNOWN] = "form-malformed",
    [KIOSK_SERVICES_ERROR_CONSTRAINT] = "form-constraint",
    [KIOSK_SERVICES_ERROR_INCOMPLETE] = "form-incomplete",
    [KIOSK_SERVICES_ERROR_DIFFERS] = "form-differs",
  };
  if (error->domain != KIOSK_SERVICES_ERROR || error->code >= (int)G_N_ELEMENTS (reasons))
    return "form-malformed";
  return reasons[error->code];
}

static KioskSandboxDecision
decide_form (const KioskSandboxOffice *office, KioskCatalogue *catalogue,
             const KioskService *service, GBytes *submission, gint64 sealed_ms)
{
  g_autofree char *today = hong_kong_day (sealed_ms);
  g_autoptr (GError) error = NULL;
  gint64 fee_cents;
  if (!kiosk_form_recompute (catalogue, service, submission, today, &fee_cents, NULL, &error))
    return (KioskSandboxDecision){ "refused", form_reason (error) };
  if (office->refuse != NULL)
    return (KioskSandboxDecision){ "refused", office->refuse };
  return (KioskSandboxDecision){ "granted", NULL };
}

/* The phone's credential, by the name of its record; made again it says the same of the person. */
static gboolean
issue (const KioskSandboxOffice *office, const KioskEnrolment *what, const KioskBinding *phone,
       const char *txid, GError **error)
{
  g_autofree char *name = g_strconcat (txid, ".txt", NULL);
  g_autofree char *path = g_build_filename (office->issued, name, NULL);
  char *text = kiosk_sandbox_credential_for (office->issuer, what->evidence, phone->key,
                                             KIOSK_SANDBOX_CREDENTIAL_DAYS, office->clock, error);
  GBytes *bytes = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;
  gboolean written = bytes != NULL && kiosk_file_write (path, bytes, 0600, error);
  g_clear_pointer (&bytes, kiosk_wipe_bytes);
  kiosk_wipe_string (text);
  return written;
}

static KioskSandboxDecision
decide_enrolment (const KioskSandboxOffice *office, KioskCatalogue *catalogue,
                  const KioskService *service, GBytes *submission, const KioskSealHeader *header)
{
  g_autofree char *today = hong_kong_day (header->sealed_ms);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskEnrolment) what = kiosk_enrolment_parse (submission, &error);
  g_autoptr (KioskBinding) phone = NULL;
  if (what == NULL)
    return unreadable;
  if (!kiosk_enrolment_judge (what, catalogue, service, header->kiosk, today, header->sealed_ms,
                              &phone, &error))
    return (KioskSandboxDecision){ "refused", error->domain == KIOSK_ENROLMENT_ERROR
                                                ? kiosk_enrolment_error_reason (
                                                  (KioskEnrolmentError)error->code)
                                                : form_reason (error) };
  /* Whether the two portraits are of one person is the officer's to say, and nobody else's. */
  if (office->refuse != NULL)
    return (KioskSandboxDecision){ "refused", office->refuse };
  if (office->issuer == NULL || issue (office, what, phone, header->txid, &error))
    return (KioskSandboxDecision){ "granted", NULL };
  g_printerr ("kiosk-sandbox: %s: its credential: %s\n", header->txid, error->message);
  return (KioskSandboxDecision){ "visit", NULL };
}

/* The service as the header names it, in that catalogue; NULL if it is not there so. */
static const KioskService *
find_service (KioskCatalogue *catalogue, const KioskSealHeader *header)
{
  const KioskService *service = kiosk_catalogue_find (catalogue, header->service);
  if (service == NULL || g_strcmp0 (kiosk_service_form (service), header->form) != 0
      || g_strcmp0 (kiosk_service_department (service), header->department) != 0
      || kiosk_service_form_version (service) != header->form_version)
    return NULL;
  return service;
}

static KioskSandboxDecision
decide_submission (const KioskSandboxOffice *office, const KioskSandboxBundles *bundles,
                   const KioskSealHeader *header, GBytes *submission)
{
  KioskCatalogue *catalogue = kiosk_sandbox_bundles_catalogue (bundles, header->catalogue);
  const KioskService *service = catalogue != NULL ? find_service (catalogue, header) : NULL;
  if (service == NULL)
    return unreadable;
  if (kiosk_service_consent_version (service) > 0)
    return decide_enrolment (office, catalogue, service, submission, header);
  return decide_form (office, catalogue, service, submission, header->sealed_ms);
}

KioskSandboxDecision
kiosk_sandbox_decide (const KioskSandboxOffice *office, const KioskSandboxBundles *bundles,
                      GBytes *sealed, const char *kiosk, const char *txid)
{
  g_autoptr (KioskSealHeader) header = NULL;
  /* That the kiosk's certificate was in time, the gateway judged when it accepted. */
  GBytes *submission
    = kiosk_seal_open (sealed, kiosk_sandbox_bundles_kiosk_anchors (bundles), -1,
                       office->recipient.cert, office->recipient.key, &header, NULL);
  KioskSandboxDecision decision = unreadable;
  if (submission == NULL)
    return decision;
  if (strcmp (header->kiosk, kiosk) == 0 && strcmp (header->txid, txid) == 0)
    decision = decide_submission (office, bundles, header, submission);
  gsize size;
  gpointer data = g_bytes_unref_to_data (submission, &size);
  kiosk_wipe_free (data, size);
  return decision;
}
