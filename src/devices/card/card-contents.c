#include "devices/card/card-reading-private.h"

#include "devices/card/card-portrait.h"
#include "formats/lds-details.h"

#define PORTRAIT  2
#define SIGNATURE 7
#define ISSUE     12

typedef KioskCardReading Reading;

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

/* Of DG11, whichever of the names is in Chinese: issuers differ in which tag they put it. */
static char *
take_chinese_name (const Reading *self, const KioskCardSource *source, const KioskMrz *mrz,
                   GError **error)
{
  g_autoptr (KioskLdsPerson) person = NULL;

  if (source->kind != KIOSK_CARD_SOURCE_GROUP || source->group != 11)
    return take_text (self, source, mrz, error);
  if (self->groups[source->group - 1] != NULL)
    person = kiosk_lds_parse_dg11 (self->groups[source->group - 1], error);
  return person != NULL ? g_strdup (kiosk_lds_person_chinese_name (person)) : NULL;
}

static void
fill_from_zone (const Reading *self, const KioskMrz *mrz)
{
  KioskEvidence *evidence = self->evidence;
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

/* Says why there is nothing to show of a group that was read. */
static void
note_damage (const Reading *self, guint number, const GError *damage)
{
  KioskCardError code = KIOSK_CARD_ERROR_LDS_MALFORMED;

  if (g_error_matches (damage, KIOSK_LDS_ERROR, KIOSK_LDS_ERROR_UNSUPPORTED)
      || g_error_matches (damage, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_UNSUPPORTED))
    code = KIOSK_CARD_ERROR_UNSUPPORTED;
  kiosk_evidence_note (self->evidence, number, kiosk_card_error_name (code));
}

/* A picture that cannot be shown is no reason to turn its owner away: what was signed says who it
 * is. */
static void
take_portrait (const Reading *self, GBytes *dg2)
{
  KioskEvidence *evidence = self->evidence;
  g_autoptr (GError) damage = NULL;
  const char *type;
  g_autoptr (GBytes) encoded = kiosk_lds_parse_dg2 (dg2, &type, &damage);

  if (encoded != NULL)
    evidence->portrait = kiosk_card_portrait_make (encoded, &damage);
  if (evidence->portrait != NULL)
    evidence->portrait_type = g_strdup ("image/jpeg");
  else
    note_damage (self, PORTRAIT, damage);
}

static void
take_signature (const Reading *self, GBytes *dg7)
{
  g_autoptr (GError) damage = NULL;
  const char *type;
  g_autoptr (GBytes) picture = kiosk_lds_parse_dg7 (dg7, &type, &damage);

  if (picture != NULL)
    self->evidence->signature_type = g_strdup (type);
  else
    note_damage (self, SIGNATURE, damage);
}

/* NULL for "": there are documents that fill what they leave open. */
static char *
take_unless_empty (const char *text)
{
  return text != NULL && *text != '\0' ? g_strdup (text) : NULL;
}

static void
take_issue (const Reading *self, GBytes *dg12)
{
  g_autoptr (GError) damage = NULL;
  g_autoptr (KioskLdsIssue) issue = kiosk_lds_parse_dg12 (dg12, &damage);

  if (issue == NULL)
    {
      note_damage (self, ISSUE, damage);
      return;
    }
  self->evidence->issuing_authority = take_unless_empty (issue->authority);
  self->evidence->issue_date = g_strdup (issue->issue_date);
}

static gboolean
fill_from_groups (const Reading *self, const KioskMrz *mrz, GError **error)
{
  const KioskCardProfile *profile = self->profile;
  KioskEvidence *evidence = self->evidence;
  g_autoptr (GError) damage = NULL;

  evidence->national_number = take_text (self, &profile->national_number, mrz, &damage);
  if (damage == NULL)
    evidence->name_chinese = take_chinese_name (self, &profile->name_chinese, mrz, &damage);
  if (damage == NULL)
    evidence->symbols = take_text (self, &profile->symbols, mrz, &damage);
  if (damage == NULL)
    return TRUE;
  g_set_error_literal (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_LDS_MALFORMED, damage->message);
  return FALSE;
}

gboolean
kiosk_card_reading_fill (Reading *self, const KioskMrz *mrz, GError **error)
{
  fill_from_zone (self, mrz);
  if (self->groups[PORTRAIT - 1] != NULL)
    take_portrait (self, self->groups[PORTRAIT - 1]);
  if (self->groups[SIGNATURE - 1] != NULL)
    take_signature (self, self->groups[SIGNATURE - 1]);
  if (self->groups[ISSUE - 1] != NULL)
    take_issue (self, self->groups[ISSUE - 1]);
  return fill_from_groups (self, mrz, error);
}

void
kiosk_card_reading_fill_sizes (Reading *self)
{
  for (guint i = 0; i < KIOSK_LDS_GROUPS; i++)
    if (self->groups[i] != NULL)
      self->evidence->groups[i].bytes = (guint32)g_bytes_get_size (self->groups[i]);
    else if (self->refused[i] != NULL)
      kiosk_evidence_note (self->evidence, i + 1, self->refused[i]);
}
