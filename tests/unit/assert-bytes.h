/* g_assert_cmpmem() for GBytes; GLib's own macro narrows lengths to int, which -Wconversion
 * reports. */
#pragma once

#include <glib.h>

#define assert_bytes(bytes, expected, length)                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autoptr (GBytes) wanted_ = g_bytes_new (expected, length);                                   \
    g_assert_nonnull (bytes);                                                                      \
    g_assert_true (g_bytes_equal (bytes, wanted_));                                                \
  }                                                                                                \
  G_STMT_END
