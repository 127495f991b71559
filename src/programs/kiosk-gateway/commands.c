#include "programs/kiosk-gateway/commands.h"
#include "formats/json.h"
#include "programs/kiosk-gateway/error.h"
#include "programs/kiosk-gateway/routes.h"

#define MINUTE_MS (60 * 1000)

/* Whether to keep a change inside one transaction. */
static gboolean
settle (KioskGatewayStore *store, gboolean good, GError **error)
{
  if (good)
    return kiosk_gateway_store_commit (store, error);
  kiosk_gateway_store_rollback (store);
  return FALSE;
}

gboolean
kiosk_gateway_command_code (const KioskGatewayCommand *command, GError **error)
{
  g_autoptr (KioskGatewayStore) store
    = kiosk_gateway_store_open (command->database, command->random, error);
  if (store == NULL || !kiosk_gateway_store_begin (store, error))
    return FALSE;
  g_autofree char *code = kiosk_gateway_code_new (command->random);
  g_autoptr (GBytes) hash = kiosk_gateway_code_hash (code, kiosk_gateway_store_salt (store));
  gint64 expires_ms
    = kiosk_clock_wall_ms (command->clock) + (gint64)command->valid_minutes * MINUTE_MS;
  if (!settle (store, kiosk_gateway_store_add_code (store, hash, expires_ms, error), error))
    return FALSE;
  g_print ("code=%s\n", code);
  return TRUE;
}

static void
report_json (const KioskGatewayCounts *counts)
{
  g_autoptr (JsonObject) report = json_object_new ();
  JsonObject *outcomes = json_object_new ();
  json_object_set_int_member (outcomes, "granted", (gint64)counts->granted);
  json_object_set_int_member (outcomes, "refused", (gint64)counts->refused);
  json_object_set_int_member (outcomes, "visit", (gint64)counts->visit);
  json_object_set_int_member (outcomes, "superseded", (gint64)counts->superseded);
  json_object_set_int_member (report, "kiosks", (gint64)counts->kiosks);
  json_object_set_int_member (report, "transactions", (gint64)counts->transactions);
  json_object_set_int_member (report, "accepted", (gint64)counts->accepted);
  json_object_set_int_member (report, "duplicates", (gint64)counts->duplicates);
  json_object_set_int_member (report, "resends", (gint64)counts->resends);
  json_object_set_int_member (report, "quarantined", (gint64)counts->quarantined);
  json_object_set_int_member (report, "codes_open", (gint64)counts->codes_open);
  json_object_set_object_member (report, "outcomes", outcomes);
  g_autoptr (GBytes) text = kiosk_json_print (report);
  g_print ("%.*s\n", (int)g_bytes_get_size (text), (const char *)g_bytes_get_data (text, NULL));
}

static void
report_text (const KioskGatewayCounts *counts)
{
  g_print ("kiosks        %" G_GUINT64_FORMAT "\ntransactions  %" G_GUINT64_FORMAT
           "\nduplicates    %" G_GUINT64_FORMAT "\nresends       %" G_GUINT64_FORMAT
           "\nquarantined   %" G_GUINT64_FORMAT "\ngranted       %" G_GUINT64_FORMAT
           "\nrefused       %" G_GUINT64_FORMAT "\nvisit         %" G_GUINT64_FORMAT
           "\nsuperseded    %" G_GUINT64_FORMAT "\nopen codes    %" G_GUINT64_FORMAT "\n",
           counts->kiosks, counts->transactions, counts->duplicates, counts->resends,
           counts->quarantined, counts->granted, counts->refused, counts->visit, counts->superseded,
           counts->codes_open);
}

gboolean
kiosk_gateway_command_report (const KioskGatewayCommand *command, GError **error)
{
  g_autoptr (KioskGatewayStore) store = kiosk_gateway_store_open_reader (command->database, error);
  KioskGatewayCounts counts = { 0 };
  if (store == NULL
      || !kiosk_gateway_store_counts (store, kiosk_clock_wall_ms (command->clock), &counts, error))
    return FALSE;
  if (command->json)
    report_json (&counts);
  else
    report_text (&counts);
  return TRUE;
}

gboolean
kiosk_gateway_command_revoke (const KioskGatewayCommand *command, const char *kiosk, GError **error)
{
  g_autoptr (KioskGatewayStore) store
    = kiosk_gateway_store_open (command->database, command->random, error);
  gboolean found = FALSE;
  if (store == NULL || !kiosk_gateway_store_begin (store, error)
      || !settle (store,
                  kiosk_gateway_store_revoke (store, kiosk, kiosk_clock_wall_ms (command->clock),
                                              &found, error),
                  error))
    return FALSE;
  if (found)
    return TRUE;
  g_set_error (error, KIOSK_GATEWAY_ERROR, KIOSK_GATEWAY_ERROR_OPTION,
               "revoke %s: no such kiosk has enrolled; see the name of its certificate", kiosk);
  return FALSE;
}

gboolean
kiosk_gateway_command_restored (const KioskGatewayCommand *command, GError **error)
{
  g_autoptr (KioskGatewayStore) store
    = kiosk_gateway_store_open (command->database, command->random, error);
  return store != NULL && kiosk_gateway_store_begin (store, error)
         && settle (store, kiosk_gateway_store_renew_epoch (store, command->random, error), error);
}
