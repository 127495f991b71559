#include "devices/worker/worker-sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

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
kiosk_worker_sandbox_limit (const KioskWorkerLimits *limits, GError **error)
{
  /* AddressSanitizer's shadow is larger than any bound on address space. */
#ifndef __SANITIZE_ADDRESS__
  if (!limit (RLIMIT_AS, limits->memory_bytes))
    return fail (error, "address space", errno);
#endif
  if (!limit (RLIMIT_CORE, 0) || !limit (RLIMIT_FSIZE, 0) || !limit (RLIMIT_NOFILE, limits->files)
      || !limit (RLIMIT_CPU, limits->cpu_seconds))
    return fail (error, "limits", errno);
  if (prctl (PR_SET_DUMPABLE, 0) != 0 || prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return fail (error, "privileges", errno);
  return TRUE;
}

gboolean
kiosk_worker_sandbox_isolate (void)
{
  return unshare (CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC) == 0;
}

/* What speaking on an open socket, talking to an open device, memory and clocks take. Whatever else
 * is asked for fails with EPERM; what only an intruder would ask for ends the process. */
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
  SCMP_SYS (munmap),
  SCMP_SYS (mremap),
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

/* Of a thread's life; not of a program's. */
static const int of_threads[] = {
  SCMP_SYS (set_robust_list),
  SCMP_SYS (rseq),
  SCMP_SYS (prctl), /* a thread's name; no_new_privs cannot be taken back */
  SCMP_SYS (sched_getaffinity),
  SCMP_SYS (eventfd2),
};

static int
allow (scmp_filter_ctx filter, const int *calls, guint n)
{
  int result = 0;

  for (guint i = 0; result == 0 && i < n; i++)
    result = seccomp_rule_add (filter, SCMP_ACT_ALLOW, calls[i], 0);
  return result;
}

static int
allow_memory (scmp_filter_ctx filter)
{
  const struct scmp_arg_cmp no_code = SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
  int result = seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (mmap), 1, no_code);

  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (mprotect), 1, no_code);
  return result;
}

/* clone3 hides its flags behind a pointer; without it glibc takes clone. A pair of sockets reaches
 * nobody else: threads wake each other by it. */
static int
allow_threads (scmp_filter_ctx filter)
{
  int result = allow (filter, of_threads, G_N_ELEMENTS (of_threads));

  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (socketpair), 1,
                               SCMP_A0 (SCMP_CMP_EQ, AF_UNIX, 0));
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (ENOSYS), SCMP_SYS (clone3), 0);
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (clone), 1,
                               SCMP_A0 (SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
  return result;
}

static int
allow_reading (scmp_filter_ctx filter)
{
  return seccomp_rule_add (
    filter, SCMP_ACT_ALLOW, SCMP_SYS (openat), 1,
    SCMP_A2 (SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC | O_PATH, O_RDONLY));
}

static int
fill (scmp_filter_ctx filter, const KioskWorkerNeeds *needs)
{
  int result = seccomp_attr_set (filter, SCMP_FLTATR_CTL_TSYNC, 1);

  if (result == 0)
    result = allow (filter, allowed, G_N_ELEMENTS (allowed));
  if (result == 0)
    result = allow (filter, needs->also, needs->n_also);
  if (result == 0)
    result = allow_memory (filter);
  if (result == 0 && needs->threads)
    result = allow_threads (filter);
  if (result == 0 && needs->read_files)
    result = allow_reading (filter);
  for (guint i = 0; result == 0 && i < G_N_ELEMENTS (fatal); i++)
    result = seccomp_rule_add (filter, SCMP_ACT_KILL_PROCESS, fatal[i], 0);
  return result == 0 ? seccomp_load (filter) : result;
}

gboolean
kiosk_worker_sandbox_close (const KioskWorkerNeeds *needs, GError **error)
{
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ERRNO (EPERM));
  int result = filter != NULL ? fill (filter, needs) : -ENOMEM;

  seccomp_release (filter);
  return result == 0 || fail (error, "seccomp", -result);
}
