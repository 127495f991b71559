#include "identity/personal-code.h"

#include "formats/hkid.h"
#include "trust/presentation-verify.h"

#include <string.h>

G_DEFINE_QUARK (kiosk_personal_code_error, kiosk_personal_code_error)

#define PROFILE    "personal-code"
#define NOBODY     ".invalid" /* a name that nobody can have (RFC 6761, 6.4): a simulated issuer's */
#define NUMBER_MAX 40

static const char *const names[] = {
  [KIOSK_PERSONAL_CODE_ERROR_BARE] = "bare",
  [KIOSK_PERSONAL_CODE_ERROR_ISSUER] = "issuer",
  [KIOSK_PERSONAL_CODE_ERROR_UNBOUND] = "unbound",
  [KIOSK_PERSONAL_CODE_ERROR_NOT_HOLDER] = "not-holder",
  [KIOSK_PERSONAL_CODE_ERROR_OTHER_KIOSK] = "other-kiosk",
  [KIOSK_PERSONAL_CODE_ERROR_CLOCK] = "clock",
  [KIOSK_PERSONAL_CODE_ERROR_TOO_OLD] = "too-old",
  [KIOSK_PERSONAL_CODE_ERROR_AHEAD] = "ahead",
  [KIOSK_PERSONAL_CODE_ERROR_EXPIRED] = "expired",
  [KIOSK_PERSONAL_CODE_ERROR_INCOMPLETE] = "incomplete",
  [KIOSK_PERSONAL_CODE_ERROR_USED] = "used",
  [KIOSK_PERSONAL_CODE_ERROR_NOT_KEPT] = "not-kept",
};

const char *
kiosk_personal_code_error_name (KioskPersonalCodeError code)
{
  return names[(guint)code < G_N_ELEMENTS (names) ? code : KIOSK_PERSONAL_CODE_ERROR_NOT_KEPT];
}

static gboolean
refuse (GError **error, KioskPersonalCodeError code, const char *why)
{
  g_set_error (error, KIOSK_PERSONAL_CODE_ERROR, (int)code, "personal code: %s", why);
  return FALSE;
}

static gboolean
require_issuer (const KioskPersonalCodeJudge *self, const KioskPresentation *shown, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GPtrArray) issuers
    = kiosk_bundle_certs (self->trust, KIOSK_PERSONAL_CODE_ROLE, &problem);

  return (issuers != NULL && kiosk_presentation_check_issuer (shown, issuers, &problem))
         || refuse (error, KIOSK_PERSONAL_CODE_ERROR_ISSUER, problem->message);
}

static gboolean
require_holder (const KioskPresentation *shown, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (kiosk_presentation_check_holder (shown, &problem))
    return TRUE;
  return refuse (error,
                 g_error_matches (problem, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_UNSUPPORTED)
                   ? KIOSK_PERSONAL_CODE_ERROR_UNBOUND
                   : KIOSK_PERSONAL_CODE_ERROR_NOT_HOLDER,
                 problem->message);
}

static gboolean
require_fresh (const KioskPersonalCodeJudge *self, const KioskPresentation *shown, gint64 now_ms,
               GError **error)
{
  if (kiosk_clock_is_behind (self->clock, KIOSK_PERSONAL_CODE_SKEW_MS))
    return refuse (error, KIOSK_PERSONAL_CODE_ERROR_CLOCK,
                   "the kiosk's clock is behind the time that the gateway signed");
  if (shown->issued_ms < now_ms - KIOSK_PERSONAL_CODE_AGE_MS)
    return refuse (error, KIOSK_PERSONAL_CODE_ERROR_TOO_OLD, "made more than a minute ago");
  return shown->issued_ms <= now_ms + KIOSK_PERSONAL_CODE_SKEW_MS
         || refuse (error, KIOSK_PERSONAL_CODE_ERROR_AHEAD, "made at a time that is still to come");
}

/* One without an end (−1) would be good for ever, whatever became of its holder. */
static gboolean
require_validity (const KioskCwt *token, gint64 now_ms, GError **error)
{
  if (now_ms > token->expires_ms)
    return refuse (error, KIOSK_PERSONAL_CODE_ERROR_EXPIRED,
                   "the credential has expired, or says no end");
  return (now_ms >= token->issued_ms && now_ms >= token->not_before_ms)
         || refuse (error, KIOSK_PERSONAL_CODE_ERROR_EXPIRED, "the credential is not valid yet");
}

static gboolean
is_chinese (const char *name)
{
  for (; *name != '\0'; name = g_utf8_next_char (name))
    if (g_unichar_get_script (g_utf8_get_char (name)) == G_UNICODE_SCRIPT_HAN)
      return TRUE;
  return FALSE;
}

