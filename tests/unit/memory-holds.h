/* What is left of a text in this process: for tests that say something is gone. */
#pragma once

#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Whether the process still holds @needle anywhere it can read of its own memory. */
static inline gboolean
memory_holds (const char *needle_reversed)
{
  gsize length = strlen (needle_reversed);
  g_autofree char *needle = g_strreverse (g_strdup (needle_reversed));
  g_autofree char *maps = NULL;
  int fd = open ("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  gsize found = 0;

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

      for (gssize i = 0; i + (gssize)length <= got; i++)
        found += memcmp (block + i, needle, length) == 0;
      munmap (block, to - from);
    }
  close (fd);
  /* The needle itself, and perhaps a copy in a register spill: nothing more. */
  return found > 1;
}
