#include "base/random.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

struct _KioskRandom
{
  gatomicrefcount references;
  gboolean seeded;
  GMutex lock;
  guint64 state; /* seeded only: splitmix64 (Steele, Lea, Flood 2014) */
};

static KioskRandom *
random_new (gboolean seeded, guint64 seed)
{
  KioskRandom *self = g_new0 (KioskRandom, 1);

  g_atomic_ref_count_init (&self->references);
  g_mutex_init (&self->lock);
  self->seeded = seeded;
  self->state = seed;
  return self;
}

KioskRandom *
kiosk_random_new_system (void)
{
  return random_new (FALSE, 0);
}

KioskRandom *
kiosk_random_new_seeded (guint64 seed)
{
  return random_new (TRUE, seed);
}

KioskRandom *
kiosk_random_ref (KioskRandom *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
kiosk_random_unref (KioskRandom *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->references))
    return;
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
fill_from_kernel (guint8 *buffer, gsize length)
{
  while (length > 0)
    {
      ssize_t got = getrandom (buffer, length, 0);

      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        g_error ("getrandom: %s", g_strerror (errno));
      buffer += got;
      length -= (gsize)got;
    }
}

static guint64
next_seeded (KioskRandom *self)
{
  guint64 z = self->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

void
kiosk_random_fill (KioskRandom *self, void *buffer, gsize length)
{
  guint8 *bytes = buffer;

  if (!self->seeded)
    {
      fill_from_kernel (bytes, length);
      return;
    }

  g_mutex_lock (&self->lock);
  for (gsize done = 0; done < length; done += sizeof (guint64))
    {
      guint64 word = next_seeded (self);

      memcpy (bytes + done, &word, MIN (sizeof word, length - done));
    }
  g_mutex_unlock (&self->lock);
}

guint64
kiosk_random_below (KioskRandom *self, guint64 bound)
{
  /* Values above the largest multiple of the bound would favour small results. */
  guint64 limit = G_MAXUINT64 - G_MAXUINT64 % bound;
  guint64 value;

  g_return_val_if_fail (bound > 0, 0);

  do
    kiosk_random_fill (self, &value, sizeof value);
  while (value >= limit);
  return value % bound;
}

char *
kiosk_random_id (KioskRandom *self)
{
  static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
  guint8 bits[17] = { 0 }; /* one spare byte, so that each group of five reads two */
  char *id = g_malloc (27);

  kiosk_random_fill (self, bits, 16);
  for (guint i = 0; i < 26; i++)
    {
      guint at = i * 5;
      guint pair = (guint)bits[at / 8] << 8 | bits[at / 8 + 1];

      id[i] = alphabet[pair >> (11 - at % 8) & 31];
    }
  id[26] = '\0';
  return id;
}
