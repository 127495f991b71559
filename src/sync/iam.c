/* The thread that asks the hub, and what comes of it. */
#include "iam-private.h"

#include "base/secret.h"

#define CLOSE_AGAIN_MS 5000 /* a session that could not be closed is tried again */
#define CLOSE_MS       3000 /* one try: nobody waits longer for somebody who has left */
#define OVERDUE_MS     G_GINT64_CONSTANT (30000) /* for the hub to say that time is up */
#define OFF_US         (10 * 60 * G_USEC_PER_SEC)
#define NAP_FIRST_MS   500 /* between questions that got no answer, doubled each time … */
#define NAPS_MOST      4   /* … and this often */

typedef struct
{
  gatomicrefcount references;
  GBytes *body;
  gboolean signs;
  KioskIamWatch watch;
  gpointer data;
  GCancellable *cancellable; /* the person left */
} Job;

/* A session that is to be closed. */
typedef struct
{
  char *id;
  gint64 expires_ms;
} Left;

struct _KioskIam
{
  gatomicrefcount references; /* letters on their way hold one */
  KioskSync *sync;
  GMainContext *owner;
  Job *current; /* the owner's: whose news are wanted; NULL: nobody's */

  GThread *thread;
  GMainContext *context; /* the thread's; woken by others */
  GCancellable *cut;     /* the program ends */
  GMutex lock;
  Job *wanted;         /* under the lock: the next to run */
  gboolean quit;       /* under the lock */
  gint64 off_until_us; /* under the lock */

  /* The thread's own */
  KioskLink link;
  GQueue left; /* Left */
  int awake;   /* atomic: a nap is over */
  int due;     /* atomic: what was left is tried again */
  guint close_timer;
};

static void
job_unref (Job *job)
{
  if (job == NULL || !g_atomic_ref_count_dec (&job->references))
    return;
  g_bytes_unref (job->body);
  g_object_unref (job->cancellable);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_unref)

static Job *
job_ref (Job *job)
{
  g_atomic_ref_count_inc (&job->references);
  return job;
}

static void
left_free (gpointer data)
{
  Left *left = data;

  g_free (left->id);
  g_free (left);
}

static void
iam_unref (KioskIam *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_main_context_unref (self->owner);
  g_object_unref (self->cut);
  g_queue_clear_full (&self->left, left_free);
  job_unref (self->wanted);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* News */

typedef struct
{
  KioskIam *iam;
  Job *job;
  KioskIamNews news;
  KioskPhoneProfile *profile;
  KioskPhoneSignature *signature;
  char *code, *identification;
} Letter;

static void
letter_free (gpointer data)
{
  Letter *letter = data;

  kiosk_phone_profile_free (letter->profile);
  kiosk_phone_signature_free (letter->signature);
  kiosk_wipe_string (letter->code);
  kiosk_wipe_string (letter->identification);
  job_unref (letter->job);
  iam_unref (letter->iam);
  g_free (letter);
}

static gboolean
letter_deliver (gpointer data)
{
  Letter *letter = data;

  if (letter->iam->current == letter->job)
    letter->job->watch (letter->job->data, &letter->news);
  return G_SOURCE_REMOVE;
}

static Letter *
letter_new (KioskIam *self, Job *job, KioskIamState state)
{
  Letter *letter = g_new0 (Letter, 1);

  g_atomic_ref_count_inc (&self->references);
  letter->iam = self;
  letter->job = job_ref (job);
  letter->news.state = state;
  letter->news.code = letter->news.identification = "";
  return letter;
}

static void
letter_post (Letter *letter)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, letter_deliver, letter, letter_free);
  g_source_attach (source, letter->iam->owner);
}

static void
tell_session (KioskIam *self, Job *job, const KioskIamSession *session)
{
  Letter *letter = letter_new (self, job, session->state);

  letter->news.code = letter->code = g_strdup (session->code);
  letter->news.identification = letter->identification = g_strdup (session->identification);
  letter->news.expires_ms = session->expires_ms;
  letter_post (letter);
}

static void
tell_failure (KioskIam *self, Job *job, KioskIamError reason)
{
  Letter *letter = letter_new (self, job, KIOSK_IAM_FAILED);

  letter->news.reason = reason;
  letter_post (letter);
}

/* What stands in the seal, to whoever asked. FALSE: not an answer to what was asked. */
static gboolean
tell_answer (KioskIam *self, Job *job, const KioskIamSession *session)
{
  GBytes *plain = kiosk_iam_session_unseal (session, self->sync, NULL);
  gsize length = 0;
  gconstpointer data = plain != NULL ? g_bytes_get_data (plain, &length) : NULL;
  Letter *letter;

  if (plain == NULL)
    return FALSE;
  letter = letter_new (self, job, KIOSK_IAM_DONE);
  if (job->signs)
    letter->news.signature = letter->signature = kiosk_phone_signature_parse (data, length, NULL);
  else
    letter->news.profile = letter->profile = kiosk_phone_profile_parse (data, length, NULL);
  kiosk_wipe_bytes (plain);
  if (letter->profile == NULL && letter->signature == NULL)
    {
      letter_free (letter);
      return FALSE;
    }
  letter_post (letter);
  return TRUE;
}

