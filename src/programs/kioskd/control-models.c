#include "programs/kioskd/control-models.h"

#include "devices/camera/camera-worker.h"
#include "devices/card/card-worker.h"
#include "programs/kioskd/harden.h"

static void
put (GVariantBuilder *model, const char *key, GVariant *value)
{
  g_variant_builder_add (model, "{sv}", key, value);
}

static void
put_text (GVariantBuilder *model, const char *key, const char *text)
{
  put (model, key, g_variant_new_string (text == NULL ? "" : text));
}

static GVariant *
kiosk_group (KioskHouse *house)
{
  GVariantBuilder model;
  KioskSyncStatus status = { 0 };
  g_autofree char *id = NULL;
  guint serial;
  const char *page;
  GVariant *page_model;
  const char *const *actions;

  if (house->sync != NULL)
    {
      kiosk_sync_status (house->sync, &status);
      id = kiosk_sync_kiosk_id (house->sync);
    }
  kiosk_journey_get (house->journey, &serial, &page, &page_model, &actions);
  g_variant_builder_init (&model, G_VARIANT_TYPE_VARDICT);
  put_text (&model, "version", KIOSK_VERSION);
  put_text (&model, "boot", house->boot);
  put_text (&model, "id", id);
  put (&model, "enrolled", g_variant_new_boolean (status.enrolled));
  put (&model, "locked", g_variant_new_boolean (kiosk_harden_is_locked ()));
  put_text (&model, "page", page);
  put_text (&model, "unavailable", house->withheld);
  return g_variant_builder_end (&model);
}

static GVariant *
gateway_group (KioskHouse *house)
{
  GVariantBuilder model;
  KioskSyncStatus status = { 0 };

  if (house->sync != NULL)
    kiosk_sync_status (house->sync, &status);
  g_variant_builder_init (&model, G_VARIANT_TYPE_VARDICT);
  put (&model, "reachable", g_variant_new_boolean (status.reachable));
  put (&model, "last_contact_ms", g_variant_new_int64 (status.last_contact_ms));
  put (&model, "uploads", g_variant_new_uint64 (status.uploads));
  put (&model, "duplicates", g_variant_new_uint64 (status.duplicates));
  put (&model, "outcomes", g_variant_new_uint64 (status.outcomes));
  put (&model, "refusals", g_variant_new_uint64 (status.refusals));
  return g_variant_builder_end (&model);
}

static GVariant *
vault_group (const KioskVaultGlance *glance)
{
  const KioskVaultCounts *counts = &glance->counts;
  GVariantBuilder model;

  g_variant_builder_init (&model, G_VARIANT_TYPE_VARDICT);
  put (&model, "received", g_variant_new_uint64 (counts->received));
  put (&model, "accepted", g_variant_new_uint64 (counts->accepted));
  put (&model, "settled", g_variant_new_uint64 (counts->settled));
  put (&model, "quarantined", g_variant_new_uint64 (counts->quarantined));
  put (&model, "bytes", g_variant_new_uint64 (counts->bytes));
  put (&model, "leaves", g_variant_new_uint64 (glance->leaves));
  put (&model, "oldest_unsynced_ms", g_variant_new_int64 (counts->oldest_unsynced_ms));
  return g_variant_builder_end (&model);
}

/* What kiosk-reader says of the device that it holds; kioskd itself knows no libnfc. */
static GVariant *
reader_group (KioskHouse *house)
{
  static const KioskCardDevice none = { "none", "none", "none" };
  const KioskCardDevice *open = kiosk_card_worker_device (house->card);
  const KioskCardDevice *device = open != NULL ? open : &none;
  GVariantBuilder model;

  g_variant_builder_init (&model, G_VARIANT_TYPE_VARDICT);
  put_text (&model, "state", kiosk_journey_reader (house->journey));
  put_text (&model, "driver", device->driver);
  put_text (&model, "device", device->name);
  put_text (&model, "libnfc", device->library);
  return g_variant_builder_end (&model);
}

static GVariant *
camera_group (KioskHouse *house)
{
  KioskCameraPort *camera = house->camera;
  GVariantBuilder model;

  g_variant_builder_init (&model, G_VARIANT_TYPE_VARDICT);
  put_text (&model, "state", camera == NULL ? "none" : kiosk_camera_worker_state (camera));
  put_text (&model, "source", camera == NULL ? "none" : kiosk_camera_worker_kind (camera));
  return g_variant_builder_end (&model);
}

GVariant *
kiosk_control_seen (const KioskTrialResult *result)
{
  GVariantBuilder model;

  g_variant_builder_init (&model, G_VARIANT_TYPE_VARDICT);
  put_text (&model, "state", result->state);
  put_text (&model, "source", result->kind);
  put_text (&model, "guidance", result->guidance);
  put (&model, "frames", g_variant_new_uint64 (result->frames));
  put (&model, "code_bytes", g_variant_new_uint32 ((guint32)result->code_bytes));
  return g_variant_builder_end (&model);
}

static GVariant *
reading_group (const KioskReadingNote *note)
{
  GVariantBuilder model;

  g_variant_builder_init (&model, G_VARIANT_TYPE_VARDICT);
  put_text (&model, "profile", note->profile);
  put_text (&model, "access", note->access);
  put_text (&model, "passive", kiosk_proof_name (note->passive));
  put_text (&model, "chip", kiosk_proof_name (note->chip));
  put (&model, "statements", note->statements);
  put (&model, "groups", note->groups);
  put (&model, "apdus", g_variant_new_uint32 (note->apdus));
  put (&model, "duration_us", g_variant_new_int64 (note->duration_us));
  return g_variant_builder_end (&model);
}

GVariant *
kiosk_control_status (KioskHouse *house, const KioskVaultGlance *glance)
{
  const KioskReadingNote *note = kiosk_journey_reading (house->journey);
  GVariantBuilder model;

  g_variant_builder_init (&model, G_VARIANT_TYPE_VARDICT);
  put (&model, "kiosk", kiosk_group (house));
  put (&model, "gateway", gateway_group (house));
  if (glance != NULL)
    put (&model, "vault", vault_group (glance));
  put (&model, "reader", reader_group (house));
  put (&model, "camera", camera_group (house));
  if (note != NULL)
    put (&model, "reading", reading_group (note));
  return g_variant_builder_end (&model);
}

GVariant *
kiosk_control_record (const KioskRecord *record)
{
  GVariantBuilder model;

  g_variant_builder_init (&model, G_VARIANT_TYPE_VARDICT);
  put_text (&model, "txid", record->txid);
  put_text (&model, "reference", record->reference);
  put_text (&model, "service", record->service);
  put_text (&model, "state", kiosk_record_state_name (record->state));
  put_text (&model, "outcome", record->outcome_code);
  put_text (&model, "reason", record->reason);
  put (&model, "sequence", g_variant_new_uint64 (record->sequence));
  put (&model, "leaf", g_variant_new_uint64 (record->leaf));
  put (&model, "sealed_ms", g_variant_new_int64 (record->sealed_ms));
  put (&model, "fee_cents", g_variant_new_int64 (record->fee_cents));
  put (&model, "attempts", g_variant_new_uint32 (record->attempts));
  return g_variant_builder_end (&model);
}

GVariant *
kiosk_control_records (GPtrArray *records)
{
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < records->len; i++)
    g_variant_builder_add_value (&list, kiosk_control_record (g_ptr_array_index (records, i)));
  return g_variant_builder_end (&list);
}
