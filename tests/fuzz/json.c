#include "formats/json.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (JsonObject) object = kiosk_json_parse (data, length, 65536, NULL);
  g_autoptr (GBytes) printed = NULL;
  g_autoptr (JsonObject) again = NULL;
  g_autoptr (GBytes) twice = NULL;

  if (object == NULL)
    return 0;
  printed = kiosk_json_print (object);
  again = kiosk_json_parse (g_bytes_get_data (printed, NULL), g_bytes_get_size (printed), G_MAXINT,
                            NULL);
  g_assert_nonnull (again);
  twice = kiosk_json_print (again);
  g_assert_true (g_bytes_equal (printed, twice));
  return 0;
}