/* Waiting on the thread */

static void
nap_is_over (gpointer data)
{
  KioskIam *self = data;

  g_atomic_int_set (&self->awake, TRUE);
  g_main_context_wakeup (self->context);
}

static gboolean
has_to_quit (KioskIam *self)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->quit;
}

static gboolean
is_over (KioskIam *self, const Job *job)
{
  return g_cancellable_is_cancelled (job->cancellable) || has_to_quit (self);
}

static void
nap (KioskIam *self, const Job *job, gint64 ms)
{
  guint timer;

  g_atomic_int_set (&self->awake, FALSE);
  timer = kiosk_clock_add_timeout (self->sync->clock, ms, nap_is_over, self);
  while (!g_atomic_int_get (&self->awake) && !is_over (self, job))
    g_main_context_iteration (self->context, TRUE);
  kiosk_clock_cancel (self->sync->clock, timer);
}

/* Closing what was opened */

static void
close_again (gpointer data)
{
  KioskIam *self = data;

  g_atomic_int_set (&self->due, TRUE);
  g_main_context_wakeup (self->context);
}

static void
give_up_closing (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
}

static gboolean
close_one (KioskIam *self, const Left *left)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  guint deadline
    = kiosk_clock_add_timeout (self->sync->clock, CLOSE_MS, give_up_closing, cancellable);
  gboolean closed = kiosk_iam_session_close (&self->link, left->id, cancellable, &error);

  kiosk_clock_cancel (self->sync->clock, deadline);
  return closed || g_error_matches (error, KIOSK_IAM_ERROR, KIOSK_IAM_ERROR_FAULT);
}

/* FALSE: the gateway could not be reached; the session is kept for later. */
static gboolean
close_first (KioskIam *self)
{
  const Left *left = g_queue_peek_head (&self->left);

  if (kiosk_clock_wall_ms (self->sync->clock) < left->expires_ms && !close_one (self, left))
    return FALSE;
  left_free (g_queue_pop_head (&self->left));
  return TRUE;
}

static void
close_left (KioskIam *self)
{
  g_atomic_int_set (&self->due, FALSE);
  kiosk_clock_cancel (self->sync->clock, self->close_timer);
  self->close_timer = 0;
  while (!g_queue_is_empty (&self->left) && close_first (self))
    ;
  if (!g_queue_is_empty (&self->left) && !has_to_quit (self))
    self->close_timer
      = kiosk_clock_add_timeout (self->sync->clock, CLOSE_AGAIN_MS, close_again, self);
}

static void
leave (KioskIam *self, const KioskIamSession *session)
{
  Left *left = g_new (Left, 1);

  left->id = g_strdup (session->id);
  left->expires_ms = session->expires_ms;
  g_queue_push_tail (&self->left, left);
  if (!has_to_quit (self))
    close_left (self);
}

/* A session */

static void
note_off (KioskIam *self, KioskIamError reason)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->off_until_us
    = reason == KIOSK_IAM_ERROR_OFF ? kiosk_clock_steady_us (self->sync->clock) + OFF_US : 0;
}

/* Cancelled: nobody is there to be told. */
static void
report (KioskIam *self, Job *job, const GError *error)
{
  if (error->domain != KIOSK_IAM_ERROR)
    return;
  note_off (self, (KioskIamError)error->code);
  tell_failure (self, job, (KioskIamError)error->code);
  if (error->code == KIOSK_IAM_ERROR_OFFLINE)
    {
      /* Whoever offers this way looks at whether the gateway answers; a round finds out. */
      kiosk_sync_tell (self->sync, KIOSK_SYNC_CHANGED_STATUS, NULL);
      kiosk_sync_nudge (self->sync);
    }
}

/* A link that breaks for a moment is no reason to make a person begin again. */
static gboolean
may_pass (const GError *error)
{
  return g_error_matches (error, KIOSK_IAM_ERROR, KIOSK_IAM_ERROR_OFFLINE)
         || g_error_matches (error, KIOSK_IAM_ERROR, KIOSK_IAM_ERROR_UNAVAILABLE);
}

