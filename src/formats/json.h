/* JSON from outside, bounded in size and depth before it is parsed, read by typed getters that say
 * which member is wrong. Wraps json-glib. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define KIOSK_JSON_ERROR (kiosk_json_error_quark ())
GQuark kiosk_json_error_quark (void);

typedef enum
{
  KIOSK_JSON_ERROR_TOO_BIG,
  KIOSK_JSON_ERROR_MALFORMED, /* not JSON, nested too deep, or not an object at the top */
  KIOSK_JSON_ERROR_MEMBER,    /* a member is missing, of another type or out of range */
} KioskJsonError;

/* (transfer full): the top-level object. @maximum bytes, depth ≤ 32, valid UTF-8, no NUL, no member
 * twice in one object, whole numbers only (money is cents, time milliseconds). */
JsonObject *kiosk_json_parse (gconstpointer data, gsize length, gsize maximum, GError **error);
/* (transfer full): compact, members in the order they were set. */
GBytes *kiosk_json_print (JsonObject *object);

/* All (transfer none). A string is 1 … @maximum bytes. */
const char *
kiosk_json_string (JsonObject *object, const char *member, gsize maximum, GError **error);
/* NULL without an error when the member is absent. */
const char *
kiosk_json_optional_string (JsonObject *object, const char *member, gsize maximum, GError **error);
gboolean kiosk_json_integer (JsonObject *object, const char *member, gint64 minimum, gint64 maximum,
                             gint64 *ret_value, GError **error);
JsonObject *kiosk_json_object (JsonObject *object, const char *member, GError **error);
JsonArray *kiosk_json_array (JsonObject *object, const char *member, guint maximum, GError **error);
/* (transfer full): base64 text decoded, at most @maximum bytes. */
GBytes *kiosk_json_bytes (JsonObject *object, const char *member, gsize maximum, GError **error);

G_END_DECLS
