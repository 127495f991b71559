#include "programs/kioskd/harden.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* glibc fills what is freed with the low byte of "perturb", but not what its thread cache takes:
 * the cache goes. GLib's slices have a cache of their own, which goes as well. */
#define STARTED_AGAIN "KIOSKD_WIPES_FREED_MEMORY"
#define TUNABLES      "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0"

static gboolean locked;

static void
start_again_with_wiping (char **argv)
{
  if (g_getenv (STARTED_AGAIN) != NULL)
    return;
  g_setenv (STARTED_AGAIN, "1", TRUE);
  g_setenv ("GLIBC_TUNABLES", TUNABLES, TRUE);
  g_setenv ("G_SLICE", "always-malloc", TRUE);
  execv ("/proc/self/exe", argv);
  g_printerr ("kioskd: /proc/self/exe cannot be started again: %s; mount /proc\n",
              g_strerror (errno));
  _exit (1);
}

/* Only without a limit: under one, memory asked for later would be refused. */
static void
stay_in_memory (void)
{
  struct rlimit limit;

  locked = getrlimit (RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY
           && mlockall (MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0;
}

void
kiosk_harden (char **argv)
{
  const struct rlimit none = { 0, 0 };

  start_again_with_wiping (argv);
  setrlimit (RLIMIT_CORE, &none);
  prctl (PR_SET_DUMPABLE, 0, 0, 0, 0);
  stay_in_memory ();
}

gboolean
kiosk_harden_is_locked (void)
{
  return locked;
}
