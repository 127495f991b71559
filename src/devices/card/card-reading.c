#include "devices/card/card-reading-private.h"

#include <string.h>

#include "devices/card/card-chip-proof.h"
#include "devices/card/card-lengths.h"

#define CARD_ACCESS_MAX 8192

typedef KioskCardReading Reading;

static void
stop_verifying (KioskCardVerifying *verifying)
{
  KioskSod *sod = kiosk_card_verifying_finish (verifying);

  g_clear_pointer (&sod, kiosk_sod_free);
}

static void
reading_clear (Reading *self)
{
  kiosk_card_session_clear (&self->session);
  kiosk_card_opening_clear (&self->opening);
  g_clear_pointer (&self->card_access, kiosk_security_infos_free);
  g_clear_pointer (&self->verifying, stop_verifying);
  kiosk_card_file_clear (&self->file);
  g_clear_pointer (&self->key, kiosk_secret_unref);
  g_clear_pointer (&self->sod, g_bytes_unref);
  for (guint i = 0; i < KIOSK_LDS_GROUPS; i++)
    g_clear_pointer (&self->groups[i], g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reading, reading_clear)

static gboolean
fail (GError **error, KioskCardError code, const char *what)
{
  g_set_error_literal (error, KIOSK_CARD_ERROR, (int)code, what);
  return FALSE;
}

/* EF.CardAccess lies open in the master file. A chip that refuses to read it has none. */
static gboolean
read_card_access (Reading *self, GError **error)
{
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GError) refusal = NULL;

  if (!kiosk_card_lengths_learn (&self->session, self->target, error))
    return FALSE;
  if (!kiosk_card_session_read_file (&self->session, KIOSK_LDS_EF_CARD_ACCESS, CARD_ACCESS_MAX,
                                     NULL, NULL, &file, &refusal))
    {
      if (g_error_matches (refusal, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_ACCESS_PROTOCOL))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&refusal));
      return FALSE;
    }
  self->session.no_sfi = FALSE; /* what holds for the master file need not hold inside */
  if (file == NULL)
    return TRUE;
  self->card_access = kiosk_lds_parse_card_access (file, NULL);
  if (self->card_access == NULL)
    return fail (error, KIOSK_CARD_ERROR_LDS_MALFORMED, "EF.CardAccess is damaged");
  self->offers_pace = self->card_access->pace->len > 0;
  return TRUE;
}

static gboolean
select_application (Reading *self, GError **error)
{
  guint16 sw;

  if (!kiosk_card_session_select_application (&self->session, &sw, error))
    return FALSE;
  return sw == KIOSK_SW_OK
         || fail (error, KIOSK_CARD_ERROR_WRONG_CARD, "no travel document application");
}

/* (transfer container): the profile asked for, or every one. */
static GPtrArray *
that_will_do (const Reading *self)
{
  GPtrArray *fitting = g_ptr_array_new ();

  for (guint i = 0; i < self->reader->profiles->len; i++)
    {
      KioskCardProfile *profile = g_ptr_array_index (self->reader->profiles, i);

      if (self->reader->asked == NULL || strcmp (self->reader->asked, profile->name) == 0)
        g_ptr_array_add (fitting, profile);
    }
  return fitting;
}

/* @found: (nullable): what it is, if not what was asked for. */
static gboolean
is_other (Reading *self, const KioskCardProfile *found, GError **error)
{
  if (found == NULL)
    return fail (error, KIOSK_CARD_ERROR_WRONG_CARD, "no profile fits");
  self->host->found (self->host->data, found);
  g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_OTHER_DOCUMENT, "%s, not %s", found->name,
               self->reader->asked);
  return FALSE;
}

/* Everything that tells whether this is a document of ours, before anybody types anything. */
static gboolean
identify (Reading *self, GError **error)
{
  g_autoptr (GPtrArray) fitting = NULL;

  if (!self->target->takes_commands)
    return fail (error, KIOSK_CARD_ERROR_WRONG_CARD, "a card that takes no commands");
  if (!kiosk_card_reading_probe (self, read_card_access, error)
      || (!self->offers_pace && !select_application (self, error)))
    return FALSE;
  fitting = that_will_do (self);
  self->profile = kiosk_card_profile_before (fitting, self->target, self->offers_pace);
  if (self->profile == NULL)
    return is_other (
      self, kiosk_card_profile_before (self->reader->profiles, self->target, self->offers_pace),
      error);
  if (self->offers_pace && !self->profile->bac_after_pace
      && kiosk_card_pace_choose (self->card_access) == NULL)
    return fail (error, KIOSK_CARD_ERROR_UNSUPPORTED, "no PACE that this program knows");
  return TRUE;
}

