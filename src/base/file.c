#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
set_errno (GError **error, const char *path, const char *what, int number)
{
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (number), "%s: %s: %s", path, what,
               g_strerror (number));
}

/* Fills @buffer from @fd up to @capacity bytes; −1 with errno set. */
static gssize
read_all (int fd, guint8 *buffer, gsize capacity)
{
  gsize done = 0;

  while (done < capacity)
    {
      gssize got = read (fd, buffer + done, capacity - done);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return -1;
      if (got == 0)
        break;
      done += (gsize)got;
    }
  return (gssize)done;
}

static GBytes *
read_open_file (int fd, const char *path, gsize maximum, GError **error)
{
  g_autofree guint8 *buffer = NULL;
  struct stat info;
  gssize got;

  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: not a regular file; put one there",
                   path);
      return NULL;
    }
  /* One byte more than allowed, so that a file that grows meanwhile is noticed too. */
  buffer = g_malloc (MIN (maximum, (gsize)info.st_size) + 1);
  got = read_all (fd, buffer, MIN (maximum, (gsize)info.st_size) + 1);
  if (got < 0)
    {
      set_errno (error, path, "cannot be read", errno);
      return NULL;
    }
  if ((gsize)got > maximum || (gsize)info.st_size > maximum)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                   "%s: larger than the %" G_GSIZE_FORMAT " bytes allowed; this is another file",
                   path, maximum);
      return NULL;
    }
  return g_bytes_new_take (g_steal_pointer (&buffer), (gsize)got);
}

GBytes *
kiosk_file_read (const char *path, gsize maximum, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  GBytes *content;

  if (fd < 0)
    {
      set_errno (error, path, "cannot be opened; put it there, or mend the path", errno);
      return NULL;
    }
  content = read_open_file (fd, path, maximum, error);
  close (fd);
  return content;
}

static gboolean
write_all (int fd, const guint8 *data, gsize length)
{
  while (length > 0)
    {
      gssize put = write (fd, data, length);

      if (put < 0 && errno == EINTR)
        continue;
      if (put < 0)
        return FALSE;
      data += put;
      length -= (gsize)put;
    }
  return TRUE;
}

static gboolean
sync_folder_of (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean ok = fd >= 0 && fsync (fd) == 0;

  if (fd >= 0)
    close (fd);
  return ok;
}

gboolean
kiosk_file_write (const char *path, GBytes *content, int mode, GError **error)
{
  g_autofree char *temporary = g_strconcat (path, ".XXXXXX", NULL);
  gsize length;
  const guint8 *data = g_bytes_get_data (content, &length);
  int fd = g_mkstemp_full (temporary, O_WRONLY | O_CLOEXEC, mode);
  gboolean ok;
  int number;

  if (fd < 0)
    {
      set_errno (error, path, "cannot be written", errno);
      return FALSE;
    }
  ok = write_all (fd, data, length) && fsync (fd) == 0;
  number = errno;
  if (close (fd) != 0 && ok)
    {
      ok = FALSE;
      number = errno;
    }
  if (ok && (g_rename (temporary, path) != 0 || !sync_folder_of (path)))
    {
      ok = FALSE;
      number = errno;
    }
  if (!ok)
    {
      g_unlink (temporary);
      set_errno (error, path, "cannot be written", number);
    }
  return ok;
}

gboolean
kiosk_folder_make (const char *path, int mode, GError **error)
{
  if (g_mkdir_with_parents (path, mode) != 0)
    {
      set_errno (error, path, "folder cannot be made", errno);
      return FALSE;
    }
  return TRUE;
}

char *
kiosk_hex_encode (gconstpointer data, gsize length)
{
  static const char digits[] = "0123456789abcdef";
  const guint8 *bytes = data;
  char *text = g_malloc (length * 2 + 1);

  for (gsize i = 0; i < length; i++)
    {
      text[i * 2] = digits[bytes[i] >> 4];
      text[i * 2 + 1] = digits[bytes[i] & 15];
    }
  text[length * 2] = '\0';
  return text;
}

GBytes *
kiosk_hex_decode (const char *text)
{
  gsize length = strlen (text);
  g_autofree guint8 *bytes = NULL;

  if (length % 2 != 0)
    return NULL;
  bytes = g_malloc (length / 2 + 1);
  for (gsize i = 0; i < length; i += 2)
    {
      int high = g_ascii_xdigit_value (text[i]);
      int low = g_ascii_xdigit_value (text[i + 1]);

      if (high < 0 || low < 0)
        return NULL;
      bytes[i / 2] = (guint8)(high << 4 | low);
    }
  return g_bytes_new_take (g_steal_pointer (&bytes), length / 2);
}
