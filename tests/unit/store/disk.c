#include "disk.h"

#include <sqlite3.h>
#include <string.h>

#define SECTOR 512

/* One change that no sync has made safe. @data NULL: a truncation to @offset. */
typedef struct
{
  gsize offset;
  GBytes *data;
} Unsafe;

typedef struct
{
  GByteArray *seen; /* through the page cache */
  GByteArray *safe; /* on the platter */
  GQueue unsafe;    /* Unsafe, oldest first */
  gboolean seen_there, safe_there;
  gboolean is_new; /* seen is a new file under the name; safe is still its forerunner */
} Node;

struct _Disk
{
  sqlite3_vfs vfs;
  sqlite3_vfs *machine;
  GHashTable *nodes; /* path → Node */
  GRand *chance;
  DiskFault fault;
  guint nth, count;
  gboolean struck, off;
};

typedef struct
{
  sqlite3_file base;
  Disk *disk;
  Node *node;
} Handle;

typedef enum
{
  OPERATION_WRITE,
  OPERATION_SYNC,
  OPERATION_OTHER,
} Operation;

static void
unsafe_free (gpointer data)
{
  Unsafe *unsafe = data;

  g_clear_pointer (&unsafe->data, g_bytes_unref);
  g_free (unsafe);
}

static Node *
node_new (void)
{
  Node *node = g_new0 (Node, 1);

  node->seen = g_byte_array_new ();
  node->safe = g_byte_array_new ();
  g_queue_init (&node->unsafe);
  return node;
}

static void
node_free (gpointer data)
{
  Node *node = data;

  g_byte_array_unref (node->seen);
  g_byte_array_unref (node->safe);
  g_queue_clear_full (&node->unsafe, unsafe_free);
  g_free (node);
}

/* TRUE: this operation fails. */
static gboolean
strikes (Disk *self, Operation operation)
{
  gboolean counted = self->fault == DISK_FAULT_SYNC   ? operation == OPERATION_SYNC
                     : self->fault == DISK_FAULT_FULL ? operation == OPERATION_WRITE
                                                      : self->fault != DISK_FAULT_NONE;

  if (self->off)
    return TRUE;
  if (!counted)
    return FALSE;
  self->count++;
  if (self->count == self->nth)
    {
      self->struck = TRUE;
      self->off = self->fault == DISK_FAULT_CUT;
      return TRUE;
    }
  return self->fault == DISK_FAULT_FULL && self->struck;
}

static void
put (GByteArray *image, gsize offset, const guint8 *data, gsize length)
{
  gsize old = image->len;

  if (offset + length > old)
    {
      g_byte_array_set_size (image, (guint)(offset + length));
      memset (image->data + old, 0, offset + length - old);
    }
  memcpy (image->data + offset, data, length);
}

static void
apply (GByteArray *image, const Unsafe *unsafe)
{
  gsize length;
  const guint8 *data;

  if (unsafe->data == NULL)
    {
      if (unsafe->offset < image->len)
        g_byte_array_set_size (image, (guint)unsafe->offset);
      return;
    }
  data = g_bytes_get_data (unsafe->data, &length);
  put (image, unsafe->offset, data, length);
}

/* Each sector of a write reaches the platter or does not. */
static void
apply_by_chance (Disk *self, GByteArray *image, const Unsafe *unsafe)
{
  gsize length;
  const guint8 *data;

  if (unsafe->data == NULL)
    {
      if (g_rand_boolean (self->chance))
        apply (image, unsafe);
      return;
    }
  data = g_bytes_get_data (unsafe->data, &length);
  for (gsize at = 0; at < length; at += SECTOR)
    if (g_rand_boolean (self->chance))
      put (image, unsafe->offset + at, data + at, MIN (SECTOR, length - at));
}

/* A sync of the folder: every name is on the platter as it is seen. */
static void
folder_sync (Disk *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->nodes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    ((Node *)value)->safe_there = ((Node *)value)->seen_there;
}

static int
file_close (sqlite3_file *file)
{
  return SQLITE_OK;
}

