/* Hong Kong identity card numbers and symbols. Source: shared facts on the HKIC check digit;
 * weights 9…2, space counts 36, A counts 10. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TRUE for one or two letters, six digits and the right check digit ("A1234563", "CA1823611");
 * brackets and spaces are not accepted here. */
gboolean kiosk_hkid_is_valid (const char *number);
/* '0' … '9' or 'A' for "A123456"; 0 when @body is not one or two letters and six digits. */
char kiosk_hkid_check_digit (const char *body);
/* (transfer full): "A12••••(•)", for a screen that others can see. */
char *kiosk_hkid_mask (const char *number);

G_END_DECLS
