#include "fuzz.h"

#define RAREST 24 /* one in so many is mutated, at least */

struct _KioskEmuFuzz
{
  KioskRandom *random;
  gboolean layers[KIOSK_EMU_N_FUZZ_LAYERS];
  guint one_in;
};

KioskEmuFuzz *
kiosk_emu_fuzz_new (guint64 seed)
{
  KioskEmuFuzz *self = g_new0 (KioskEmuFuzz, 1);
  guint64 layers;

  self->random = kiosk_random_new_seeded (seed);
  layers = 1 + kiosk_random_below (self->random, (1u << KIOSK_EMU_N_FUZZ_LAYERS) - 1);
  for (guint i = 0; i < KIOSK_EMU_N_FUZZ_LAYERS; i++)
    self->layers[i] = (layers >> i & 1) != 0;
  self->one_in = 2 + (guint)kiosk_random_below (self->random, RAREST - 1);
  return self;
}

KioskEmuFuzz *
kiosk_emu_fuzz_new_layer (guint64 seed, KioskEmuFuzzLayer layer, guint one_in)
{
  KioskEmuFuzz *self = g_new0 (KioskEmuFuzz, 1);

  self->random = kiosk_random_new_seeded (seed);
  self->layers[layer] = TRUE;
  self->one_in = one_in;
  return self;
}

void
kiosk_emu_fuzz_free (KioskEmuFuzz *self)
{
  if (self == NULL)
    return;
  kiosk_random_unref (self->random);
  g_free (self);
}

static guint
below (KioskEmuFuzz *self, guint bound)
{
  return (guint)kiosk_random_below (self->random, bound);
}

/* One byte anywhere: any, or with one bit changed. */
static void
change_byte (KioskEmuFuzz *self, GByteArray *bytes)
{
  guint8 *byte = &bytes->data[below (self, bytes->len)];

  if (below (self, 2) == 0)
    *byte = (guint8)below (self, 256);
  else
    *byte ^= (guint8)(1u << below (self, 8));
}

/* Bytes that mean much where lengths and status bits stand. */
static void
put_painful (KioskEmuFuzz *self, GByteArray *bytes)
{
  static const guint8 painful[] = { 0x00, 0xff, 0x80, 0x40, 0x7f, 0x81, 0x82, 0x84, 0x01 };

  for (guint i = 0; i < 4; i++)
    bytes->data[below (self, bytes->len)] = painful[below (self, sizeof painful)];
}

static void
lengthen (KioskEmuFuzz *self, GByteArray *bytes, gsize maximum)
{
  guint before = bytes->len;
  guint after = before + 1 + below (self, 300);

  if (after > maximum)
    return;
  g_byte_array_set_size (bytes, after);
  kiosk_random_fill (self->random, bytes->data + before, after - before);
}

/* The head again, as if two answers had run together. */
static void
repeat (KioskEmuFuzz *self, GByteArray *bytes, gsize maximum)
{
  guint length = 1 + below (self, bytes->len);
  g_autofree guint8 *head = g_memdup2 (bytes->data, length);

  if (bytes->len + length <= maximum)
    g_byte_array_append (bytes, head, length);
}

void
kiosk_emu_fuzz_mutate (KioskEmuFuzz *self, KioskEmuFuzzLayer layer, GByteArray *bytes,
                       gsize maximum)
{
  if (self == NULL || !self->layers[layer] || below (self, self->one_in) != 0)
    return;
  switch (bytes->len == 0 ? 3 : below (self, 5))
    {
    case 0:
      change_byte (self, bytes);
      break;
    case 1:
      put_painful (self, bytes);
      break;
    case 2:
      g_byte_array_set_size (bytes, below (self, bytes->len));
      break;
    case 3:
      lengthen (self, bytes, maximum);
      break;
    default:
      repeat (self, bytes, maximum);
    }
}
