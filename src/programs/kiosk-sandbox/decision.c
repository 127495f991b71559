#include "programs/kiosk-sandbox/decision.h"
#include "base/secret.h"
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
