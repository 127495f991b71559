#include "art.h"

RsvgHandle *
kiosk_art_load (const char *name)
{
  g_autofree char *path = g_strdup_printf ("/hk/kiosk/art/%s.svg", name);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  gsize length = 0;
  const guint8 *data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;
  return data != NULL ? rsvg_handle_new_from_data (data, length, NULL) : NULL;
}
