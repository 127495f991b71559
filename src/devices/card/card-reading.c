#include "devices/card/card-reading.h"

#include <string.h>

#include "devices/card/card-open.h"
#include "devices/card/card-proof.h"

#define CARD_ACCESS_MAX 8192
#define SOD_MAX         (64 * 1024)
#define GROUP_MAX       (32 * 1024)
#define PORTRAIT_MAX    (240 * 1024)

/* Sizes assumed for the progress until a file's header tells. */
#define SOD_GUESS      2000
#define PORTRAIT_GUESS 16000
#define GROUP_GUESS    300

typedef struct
{
  const KioskCardReader *reader;
  const KioskCardTarget *target;
  const KioskCardHost *host;
  KioskCardSession session;
  KioskSecurityInfos *card_access; /* NULL: none */
  gboolean offers_pace;
  KioskCardOpening opening;
  const KioskCardProfile *profile;
  GBytes *sod;
  GBytes *groups[KIOSK_LDS_GROUPS];      /* index = number − 1 */
  gsize done, planned, in_file, guessed; /* bytes, for the progress */
} Reading;

static void
reading_clear (Reading *self)
{
  kiosk_card_session_clear (&self->session);
  kiosk_card_opening_clear (&self->opening);
  g_clear_pointer (&self->card_access, kiosk_security_infos_free);
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

/* Everything that tells whether this is a document of ours, before anybody types anything. */
static gboolean
identify (Reading *self, GError **error)
{
  if (!self->target->takes_commands)
    return fail (error, KIOSK_CARD_ERROR_WRONG_CARD, "a card that takes no commands");
  if (!read_card_access (self, error) || (!self->offers_pace && !select_application (self, error)))
    return FALSE;
  self->profile
    = kiosk_card_profile_before (self->reader->profiles, self->target, self->offers_pace);
  if (self->profile == NULL)
    return fail (error, KIOSK_CARD_ERROR_WRONG_CARD, "no profile fits");
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
        break;
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
on_bytes (gpointer data, gsize done, gsize total)
{
  Reading *self = data;

  self->planned = self->planned - self->guessed + total;
  self->guessed = total;
  self->in_file = done;
  self->host->progress (self->host->data,
                        MIN (1.0, (double)(self->done + done) / (double)self->planned));
}

static gsize
guess (guint number)
{
  return number == 2 ? PORTRAIT_GUESS : GROUP_GUESS;
}

static gboolean
read_file (Reading *self, guint16 file, gsize guessed, gsize maximum, GBytes **ret_file,
           GError **error)
{
  self->guessed = guessed;
  self->in_file = 0;
  if (!kiosk_card_session_read_file (&self->session, file, maximum, on_bytes, self, ret_file,
                                     error))
    return FALSE;
  if (*ret_file == NULL)
    {
      g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_LDS_MALFORMED, "no file %04X", file);
      return FALSE;
    }
  self->done += self->in_file;
  return TRUE;
}

static gboolean
wants (guint16 groups, guint number)
{
  return (groups >> (number - 1) & 1) != 0;
}

static gboolean
read_group (Reading *self, guint number, GError **error)
{
  g_assert (number >= 1 && number <= KIOSK_LDS_GROUPS);
  return read_file (self, KIOSK_LDS_EF_DG (number), guess (number),
                    number == 2 ? PORTRAIT_MAX : GROUP_MAX, &self->groups[number - 1], error);
}

/* What the profile wants: required groups, and optional ones that the security object lists. The
 * portrait comes last: it is most of the bytes, and everything else has been seen before. */
static gboolean
read_groups (Reading *self, KioskSod *sod, GError **error)
{
  guint16 wanted = self->profile->required;

  for (guint number = 1; number <= KIOSK_LDS_GROUPS; number++)
    if (wants (self->profile->optional, number) && sod != NULL && kiosk_sod_lists (sod, number))
      wanted = (guint16)(wanted | 1u << (number - 1));
  for (guint number = 1; number <= KIOSK_LDS_GROUPS; number++)
    if (wants (wanted, number))
      self->planned += guess (number);
  for (guint number = 1; number <= KIOSK_LDS_GROUPS; number++)
    if (number != 2 && wants (wanted, number) && !read_group (self, number, error))
      return FALSE;
  return !wants (wanted, 2) || read_group (self, 2, error);
}

static int
year_of (KioskClock *clock)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (kiosk_clock_wall_ms (clock) / 1000);

  return g_date_time_get_year (now);
}

