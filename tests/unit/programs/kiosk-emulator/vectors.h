/* Hexadecimal in tests: vectors read as their sources print them. */
#pragma once

#include "base/file.h"

static inline GBytes *
unhex (const char *text)
{
  GBytes *bytes = kiosk_hex_decode (text);

  g_assert_nonnull (bytes);
  return bytes;
}

#define assert_hex(bytes, length, expected)                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *actual_ = kiosk_hex_encode ((bytes), (length));                               \
    g_autofree char *expected_ = g_ascii_strdown ((expected), -1);                                 \
    g_assert_cmpstr (actual_, ==, expected_);                                                      \
  }                                                                                                \
  G_STMT_END