static int
file_read (sqlite3_file *file, void *buffer, int amount, sqlite3_int64 offset)
{
  Handle *handle = (Handle *)file;
  const GByteArray *seen = handle->node->seen;
  gsize there = (gsize)offset < seen->len ? MIN ((gsize)amount, seen->len - (gsize)offset) : 0;

  if (strikes (handle->disk, OPERATION_OTHER))
    return SQLITE_IOERR_READ;
  if (there > 0)
    memcpy (buffer, seen->data + offset, there);
  memset ((guint8 *)buffer + there, 0, (gsize)amount - there);
  return there == (gsize)amount ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int
change (Node *node, gsize offset, GBytes *data)
{
  Unsafe *unsafe = g_new0 (Unsafe, 1);

  unsafe->offset = offset;
  unsafe->data = data;
  apply (node->seen, unsafe);
  g_queue_push_tail (&node->unsafe, unsafe);
  return SQLITE_OK;
}

static int
file_write (sqlite3_file *file, const void *data, int amount, sqlite3_int64 offset)
{
  Handle *handle = (Handle *)file;

  if (strikes (handle->disk, OPERATION_WRITE))
    return handle->disk->fault == DISK_FAULT_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
  return change (handle->node, (gsize)offset, g_bytes_new (data, (gsize)amount));
}

static int
file_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  Handle *handle = (Handle *)file;

  if (strikes (handle->disk, OPERATION_OTHER))
    return SQLITE_IOERR_TRUNCATE;
  return change (handle->node, (gsize)size, NULL);
}

/* The platter sees the new file, empty as yet. */
static void
node_begin_new (Node *node)
{
  if (node->is_new)
    g_byte_array_set_size (node->safe, 0);
  node->is_new = FALSE;
}

/* After a failed sync the kernel calls the pages clean: a second sync would not save them. */
static int
file_sync (sqlite3_file *file, int flags)
{
  Handle *handle = (Handle *)file;
  Node *node = handle->node;
  gboolean failed = strikes (handle->disk, OPERATION_SYNC);
  Unsafe *unsafe;

  if (handle->disk->off)
    return SQLITE_IOERR_FSYNC;
  node_begin_new (node);
  while ((unsafe = g_queue_pop_head (&node->unsafe)) != NULL)
    {
      if (!failed)
        apply (node->safe, unsafe);
      unsafe_free (unsafe);
    }
  if (failed)
    return SQLITE_IOERR_FSYNC;
  if (!node->safe_there)
    folder_sync (handle->disk); /* as SQLite's own VFS does for a new journal */
  return SQLITE_OK;
}

static int
file_size (sqlite3_file *file, sqlite3_int64 *ret_size)
{
  *ret_size = ((Handle *)file)->node->seen->len;
  return SQLITE_OK;
}

static int
file_lock (sqlite3_file *file, int lock)
{
  return SQLITE_OK;
}

static int
file_reserved (sqlite3_file *file, int *ret_reserved)
{
  *ret_reserved = 0;
  return SQLITE_OK;
}

static int
file_control (sqlite3_file *file, int operation, void *argument)
{
  return SQLITE_NOTFOUND;
}

static int
file_sector (sqlite3_file *file)
{
  return SECTOR;
}

static int
file_device (sqlite3_file *file)
{
  return 0; /* nothing is atomic, and a write may damage its whole sector */
}

static const sqlite3_io_methods methods = {
  .iVersion = 1,
  .xClose = file_close,
  .xRead = file_read,
  .xWrite = file_write,
  .xTruncate = file_truncate,
  .xSync = file_sync,
  .xFileSize = file_size,
  .xLock = file_lock,
  .xUnlock = file_lock,
  .xCheckReservedLock = file_reserved,
  .xFileControl = file_control,
  .xSectorSize = file_sector,
  .xDeviceCharacteristics = file_device,
};

static Node *
node_ensure (Disk *self, const char *path)
{
  Node *node = g_hash_table_lookup (self->nodes, path);

  if (node == NULL)
    {
      node = node_new ();
      g_hash_table_insert (self->nodes, g_strdup (path), node);
    }
  return node;
}

static int
disk_open (sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *ret_flags)
{
  Disk *self = vfs->pAppData;
  Handle *handle = (Handle *)file;
  Node *node;

  file->pMethods = NULL;
  g_assert_nonnull (path); /* the vault keeps temporary tables in memory */
  if (strikes (self, OPERATION_OTHER))
    return SQLITE_CANTOPEN;
  node = node_ensure (self, path);
  if (!node->seen_there)
    {
      if ((flags & SQLITE_OPEN_CREATE) == 0)
        return SQLITE_CANTOPEN;
      node->seen_there = TRUE;
      node->is_new = TRUE;
      g_byte_array_set_size (node->seen, 0);
      g_queue_clear_full (&node->unsafe, unsafe_free);
    }
  handle->base.pMethods = &methods;
  handle->disk = self;
  handle->node = node;
  if (ret_flags != NULL)
    *ret_flags = flags;
  return SQLITE_OK;
}

