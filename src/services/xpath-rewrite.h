/* ODK's operators as XPath 1.0 functions. Private to services. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * kiosk_xpath_rewrite:
 *
 * libxml2 compares strings as numbers, so dates come out as NaN; ODK compares them as days. Every
 * comparison, sum and difference becomes a call of ours: "a < b + 1" →
 * "kiosk.less(a,kiosk.plus(b,1))". Checks every function's name and number of arguments on the way.
 *
 * Returns: (transfer full) (nullable): the expression for libxml2
 */
char *kiosk_xpath_rewrite (const char *expression, GError **error);

G_END_DECLS
