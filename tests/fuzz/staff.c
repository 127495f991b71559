/* The body of a staff bundle: what is taken keeps its bounds. */
#include "identity/staff.h"
#include "formats/json.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (JsonObject) body = kiosk_json_parse (data, length, KIOSK_BUNDLE_MAX, NULL);
  g_autoptr (KioskStaffList) list = NULL;
  g_autoptr (GError) error = NULL;
  KioskBundle bundle = { .name = (char *)KIOSK_STAFF_BUNDLE, .next_update_ms = 1, .body = body };
  guint8 nobody[KIOSK_STAFF_CARD] = { 0 };

  if (body == NULL)
    return 0;
  list = kiosk_staff_list_new (&bundle, &error);
  g_assert_true ((list == NULL) == (error != NULL));
  if (list != NULL && kiosk_staff_list_length (list) > 0)
    {
      const KioskStaffMember *member = kiosk_staff_list_find (list, nobody);

      g_assert_true (member == NULL || (member->roles != 0 && member->id[0] != '\0'));
    }
  return 0;
}
