/* Preloaded: the wall clock of kioskd, and of nothing that it starts, is CLOCK_SHIFT_MS ahead of
 * the machine's; negative: behind. Its steady clock is the machine's. */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#define REAL(name) ((__typeof__ (name) *)dlsym (RTLD_NEXT, #name))
#define MS         1000
#define NS         1000000

static long
shift_ms (void)
{
  const char *shift = getenv ("CLOCK_SHIFT_MS");

  return shift != NULL && strcmp (program_invocation_short_name, "kioskd") == 0 ? atol (shift) : 0;
}

int
clock_gettime (clockid_t clock, struct timespec *ret_time)
{
  int result = REAL (clock_gettime) (clock, ret_time);
  long ms = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE ? shift_ms () : 0;
  long ns = ret_time->tv_nsec + ms % MS * NS;

  ret_time->tv_sec += ms / MS;
  if (ns < 0 || ns >= MS * (long)NS)
    ret_time->tv_sec += ns < 0 ? -1 : 1;
  ret_time->tv_nsec = ns < 0 ? ns + MS * (long)NS : ns % (MS * (long)NS);
  return result;
}

int
gettimeofday (struct timeval *restrict ret_time, void *restrict zone)
{
  struct timespec now;
  int result = clock_gettime (CLOCK_REALTIME, &now);

  ret_time->tv_sec = now.tv_sec;
  ret_time->tv_usec = now.tv_nsec / MS;
  return result;
}

time_t
time (time_t *ret_time)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  if (ret_time != NULL)
    *ret_time = now.tv_sec;
  return now.tv_sec;
}
