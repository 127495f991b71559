#include "devices/card/card-wire.h"

#include <string.h>

G_DEFINE_QUARK (kiosk_card_wire_error, kiosk_card_wire_error)

static const struct
{
  const char *name;
  const char *type;
} kinds[] = {
  [KIOSK_CARD_WIRE_CSCA] = { "csca", "ay" },
  [KIOSK_CARD_WIRE_BEGIN] = { "begin", "(ssxb)" },
  [KIOSK_CARD_WIRE_KEY] = { "key", "(bay)" },
  [KIOSK_CARD_WIRE_OPENED] = { "opened", "(sss)" },
  [KIOSK_CARD_WIRE_READY] = { "ready", "()" },
  [KIOSK_CARD_WIRE_FOUND] = { "found", "s" },
  [KIOSK_CARD_WIRE_NEEDS_KEY] = { "needs-key", "(sb)" },
  [KIOSK_CARD_WIRE_PROGRESS] = { "progress", "d" },
  [KIOSK_CARD_WIRE_ALIVE] = { "alive", "()" },
  [KIOSK_CARD_WIRE_EVIDENCE] = { "evidence", "a{sv}" },
  [KIOSK_CARD_WIRE_FAILED] = { "failed", "(si)" },
  [KIOSK_CARD_WIRE_REMOVED] = { "removed", "()" },
};
G_STATIC_ASSERT (G_N_ELEMENTS (kinds) == KIOSK_CARD_WIRE_KINDS);

KioskSecret *
kiosk_card_wire_pack (KioskCardWireKind kind, GVariant *payload)
{
  g_autoptr (GVariant) message = NULL;
  KioskSecret *frame;
  guint64 length;

  if (payload == NULL)
    payload = g_variant_new ("()");
  g_assert (g_variant_is_of_type (payload, G_VARIANT_TYPE (kinds[kind].type)));
  message = g_variant_ref_sink (g_variant_new ("(sv)", kinds[kind].name, payload));
  g_assert (g_variant_get_size (message) <= KIOSK_CARD_WIRE_MAX);
  length = GUINT64_TO_BE (g_variant_get_size (message));
  frame = kiosk_secret_new (KIOSK_CARD_WIRE_HEADER + g_variant_get_size (message));
  memcpy (kiosk_secret_data (frame), &length, KIOSK_CARD_WIRE_HEADER);
  g_variant_store (message, kiosk_secret_data (frame) + KIOSK_CARD_WIRE_HEADER);
  return frame;
}

static gboolean
malformed (GError **error, const char *what)
{
  g_set_error_literal (error, KIOSK_CARD_WIRE_ERROR, KIOSK_CARD_WIRE_ERROR_MALFORMED, what);
  return FALSE;
}

gboolean
kiosk_card_wire_length (const guint8 header[KIOSK_CARD_WIRE_HEADER], gsize *ret_length,
                        GError **error)
{
  guint64 length;

  memcpy (&length, header, sizeof length);
  length = GUINT64_FROM_BE (length);
  if (length == 0 || length > KIOSK_CARD_WIRE_MAX)
    return malformed (error, "a frame of impossible length");
  *ret_length = length;
  return TRUE;
}

GVariant *
kiosk_card_wire_unpack (KioskSecret *body, KioskCardWireKind *ret_kind, GError **error)
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
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (name, kinds[i].name) == 0
        && g_variant_is_of_type (payload, G_VARIANT_TYPE (kinds[i].type)))
      {
        *ret_kind = (KioskCardWireKind)i;
        return g_steal_pointer (&payload);
      }
  malformed (error, "a frame of no known kind, or of another type");
  return NULL;
}
