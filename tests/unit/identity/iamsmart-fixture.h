/* What the tests of iAM Smart's wire share: the profile as shipped, and the openssl command as a
 * peer that knows nothing of our code. */
#pragma once

#include <gio/gio.h>

#include "identity/iamsmart-profile.h"

#define NOW_MS G_GINT64_CONSTANT (1795492800000) /* 2026-11-24 12:00 in Hong Kong */

static inline KioskIamsmartProfile *
shipped_profile (void)
{
  g_autoptr (GError) error = NULL;
  KioskIamsmartProfile *profile
    = kiosk_iamsmart_profile_load (g_getenv ("KIOSK_IDENTITY_DATA"), &error);

  g_assert_no_error (error);
  return profile;
}

/* What the command, its words parted by spaces, says to @input. NULL if it fails. */
static inline GBytes *
peer_says (const char *command, gconstpointer input, gsize length)
{
  g_auto (GStrv) words = g_strsplit (command, " ", -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) in = g_bytes_new (input, length);
  g_autoptr (GSubprocess) process
    = g_subprocess_newv ((const char *const *)words,
                         G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE
                           | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                         &error);
  GBytes *out = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate (process, in, NULL, &out, NULL, &error);
  g_assert_no_error (error);
  if (!g_subprocess_get_successful (process))
    g_clear_pointer (&out, g_bytes_unref);
  return out;
}
