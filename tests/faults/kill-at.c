/* Preloaded: counts what a process does to files under KILL_FOLDER, and kills it before the nth.
 * KILL_AT=0 only counts; the count goes to the file KILL_COUNT when the process ends in order. */
/* pwrite() and pwrite64() are two names here, whatever the project asks for. */
#undef _FILE_OFFSET_BITS

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long count;

static void
count_one (void)
{
  const char *at = getenv ("KILL_AT");
  long n = atomic_fetch_add (&count, 1) + 1;

  if (at != NULL && n == atol (at))
    kill (getpid (), SIGKILL);
}

static int
is_ours (const char *path)
{
  const char *folder = getenv ("KILL_FOLDER");

  return folder != NULL && path != NULL && strncmp (path, folder, strlen (folder)) == 0;
}

static void
count_file (int fd)
{
  char link[64], path[4096];
  ssize_t length;
  int saved = errno;

  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  length = readlink (link, path, sizeof path - 1);
  errno = saved;
  if (length < 0)
    return;
  path[length] = '\0';
  if (is_ours (path))
    count_one ();
}

#define REAL(name) ((__typeof__ (name) *)dlsym (RTLD_NEXT, #name))

ssize_t
write (int fd, const void *data, size_t length)
{
  count_file (fd);
  return REAL (write) (fd, data, length);
}

ssize_t
pwrite (int fd, const void *data, size_t length, off_t offset)
{
  count_file (fd);
  return REAL (pwrite) (fd, data, length, offset);
}

ssize_t
pwrite64 (int fd, const void *data, size_t length, off64_t offset)
{
  count_file (fd);
  return REAL (pwrite64) (fd, data, length, offset);
}

int
fsync (int fd)
{
  count_file (fd);
  return REAL (fsync) (fd);
}

int
fdatasync (int fd)
{
  count_file (fd);
  return REAL (fdatasync) (fd);
}

int
unlink (const char *path)
{
  if (is_ours (path))
    count_one ();
  return REAL (unlink) (path);
}

int
rename (const char *from, const char *to)
{
  if (is_ours (to))
    count_one ();
  return REAL (rename) (from, to);
}

__attribute__ ((destructor)) static void
report (void)
{
  const char *path = getenv ("KILL_COUNT");
  FILE *file = path != NULL ? fopen (path, "w") : NULL;

  if (file == NULL)
    return;
  fprintf (file, "%ld\n", atomic_load (&count));
  fclose (file);
}