/* Issuers write either name first; its letters say which it is. */
static void
fill_name (KioskHolder *holder, const char *name)
{
  char **slot = NULL;

  if (name == NULL || *name == '\0')
    return;
  slot = is_chinese (name) ? &holder->name_chinese : &holder->name_latin;
  if (*slot == NULL)
    *slot = g_strdup (name);
}

/* "19850228" → "1985-02-28" */
static char *
date_of (const char *digits)
{
  int year = 0, month = 0, day = 0;

  if (digits == NULL || sscanf (digits, "%4d%2d%2d", &year, &month, &day) != 3
      || !g_date_valid_dmy ((GDateDay)day, (GDateMonth)month, (GDateYear)year))
    return NULL;
  return g_strdup_printf ("%04d-%02d-%02d", year, month, day);
}

static const char *
sex_of (gint64 gender)
{
  static const char *const sexes[] = { NULL, "M", "F", "X" };

  return sexes[gender];
}

static gboolean
is_number (const char *text)
{
  gsize length = strlen (text);

  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '-')
      return FALSE;
  return length > 0 && length <= NUMBER_MAX;
}

/* Which register a number is of is said by the country alone; a number of none names nobody. */
static gboolean
fill_number (KioskHolder *holder, const KioskPersonal *person)
{
  const char *country = person->issuing_country;

  if (person->id == NULL || !is_number (person->id) || country == NULL || *country == '\0')
    return FALSE;
  holder->number_is_hkid = g_str_equal (country, "HK") || g_str_equal (country, "HKG");
  holder->number = g_strdup (person->id);
  holder->evidence->issuing_state = g_strdup (country);
  return !holder->number_is_hkid || kiosk_hkid_is_valid (person->id);
}

static KioskHolder *
holder_of (const KioskPersonal *person, GError **error)
{
  g_autoptr (KioskHolder) holder = g_new0 (KioskHolder, 1);

  holder->assurance = KIOSK_ASSURANCE_PERSONAL_CODE;
  holder->evidence = kiosk_evidence_new ();
  holder->evidence->profile = g_strdup (PROFILE);
  holder->evidence->simulated
    = person->token->issuer != NULL && g_str_has_suffix (person->token->issuer, NOBODY);
  fill_name (holder, person->full_name);
  fill_name (holder, person->second_name);
  holder->birth_date = date_of (person->birth);
  holder->sex = g_strdup (sex_of (person->gender));
  if (fill_number (holder, person) && holder->name_latin != NULL && holder->birth_date != NULL)
    return g_steal_pointer (&holder);
  refuse (error, KIOSK_PERSONAL_CODE_ERROR_INCOMPLETE,
          "no name in Latin letters, no birth date, or no number of a country that is stated");
  return NULL;
}

static gboolean
spend (const KioskPersonalCodeJudge *self, const KioskPresentation *shown, GError **error)
{
  g_autoptr (GError) problem = NULL;
  guint8 digest[32];

  kiosk_presentation_digest (shown, digest);
  if (self->spend (self->spend_data, digest, shown->issued_ms + KIOSK_PERSONAL_CODE_AGE_MS,
                   &problem))
    return TRUE;
  if (problem->domain == KIOSK_PERSONAL_CODE_ERROR)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  return refuse (error, KIOSK_PERSONAL_CODE_ERROR_NOT_KEPT, problem->message);
}

/* Signatures first: nothing that is unsigned is worth a closer word. */
static gboolean
require_all (const KioskPersonalCodeJudge *self, const KioskPresentation *shown, GError **error)
{
  gint64 now_ms = kiosk_clock_wall_ms (self->clock);

  if (!require_issuer (self, shown, error) || !require_holder (shown, error))
    return FALSE;
  if (!g_str_equal (shown->audience, self->kiosk))
    return refuse (error, KIOSK_PERSONAL_CODE_ERROR_OTHER_KIOSK, "made for another kiosk");
  return require_fresh (self, shown, now_ms, error)
         && require_validity (shown->credential->token, now_ms, error);
}

KioskHolder *
kiosk_personal_code_judge (const KioskPersonalCodeJudge *self, const KioskCode *code,
                           GError **error)
{
  g_autoptr (KioskHolder) holder = NULL;

  if (!kiosk_code_expect (code, KIOSK_CODE_PERSONAL | KIOSK_CODE_PRESENTATION, NULL, error))
    return NULL;
  if (code->kind == KIOSK_CODE_PERSONAL)
    {
      refuse (error, KIOSK_PERSONAL_CODE_ERROR_BARE, "shown without the phone's signature");
      return NULL;
    }
  if (!require_all (self, code->presentation, error))
    return NULL;
  holder = holder_of (code->presentation->credential, error);
  if (holder == NULL || !spend (self, code->presentation, error))
    return NULL;
  return g_steal_pointer (&holder);
}
