#include "devices/worker/worker-frame.h"

#include <string.h>

G_DEFINE_QUARK (kiosk_worker_frame_error, kiosk_worker_frame_error)

KioskSecret *
kiosk_worker_frame_pack (const KioskWorkerDialect *dialect, guint kind, GVariant *payload)
{
  g_autoptr (GVariant) message = NULL;
  KioskSecret *frame;
  guint64 length;

  if (payload == NULL)
    payload = g_variant_new ("()");
  g_assert (kind < dialect->n_kinds);
  g_assert (g_variant_is_of_type (payload, G_VARIANT_TYPE (dialect->kinds[kind].type)));
  message = g_variant_ref_sink (g_variant_new ("(sv)", dialect->kinds[kind].name, payload));
  g_assert (g_variant_get_size (message) <= KIOSK_WORKER_FRAME_MAX);
  length = GUINT64_TO_BE (g_variant_get_size (message));
  frame = kiosk_secret_new (KIOSK_WORKER_FRAME_HEADER + g_variant_get_size (message));
  memcpy (kiosk_secret_data (frame), &length, KIOSK_WORKER_FRAME_HEADER);
  g_variant_store (message, kiosk_secret_data (frame) + KIOSK_WORKER_FRAME_HEADER);
  return frame;
}

static gboolean
malformed (GError **error, const char *what)
{
  g_set_error_literal (error, KIOSK_WORKER_FRAME_ERROR, KIOSK_WORKER_FRAME_ERROR_MALFORMED, what);
  return FALSE;
}

gboolean
kiosk_worker_frame_length (const guint8 header[KIOSK_WORKER_FRAME_HEADER], gsize *ret_length,
                           GError **error)
{
  guint64 length;

  memcpy (&length, header, sizeof length);
  length = GUINT64_FROM_BE (length);
  if (length == 0 || length > KIOSK_WORKER_FRAME_MAX)
    return malformed (error, "a frame of impossible length");
  *ret_length = length;
  return TRUE;
}

GVariant *
kiosk_worker_frame_unpack (const KioskWorkerDialect *dialect, KioskSecret *body, guint *ret_kind,
                           GError **error)
{
  g_autoptr (GVariant) message = g_variant_ref_sink (g_variant_new_from_data (
    G_VARIANT_TYPE ("(sv)"), kiosk_secret_data (body), kiosk_secret_length (body), FALSE,
    (GDestroyNotify)kiosk_secret_unref, kiosk_secret_ref (body)));
  g_autoptr (GVariant) payload = NULL;
  const char *name;

  if (!g_variant_is_normal_form (message))
    {
      malformed (error, "a frame that is not a normal GVariant");
      return NULL;
    }
  g_variant_get (message, "(&sv)", &name, &payload);
  for (guint i = 0; i < dialect->n_kinds; i++)
    if (strcmp (name, dialect->kinds[i].name) == 0
        && g_variant_is_of_type (payload, G_VARIANT_TYPE (dialect->kinds[i].type)))
      {
        *ret_kind = i;
        return g_steal_pointer (&payload);
      }
  malformed (error, "a frame of no known kind, or of another type");
  return NULL;
}
