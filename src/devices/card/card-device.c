#include "devices/card/card-device.h"

#include <string.h>

static void
keep (char *to, gsize size, const char *text)
{
  gsize i = 0;

  for (; i + 1 < size && text[i] != '\0'; i++)
    to[i] = text[i];
  for (to[i] = '\0'; i > 0; i--)
    if (!g_ascii_isprint (to[i - 1]))
      to[i - 1] = '?';
}

void
kiosk_card_device_init (KioskCardDevice *self, const char *connstring, const char *name,
                        const char *library)
{
  keep (self->driver, sizeof self->driver, connstring);
  self->driver[strcspn (self->driver, ":")] = '\0';
  keep (self->name, sizeof self->name, name);
  keep (self->library, sizeof self->library, library);
}

GVariant *
kiosk_card_device_to_variant (const KioskCardDevice *self)
{
  return g_variant_new ("(sss)", self->driver, self->name, self->library);
}

gboolean
kiosk_card_device_from_variant (GVariant *payload, KioskCardDevice *ret_device)
{
  KioskCardDevice device = { 0 };
  const char *driver, *name, *library;

  g_variant_get (payload, "(&s&s&s)", &driver, &name, &library);
  kiosk_card_device_init (&device, driver, name, library);
  if (*driver == '\0' || strcmp (device.driver, driver) != 0 || strcmp (device.name, name) != 0
      || strcmp (device.library, library) != 0)
    return FALSE;
  *ret_device = device;
  return TRUE;
}
