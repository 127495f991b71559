#include "devices/camera/camera-preview.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLOTS       3
#define HEADER_SIZE 4096

/* As it lies in the memory. A slot's serial is odd while it is being written. */
typedef struct
{
  _Atomic guint32 serial;
  _Atomic guint32 width, height;
} Slot;

typedef struct
{
  _Atomic guint32 newest;
  Slot slots[SLOTS];
} Header;
G_STATIC_ASSERT (sizeof (Header) <= HEADER_SIZE);

#define MEMORY_SIZE (HEADER_SIZE + SLOTS * KIOSK_PREVIEW_MAX_BYTES)

struct _KioskPreview
{
  Header *header;
  guint8 *pixels;
  guint32 written; /* pictures, by this writer */
};

static int
fail (GError **error, int memory, const char *what)
{
  int number = errno;

  if (memory >= 0)
    close (memory);
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "preview: %s: %s", what,
               g_strerror (number));
  return -1;
}

int
kiosk_preview_memory_new (GError **error)
{
  int memory = memfd_create ("kiosk-preview", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  if (memory < 0 || ftruncate (memory, MEMORY_SIZE) != 0)
    return fail (error, memory, "no memory");
  /* Nobody can shrink it under a reader's hands; who is given it for reading cannot reopen it. */
  if (fcntl (memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0
      || fchmod (memory, S_IRUSR | S_IRGRP | S_IROTH) != 0)
    return fail (error, memory, "cannot be sealed");
  return memory;
}

int
kiosk_preview_memory_share (int memory, GError **error)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", memory);
  int shared = open (path, O_RDONLY | O_CLOEXEC);

  return shared >= 0 ? shared : fail (error, -1, "cannot be shared");
}

void
kiosk_preview_memory_wipe (int memory)
{
  fallocate (memory, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, MEMORY_SIZE);
}

KioskPreview *
kiosk_preview_map (int memory, gboolean is_writer)
{
  KioskPreview *self;
  struct stat info;
  guint8 *at;
  int seals = fcntl (memory, F_GET_SEALS);

  if (seals < 0 || (seals & F_SEAL_SHRINK) == 0 || fstat (memory, &info) != 0
      || info.st_size != MEMORY_SIZE)
    return NULL;
  at = mmap (NULL, MEMORY_SIZE, is_writer ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, memory,
             0);
  if (at == MAP_FAILED)
    return NULL;
  self = g_new0 (KioskPreview, 1);
  self->header = (Header *)at;
  self->pixels = at + HEADER_SIZE;
  /* Goes on where the writer before it ended, so that no two pictures have one serial. */
  self->written
    = atomic_load (&self->header->slots[atomic_load (&self->header->newest) % SLOTS].serial) / 2;
  return self;
}

void
kiosk_preview_unmap (KioskPreview *self)
{
  if (self == NULL)
    return;
  munmap (self->header, MEMORY_SIZE);
  g_free (self);
}

void
kiosk_preview_write (KioskPreview *self, const guint8 *pixels, guint width, guint height,
                     gsize stride)
{
  guint at = (self->written + 1) % SLOTS;
  Slot *slot = &self->header->slots[at];
  guint8 *to = self->pixels + (gsize)at * KIOSK_PREVIEW_MAX_BYTES;
  guint32 serial = atomic_load (&slot->serial) | 1;

  if (width == 0 || width > KIOSK_PREVIEW_MAX_WIDTH || height == 0
      || height > KIOSK_PREVIEW_MAX_HEIGHT)
    return;
  atomic_store (&slot->serial, serial);
  atomic_store (&slot->width, width);
  atomic_store (&slot->height, height);
  for (guint y = 0; y < height; y++)
    memcpy (to + (gsize)y * width * 4, pixels + y * stride, (gsize)width * 4);
  self->written++;
  /* Even, never 0, and another one than any slot has. */
  serial = self->written * 2;
  atomic_store (&slot->serial, serial);
  atomic_store (&self->header->newest, at);
}

guint32
kiosk_preview_serial (KioskPreview *self)
{
  return atomic_load (&self->header->slots[atomic_load (&self->header->newest) % SLOTS].serial);
}

gboolean
kiosk_preview_read (KioskPreview *self, guint8 *to, KioskPreviewPicture *ret_picture)
{
  guint at = atomic_load (&self->header->newest) % SLOTS;
  const Slot *slot = &self->header->slots[at];
  guint32 serial = atomic_load (&slot->serial);
  guint width = atomic_load (&slot->width);
  guint height = atomic_load (&slot->height);

  if (serial == 0 || (serial & 1) != 0 || width == 0 || width > KIOSK_PREVIEW_MAX_WIDTH
      || height == 0 || height > KIOSK_PREVIEW_MAX_HEIGHT)
    return FALSE;
  memcpy (to, self->pixels + (gsize)at * KIOSK_PREVIEW_MAX_BYTES, (gsize)width * height * 4);
  atomic_thread_fence (memory_order_acquire);
  if (atomic_load (&slot->serial) != serial)
    return FALSE;
  *ret_picture = (KioskPreviewPicture){ serial, width, height };
  return TRUE;
}
