/* Pictures of what the camera sees, in memory that kiosk-scanner writes and the page reads. kioskd
 * makes it and hands out descriptors; no pixel passes through kioskd. Three slots: the writer never
 * waits for a reader, and a reader that was overtaken sees that and tries the next.
 *
 * Either side may lie to the other, so whoever maps it takes nothing for granted but its size,
 * which is sealed. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Of the largest picture. Pixels are B, G, R, A, the last 255. */
#define KIOSK_PREVIEW_MAX_WIDTH  640
#define KIOSK_PREVIEW_MAX_HEIGHT 480
#define KIOSK_PREVIEW_MAX_BYTES  (KIOSK_PREVIEW_MAX_WIDTH * KIOSK_PREVIEW_MAX_HEIGHT * 4)

/* Memory for a preview; −1 and an error of G_IO_ERROR. */
int kiosk_preview_memory_new (GError **error);
/* (transfer full): the same memory, for reading alone; −1 likewise. */
int kiosk_preview_memory_share (int memory, GError **error);
/* Gives the pages back to the kernel: whoever looks sees no picture. */
void kiosk_preview_memory_wipe (int memory);

typedef struct _KioskPreview KioskPreview;

/* Maps it; @memory stays the caller's. NULL: it is no memory of a preview. */
KioskPreview *kiosk_preview_map (int memory, gboolean is_writer);
void kiosk_preview_unmap (KioskPreview *self);

/* @pixels: rows at a distance of @stride bytes; larger pictures are ignored. One writer. */
void kiosk_preview_write (KioskPreview *self, const guint8 *pixels, guint width, guint height,
                          gsize stride);

/* Of the newest picture, without looking at it; 0: there is none. */
guint32 kiosk_preview_serial (KioskPreview *self);

typedef struct
{
  guint32 serial; /* changes with each picture; 0: none */
  guint width, height;
} KioskPreviewPicture;

/* Copies the newest picture into @to, KIOSK_PREVIEW_MAX_BYTES long, rows without gaps. FALSE: there
 * is none, or it was overtaken meanwhile. */
gboolean kiosk_preview_read (KioskPreview *self, guint8 *to, KioskPreviewPicture *ret_picture);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskPreview, kiosk_preview_unmap)

G_END_DECLS