static gboolean
poll_patiently (KioskIam *self, Job *job, KioskIamSession *session, GError **error)
{
  for (guint naps = 0;; naps++)
    {
      g_autoptr (GError) problem = NULL;

      if (kiosk_iam_session_poll (session, &self->link, job->cancellable, &problem))
        return TRUE;
      if (!may_pass (problem) || naps == NAPS_MOST || is_over (self, job))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
      nap (self, job, (gint64)NAP_FIRST_MS << naps);
    }
}

static gboolean
is_overdue (KioskIam *self, const KioskIamSession *session)
{
  return kiosk_clock_wall_ms (self->sync->clock) > session->expires_ms + OVERDUE_MS;
}

/* To its end, or until the person leaves. */
static void
follow (KioskIam *self, Job *job, KioskIamSession *session)
{
  g_autoptr (GError) error = NULL;

  while (session->state == KIOSK_IAM_WAITING || session->state == KIOSK_IAM_OPENED)
    {
      KioskIamState before = session->state;

      if (is_over (self, job))
        return;
      if (!poll_patiently (self, job, session, &error))
        {
          report (self, job, error);
          return;
        }
      if (session->state == before && is_overdue (self, session))
        {
          session->state = KIOSK_IAM_FAILED;
          session->reason = KIOSK_IAM_ERROR_EXPIRED;
        }
      else if (session->state == KIOSK_IAM_OPENED && before != KIOSK_IAM_OPENED)
        tell_session (self, job, session);
    }
  if (session->state == KIOSK_IAM_FAILED)
    tell_failure (self, job, session->reason);
  else if (!tell_answer (self, job, session))
    tell_failure (self, job, KIOSK_IAM_ERROR_FAULT);
}

/* The opening itself is not cut when the person leaves: nobody would know what to close. */
static void
run_job (KioskIam *self, Job *job)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskIamSession) session = NULL;

  if (is_over (self, job))
    return;
  session = kiosk_iam_session_open (&self->link, job->body, self->cut, &error);
  if (session == NULL)
    {
      report (self, job, error);
      return;
    }
  note_off (self, KIOSK_IAM_ERROR_FAULT);
  tell_session (self, job, session);
  follow (self, job, session);
  leave (self, session);
}

static Job *
take_job (KioskIam *self)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_steal_pointer (&self->wanted);
}

static gpointer
work (gpointer data)
{
  KioskIam *self = data;

  kiosk_link_open (&self->link, self->sync, g_main_context_ref (self->context));
  g_main_context_push_thread_default (self->context);
  while (!has_to_quit (self))
    {
      g_autoptr (Job) job = take_job (self);

      if (job != NULL)
        run_job (self, job);
      else if (g_atomic_int_get (&self->due))
        close_left (self);
      else
        g_main_context_iteration (self->context, TRUE);
    }
  close_left (self);
  g_main_context_pop_thread_default (self->context);
  kiosk_link_close (&self->link);
  return NULL;
}

/* The owner's side */

KioskIam *
kiosk_iam_new (KioskSync *sync)
{
  KioskIam *self = g_new0 (KioskIam, 1);

  g_atomic_ref_count_init (&self->references);
  self->sync = sync;
  self->owner = g_main_context_ref_thread_default ();
  self->context = g_main_context_new ();
  self->cut = g_cancellable_new ();
  g_mutex_init (&self->lock);
  g_queue_init (&self->left);
  self->thread = g_thread_new ("kiosk-iam", work, self);
  return self;
}

void
kiosk_iam_free (KioskIam *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->quit = TRUE;
  g_mutex_unlock (&self->lock);
  kiosk_iam_stop (self);
  g_cancellable_cancel (self->cut);
  g_main_context_wakeup (self->context);
  g_thread_join (self->thread);
  g_clear_pointer (&self->context, g_main_context_unref);
  iam_unref (self);
}

gboolean
kiosk_iam_is_off (KioskIam *self)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return kiosk_clock_steady_us (self->sync->clock) < self->off_until_us;
}

void
kiosk_iam_start (KioskIam *self, const KioskIamRequest *request, KioskIamWatch watch, gpointer data)
{
  Job *job = g_new0 (Job, 1);

  kiosk_iam_stop (self);
  g_atomic_ref_count_init (&job->references);
  job->body = kiosk_iam_request_body (request);
  job->signs = request->digest != NULL;
  job->watch = watch;
  job->data = data;
  job->cancellable = g_cancellable_new ();
  self->current = job;
  g_mutex_lock (&self->lock);
  job_unref (self->wanted);
  self->wanted = job_ref (job);
  g_mutex_unlock (&self->lock);
  g_main_context_wakeup (self->context);
}

void
kiosk_iam_stop (KioskIam *self)
{
  if (self->current == NULL)
    return;
  g_cancellable_cancel (self->current->cancellable);
  g_clear_pointer (&self->current, job_unref);
  g_main_context_wakeup (self->context);
}
