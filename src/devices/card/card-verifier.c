#include "devices/card/card-verifier.h"

struct _KioskCardVerifier
{
  GThreadPool *pool;
};

struct _KioskCardVerifying
{
  GMutex lock;
  GCond changed;
  GBytes *bytes, *dg1;
  KioskCsca *csca;
  gint64 at_ms;
  KioskEvidence *evidence;
  KioskSod *sod;
  gboolean done, good;
};

static void
settle (KioskCardVerifying *self, KioskSod *sod, gboolean good)
{
  g_mutex_lock (&self->lock);
  self->sod = sod;
  self->good = good;
  self->done = TRUE;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
}

static void
verify (KioskCardVerifying *self)
{
  GBytes *groups[KIOSK_LDS_GROUPS] = { self->dg1 };
  KioskSod *sod = kiosk_card_passive_begin (self->bytes, self->csca, self->at_ms, self->evidence);
  gboolean good;

  kiosk_card_passive_finish (sod, groups, self->evidence);
  good = kiosk_evidence_verdict (self->evidence, KIOSK_CLAIM_PASSIVE)->proof == KIOSK_PROOF_PASSED;
  settle (self, sod, good);
}

/* What the thread does; a job without a document only says that it runs. */
static void
work (gpointer data, gpointer user_data)
{
  KioskCardVerifying *job = data;

  if (job->bytes == NULL)
    settle (job, NULL, FALSE);
  else
    verify (job);
}

static void
await_job (KioskCardVerifying *job)
{
  g_mutex_lock (&job->lock);
  while (!job->done)
    g_cond_wait (&job->changed, &job->lock);
  g_mutex_unlock (&job->lock);
}

/* Exclusive: its thread begins now, and has begun when this returns: what a thread asks of the
 * kernel when it begins is refused once the sandbox has closed, and ends the process. */
KioskCardVerifier *
kiosk_card_verifier_new (void)
{
  KioskCardVerifier *self = g_new0 (KioskCardVerifier, 1);
  KioskCardVerifying first = { 0 };

  g_mutex_init (&first.lock);
  g_cond_init (&first.changed);
  self->pool = g_thread_pool_new (work, NULL, 1, TRUE, NULL);
  g_assert (self->pool != NULL);
  g_thread_pool_push (self->pool, &first, NULL);
  await_job (&first);
  g_mutex_clear (&first.lock);
  g_cond_clear (&first.changed);
  return self;
}

void
kiosk_card_verifier_free (KioskCardVerifier *self)
{
  if (self == NULL)
    return;
  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_free (self);
}

KioskCardVerifying *
kiosk_card_verifier_begin (KioskCardVerifier *self, GBytes *sod, GBytes *dg1, KioskCsca *csca,
                           gint64 at_ms, KioskEvidence *evidence)
{
  KioskCardVerifying *job = g_new0 (KioskCardVerifying, 1);

  g_mutex_init (&job->lock);
  g_cond_init (&job->changed);
  job->bytes = g_bytes_ref (sod);
  job->dg1 = g_bytes_ref (dg1);
  job->csca = kiosk_csca_ref (csca);
  job->at_ms = at_ms;
  job->evidence = evidence;
  if (self == NULL)
    verify (job);
  else
    g_thread_pool_push (self->pool, job, NULL);
  return job;
}

gboolean
kiosk_card_verifying_is_good (KioskCardVerifying *self)
{
  gboolean good;

  g_mutex_lock (&self->lock);
  good = self->done && self->good;
  g_mutex_unlock (&self->lock);
  return good;
}

void
kiosk_card_verifying_wait (KioskCardVerifying *self)
{
  await_job (self);
}

KioskSod *
kiosk_card_verifying_finish (KioskCardVerifying *self)
{
  KioskSod *sod;

  await_job (self);
  sod = self->sod;
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_bytes_unref (self->bytes);
  g_bytes_unref (self->dg1);
  kiosk_csca_unref (self->csca);
  g_free (self);
  return sod;
}