static int
disk_delete (sqlite3_vfs *vfs, const char *path, int sync_folder)
{
  Disk *self = vfs->pAppData;
  Node *node = g_hash_table_lookup (self->nodes, path);

  if (strikes (self, OPERATION_OTHER))
    return SQLITE_IOERR_DELETE;
  if (node == NULL || !node->seen_there)
    return SQLITE_IOERR_DELETE_NOENT;
  node->seen_there = FALSE;
  if (!sync_folder)
    return SQLITE_OK;
  if (strikes (self, OPERATION_SYNC))
    return SQLITE_IOERR_DIR_FSYNC;
  folder_sync (self);
  return SQLITE_OK;
}

static int
disk_access (sqlite3_vfs *vfs, const char *path, int flags, int *ret_there)
{
  Disk *self = vfs->pAppData;
  Node *node = g_hash_table_lookup (self->nodes, path);

  *ret_there
    = node != NULL && node->seen_there && (flags != SQLITE_ACCESS_EXISTS || node->seen->len > 0);
  return SQLITE_OK;
}

static int
disk_full_pathname (sqlite3_vfs *vfs, const char *path, int size, char *ret_path)
{
  return g_strlcpy (ret_path, path, (gsize)size) < (gsize)size ? SQLITE_OK : SQLITE_CANTOPEN;
}

Disk *
disk_new (guint32 seed)
{
  Disk *self = g_new0 (Disk, 1);

  self->machine = sqlite3_vfs_find (NULL);
  self->vfs = *self->machine;
  self->vfs.zName = "disk-in-memory";
  self->vfs.pAppData = self;
  self->vfs.pNext = NULL;
  self->vfs.szOsFile = sizeof (Handle);
  self->vfs.xOpen = disk_open;
  self->vfs.xDelete = disk_delete;
  self->vfs.xAccess = disk_access;
  self->vfs.xFullPathname = disk_full_pathname;
  self->nodes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, node_free);
  self->chance = g_rand_new_with_seed (seed);
  g_assert_cmpint (sqlite3_vfs_register (&self->vfs, 1), ==, SQLITE_OK);
  return self;
}

void
disk_free (Disk *self)
{
  sqlite3_vfs_unregister (&self->vfs);
  sqlite3_vfs_register (self->machine, 1);
  g_hash_table_unref (self->nodes);
  g_rand_free (self->chance);
  g_free (self);
}

void
disk_arm (Disk *self, DiskFault fault, guint nth)
{
  self->fault = fault;
  self->nth = nth;
  self->count = 0;
  self->struck = FALSE;
}

gboolean
disk_struck (const Disk *self)
{
  return self->struck;
}

void
disk_mend (Disk *self)
{
  disk_arm (self, DISK_FAULT_NONE, 0);
}

static void
node_power_on (Disk *self, Node *node)
{
  Unsafe *unsafe;

  if (node->is_new && node->safe_there && g_rand_boolean (self->chance))
    g_queue_clear_full (&node->unsafe, unsafe_free); /* the forerunner is still there, whole */
  else
    node_begin_new (node);
  node->is_new = FALSE;
  while ((unsafe = g_queue_pop_head (&node->unsafe)) != NULL)
    {
      apply_by_chance (self, node->safe, unsafe);
      unsafe_free (unsafe);
    }
  if (node->seen_there != node->safe_there)
    node->safe_there = g_rand_boolean (self->chance);
  node->seen_there = node->safe_there;
  if (!node->seen_there)
    g_byte_array_set_size (node->safe, 0);
  g_byte_array_set_size (node->seen, 0);
  if (node->safe->len > 0)
    g_byte_array_append (node->seen, node->safe->data, node->safe->len);
}

void
disk_power_on (Disk *self)
{
  GHashTableIter iter;
  gpointer value;

  disk_mend (self);
  self->off = FALSE;
  g_hash_table_iter_init (&iter, self->nodes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    node_power_on (self, value);
}