/* Asks until a key opens the card; each key is tried once. */
static gboolean
open_card (Reading *self, KioskEvidence *evidence, GError **error)
{
  const KioskCardHost *host = self->host;
  KioskCardKey asked = self->offers_pace ? self->profile->keys[0] : KIOSK_CARD_KEY_MRZ, kind;
  int tries_left;

  for (;;)
    {
      g_autoptr (GError) refusal = NULL;
      g_autoptr (KioskSecret) key = host->key (host->data, self->profile, asked, &kind, error);

      if (key == NULL)
        return FALSE;
      if (kiosk_card_open (&self->session, self->profile, self->card_access, kind, key, &tries_left,
                           &self->opening, &refusal))
        {
          self->kind = kind;
          self->key = g_steal_pointer (&key);
          break;
        }
      if (!g_error_matches (refusal, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_ACCESS_DENIED))
        {
          g_propagate_error (error, g_steal_pointer (&refusal));
          return FALSE;
        }
      host->denied (host->data, tries_left);
    }
  kiosk_evidence_state (evidence, KIOSK_CLAIM_ACCESS, self->opening.method, 0, KIOSK_PROOF_PASSED,
                        NULL);
  return TRUE;
}

static void
show_name (Reading *self)
{
  g_autoptr (KioskMrz) mrz = NULL;
  g_autoptr (KioskSecret) name = NULL;

  if (self->previewed || self->host->preview == NULL || self->verifying == NULL
      || !kiosk_card_verifying_is_good (self->verifying))
    return;
  self->previewed = TRUE;
  mrz = kiosk_lds_parse_dg1 (self->groups[0], NULL);
  if (mrz == NULL)
    return;
  name = kiosk_secret_new_take (kiosk_mrz_name (mrz));
  self->host->preview (self->host->data, kiosk_secret_text (name));
}

static void
on_bytes (gpointer data, gsize done, gsize total)
{
  Reading *self = data;

  self->plan.files[self->at].bytes = total;
  self->host->progress (
    self->host->data,
    MIN (1.0, (double)(self->done + done) / (double)kiosk_card_plan_bytes (&self->plan)));
  show_name (self);
}

/* The next planned file, from where it stopped. */
static gboolean
read_planned (Reading *self, GError **error)
{
  const KioskCardPlanned *planned = &self->plan.files[self->at];
  GBytes **slot = planned->group == 0 ? &self->sod : &self->groups[planned->group - 1];
  gboolean found = FALSE;

  if (self->file.bytes == NULL)
    kiosk_card_file_init (&self->file, planned->file);
  if (!kiosk_card_session_continue_file (&self->session, &self->file, planned->maximum, on_bytes,
                                         self, &found, error))
    return FALSE;
  if (!found)
    {
      g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_LDS_MALFORMED, "no file %04X",
                   planned->file);
      return FALSE;
    }
  *slot = g_byte_array_free_to_bytes (g_steal_pointer (&self->file.bytes));
  self->done += g_bytes_get_size (*slot);
  return TRUE;
}

/* Damage in what was signed is the issuer's; in an altered document it is one more sign of that,
 * and the evidence says so already. */
static gboolean
fill (Reading *self, KioskEvidence *evidence, GError **error)
{
  g_autoptr (GError) damage = NULL;
  g_autoptr (KioskMrz) mrz
    = self->groups[0] != NULL ? kiosk_lds_parse_dg1 (self->groups[0], &damage) : NULL;
  gboolean signed_so
    = kiosk_evidence_verdict (evidence, KIOSK_CLAIM_PASSIVE)->proof == KIOSK_PROOF_PASSED;

  if (mrz != NULL)
    {
      g_autoptr (GPtrArray) profiles = that_will_do (self);
      const KioskCardProfile *fitting
        = kiosk_card_profile_after (profiles, self->target, self->offers_pace, mrz);

      if (fitting == NULL && signed_so)
        return is_other (
          self,
          kiosk_card_profile_after (self->reader->profiles, self->target, self->offers_pace, mrz),
          error);
      if (fitting != NULL)
        self->profile = fitting;
      if (!kiosk_card_reading_fill (self, mrz, signed_so ? error : NULL) && signed_so)
        return FALSE;
    }
  else if (signed_so)
    return fail (error, KIOSK_CARD_ERROR_LDS_MALFORMED,
                 damage != NULL ? damage->message : "no DG1");
  kiosk_card_reading_fill_sizes (self);
  evidence->profile = g_strdup (self->profile->name);
  evidence->simulated = self->profile->simulated;
  return TRUE;
}

