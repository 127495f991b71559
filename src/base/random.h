/* Randomness comes in from outside: getrandom(2) in programs, a seeded stream in tests. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _KioskRandom KioskRandom;

KioskRandom *kiosk_random_new_system (void);
/* A reproducible stream. Never for keys that leave a test. */
KioskRandom *kiosk_random_new_seeded (guint64 seed);
KioskRandom *kiosk_random_ref (KioskRandom *self);
void kiosk_random_unref (KioskRandom *self);

/* Fills @buffer. The system source aborts the process if the kernel has no randomness to give:
 * there is no safe way on. Any thread. */
void kiosk_random_fill (KioskRandom *self, void *buffer, gsize length);
/* Uniform in 0 … @bound − 1; @bound > 0. */
guint64 kiosk_random_below (KioskRandom *self, guint64 bound);
/* (transfer full): 128 random bits as 26 characters of Crockford's base 32, lower case. */
char *kiosk_random_id (KioskRandom *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskRandom, kiosk_random_unref)

G_END_DECLS
