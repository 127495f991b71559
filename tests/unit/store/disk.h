/* A disk in memory under SQLite, with an honest page cache: what was written is seen at once and is
 * safe only after a sync. It can fail the nth operation, run full, or lose power at it. */
#pragma once

#include <glib.h>

typedef enum
{
  DISK_FAULT_NONE,
  DISK_FAULT_IO,   /* the nth operation fails; a failed sync loses what it should have saved */
  DISK_FAULT_FULL, /* the nth write finds no space, and so does every later one until mended */
  DISK_FAULT_SYNC, /* only syncs are counted, of files and folders: the nth fails */
  DISK_FAULT_CUT,  /* power goes at the nth operation: nothing works until disk_power_on() */
} DiskFault;

typedef struct _Disk Disk;

/* Becomes SQLite's default VFS until freed. */
Disk *disk_new (guint32 seed);
void disk_free (Disk *self);

/* Starts counting at 0; the fault strikes at the @nth (from 1) operation that it counts. */
void disk_arm (Disk *self, DiskFault fault, guint nth);
gboolean disk_struck (const Disk *self);
/* Space again, no more faults. */
void disk_mend (Disk *self);
/* What was not synced is gone, or is there, or is half there: each sector by chance. */
void disk_power_on (Disk *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Disk, disk_free)
