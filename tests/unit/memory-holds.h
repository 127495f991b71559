/* What is left of a text in this process: for tests that say something is gone. */
#pragma once

#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The text is given backwards and compared a byte at a time, so that looking for it makes no copy
 * of it, neither in memory nor in a wide register that the next call spills to the stack. */
static inline gboolean
memory_block_holds (const char *block, gsize size, const char *needle_reversed)
{
  gsize length = strlen (needle_reversed);

  for (gsize i = 0; i + length <= size; i++)
    {
      gsize same = 0;

      while (same < length && block[i + same] == needle_reversed[length - 1 - same])
        same++;
      if (same == length)
        return TRUE;
    }
  return FALSE;
}

/* Whether the process still holds a text anywhere that it can write. */
static inline gboolean
memory_holds (const char *needle_reversed)
{
  g_autofree char *maps = NULL;
  int fd = open ("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  gboolean found = FALSE;

  g_assert_cmpint (fd, >=, 0);
  g_assert_true (g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL));
  for (char *line = strtok (maps, "\n"); line != NULL; line = strtok (NULL, "\n"))
    {
      guint64 from, to;
      char mode[5];

      if (sscanf (line, "%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x %4s", &from, &to, mode)
            != 3
          || mode[1] != 'w' || to - from > 64 * 1024 * 1024)
        continue;
      /* Memory that this search does not look through, and leaves nothing in. */
      char *block
        = mmap (NULL, to - from, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      g_assert_true (block != MAP_FAILED);
      gssize got = pread (fd, block, to - from, (off_t)from);

      found = found || (got > 0 && memory_block_holds (block, (gsize)got, needle_reversed));
      munmap (block, to - from);
    }
  close (fd);
  return found;
}
