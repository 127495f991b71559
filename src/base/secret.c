#include "base/secret.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct _KioskSecret
{
  gatomicrefcount references;
  gsize length;
  gsize mapped;
  guint8 *data;
};

KioskSecret *
kiosk_secret_new (gsize length)
{
  KioskSecret *self = g_new0 (KioskSecret, 1);
  gsize page = (gsize)sysconf (_SC_PAGESIZE);

  g_atomic_ref_count_init (&self->references);
  self->length = length;
  self->mapped = (length + page) / page * page; /* at least one byte for the final NUL */
  self->data
    = mmap (NULL, self->mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (self->data == MAP_FAILED)
    g_error ("mmap of %" G_GSIZE_FORMAT " bytes: out of memory", self->mapped);
  /* Locking can fail under a low limit; the image then has no swap to leak to. */
  (void)mlock (self->data, self->mapped);
  (void)madvise (self->data, self->mapped, MADV_DONTDUMP);
  return self;
}

KioskSecret *
kiosk_secret_new_copy (gconstpointer data, gsize length)
{
  KioskSecret *self = kiosk_secret_new (length);

  if (length > 0)
    memcpy (self->data, data, length);
  return self;
}

KioskSecret *
kiosk_secret_new_take (char *text)
{
  KioskSecret *self;

  if (text == NULL)
    return NULL;
  self = kiosk_secret_new_copy (text, strlen (text));
  kiosk_wipe_string (text);
  return self;
}

KioskSecret *
kiosk_secret_ref (KioskSecret *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
kiosk_secret_unref (KioskSecret *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->references))
    return;
  explicit_bzero (self->data, self->mapped);
  munmap (self->data, self->mapped);
  g_free (self);
}

guint8 *
kiosk_secret_data (KioskSecret *self)
{
  return self->data;
}

const char *
kiosk_secret_text (const KioskSecret *self)
{
  return (const char *)self->data;
}

gsize
kiosk_secret_length (const KioskSecret *self)
{
  return self->length;
}

void
kiosk_wipe_free (gpointer data, gsize length)
{
  if (data == NULL)
    return;
  explicit_bzero (data, length);
  g_free (data);
}

void
kiosk_wipe_string (char *text)
{
  if (text != NULL)
    kiosk_wipe_free (text, strlen (text));
}

void
kiosk_wipe_bytes (GBytes *bytes)
{
  gsize length = 0;
  gpointer data = NULL;

  if (bytes == NULL)
    return;
  /* A copy only if others still hold a reference. */
  data = g_bytes_unref_to_data (bytes, &length);
  kiosk_wipe_free (data, length);
}

void
kiosk_wipe_replace (char **slot, const char *text)
{
  char *copy = g_strdup (text); /* first: @text may be the old value */

  kiosk_wipe_string (*slot);
  *slot = copy;
}
