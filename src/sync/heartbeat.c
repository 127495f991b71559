/* What the gateway is told each poll, and the signed time that it answers with. */
#include "sync-private.h"

#include <string.h>

#define ANSWER_MAX (64 * 1024)
#define FLOOR      "clock-floor"
/* A floor is written when it rose by this much: not with every receipt. */
#define FLOOR_STEP_MS 60000

static gint64
stored_floor (KioskSync *self)
{
  g_autoptr (GBytes) stored = kiosk_vault_get (self->vault, FLOOR);
  g_autofree char *text = stored != NULL
                            ? g_strndup (g_bytes_get_data (stored, NULL), g_bytes_get_size (stored))
                            : NULL;

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}

void
kiosk_sync_load_time (KioskSync *self)
{
  kiosk_clock_raise_floor (self->clock, stored_floor (self));
}

/* A floor that could not be written is written with the next signed time; until a restart the
 * clock has it anyway. */
void
kiosk_sync_saw_time (KioskSync *self, gint64 time_ms)
{
  char *text;
  g_autoptr (GBytes) value = NULL;

  kiosk_clock_raise_floor (self->clock, time_ms);
  if (time_ms < stored_floor (self) + FLOOR_STEP_MS)
    return;
  text = g_strdup_printf ("%" G_GINT64_FORMAT, time_ms);
  value = g_bytes_new_take (text, strlen (text));
  kiosk_vault_put (self->vault, FLOOR, value, NULL);
}

static JsonObject *
counts_object (const KioskVaultCounts *counts)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "received", (gint64)counts->received);
  json_object_set_int_member (object, "accepted", (gint64)counts->accepted);
  json_object_set_int_member (object, "settled", (gint64)counts->settled);
  json_object_set_int_member (object, "quarantined", (gint64)counts->quarantined);
  json_object_set_int_member (object, "oldest_unsynced_ms", counts->oldest_unsynced_ms);
  json_object_set_int_member (object, "bytes", (gint64)counts->bytes);
  return object;
}

static JsonObject *
audit_object (KioskSync *self)
{
  JsonObject *object = json_object_new ();
  g_autofree char *checkpoint = kiosk_vault_last_checkpoint (self->vault);

  json_object_set_int_member (object, "size", (gint64)kiosk_vault_audit_size (self->vault));
  if (checkpoint != NULL)
    json_object_set_string_member (object, "checkpoint", checkpoint);
  return object;
}

static GBytes *
body_new (KioskSync *self)
{
  g_autoptr (JsonObject) object = json_object_new ();
  KioskVaultCounts counts;

  if (!kiosk_vault_counts (self->vault, &counts, NULL))
    return NULL;
  json_object_set_object_member (object, "counts", counts_object (&counts));
  json_object_set_object_member (object, "audit", audit_object (self));
  return kiosk_json_print (object);
}

/* {"time_ms"} signed by the gateway, and its epoch when it says so. An old one played again only
 * names a floor that is passed already. */
static KioskStep
take_answer (KioskSync *self, GBytes *cms)
{
  g_autoptr (GBytes) json = kiosk_sync_verify (self, cms, "gateway", NULL);
  g_autoptr (JsonObject) object = json != NULL
                                    ? kiosk_json_parse (g_bytes_get_data (json, NULL),
                                                        g_bytes_get_size (json), ANSWER_MAX, NULL)
                                    : NULL;
  const char *epoch
    = object != NULL ? kiosk_json_optional_string (object, "epoch", 64, NULL) : NULL;
  gint64 time_ms = 0;

  if (object == NULL || !kiosk_json_integer (object, "time_ms", 0, G_MAXINT64, &time_ms, NULL))
    {
      KIOSK_SYNC_COUNT (self, refusals);
      return KIOSK_STEP_FAILED;
    }
  kiosk_sync_saw_time (self, time_ms);
  return epoch == NULL || kiosk_sync_saw_epoch (self, epoch, NULL) ? KIOSK_STEP_DONE
                                                                   : KIOSK_STEP_TROUBLE;
}

KioskStep
kiosk_sync_beat (KioskSync *self)
{
  const KioskIdentity *identity = kiosk_sync_identity (self);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (KioskAnswer) answer = NULL;

  if (!kiosk_vault_checkpoint (self->vault, identity->kiosk, &identity->signer, NULL))
    return KIOSK_STEP_TROUBLE;
  body = body_new (self);
  if (body == NULL)
    return KIOSK_STEP_TROUBLE;
  answer = kiosk_sync_exchange (self,
                                &(KioskRequest){ .method = "POST",
                                                 .path = "/v1/heartbeat",
                                                 .body = body,
                                                 .content_type = "application/json",
                                                 .maximum = ANSWER_MAX },
                                NULL);
  if (answer == NULL)
    return KIOSK_STEP_TROUBLE;
  return answer->status == 200 ? take_answer (self, answer->body)
                               : kiosk_sync_answer_trouble (self, answer);
}