/* What nobody waits for is done without if the chip does not give it; a lost card is looked for as
 * ever. */
static gboolean
read_details (Reading *self, GError **error)
{
  const KioskCardPlanned *planned = &self->plan.files[self->at];
  g_autoptr (GError) refusal = NULL;

  if (kiosk_card_reading_step (self, read_planned, &refusal))
    return TRUE;
  if (!g_error_matches (refusal, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_ACCESS_PROTOCOL)
      && !g_error_matches (refusal, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_LDS_MALFORMED)
      && !g_error_matches (refusal, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_LDS_TOO_BIG))
    {
      g_propagate_error (error, g_steal_pointer (&refusal));
      return FALSE;
    }
  kiosk_card_file_clear (&self->file);
  self->refused[planned->group - 1] = kiosk_card_error_name ((KioskCardError)refusal->code);
  return TRUE;
}

static guint16
listed_groups (GBytes *bytes)
{
  g_autoptr (KioskSod) sod = kiosk_sod_parse (bytes, NULL);
  guint16 listed = 0;

  for (guint number = 1; sod != NULL && number <= KIOSK_LDS_GROUPS; number++)
    if (kiosk_sod_lists (sod, number))
      listed = (guint16)(listed | 1u << (number - 1));
  return listed;
}

/* What the security object and DG1 are worth is found out while the rest is in the air. */
static void
after_file (Reading *self)
{
  if (self->plan.files[self->at].group == 0)
    kiosk_card_plan_refine (&self->plan, self->profile, listed_groups (self->sod),
                            self->reader->details);
  if (self->verifying == NULL && self->groups[0] != NULL)
    self->verifying = kiosk_card_verifier_begin (
      self->reader->verifier, self->sod, self->groups[0], self->reader->csca,
      kiosk_clock_wall_ms (self->reader->clock), self->evidence);
  show_name (self);
}

static gboolean
read_files (Reading *self, GError **error)
{
  kiosk_card_plan_init (&self->plan, self->profile);
  for (self->at = 0; self->at < self->plan.n_files; self->at++)
    {
      if (!(self->plan.files[self->at].details
              ? read_details (self, error)
              : kiosk_card_reading_step (self, read_planned, error)))
        return FALSE;
      after_file (self);
    }
  return TRUE;
}

static gboolean
prove_chip (Reading *self, GError **error)
{
  const KioskCardChipProof proof = {
    .opening = &self->opening,
    .dg1 = self->groups[0],
    .dg14 = self->groups[13],
    .dg15 = self->groups[14],
    .csca = self->reader->csca,
    .at_ms = kiosk_clock_wall_ms (self->reader->clock),
  };

  return kiosk_card_chip_prove (&self->session, &proof, self->evidence, error);
}

static gboolean
read_and_prove (Reading *self, KioskEvidence *evidence, GError **error)
{
  g_autoptr (KioskSod) sod = NULL;

  if (!read_files (self, error))
    return FALSE;
  /* A profile that wants no DG1 has nothing to show early; a card quicker than the verifier has its
   * name shown now, before the chip proves itself. */
  if (self->verifying != NULL)
    {
      kiosk_card_verifying_wait (self->verifying);
      show_name (self);
      sod = kiosk_card_verifying_finish (g_steal_pointer (&self->verifying));
    }
  else
    sod = kiosk_card_passive_begin (self->sod, self->reader->csca,
                                    kiosk_clock_wall_ms (self->reader->clock), evidence);
  kiosk_card_passive_finish (sod, self->groups, evidence);
  return fill (self, evidence, error) && kiosk_card_reading_step (self, prove_chip, error);
}

KioskEvidence *
kiosk_card_read (const KioskCardReader *reader, const KioskCardTarget *target,
                 const KioskCardHost *host, GError **error)
{
  g_autoptr (KioskEvidence) evidence = kiosk_evidence_new ();
  g_auto (Reading) self
    = { .reader = reader, .target = target, .host = host, .evidence = evidence };
  gint64 start_us;

  kiosk_card_session_init (&self.session, reader->channel, reader->random);
  kiosk_card_session_meet (&self.session, target);
  self.session.tick = host->tick;
  self.session.tick_data = host->data;
  if (!identify (&self, error))
    return NULL;
  host->found (host->data, self.profile);
  start_us = kiosk_clock_steady_us (reader->clock);
  if (!open_card (&self, evidence, error) || !read_and_prove (&self, evidence, error))
    return NULL;
  host->progress (host->data, 1.0);
  evidence->apdus = self.session.apdus;
  evidence->duration_us = kiosk_clock_steady_us (reader->clock) - start_us;
  return g_steal_pointer (&evidence);
}
