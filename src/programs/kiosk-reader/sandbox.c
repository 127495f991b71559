#include "programs/kiosk-reader/sandbox.h"

#include <errno.h>
#include <gio/gio.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define MEMORY_BYTES (512ul * 1024 * 1024)
#define CPU_SECONDS  900
#define FILES        24

static gboolean
fail (GError **error, const char *what, int number)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "sandbox: %s: %s", what,
               g_strerror (number));
  return FALSE;
}

static gboolean
limit (int resource, rlim_t value)
{
  const struct rlimit bound = { value, value };

  return setrlimit ((__rlimit_resource_t)resource, &bound) == 0;
}

gboolean
sandbox_limit (GError **error)
{
  /* AddressSanitizer's shadow is larger than any bound on address space. */
#ifndef __SANITIZE_ADDRESS__
  if (!limit (RLIMIT_AS, MEMORY_BYTES))
    return fail (error, "address space", errno);
#endif
  if (!limit (RLIMIT_CORE, 0) || !limit (RLIMIT_FSIZE, 0) || !limit (RLIMIT_NOFILE, FILES)
      || !limit (RLIMIT_CPU, CPU_SECONDS))
    return fail (error, "limits", errno);
  if (prctl (PR_SET_DUMPABLE, 0) != 0 || prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return fail (error, "privileges", errno);
  return TRUE;
}

/* What reading a tty, speaking on an open socket, memory and clocks take. Whatever else is asked
 * for fails with EPERM; what only an intruder would ask for ends the process. */
static const int allowed[] = {
  SCMP_SYS (read),
  SCMP_SYS (write),
  SCMP_SYS (readv),
  SCMP_SYS (writev),
  SCMP_SYS (sendto),
  SCMP_SYS (recvfrom),
  SCMP_SYS (sendmsg),
  SCMP_SYS (recvmsg),
  SCMP_SYS (poll),
  SCMP_SYS (ppoll),
  SCMP_SYS (select),
  SCMP_SYS (pselect6),
  SCMP_SYS (ioctl),
  SCMP_SYS (fcntl),
  SCMP_SYS (lseek),
  SCMP_SYS (fstat),
  SCMP_SYS (newfstatat),
  SCMP_SYS (close),
  SCMP_SYS (flock),
  SCMP_SYS (mmap),
  SCMP_SYS (munmap),
  SCMP_SYS (mremap),
  SCMP_SYS (mprotect),
  SCMP_SYS (madvise),
  SCMP_SYS (mlock),
  SCMP_SYS (munlock),
  SCMP_SYS (brk),
  SCMP_SYS (futex),
  SCMP_SYS (getrandom),
  SCMP_SYS (clock_gettime),
  SCMP_SYS (clock_nanosleep),
  SCMP_SYS (nanosleep),
  SCMP_SYS (gettimeofday),
  SCMP_SYS (rt_sigaction),
  SCMP_SYS (rt_sigprocmask),
  SCMP_SYS (rt_sigreturn),
  SCMP_SYS (sigaltstack),
  SCMP_SYS (restart_syscall),
  SCMP_SYS (sched_yield),
  SCMP_SYS (getpid),
  SCMP_SYS (gettid),
  SCMP_SYS (tgkill),
  SCMP_SYS (exit),
  SCMP_SYS (exit_group),
};

static const int fatal[] = {
  SCMP_SYS (execve),
  SCMP_SYS (execveat),
  SCMP_SYS (socket),
  SCMP_SYS (connect),
  SCMP_SYS (bind),
  SCMP_SYS (fork),
  SCMP_SYS (vfork),
  SCMP_SYS (ptrace),
  SCMP_SYS (process_vm_readv),
  SCMP_SYS (process_vm_writev),
};

gboolean
sandbox_close (GError **error)
{
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ERRNO (EPERM));
  int result = filter != NULL ? 0 : -ENOMEM;

  for (guint i = 0; result == 0 && i < G_N_ELEMENTS (allowed); i++)
    result = seccomp_rule_add (filter, SCMP_ACT_ALLOW, allowed[i], 0);
  for (guint i = 0; result == 0 && i < G_N_ELEMENTS (fatal); i++)
    result = seccomp_rule_add (filter, SCMP_ACT_KILL_PROCESS, fatal[i], 0);
  if (result == 0)
    result = seccomp_load (filter);
  seccomp_release (filter);
  return result == 0 || fail (error, "seccomp", -result);
}