static char *
take_text (const Reading *self, const KioskCardSource *source, const KioskMrz *mrz, GError **error)
{
  const char *text = NULL;

  switch (source->kind)
    {
    case KIOSK_CARD_SOURCE_OPTIONAL_1:
      text = mrz->optional_1;
      break;
    case KIOSK_CARD_SOURCE_OPTIONAL_2:
      text = mrz->optional_2;
      break;
    case KIOSK_CARD_SOURCE_GROUP:
      if (self->groups[source->group - 1] != NULL)
        return kiosk_lds_group_text (self->groups[source->group - 1], source->group, source->tag,
                                     error);
      return NULL;
    default:
      return NULL;
    }
  return *text != '\0' ? g_strdup (text) : NULL;
}

static void
fill_from_zone (const Reading *self, KioskEvidence *evidence, const KioskMrz *mrz)
{
  int year = year_of (self->reader->clock);

  evidence->document_type = g_strdup (mrz->document_code);
  evidence->issuing_state = g_strdup (mrz->issuing_state);
  evidence->document_number = g_strdup (mrz->document_number);
  evidence->name_latin = kiosk_mrz_name (mrz);
  evidence->birth_date = kiosk_mrz_birth_date (mrz, year);
  evidence->sex = g_strdup (mrz->sex);
  evidence->nationality = g_strdup (mrz->nationality);
  evidence->expiry_date = kiosk_mrz_expiry_date (mrz, year);
}

static gboolean
fill_from_groups (const Reading *self, KioskEvidence *evidence, const KioskMrz *mrz, GError **error)
{
  const KioskCardProfile *profile = self->profile;
  g_autoptr (GError) damage = NULL;
  const char *type;

  evidence->national_number = take_text (self, &profile->national_number, mrz, &damage);
  if (damage == NULL)
    evidence->name_chinese = take_text (self, &profile->name_chinese, mrz, &damage);
  if (damage == NULL)
    evidence->symbols = take_text (self, &profile->symbols, mrz, &damage);
  if (damage == NULL && self->groups[1] != NULL)
    {
      evidence->portrait = kiosk_lds_parse_dg2 (self->groups[1], &type, &damage);
      evidence->portrait_type = evidence->portrait != NULL ? g_strdup (type) : NULL;
      /* A picture of a kind we cannot show is no fault of the document. */
      if (g_error_matches (damage, KIOSK_LDS_ERROR, KIOSK_LDS_ERROR_UNSUPPORTED))
        g_clear_error (&damage);
    }
  return damage == NULL || fail (error, KIOSK_CARD_ERROR_LDS_MALFORMED, damage->message);
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
      const KioskCardProfile *fitting
        = kiosk_card_profile_after (self->reader->profiles, self->target, self->offers_pace, mrz);

      if (fitting == NULL && signed_so)
        return fail (error, KIOSK_CARD_ERROR_WRONG_CARD, "no profile fits the document");
      if (fitting != NULL)
        self->profile = fitting;
      fill_from_zone (self, evidence, mrz);
      if (!fill_from_groups (self, evidence, mrz, signed_so ? error : NULL) && signed_so)
        return FALSE;
    }
  else if (signed_so)
    return fail (error, KIOSK_CARD_ERROR_LDS_MALFORMED,
                 damage != NULL ? damage->message : "no DG1");
  evidence->profile = g_strdup (self->profile->name);
  evidence->simulated = self->profile->simulated;
  return TRUE;
}

static gboolean
read_and_prove (Reading *self, KioskEvidence *evidence, GError **error)
{
  g_autoptr (KioskSod) sod = NULL;

  self->planned = SOD_GUESS;
  if (!read_file (self, KIOSK_LDS_EF_SOD, SOD_GUESS, SOD_MAX, &self->sod, error))
    return FALSE;
  sod = kiosk_card_passive_begin (self->sod, self->reader->csca,
                                  kiosk_clock_wall_ms (self->reader->clock), evidence);
  if (!read_groups (self, sod, error))
    return FALSE;
  kiosk_card_passive_finish (sod, self->groups, evidence);
  return fill (self, evidence, error)
         && kiosk_card_chip_prove (&self->session, self->groups[13], self->groups[0], evidence,
                                   error);
}

KioskEvidence *
kiosk_card_read (const KioskCardReader *reader, const KioskCardTarget *target,
                 const KioskCardHost *host, GError **error)
{
  g_auto (Reading) self = { .reader = reader, .target = target, .host = host };
  g_autoptr (KioskEvidence) evidence = kiosk_evidence_new ();
  gint64 start_us;

  kiosk_card_session_init (&self.session, reader->channel, reader->random);
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
