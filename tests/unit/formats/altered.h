/* A sample cut at every place and with every byte altered, each in an allocation of its own so that
 * one byte read past its end is seen. */
#pragma once

#include "formats/code.h"

#include <string.h>

/* @code: what became of it, NULL for an error. */
typedef void (*AlteredFunc) (const KioskCode *code, gpointer data);

static inline void
altered_try (const guint8 *bytes, gsize length, AlteredFunc func, gpointer data)
{
  g_autofree guint8 *exact = g_memdup2 (bytes, length);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskCode) code = kiosk_code_parse (exact, length, &error);

  g_assert_true ((code == NULL) == (error != NULL));
  if (error != NULL)
    g_assert_cmpuint (error->domain, ==, KIOSK_CODE_ERROR);
  func (code, data);
}

static inline void
altered_each (const char *text, gsize length, AlteredFunc func, gpointer data)
{
  static const guint8 flips[] = { 0x01, 0x20, 0x80, 0xff };
  g_autofree guint8 *copy = g_memdup2 (text, length);

  for (gsize i = 0; i < length; i++)
    {
      altered_try (copy, i, func, data);
      for (guint flip = 0; flip < G_N_ELEMENTS (flips); flip++)
        {
          copy[i] ^= flips[flip];
          altered_try (copy, length, func, data);
          copy[i] ^= flips[flip];
        }
    }
}
